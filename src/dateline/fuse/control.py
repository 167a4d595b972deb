"""Control: who holds a place through time, from capture, loss and hold claims, with every assertion kept."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from .. import lexicon
from ..model.concluded import Assertion, ControlState, Reason
from ..model.said import Document
from ..model.world import ActorRef, GroundedClaim, Place

Item = tuple[Document, GroundedClaim]
SETTLING = ("takes", "holds", "loses")


def conclude(items: Sequence[Item]) -> tuple[ControlState, ...]:
    """States by place, in order of time; only places on the ground and claims with a day take part."""
    by_place: dict[str, list[Assertion]] = defaultdict(list)
    places: dict[str, Place] = {}
    for document, grounded in items:
        for place, assertion in _assertions(document, grounded):
            places[place.id] = place
            by_place[place.id].append(assertion)
    return tuple(
        state for identifier in sorted(by_place) for state in _states(places[identifier], by_place[identifier])
    )


def _assertions(document: Document, grounded: GroundedClaim) -> list[tuple[Place, Assertion]]:
    claim = grounded.claim
    effect = lexicon.read("events.yaml")["types"][claim.type]["control"]
    if effect == "none" or grounded.time is None or claim.status not in ("happened", "ongoing", "denied"):
        return []
    if effect == "holds" and claim.status == "happened" and claim.tense in ("past", "background"):
        return []  # "what rebels controlled" tells who held it once, not who does
    holder = _side(grounded.target if effect == "loses" and grounded.target else grounded.actor)
    if effect in SETTLING and not holder:
        return []
    source = grounded.source[0] if grounded.source else None
    share = next(((n.low, n.high) for n in claim.numbers if n.unit == "percent"), None)
    return [
        (ref.place, Assertion(
            claim=claim.id, holder=holder, claimant=source.name or source.text if source else document.outlet, claimant_kind=source.kind if source else "media",
            claimant_side=source.side if source else "", day=grounded.time.end, known=document.published,
            effect="denies" if claim.status == "denied" else effect, share=share,
            share_of=next((n.share_of for n in claim.numbers if n.unit == "percent"), ""),
        ))
        for ref in grounded.place if ref.place and ref.place.kind not in ("country",)
    ]  # fmt: skip


def _side(refs: Sequence[ActorRef]) -> str:
    """The side of the first actor, its own name when it has none."""
    if not refs:
        return ""
    actor = refs[0].actor
    return (actor.side or actor.name) if actor else refs[0].text


def _states(place: Place, assertions: list[Assertion]) -> list[ControlState]:
    """One state a stretch of days over which the assertions say the same."""
    days: dict[date, list[Assertion]] = defaultdict(list)
    for assertion in sorted(assertions, key=lambda a: (a.day, a.claim)):
        days[assertion.day].append(assertion)
    states: list[ControlState] = []
    for day, said in sorted(days.items()):
        state, holder, claimed, why = _judge(said, states[-1] if states else None)
        if states and (states[-1].state, states[-1].holder, states[-1].claimed_by) == (state, holder, claimed):
            states[-1] = _extended(states[-1], day, said)
            continue
        if states:
            states[-1] = _closed(states[-1], day)
        states.append(ControlState(
            id="ctl_" + hashlib.sha256(f"{place.id}|{day}".encode()).hexdigest()[:16], place=place.id, place_name=place.name, lat=place.lat, lon=place.lon,
            radius_km=place.radius_km, state=state, holder=holder, claimed_by=claimed, since=day, until=None, as_of=day, assertions=tuple(said),
            reasons=(Reason(feature="assertions", score=1.0, detail=why),),
        ))  # fmt: skip
    return states


def _judge(said: list[Assertion], before: ControlState | None) -> tuple[str, str, str, str]:
    """State, holder, claimant and why, from one day's assertions and the state before.

    A party's own word alone is a claim; a denial or two holders make it contested; shares leave it partly held.
    """
    holders = sorted({a.holder for a in said if a.effect in ("takes", "holds")})
    partial = [a for a in said if a.share and a.effect in ("takes", "holds")]
    if len(holders) > 1 or any(a.effect == "denies" for a in said):
        return "contested", "", "", f"{' and '.join(holders) or 'one side'} claimed, and contradicted, on this day"
    if not holders:
        kept = before.holder if before else ""
        loser = next((a.holder for a in said if a.effect == "loses"), "")
        if loser:
            return "unknown", "", "", f"{loser} said to have left; nobody says who came"
        return ("contested", kept, "", "fighting or advance reported; no takeover")
    (holder,) = holders
    own = all(
        a.claimant_side == holder and a.claimant_kind in ("party", "official")
        for a in said
        if a.effect in ("takes", "holds")
    )
    if own:
        return "claimed", "", holder, f"only {holder} itself says so"
    if partial and all(a.share for a in said if a.effect in ("takes", "holds")):
        return "partly", holder, "", f"{holder} said to hold a share of {partial[0].share_of or 'it'}"
    return (
        "held",
        holder,
        "",
        f"{holder} named as holder by {', '.join(sorted({a.claimant or 'the report' for a in said}))}",
    )


def _extended(state: ControlState, day: date, said: list[Assertion]) -> ControlState:
    return replace(state, as_of=day, assertions=(*state.assertions, *said))


def _closed(state: ControlState, day: date) -> ControlState:
    return replace(state, until=day - timedelta(days=1))


def on(states: Sequence[ControlState], day: date | None) -> list[ControlState]:
    """The state of each place on `day` (the latest when None)."""
    latest: dict[str, ControlState] = {}
    for state in sorted(states, key=lambda s: (s.place, s.since)):
        if day is None or state.since <= day:
            latest[state.place] = state
    return list(latest.values())
