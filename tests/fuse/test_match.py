"""Which claims are one happening: a table of pairs with what tells them together or apart."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim, make_document

from dateline.fuse import match

A, B = make_document("a"), make_document("b")
ONE = {"kind": "airstrike", "actor": ("Army", "GOV"), "day": date(2020, 5, 3), "place": "p1", "killed": (15, 15)}


def link(other_report=True, **changes):
    """The link between an air strike and the same told in another report with these changes."""
    other = ONE | changes
    second = make_claim(other.pop("kind"), document="doc_b" if other_report else "doc_a", at=50, **other)
    first = make_claim(**ONE)
    words = "Quite another sentence stands here instead."
    second = replace(second, claim=replace(second.claim, evidence=replace(second.claim.evidence, text=words)))
    return match.agreement(match.facts((A, first)), match.facts((B if other_report else A, second)))


@pytest.mark.parametrize(
    ("changes", "together"),
    [
        ({}, True), ({"killed": (17, 20)}, True), ({"killed": None}, True), ({"actor": None}, True),
        ({"kind": "shelling", "killed": (15, 15)}, True), ({"kind": "casualties"}, True),
        ({"kind": "shelling", "killed": (200, None), "actor": ("Rebels", "REB")}, False), ({"kind": "protest"}, False),
        ({"place": "p2", "day": date(2020, 5, 9)}, False), ({"day": date(2020, 5, 20)}, False), ({"day": None, "place": ""}, False),
        ({"actor": ("Rebels", "REB"), "killed": (200, None)}, False),
    ],
)  # fmt: skip
def test_pairs(changes, together):
    assert (link(**changes) is not None) == together


def test_a_toll_and_its_attack_in_one_report_are_one():
    assert link(other_report=False, kind="casualties", killed=None, actor=None) is not None


def test_every_score_of_a_link_has_its_reason():
    found = link(killed=(15, 15))
    assert {"same_type", "same_place", "same_day", "same_party", "same_number"} <= {r.feature for r in found.reasons}
    assert found.score == pytest.approx(sum(r.score for r in found.reasons)) and all(r.detail for r in found.reasons)


def test_groups_need_more_than_a_chain():
    strong = match.Link(5.0, ())
    chain = {(f"c{i}", f"c{i + 1}"): strong for i in range(5)}
    assert max(len(g) for g in match.clusters([f"c{i}" for i in range(6)], chain)) < 6
    square = {(a, b): strong for a in "abcd" for b in "abcd" if a < b}
    assert match.clusters("abcde", square) == [("a", "b", "c", "d"), ("e",)]
