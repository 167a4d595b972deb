"""Pages: a content in plain JSON values, shown as HTML at an address and as it is at the same address with `.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from .. import lexicon
from ..config import Config
from ..errors import UsageError
from ..present.phrases import figures, listing, party, percent, topic
from ..present.phrases import policy as phrases
from .api import State, answer, problem
from .security import Guard
from .work import Work

Content = dict[str, Any]
NOTHING: Mapping[str, str] = MappingProxyType({})
FIELD_BYTES = 1_000_000  # of one field of a form
NAME = "dateline_name"  # the cookie that keeps who corrects


class Missing(UsageError):
    """Nothing is at an address."""


class Elsewhere(Exception):
    """What was asked for is at another address now."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(address)


@dataclass(frozen=True, slots=True)
class Site:
    """What every page needs: the record being served, the worker, the rules, and the words of pages."""

    app: FastAPI
    settings: Config
    state: State
    work: Work
    guard: Guard
    templates: Environment

    def show(self, request: Request, template: str, content: Content, status: int = 200) -> HTMLResponse:
        """A page with its surroundings."""
        session = request.scope["state"]["session"]
        text = self.templates.get_template(template).render(
            content, request=request, here=request.url.path, twin=twin(request), stamp=self.guard.stamp(session),
            name=unquote(request.cookies.get(NAME, "")), work=self.work, may_leave=bool(self.guard.token), settings=self.settings,
        )  # fmt: skip
        return HTMLResponse(text, status)

    def page(
        self, path: str, template: str, tell: Callable[[Request], Content], about: str, asked: Mapping[str, str] = NOTHING
    ) -> None:  # fmt: skip
        """Serve what `tell` gives for a request: as a page at `path`, and as JSON at `path` with `.json`.

        `asked` describes the parameters it takes.
        """

        def as_json(request: Request) -> Response:
            return answer(tell(request))

        def as_page(request: Request) -> Response:
            return self.show(request, template, tell(request))

        name = "/index.json" if path == "/" else f"{path}.json"
        self.app.add_api_route(
            name,
            as_json,
            methods=["GET"],
            summary=about,
            tags=["pages"],
            operation_id=name,
            openapi_extra=_described(path, asked),
        )
        self.app.add_api_route(path, as_page, methods=["GET"], include_in_schema=False)

    def change(self, path: str, make: Callable[[Request, FormData], Response]) -> None:
        """Take forms sent to `path`, each checked to come from a page of this server."""

        async def taken(request: Request) -> Response:
            form = await self._form(request)
            return await run_in_threadpool(make, request, form)

        self.app.add_api_route(path, taken, methods=["POST"], include_in_schema=False)

    async def _form(self, request: Request) -> FormData:
        most = self.settings.upload_files
        try:
            form = await request.form(max_files=most, max_fields=1000, max_part_size=FIELD_BYTES)
        except HTTPException as error:
            raise _unread(error, most) from None
        if not self.guard.is_stamp(text(form, "stamp"), request.scope["state"]["session"]):
            raise HTTPException(403, "this form is no longer good; go back, load the page anew, and send it again")
        return form


