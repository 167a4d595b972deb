"""What an address asks for: its parameters read into a query, and a query written as parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlencode

from .. import lexicon
from ..errors import UsageError
from ..store.overview import Box, Query

MOST = 500  # rows of a page
FAR = 10_000_000  # rows nobody pages beyond
STATUSES = ("reported", "corroborated", "disputed", "denied")
PLACED = {"": None, "yes": True, "no": False}
NAMES = {
    "start": "from", "end": "to", "types": "type", "families": "family", "statuses": "status", "place": "place",
    "actor": "actor", "words": "q", "placed": "placed", "box": "box", "offset": "offset", "limit": "limit",
}  # fmt: skip


@cache
def families() -> dict[str, str]:
    """The family of each type of claim."""
    return {name: kind["family"] for name, kind in lexicon.read("events.yaml")["types"].items()}


def parse(given: Iterable[tuple[str, str]]) -> Query:
    """The query that an address's parameters ask for (`request.query_params.multi_items()`); others are left alone.

    Raises `UsageError` that names the parameter and what it may be.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in given:
        found[name] += [value.strip()] if value.strip() else []

    def last(name: str) -> str:
        return found[name][-1] if found[name] else ""

    query = Query(
        start=day(last("from"), "from"), end=day(last("to"), "to"), types=_each(found["type"], "type", families().keys()),
        families=_each(found["family"], "family", set(families().values())), statuses=_each(found["status"], "status", STATUSES),
        place=last("place"), actor=last("actor"), words=last("q"), placed=_placed(last("placed")), box=box(last("box")),
        offset=number(last("offset"), "offset", 0, 0, FAR), limit=number(last("limit"), "limit", 50, 1, MOST),
    )  # fmt: skip
    if query.start and query.end and query.start > query.end:
        raise UsageError(f"from = {query.start} is after to = {query.end}; exchange them")
    return query


def address(query: Query, **changes: Any) -> str:
    """The parameters that ask for `query` with some fields changed, for a link: `address(query, offset=50)`; no "?"."""
    asked, plain = replace(query, **changes), Query()
    pairs = [
        (name, getattr(asked, field)) for field, name in NAMES.items() if getattr(asked, field) != getattr(plain, field)
    ]
    return urlencode([(name, _written(name, v)) for name, value in pairs for v in _apart(name, value)])


def _apart(name: str, value: Any) -> Iterable[Any]:
    return value if name in ("type", "family", "status") else (value,)


def _written(name: str, value: Any) -> str:
    if name == "placed":
        return "yes" if value else "no"
    return ",".join(f"{x:g}" for x in value) if name == "box" else str(value)


def day(text: str, name: str) -> date | None:
    """An ISO day, None when empty; raises `UsageError` naming the parameter."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{name} = {text!r} is no day; write it as 2016-12-09") from None


def box(text: str, name: str = "box") -> Box | None:
    """west,south,east,north; None when empty; raises `UsageError`."""
    if not text:
        return None
    try:
        west, south, east, north = (float(x) for x in text.split(","))
    except ValueError:
        raise UsageError(f"{name} = {text!r} is no box; write west,south,east,north in degrees") from None
    if not (-540 <= west <= 540 and -540 <= east <= 540 and -90 <= south <= north <= 90):
        raise UsageError(f"{name} = {text!r} is no box; write west,south,east,north in degrees, south below north")
    return (-180.0, south, 180.0, north) if east - west >= 360 else (_turned(west), south, _turned(east), north)


def _turned(lon: float) -> float:
    """A longitude between -180 and 180."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def number(text: str, name: str, usual: int, least: int, most: int) -> int:
    """A whole number in bounds, `usual` when empty; raises `UsageError` naming the parameter."""
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) and len(text) < 9 and int(text) <= most):
        raise UsageError(f"{name} = {text!r}; give a whole number from {least} to {most}")
    return int(text)


def zoom(text: str) -> float:
    """A map's zoom, that of the whole world when empty; raises `UsageError`."""
    try:
        value = float(text or 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 24:
        raise UsageError(f"zoom = {text!r}; give a number from 0 (the world) to 24")
    return value


def _placed(text: str) -> bool | None:
    if text not in PLACED:
        raise UsageError(f"placed = {text!r}; give yes or no")
    return PLACED[text]


def _each(values: list[str], name: str, known: Collection[str]) -> tuple[str, ...]:
    """Values of a closed vocabulary, each once."""
    for value in values:
        if value not in known:
            near = get_close_matches(value, known, 1)
            raise UsageError(
                f"{name} = {value!r}; "
                + (f"did you mean {near[0]}?" if near else f"give one of {', '.join(sorted(known))}")
            )
    return tuple(dict.fromkeys(values))
