"""Shares of an area ("85 percent of what rebels held in the east"): checked against each other and against its districts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

from ..model.concluded import Assertion, ControlState, Reason
from ..model.world import Place
from .assertions import policy
from .verdict import allied


def checked(states: Sequence[ControlState], places: Mapping[str, Place]) -> Iterator[ControlState]:
    """The states, those of areas with a reason for each share that cannot be true beside others or beside the districts."""
    inside: dict[str, list[ControlState]] = defaultdict(list)
    for state in states:
        for area in places[state.place].parents:
            inside[area].append(state)
    for state in states:
        shares = [a for a in state.assertions if a.share]
        found = list(_found(shares, places[state.place], inside.get(state.place, []), places)) if shares else []
        yield replace(state, reasons=(*state.reasons, *found)) if found else state


def _found(
    shares: Sequence[Assertion], place: Place, inside: Sequence[ControlState], places: Mapping[str, Place]
) -> Iterator[Reason]:
    yield from _among(shares)
    yield from _beside(shares, inside)
    for share in shares:
        for state in inside:
            for part in (
                a for a in state.assertions if a.share and a.day == share.day and allied(a.holder, share.holder)
            ):
                if part.share_base != share.share_base:
                    yield _of_wholes(share, place, part, places[state.place])


def _of_wholes(share: Assertion, place: Place, part: Assertion, inside: Place) -> Reason:
    """What a share of a place and one of a part of it, of different denominators, say together.

    What is lacking of the place cannot be less than what is lacking of its part; their circles weigh one against the other.
    """
    weight = min(1.0, ((inside.radius_km or 0.0) / place.radius_km) ** 2) if place.radius_km else 0.0
    lacking, least = 100 - _range(share)[0], weight * (100 - _range(part)[1])
    left, right = _told(share), _told(part)
    if lacking + policy()["share_tolerance"] < least:
        detail = f"{left}, but {right}, which leaves at least {least:.0f} percent of {place.name}"
        return Reason(feature="contradiction", score=-1.0, detail=detail, left=left, right=right)
    return Reason(
        feature="denominator",
        score=0.0,
        detail=f"{left}; {right}: of different wholes, so both can be true",
        left=left,
        right=right,
    )


def _among(shares: Sequence[Assertion]) -> Iterator[Reason]:
    """Shares of one side, day and denominator whose ranges lie apart."""
    for one, other in combinations(shares, 2):
        same = one.day == other.day and one.share_base == other.share_base and allied(one.holder, other.holder)
        if same and _gap(_range(one), _range(other)) > policy()["share_tolerance"]:
            left, right = _told(one), _told(other)
            yield Reason(feature="contradiction", score=-1.0, detail=f"{left}, but {right}", left=left, right=right)


def _beside(shares: Sequence[Assertion], districts: Sequence[ControlState]) -> Iterator[Reason]:
    """Shares of what a side held that the districts on record, weighed by their area, cannot add up to."""
    for share in shares:
        if share.share_base:
            least, most, count = _taken(share, districts)
            if (
                count >= policy()["least_districts"]
                and _gap(_range(share), (least, most)) > policy()["district_tolerance"]
            ):
                right = f"{least:.0f} to {most:.0f} percent of the area of the {count} districts on record"
                yield Reason(
                    feature="contradiction",
                    score=-1.0,
                    detail=f"{_told(share)}, but it holds {right}",
                    left=_told(share),
                    right=right,
                )


def _taken(share: Assertion, districts: Sequence[ControlState]) -> tuple[float, float, int]:
    """Least and most percent of the districts' area that the side holds on the share's day, and how many are on record."""
    total = held = lost = 0.0
    count = 0
    for state in _that_day(districts, share.day):
        size = (state.radius_km or 0.0) ** 2
        if not size:
            continue
        count, total = count + 1, total + size
        side = state.holder or state.claimed_by
        if state.state in ("held", "claimed") and allied(side, share.holder):
            held += size
        elif state.state == "held":
            lost += size
    return (100 * held / total, 100 * (total - lost) / total, count) if total else (0.0, 100.0, 0)


def _that_day(states: Iterable[ControlState], day: date) -> list[ControlState]:
    return [s for s in states if s.since <= day and (s.until is None or day <= s.until)]


def _range(share: Assertion) -> tuple[float, float]:
    low, high = share.share or (None, None)
    return low if low is not None else 0.0, high if high is not None else 100.0


def _gap(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Percentage points between two ranges, 0 when they meet."""
    return max(0.0, one[0] - other[1], other[0] - one[1])


def _told(share: Assertion) -> str:
    """A share in words, with who says so."""
    low, high = share.share or (None, None)
    said = (
        f"{low:g}" if low == high and low is not None else f"at least {low:g}" if low is not None else f"up to {high:g}"
    )
    return f"{share.claimant or 'the report'} says {said} percent of {share.share_of or 'it'}"
