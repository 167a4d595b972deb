"""Pages to read: the map, incidents with their evidence, control, changes, proposals, civilians, sources, reports, search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, get_type_hints
from urllib.parse import urlencode

from fastapi import Request

from ..errors import UsageError
from . import api, shelf
from .api import Query, address, day, parse
from .charts import chart, scales
from .evidence import evidence, place_through_time
from .pages import Content, Elsewhere, Missing, Site, address_of, words

Tell = Callable[[Request], Content]
WEEK = timedelta(days=7)


def serve(site: Site) -> None:
    """Add the pages."""
    about = parameters() | {"on": "The day; the last on record unless told"}
    for path, template, tell, title, asked in PAGES:
        site.page(path, template, partial(tell, site), title, {name: about[name] for name in asked})
    for kind in ("incident", "control", "proposal", "tally", "claim"):
        site.page(address_of(kind, "{identifier}"), "thing.html", _thing(site, kind), f"The evidence of a {kind}")


def parameters() -> dict[str, str]:
    """The parameters that views share, as the API describes them."""
    hints = get_type_hints(api.asked, include_extras=True)
    found = {name: next(iter(getattr(hint, "__metadata__", ())), None) for name, hint in hints.items()}
    return {info.alias or name: info.description for name, info in found.items() if info}


def _thing(site: Site, kind: str) -> Tell:
    def tell(request: Request) -> Content:
        content = thing(site, request.path_params["identifier"])
        found, given = content["id"], request.path_params["identifier"]
        if (content["kind"], found) != (kind, given):
            suffix = ".json" if request.url.path.endswith(".json") else ""
            query = f"?{request.url.query}" if request.url.query else ""
            raise Elsewhere(address_of(content["kind"], found) + suffix + query)
        return content

    return tell


def thing(site: Site, identifier: str) -> Content:
    """A conclusion, claim or judgement with all that it rests on; `Missing` where there is none."""
    try:
        chain: Any = site.state.thing(identifier)
    except UsageError as error:
        raise Missing(str(error)) from None
    content: Content = evidence(chain)
    if chain["kind"] == "control":
        content["through_time"] = place_through_time(site.state, chain["thing"]["place"])
    if chain["kind"] == "tally":
        content["chart"] = chart(chain["thing"])
    return content


def _listed(query: Query, found: Any) -> Content:
    """A page of a list, with the addresses of its neighbours."""
    end = query.offset + len(found["items"])
    earlier = max(0, query.offset - query.limit)
    return {
        "total": found["total"], "items": found["items"], "first": query.offset + 1, "last": end,
        "previous": f"?{address(query, offset=earlier)}" if query.offset else None,
        "next": f"?{address(query, offset=end)}" if end < found["total"] and found["items"] else None,
        "asked": _asked(query),
    }  # fmt: skip


def _asked(query: Query) -> Content:
    """What was asked for, as the fields of a form hold it."""
    box = ",".join(f"{x:g}" for x in query.box or ())
    return {
        "from": str(query.start or ""), "to": str(query.end or ""), "type": list(query.types),
        "family": list(query.families), "status": list(query.statuses), "place": query.place, "actor": query.actor,
        "q": query.words, "placed": {True: "yes", False: "no", None: ""}[query.placed], "box": box,
        "address": address(query, offset=0),
    }  # fmt: skip


def incidents(site: Site, request: Request) -> Content:
    """A page of incidents, with the counts a filter needs."""
    query = parse(request.query_params.multi_items())
    summary, found = site.state.summary(), site.state.incidents(query)
    return _listed(query, found) | {
        "types": sorted(summary["families"]), "all": summary["counts"]["incidents"], "partial": found["partial"],
        "map": _on_map(query, _last(site)),
    }  # fmt: skip


def _on_map(query: Query, last: date | None) -> str:
    """The map's address for the days and families of a query; "" when it asks for what the map does not sort by."""
    plain = Query(start=query.start, end=query.end, families=query.families, offset=query.offset, limit=query.limit)
    on = query.end or last
    if query != plain or on is None:
        return ""
    hidden = sorted(set(words()["families"]) - set(query.families)) if query.families else []
    span = (on - query.start).days + 1 if query.start else ""
    return "/?" + urlencode(
        {k: v for k, v in {"on": on, "span": span, "hide": ",".join(hidden)}.items() if v}, safe=","
    )


