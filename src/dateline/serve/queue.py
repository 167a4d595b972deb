"""What a person should look at first: incidents weighed by `data/pages.yaml`, those somebody stands behind left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .. import desk
from ..present.why import chain
from ..review import standing
from .api import Query, State
from .evidence import evidence
from .pages import words
from .shelf import incidents_of

Content = dict[str, Any]
SCORES = """select m.incident, max(json_extract(c.body, '$.claim.score')) as score from members m join claims c on c.id = m.claim
    where m.incident in (select value from json_each(?)) group by m.incident"""


def queue(state: State, offset: int = 0) -> Content:
    """A part of the queue, each incident with its evidence and why it is there, the most needing first."""
    rules = words()["review"]
    rows: list[Any] = list(state.incidents(Query(limit=rules["looked_at"]))["items"])
    settled = _settled(state)
    scores = _scores(state, [r["id"] for r in rows])
    weighed = [(r, why) for r in rows if r["id"] not in settled and (why := list(_why(r, scores.get(r["id"]))))]
    weighed.sort(key=lambda pair: -sum(rules["weights"][w] for w in pair[1]))
    shown = weighed[offset : offset + rules["shown"]]
    return {"total": len(weighed), "offset": offset, "items": _told(state, shown), "settled": len(settled)}


def _why(row: Content, score: float | None) -> Iterator[str]:
    """The reasons to look at an incident."""
    rules = words()["review"]
    if row["status"] == "disputed":
        yield "disputed"
    if row["originators"] <= 1:
        hurt = [
            t["low"] or t["high"] or 0 for t in row["tolls"] if t["of"] in ("killed", "wounded", "killed_or_wounded")
        ]
        yield "toll" if max(hurt, default=0) >= rules["toll"] else "alone"
    if row["lat"] is None:
        yield "unplaced"
    elif (row["where_precision"] or 0) >= rules["vague"] or (row["date_precision"] or 0) >= rules["vague"]:
        yield "vague"
    if row["start"] is None:
        yield "undated"
    if score is not None and score < rules["unsure"]:
        yield "unsure"


def _settled(state: State) -> set[str]:
    """Ids of the incidents all of whose claims somebody stands behind."""
    accepted = {c for j in standing(state.record.judgements()) if j.action == "accept" for c in j.about}
    told = incidents_of(state.record, accepted)
    return {i.id for i in state.record.incidents(told.values()) if accepted.issuperset(i.claims)}


def _scores(state: State, incidents: list[str]) -> dict[str, float]:
    """The score of the surest claim of each incident."""
    with state.record.engine.connect() as db:
        return {r.incident: r.score for r in db.exec_driver_sql(SCORES, (json.dumps(incidents),))}


def _told(state: State, weighed: list[tuple[Content, list[str]]]) -> list[Content]:
    """Incidents as their evidence tells them, with the reasons to look at each."""
    incidents = {i.id: i for i in state.record.incidents(row["id"] for row, _ in weighed)}
    view = desk.excerpt(state.record, incidents.values())
    return [
        {"row": row, "why": why} | evidence(chain(view, incidents[row["id"]]))
        for row, why in weighed
        if row["id"] in incidents
    ]
