"""What a number counts, by the words beside it."""

import pytest

from dateline.annotate.parse import load_pipeline
from dateline.extract import numbers

CASES = [
    ("The shells fell at dawn, killing at least 27 people and wounding dozens.", "27", "killed"),
    ("The blast killed 4 guards and injured 9 others.", "9", "wounded"),
    ("Some 30 soldiers were wounded near the bridge.", "30", "wounded"),
    ("A truce of 72 hours began at noon.", "72", "duration"),
    ("More than 500 families fled the valley.", "500", "displaced"),
]


@pytest.mark.parametrize(("text", "figure", "of"), CASES)
def test_counted(text, figure, of):
    doc = load_pipeline()(text)
    assert numbers.counted(doc, next(t for t in doc if t.text == figure)) == of


@pytest.mark.parametrize(
    ("text", "figure", "of"),
    [
        ("Jets flew 12 sorties over the front.", "12", "strikes"), ("The raid destroyed 8 vehicles.", "8", "other"),
        ("Rebels fired 40 rockets at the port.", "40", "munitions"), ("They took 3 villages.", "3", "places"), ("It killed 5 farmers.", "5", ""),
    ],
)  # fmt: skip
def test_things_are_no_people(text, figure, of):
    doc = load_pipeline()(text)
    assert numbers.thing(next(t for t in doc if t.text == figure)) == of


@pytest.mark.parametrize(
    ("text", "figure", "speaking"),
    [("Two residents said fighters shelled the camp.", "Two", True), ("Two residents died, fighters said.", "Two", False), ("Fighters shelled two camps.", "two", False)],
)  # fmt: skip
def test_those_who_speak_are_no_toll(text, figure, speaking):
    doc = load_pipeline()(text)
    assert numbers.counts_speakers(next(t for t in doc if t.text == figure)) == speaking


@pytest.mark.parametrize(("kind", "of", "told"), [("evacuate", "wounded", "evacuated"), ("evacuate", "killed", "killed"), ("airstrike", "wounded", "wounded")])
def test_an_evacuation_harms_nobody(kind, of, told):
    assert numbers.in_claim(kind, of) == told
