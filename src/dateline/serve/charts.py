"""Small charts of what each source counts, as shapes to draw: a dot for a number, a bar for a range, an arrow for "at least"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

START, END = 6.0, 290.0  # of the axis, in the drawing's own units, with room for a dot and an arrow
ARROW = 12.0  # length of the bar before the arrow of an open end
Tally = dict[str, Any]


def scales(tallies: Iterable[Tally]) -> dict[str, float]:
    """The highest number of each kind of tally: the right end of its charts."""
    found: dict[str, float] = {}
    for tally in tallies:
        found[tally["of"]] = max(_highest(tally), found.get(tally["of"], 0.0))
    return found


def _highest(tally: Tally) -> float:
    return max((n for f in tally["figures"] for n in (f["low"], f["high"]) if n is not None), default=0.0)


def chart(tally: Tally, top: float | None = None) -> dict[str, Any]:
    """A shape for each source's figure; `top` is the number at the right end, the highest unless told."""
    end = _highest(tally) if top is None else top
    return {"top": end, "bars": [_bar(f["low"], f["high"], end) | {"source": f["source"]} for f in tally["figures"]]}


def _bar(low: float | None, high: float | None, top: float) -> dict[str, Any]:
    """Where a figure's shape begins and how long it is: no length for a single number, `open_high` for "at least"."""
    if low is None and high is None:
        return {"known": False, "x": START, "width": 0.0, "open_high": False}
    first = START if low is None else _at(low, top)
    last = first + ARROW if high is None else _at(high, top)
    return {"known": True, "x": round(first, 1), "width": round(last - first, 1), "open_high": high is None}


def _at(number: float, top: float) -> float:
    """Where a number is on the axis."""
    return START + (END - START) * number / top if top else START
