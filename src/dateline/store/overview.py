"""All incidents of a record as columns in memory, so that a map or a list of a million of them is answered at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from .columns import NO_DAY, NO_POINT, NO_ROW, Flags, Rows, Site, Words, read
from .record import Record
from .words import asked, folded

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees; west > east crosses the date line
Claims = NDArray[np.int64]  # numbers of claims
NO_CLAIMS: Claims = np.empty(0, dtype=np.int64)
ITEMS = 800  # points on a map
LISTED = 50  # incidents of a point named one by one
CELLS = 8  # cells a tile's side is divided into
STEPS = {"day": 1, "week": 7, "month": 31, "year": 366}


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


class Cluster(TypedDict):
    """Incidents drawn as one sign: those at one point, or at neighbouring ones on a small map."""

    lon: float
    lat: float
    count: int
    families: dict[str, int]
    vague: bool
    radius_km: float | None  # how far about the point it may be; None when not known
    ids: list[str]


Bin = TypedDict("Bin", {"from": str, "to": str, "counts": dict[str, int]})  # incidents that began then, by family


class Density(TypedDict):
    """Incidents by the day they began."""

    step: str  # day | week | month | year | "n years"
    bins: list[Bin]


@dataclass(frozen=True, slots=True)
class Overview:
    """The columns of all incidents, by first day: those without a day come first."""

    families: Mapping[str, str]  # by type
    ids: NDArray[np.bytes_]
    start: NDArray[np.int32]  # days since the year 1; NO_DAY when not known
    end: NDArray[np.int32]
    reach: NDArray[np.int32]  # the last day of any incident so far
    lat: NDArray[np.float32]  # NaN when not known, as `lon`
    lon: NDArray[np.float32]
    radius_km: NDArray[np.float32]  # of the ground it may be anywhere on, NaN when not known
    point: NDArray[np.int32]  # position in `points`
    points: NDArray[np.float32]  # (lat, lon), each once
    vague: Flags
    type: Words
    status: Words
    place: Words  # ids
    parties: Words  # names of actors and targets, folded, a line each
    sites: Mapping[str, Site]  # by place id, with those that no incident is at
    by_id: Rows  # positions, by id
    tellers: NDArray[np.int32]  # by a claim's number, the position of the incident it tells of, or NO_ROW

    @classmethod
    def load(cls, record: Record, families: Mapping[str, str]) -> Overview:
        """Read the columns of a record's incidents; `families` gives the family of each type."""
        return cls(families=families, **read(record))

    def __len__(self) -> int:
        return len(self.ids)

    # which

    def rows(self, query: Query, among: Flags | None = None) -> Rows:
        """The incidents asked for, the earliest first; `among` restricts them (for what only the record can tell)."""
        first, last = self._window(query)
        part = slice(first, last)
        keep = np.ones(last - first, dtype=np.bool_)
        for flags in self._conditions(query, part):
            keep &= flags
        if among is not None:
            keep &= among[part]
        return np.flatnonzero(keep) + first

    def _window(self, query: Query) -> tuple[int, int]:
        """The stretch of columns outside which no incident touches the days asked for."""
        dated = query.start or query.end or query.placed
        first = int(np.searchsorted(self.start, NO_DAY, "right")) if dated else 0
        last = int(np.searchsorted(self.start, query.end.toordinal(), "right")) if query.end else len(self)
        if query.start:
            first = max(first, int(np.searchsorted(self.reach, query.start.toordinal())))
        return first, max(first, last)

    def _conditions(self, query: Query, part: slice) -> Iterator[Flags]:
        if query.start:
            yield self.end[part] >= query.start.toordinal()
        if query.types or query.families:
            yield self._types(query.types, query.families)[self.type.codes[part]]
        if query.statuses:
            yield self.status.flags(lambda s: s in query.statuses)[self.status.codes[part]]
        if query.box:
            yield inside(query.box, self.lat[part], self.lon[part])
        if query.place:
            yield self._places(query.place)[self.place.codes[part]]
        if query.actor:
            yield self.parties.holding(folded(query.actor))[self.parties.codes[part]]
        if query.placed is not None:
            yield self._placed(part) == query.placed

    def _types(self, types: Sequence[str], families: Sequence[str]) -> Flags:
        return self.type.flags(lambda t: (not types or t in types) and (not families or self.family(t) in families))

    def family(self, kind: str) -> str:
        """The family of a type."""
        return self.families.get(kind, "other")

    def _placed(self, part: slice) -> Flags:
        return (self.point[part] != NO_POINT) & (self.start[part] != NO_DAY)

    def _places(self, text: str) -> Flags:
        here = self.within(text)
        return self.place.flags(lambda i: i in here)

    def within(self, text: str) -> frozenset[str]:
        """Ids of the places of that id, or with that in their names, and of those that lie in them."""
        wanted = folded(text)
        alike = () if text in self.sites else (i for i, site in self.sites.items() if wanted in site.name)
        named = {text, *alike}
        return frozenset(named | {i for i, site in self.sites.items() if not named.isdisjoint(site.parents)})

    def telling(self, claims: Claims) -> Rows:
        """Where the incidents stand that claims of these numbers tell of, in that order; those of no incident left out."""
        rows = self.tellers[claims[claims < len(self.tellers)]]
        return rows[rows != NO_ROW]

    def worded(self, words: str, claims: Claims = NO_CLAIMS) -> Flags:
        """The incidents whose type, place and parties hold all the words, and those that the claims tell of."""
        keep = np.ones(len(self), dtype=np.bool_)
        for word in asked(words):
            keep &= self._holding(word)
        keep[self.telling(claims)] = True
        return keep

    def _holding(self, word: str) -> Flags:
        places = {i for i, site in self.sites.items() if word in site.name}
        hit = self.type.holding(word)[self.type.codes] | self.parties.holding(word)[self.parties.codes]
        return hit | self.place.flags(places.__contains__)[self.place.codes]

    def named(self, rows: Rows) -> list[str]:
        """The ids of incidents."""
        return [i.decode() for i in self.ids[rows].tolist()]

    def page(self, rows: Rows, offset: int, limit: int) -> list[str]:
        """The ids of one page of incidents, the latest first."""
        return self.named(rows[::-1][offset : offset + limit])

    def days(self) -> tuple[date, date] | None:
        """The first and the last day that an incident begins on."""
        first = int(np.searchsorted(self.start, NO_DAY, "right"))
        if first == len(self):
            return None
        return date.fromordinal(int(self.start[first])), date.fromordinal(int(self.start[-1]))

    def began(self, after: date, until: date) -> Rows:
        """The incidents that began after one day, up to and on another."""
        first, last = (int(np.searchsorted(self.start, d.toordinal(), "right")) for d in (after, until))
        return np.arange(first, max(first, last))

    # on the map

    def clusters(self, rows: Rows, zoom: float) -> list[Cluster]:
        """The placed incidents among `rows` as at most `ITEMS` signs: a point's are never parted, near points join."""
        placed = rows[self.point[rows] != NO_POINT]
        if not len(placed):
            return []
        counts = np.bincount(self.point[placed], minlength=len(self.points))
        used = np.flatnonzero(counts)
        cells = _grid(self.points[used], zoom)
        cell_of = np.zeros(len(self.points), dtype=np.int64)
        cell_of[used] = cells
        return self._signs(placed, cell_of[self.point[placed]], used, cells, counts[used])

    def _signs(self, rows: Rows, at: Rows, used: Rows, cells: Rows, counts: Rows) -> list[Cluster]:
        """One sign a cell, `at` being the cell of each row, `cells` and `counts` those of each point in use."""
        size = int(cells.max()) + 1
        total = np.bincount(cells, counts, minlength=size)
        lat, lon = (np.bincount(cells, counts * self.points[used, axis], minlength=size) / total for axis in (0, 1))
        exact = np.bincount(at, ~self.vague[rows], minlength=size)
        radius = np.zeros(size, dtype=np.float32)
        np.maximum.at(radius, at, np.nan_to_num(self.radius_km[rows]))
        families, by_family = self._families(rows, at, size)
        listed = self._listed(rows, at, total)
        return [
            Cluster(
                lon=round(x, 5), lat=round(y, 5), count=n, vague=not e, radius_km=round(r, 1) or None, ids=listed.get(cell, []),
                families={f: k for f, k in zip(families, row, strict=True) if k},
            )
            for cell, (x, y, n, e, r, row) in enumerate(
                zip(*(a.tolist() for a in (lon, lat, total.astype(int), exact, radius, by_family)), strict=True)
            )
        ]  # fmt: skip

    def _families(self, rows: Rows, at: Rows, size: int) -> tuple[list[str], NDArray[np.int64]]:
        """Names of families, and how many of each are in each of `size` groups, `at` being the group of each row."""
        names = sorted({self.family(t) for t in self.type.values}) or ["other"]
        code = np.array([names.index(self.family(t)) for t in self.type.values], dtype=np.int64)
        flat = np.bincount(at * len(names) + code[self.type.codes[rows]], minlength=size * len(names))
        return names, flat.reshape(size, len(names))

    def _listed(self, rows: Rows, at: Rows, total: NDArray[Any]) -> dict[int, list[str]]:
        """Ids of the incidents in groups of few, the latest first."""
        few = (total <= LISTED)[at]
        rows, at = rows[few][::-1], at[few][::-1]
        found: dict[int, list[str]] = defaultdict(list)
        for cell, identifier in zip(at.tolist(), self.named(rows), strict=True):
            found[cell].append(identifier)
        return found

    # in time

    def density(self, rows: Rows, most: int, query: Query) -> Density:
        """The dated incidents among `rows` by the day they began, in the finest steps that need at most `most` bins."""
        since = query.start.toordinal() if query.start else NO_DAY + 1
        dated = rows[self.start[rows] >= since]
        if not len(dated):
            return Density(step="day", bins=[])
        starts = self.start[dated]
        first = query.start or date.fromordinal(int(starts[0]))
        step, edges = _edges(first, query.end or date.fromordinal(int(starts[-1])), most)
        at = np.searchsorted(edges, starts, "right") - 1
        families, counts = self._families(dated, at, len(edges) - 1)
        bins: list[Bin] = [
            {"from": _iso(a), "to": _iso(b - 1), "counts": {f: n for f, n in zip(families, row, strict=True) if n}}
            for a, b, row in zip(edges, edges[1:], counts.tolist(), strict=False)
        ]
        return Density(step=step, bins=bins)


