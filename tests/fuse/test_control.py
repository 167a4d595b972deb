"""Control: who holds a place on a day, who says otherwise, and what was known when."""

import random
from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim, make_document, span
from hypothesis import given
from hypothesis import strategies as st

from dateline.fuse import control
from dateline.fuse.assertions import order
from dateline.model.concluded import Assertion
from dateline.model.said import Cue, Quantity
from dateline.model.world import Actor, ActorRef, PlaceRef

MONITOR, PAPER, ARMY, REBELS = (
    ("Monitor", "monitor", ""),
    ("Paper", "media", ""),
    ("Army", "party", "GOV"),
    ("Rebels", "party", "REB"),
)
GOV, REB, SDF = ("Army", "GOV"), ("Rebels", "REB"), ("Kurds", "SDF")
LATE = make_claim("airstrike", at=9999, place="far", day=date(2020, 5, 30))  # the record goes on after the last claim
NUMBER = iter(range(1, 10**9))


def may(day):
    return date(2020, 5, day)


def said(
    kind,
    who=GOV,
    by=MONITOR,
    day=3,
    *,
    status="happened",
    of=None,
    words="",
    doubted=False,
    place="p1",
    parents=(),
    share=None,
    share_of="",
    score=1.0,
    at=None,
):
    """A claim of a day in May 2020: `of` is who lost the place, `words` the trigger, `share` percents (low, high)."""
    at = next(NUMBER) * 100 if at is None else at
    grounded = make_claim(kind, at=at, actor=who, source=by, day=may(day), status=status, place=place)
    numbers = (
        (Quantity(of="territory", low=share[0], high=share[1], unit="percent", span=span("n", at), share_of=share_of),)
        if share
        else ()
    )
    claim = replace(grounded.claim, numbers=numbers, score=score)
    if words:
        claim = replace(claim, trigger=span(words, at))
    if doubted:
        claim = replace(claim, cues=(Cue(span=claim.trigger, kind="doubt", scope=claim.evidence),))
    target = (ActorRef(text=of[0], actor=Actor(id=of[0], name=of[0], kind="rebel", side=of[1])),) if of else ()
    where = tuple(
        PlaceRef(text=p.text, place=replace(p.place, parents=parents, radius_km=1.0 if parents else 2.0), precision=1)
        for p in grounded.place
    )
    return replace(grounded, claim=claim, target=target, place=where)


def states(*claims, end=31, place="p1", as_of=None):
    """The states of a place; each claim is published on its day, and the record reaches to day `end`."""
    items = [(make_document(str(c.time.end), published=c.time.end), c) for c in claims]
    items.append((make_document("end", published=may(end)), LATE))
    return [s for s in control.conclude(items, as_of) if s.place == place]


