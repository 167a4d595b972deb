"""Reprints: one text in several outlets is one report; other texts on the same event are not."""

import random

import pytest
from conftest import make_document
from hypothesis import given
from hypothesis import strategies as st

from dateline.fuse import reprints

WORDS = [
    "market",
    "strike",
    "dawn",
    "witnesses",
    "council",
    "soldiers",
    "convoy",
    "bridge",
    "shells",
    "hospital",
    "road",
    "river",
    "camp",
    "crossing",
    "patrol",
]


def story(seed, length=120):
    return " ".join(random.Random(seed).choices(WORDS, k=length))


STORY = story(1)
TEXTS = [
    ("the same text", STORY, True),
    ("other case and punctuation", STORY.upper().replace(" ", ", "), True),
    ("a paragraph cut off", " ".join(STORY.split()[:95]), True),
    ("a line of the outlet's own added", f"{STORY} Edited in our newsroom from agency copy", True),
    ("another story with the same words", story(2), False),
    ("cut to less than half", " ".join(STORY.split()[:50]), True),
    ("half of it and half another", " ".join(STORY.split()[:60]) + " " + story(3, 60), False),
]


@pytest.mark.parametrize("text, same", [t[1:] for t in TEXTS], ids=[t[0] for t in TEXTS])
def test_what_counts_as_a_reprint(text, same):
    first, second = make_document("a", text=STORY), make_document("b", text=text)
    assert reprints.originals([second, first]) == {"doc_a": "doc_a", "doc_b": "doc_a" if same else "doc_b"}


def test_the_first_published_is_the_original():
    late, early = make_document("a", text=STORY), make_document("b", text=STORY)
    late = type(late)(**{f: getattr(late, f) for f in late.__slots__} | {"published": early.published.replace(day=9)})
    assert set(reprints.originals([late, early]).values()) == {"doc_b"}


def test_texts_too_short_to_know_stand_alone():
    documents = [make_document(n, text="Five killed in shelling.") for n in "ab"]
    assert reprints.originals(documents) == {"doc_a": "doc_a", "doc_b": "doc_b"}


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers())
def test_every_report_has_one_original_whatever_the_order(seeds, shuffle):
    documents = [make_document(f"{n:02}", text=story(s)) for n, s in enumerate(seeds)]
    found = reprints.originals(documents)
    assert found == reprints.originals(random.Random(shuffle).sample(documents, len(documents)))
    assert len(set(found.values())) == len(set(seeds)) and all(found[o] == o for o in found.values())


def test_a_text_cut_short_is_carried_whole_by_the_one_it_was_cut_from():
    cut = " ".join(STORY.split()[:50])
    assert reprints.carried(STORY, cut) == reprints.carried(cut, STORY) == 1.0
    assert reprints.carried(STORY, story(2)) < 0.1


def test_signatures_agree_as_often_as_sets_have_members_in_common():
    one, other = frozenset(map(str, range(100))), frozenset(map(str, range(50, 150)))
    pairs = list(zip(reprints.signature(one), reprints.signature(other), strict=True))
    assert sum(a == b for a, b in pairs) / len(pairs) == pytest.approx(1 / 3, abs=0.12)