def _described(path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What may be asked of a page, for the description of the API."""
    text: Content = {"schema": {"type": "string"}}
    inside = [text | {"name": n, "in": "path", "required": True} for n in re.findall(r"{(\w+)}", path)]
    asked = [
        text | {"name": n, "in": "query", "required": False, "description": about} for n, about in parameters.items()
    ]
    return {"parameters": [*inside, *asked]}


def _unread(error: HTTPException, files: int) -> HTTPException:
    """A refused form, said so that a person knows what to do."""
    if error.status_code == 413:
        return error
    if "files" in str(error.detail):
        return HTTPException(413, f"more than {files} files at once; send them in parts, or use dateline add")
    if "size" in str(error.detail):
        return HTTPException(
            413, "a text this long is no single report; save it as a file, or send its reports one by one"
        )
    return HTTPException(400, "this form could not be read; go back and send it again")


def text(form: FormData, name: str) -> str:
    """A field of a form, "" when it was not sent."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> list[str]:
    """All values of a field of a form."""
    return [v for v in form.getlist(name) if isinstance(v, str)]


def uploads(form: FormData, name: str) -> list[tuple[str, bytes]]:
    """Files of a form with the names they came under, which are only ever shown."""
    files = [f for f in form.getlist(name) if isinstance(f, UploadFile)]
    return [(label(f.filename or "file"), f.file.read()) for f in files if f.filename or f.size]


def label(name: str) -> str:
    """The last part of a file's name, fit to be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:120] or "file"


def twin(request: Request) -> str:
    """The address of the same content as JSON."""
    path = "/index" if request.url.path == "/" else request.url.path
    return f"{path}.json" + (f"?{request.url.query}" if request.url.query else "")


def local(address: str, otherwise: str) -> str:
    """An address of this server to go back to; `otherwise` when it is none."""
    is_local = (
        address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    )
    return address if is_local else otherwise


def see(address: str, **parameters: str) -> RedirectResponse:
    """Go and see a page after a change."""
    path, hash_, place = address.partition("#")
    joined = path + (("&" if "?" in path else "?") + urlencode(parameters) if parameters else "")
    return RedirectResponse(joined + hash_ + place, 303)


# words


def words() -> dict[str, Any]:
    """The words of pages, from `data/pages.yaml`."""
    read: dict[str, Any] = lexicon.read("pages.yaml")
    return read


def day(value: str | date | None) -> str:
    """A day to read: "5 December 2016"."""
    if not value:
        return "day not known"
    on = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{on.day} {on:%B %Y}"


def days(start: str | None, end: str | None) -> str:
    """A day or a stretch of days to read."""
    if not start or not end or start == end:
        return day(start or end)
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    return f"{first.day} {first:%B}{f' {first.year}' if first.year != last.year else ''} – {day(last)}"


def named(kind: str) -> str:
    """A type, status or other closed word as a heading: "Air strike"."""
    found: str = words()["names"].get(kind, kind.replace("_", " "))
    return found[:1].upper() + found[1:]


def toll(given: Content) -> str:
    """A toll to read: "Killed: at least 45 civilians"."""
    number = figures(given["low"], given["high"])
    who = f" {'of ' * number.endswith('s')}{given['who']}" if given["who"] else ""
    return f"{named(given['of'])}: {number}{who}"


def standing(state: Content) -> str:
    """Who holds a place, in a few words."""
    share = percent(tuple(state["share"]), state.get("share_of", "")) if state.get("share") else "a part"
    phrase: str = phrases()["control"][state["state"]]["short"]
    return phrase.format(holder=party(state["holder"]), claimed=party(state["claimed_by"]), part=share)


def step(given: Content) -> str:
    """One step of a proposal, without its day: "Russia and China refused it"."""
    known, unknown = phrases()["moves"][given["move"]]
    who = listing([party(name) for name in given["by"].split("; ")]) if given["by"] else ""
    told: str = known.format(by=who) if who else unknown
    return told


def outside(url: str) -> str:
    """An address of the web that may be a link; "" for any other."""
    return url if url.startswith(("https://", "http://")) else ""


def address_of(kind: str, identifier: str) -> str:
    """The page of a thing."""
    folders = words()["folders"]
    return f"/{folders[kind]}/{identifier}"


def environment() -> Environment:
    """Templates that escape everything they are given, and fail on what they were not."""
    made = Environment(
        loader=PackageLoader("dateline.serve"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {
        "day": day, "named": named, "toll": toll, "standing": standing, "step": step, "outside": outside, "topic": topic,
        "pretty": lambda value: json.dumps(value, ensure_ascii=False, indent=1),
    }  # fmt: skip
    made.globals |= {"days": days, "words": words(), "address_of": address_of, "figures": figures}
    return made


def refused(site: Site, request: Request, status: int, wrong: str, way_out: str) -> Response:
    """An error as a page, or as JSON where JSON was asked for."""
    if request.url.path.startswith("/api/") or request.url.path.endswith(".json"):
        return Response(json.dumps({"error": wrong, "way_out": way_out}), status, media_type="application/json")
    return site.show(request, "error.html", {"status": status, "wrong": wrong, "way_out": way_out}, status)


Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]


def on_errors(site: Site) -> None:
    """Show every error as a page that says what to do."""

    async def usage(request: Request, error: Exception) -> Response:
        told = problem(error) if isinstance(error, UsageError) else {"error": str(error), "way_out": ""}
        is_missing = isinstance(error, Missing)
        way_out = told["way_out"] if ";" in str(error) else ""
        return refused(site, request, 404 if is_missing else 400, told["error"], way_out)

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        wrong, _, way_out = str(getattr(error, "detail", "")).partition("; ")
        if status == 404:
            wrong, way_out = "There is no page at this address.", "Check it, or start from the map."
        return refused(site, request, status, wrong, way_out)

    async def elsewhere(_: Request, error: Exception) -> Response:
        return RedirectResponse(str(error), 302)

    async def broken(request: Request, error: Exception) -> Response:
        way_out = f"Try again; if it stays, report it with this: {type(error).__name__}."
        answer = refused(site, request, 500, "Something in Dateline failed.", way_out)
        answer.headers.update(site.guard.headers())  # this answer is given outside the gate
        return answer

    for kind, handler in ((UsageError, usage), (HTTPException, http), (Elsewhere, elsewhere), (Exception, broken)):
        site.app.add_exception_handler(kind, handler)