def told(found):
    return [(s.since.day, s.state, s.holder, s.claimed_by) for s in found]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([said("capture")], [(3, "held", "GOV", "")]),
        ([said("capture", by=ARMY)], [(3, "held", "GOV", "")]),
        ([said("capture", by=ARMY), said("capture", status="denied", who=None, by=REBELS)], [(3, "contested", "", "GOV")]),
        ([said("capture", by=ARMY), said("clash", by=MONITOR)], [(3, "contested", "", "GOV")]),
        ([said("capture", by=ARMY), said("capture", by=MONITOR, words="captured most of it")], [(3, "contested", "", "GOV")]),
        ([said("capture", by=ARMY), said("capture", by=REBELS)], [(3, "held", "GOV", "")]),
        ([said("capture"), said("capture", status="denied", who=None, by=REBELS)], [(3, "contested", "GOV", ""), (7, "held", "GOV", "")]),
        ([said("capture"), said("hold", REB, REBELS)], [(3, "contested", "GOV", ""), (7, "held", "GOV", "")]),
        ([said("capture"), said("hold", REB, PAPER)], [(3, "held", "GOV", "")]),
        ([said("capture", by=ARMY), said("hold", REB, MONITOR)], [(3, "contested", "REB", ""), (7, "held", "REB", "")]),
        ([said("capture"), said("capture", SDF)], [(3, "contested", "", "")]),
        ([said("capture", SDF, of=REB), said("withdraw", SDF, of=GOV)], [(3, "held", "GOV", "")]),
        ([said("capture", words="captured parts")], [(3, "partly", "GOV", "")]),
        ([said("capture", by=ARMY, words="captured parts")], [(3, "contested", "", "GOV")]),
        ([said("capture", words="captured", share=(80, 80))], [(3, "partly", "GOV", "")]),
        ([said("clash")], [(3, "contested", "", "")]),
        ([said("siege")], [(3, "unknown", "", "")]),
        ([said("withdraw", REB)], [(3, "unknown", "", "")]),
        ([said("capture", status="denied", by=REBELS)], [(3, "unknown", "", "")]),
        ([said("capture", status="planned")], []),
        ([said("capture", ("Families", ""), status="ongoing", score=0.2)], [(3, "held", "Families", "")]),
    ],
    ids=["monitor", "own word, undisputed", "own word, denied", "own word, but fighting", "own word, monitor says most", "conceded",
         "monitor's word, denied", "other side says it holds on", "held in the morning", "own word, monitor disagrees", "two takers",
         "handed on the same day", "part", "part by own word", "share", "fighting alone", "siege alone", "left", "denial alone", "planned", "weak, undisputed"],
)  # fmt: skip
def test_one_day(claims, expected):
    assert told(states(*claims)) == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([said("hold", REB, day=1), said("capture", day=3)], [(1, "held", "REB", ""), (3, "held", "GOV", "")]),
        ([said("hold", REB, day=1), said("clash", day=3)], [(1, "held", "REB", ""), (3, "contested", "REB", ""), (7, "held", "REB", "")]),
        ([said("hold", GOV, day=1), said("advance", GOV, day=3)], [(1, "held", "GOV", "")]),
        ([said("hold", REB, day=1), said("capture", by=ARMY, day=3, doubted=True)], [(1, "held", "REB", ""), (3, "claimed", "", "GOV"), (7, "held", "REB", "")]),
        ([said("capture", by=ARMY, day=3), said("capture", REB, REBELS, day=4)], [(3, "claimed", "", "GOV"), (4, "held", "REB", "")]),
        ([said("hold", REB, day=1), said("hold", GOV, ARMY, day=3)], [(1, "held", "REB", ""), (3, "contested", "REB", ""), (7, "held", "REB", "")]),
        ([said("capture", day=3), said("capture", status="denied", who=None, by=REBELS, day=5)], [(3, "held", "GOV", ""), (5, "contested", "GOV", ""), (9, "held", "GOV", "")]),
        ([said("hold", REB, day=1), said("withdraw", REB, day=3)], [(1, "held", "REB", ""), (3, "unknown", "", "")]),
        ([said("hold", GOV, day=1), said("withdraw", REB, day=3)], [(1, "held", "GOV", "")]),
    ],
    ids=["taken", "fought over", "advance at home", "doubted claim lapses", "retaken by own word", "says it holds on", "denied later", "left", "left what others hold"],
)  # fmt: skip
def test_days_in_a_row(claims, expected):
    assert told(states(*claims)) == expected


def test_a_place_that_comes_back_says_so():
    found = states(said("capture", day=1), said("capture", REB, day=5), said("capture", day=9))
    assert [s.holder for s in found] == ["GOV", "REB", "GOV"]
    assert "reversal" in {r.feature for r in found[2].reasons} and "reversal" not in {
        r.feature for r in found[1].reasons
    }


def test_a_fresh_claim_waits_for_an_answer_and_as_of_looks_back():
    claims = [said("capture", by=ARMY, day=3)]
    assert told(states(*claims, end=4)) == [(3, "claimed", "", "GOV")]
    assert told(states(*claims, as_of=may(4))) == [(3, "claimed", "", "GOV")]
    assert told(states(*claims, as_of=may(5))) == [(3, "held", "GOV", "")]
    assert states(*claims, as_of=may(2)) == []


def test_two_clocks_are_two():
    late = said("capture", day=3)
    items = [(make_document("late", published=may(20)), late)]
    assert control.conclude(items, as_of=may(19)) == ()
    (state,) = control.conclude(items, as_of=may(20))
    assert (state.since, state.known) == (may(3), may(20))


