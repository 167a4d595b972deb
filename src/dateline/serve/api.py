"""The record as JSON: the addresses under `/api`, each a question put to `State`."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import fastapi
from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from ..errors import UsageError
from ..store.overview import Query
from . import answers
from .asked import MOST, address, box, day, number, parse, zoom
from .state import State

__all__ = ["MOST", "Query", "State", "address", "box", "day", "number", "parse", "problem", "router", "zoom"]

Parameter = str | None
From = Annotated[Parameter, fastapi.Query(alias="from", description="First day, as 2016-12-01")]
To = Annotated[Parameter, fastapi.Query(alias="to", description="Last day")]
Ids = Annotated[list[str] | None, fastapi.Query(alias="id", description=f"Ids of incidents, at most {MOST}")]
Type = Annotated[list[str] | None, fastapi.Query(alias="type", description="Type of claim; may be repeated")]
Family = Annotated[list[str] | None, fastapi.Query(description="Family of types; may be repeated")]
Status = Annotated[list[str] | None, fastapi.Query(description="reported, corroborated, disputed or denied; may be repeated")]  # fmt: skip
Place = Annotated[Parameter, fastapi.Query(description="Id of a place, or part of its name; takes in what lies in it")]
Actor = Annotated[Parameter, fastapi.Query(description="Part of the name of a party that acts or is acted on")]
Words = Annotated[Parameter, fastapi.Query(description='Words or "phrases" to search for; the last word may go on')]
Placed = Annotated[Parameter, fastapi.Query(description="yes: with a point and a day; no: without one of them")]
Area = Annotated[Parameter, fastapi.Query(alias="box", description="west,south,east,north in degrees; west above east crosses the date line")]  # fmt: skip
Offset = Annotated[Parameter, fastapi.Query(description="Rows to pass over")]
Limit = Annotated[Parameter, fastapi.Query(description=f"Rows of a page, 50 unless told, at most {MOST}")]
Bins = Annotated[Parameter, fastapi.Query(description="Bins at most, 120 unless told")]
Zoom = Annotated[Parameter, fastapi.Query(alias="zoom", description="Zoom of the map, 0 (the world) to 24")]
On = Annotated[Parameter, fastapi.Query(description="The day; the last on record unless told")]


def problem(error: UsageError) -> answers.Problem:
    """An error as an answer gives it: what is wrong, and the way out after its semicolon."""
    wrong, _, way_out = str(error).partition("; ")
    return answers.Problem(error=wrong, way_out=way_out or "see /openapi.json for what may be asked")


class Route(APIRoute):
    """A route whose errors are JSON that says what to do."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, its errors turned into answers."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except UsageError as error:
                return JSONResponse(problem(error), 400)

        return answered


def asked(
    request: Request, start: From = None, end: To = None, types: Type = None, family: Family = None,  # noqa: ARG001
    status: Status = None, place: Place = None, actor: Actor = None, q: Words = None, placed: Placed = None,  # noqa: ARG001
    area: Area = None, offset: Offset = None, limit: Limit = None,  # noqa: ARG001
) -> Query:  # fmt: skip
    """The query of a request; the parameters are named for the description alone."""
    return parse(request.query_params.multi_items())


Asked = Annotated[Query, Depends(asked)]
WRONG: dict[int | str, dict[str, Any]] = {400: {"model": answers.Problem, "description": "A parameter is wrong"}}
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": answers.Problem, "description": "Nothing has that id"}}


def answer(value: Any) -> Response:
    """A value as JSON, as it is: what comes from the record needs no second check."""
    return Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")), media_type="application/json")


def router(state: State) -> fastapi.APIRouter:
    """The addresses under `/api`, to be mounted by the application."""
    api = fastapi.APIRouter(prefix="/api", tags=["record"], route_class=Route, responses=WRONG)
    _incidents(api, state)
    _control(api, state)
    _evidence(api, state)
    return api


def _incidents(api: fastapi.APIRouter, state: State) -> None:
    """What happened: as rows, on a map, in time."""

    @api.get("/record", response_model=answers.Summary)
    def record() -> Response:
        """The record in short: its days, counts, families of types, and who holds places."""
        return answer(state.summary())

    @api.get("/incidents", response_model=answers.Incidents)
    def incidents(query: Asked) -> Response:
        """Incidents, the latest first."""
        return answer(state.incidents(query))

    @api.get("/rows", response_model=answers.Incidents)
    def rows(ids: Ids = None) -> Response:
        """Incidents by their ids, in the order asked for; those that are no more are left out."""
        return answer(state.rows((ids or [])[:MOST]))

    @api.get("/clusters", response_model=answers.Clusters)
    def clusters(query: Asked, at: Zoom = None) -> Response:
        """Incidents as the signs a map shows: those at one point together, and on a small map those of near points."""
        return answer(state.clusters(query, zoom(at or "")))

    @api.get("/density", response_model=answers.Density)
    def density(query: Asked, bins: Bins = None) -> Response:
        """Incidents by the day they began and by family, in steps as fine as the bins allow."""
        return answer(state.density(query, number(bins or "", "bins", 120, 1, 2000)))


def _control(api: fastapi.APIRouter, state: State) -> None:
    """Who holds what, and what changed."""

    @api.get("/control", response_model=answers.Things)
    def control(on: On = None, area: Area = None) -> Response:
        """The state of control of each place on a day, with what was said of it up to then."""
        return answer(state.control(day(on or "", "on"), box(area or "")))

    @api.get("/towns", response_model=answers.Towns)
    def towns(area: Area = None) -> Response:
        """Places on the ground that claims name, the most named first."""
        return answer(state.towns(box(area or "")))

    @api.get("/proposals", response_model=answers.Things)
    def proposals(query: Asked) -> Response:
        """Threads of proposals, the latest opened first."""
        return answer(state.proposals(query))

    @api.get("/changes", response_model=answers.Changes)
    def changes(start: From = None, end: To = None) -> Response:
        """What changed after one day, up to and on another: control, incidents and proposals."""
        since, until = day(start or "", "from"), day(end or "", "to")
        if since is None or until is None or since > until:
            raise UsageError("changes are told between two days; give from and to, the earlier first")
        return answer(state.changes(since, until))


def _evidence(api: fastapi.APIRouter, state: State) -> None:
    """What it rests on."""

    @api.get("/things/{identifier}", response_model=answers.Chain, responses=MISSING)
    def thing(identifier: str) -> Response:
        """The chain from an incident, control state, proposal, tally, claim or judgement to its sentences.

        An unambiguous beginning of the id will do.
        """
        try:
            return answer(state.thing(identifier))
        except UsageError as error:
            return JSONResponse(problem(error), 404)

    @api.get("/search", response_model=answers.Found)
    def search(q: Words = None, limit: Annotated[Parameter, fastapi.Query(description="Of each kind, 10 unless told")] = None) -> Response:  # fmt: skip
        """Reports, claims, places, parties and incidents that hold the words, each kind ranked."""
        return answer(state.search(q or "", number(limit or "", "limit", 10, 1, 100)))

    @api.get("/sources", response_model=list[answers.Source])
    def sources() -> Response:
        """Who says what: claims by type, how often alone, in how many disputes."""
        return answer(state.sources())
