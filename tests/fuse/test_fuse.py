"""Conclusions a user sees: one incident for one happening, tolls by source, control with its claimants, proposal threads."""

import random
from datetime import date

from conftest import make_claim, make_document
from hypothesis import given
from hypothesis import strategies as st

from dateline.fuse import control, fuse

MONITOR = ("Monitor", "monitor", "")
A, B = make_document("a"), make_document("b", outlet="Outlet B")


def test_two_reports_of_one_happening_are_one_incident_with_both_tolls():
    one = make_claim("airstrike", killed=(15, 15), source=MONITOR)
    two = make_claim("airstrike", document="doc_b", killed=(10, None), source=("Medics", "medic", ""))
    (incident,) = fuse([(A, one), (B, two)]).incidents
    assert (incident.reports, incident.outlets, incident.originators, incident.status) == (2, 2, 2, "corroborated")
    assert {(t.low, t.high, t.source) for t in incident.tolls} == {(15, 15, "Monitor"), (10, None, "Medics")}


def test_outlets_carrying_one_source_are_one_originator():
    items = [(A, make_claim("clash", source=MONITOR)), (B, make_claim("clash", document="doc_b", source=MONITOR))]
    (incident,) = fuse(items).incidents
    assert (incident.outlets, incident.originators, incident.status) == (2, 1, "reported")


def test_a_denial_disputes_and_planned_things_are_no_incident():
    items = [
        (A, make_claim("capture", actor=("Army", "GOV"))),
        (A, make_claim("capture", at=9, status="denied")),
        (A, make_claim("attack", at=20, status="planned")),
    ]
    (incident,) = fuse(items).incidents
    assert incident.status == "disputed"


def states(*claims, document=A):
    return fuse([(document, c) for c in claims]).control


def test_control_changes_hands_with_days_and_claimants():
    first = make_claim("hold", actor=("Rebels", "REB"), day=date(2020, 5, 1), source=MONITOR)
    second = make_claim("capture", at=9, actor=("Army", "GOV"), day=date(2020, 5, 3), source=MONITOR)
    before, after = states(first, second)
    assert (before.state, before.holder, before.until) == ("held", "REB", date(2020, 5, 2))
    assert (after.state, after.holder, after.since) == ("held", "GOV", date(2020, 5, 3))
    assert control.on((before, after), date(2020, 5, 2))[0].holder == "REB"


def test_a_partys_own_word_is_only_a_claim():
    (state,) = states(make_claim("capture", actor=("Army", "GOV"), source=("Army", "party", "GOV")))
    assert (state.state, state.holder, state.claimed_by) == ("claimed", "", "GOV")


def test_two_holders_on_one_day_are_contested():
    (state,) = states(
        make_claim("capture", actor=("Army", "GOV"), source=MONITOR),
        make_claim("hold", at=9, actor=("Rebels", "REB"), source=("R", "party", "REB")),
    )
    assert state.state == "contested" and len(state.assertions) == 2


def test_proposal_thread_runs_from_request_to_refusal():
    asked = make_claim("request", topic="ceasefire", actor=("Rebels", "REB"), day=date(2020, 5, 1))
    refused = make_claim("reject", at=9, topic="ceasefire", actor=("Government", "GOV"), day=date(2020, 5, 3))
    (thread,) = fuse([(A, asked), (A, refused)]).proposals
    assert (
        [s.move for s in thread.steps] == ["proposed", "refused"]
        and thread.outcome == "refused"
        and thread.opened == date(2020, 5, 1)
    )


KINDS = st.sampled_from(["clash", "capture", "hold", "airstrike", "withdraw", "casualties", "request", "agree"])
CLAIMS = st.lists(
    st.builds(lambda k, at, place, day, side: make_claim(k, at=at, place=place, day=date(2020, 5, day), actor=(side, side), topic="ceasefire"), KINDS, st.integers(0, 10_000), st.sampled_from(["p1", "p2", ""]), st.integers(1, 9), st.sampled_from(["GOV", "REB"])),
    max_size=25, unique_by=lambda c: c.claim.id,
)  # fmt: skip


@given(CLAIMS, st.integers())
def test_the_order_of_reports_does_not_matter(claims, seed):
    items = [(A, c) for c in claims]
    shuffled = random.Random(seed).sample(items, len(items))
    assert fuse(items) == fuse(shuffled)
