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


def test_likeness_is_close_to_the_share_of_runs_in_common():
    one, other = STORY, " ".join(STORY.split()[:100])
    exact = len(reprints.runs(one) & reprints.runs(other)) / len(reprints.runs(one) | reprints.runs(other))
    assert reprints.likeness(one, other) == pytest.approx(exact, abs=0.12)
