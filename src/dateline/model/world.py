"""What claims are grounded in: places, times, actors and sources, and the claim with all of them resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .said import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place on the ground: WGS84 point and the radius in km of a circle about its extent."""

    id: str
    name: str
    kind: str  # neighbourhood | city | town | village | part | region | country | facility | area
    lat: float | None
    lon: float | None
    radius_km: float | None
    parents: tuple[str, ...] = ()  # ids of the places it lies in, nearest first
    country: str = ""  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRef:
    """A place text resolved, or left unresolved (`place` None). `precision`: UCDP where_prec 1-7.

    `basis`: stated | inherited | dateline.
    """

    text: str
    place: Place | None
    precision: int
    basis: str = "stated"
    score: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRef:
    """An inclusive interval of days. `grain`: hour | day | week | month | season | year | period.

    `basis`: stated | relative | inherited | publication. `precision`: UCDP date_prec 1-5. `text` is the expression,
    "" if none.
    """

    start: date
    end: date
    grain: str
    basis: str
    precision: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A party, organisation or group as the ontology knows it.

    `kind`: government | military | rebel | militia | jihadist | police | civilian | state | un | ngo | media |
    monitor | medic | person | other.
    `side` is the id of the alliance or camp it belonged to on the day asked about ("" when none or unknown).
    """

    id: str
    name: str
    kind: str
    side: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorRef:
    """An actor text resolved, or left unresolved (`actor` None)."""

    text: str
    actor: Actor | None
    score: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who says so. `kind`: monitor | official | party | media | witness | un | ngo | medic | unknown."""

    text: str
    kind: str
    actor: Actor | None = None
    name: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundedClaim:
    """A claim with its places, time, actors and sources resolved; unknown stays unknown."""

    claim: Claim
    actor: tuple[ActorRef, ...] = ()
    target: tuple[ActorRef, ...] = ()
    place: tuple[PlaceRef, ...] = ()
    time: TimeRef | None = None
    source: tuple[Source, ...] = ()
