"""The record as JSON: the parameters that views share, the questions pages and programs ask, and their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict
from urllib.parse import urlencode

import fastapi

from .. import lexicon
from ..errors import UsageError
from ..model.concluded import ControlState
from ..store import Record
from ..store.overview import Box, Query

MOST = 500  # rows of a page
STATUSES = ("reported", "corroborated", "disputed", "denied")


class Page(TypedDict):
    """Some of `total` rows."""

    total: int
    items: list[dict[str, Any]]


# parameters


def parse(given: Iterable[tuple[str, str]]) -> Query:
    """The query that an address's parameters ask for (`request.query_params.multi_items()`); others are left alone.

    Raises `UsageError` that names the parameter and what it may be.
    """
    raise NotImplementedError


def address(query: Query, **changes: Any) -> str:
    """The parameters that ask for `query` with some fields changed, for a link: `address(query, offset=50)`; no "?"."""
    raise NotImplementedError


def day(text: str, name: str) -> date | None:
    """An ISO day, None when empty; raises `UsageError` naming the parameter."""
    raise NotImplementedError


def box(text: str, name: str = "box") -> Box | None:
    """west,south,east,north; None when empty; raises `UsageError`."""
    raise NotImplementedError


class State:
    """A record being served: its overview is loaded once, and anew when the conclusions change; safe among threads."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def families(self) -> dict[str, str]:
        """Family by type."""
        raise NotImplementedError

    def summary(self) -> dict[str, Any]:
        """`/api/record`: first and last day, counts, families, holders, stale."""
        raise NotImplementedError

    def incidents(self, query: Query) -> Page:
        """`/api/incidents`: rows, newest first."""
        raise NotImplementedError

    def clusters(self, query: Query, zoom: float) -> Page:
        """`/api/clusters`: incidents joined into the points a map shows at `zoom`."""
        raise NotImplementedError

    def density(self, query: Query, bins: int = 120) -> dict[str, Any]:
        """`/api/density`: incidents by family in steps of days, weeks, months or years."""
        raise NotImplementedError

    def control(self, on: date | None = None, box: Box | None = None) -> Page:
        """`/api/control`: the state of each place on a day, parties named."""
        raise NotImplementedError

    def towns(self, box: Box | None = None) -> Page:
        """`/api/towns`: places that claims name, most named first, for labels."""
        raise NotImplementedError

    def thing(self, identifier: str) -> dict[str, Any]:
        """`/api/things/{id}`: the chain from a conclusion, claim or judgement to its sentences, and "thing" itself."""
        raise NotImplementedError

    def changes(self, since: date, until: date) -> dict[str, Any]:
        """`/api/changes`: control, incidents and proposals that changed after `since`, up to and on `until`."""
        raise NotImplementedError

    def proposals(self, query: Query) -> Page:
        """Threads of proposals (encoded), latest opened first, by days, place and actor of the query."""
        raise NotImplementedError

    def tallies(self, query: Query) -> Page:
        """Tallies of civilians (encoded), latest first, by days and place of the query."""
        raise NotImplementedError

    def search(self, words: str, limit: int = 10) -> dict[str, list[dict[str, Any]]]:
        """`/api/search`: reports, claims, places, actors and incidents, each ranked, with snippets in parts."""
        raise NotImplementedError

    def sources(self) -> list[dict[str, Any]]:
        """`/api/sources`: per source name, kind, claims, by_type, alone, contradicted, reports; most claims first."""
        raise NotImplementedError


def router(state: State) -> fastapi.APIRouter:
    """The addresses under `/api`, to be mounted by the application."""
    return fastapi.APIRouter(prefix="/api", tags=["record"])
