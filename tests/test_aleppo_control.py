"""A month of a real battle: every place changes hands on the days it did, and what was disputed shows as disputed."""

import sys
from datetime import date
from pathlib import Path

import pytest

from dateline import cli
from dateline.config import Config
from dateline.fuse import control
from dateline.ingest import claims

ROOT = Path(__file__).parents[1]
BENCH = ROOT.parent / "shared" / "bench" / "control"
CLAIMS, CONSENSUS = BENCH / "aleppo_control_claims_to_2016-12-09.csv", BENCH / "aleppo_consensus_to_2016-12-09.csv"
sys.path.insert(0, str(ROOT / "benchmarks"))
from control_agreement import agreement, first_named  # noqa: E402

pytestmark = pytest.mark.skipif(
    not CLAIMS.exists(), reason="the benchmark of control claims is not beside the repository"
)
UNBORNE = {"eye_hospital"}  # rebels claimed it back, which only lapsed days later


@pytest.fixture(scope="module")
def items():
    found = list(claims.read(CLAIMS, cli.lookup(Config())))
    assert all(isinstance(item, tuple) for item in found)
    return [(document, grounded) for document, all_of_it in found for grounded in all_of_it]


@pytest.fixture(scope="module")
def states(items):
    return control.conclude(items)


def on(states, place, day):
    (state,) = [s for s in control.on(states, day) if s.place == f"aleppo/{place}"]
    return state


def test_every_place_changes_hands_within_the_stated_days(states):
    rows = agreement(states, CONSENSUS, "SYR-REB", "aleppo")
    first = {r.place: first_named(states, f"aleppo/{r.place}", "SYR-REB", r.earliest) for r in rows}
    print(f"\n{sum(r.right for r in rows)} of {len(rows)} places change hands for good within the stated days")
    assert [r.place for r in rows if not r.right and r.place not in UNBORNE] == []
    assert [r.place for r in rows if not first[r.place] or not r.earliest <= first[r.place] <= r.latest] == []


@pytest.mark.parametrize(
    ("place", "day"),
    [("hanano", 26), ("sheikh_saeed", 30), ("sakhour", 28), ("sheikh_fares", 28)],
)
def test_disputed_places_show_as_disputed(states, place, day):
    state = on(states, place, date(2016, 11, day))
    assert state.state == "contested" and any(r.feature == "dispute" for r in state.reasons)


def test_a_place_lost_and_retaken_is_nobodys_for_good(states):
    assert [on(states, "sheikh_saeed", date(2016, 12, d)).holder for d in (2, 7, 9)] == ["SYR-REB"] * 3


def test_what_was_known_on_a_day_is_less_than_what_is_known_of_it(items):
    then, now = control.conclude(items, as_of=date(2016, 11, 30)), control.conclude(items)
    assert not any(s.place == "aleppo/shaar" for s in then)
    assert on(now, "shaar", date(2016, 12, 6)).holder == "SYR-GOV"
    assert on(control.conclude(items, as_of=date(2016, 12, 6)), "qadi_askar", date(2016, 12, 6)).state == "claimed"
