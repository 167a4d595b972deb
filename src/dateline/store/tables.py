"""The tables of a record. Said tables are only appended to; concluded tables are dropped and rebuilt."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Date, DateTime, Float, ForeignKey, Index, Integer, MetaData, Table, Text

VERSION = 1
metadata = MetaData()


def _text(name: str, *more: Any, **options: Any) -> Column[str]:
    return Column(name, Text, *more, nullable=False, **options)


def _id() -> Column[str]:
    return _text("id", primary_key=True)


def _number() -> Column[int]:
    return Column("number", Integer, primary_key=True)


about = Table("about", metadata, _text("key", primary_key=True), _text("value"))

documents = Table(
    "documents", metadata,
    _id(), _text("name"), _text("title"), _text("outlet"), Column("published", Date), _text("path"), _text("sha256"),
    Column("added", DateTime, nullable=False), _text("body"),  # the Document as JSON
)  # fmt: skip

claims = Table(
    "claims", metadata,
    _id(), _text("document", ForeignKey("documents.id")), Column("position", Integer, nullable=False),
    _text("type"), _text("status"), Column("start", Date), Column("end", Date),
    Column("place", Text), Column("lat", Float), Column("lon", Float), _text("by"),
    _text("body"),  # the GroundedClaim as JSON
)  # fmt: skip
Index("claims_document", claims.c.document)
Index("claims_start", claims.c.start, claims.c.type)
Index("claims_place", claims.c.place)

failures = Table(
    "failures", metadata,
    _text("where", primary_key=True), _text("problem"), _text("way_out"), Column("at", DateTime, nullable=False),
)  # fmt: skip

judgements = Table("judgements", metadata, _id(), Column("at", DateTime, nullable=False), _text("body"))

incidents = Table(
    "incidents", metadata,
    _id(), _text("type"), _text("status"), Column("start", Date), Column("end", Date),
    _text("place"), Column("lat", Float), Column("lon", Float), Column("where_precision", Integer), Column("radius_km", Float),
    _text("actors"), _text("targets"),  # names, as JSON
    _text("body"),
)  # fmt: skip
Index("incidents_overview", incidents.c.start, *(c for c in incidents.c if c.name not in ("start", "body")))

control = Table(
    "control", metadata,
    _id(), _text("place"), Column("lat", Float), Column("lon", Float), Column("since", Date, nullable=False),
    Column("until", Date), _text("state"), _text("holder"), _text("claimed_by"), _text("body"),
)  # fmt: skip
Index("control_since", control.c.since, control.c.until, control.c.lat, control.c.lon, control.c.id)
Index("control_place", control.c.place, control.c.since)

proposals = Table(
    "proposals", metadata, _id(), _text("place"), Column("opened", Date), Column("moved", Date), _text("body")
)
Index("proposals_opened", proposals.c.opened, proposals.c.moved)

tallies = Table(
    "tallies", metadata, _id(), _text("of"), _text("place"), Column("start", Date), Column("end", Date), _text("body")
)
Index("tallies_start", tallies.c.start)

# Where accounts are filed, so that a new report finds what it disturbs; rebuilt with the incidents.
blocks = Table("blocks", metadata, _text("block", primary_key=True), _text("document", primary_key=True))
members = Table("members", metadata, _text("claim", primary_key=True), _text("incident"), _text("bundle"))
Index("members_incident", members.c.incident)
Index("members_bundle", members.c.bundle)

# Ids that incidents once bore, and the incident that took each over: kept for good, so that a citation still leads there.
forwards = Table("forwards", metadata, _id(), _text("to"))

# What was said, as search and statistics need it: filled as reports come in, rebuildable from them. Numbers are those of
# the full-text indexes.
shelf = Table("shelf", metadata, _number(), _text("document", unique=True), Column("published", Date, index=True))
voices = Table(
    "voices", metadata,
    _number(), _text("claim", unique=True), _text("document", index=True), _text("type"),
    _text("source"), _text("kind"),  # the innermost source, or who printed the report, with its kind
)  # fmt: skip
places = Table(
    "places", metadata,
    _number(), _text("id", unique=True), _text("name"), _text("kind"), Column("lat", Float), Column("lon", Float),
    _text("parents"), Column("mentions", Integer, nullable=False, index=True),
)  # fmt: skip
parties = Table(
    "parties", metadata,
    _number(), _text("id", unique=True), _text("name"), _text("kind"), _text("side"), Column("mentions", Integer, nullable=False),
)  # fmt: skip

CATALOGUE = (shelf, voices, places, parties)
CONCLUDED = (incidents, control, proposals, tallies)
