"""Full-text search over what was said, and the catalogue it rests on: kept with every report, in the same transaction.

The indexes are SQLite's FTS5 and hold words alone, folded; the texts are the record's, so nothing is kept twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Table, func, insert, select

from ..errors import UsageError
from ..model.codec import decode, encode
from ..model.said import Document
from ..model.world import Actor, GroundedClaim, Place
from . import tables
from .words import Asked, asked, folded, snippet

CONSIDERED = 10_000  # matches looked at, the latest: a common word is in every tenth of a million sentences
FILTERED = 100_000  # matches that a filter by words lets through
LEAST = 3  # letters that a beginning of a word must have
PART = 500  # reports catalogued in one transaction
TOKENS = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
INDEXES = {
    "report_words": "title, text, prefix='3'", "claim_words": "quote, prefix='3'",
    "place_words": "name, prefix='2 3'", "party_words": "name, prefix='2 3'",
}  # fmt: skip
REPORTS = """select s.document as id, d.name, d.title, d.outlet, d.published, json_extract(d.body, '$.text') as text
    from shelf s join documents d on d.id = s.document where s.number = :number"""
CLAIMS = """select c.id, c.type, c.status, c.start, c."end", v.source, v.document as report, m.incident,
    json_extract(c.body, '$.claim.evidence.text') as text
    from voices v join claims c on c.id = v.claim left join members m on m.claim = c.id where v.number = :number"""


def prepare(engine: Engine) -> None:
    """Lay out the indexes and fill them with reports that came in before there were any."""
    with engine.begin() as db:
        if not db.exec_driver_sql("select 1 from pragma_module_list where name = 'fts5'").first():
            raise UsageError(
                "this Python's SQLite has no full-text search (FTS5); install Dateline in a Python whose has"
            )
        for name, columns in INDEXES.items():
            options = f"{columns}, content='', tokenize=\"{TOKENS}\""
            db.exec_driver_sql(f"create virtual table if not exists {name} using fts5({options})")
    while _catch_up(engine):
        pass


def _catch_up(engine: Engine) -> bool:
    """Enter some reports that are not in the catalogue; whether there may be more."""
    documents, shelf = tables.documents.c, tables.shelf.c
    with engine.begin() as db:
        missing = select(documents.id, documents.body).where(documents.id.not_in(select(shelf.document))).limit(PART)
        if _size(db, tables.shelf) == _size(db, tables.documents):
            return False
        db.exec_driver_sql("begin immediate")  # nobody else enters the same ones
        found = db.execute(missing).all()
        for row in found:
            claims = db.execute(
                select(tables.claims.c.body)
                .where(tables.claims.c.document == row.id)
                .order_by(tables.claims.c.position)
            ).scalars()
            enter(
                db,
                decode(Document, json.loads(row.body)),
                [decode(GroundedClaim, json.loads(body)) for body in claims],
            )
        return len(found) == PART


def enter(db: Connection, document: Document, claims: Sequence[GroundedClaim]) -> None:
    """Enter one report, new to the record, with its claims."""
    db.execute(insert(tables.shelf).values(document=document.id, published=document.published))
    number = db.execute(select(tables.shelf.c.number).filter_by(document=document.id)).scalar_one()
    _index(db, "report_words", ("title", "text"), [(number, folded(document.title), folded(document.text))])
    if claims:
        _enter_claims(db, document, claims)
    _enter_names(db, tables.places, "place_words", Counter(p.place for c in claims for p in c.place if p.place))
    named = Counter(ref.actor for c in claims for ref in (*c.actor, *c.target) if ref.actor)
    _enter_names(db, tables.parties, "party_words", named)


def _enter_claims(db: Connection, document: Document, claims: Sequence[GroundedClaim]) -> None:
    printed = document.credit or document.outlet or document.name
    rows = []
    for grounded in claims:
        source = grounded.source[0] if grounded.source else None
        rows.append({
            "claim": grounded.claim.id, "document": document.id, "type": grounded.claim.type,
            "source": (source.name or source.text) if source else printed, "kind": source.kind if source else "media",
        })  # fmt: skip
    db.execute(insert(tables.voices).prefix_with("OR IGNORE"), rows)
    voices = tables.voices.c
    numbers = dict(db.execute(select(voices.claim, voices.number).where(voices.document == document.id)).tuples().all())
    quotes = {c.claim.id: c.claim.evidence.text for c in claims if c.claim.id in numbers}
    _index(db, "claim_words", ("quote",), [(numbers[i], folded(quote)) for i, quote in quotes.items()])


def _enter_names(db: Connection, table: Table, index: str, named: Counter[Any]) -> None:
    """Count how often places or parties are named, and index the names of those that are new."""
    tally: dict[str, tuple[Any, int]] = {}
    for thing, times in named.items():
        tally[thing.id] = (thing, times + tally.get(thing.id, (thing, 0))[1])
    rows = [_name_row(table, thing, times) for thing, times in tally.values()]
    for first in range(0, len(rows), PART):
        _enter_some(db, table, index, rows[first : first + PART])


def _enter_some(db: Connection, table: Table, index: str, rows: list[dict[str, Any]]) -> None:
    ids = {row["id"] for row in rows}
    new = ids - set(db.execute(select(table.c.id).where(table.c.id.in_(ids))).scalars())
    db.exec_driver_sql(
        f"insert into {table.name}({', '.join(rows[0])}) values ({', '.join(f':{c}' for c in rows[0])}) "
        "on conflict(id) do update set mentions = mentions + excluded.mentions",
        rows,
    )
    if new:
        found = db.execute(select(table.c.number, table.c.name).where(table.c.id.in_(new)))
        _index(db, index, ("name",), [(row.number, folded(row.name)) for row in found.all()])


def _name_row(table: Table, thing: Place | Actor, times: int) -> dict[str, Any]:
    row = {c.name: getattr(thing, c.name) for c in table.c if c.name not in ("number", "mentions", "parents")}
    parents = {"parents": json.dumps(encode(thing.parents))} if isinstance(thing, Place) else {}
    return row | parents | {"mentions": times}


def _index(db: Connection, index: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * (len(columns) + 1))
        db.exec_driver_sql(f"insert into {index}(rowid, {', '.join(columns)}) values ({marks})", list(rows))


def _size(db: Connection, table: Table) -> int:
    return db.execute(select(func.count()).select_from(table)).scalar_one()


# asking


def _wanted(db: Connection, index: str, typed: str) -> Asked:
    """What was typed; a last word that is in no text may be the beginning of one."""
    phrases = asked(typed)
    known = db.exec_driver_sql(f"select 1 from {index} where {index} match ? limit 1", (f'"{phrases[-1]}"',)).first()
    return Asked(phrases, goes_on=not known and len(phrases[-1]) >= LEAST)


def _expression(wanted: Asked) -> str:
    """An FTS5 expression for all phrases together."""
    return " ".join(f'"{phrase}"' for phrase in wanted.phrases) + (" *" if wanted.goes_on else "")


def reports(db: Connection, typed: str, limit: int) -> list[dict[str, Any]]:
    """Reports whose title or text holds the words, the best first, with the stretch that does."""
    return _texts(db, "report_words", "bm25(report_words, 4.0, 1.0)", REPORTS, typed, limit)


def claims(db: Connection, typed: str, limit: int) -> list[dict[str, Any]]:
    """Claims whose sentence holds the words, the best first."""
    return _texts(db, "claim_words", "bm25(claim_words)", CLAIMS, typed, limit)


def _texts(db: Connection, index: str, score: str, query: str, typed: str, limit: int) -> list[dict[str, Any]]:
    """The best of the latest matches, with their snippets."""
    wanted = _wanted(db, index, typed)
    latest = f"select rowid, {score} as score from {index} where {index} match ? order by rowid desc limit {CONSIDERED}"
    best = f"select rowid from ({latest}) order by score, rowid desc limit {limit}"
    numbers = db.exec_driver_sql(best, (_expression(wanted),)).scalars().all()
    rows = (db.exec_driver_sql(query, {"number": number}).first() for number in numbers)
    return [_shown(row, wanted) for row in rows if row]


def _shown(row: Any, wanted: Asked) -> dict[str, Any]:
    """A row with a snippet for its text: of the title where the text holds no hit."""
    found = dict(row._mapping)
    parts = snippet(found.pop("text"), wanted)
    if not any(p["hit"] for p in parts) and found.get("title"):
        parts = snippet(found["title"], wanted)
    return found | {"snippet": parts}


def places(db: Connection, typed: str, limit: int) -> list[dict[str, Any]]:
    """Places by name, the most named first."""
    return _named(db, "places", "place_words", "id, name, kind, lat, lon, mentions", typed, limit)


def parties(db: Connection, typed: str, limit: int) -> list[dict[str, Any]]:
    """Parties by name, the most named first."""
    return _named(db, "parties", "party_words", "id, name, kind, side, mentions", typed, limit)


def _named(db: Connection, table: str, index: str, columns: str, typed: str, limit: int) -> list[dict[str, Any]]:
    wanted = Asked(asked(typed), goes_on=True)
    rows = db.exec_driver_sql(
        f"""select {columns} from {table} where number in (select rowid from {index} where {index} match ?)
        order by mentions desc, name limit {limit}""",
        (_expression(wanted),),
    )
    return [dict(row._mapping) | {"snippet": snippet(row.name, wanted)} for row in rows]


def sentences(db: Connection, typed: str, most: int = FILTERED) -> NDArray[np.int64]:
    """Numbers of the claims whose sentence holds the words, the latest first and at `most` so many."""
    expression = _expression(_wanted(db, "claim_words", typed))
    latest = f"select rowid from claim_words where claim_words match ? order by rowid desc limit {most}"
    told = db.exec_driver_sql(f"select group_concat(rowid) from ({latest})", (expression,)).scalar()  # fetched at once
    return np.fromstring(told or "", dtype=np.int64, sep=",")
