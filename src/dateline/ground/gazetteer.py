"""The gazetteer: a local SQLite file of the world's towns, regions and countries, packs, and what the user adds.

Built once into the user's cache, read-only and shared between processes afterwards.
"""

from __future__ import annotations

import math
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from .. import lexicon
from ..errors import InputError
from ..model.world import Place
from . import place_files
from .atlas import VERSION, WORLD, build, replace_layer
from .names import WORD, bones, key, plain

GENERIC = re.compile(
    r"\b(?:city|town|village|neighbou?rhood|district|province|governorate|camp|refugee camp|area|region|state|county"
    r"|oblast|suburb)\b"
)
NAME_START = re.compile(r"[^\W\da-z_]|(?:al|el|as|ad|ar|at|az|ash|an|ez|er|es)(?:-|$)")
BREAK = re.compile(r"[,;:()\"“”]|[.!?] ")
VOWELS = tuple("aeiouy")
# base weight of a kind; "reports" are places reports name that are no towns of GeoNames
WEIGHTS = {"country": 9.5, "region": 5.9, "area": 6.5, "reports": 4.3}


def cache_file() -> Path:
    """Where the built gazetteer lies (DATELINE_CACHE overrides the user's cache folder)."""
    import platformdirs

    return (
        Path(os.environ.get("DATELINE_CACHE") or platformdirs.user_cache_dir("dateline"))
        / f"gazetteer-{VERSION}.sqlite"
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place a name may mean.

    `exact` unless only its consonants agree; `own` when it is the first name of the place and not another; `weak` when
    it is a common English word, so that it takes more than a capital letter to be the place.
    """

    place: Place
    population: int
    layer: str
    exact: bool
    own: bool
    weak: bool = False

    @property
    def weight(self) -> float:
        """How likely it is meant before any context, about 1 to 10; towns by the logarithm of their people."""
        base = WEIGHTS.get(
            "reports" if self.layer == "reports" else self.place.kind if self.layer in WORLD else "", 0.0
        )
        return (
            (base or math.log10(max(self.population, 10))) + (0.0 if self.exact else -1.5) + (0.5 if self.own else 0.0)
        )


class Gazetteer:
    """Names to candidate places; `Gazetteer.open()` builds the file on first use (some ten seconds)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
        self.candidates = lru_cache(maxsize=50_000)(self._candidates)

    @classmethod
    def open(cls, path: Path | None = None) -> Gazetteer:
        """Open the gazetteer at `path` (default: the cache), building it when it is not there."""
        where = path or cache_file()
        if not where.exists():
            build(where)
        return cls(where)

    def find(self, name: str, country: str = "") -> tuple[Place, ...]:
        """At most twelve places `name` may mean, likeliest first, those of `country` (alpha-2) before others."""
        regional = set(key(name).split()) & set(lexicon.read("regions.yaml")["regional"])
        found = self.candidates(name) or self.candidates(GENERIC.sub("", name)) or self.candidates(name, tolerant=True)
        ranked = sorted(
            found,
            key=lambda c: (
                c.place.country != country if country else False,
                bool(regional) and c.place.kind not in ("region", "area"),
                shadow(c, found) - c.weight - (c.layer in self.packs),
            ),
        )
        return tuple(c.place for c in ranked[:12])

    @property
    def packs(self) -> frozenset[str]:
        """Layers that were curated or added, whose places outrank the world's of the same name."""
        return frozenset(layer for layer, _ in self.layers()) - WORLD

    def _candidates(self, name: str, tolerant: bool = False) -> tuple[Candidate, ...]:
        """Every place of exactly that name; with `tolerant`, those whose consonants and letters are near enough."""
        wanted = key(name)
        rows = (
            self._near(name)
            if tolerant
            else self._rows(
                "select p.*, a.key, a.weak from alias a join place p on p.n = a.place where a.key = ? limit 300", wanted
            )
        )
        unique = {row["id"]: row for row in rows}
        return tuple(
            Candidate(
                _place(r),
                r["population"] or 0,
                r["layer"],
                not tolerant,
                key(r["name"]) == r["key"],
                bool(r.get("weak")),
            )
            for r in unique.values()
        )

    def _near(self, name: str) -> list[dict[str, Any]]:
        from rapidfuzz.fuzz import ratio

        bone, wanted = bones(name), plain(name)
        least = 60 if len(bone) > 3 else 68
        rows = self._rows(
            "select p.*, b.key from bones b join place p on p.n = b.place where b.skeleton = ? limit 300", bone
        )
        return [
            r for r in rows if ratio(r["key"], wanted) >= least and (r["key"][:1] in VOWELS) == (wanted[:1] in VOWELS)
        ]

    def _rows(self, query: str, value: str) -> list[dict[str, Any]]:
        if not value:
            return []
        cursor = self.db.execute(query, (value,))
        columns = [c[0] for c in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor]

    def names_in(self, text: str) -> Iterator[tuple[int, int, tuple[Candidate, ...]]]:
        """Names of places standing in `text` as (start, end, candidates): no demonyms, no common words."""
        words = list(WORD.finditer(text))
        at = 0
        while at < len(words):
            size = self._longest(text, words, at) if NAME_START.match(words[at].group()) else 0
            if size:
                start, end = words[at].start(), _without_owner(words[at + size - 1])
                yield start, end, self.candidates(text[start:end])
            at += size or 1

    def _longest(self, text: str, words: list[re.Match[str]], at: int) -> int:
        """Number of words of the longest place name that begins at word `at`, 0 when none does."""
        for size in range(min(5, len(words) - at), 0, -1):
            last = words[at + size - 1]
            name = text[words[at].start() : _without_owner(last)]
            if (
                "\n" in name
                or BREAK.search(name)
                or not (last.group()[0].isupper() or last.group()[0].isdigit() or "-" in last.group())
            ):
                continue
            if self._is_place(name):
                return size
        return 0

    def _is_place(self, name: str) -> bool:
        """Whether a capitalised name is likely a place before any context."""
        if len(name) < 3 or key(name) in not_places():
            return False
        found = self.candidates(name)
        if name.isupper() and len(name) < 6 or name.lower().startswith("the "):
            return any(c.place.kind == "country" for c in found)
        return any(not c.weak for c in found)

    def country_of(self, identifier: str) -> str:
        """ISO 3166 alpha-2 country of a place id, "" when it is not known."""
        place = self.get(identifier)
        return place.country if place else ""

    def get(self, identifier: str) -> Place | None:
        """The place of that id."""
        rows = self._rows("select * from place where id = ?", identifier)
        return _place(rows[0]) if rows else None

    def capital(self, country: str) -> Place | None:
        """The capital city of an ISO 3166 alpha-2 country."""
        found = self.candidates(f"capital {country}") if country else ()
        return found[0].place if found else None

    def layers(self) -> list[tuple[str, int]]:
        """What the gazetteer holds: (layer, number of places)."""
        return list(self.db.execute("select layer, count(*) from place group by layer order by layer"))


def _without_owner(word: re.Match[str]) -> int:
    """End of a word without a possessive 's."""
    return word.end() - 2 if word.group().lower().endswith(("'s", "’s")) else word.end()


def shadow(candidate: Candidate, found: Iterable[Candidate]) -> float:
    """Weight a region loses to a town of the same name that lies in it: it is meant only when the text says so."""
    if candidate.place.kind != "region":
        return 0.0
    namesakes = (c for c in found if candidate.place.id in c.place.parents and c.exact and c.population > 20_000)
    return 2.5 if any(namesakes) else 0.0


@cache
def not_places() -> frozenset[str]:
    """Keys of words that are hardly ever the place of that name: common words, first names, demonyms."""
    states = lexicon.read("states.yaml").values()
    return frozenset(key(w) for w in lexicon.read("regions.yaml")["common"]) | frozenset(key(row[1]) for row in states)


def _place(row: dict[str, Any]) -> Place:
    return Place(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        lat=row["lat"],
        lon=row["lon"],
        radius_km=row["radius_km"],
        parents=tuple(p for p in (row["parents"] or "").split(";") if p),
        country=row["country"] or "",
    )


def add(source: Path, gazetteer: Path | None = None) -> int:
    """Add a GeoNames dump (.txt, .zip), GeoJSON or CSV file to the gazetteer; returns the number of places added.

    Raises `InputError` naming the row; nothing is added then. Adding a file again replaces what it brought before.
    """
    where = gazetteer or cache_file()
    if not where.exists():
        build(where)
    if not source.exists():
        raise InputError(str(source), "no such file", "give a GeoNames dump (.txt, .zip), GeoJSON or CSV file")
    return replace_layer(where, source.stem, place_files.read(source))
