"""The tables of a record. Said tables are only appended to; concluded tables are dropped and rebuilt."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Float, ForeignKey, Index, Integer, MetaData, Table, Text

VERSION = 1
metadata = MetaData()

about = Table("about", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

documents = Table(
    "documents", metadata,
    Column("id", Text, primary_key=True), Column("name", Text, nullable=False), Column("title", Text), Column("outlet", Text),
    Column("published", Date), Column("path", Text), Column("sha256", Text), Column("added", DateTime, nullable=False),
    Column("body", Text, nullable=False),  # the Document as JSON
)  # fmt: skip

claims = Table(
    "claims", metadata,
    Column("id", Text, primary_key=True), Column("document", Text, ForeignKey("documents.id"), nullable=False),
    Column("position", Integer, nullable=False), Column("type", Text, nullable=False), Column("status", Text, nullable=False),
    Column("start", Date), Column("end", Date), Column("place", Text), Column("lat", Float), Column("lon", Float),
    Column("by", Text), Column("body", Text, nullable=False),  # the GroundedClaim as JSON
)  # fmt: skip
Index("claims_document", claims.c.document)
Index("claims_start", claims.c.start, claims.c.type)
Index("claims_place", claims.c.place)

failures = Table(
    "failures", metadata,
    Column("where", Text, primary_key=True), Column("problem", Text, nullable=False), Column("way_out", Text), Column("at", DateTime, nullable=False),
)  # fmt: skip

judgements = Table("judgements", metadata, Column("id", Text, primary_key=True), Column("at", DateTime, nullable=False), Column("body", Text, nullable=False))

incidents = Table(
    "incidents", metadata,
    Column("id", Text, primary_key=True), Column("type", Text, nullable=False), Column("status", Text, nullable=False),
    Column("start", Date), Column("end", Date), Column("place", Text), Column("lat", Float), Column("lon", Float), Column("body", Text, nullable=False),
)  # fmt: skip
Index("incidents_start", incidents.c.start)

control = Table(
    "control", metadata,
    Column("id", Text, primary_key=True), Column("place", Text, nullable=False), Column("since", Date, nullable=False), Column("until", Date), Column("body", Text, nullable=False),
)  # fmt: skip

proposals = Table("proposals", metadata, Column("id", Text, primary_key=True), Column("opened", Date), Column("body", Text, nullable=False))

CONCLUDED = (incidents, control, proposals)
