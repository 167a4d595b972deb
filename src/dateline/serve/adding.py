"""Adding reports: pasted or as files, read aside, with progress and what became of each."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import FormData

from .. import ingest
from ..errors import UsageError
from . import shelf
from .api import day
from .pages import Content, Missing, Site, see, text, uploads
from .work import Job, receive

SHOWN = 20  # reports of a job shown with their claims


def serve(site: Site) -> None:
    """Add the pages that take reports in."""

    def limits(_: Request) -> Content:
        return {
            "files": site.settings.upload_files, "megabytes": site.settings.upload_mb,
            "suffixes": sorted(ingest.SUFFIXES), "reader": site.settings.reader,
        }  # fmt: skip

    def send(_: Request, form: FormData) -> Response:
        return see(f"/add/{site.work.read(receive(_given(form))).id}")

    @site.app.get("/work.json", summary="Whether conclusions are being brought up to date", tags=["pages"])
    def work() -> dict[str, bool]:
        return {"busy": site.work.is_busy}

    site.page("/add", "add.html", limits, "How much may be added at once")
    site.page("/add/{job}", "job.html", lambda r: _told(site, r.path_params["job"]), "What became of reports sent")
    site.change("/add", send)


def _given(form: FormData) -> list[tuple[str, bytes]]:
    """What was pasted, with what was said of it, and the files; raises `UsageError` when there is nothing."""
    pasted = text(form, "text").replace("\r\n", "\n")
    found = [("pasted text", _headed(form, pasted))] if pasted.strip() else []
    found += uploads(form, "files")
    if not found:
        raise UsageError("there is nothing to add; paste a report's text or choose its file")
    return found


def _headed(form: FormData, body: str) -> bytes:
    """A pasted text below a header that says what is known of it; as it is when nothing was said."""
    published = day(text(form, "date"), "date")
    said = {"TITLE": text(form, "title"), "OUTLET": text(form, "outlet"), "DATE": str(published or ""), "URL": text(form, "url")}  # fmt: skip
    lines = [f"{key}: {' '.join(value.split())}\n" for key, value in said.items() if value.strip()]
    return ("".join([*lines, "---\n"] if lines else []) + body).encode("utf-8", "replace")


def _told(site: Site, identifier: str) -> Content:
    job = site.work.jobs.get(identifier)
    if job is None:
        raise Missing(
            "nothing is known of these reports; the server may have been started anew: look among all reports"
        )
    return {
        "job": job.id, "stage": job.stage, "over": job.is_over, "sent": [s.name for s in job.sent], "read": job.read,
        "claims": job.claims, "known": job.known, "undated": job.undated, "problem": job.problem,
        "failures": [{"where": f.where, "problem": f.problem, "way_out": f.way_out} for f in job.failures],
        "more": max(0, len(job.reports) - SHOWN), "reports": _reports(site, job) if job.is_over else [],
    }  # fmt: skip


def _reports(site: Site, job: Job) -> list[Content]:
    """The first reports of a job that is over, with their claims and the incidents these tell of."""
    ids = job.reports[:SHOWN]
    record = site.state.record
    claims: dict[str, list[Any]] = defaultdict(list)
    for document in ids:
        claims[document] = shelf.claims_of_report(record, document)
    incidents = shelf.incidents_of(record, (c.claim.id for found in claims.values() for c in found))
    return [
        {
            "id": d.id, "name": d.name, "title": d.title,
            "claims": [
                {
                    "id": c.claim.id, "type": c.claim.type, "status": c.claim.status, "quote": c.claim.evidence.text,
                    "incident": incidents.get(c.claim.id),
                }
                for c in claims[d.id]
            ],
        }
        for d in record.documents(ids)
    ]  # fmt: skip
