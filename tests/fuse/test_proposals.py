"""Proposal threads: who asked for what, who answered how, and what came of it."""

import random
from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim, make_document, span
from hypothesis import given
from hypothesis import strategies as st

from dateline.fuse import proposals

A = make_document("a")
REBELS, STATE, RUSSIA = ("Rebels", "REB"), ("State", "GOV"), ("Russia", "RUS")


def said(kind, sentence, trigger, *, by=REBELS, at=0, day=1, topic="ceasefire", status="happened", place="p1"):
    """A claim whose words are `sentence`, on a day of May 2020."""
    grounded = make_claim(kind, at=at, actor=by, day=date(2020, 5, day), topic=topic, status=status, place=place)
    start = sentence.index(trigger)
    return replace(
        grounded, claim=replace(grounded.claim, evidence=span(sentence, at), trigger=span(trigger, at + start))
    )


def threads(*claims):
    return proposals.conclude([(A, c) for c in claims])


ASKED = said("request", "Rebels proposed a five-day truce so that the wounded could leave.", "proposed")


def test_terms_are_the_words_of_the_sentence():
    (thread,) = threads(ASKED)
    (step,) = thread.steps
    assert (step.duration, step.purpose, step.condition) == ("five-day", "so that the wounded could leave", "")


@pytest.mark.parametrize(
    ("answer", "move", "outcome"),
    [
        (said("endorse", "Russia backed the truce.", "backed", by=RUSSIA, at=90, day=2), "backed", "backed"),
        (said("reject", "The state turned the truce down.", "turned", by=STATE, at=90, day=2), "refused", "refused"),
        (said("agree", "Both sides signed a truce.", "signed", by=STATE, at=90, day=2), "agreed", "agreed"),
        (said("agree", "They failed to agree on a truce.", "agree", by=STATE, at=90, day=2), "talked", "open"),
        (said("agree", "The army declared the truce over.", "truce", by=STATE, at=90, day=2), "breached", "breached"),
        (said("demand", "No truce unless all fighters leave.", "No", by=STATE, at=90, day=2), "conditioned", "open"),
        (said("agree", "No truce unless all fighters leave.", "No", by=STATE, at=90, day=2, status="denied"), "conditioned", "open"),
        (said("breach", "Shelling broke the truce.", "broke", by=STATE, at=90, day=2), "breached", "breached"),
        (said("request", "Medics asked for a pause.", "asked", by=("Medics", "MED"), at=90, day=2), "proposed", "open"),
    ],
)  # fmt: skip
def test_answers_and_what_comes_of_them(answer, move, outcome):
    (thread,) = threads(ASKED, answer)
    assert [s.move for s in thread.steps] == ["proposed", move] and thread.outcome == outcome


def test_a_condition_is_kept_in_its_words():
    (thread,) = threads(
        ASKED, said("demand", "No truce unless all fighters leave the city, it said.", "No", by=STATE, at=90, day=2)
    )
    assert thread.steps[1].condition == "unless all fighters leave the city, it said"


@pytest.mark.parametrize(
    ("claim", "count"),
    [
        (said("request", "They called for an immediate truce.", "called", topic="other"), 1),
        (said("request", "They called for help.", "called", topic="other"), 0),
        (said("reject", "Rebels refused the truce.", "refused", topic="other"), 0),
        (said("request", "They called for a truce.", "called", topic=None), 1),
    ],
)
def test_an_open_topic_is_read_from_clear_words_only(claim, count):
    assert len(threads(claim)) == count


def test_an_answer_whose_topic_only_words_tell_needs_a_party_of_the_thread():
    stranger = said("talk", "A union met over the truce.", "met", by=("Union", "UNI"), at=90, day=2, topic="other")
    party = said("talk", "Rebels met over the truce.", "met", at=180, day=2, topic="other")
    (thread,) = threads(ASKED, stranger, party)
    assert [s.claim for s in thread.steps] == [ASKED.claim.id, party.claim.id]


def test_what_was_refused_is_not_put_to_those_who_refused_it():
    words = "Russia vetoed a draft that demanded a seven-day truce."
    (thread,) = threads(said("reject", words, "vetoed", by=RUSSIA), said("demand", words, "demanded", by=RUSSIA, at=60))
    assert {s.move: s.by for s in thread.steps} == {"refused": "Russia", "proposed": ""}


def test_reports_of_one_move_are_one_step_and_other_towns_and_later_weeks_other_threads():
    again = said("request", "Rebels proposed a truce.", "proposed", at=90)
    elsewhere = said("request", "Rebels proposed a truce.", "proposed", at=180, place="p2")
    later = said("request", "Rebels proposed a truce.", "proposed", at=270, day=28)
    found = threads(ASKED, again, elsewhere, later)
    assert sorted((t.place, t.opened.day, len(t.steps), len(t.steps[0].also)) for t in found) == [
        ("p1", 1, 1, 1),
        ("p1", 28, 1, 0),
        ("p2", 1, 1, 0),
    ]


KINDS = st.sampled_from(["request", "demand", "endorse", "reject", "agree", "breach", "talk"])
CLAIMS = st.lists(
    st.builds(
        lambda kind, at, day, by, topic, place: said(kind, "They spoke of a truce unless all leave.", "spoke", at=at, day=day, by=by, topic=topic, place=place),
        KINDS, st.integers(0, 9999), st.integers(1, 28), st.sampled_from([REBELS, STATE, RUSSIA]), st.sampled_from(["ceasefire", "other"]), st.sampled_from(["p1", "p2"]),
    ), max_size=20, unique_by=lambda c: c.claim.id,
)  # fmt: skip


@given(CLAIMS, st.integers())
def test_the_order_of_reports_does_not_matter(claims, seed):
    assert threads(*claims) == threads(*random.Random(seed).sample(claims, len(claims)))


@given(CLAIMS)
def test_every_step_is_in_one_thread_only(claims):
    steps = [c for t in threads(*claims) for s in t.steps for c in (s.claim, *s.also)]
    assert len(steps) == len(set(steps))
