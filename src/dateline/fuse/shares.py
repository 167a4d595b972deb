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
        found = [*_among(shares), *_beside(shares, inside.get(state.place, []))] if shares else []
        yield replace(state, reasons=(*state.reasons, *found)) if found else state


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