def inside(box: Box, lat: NDArray[np.float32], lon: NDArray[np.float32]) -> Flags:
    """Which points lie in a box; none of those not known."""
    west, south, east, north = box
    across = (lon >= west) | (lon <= east) if west > east else (lon >= west) & (lon <= east)
    return across & (lat >= south) & (lat <= north)


def _grid(points: NDArray[np.float32], zoom: float) -> Rows:
    """The number of the cell each point is in, from 0, with cells so large that there are at most `ITEMS`."""
    lat, lon = points.T.astype(np.float64)
    x, sine = (lon + 180) / 360, np.sin(np.radians(lat.clip(-85.05, 85.05)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    across = 2.0**zoom * CELLS
    while True:
        keys = np.floor(x * across).astype(np.int64) * 2**31 + np.floor(y * across).astype(np.int64)
        different, cells = np.unique(keys, return_inverse=True)
        if len(different) <= ITEMS:
            return cells.reshape(-1)
        across /= 1.5


def _iso(day: int) -> str:
    return date.fromordinal(int(day)).isoformat()


def _edges(first: date, last: date, most: int) -> tuple[str, NDArray[np.int64]]:
    """The finest step that needs at most `most` bins from `first` to `last`, and the days its bins begin, with the end."""
    for step, length in STEPS.items():
        if step != "year" and (last - first).days // length > most:
            continue
        edges = np.array(_steps(first, last, step))
        if len(edges) - 1 <= most:
            return step, edges
    whole = -(-(len(edges) - 1) // most)  # several years a bin
    return f"{whole} years", np.append(edges[:-1:whole], edges[-1])


def _steps(first: date, last: date, step: str) -> list[int]:
    """The first days of the steps that cover two days, and the day after the last of them."""
    if step in ("day", "week"):
        size = STEPS[step]
        start = first.toordinal() - (first.weekday() if step == "week" else 0)
        return [start + size * k for k in range((last.toordinal() - start) // size + 2)]
    months = 12 if step == "year" else 1
    since, until = ((d.year * 12 + d.month - 1) // months for d in (first, last))
    return [_opening(k * months) for k in range(since, until + 2)]


def _opening(month: int) -> int:
    """The first day of a month counted from the year 0."""
    year, index = divmod(month, 12)
    return date(year, index + 1, 1).toordinal() if year <= MAXYEAR else date.max.toordinal() + 1
