"""A running fusion ends where a rebuild does; people's judgements stand in both."""

from datetime import date, datetime

import pytest
from conftest import make_claim, make_document
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.fuse import fuse
from dateline.fuse.fusion import Fusion
from dateline.model.concluded import Judgement

DOCUMENTS = [make_document(n, outlet=f"Outlet {n}") for n in "abc"]
ITEMS = st.lists(
    st.builds(
        lambda d, k, at, place, day, side, killed: (
            d, make_claim(k, document=d.id, at=at, place=place, day=date(2020, 5, day) if day else None, actor=(side, side), killed=killed)
        ),
        st.sampled_from(DOCUMENTS), st.sampled_from(["clash", "airstrike", "shelling", "casualties", "capture"]), st.integers(0, 400),
        st.sampled_from(["p1", "p2", ""]), st.integers(0, 3), st.sampled_from(["GOV", "REB"]), st.sampled_from([None, (3, 3), (40, None)]),
    ),
    max_size=14, unique_by=lambda item: item[1].claim.id,
)  # fmt: skip


@given(items=ITEMS, seed=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_piece_by_piece_in_any_order_is_the_same_as_all_at_once(items, seed):
    whole, pieces = Fusion(), Fusion()
    whole.add(items)
    shuffled = list(items)
    seed.shuffle(shuffled)
    for item in shuffled:
        pieces.add([item])
    assert pieces.incidents() == whole.incidents()


def judged(action, *about, field="", value="", identifier="jdg_1", at=1):
    return Judgement(
        id=identifier, action=action, about=about, by="A. Analyst", at=datetime(2021, 1, at), field=field, value=value
    )


A = DOCUMENTS[0]
STRIKE, CLASH = make_claim("airstrike"), make_claim("protest", at=90, place="p2", day=date(2020, 6, 1))
AGAIN = make_claim("airstrike", at=300)
PAIR = (STRIKE.claim.id, CLASH.claim.id)
TWICE = (STRIKE.claim.id, AGAIN.claim.id)


@pytest.mark.parametrize(
    ("claims", "judgements", "groups"),
    [
        ((STRIKE, CLASH), [], 2), ((STRIKE, AGAIN), [], 1),
        ((STRIKE, CLASH), [judged("merge", *PAIR)], 1), ((STRIKE, AGAIN), [judged("split", AGAIN.claim.id)], 2),
        ((STRIKE, AGAIN), [judged("reject", *TWICE)], 0),
        ((STRIKE, CLASH), [judged("merge", *PAIR), judged("withdraw", "jdg_1", identifier="jdg_2", at=2)], 2),
    ],
)  # fmt: skip
def test_judgements_stand(claims, judgements, groups):
    assert len(fuse([(A, c) for c in claims], judgements).incidents) == groups


def test_a_changed_field_is_what_the_person_said():
    (incident,) = fuse([(A, STRIKE)], [judged("change", STRIKE.claim.id, field="type", value="shelling")]).incidents
    assert incident.type == "shelling"
    (amended,) = fuse([(A, STRIKE)], [judged("change", incident.id, field="status", value="disputed")]).incidents
    assert amended.status == "disputed"
    moved = fuse([(A, STRIKE), (A, CLASH)], [judged("change", STRIKE.claim.id, field="place", value="p2")]).incidents
    assert {i.place for i in moved} == {"p2"}


def test_an_incident_keeps_its_id_when_more_reports_come():
    later = make_document("z", date(2020, 6, 1), outlet="Outlet Z")
    more = make_claim("airstrike", document=later.id)
    (before,), (after,) = fuse([(A, STRIKE)]).incidents, fuse([(A, STRIKE), (later, more)]).incidents
    assert before.id == after.id and after.reports == 2
