"""Distances on the ground and circles about points."""

from __future__ import annotations

import math


def distance_km(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km."""
    a, b = math.radians(lat), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


def town_radius(population: int) -> float:
    """Radius in km of a circle that holds a town of that many people at 5,000 a square km, at least 1."""
    return round(max(1.0, math.sqrt(population / 5000 / math.pi)), 1)


def spread(points: list[tuple[float, float, int]]) -> tuple[float, float, float]:
    """The middle of the ground that towns (lat, lon, people) stand on, and the radius in km that holds most of them.

    The middle of the extent, not of the people: what is said of a country is said of all of it. Far outliers (overseas
    islands) do not count.
    """
    lat, lon = (_middle(sorted(p[axis] for p in points)) for axis in (0, 1))
    distances = sorted(distance_km(lat, lon, a, o) for a, o, _ in points)
    return lat, lon, round(max(10.0, distances[int(len(distances) * 0.9)]), 1)


def _middle(values: list[float]) -> float:
    """Half-way between the lowest and the highest of sorted values, the outermost hundredths left out."""
    cut = len(values) // 100
    return round((values[cut] + values[-1 - cut]) / 2, 4)