def test_on_a_day_and_stale_after_silence():
    found = states(said("hold", REB, day=1), said("capture", day=5))
    assert [s.holder for s in control.on(found, may(4))] == ["REB"] and control.on(found, date(2020, 4, 1)) == []
    (now,) = control.on(found, None)
    assert [control.is_stale(now, may(d)) for d in (19, 20)] == [False, True]
    assert found[0].stale_from is None


def test_what_is_said_of_all_of_an_area_reaches_its_places_but_not_a_third_sides():
    inside = {"place": "east", "parents": ("p1",)}
    all_of_it = said("capture", day=9, of=REB, words="captured all")
    assert told(states(said("hold", REB, day=1, **inside), all_of_it, place="east")) == [
        (1, "held", "REB", ""),
        (9, "held", "GOV", ""),
    ]
    assert told(states(said("hold", SDF, day=1, **inside), all_of_it, place="east")) == [(1, "held", "SDF", "")]
    some = said("capture", day=9, of=REB, words="captured most")
    assert told(states(said("hold", REB, day=1, **inside), some, place="east")) == [(1, "held", "REB", "")]
    reached = states(said("hold", REB, day=1, **inside), all_of_it, place="east")[1]
    assert "wider area" in {r.feature for r in reached.reasons} and reached.assertions[0].about == "p1"


@pytest.mark.parametrize(
    ("sentence", "trigger", "place", "extent"),
    [
        ("The army captured Dora on Monday.", "captured", "Dora", "whole"),
        ("The army captured all of Dora.", "captured", "Dora", "all"),
        ("The army fully retook Dora.", "retook", "Dora", "all"),
        ("All of Dora was captured.", "captured", "Dora", "all"),
        ("The army captured nearly all of Dora.", "captured", "Dora", "most"),
        ("Rebels lost all but one street of Dora.", "lost", "Dora", "most"),
        ("Troops controlled most of Dora.", "controlled", "Dora", "most"),
        ("Rebels retook the hospital and parts of Dora.", "retook", "Dora", "part"),
        ("Rebels retook the hospital and parts of Dora.", "retook", "hospital", "whole"),
        ("Troops entered the outskirts of Dora.", "entered", "Dora", "part"),
        ("A push to fully take the coast failed after Dora fell.", "fell", "Dora", "whole"),
    ],
)
def test_how_much_of_a_place_a_sentence_speaks_of(sentence, trigger, place, extent):
    grounded = said("capture", at=0, place=place)
    claim = replace(grounded.claim, evidence=span(sentence), trigger=span(trigger, sentence.index(trigger)))
    (state,) = control.conclude([(make_document("x"), replace(grounded, claim=claim))])
    assert [a.extent for a in state.assertions] == [extent]


def contradictions(found):
    return [r for s in found for r in s.reasons if r.feature == "contradiction"]


@pytest.mark.parametrize(("other", "count"), [((50, 50), 1), ((83, None), 0), ((None, 70), 1)])
def test_shares_of_one_thing_that_cannot_both_be_true(other, count):
    found = states(said("hold", share=(85, 85)), said("hold", by=PAPER, share=other))
    assert len(contradictions(found)) == count


def test_shares_of_different_things_are_not_compared():
    of_rebels = "what Rebels held there"
    one = said("hold", share=(85, 85), share_of=of_rebels)
    other = said("hold", by=PAPER, share=(30, 30))
    named = said("clash", REB, day=1)
    items = [(make_document("x", published=may(3)), c) for c in (one, other, replace(named, target=()))]
    shares = {a.share_base for s in control.conclude(items) for a in s.assertions if a.share}
    assert shares == {"REB", ""} and not contradictions(control.conclude(items))


@pytest.mark.parametrize(("city", "feature"), [((70, 70), "denominator"), ((95, 95), "contradiction")])
def test_a_share_of_the_city_beside_a_share_of_its_east(city, feature):
    east = said("hold", share=(20, 20), share_of="what Rebels held there", place="east", parents=("p1",))
    items = [
        (make_document("x", published=may(3)), c) for c in (east, said("hold", share=city), said("clash", REB, day=1))
    ]
    (state,) = [s for s in control.conclude(items) if s.place == "p1" and s.since == may(3)]
    assert [r.feature for r in state.reasons if r.feature in ("denominator", "contradiction")] == [feature]


