"""Control: who holds a place through time, with every assertion kept and a reason on every state.

A side's own word is a claim; others' word settles it; what contradicts it shows. Two clocks: the day spoken about, and
`as_of`, the day up to which reports count.
"""

from __future__ import annotations

import hashlib
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ..model.concluded import Assertion, ControlState, Reason
from ..model.said import Document
from ..model.world import GroundedClaim, Place
from . import shares
from .assertions import gather, policy
from .verdict import Verdict, judge, lapse

Item = tuple[Document, GroundedClaim]


def conclude(items: Sequence[Item], as_of: date | None = None) -> tuple[ControlState, ...]:
    """States by place, in order of time; with `as_of` only from reports published by that day.

    A report without a publication date is known only when no `as_of` is asked for. Claims without a place or a day, and
    those of whole countries, take no part. The order of `items` does not matter.
    """
    known = [item for item in items if as_of is None or (item[0].published and item[0].published <= as_of)]
    places, found = gather(known)
    today = as_of or _latest(known, found.values())
    states = [s for place in sorted(found) for s in _states(places[place], found[place], today)]
    return tuple(shares.checked(states, places))


def _latest(items: Sequence[Item], found: Iterable[list[Assertion]]) -> date:
    """The last day the reports reach to."""
    days = [d.published for d, _ in items if d.published] or [a.day for said in found for a in said]
    return max(days, default=date.min)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was concluded for one day, and the assertions of that day."""

    day: date
    verdict: Verdict
    said: tuple[Assertion, ...]


def _states(place: Place, assertions: list[Assertion], today: date) -> list[ControlState]:
    """One state a stretch of days over which the verdict is the same."""
    states: list[ControlState] = []
    for turn in _turns(assertions, today):
        if states and _same(states[-1], turn.verdict):
            states[-1] = _extended(states[-1], turn)
            continue
        if states:
            states[-1] = replace(states[-1], until=turn.day - timedelta(days=1))
        states.append(_state(place, turn, states))
    return [_aged(s) for s in states]


def _turns(assertions: list[Assertion], today: date) -> Iterable[Turn]:
    """The verdicts day by day; a dispute that nobody renews lapses by itself."""
    days: dict[date, list[Assertion]] = defaultdict(list)
    for assertion in assertions:
        days[assertion.day].append(assertion)
    verdict, answer = Verdict(), timedelta(days=policy()["undisputed_days"])
    for day, said in days.items():
        lapsed = lapse(verdict, min(day, today + timedelta(days=1)))
        if lapsed:
            verdict = lapsed[1]
            yield Turn(*lapsed, ())
        soon = bisect(assertions, day + answer, key=lambda a: a.day)
        later = assertions[bisect(assertions, day, key=lambda a: a.day) : soon]
        verdict = judge(said, verdict, later, today)
        yield Turn(day, verdict, tuple(said))
    lapsed = lapse(verdict, today + timedelta(days=1))
    if lapsed:
        yield Turn(*lapsed, ())


def _same(state: ControlState, verdict: Verdict) -> bool:
    return (state.state, state.holder, state.claimed_by, state.disputed_by) == (
        verdict.state, verdict.holder, verdict.claimed_by, verdict.disputed_by
    ) and state.share == verdict.share  # fmt: skip


def _state(place: Place, turn: Turn, before: Sequence[ControlState]) -> ControlState:
    verdict = turn.verdict
    said = turn.said or before[-1].assertions  # a lapsed dispute stands on what was disputed
    return ControlState(
        id="ctl_" + hashlib.sha256(f"{place.id}|{turn.day}".encode()).hexdigest()[:16],
        place=place.id, place_name=place.name, lat=place.lat, lon=place.lon, radius_km=place.radius_km,
        state=verdict.state, holder=verdict.holder, claimed_by=verdict.claimed_by, since=turn.day, until=None,
        as_of=max(a.day for a in said), assertions=said, reasons=(*verdict.reasons, *_reversal(verdict, before, place)),
        share=verdict.share, share_of=verdict.share_of, disputed_by=verdict.disputed_by,
        known=min((a.known for a in said if a.known), default=None),
    )  # fmt: skip


def _reversal(verdict: Verdict, before: Sequence[ControlState], place: Place) -> tuple[Reason, ...]:
    """Says that a place came back to a side that had lost it."""
    side = verdict.side
    held = [believed(s) for s in before]
    if not side or not held or side not in held or not held[-1] or held[-1] == side:
        return ()
    lost = next(s for s in reversed(before) if believed(s) == side)
    detail = f"{side} had held {place.name} and lost it to {held[-1]} after {lost.until or lost.since}"
    return (Reason(feature="reversal", score=1.0, detail=detail, left=side, right=held[-1]),)


def _extended(state: ControlState, turn: Turn) -> ControlState:
    said = (*state.assertions, *turn.said)
    reasons = tuple(dict.fromkeys((*state.reasons, *turn.verdict.reasons)))
    return replace(state, as_of=max(a.day for a in said), assertions=said, reasons=reasons)


def _aged(state: ControlState) -> ControlState:
    """The state with the day it grew stale, if it did before it ended."""
    stale = state.as_of + timedelta(days=policy()["stale_days"] + 1)
    return replace(state, stale_from=None if state.until and state.until < stale else stale)


def on(states: Sequence[ControlState], day: date | None) -> list[ControlState]:
    """The state of each place on `day` (the latest when None)."""
    latest: dict[str, ControlState] = {}
    for state in sorted(states, key=lambda s: (s.place, s.since)):
        if day is None or state.since <= day:
            latest[state.place] = state
    return list(latest.values())


def believed(state: ControlState) -> str:
    """The side that holds a place as far as anyone says: its holder, else who alone claims it; "" when unknown."""
    return state.holder or (state.claimed_by if state.state == "claimed" else "")


def is_stale(state: ControlState, day: date) -> bool:
    """Whether by `day` nobody had spoken of the place for longer than the policy allows."""
    return state.stale_from is not None and state.stale_from <= day
