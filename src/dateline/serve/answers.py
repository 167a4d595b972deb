"""The shapes of answers, as the API's description gives them."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from ..store.overview import Cluster, Density
from ..store.words import Part

__all__ = ["Clusters", "Density"]


class Problem(TypedDict):
    """What is wrong with a question, and what to do about it."""

    error: str
    way_out: str


class Summary(TypedDict):
    """A record in short. `on` is the last day reported on; `holders` are those who hold places, most named first."""

    on: str | None
    first: str | None
    counts: dict[str, int]
    families: dict[str, str]
    holders: list[tuple[str, int]]
    stale: bool


class Toll(TypedDict):
    """People harmed: from the lowest to the highest number that any source gives."""

    of: str
    low: float | None
    high: float | None
    who: str
    source: str
    claims: list[str]


class Row(TypedDict):
    """An incident in a list."""

    id: str
    type: str
    family: str
    status: str
    start: str | None
    end: str | None
    date_precision: int | None
    place: str
    place_name: str
    lat: float | None
    lon: float | None
    radius_km: float | None
    where_precision: int | None
    actors: list[str]
    targets: list[str]
    reports: int
    originators: int
    tolls: list[Toll]


class Incidents(TypedDict):
    """A page of `total` incidents, the latest first. `partial`: the words are in more sentences than were looked at."""

    total: int
    partial: bool
    items: list[Row]


class Clusters(TypedDict):
    """Signs that stand for `total` incidents; `ids` are given for a sign of few."""

    total: int
    items: list[Cluster]


class Things(TypedDict):
    """Some of `total` things, in full."""

    total: int
    items: list[dict[str, Any]]


class Town(TypedDict):
    """A place on the ground that claims name."""

    id: str
    name: str
    lat: float
    lon: float
    kind: str
    mentions: int


class Towns(TypedDict):
    """Some of `total` places, the most named first."""

    total: int
    items: list[Town]


class Chain(TypedDict):
    """From a conclusion, claim or judgement (`thing`, in full) to the sentences it stands on."""

    id: str
    kind: str
    conclusion: str
    reasons: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    counts_in: list[dict[str, Any]]
    judgements: list[dict[str, Any]]
    thing: dict[str, Any]


class Held(TypedDict):
    """Who held a place on a day."""

    id: str
    state: str
    holder: str
    claimed_by: str
    since: str


class Turn(TypedDict):
    """A place whose control is not what it was."""

    place: str
    place_name: str
    lat: float | None
    lon: float | None
    before: Held | None
    after: Held | None


class Moved(TypedDict):
    """A proposal with the steps taken in the days asked about."""

    id: str
    topic: str
    place: str
    place_name: str
    outcome: str
    opened: str | None
    steps: list[dict[str, Any]]


class Changes(TypedDict):
    """What changed after one day, up to and on another."""

    control: list[Turn]
    incidents: Incidents
    proposals: list[Moved]


class FoundReport(TypedDict):
    """A report whose words were searched for."""

    id: str
    name: str
    title: str
    outlet: str
    published: str | None
    snippet: list[Part]


class FoundClaim(TypedDict):
    """A claim whose sentence was searched for, with the incident it tells of."""

    id: str
    type: str
    status: str
    start: str | None
    end: str | None
    source: str
    report: str
    incident: str | None
    snippet: list[Part]


class FoundName(TypedDict):
    """A place or a party by its name."""

    id: str
    name: str
    kind: str
    mentions: int
    snippet: list[Part]
    lat: NotRequired[float | None]
    lon: NotRequired[float | None]
    side: NotRequired[str]


class Found(TypedDict):
    """What was found, each kind ranked."""

    reports: list[FoundReport]
    claims: list[FoundClaim]
    places: list[FoundName]
    actors: list[FoundName]
    incidents: list[Row]


class Source(TypedDict):
    """What a source says: how often, of what, how often alone, and in how many disputes it takes a side."""

    name: str
    kind: str
    claims: int
    by_type: dict[str, int]
    reports: int
    alone: int
    contradicted: int
