"""Reports of a record as pages show them: listed, and one with its claims marked in the text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from ..model.codec import claim_json, encode
from ..model.world import GroundedClaim
from ..present.report_document import chain
from ..store import Record, tables

TOLD = ("id", "name", "title", "outlet", "published", "credit", "dateline", "url", "sha256", "language")


def reports(record: Record, offset: int, limit: int) -> dict[str, Any]:
    """A page of reports, the latest first, with how many claims each makes."""
    d, c = tables.documents.c, tables.claims.c
    query = select(d.id, d.name, d.title, d.outlet, d.published, d.added).order_by(d.published.desc(), d.name, d.id)
    with record.engine.connect() as db:
        total = db.execute(select(func.count()).select_from(tables.documents)).scalar_one()
        rows = db.execute(query.offset(offset).limit(limit)).all()
        counted = select(c.document, func.count()).where(c.document.in_([r.id for r in rows])).group_by(c.document)
        claims: dict[str, int] = dict(db.execute(counted).tuples().all())
    items = [{k: encode(v) for k, v in r._mapping.items()} | {"claims": claims.get(r.id, 0)} for r in rows]
    return {"total": total, "items": items}


def failures(record: Record) -> list[dict[str, str]]:
    """Items that could not be read, each with its way out."""
    return [{"where": f.where, "problem": f.problem, "way_out": f.way_out} for f in record.failures()]


def report(record: Record, identifier: str) -> dict[str, Any] | None:
    """A report with its text in stretches and its claims; None when there is none of that id."""
    document = next(record.documents([identifier]), None)
    if document is None:
        return None
    grounded = claims_of_report(record, identifier)
    incidents = incidents_of(record, (c.claim.id for c in grounded))
    claims = [claim_json(document, c) | {"through": chain(c), "incident": incidents.get(c.claim.id)} for c in grounded]
    return {
        "report": {name: encode(getattr(document, name)) for name in TOLD},
        "stretches": stretches(document.text, claims), "claims": claims,
    }  # fmt: skip


def claims_of_report(record: Record, document: str) -> list[GroundedClaim]:
    """The claims of a report, in their order."""
    c = tables.claims.c
    with record.engine.connect() as db:
        ids = list(db.execute(select(c.id).where(c.document == document)).scalars())
    return sorted(record.claims(ids), key=lambda g: (g.claim.evidence.start, g.claim.trigger.start, g.claim.id))


def incidents_of(record: Record, claims: Iterable[str]) -> dict[str, str]:
    """The incident each claim tells of, by claim."""
    query = "select claim, incident from members where claim in (select value from json_each(?))"
    with record.engine.connect() as db:
        return {row.claim: row.incident for row in db.exec_driver_sql(query, (json.dumps(list(claims)),))}


def stretches(text: str, claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A text in stretches, each with the claims whose sentence it is part of, and whether a word in it made one."""
    cuts = {0, len(text)}
    for claim in claims:
        cuts |= {claim[part][end] for part in ("evidence", "trigger") for end in ("start", "end")}
    return [_stretch(text, a, b, claims) for a, b in pairwise(sorted(c for c in cuts if 0 <= c <= len(text)))]


def _stretch(text: str, start: int, end: int, claims: list[dict[str, Any]]) -> dict[str, Any]:
    def within(part: dict[str, Any]) -> bool:
        return bool(part["start"] <= start and end <= part["end"])

    return {
        "text": text[start:end], "claims": [c["id"] for c in claims if within(c["evidence"])],
        "hit": any(within(c["trigger"]) for c in claims),
    }  # fmt: skip
