"""All incidents of a record as columns in memory, so that a map or a list of a million of them is answered at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees; west > east crosses the date line


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which incidents are asked for, and which page of them; an empty field asks for all.

    `placed` False asks for those with no point or no day. `words` are searched in what reports say.
    """

    start: date | None = None
    end: date | None = None
    types: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    place: str = ""  # a place's id, or a part of its name
    actor: str = ""  # a part of a party's name
    words: str = ""
    placed: bool | None = None
    box: Box | None = None
    offset: int = 0
    limit: int = 50
