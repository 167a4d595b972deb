"""A record: what reports said (append-only) and what was concluded from it (replaceable), in one SQLite file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, func, insert, select
from sqlalchemy.exc import DatabaseError

from ..errors import InputError, UsageError
from ..model.codec import decode, encode
from ..model.concluded import ControlState, Incident, Proposal
from ..model.said import Document
from ..model.world import GroundedClaim
from . import tables

PATIENCE = 30  # seconds a writer waits for another


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _dump(value: Any) -> str:
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))


class Record:
    """Opens (and creates) a record; use as a context manager or call `close`."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        if not create and not path.exists():
            raise UsageError(f"{path}: no such record; make one with: dateline add REPORTS --record {path}")
        self.path = path
        self.engine: Engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": PATIENCE})
        event.listen(self.engine, "connect", _pragmas)
        try:
            self._prepare()
        except DatabaseError as error:
            raise UsageError(f"{path}: not a Dateline record ({error.orig}); choose another file with --record") from None

    def _prepare(self) -> None:
        tables.metadata.create_all(self.engine)
        with self.engine.begin() as db:
            found = db.execute(select(tables.about.c.value).where(tables.about.c.key == "version")).scalar()
            if found is None:
                db.execute(insert(tables.about).values(key="version", value=str(tables.VERSION)))
            elif found != str(tables.VERSION):
                raise UsageError(f"{self.path}: written by another version of Dateline (layout {found}, this one reads {tables.VERSION})")

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self.engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as db:
            yield db

    # said: appended

    def known(self, identifier: str) -> bool:
        """Whether the document of that content id is in the record."""
        with self._reading() as db:
            return db.execute(select(tables.documents.c.id).where(tables.documents.c.id == identifier)).first() is not None

    def append(self, document: Document, claims: Iterable[GroundedClaim]) -> int:
        """Add one document with its claims in one transaction; returns the number of new claims, 0 when it was there."""
        rows = [_claim_row(position, claim) for position, claim in enumerate(claims)]
        with self.engine.begin() as db:
            added = db.execute(
                insert(tables.documents).prefix_with("OR IGNORE").values(
                    id=document.id, name=document.name, title=document.title, outlet=document.outlet, published=document.published,
                    path=document.path, sha256=document.sha256, added=_now(), body=_dump(document),
                )
            )  # fmt: skip
            if added.rowcount == 0:
                return 0
            if rows:
                db.execute(insert(tables.claims).prefix_with("OR IGNORE"), rows)
        return len(rows)

    def failed(self, error: InputError) -> None:
        """Note an item that could not be read."""
        with self.engine.begin() as db:
            db.execute(insert(tables.failures).prefix_with("OR REPLACE").values(where=error.where, problem=error.problem, way_out=error.way_out, at=_now()))

    # concluded: replaced

    def replace(self, incidents: Iterable[Incident], control: Iterable[ControlState], proposals: Iterable[Proposal]) -> None:
        """Put new conclusions in the place of the old ones, all at once."""
        with self.engine.begin() as db:
            for table in tables.CONCLUDED:
                db.execute(delete(table))
            _put(db, tables.incidents, [
                {"id": i.id, "type": i.type, "status": i.status, "start": i.start, "end": i.end, "place": i.place, "lat": i.lat, "lon": i.lon, "body": _dump(i)}
                for i in incidents
            ])  # fmt: skip
            _put(db, tables.control, [{"id": c.id, "place": c.place, "since": c.since, "until": c.until, "body": _dump(c)} for c in control])
            _put(db, tables.proposals, [{"id": p.id, "opened": p.opened, "body": _dump(p)} for p in proposals])

    # views

    def documents(self) -> Iterator[Document]:
        """All documents, by publication day and name."""
        query = select(tables.documents.c.body).order_by(tables.documents.c.published, tables.documents.c.name, tables.documents.c.id)
        yield from self._bodies(query, Document)

    def claims(self) -> Iterator[GroundedClaim]:
        """All claims, by document and position."""
        yield from self._bodies(select(tables.claims.c.body).order_by(tables.claims.c.document, tables.claims.c.position), GroundedClaim)

    def incidents(self) -> Iterator[Incident]:
        """All incidents, by day and id."""
        yield from self._bodies(select(tables.incidents.c.body).order_by(tables.incidents.c.start, tables.incidents.c.id), Incident)

    def control(self) -> Iterator[ControlState]:
        """All control states, by place and day."""
        yield from self._bodies(select(tables.control.c.body).order_by(tables.control.c.place, tables.control.c.since), ControlState)

    def proposals(self) -> Iterator[Proposal]:
        """All proposals, by the day they were opened."""
        yield from self._bodies(select(tables.proposals.c.body).order_by(tables.proposals.c.opened, tables.proposals.c.id), Proposal)

    def failures(self) -> list[InputError]:
        """The items that could not be read."""
        with self._reading() as db:
            return [InputError(r.where, r.problem, r.way_out or "") for r in db.execute(select(tables.failures).order_by(tables.failures.c.where))]

    def counts(self) -> dict[str, int]:
        """Number of rows by table."""
        with self._reading() as db:
            return {t.name: db.execute(select(func.count()).select_from(t)).scalar_one() for t in tables.metadata.sorted_tables if t.name != "about"}

    def _bodies(self, query: Any, kind: type) -> Iterator[Any]:
        with self._reading() as db:
            for (body,) in db.execute(query):
                yield decode(kind, json.loads(body))


def _pragmas(connection: Any, _: object) -> None:
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    connection.execute("pragma foreign_keys=on")


def _put(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(table), rows)


def _claim_row(position: int, grounded: GroundedClaim) -> dict[str, Any]:
    claim = grounded.claim
    place = next((p.place for p in grounded.place if p.place), None)
    return {
        "id": claim.id, "document": claim.document, "position": position, "type": claim.type, "status": claim.status,
        "start": grounded.time.start if grounded.time else None, "end": grounded.time.end if grounded.time else None,
        "place": place.id if place else None, "lat": place.lat if place else None, "lon": place.lon if place else None,
        "by": claim.by, "body": _dump(grounded),
    }  # fmt: skip
