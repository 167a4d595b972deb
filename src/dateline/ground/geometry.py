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
    """Population-weighted centre of towns and the radius in km that holds most of them."""
    total = sum(p for _, _, p in points)
    lat = sum(a * p for a, _, p in points) / total
    lon = sum(o * p for _, o, p in points) / total
    distances = sorted(distance_km(lat, lon, a, o) for a, o, _ in points)
    return lat, lon, round(max(10.0, distances[int(len(distances) * 0.9)]), 1)
