"""A record: what reports said (append-only) and what was concluded from it (replaceable), in one SQLite file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Select,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from ..errors import InputError, UsageError
from ..model.codec import decode, encode
from ..model.concluded import CivilianTally, ControlState, Filing, Incident, Judgement, Proposal
from ..model.said import Document
from ..model.world import GroundedClaim
from . import search, tables

PATIENCE = 30  # seconds a writer waits for another
LAYOUT, FUSED = "version", "fused"  # keys of the table about: the layout, and what the conclusions rest on
SETTLED = "settled"  # what the incidents alone rest on
EDITION = "edition"  # how often conclusions were put in the place of others
NOTHING_FILED, NO_FORWARDS = Filing(), MappingProxyType[str, str]({})
PART = 500  # values in one question to the database
LAST = "\U0010ffff"  # sorts after every character of an id
BATCH = 5_000  # rows written at once
LAST_STEP = "(select max(json_extract(value, '$.day')) from json_each(body, '$.steps'))"
FILLED = {"moved": f"coalesce({LAST_STEP}, opened)"}  # columns that are no field of the body
KINDS: dict[str, tuple[Table, type]] = {
    "clm": (tables.claims, GroundedClaim), "inc": (tables.incidents, Incident), "ctl": (tables.control, ControlState),
    "prp": (tables.proposals, Proposal), "civ": (tables.tallies, CivilianTally), "jdg": (tables.judgements, Judgement),
}  # fmt: skip
T = TypeVar("T")
Version = tuple[int, int, int]  # editions of the conclusions, reports, corrections
Kept = GroundedClaim | Incident | ControlState | Proposal | CivilianTally | Judgement


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
            raise UsageError(
                f"{path}: not a Dateline record ({error.orig}); choose another file with --record"
            ) from None

    def _prepare(self) -> None:
        """Lay out a new file; raises `UsageError` for another program's file or layout, which stays untouched."""
        with self.engine.begin() as db:
            present = set(inspect(db).get_table_names())
            if not present:
                tables.metadata.create_all(db)
                _tell(db, LAYOUT, str(tables.VERSION))
            elif not present >= {"about", "documents", "claims"}:
                raise UsageError(f"{self.path}: a database, but not a Dateline record; choose another with --record")
            elif (found := _told(db, LAYOUT)) != str(tables.VERSION):
                raise UsageError(
                    f"{self.path}: layout {found}, and this Dateline reads layout {tables.VERSION}; "
                    "read it with the version that wrote it, or start a new record with --record"
                )
            else:
                tables.metadata.create_all(db)  # tables of conclusions that came later; they fill when next fused
        _add_columns(self.engine)
        search.prepare(self.engine)

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self.engine.dispose()

    # said: appended

    def known(self, identifier: str) -> bool:
        """Whether the document of that content id is in the record."""
        with self.engine.connect() as db:
            found = db.execute(select(tables.documents.c.id).where(tables.documents.c.id == identifier)).first()
            return found is not None

    def append(self, document: Document, claims: Iterable[GroundedClaim]) -> int:
        """Add one document with its claims in one transaction; returns the number of claims, 0 when it was there."""
        kept = list(claims)
        rows = [_claim_row(position, claim) for position, claim in enumerate(kept)]
        with self.engine.begin() as db:
            row = _row(tables.documents, document, added=_now())
            added = db.execute(insert(tables.documents).prefix_with("OR IGNORE").values(row))
            if added.rowcount == 0:
                return 0
            if rows:
                db.execute(insert(tables.claims).prefix_with("OR IGNORE"), rows)
            search.enter(db, document, kept)
        return len(rows)

    def failed(self, error: InputError) -> None:
        """Note an item that could not be read."""
        with self.engine.begin() as db:
            db.execute(
                insert(tables.failures)
                .prefix_with("OR REPLACE")
                .values(where=error.where, problem=error.problem, way_out=error.way_out, at=_now())
            )

    def judge(self, judgement: Judgement) -> None:
        """Keep a person's correction; the same one given again is kept once."""
        row = _row(tables.judgements, judgement)
        with self.engine.begin() as db:
            db.execute(insert(tables.judgements).prefix_with("OR IGNORE").values(row))

    # concluded: replaced

    def replace(
        self, incidents: Iterable[Incident], control: Iterable[ControlState], proposals: Iterable[Proposal],
        tallies: Iterable[CivilianTally] = (), *, filing: Filing = NOTHING_FILED, forwards: Mapping[str, str] = NO_FORWARDS,
    ) -> None:  # fmt: skip
        """Put new conclusions in the place of the old ones, all at once; `forwards` lead from ids that are no more."""
        with self.engine.begin() as db:
            for table, items in zip(tables.CONCLUDED, (incidents, control, proposals, tallies), strict=True):
                db.execute(delete(table))
                _put(db, table, (_row(table, item) for item in items))
            db.execute(delete(tables.blocks))
            db.execute(delete(tables.members))
            _file(db, filing)
            _forward(db, forwards)
            _tell(db, FUSED, _basis(db))
            _tell(db, SETTLED, _basis(db))
            _renew(db)

    def exchange(
        self,
        old: Iterable[Incident],
        new: Iterable[Incident],
        filing: Filing,
        forwards: Mapping[str, str] = NO_FORWARDS,
    ) -> None:
        """Put the incidents `new` in the place of `old`; control and proposals stay as they were, and stale."""
        gone = [i.id for i in old]
        with self.engine.begin() as db:
            for part in _parts(gone):
                db.execute(delete(tables.incidents).where(tables.incidents.c.id.in_(part)))
                db.execute(delete(tables.members).where(tables.members.c.incident.in_(part)))
            _put(db, tables.incidents, (_row(tables.incidents, item) for item in new))
            _file(db, filing)
            _forward(db, forwards)
            _tell(db, SETTLED, _basis(db))
            _renew(db)

    def version(self) -> Version:
        """What may be told from memory until it changes: the conclusions' edition, how many reports and corrections."""
        with self.engine.connect() as db:
            reports = db.execute(select(func.max(tables.shelf.c.number))).scalar() or 0
            return int(_told(db, EDITION) or 0), reports, _size(db, tables.judgements)

    def is_stale(self) -> bool:
        """Whether reports or corrections came in since the conclusions were last replaced."""
        with self.engine.connect() as db:
            return _told(db, FUSED) != _basis(db)

    def is_settled(self) -> bool:
        """Whether the incidents, if not all conclusions, rest on every report and correction."""
        with self.engine.connect() as db:
            return _told(db, SETTLED) == _basis(db)

    def forwards(self) -> dict[str, str]:
        """Ids that incidents once bore, with the id of the incident each leads to now."""
        with self.engine.connect() as db:
            return {row.id: row.to for row in db.execute(select(tables.forwards))}

    # what new reports touch

    def filed_under(self, blocks: Iterable[str]) -> list[tuple[Document, list[GroundedClaim]]]:
        """The reports with accounts filed under any of `blocks`, with all their claims."""
        with self.engine.connect() as db:
            return _reports(db, _where(db, select(tables.blocks.c.document), tables.blocks.c.block, blocks))

    def bundles_with(self, claims: Iterable[str]) -> tuple[list[Incident], list[tuple[Document, list[GroundedClaim]]]]:
        """The incidents of the bundles that hold any of `claims`, and the reports they rest on with all their claims."""
        members = tables.members.c
        with self.engine.connect() as db:
            bundles = _where(db, select(members.bundle), members.claim, claims)
            concerned = _where(db, select(members.incident), members.bundle, bundles)
            bodies = _where(db, select(tables.incidents.c.body), tables.incidents.c.id, concerned)
            incidents = sorted((decode(Incident, json.loads(b)) for b in bodies), key=lambda i: i.id)
            documents = _where(
                db, select(tables.claims.c.document), tables.claims.c.id, (c for i in incidents for c in i.claims)
            )
            return incidents, _reports(db, documents)

    # views

    def one(self, identifier: str) -> Kept:
        """The claim, conclusion or judgement whose id is, or alone begins with, `identifier`; else `UsageError`.

        An id that an incident once bore gives the incident that took it over.
        """
        table, kind = KINDS.get(identifier[:3], (None, None))
        if table is None or kind is None:
            raise UsageError(f"{identifier!r}: no id of the record; ids begin with {', '.join(f'{k}_' for k in KINDS)}")
        query = select(table.c.id, table.c.body).where(table.c.id >= identifier, table.c.id < identifier + LAST)
        with self.engine.connect() as db:
            found = db.execute(query.order_by(table.c.id).limit(4)).all()
            heir = None if found else db.execute(select(tables.forwards.c.to).filter_by(id=identifier)).scalar()
        if heir:
            return self.one(heir)
        if not found or (len(found) > 1 and found[0].id != identifier):
            several = f"begins several ids ({', '.join(r.id for r in found)}); give more of it"
            raise UsageError(
                f"{identifier}: {several if found else f'nothing in {self.path.name} has that id; see dateline report --ids'}"
            )
        kept: Kept = decode(kind, json.loads(found[0].body))
        return kept

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """All documents, or those of these ids, by publication day and name."""
        return self._all(tables.documents, Document, "published", "name", "id", ids=ids)

    def claims(self, ids: Iterable[str] | None = None) -> Iterator[GroundedClaim]:
        """All claims, or those of these ids, by document and position."""
        return self._all(tables.claims, GroundedClaim, "document", "position", ids=ids)

    def judgements(self) -> Iterator[Judgement]:
        """All corrections, in the order they were made."""
        return self._all(tables.judgements, Judgement, "at", "id")

    def incidents(self, ids: Iterable[str] | None = None) -> Iterator[Incident]:
        """All incidents, or those of these ids, by day and id."""
        return self._all(tables.incidents, Incident, "start", "id", ids=ids)

    def control(self) -> Iterator[ControlState]:
        """All control states, by place and day."""
        return self._all(tables.control, ControlState, "place", "since")

    def proposals(self) -> Iterator[Proposal]:
        """All proposals, by the day they were opened."""
        return self._all(tables.proposals, Proposal, "opened", "id")

    def tallies(self) -> Iterator[CivilianTally]:
        """All tallies of civilians, by day and id."""
        return self._all(tables.tallies, CivilianTally, "start", "id")

    def failures(self) -> list[InputError]:
        """The items that could not be read."""
        with self.engine.connect() as db:
            return [
                InputError(r.where, r.problem, r.way_out or "")
                for r in db.execute(select(tables.failures).order_by(tables.failures.c.where))
            ]

    def counts(self) -> dict[str, int]:
        """Number of rows by table."""
        with self.engine.connect() as db:
            return {
                t.name: db.execute(select(func.count()).select_from(t)).scalar_one()
                for t in tables.metadata.sorted_tables
                if t.name != "about" and t not in tables.CATALOGUE
            }

    def encoded(self, table: Table, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Rows of these ids as plain JSON values, by id."""
        with self.engine.connect() as db:
            found = (db.execute(select(table.c.id, table.c.body).where(table.c.id.in_(part))) for part in _parts(ids))
            return {i: json.loads(body) for rows in found for i, body in rows.tuples().all()}

    def _all(self, table: Table, kind: type, *by: str, ids: Iterable[str] | None = None) -> Iterator[Any]:
        """The objects of type `kind` that a table holds (of these ids only, if given), in the order of its columns `by`."""
        query = select(table.c.body).order_by(*(table.c[column] for column in by))
        parts = [query] if ids is None else [query.where(table.c.id.in_(part)) for part in _parts(ids)]
        with self.engine.connect() as db:
            for part in parts:
                for (body,) in db.execute(part):
                    yield decode(kind, json.loads(body))


def _add_columns(engine: Engine) -> None:
    """Give tables of conclusions the columns and indexes that came later, filled from the bodies."""
    with engine.begin() as db:
        if not any(_lacking(db, table) for table in tables.CONCLUDED):
            return
        db.exec_driver_sql("begin immediate")  # else each change of a table is kept at once
        for table in tables.CONCLUDED:
            for column in _lacking(db, table):
                kind = column.type.compile(db.dialect)
                value = FILLED.get(column.name, f"json_extract(body, '$.{column.name}')")
                db.exec_driver_sql(f'alter table {table.name} add column "{column.name}" {kind}')
                db.exec_driver_sql(f'update {table.name} set "{column.name}" = {value}')
            for index in table.indexes:
                index.create(db, checkfirst=True)


def _lacking(db: Connection, table: Table) -> list[Column[Any]]:
    present = {c["name"] for c in inspect(db).get_columns(table.name)}
    return [c for c in table.c if c.name not in present]


def _renew(db: Connection) -> None:
    """Note that the conclusions are not those of before."""
    _tell(db, EDITION, str(int(_told(db, EDITION) or 0) + 1))


def _told(db: Connection, key: str) -> str | None:
    """What a record says about itself under `key`, None when it says nothing."""
    return db.execute(select(tables.about.c.value).where(tables.about.c.key == key)).scalar()


def _tell(db: Connection, key: str, value: str) -> None:
    db.execute(insert(tables.about).prefix_with("OR REPLACE").values(key=key, value=value))


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Values, each once and in order, in parts that one question can hold."""
    ordered = sorted(set(values))
    for i in range(0, len(ordered), PART):
        yield ordered[i : i + PART]


def _where(db: Connection, query: Select[Any], column: Any, values: Iterable[str]) -> set[str]:
    """The different answers to a one-column query over rows whose `column` is one of `values`."""
    return {found for part in _parts(values) for found in db.execute(query.where(column.in_(part))).scalars()}


def _reports(db: Connection, documents: Iterable[str]) -> list[tuple[Document, list[GroundedClaim]]]:
    """The documents of these ids with all their claims, in order of id."""
    claims: dict[str, list[GroundedClaim]] = defaultdict(list)
    found: dict[str, Document] = {}
    for part in _parts(documents):
        for row in db.execute(
            select(tables.documents.c.id, tables.documents.c.body).where(tables.documents.c.id.in_(part))
        ):
            found[row.id] = decode(Document, json.loads(row.body))
        query = select(tables.claims.c.document, tables.claims.c.body).where(tables.claims.c.document.in_(part))
        for row in db.execute(query.order_by(tables.claims.c.document, tables.claims.c.position)):
            claims[row.document].append(decode(GroundedClaim, json.loads(row.body)))
    return [(found[i], claims[i]) for i in sorted(found)]


def _file(db: Connection, filing: Filing) -> None:
    """File accounts; a report already under a block stays there once."""
    if filing.blocks:
        rows = [{"block": block, "document": document} for block, document in filing.blocks]
        db.execute(insert(tables.blocks).prefix_with("OR IGNORE"), rows)
    _put(db, tables.members, ({"claim": c, "incident": i, "bundle": b} for c, i, b in filing.members))


def _forward(db: Connection, forwards: Mapping[str, str]) -> None:
    """Keep where former ids lead: chains are shortened, and an id that is in use again leads nowhere else."""
    for old, new in sorted(forwards.items()):
        db.execute(update(tables.forwards).where(tables.forwards.c.to == old).values(to=new))
        db.execute(insert(tables.forwards).prefix_with("OR REPLACE").values(id=old, to=new))
    db.execute(delete(tables.forwards).where(tables.forwards.c.id.in_(select(tables.incidents.c.id))))


def _pragmas(connection: Any, _: object) -> None:
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    connection.execute("pragma foreign_keys=on")


def _basis(db: Connection) -> str:
    """What conclusions drawn now rest on: how many reports and corrections, both of which only grow."""
    return f"{_size(db, tables.documents)} reports, {_size(db, tables.judgements)} judgements, kinds {len(tables.CONCLUDED)}"


def _size(db: Connection, table: Table) -> int:
    return db.execute(select(func.count()).select_from(table)).scalar_one()


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def _row(table: Table, item: Any, **more: Any) -> dict[str, Any]:
    """A model object as a row: the columns that bear its fields' names, and all of it as JSON in `body`."""
    columns = [c.name for c in table.c if c.name not in ("body", *more)]
    return {name: _cell(getattr(item, name)) for name in columns} | more | {"body": _dump(item)}


def _cell(value: Any) -> Any:
    return _dump(value) if isinstance(value, tuple) else value


def _put(db: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for part in batched(rows, BATCH):
        db.execute(insert(table), part)


def _claim_row(position: int, grounded: GroundedClaim) -> dict[str, Any]:
    claim = grounded.claim
    place = next((p.place for p in grounded.place if p.place), None)
    return {
        "id": claim.id, "document": claim.document, "position": position, "type": claim.type, "status": claim.status,
        "start": grounded.time.start if grounded.time else None, "end": grounded.time.end if grounded.time else None,
        "place": place.id if place else None, "lat": place.lat if place else None, "lon": place.lon if place else None,
        "by": claim.by, "body": _dump(grounded),
    }  # fmt: skip