@pytest.mark.parametrize(("taken", "count"), [(1, 1), (5, 0)])
def test_a_share_is_checked_against_the_districts(taken, count):
    districts = [
        said("capture" if i < taken else "hold", GOV if i < taken else REB, day=1, place=f"d{i}", parents=("p1",))
        for i in range(6)
    ]
    share = said("hold", share=(85, 85), share_of="what Rebels held there")
    items = [(make_document("x", published=may(3)), c) for c in (*districts, share)]
    assert len(contradictions(control.conclude(items))) == count


def test_what_rebels_once_held_is_no_claim_that_they_hold_it():
    words = "Army holds 85 percent of what Rebels held there"
    share = said("hold", share=(85, 85), share_of="what Rebels held there", at=0)
    share = replace(share, claim=replace(share.claim, evidence=span(words, 0)))
    held = said("hold", REB, status="ongoing", at=40)
    held = replace(held, claim=replace(held.claim, evidence=span(words, 0), trigger=span("held", words.index("held"))))
    items = [(make_document("x", published=may(3)), c) for c in (share, held)]
    assert {a.holder for s in control.conclude(items) for a in s.assertions} == {"GOV"}


def test_every_state_has_a_reason_and_its_assertions():
    found = states(
        said("hold", REB, day=1), said("clash", day=3), said("capture", by=ARMY, day=8), said("siege", day=20)
    )
    assert all(s.reasons and s.assertions for s in found)


KINDS = st.sampled_from(["capture", "hold", "withdraw", "clash", "advance", "siege"])
CLAIMS = st.lists(
    st.builds(
        lambda kind, who, by, day, status, place, words, at: said(kind, who, by, day, status=status, place=place, parents=("p1",) if place == "east" else (), words=words, at=at),
        KINDS, st.sampled_from([GOV, REB, SDF]), st.sampled_from([MONITOR, PAPER, ARMY, REBELS, None]), st.integers(1, 12),
        st.sampled_from(["happened", "ongoing", "denied"]), st.sampled_from(["p1", "east"]), st.sampled_from(["captured", "captured all", "captured parts"]), st.integers(0, 10_000),
    ), max_size=15, unique_by=lambda c: c.claim.id,
)  # fmt: skip


def items_of(claims):
    return [(make_document("x", published=may(12)), c) for c in claims]


@given(CLAIMS, st.integers())
def test_the_order_and_the_repetition_of_claims_do_not_matter(claims, seed):
    shuffled = random.Random(seed).sample(claims, len(claims))
    assert control.conclude(items_of(claims)) == control.conclude(items_of([*shuffled, *claims]))


@given(CLAIMS)
def test_states_follow_each_other_without_gap_and_keep_every_assertion(claims):
    found = control.conclude(items_of(claims))
    for place in {s.place for s in found}:
        spell = sorted((s for s in found if s.place == place), key=lambda s: s.since)
        assert [s.until.toordinal() + 1 for s in spell[:-1]] == [s.since.toordinal() for s in spell[1:]] and spell[
            -1
        ].until is None
    kept = {a.claim for s in found for a in s.assertions}
    assert {c.claim.id for c in claims if c.claim.status != "denied"} <= kept


@given(CLAIMS)
def test_a_side_is_never_the_holder_by_a_denied_word_of_its_own(claims):
    for state in control.conclude(items_of(claims)):
        if state.state == "held" and state.since == state.as_of:
            said_so = [
                a
                for a in state.assertions
                if a.effect in ("takes", "holds") and a.day == state.since and a.holder == state.holder
            ]
            assert said_so or any(r.feature in ("lapse", "renewed") for r in state.reasons)


ONE = Assertion(claim="clm_1", holder="GOV", claimant="Monitor", claimant_kind="monitor", claimant_side="", day=date(2020, 5, 1), known=None, effect="holds")


@pytest.mark.parametrize("other", [replace(ONE, extent="part"), replace(ONE, about="area"), replace(ONE, share=(40.0, 40.0)), replace(ONE, share_of="the town")])
def test_no_two_assertions_tie(other):
    assert order(ONE) != order(other)
