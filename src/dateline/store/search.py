"""Full-text search over what was said, and the catalogue it rests on: kept with every report, in the same transaction.

The indexes are SQLite's FTS5 over views of the record, so no text is kept twice. Words are folded before they are indexed
and asked for: accents, Arabic vowel signs and spellings of alef make no difference.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select
from typing_extensions import TypedDict

from ..errors import UsageError
from ..model.codec import decode, encode
from ..model.said import Document
from ..model.world import Actor, GroundedClaim, Place
from . import tables

WORDS_AT_MOST = 16
CONSIDERED = 10_000  # matches looked at, the latest kept first: common words are in a million sentences
PART = 500  # reports catalogued in one transaction
OPEN, CLOSE = "\x02", "\x03"  # around hits in a snippet
TOKENS = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
SAME_LETTER = str.maketrans("أإآٱىةؤئيكđĐłŁøØıħĦ", "ااااىهوىىكdDlLoOihH") | {"ـ": None}
INDEXES = {
    "report_words": "title, text, content='report_texts', content_rowid='number'",
    "claim_words": "quote, content='claim_texts', content_rowid='number'",
    "place_words": "name, content='places', content_rowid='number', prefix='2 3'",
    "party_words": "name, content='parties', content_rowid='number', prefix='2 3'",
}
VIEWS = {
    "report_texts": "select s.number, d.title, json_extract(d.body, '$.text') as text from shelf s join documents d on d.id = s.document",
    "claim_texts": "select v.number, json_extract(c.body, '$.claim.evidence.text') as quote from voices v join claims c on c.id = v.claim",
}


class Part(TypedDict):
    """A stretch of a snippet."""

    text: str
    hit: bool


def prepare(engine: Engine) -> None:
    """Lay out the indexes and fill them with reports that came in before there were any."""
    with engine.begin() as db:
        if not db.exec_driver_sql("select 1 from pragma_module_list where name = 'fts5'").first():
            raise UsageError(
                "this Python's SQLite has no full-text search (FTS5); install Dateline in a Python whose has"
            )
        for name, query in VIEWS.items():
            db.exec_driver_sql(f"create view if not exists {name} as {query}")
        for name, columns in INDEXES.items():
            db.exec_driver_sql(f'create virtual table if not exists {name} using fts5({columns}, tokenize="{TOKENS}")')
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
    _index(db, "report_words", ("title", "text"), [(number, fold(document.title), fold(document.text))])
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
    _index(db, "claim_words", ("quote",), [(numbers[i], fold(quote)) for i, quote in quotes.items()])


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
        _index(db, index, ("name",), [(row.number, fold(row.name)) for row in found.all()])


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


def fold(text: str) -> str:
    """Text without what makes no difference to a search, letter by letter, so that words keep their order."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text.translate(SAME_LETTER))
    return "".join(c for c in apart if not unicodedata.combining(c))


def folded(text: str) -> str:
    """A name as it is compared."""
    return fold(text).casefold()


def asked(words: str) -> list[str]:
    """The words and "quoted phrases" of what a person typed, folded, without any signs.

    Raises `UsageError` when there are none, or too many.
    """
    typed = re.findall(r'"([^"]*)"|([^\s"]+)', words)
    kept = [plain for phrase, word in typed if (plain := _plain(folded(phrase or word)))]
    if not kept:
        raise UsageError("nothing to search for; give a word that is in the reports, such as a place or a party")
    if sum(len(k.split()) for k in kept) > WORDS_AT_MOST:
        raise UsageError(f"too many words to search for; give at most {WORDS_AT_MOST}")
    return kept


def _plain(text: str) -> str:
    """A text's letters, marks and digits, with one space for all the rest."""
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text).split())


def _match(words: str) -> str:
    """An FTS5 expression for all that was typed; the last word may go on."""
    *first, last = asked(words)
    return " ".join([*(f'"{w}"' for w in first), f'"{last}" *'])


def reports(db: Connection, words: str, limit: int) -> list[dict[str, Any]]:
    """Reports whose title or text holds the words, the best first, with the stretch that does."""
    rows = db.exec_driver_sql(
        f"""select s.document as id, d.name, d.title, d.outlet, d.published, {_snippet("report_words")} as snippet
        from ({_best("report_words", "bm25(report_words, 4.0, 1.0)")}) best join report_words on report_words.rowid = best.rowid
        join shelf s on s.number = best.rowid join documents d on d.id = s.document
        where report_words match :words order by best.score, best.rowid desc""",
        _parameters(words, limit),
    )
    return [_found(row) for row in rows]


def claims(db: Connection, words: str, limit: int) -> list[dict[str, Any]]:
    """Claims whose sentence holds the words, the best first."""
    rows = db.exec_driver_sql(
        f"""select c.id, c.type, c.status, c.start, c."end", v.source, v.document as report, m.incident, {_snippet("claim_words")} as snippet
        from ({_best("claim_words", "bm25(claim_words)")}) best join claim_words on claim_words.rowid = best.rowid
        join voices v on v.number = best.rowid join claims c on c.id = v.claim left join members m on m.claim = c.id
        where claim_words match :words order by best.score, best.rowid desc""",
        _parameters(words, limit),
    )
    return [_found(row) for row in rows]


def places(db: Connection, words: str, limit: int) -> list[dict[str, Any]]:
    """Places by name, the most named first."""
    return _named(db, "places", "place_words", "t.id, t.name, t.kind, t.lat, t.lon, t.mentions", words, limit)


def parties(db: Connection, words: str, limit: int) -> list[dict[str, Any]]:
    """Parties by name, the most named first."""
    return _named(db, "parties", "party_words", "t.id, t.name, t.kind, t.side, t.mentions", words, limit)


def incidents_telling(db: Connection, words: str) -> list[str]:
    """Ids of the incidents that the latest claims to hold the words tell of, each once, the latest claim first."""
    rows = db.exec_driver_sql(
        """select m.incident from (select rowid from claim_words where claim_words match :words order by rowid desc limit :limit) w
        join voices v on v.number = w.rowid join members m on m.claim = v.claim""",
        _parameters(words, CONSIDERED),
    )
    return list(dict.fromkeys(row.incident for row in rows))


def _best(index: str, score: str) -> str:
    """The matches with the best score among the latest."""
    latest = (
        f"select rowid, {score} as score from {index} where {index} match :words order by rowid desc limit {CONSIDERED}"
    )
    return f"select rowid, score from ({latest}) order by score limit :limit"


def _named(db: Connection, table: str, index: str, columns: str, words: str, limit: int) -> list[dict[str, Any]]:
    rows = db.exec_driver_sql(
        f"""select {columns}, {_snippet(index)} as snippet from {index} join {table} t on t.number = {index}.rowid
        where {index} match :words order by t.mentions desc, t.name limit :limit""",
        _parameters(words, limit),
    )
    return [_found(row) for row in rows]


def _parameters(words: str, limit: int) -> dict[str, Any]:
    return {"words": _match(words), "limit": limit}


def _snippet(index: str) -> str:
    return f"snippet({index}, -1, char(2), char(3), '…', 32)"


def _found(row: Any) -> dict[str, Any]:
    return dict(row._mapping) | {"snippet": parts(row.snippet)}


def parts(snippet: str) -> list[Part]:
    """A snippet in stretches, those that were hit told apart."""
    pieces = re.split(f"({OPEN}[^{CLOSE}]*{CLOSE})", snippet)
    return [Part(text=p.strip(OPEN + CLOSE), hit=p.startswith(OPEN)) for p in pieces if p.strip(OPEN + CLOSE)]
