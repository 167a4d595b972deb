"""Files of places a user adds: CSV, GeoJSON and GeoNames dumps, read into entries with errors that name the row."""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

from ..errors import InputError
from .geometry import distance_km, town_radius
from .names import is_readable, key

KINDS = ("neighbourhood", "city", "town", "village", "part", "region", "country", "facility", "area")
NAME_KEYS = ("name", "Name", "NAME", "name_en", "Name_En", "NAME_EN", "ADM3_EN", "ADM2_EN", "ADM1_EN")
Entry = tuple[dict[str, Any], Iterable[str]]  # a row of the table of places, and the names it goes by


def read(source: Path) -> Iterator[Entry]:
    """Entries of a file by its ending, each with an id of its own; raises `InputError` naming the row."""
    seen: Counter[str] = Counter()
    for row, names in _read(source):
        seen[row["id"]] += 1
        if seen[row["id"]] > 1:
            row["id"] += f"_{seen[row['id']]}"
        yield row, names


def _read(source: Path) -> Iterator[Entry]:
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


def read_csv(text: str, where: str, *, layer: str) -> Iterator[Entry]:
    """Places from CSV: name, lat, lon; and, if there, id, names (by ";"), kind, radius_m or _km, parents, country."""
    for number, row in enumerate(csv.DictReader(StringIO(text)), 2):
        place = f"{where}:{number}"
        if missing := {"name", "lat", "lon"} - set(row):
            raise InputError(place, f"no column {sorted(missing)[0]!r}", "a CSV gazetteer needs name, lat and lon")
        if not (row["name"] or "").strip():
            raise InputError(place, "no name", "give every place a name")
        lat, lon = _coordinates(row["lat"], row["lon"], place)
        metres = _number(row, "radius_m", place)
        radius = metres / 1000 if metres else _number(row, "radius_km", place) or 1.0
        yield (
            {
                "id": row.get("id") or f"{layer}/{key(row['name']).replace(' ', '_')}",
                "name": row["name"],
                "kind": _kind(row.get("kind") or "area"),
                "lat": lat,
                "lon": lon,
                "radius_km": radius,
                "parents": ";".join(p.strip() for p in (row.get("parents") or "").split(";") if p.strip()),
                "country": row.get("country") or "",
                "population": 0,
                "layer": layer,
                "same_as": row.get("same_as") or "",
            },
            [row["name"], *(n.strip() for n in (row.get("names") or "").split(";") if n.strip())],
        )


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
            (str(properties[k]) for k in NAME_KEYS if properties.get(k)),
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
        yield (
            {
                "id": f"{layer}/{key(name).replace(' ', '_') or number}",
                "name": name,
                "kind": "area",
                "lat": lat,
                "lon": lon,
                "radius_km": round(radius, 2),
                "parents": "",
                "country": str(properties.get("country") or ""),
                "population": 0,
                "layer": layer,
            },
            [name, *others],
        )


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
        yield (
            {
                "id": f"geonames:{cells[0]}",
                "name": cells[1],
                "kind": kind,
                "lat": lat,
                "lon": lon,
                "radius_km": town_radius(people) if cells[6] != "A" else 25.0,
                "parents": f"admin1:{cells[8]}.{cells[10]};country:{cells[8]}",
                "country": cells[8],
                "admin": cells[10],
                "population": people,
                "layer": layer,
            },
            [cells[1], cells[2], *(n for n in cells[3].split(",") if is_readable(n))],
        )
