"""Which claims tell of one happening: what agrees joins, what is unknown is not guessed, and no chain joins strangers."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim, make_document, span

from dateline.errors import DataError
from dateline.fuse import accounts, incidents, match
from dateline.fuse.accounts import account
from dateline.fuse.blocks import around, home
from dateline.model.said import Quantity
from dateline.model.world import Place, PlaceRef, TimeRef

DAY = date(2020, 5, 3)
TOWN = Place(id="town", name="Town", kind="town", lat=36.0, lon=37.0, radius_km=2.0, parents=("province", "country:SY"))
QUARTER = Place(
    id="quarter", name="Quarter", kind="neighbourhood", lat=36.01, lon=37.01, radius_km=0.5, parents=("town",)
)
OTHER_END = Place(
    id="other_end", name="Other end", kind="neighbourhood", lat=35.93, lon=36.93, radius_km=0.5, parents=("town",)
)
PROVINCE = Place(
    id="province", name="Province", kind="region", lat=36.2, lon=37.4, radius_km=60, parents=("country:SY",)
)
FAR = Place(id="far", name="Far", kind="town", lat=36.5, lon=37.0, radius_km=2.0)
COUNTRY = Place(id="country:SY", name="Country", kind="country", lat=35.0, lon=38.0, radius_km=240)


def told(kind="airstrike", *, report="a", at=0, place=TOWN, day=DAY, basis="stated", text="", **more):
    """One claim with its report; `text` is its sentence (by default one that shares few words with others')."""
    document = make_document(report)
    grounded = make_claim(kind, document=document.id, at=at, day=day, **more)
    sentence = text or f"Words of report {report} number {at}"
    claim = replace(grounded.claim, evidence=span(sentence, at, document.id))
    refs = (PlaceRef(text=place.name, place=place, precision=1),) if place else ()
    time = TimeRef(start=day, end=day, grain="day", basis=basis, precision=1) if day else None
    return document, replace(grounded, claim=claim, place=refs, time=time)


def groups(*items):
    return sorted(sorted(i.claims) for i in incidents.conclude(items))


def are_one(*items):
    return len(groups(*items)) == 1


NEXT = date(2020, 5, 4)
ALIKE = "Warplanes struck the crowded vegetable market before noon killing many shoppers"

PAIRS = [
    ("same place and day", told(), told(report="b"), True),
    ("a quarter and its town", told(), told(report="b", place=QUARTER), True),
    ("two ends of one town", told(place=QUARTER), told(report="b", place=OTHER_END), False),
    ("towns far apart", told(), told(report="b", place=FAR), False),
    ("a town and its province, sentences alike", told(text=ALIKE), told(report="b", place=PROVINCE, text=ALIKE), True),
    ("next day by publication", told(), told(report="b", day=NEXT, basis="publication", text="Words of report a"), True),
    ("two days later", told(), told(report="b", day=date(2020, 5, 5)), False),
    ("a toll and its attack", told(), told("casualties", report="b", killed=(5, 5)), True),
    ("kinds that have nothing to do with each other", told(), told("protest", report="b"), False),
    ("figures and parties that differ", told(killed=(2, 2), actor=("A", "A"), target=("X", "X")), told("shelling", report="b", killed=(90, 90), actor=("B", "B"), target=("Y", "Y")), False),
    ("no place, other words", told(), told(report="b", place=None), False),
    ("only a country, other words", told(place=COUNTRY), told(report="b", place=COUNTRY), False),
    ("no day, other words", told(), told(report="b", day=None), False),
    ("no place, but the same sentence", told(text=ALIKE), told(report="b", place=None, text=ALIKE), True),
    ("no day, but the same sentence", told(text=ALIKE), told(report="b", day=None, text=ALIKE), True),
    ("the same sentence about towns far apart", told(text=ALIKE), told(report="b", place=FAR, text=ALIKE), False),
    ("no place, next to it in the report", told(), told("casualties", at=60, place=None), True),
    ("no place, far away in the report", told(), told("casualties", at=5000, place=None), False),
    ("neither place nor day, in another sentence", told(place=None), told("casualties", at=60, day=None), False),
]  # fmt: skip


@pytest.mark.parametrize("one, other, joined", [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS])
def test_what_joins(one, other, joined):
    assert are_one(one, other) is joined


def test_no_chain_joins_two_ends_that_disagree():
    ends = told(place=QUARTER), told(report="c", place=OTHER_END)
    found = groups(told(report="b"), *ends)
    assert len(found) == 2 and not any({e[1].claim.id for e in ends} <= set(g) for g in found)


def test_a_stretch_of_weeks_rules_days_out_and_says_no_more():
    month = TimeRef(start=date(2020, 5, 1), end=date(2020, 5, 31), grain="month", basis="stated", precision=4)
    document, vague = told(report="b", text=ALIKE)
    inside, outside = told(text=ALIKE), told(text=ALIKE, day=date(2020, 6, 9))
    assert are_one(inside, (document, replace(vague, time=month)))
    assert not are_one(outside, (document, replace(vague, time=month)))


def test_a_total_of_weeks_is_not_the_toll_of_the_day_it_is_told_beside():
    weeks = TimeRef(start=date(2020, 4, 10), end=DAY, grain="period", basis="stated", precision=4)
    document, total = told("casualties", at=200, killed=(212, 212), text="The monitor counted many dead in all")
    assert are_one(told(), (document, total))
    assert not are_one(told(), (document, replace(total, time=weeks)))


def test_every_pair_worth_comparing_shares_a_block_both_ways():
    every = [account(*item) for _, one, other, _ in PAIRS for item in (one, other)]
    for a in every:
        for b in every:
            assert bool(around(a) & home(b)) == bool(around(b) & home(a))
            exact = a.start and b.start and a.places and b.places
            if exact and match.compare(a, b) and a.document != b.document:
                assert around(a) & home(b)


def test_reasons_name_both_values_of_every_feature():
    one, other = (account(*told(report=r, killed=(5, 5), actor=("Army", "GOV"))) for r in "ab")
    found = {r.feature: r for r in match.reasons(one, other)}
    assert found.keys() == {"type", "place", "day", "actors", "numbers", "text"}
    assert (found["place"].left, found["place"].right, found["place"].score) == ("Town", "Town", 1.0)
    assert found["numbers"].left == "killed 5"


def test_a_toll_lends_its_figures_to_the_attack_it_stands_with():
    strike = told(at=0)
    toll = told("casualties", at=40, killed=(7, None))
    (account,) = incidents.accounts([strike, toll])
    assert account.types == {"airstrike", "casualties"} and account.numbers == {("killed", 7, None)}


def test_policy_with_an_unknown_type_is_refused(monkeypatch):
    given = accounts.lexicon.read("fuse.yaml")
    broken = given | {"match": given["match"] | {"kin": {"airstrike": {"atack": 1}}}}
    monkeypatch.setattr(
        accounts.lexicon, "read", lambda name, read=accounts.lexicon.read: broken if name == "fuse.yaml" else read(name)
    )
    accounts.policy.cache_clear()
    with pytest.raises(DataError, match="'atack' is not one of"):
        accounts.policy()
    monkeypatch.undo()
    accounts.policy.cache_clear()


def test_numbers_fall_as_they_differ():
    def figure(low, high):
        document, grounded = told()
        number = Quantity(of="killed", low=low, high=high, unit="people", span=span("n"))
        return account(document, replace(grounded, claim=replace(grounded.claim, numbers=(number,))))

    ten = figure(10, 10)
    scores = [match.compare(ten, other)["numbers"] for other in (ten, figure(8, None), figure(12, 12), figure(90, 90))]
    assert scores[0] == 1.0 and scores == sorted(scores, reverse=True) and len(set(scores)) == 4
