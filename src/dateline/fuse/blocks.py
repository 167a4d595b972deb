"""Blocks: under which days, places and words an account is filed, so that only accounts worth comparing meet."""

from __future__ import annotations

import math
from functools import lru_cache

from ..model.world import Place
from . import reprints
from .accounts import Account, is_bare, is_exact, is_wide, policy

CELL = 0.25  # degrees: neighbouring cells hold every pair of circles that can touch
BANDS, ROWS = 6, 3  # of the likeness of words: accounts with 0.7 of their words in common share a band 19 times in 20


def home(a: Account) -> frozenset[str]:
    """The blocks an account is filed under; `around` of every account worth comparing with it names one of them."""
    days = _days(a, 0)
    spots = {spot for p in a.places for spot in _filed(p)} if days else ()
    bands = {f"{kind}~{band}" for band in _bands(a.words) for kind in ("any", "bare")[: 1 + is_bare(a)]}
    return frozenset(f"{d}|{spot}" for d in days for spot in spots) | bands


def around(a: Account) -> frozenset[str]:
    """The blocks to look into: neighbouring days and places, places that hold it or lie in it, sentences alike."""
    days = _days(a, 1)
    spots = {spot for p in a.places for spot in _looked_for(p)} if days else ()
    kind = "any" if is_bare(a) else "bare"
    return frozenset(f"{d}|{spot}" for d in days for spot in spots) | {f"{kind}~{band}" for band in _bands(a.words)}


def _days(a: Account, margin: int) -> range:
    if a.start is None or a.end is None or not is_exact(a):
        return range(0)
    return range(a.start.toordinal() - margin, a.end.toordinal() + margin + 1)


@lru_cache(maxsize=50_000)
def _filed(place: Place) -> tuple[str, ...]:
    return (*_own(place, 0), *(f"in {i}" for i in _holders(place)))


@lru_cache(maxsize=50_000)
def _looked_for(place: Place) -> tuple[str, ...]:
    return (*_own(place, 1), *(f"at {i}" for i in _holders(place)))


def _own(place: Place, margin: int) -> list[str]:
    """A wide place by its name; another by its cell and those up to `margin` cells away."""
    if is_wide(place):
        return [f"at {place.id}", f"in {place.id}"]
    x, y = _cell(place)
    near = range(-margin, margin + 1)
    return [f"{x + i},{y + j}" for i in near for j in near]


def _holders(place: Place) -> list[str]:
    return [i for i in place.parents if not i.startswith("country:")]


def _cell(place: Place) -> tuple[int, int]:
    return math.floor((place.lat or 0.0) / CELL), math.floor((place.lon or 0.0) / CELL)


@lru_cache(maxsize=200_000)
def _bands(words: frozenset[str]) -> frozenset[str]:
    if len(words) < policy()["few_words"]:
        return frozenset()
    digest = reprints.signature(words, BANDS * ROWS)
    return frozenset(f"{i}~{digest[i * ROWS : (i + 1) * ROWS]}" for i in range(BANDS))
