"""Words inside a sentence: numbers, lists, names, clauses."""

from datetime import date

import pytest

from dateline.errors import DataError
from dateline.present import phrases
from dateline.present.phrases import clause, figures, listing, named_place, party, people, sentence
from dateline.present.view import View
from dateline.present.wording import Wording


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(4, 4, "4"), (4, 9, "4 to 9"), (4, None, "at least 4"), (None, 9, "up to 9"), (1200, 1200, "1,200"), (24, 99, "dozens"), (None, None, "a number not known")],
)
def test_figures(low, high, said):
    assert figures(low, high) == said


@pytest.mark.parametrize(("low", "high", "said"), [(26, 26, "26 civilians"), (24, 99, "dozens of civilians"), (4, None, "at least 4 civilians")])
def test_people(low, high, said):
    assert people(low, high, "civilians") == said


@pytest.mark.parametrize(
    ("items", "said"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "A"], "A and B"), (list("ABCD"), "A, B, C and D"), (list("ABCDE"), "A, B, C and 2 more")],
)
def test_listing(items, said):
    assert listing(items) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Government of Syria", "the Syrian government"), ("Government of Nowhere", "the government of Nowhere"), ("Civilians", "civilians"),
        ("Armed men (Iraq)", "Iraqi armed men"), ("Syrian Army", "the Syrian Army"), ("Syrian rebels", "Syrian rebels"), ("White Helmets", "the White Helmets"),
        ("United Nations", "the United Nations"), ("Islamic State", "Islamic State"), ("Russia", "Russia"), ("a resident", "a resident"), ("monitor", "the monitor"),
        ("two witnesses", "two witnesses"), ("al-Qaeda", "al-Qaeda"), ("US-led coalition", "the US-led coalition"), ("Jabhat al-Nusra Front", "Jabhat al-Nusra Front"),
    ],
)  # fmt: skip
def test_party(name, said):
    assert party(name) == said


@pytest.mark.parametrize(
    ("kind", "actors", "targets", "place", "means", "said"),
    [
        ("clash", ["Syrian Army"], ["Syrian rebels"], "Idlib", [], "the Syrian Army fought Syrian rebels in Idlib"),
        ("clash", [], [], "", [], "there was fighting"),
        ("capture", ["Syrian Army"], ["Syrian Army"], "Idlib", [], "the Syrian Army took Idlib"),
        ("withdraw", ["Syrian rebels"], [], "Idlib", [], "Syrian rebels withdrew from Idlib"),
        ("airstrike", [], ["Civilians"], "Eye Hospital", ["warplanes"], "air strikes hit civilians in the Eye Hospital"),
        ("shelling", ["Syrian rebels"], [], "Idlib", ["rocket"], "Syrian rebels shelled Idlib with rockets"),
        ("attack", [], [], "Idlib", ["rocket", "rocket fire"], "an attack took place in Idlib with rocket fire"),
    ],
)  # fmt: skip
def test_clause(kind, actors, targets, place, means, said):
    assert clause(kind, actors, targets, place, means) == said


@pytest.mark.parametrize(("text", "said"), [("it fell", "It fell."), ("he said: “no.”", "He said: “no.”"), ("Done.", "Done.")])
def test_sentence(text, said):
    assert sentence(text) == said


@pytest.mark.parametrize(("name", "said"), [("United States", "the United States"), ("Castello road", "the Castello road"), ("Aleppo", "Aleppo")])
def test_named_place(name, said):
    assert named_place(name) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (None, None, "on a day not known,"), ("2020-05-03", "2020-05-03", "on 3 May"), ("2020-05-03", "2020-05-04", "on 3 or 4 May"),
        ("2020-05-03", "2020-05-09", "between 3 and 9 May"), ("2020-04-30", "2020-05-09", "between 30 April and 9 May"), ("2020-02-01", "2020-02-29", "in February 2020"),
        ("2019-01-01", "2019-12-31", "in 2019"), ("2019-05-03", None, "on 3 May 2019"),
    ],
)  # fmt: skip
def test_when(start, end, said):
    words = Wording.of(View(date(2020, 5, 10), {}, {}, (), (), ()))
    assert words.when(*(date.fromisoformat(d) if d else None for d in (start, end))) == said


def test_every_type_has_its_phrases_and_unknown_words_are_refused(monkeypatch):
    read = phrases.policy()
    phrases.policy.cache_clear()
    monkeypatch.setattr(phrases.lexicon, "read", lambda name: read | {"moves": {}} if name == "report.yaml" else {"types": dict.fromkeys(read["clauses"])})
    with pytest.raises(DataError, match="moves lacks agreed"):
        phrases.policy()
    monkeypatch.undo()
    phrases.policy.cache_clear()
    assert phrases.policy() == read
