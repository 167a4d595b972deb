"""Review: a queue of what most needs a person, corrections with who and when, and taking them back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request, Response
from sqlalchemy import select
from starlette.datastructures import FormData

from .. import lexicon, review
from ..errors import UsageError
from ..model.codec import encode
from ..model.concluded import Judgement
from ..store import tables
from . import shelf
from .api import number
from .asked import FAR
from .pages import NAME, Content, Missing, Site, local, see, text, texts
from .queue import queue

PATIENCE = {"/review": 1.5}  # seconds that the queue waits for the conclusions to follow a correction
USUAL = 5.0  # and any other page
LISTED = 50  # corrections listed
NAMED = 300  # places offered for a correction
A_YEAR = 31_536_000


def serve(site: Site) -> None:
    """Add the pages of review."""

    def waiting(request: Request) -> Content:
        return _queue(site, number(request.query_params.get("offset", ""), "offset", 0, 0, FAR))

    def one(request: Request) -> Content:
        return _judgement(site, request.path_params["identifier"])

    def correct(request: Request, form: FormData) -> Response:
        return _corrected(site, request, form)

    def name_given(_: Request, form: FormData) -> Response:
        return _remembered(see(local(text(form, "back"), "/review")), " ".join(text(form, "by").split()))

    site.page("/review", "review.html", waiting, "Incidents that most need a person, and corrections made", {"offset": "Incidents to pass over"})  # fmt: skip
    site.page("/judgements/{identifier}", "judgement.html", one, "A correction and what it concerns")
    site.change("/review", correct)
    site.change("/review/name", name_given)
    site.templates.globals["choices"] = choices
    site.templates.globals["places"] = lambda: _places(site)
    site.templates.globals["correction"] = lambda identifier: _known(site, identifier)


def _known(site: Site, identifier: str) -> Content | None:
    """A correction that a page's address says was just made; None when it names none."""
    try:
        return told(site, [_found(site, identifier)])[0]
    except UsageError:
        return None


def choices() -> dict[str, list[str]]:
    """What the fields of an incident or a claim may be set to, where that is a closed list."""
    events = lexicon.read("events.yaml")
    return {"type": sorted(events["types"]), "status": list(events["statuses"])}


def _places(site: Site) -> list[str]:
    """Names of the places most named, to choose from."""
    p = tables.places.c
    with site.state.record.engine.connect() as db:
        return list(db.execute(select(p.name).order_by(p.mentions.desc()).limit(NAMED).distinct()).scalars())


def _queue(site: Site, offset: int) -> Content:
    made = list(site.state.record.judgements())[::-1]
    return queue(site.state, offset) | {"made": told(site, made[:LISTED]), "made_in_all": len(made)}


def told(site: Site, judgements: list[Judgement]) -> list[Content]:
    """Corrections with whether they stand and the incidents their claims tell of now."""
    standing = {j.id for j in review.standing(site.state.record.judgements())}
    about = {a for j in judgements for a in j.about}
    incidents = shelf.incidents_of(site.state.record, about)
    return [
        encode(j)
        | {
            "stands": j.id in standing,
            "incidents": list(dict.fromkeys(incidents.get(a, a) for a in j.about if a in incidents or a.startswith("inc_"))),
        }
        for j in judgements
    ]  # fmt: skip


def _found(site: Site, identifier: str) -> Judgement:
    try:
        judgement = site.state.record.one(identifier)
    except UsageError as error:
        raise Missing(str(error)) from None
    if not isinstance(judgement, Judgement):
        raise Missing(f"{identifier} is no correction; see those made under Review")
    return judgement


def _judgement(site: Site, identifier: str) -> Content:
    judgement = _found(site, identifier)
    (content,) = told(site, [judgement])
    rows = {i.id: i for i in site.state.record.incidents(content["incidents"])}
    return {"judgement": content, "incidents": [encode(i) for i in rows.values()]}


def _corrected(site: Site, request: Request, form: FormData) -> Response:
    """Keep a correction, let the conclusions follow it, and go back to see."""
    try:
        made = _kept(site, form)
    except UsageError as error:
        return _again(site, request, form, str(error))
    site.work.conclude()
    back = local(text(form, "back"), "/review")
    site.work.wait(PATIENCE.get(back.partition("?")[0], USUAL))
    response = see(_back(site, back, made), done=made.id)
    return _remembered(response, made.by)


def _remembered(response: Response, name: str) -> Response:
    """An answer after which the browser keeps who corrects."""
    response.set_cookie(NAME, quote(name), max_age=A_YEAR, httponly=True, samesite="strict")
    return response


def _kept(site: Site, form: FormData) -> Judgement:
    """The correction a form asks for, kept; raises `UsageError` that says what is wrong with it."""
    record, ids = site.state.record, [i.strip() for given in texts(form, "id") for i in given.split() if i.strip()]
    person = {"by": text(form, "by"), "note": text(form, "note")}
    if not ids:
        raise UsageError("nothing was chosen; choose an incident or a claim")
    action = text(form, "action")
    if action in ("accept", "reject", "merge"):
        make: Any = getattr(review, action)
        kept: Judgement = make(record, ids, **person)
        return kept
    if action == "change":
        return review.change(record, ids[0], text(form, "field"), text(form, "value"), **person)
    if action == "split":
        if not (leaving := texts(form, "claim")):
            raise UsageError("no claim was chosen; go back and mark the claims that leave this incident")
        return review.split(record, ids[0], leaving, **person)
    if action == "withdraw":
        return review.withdraw(record, ids[0], **person)
    raise UsageError(f"no correction {action!r}; accept, reject, merge, split, change or withdraw")


def _back(site: Site, back: str, made: Judgement) -> str:
    """Where to see what a correction did: where it was made, unless what was there is no more."""
    folder, _, identifier = back.partition("?")[0].rpartition("/")
    if folder == "/incidents":
        try:
            site.state.record.one(unquote(identifier))
        except UsageError:
            return f"/judgements/{made.id}"
    return back


def _again(site: Site, request: Request, form: FormData, wrong: str) -> Response:
    """The form once more, with what is wrong about it."""
    content = {
        "wrong": wrong.replace("; give --by NAME", "; give your name").partition("; see dateline")[0],
        "action": text(form, "action"), "ids": texts(form, "id"), "claims": texts(form, "claim"),
        "field": text(form, "field"), "value": text(form, "value"), "note": text(form, "note"), "by": text(form, "by"),
        "back": local(text(form, "back"), "/review"),
    }  # fmt: skip
    return site.show(request, "again.html", content, 400)
