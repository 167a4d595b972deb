"""Small charts of what each source counts, as shapes to draw: from the lowest to the highest number, an end left open."""

from __future__ import annotations

from typing import Any

WIDTH = 300.0  # of the drawing, in its own units
OPEN = 14.0  # length of the arrow where an end is not said


def chart(tally: dict[str, Any]) -> dict[str, Any]:
    """A bar for each source's figure; `top` is the number at the right end."""
    top = max((n for f in tally["figures"] for n in (f["low"], f["high"]) if n is not None), default=0.0)
    return {"top": top, "bars": [_bar(f, top) | {"source": f["source"]} for f in tally["figures"]]}


def _bar(figure: dict[str, Any], top: float) -> dict[str, Any]:
    """Where a figure's bar begins and how long it is; `open_low`, `open_high` where an end is not said."""
    low, high = figure["low"], figure["high"]
    ends = [_at(n, top) for n in (low, high) if n is not None]
    if not ends:
        return {"x": 0.0, "width": 0.0, "open_low": False, "open_high": False}
    first = 0.0 if low is None else ends[0]
    last = min(WIDTH, ends[-1] + OPEN) if high is None else ends[-1]
    return {
        "x": round(max(0.0, min(first, last - 4)), 1), "width": round(max(4.0, last - first), 1),
        "open_low": low is None, "open_high": high is None,
    }  # fmt: skip


def _at(number: float, top: float) -> float:
    """Where a number is on the axis, with room for an open end."""
    return (WIDTH - OPEN) * number / top if top else 0.0
