"""Accounts: what a report says of one happening, as far as matching needs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from .. import lexicon
from ..model.said import Document
from ..model.world import ActorRef, GroundedClaim, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one or more claims of a report say of one happening, as far as matching needs it.

    `places` empty or `start` None is unknown; `spot` is the stretch of the report in characters.
    """

    id: str  # of its first claim
    document: str
    claims: tuple[str, ...]
    types: frozenset[str]
    places: tuple[Place, ...]
    start: date | None
    end: date | None
    dated: bool  # the report itself says when; not taken from its publication
    actors: frozenset[str]
    targets: frozenset[str]
    means: frozenset[str]
    numbers: frozenset[tuple[str, float | None, float | None]]
    words: frozenset[str]
    spot: tuple[int, int]
    countries: frozenset[str]  # of all places named, those too vague to be in `places` too


@cache
def policy() -> dict[str, Any]:
    """The matching policy; raises `DataError` for a type that is none."""
    given: dict[str, Any] = lexicon.read("fuse.yaml")["match"]
    known = set(lexicon.read("events.yaml")["types"])
    named = {*given["kin"], *given["followers"], *given["rare"], *(t for row in given["kin"].values() for t in row)}
    for name in sorted(named):
        lexicon.closed(name, known, "fuse.yaml: match")
    return given


def account(document: Document, grounded: GroundedClaim) -> Account:
    """One claim as an account."""
    claim, time = grounded.claim, grounded.time
    if time and time.basis == "publication" and claim.status == "ongoing":
        time = None  # "the siege goes on" has no day of its own
    return Account(
        id=claim.id, document=document.id, claims=(claim.id,), types=frozenset([claim.type]), places=_places(grounded),
        start=time.start if time else None, end=time.end if time else None,
        dated=bool(time and time.basis != "publication"), actors=_parties(grounded.actor),
        targets=_parties(grounded.target), means=_stems(claim.means.text) if claim.means else frozenset(),
        numbers=frozenset((n.of, n.low, n.high) for n in claim.numbers if n.unit in ("people", "count")),
        words=_words(claim.evidence.text), spot=(claim.evidence.start, claim.evidence.end),
        countries=frozenset(ref.place.country for ref in grounded.place if ref.place and ref.place.country),
    )  # fmt: skip


def together(accounts: Sequence[Account]) -> Account:
    """Several accounts of one report as one: the most exact day, the narrowest places, all parties and figures."""
    if len(accounts) == 1:
        return accounts[0]
    first = min(accounts, key=lambda a: (a.spot, a.id))
    timed = min((a for a in accounts if a.start), key=lambda a: (span(a), not a.dated, a.spot, a.id), default=first)
    return Account(
        id=first.id, document=first.document, claims=tuple(c for a in accounts for c in a.claims),
        types=_all(accounts, "types"), places=_narrowest([p for a in accounts for p in a.places]),
        start=timed.start, end=timed.end, dated=timed.dated, actors=_all(accounts, "actors"),
        targets=_all(accounts, "targets"), means=_all(accounts, "means"), numbers=_all(accounts, "numbers"),
        words=_all(accounts, "words"), spot=(first.spot[0], max(a.spot[1] for a in accounts)),
        countries=_all(accounts, "countries"),
    )  # fmt: skip


def _all(accounts: Iterable[Account], field: str) -> frozenset[Any]:
    return frozenset().union(*(getattr(a, field) for a in accounts))


def _places(grounded: GroundedClaim) -> tuple[Place, ...]:
    vague = policy()["vague_km"]
    known = (ref.place for ref in grounded.place if ref.place and ref.place.lat is not None)
    return _narrowest([p for p in known if p.kind != "country" and (p.radius_km or 0) <= vague])


def _narrowest(places: Iterable[Place]) -> tuple[Place, ...]:
    """Each place once, without those that another of them lies in; by id."""
    found = {p.id: p for p in places}
    wider = {parent for p in found.values() for parent in p.parents}
    return tuple(found[i] for i in sorted(found) if i not in wider)


def _parties(refs: Iterable[ActorRef]) -> frozenset[str]:
    """Sides and names by which parties may be recognised; an unresolved name by its words."""
    named = {x for r in refs if r.actor for x in (r.actor.id, r.actor.side) if x}
    return frozenset(named | {r.text.lower() for r in refs if not r.actor})


@lru_cache(maxsize=200_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"[^\W_]{3,}|\d+", text.lower()) if w not in _common())


@cache
def _common() -> frozenset[str]:
    return frozenset(policy()["common"])


@lru_cache(maxsize=10_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(w.rstrip("s") for w in re.findall(r"[^\W_]{3,}", text.lower()))


def span(a: Account) -> int:
    """Days an account's time stretches over, a large number when unknown."""
    return (a.end - a.start).days + 1 if a.start and a.end else 10**6


def is_exact(a: Account) -> bool:
    """Whether an account says when: a day or a few."""
    return span(a) <= policy()["exact_days"]


def is_wide(place: Place) -> bool:
    return (place.radius_km or 0) > policy()["same_place_km"]


def is_bare(a: Account) -> bool:
    """Whether an account lacks a day or a place, so that only its words can join it to another report's."""
    return not a.places or not is_exact(a)


@lru_cache(maxsize=10_000)
def leading(types: frozenset[str]) -> frozenset[str]:
    """The types that say what happened; the consequences alone where nothing else does."""
    return types - set(policy()["followers"]) or types
