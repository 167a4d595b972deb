"""Civilians: a range a source, contradictions side by side, and nobody counted twice."""

import random
from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim, make_document, span
from hypothesis import given
from hypothesis import strategies as st

from dateline.fuse import civilians
from dateline.model.said import Quantity
from dateline.model.world import Actor, ActorRef, PlaceRef, TimeRef

A = make_document("a")
MONITOR, MEDICS = ("Monitor", "monitor", ""), ("Medics", "medic", "")
DAY = date(2020, 5, 3)


def counted(
    of="killed",
    low=5,
    high=5,
    *,
    at=0,
    kind="casualties",
    place="p1",
    parents=(),
    days=(3, 3),
    source=MONITOR,
    target=None,
    status="happened",
):
    """A claim that counts people: `days` are of May 2020, target is (text, kind)."""
    grounded = make_claim(kind, at=at, place=place, source=source, status=status)
    numbers = () if of is None else (Quantity(of=of, low=low, high=high, unit="people", span=span("n", at)),)
    where = tuple(PlaceRef(text=p.text, place=replace(p.place, parents=parents), precision=1) for p in grounded.place)
    start, end = (date(2020, 5, d) for d in days)
    return replace(
        grounded, claim=replace(grounded.claim, numbers=numbers), place=where,
        time=TimeRef(start=start, end=end, grain="day", basis="stated", precision=1),
        target=(ActorRef(text=target[0], actor=Actor(id="T", name="T", kind=target[1])),) if target else (),
    )  # fmt: skip


def tallies(*claims):
    return civilians.conclude([(A, c) for c in claims])


def test_sources_keep_their_own_ranges_and_contradictions_show():
    (tally,) = tallies(counted(low=26, high=26), counted(low=45, high=None, at=9, source=MEDICS))
    assert [(f.source, f.low, f.high) for f in tally.figures] == [("Medics", 45, None), ("Monitor", 26, 26)]
    assert (tally.low, tally.high) == (26, None)
    assert [r.feature for r in tally.reasons] == ["contradiction"]


def test_one_sources_later_figure_widens_its_range_and_is_not_added():
    (tally,) = tallies(counted(low=21, high=21), counted(low=26, high=26, at=9))
    assert [(f.low, f.high) for f in tally.figures] == [(21, 26)]


def test_places_apart_are_added_for_their_area_and_nested_ones_are_not():
    area = counted(low=None, high=None, of=None, kind="aid", place="city", at=50)
    west = counted(low=3, high=3, place="west", parents=("city",), at=1)
    east = counted(low=5, high=6, place="east", parents=("city",), at=2)
    street = counted(low=2, high=2, place="street", parents=("east", "city"), at=3)
    found = {t.place: t for t in tallies(area, west, east, street) if t.of == "killed"}
    (total,) = found["city"].figures
    assert (total.low, total.high, total.basis, len(total.parts)) == (8, 9, "summed", 2)
    assert found["east"].id in found["street"].part_of and found["city"].id in found["east"].part_of


def test_a_sources_own_total_stands_and_its_parts_are_not_added():
    total = counted(low=10, high=10, place="city")
    parts = [counted(low=3, high=3, place=p, parents=("city",), at=i) for i, p in enumerate(("west", "east"), 1)]
    (figure,) = next(t for t in tallies(total, *parts) if t.place == "city").figures
    assert (figure.low, figure.basis) == (10, "stated")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([counted(low=2, high=2, days=(3, 3)), counted(low=4, high=4, days=(5, 5), at=1)], 6),
        ([counted(low=9, high=9, days=(1, 9)), counted(low=4, high=4, days=(5, 5), at=1)], 9),
        ([counted(low=9, high=9, days=(1, 5)), counted(low=4, high=4, days=(3, 6), at=1)], 9),
        ([counted(low=9, high=9, place="east", parents=("p1",)), counted(low=4, high=4, place="west", parents=("p1",), at=1)], 13),
        ([counted(low=9, high=9, days=(1, 30))], None),
    ],
    ids=["two days", "a day in a period", "periods that overlap", "two districts", "beyond the span"],
)  # fmt: skip
def test_a_span_of_days_adds_only_what_cannot_be_the_same_people(claims, expected):
    figures = civilians.over(tallies(*claims), "killed", "p1", date(2020, 5, 1), date(2020, 5, 10))
    assert (figures[0].low if figures else None) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (counted(target=("soldiers", "military")), []),
        (counted(target=("civilians", "civilian")), [("killed", "civilians", 5)]),
        (counted(target=("people", "civilian")), [("killed", "", 5)]),
        (counted(status="denied"), []),
        (counted(status="planned"), []),
        (counted(low=0, high=0), []),
        (counted("displaced", 900, None, kind="displace"), [("displaced", "", 900)]),
        (counted(None, kind="aid", status="denied"), [("aid_blocked", "", None)]),
        (counted("people", 500, 500, kind="aid"), [("aid_delivered", "", 500)]),
    ],
)
def test_what_counts_as_civilian(claim, expected):
    assert [(t.of, t.figures[0].who, t.low) for t in tallies(claim)] == expected


CLAIMS = st.lists(
    st.builds(
        lambda at, place, first, days, low, who: counted(low=low, high=low, at=at, place=place, parents={"p1": ("city",), "p2": ("p1", "city"), "city": ()}[place], days=(first, first + days), source=(who, "monitor", "")),
        st.integers(0, 9999), st.sampled_from(["p1", "p2", "city"]), st.integers(1, 9), st.integers(0, 3), st.integers(1, 50), st.sampled_from("MN"),
    ), max_size=20, unique_by=lambda c: c.claim.id,
)  # fmt: skip


@given(CLAIMS, st.integers())
def test_the_order_and_the_repetition_of_claims_do_not_matter(claims, seed):
    shuffled = random.Random(seed).sample(claims, len(claims))
    assert tallies(*claims) == tallies(*shuffled, *claims)


@given(CLAIMS)
def test_an_area_never_counts_more_than_all_that_was_said_of_it(claims):
    said = sum(c.claim.numbers[0].high for c in claims)
    for figure in civilians.over(tallies(*claims), "killed", "city", date(2020, 5, 1), date(2020, 5, 31)):
        assert figure.high is None or figure.high <= said