def control(site: Site, request: Request) -> Content:
    """Who holds what on a day."""
    on = day(request.query_params.get("on", ""), "on") or _last(site)
    found = site.state.control(on)
    return {"on": str(on or ""), "total": found["total"], "items": found["items"]}


def _last(site: Site) -> date | None:
    told = site.state.summary()["on"]
    return date.fromisoformat(told) if told else None


def changes(site: Site, request: Request) -> Content:
    """What changed between two days: the last week, unless told."""
    until = day(request.query_params.get("to", ""), "to") or _last(site)
    if until is None:
        return {"asked": {"from": "", "to": ""}, "control": [], "incidents": {"total": 0, "items": []}, "proposals": []}
    since = day(request.query_params.get("from", ""), "from") or until - WEEK
    if since > until:
        raise UsageError(f"from = {since} is after to = {until}; exchange them")
    found: Any = site.state.changes(since, until)
    return found | {"asked": {"from": str(since), "to": str(until)}}


def proposals(site: Site, request: Request) -> Content:
    """A page of threads."""
    query = parse(request.query_params.multi_items())
    return _listed(query, site.state.proposals(query))


def civilians(site: Site, request: Request) -> Content:
    """A page of tallies, each with its chart."""
    query = parse(request.query_params.multi_items())
    found = _listed(query, site.state.tallies(query))
    tops = scales(found["items"])
    return found | {"items": [t | {"chart": chart(t, tops[t["of"]])} for t in found["items"]]}


def search(site: Site, request: Request) -> Content:
    """What holds the words; nothing yet where none was given."""
    words = request.query_params.get("q", "").strip()
    nothing: Content = {"reports": [], "claims": [], "places": [], "actors": [], "incidents": []}
    found: Any = site.state.search(words, 20) if words else nothing
    return {"q": words, "found": found, "total": sum(map(len, found.values()))}


def reports(site: Site, request: Request) -> Content:
    """A page of reports, and the items that could not be read."""
    query = parse(request.query_params.multi_items())
    found = _listed(query, shelf.reports(site.state.record, query.offset, query.limit))
    return found | {"failures": shelf.failures(site.state.record)}


def report(site: Site, request: Request) -> Content:
    """A report's text, its claims marked in it."""
    found = shelf.report(site.state.record, request.path_params["identifier"])
    if found is None:
        raise Missing(f"no report has the id {request.path_params['identifier']}; look for it among all reports")
    return found


def record(site: Site, _: Request) -> Content:
    """The record in short."""
    return {"record": site.state.summary()}


def sources(site: Site, _: Request) -> Content:
    """Every source, those with most claims first."""
    return {"sources": site.state.sources()}


FILTERS = ("from", "to", "type", "family", "status", "place", "actor", "q", "placed", "box", "offset", "limit")
PAGES: tuple[tuple[str, str, Callable[[Site, Request], Content], str, tuple[str, ...]], ...] = (
    ("/", "map.html", record, "The record in short, as the map opens with it", ()),
    ("/incidents", "incidents.html", incidents, "Incidents, the latest first", FILTERS),
    ("/control", "control.html", control, "Who holds what on a day", ("on",)),
    ("/changes", "changes.html", changes, "What changed between two days", ("from", "to")),
    ("/proposals", "proposals.html", proposals, "Proposals as threads", ("from", "to", "place", "actor", "offset", "limit")),
    ("/civilians", "civilians.html", civilians, "People harmed, moved or helped, by source", ("from", "to", "place", "offset", "limit")),
    ("/sources", "sources.html", sources, "Who says what, how often alone", ()),
    ("/search", "search.html", search, "What holds the words, each kind ranked", ("q",)),
    ("/reports", "reports.html", reports, "Reports, the latest first", ("offset", "limit")),
    ("/reports/{identifier}", "report.html", report, "A report with what it claims", ()),
)  # fmt: skip
