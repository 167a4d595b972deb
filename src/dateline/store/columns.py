"""Reads the columns of all incidents from a record, a million of them in a few seconds: from indexes, without the bodies."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from . import tables
from .record import Record
from .words import folded

Rows = NDArray[np.int64]  # positions in the columns, in their order
Flags = NDArray[np.bool_]
NO_DAY, NO_POINT, NO_ROW, NO_PRECISION = 0, -1, -1, 7
VAGUE = 3  # from this precision of place on, as the map draws it
BATCH = 50_000  # rows read at once
REMEMBERED = 64  # texts looked for
COLUMNS = ("id", "start", "end", "lat", "lon", "type", "status", "where_precision", "radius_km", "place", "actors", "targets")
LISTS = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Words:
    """The different values of a column of words; the column itself holds their positions here."""

    values: tuple[str, ...]
    codes: NDArray[np.int32]
    held: dict[str, Flags] = field(default_factory=dict, repr=False)  # what was looked for lately

    def flags(self, wanted: Callable[[str], bool]) -> Flags:
        """For each different value, whether it is wanted."""
        return np.fromiter((wanted(v) for v in self.values), dtype=np.bool_, count=len(self.values))

    def holding(self, text: str) -> Flags:
        """For each different value, whether it holds a text; the same text is asked for again and again."""
        known = self.held.get(text)
        if known is None:
            if len(self.held) >= REMEMBERED:
                self.held.clear()
            known = self.held[text] = np.array([text in v for v in self.values], dtype=np.bool_)
        return known


@dataclass(frozen=True, slots=True)
class Site:
    """A place as filters know it."""

    name: str  # folded
    parents: frozenset[str]


def read(record: Record) -> dict[str, Any]:
    """The columns by name, by first day: see `Overview`."""
    columns = _Columns()
    for part in _fetched(record, f"select {', '.join(map(_quoted, COLUMNS))} from incidents order by start"):
        columns.add(part)
    whole = columns.finished()
    return whole | {"sites": _sites(record), "tellers": _tellers(record, whole["ids"], whole["by_id"])}


class _Codes(defaultdict[str, int]):
    """Numbers for words, in the order they first come."""

    def __init__(self) -> None:
        super().__init__(count().__next__)


class _Days(dict[str | None, int]):
    """Days as numbers, each worked out once."""

    def __missing__(self, text: str | None) -> int:
        self[text] = number = date.fromisoformat(text).toordinal() if text else NO_DAY
        return number


class _Columns:
    """Columns on their way in, part by part."""

    def __init__(self) -> None:
        self.days = _Days()
        self.words = {name: _Codes() for name in ("type", "status", "place", "parties")}
        self.parts: dict[str, list[NDArray[Any]]] = defaultdict(list)

    def add(self, part: Sequence[tuple[Any, ...]]) -> None:
        """Take in rows with the values of `COLUMNS`."""
        columns = dict(zip(COLUMNS, zip(*part, strict=True) if part else [()] * len(COLUMNS), strict=True))
        columns["parties"] = tuple(map(str.__add__, columns["actors"], columns["targets"]))
        self._keep("ids", columns["id"], np.bytes_)
        for name in ("start", "end"):
            self._keep(name, [self.days[d] for d in columns[name]], np.int32)
        for name in ("lat", "lon", "radius_km"):
            self._keep(name, columns[name], np.float32)
        self._keep("vague", [(p or NO_PRECISION) >= VAGUE for p in columns["where_precision"]], np.bool_)
        for name, code in self.words.items():
            self._keep(name, [code[w] for w in columns[name]], np.int32)

    def _keep(self, name: str, values: Sequence[Any], kind: Any) -> None:
        self.parts[name].append(np.array(values, dtype=kind))

    def finished(self) -> dict[str, Any]:
        """The columns, with what is worked out from them."""
        if not self.parts:
            self.add([])
        whole = {name: np.concatenate(parts) for name, parts in self.parts.items()}
        spelt = {"parties": _spelt}
        words = {n: Words(tuple(map(spelt.get(n, str), code)), whole.pop(n)) for n, code in self.words.items()}
        whole["end"] = np.maximum(whole["end"], whole["start"])
        whole["reach"] = np.maximum.accumulate(whole["end"])
        whole["by_id"] = np.argsort(whole["ids"], kind="stable")
        whole["points"], whole["point"] = _points(whole["lat"], whole["lon"])
        return whole | words


def _spelt(lists: str) -> str:
    """Two JSON lists of names, one after the other, as folded lines."""
    actors, end = LISTS.raw_decode(lists)
    return "\n".join(map(folded, [*actors, *LISTS.raw_decode(lists, end)[0]]))


def _points(lat: NDArray[np.float32], lon: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """The different points, and where among them each row's is."""
    known = np.flatnonzero(~(np.isnan(lat) | np.isnan(lon)))
    both = np.stack([lat[known] + np.float32(0), lon[known] + np.float32(0)], axis=1)  # no negative zero
    different, at = np.unique(both.view(np.uint64).reshape(-1), return_inverse=True)
    point = np.full(len(lat), NO_POINT, dtype=np.int32)
    point[known] = at.reshape(-1)
    return different.view(np.float32).reshape(-1, 2), point


def _tellers(record: Record, ids: NDArray[np.bytes_], by_id: Rows) -> NDArray[np.int32]:
    """For each claim by its number, where the incident stands that it tells of; NO_ROW for none."""
    found = np.full(1, NO_ROW, dtype=np.int32)
    query = "select v.number, m.incident from members m join voices v on v.claim = m.claim"
    for part in _fetched(record, query):
        numbers, told = zip(*part, strict=True)
        at, rows = np.array(numbers), positions(ids, by_id, told)
        found = np.pad(found, (0, max(0, int(at.max()) + 1 - len(found))), constant_values=NO_ROW)
        found[at] = rows
    return found


def positions(ids: NDArray[np.bytes_], by_id: Rows, wanted: Sequence[str]) -> Rows:
    """Where each id that is wanted stands in a column of ids, NO_ROW for none; `by_id` is the column's order."""
    if not len(ids):
        return np.full(len(wanted), NO_ROW)
    encoded = np.array([i.encode() for i in wanted], dtype=np.bytes_)
    rows = by_id[np.searchsorted(ids, encoded, sorter=by_id).clip(max=len(ids) - 1)]
    return np.where(ids[rows] == encoded, rows, NO_ROW)


def _fetched(record: Record, query: str) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Rows as the database gives them, in parts."""
    with record.engine.connect() as db:
        cursor = db.connection.cursor()
        cursor.execute(query)
        while part := cursor.fetchmany(BATCH):
            yield part


def _quoted(column: str) -> str:
    return f'"{column}"'


def _sites(record: Record) -> dict[str, Site]:
    places = tables.places.c
    with record.engine.connect() as db:
        rows = db.execute(select(places.id, places.name, places.parents))
        return {r.id: Site(folded(r.name), frozenset(json.loads(r.parents))) for r in rows}
