"""Claims about control that somebody already has: a CSV of rows as grounded claims, each with its own provenance.

The rows of one outlet and day become one document whose text is their own wording, so that every mark slices to its quote.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from .. import lexicon
from ..errors import InputError, UsageError
from ..lexicon import closed
from ..model.said import Claim, Cue, Document, Quantity, Span
from ..model.world import ActorRef, GroundedClaim, Place, PlaceRef, Source, TimeRef

BY = "import@1"
BETWEEN = " | "  # the cells of a row in a document's text


@dataclass(frozen=True, slots=True)
class Lookup:
    """How names are resolved: a place id, and a side or a claimant as it stood on a day in a country (alpha-2)."""

    place: Callable[[str], Place | None]
    actor: Callable[[str, date, str], ActorRef]
    source: Callable[[str, date, str], Source]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be read: its cells, its number in the file, and what they were resolved to."""

    where: str
    cells: dict[str, str]
    day: date
    published: date
    place: Place
    outlets: frozenset[str]  # the file's outlets, in lower case


@dataclass(frozen=True, slots=True)
class Line:
    """A row as a line of its document: where it starts, and where each cell lies in the document's text."""

    document: str
    start: int
    text: str
    cells: dict[str, tuple[int, int]]

    def span(self, column: str, within: str = "") -> Span:
        """The cell of `column`, or the words `within` it."""
        start, end = self.cells[column]
        at = self.text.index(within, start - self.start) + self.start if within else start
        return self.slice(at, at + len(within) if within else end)

    def slice(self, start: int, end: int) -> Span:
        """The document's text from `start` to `end`."""
        return Span(document=self.document, start=start, end=end, text=self.text[start - self.start : end - self.start])


@cache
def _rules() -> dict[str, Any]:
    """`data/import_claims.yaml`, with its types and statuses checked; raises `DataError`."""
    rules, known = lexicon.read("import_claims.yaml"), lexicon.read("events.yaml")
    for event in rules["events"]:
        closed(event["type"], set(known["types"]), "import_claims.yaml: events")
    for status in rules["stances"].values():
        closed(status, set(known["statuses"]), "import_claims.yaml: stances")
    return rules


def read(path: Path, lookup: Lookup) -> Iterator[tuple[Document, list[GroundedClaim]] | InputError]:
    """Yield the documents of a file with their claims, and an `InputError` naming row and column for what cannot be read.

    Raises `UsageError` when the file is no CSV of that shape at all.
    """
    groups: dict[tuple[date, str], list[Row]] = defaultdict(list)
    table = list(_rows(path))
    outlets = frozenset(cells["source_outlet"].lower() for _, cells in table)
    for number, cells in table:
        try:
            row = _row(f"{path}:{number}", cells, outlets, lookup)
            groups[row.published, cells["source_outlet"]].append(row)
        except InputError as error:
            yield error
    for (published, outlet), rows in sorted(groups.items()):
        yield _document(path, published, outlet, rows, lookup)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The line number and the cells of every row, those of columns that are not there empty."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); save it as CSV in UTF-8") from None
    table = csv.DictReader(StringIO(text, newline=""))
    _check_columns(path, list(table.fieldnames or ()))
    columns = [*_rules()["required"], *_rules()["optional"]]
    for row in table:
        cells = {name: " ".join((row.get(name) or "").split()) for name in columns}
        if None in row:
            cells["extra"] = "too many"
        if any(cells.values()):
            yield table.line_num, cells


def _check_columns(path: Path, named: list[str]) -> None:
    rules = _rules()
    if missing := [c for c in rules["required"] if c not in named]:
        raise UsageError(
            f"{path}:1: no column {', '.join(missing)}; the first row names the columns: see docs/import-claims.md"
        )
    known = [*rules["required"], *rules["optional"]]
    for name in named:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"columns are {', '.join(known)}"
            raise UsageError(f"{path}:1: unknown column {name!r}; {hint}")


def _row(where: str, cells: dict[str, str], outlets: frozenset[str], lookup: Lookup) -> Row:
    """A row with its day and place; raises `InputError` naming the first column that is wrong."""
    _check_cells(where, cells)
    day = _day(where, "date", cells["date"])
    published = _day(where, "published", cells["published"]) if cells["published"] else day
    place = lookup.place(cells["place_id"])
    if place is None:
        way_out = "look it up with: dateline gazetteer find NAME"
        raise InputError(f"{where}, column place_id", f"no place {cells['place_id']!r} in the gazetteer", way_out)
    row = Row(where, cells, day, published, place, outlets)
    _check_sides(row, lookup)
    return row


def _check_cells(where: str, cells: dict[str, str]) -> None:
    if "extra" in cells:
        raise InputError(where, "more cells than columns", "put a cell that holds a comma in double quotes")
    for column in _rules()["required"]:
        if not cells[column]:
            raise InputError(f"{where}, column {column}", "empty", "every row needs it")
    for column, allowed in (("stance", _rules()["stances"]), ("confidence", _rules()["confidences"])):
        if cells[column].lower() not in allowed:
            raise InputError(
                f"{where}, column {column}",
                f"{cells[column]!r} is not known",
                f"use {', '.join(filter(None, allowed))}",
            )


def _check_sides(row: Row, lookup: Lookup) -> None:
    for column in ("to_side", "from_side"):
        for name in _names(row.cells[column]):
            if lookup.actor(name, row.day, row.place.country).actor is None:
                way_out = "use a name of the ontology, or add it in an overlay"
                raise InputError(f"{row.where}, column {column}", f"nobody known as {name!r}", way_out)


def _day(where: str, column: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{where}, column {column}", f"{text!r} is no day", "write YYYY-MM-DD") from None


def _names(cell: str) -> list[str]:
    """The sides a cell names: joined by +, none when it says that nobody holds the place."""
    names = [name.strip() for name in cell.split("+")]
    return [n for n in names if n and n.lower() not in _rules()["nobody"]]


def _event(row: Row) -> dict[str, str]:
    """What an event means: its type and topic by its words, or else by its sides, which say whether anything changed."""
    event = row.cells["event"].lower()
    if event in lexicon.read("events.yaml")["types"]:
        return {"type": event}
    by_sides = {"type": "hold" if row.cells["to_side"] == row.cells["from_side"] else "capture"}
    found: dict[str, str] = next((e for e in _rules()["events"] if re.search(e["words"], event)), by_sides)
    return by_sides if found["type"] in ("capture", "withdraw") and by_sides["type"] == "hold" else found


def _document(
    path: Path, published: date, outlet: str, rows: list[Row], lookup: Lookup
) -> tuple[Document, list[GroundedClaim]]:
    lines = list(dict.fromkeys(BETWEEN.join(_cells(row).values()) for row in rows))
    text = "\n".join(lines)
    digest = hashlib.sha256("\x1f".join((text, outlet, str(published))).encode()).hexdigest()
    document = Document(
        id=f"doc_{digest[:20]}", name=f"{path.stem}-{published}-{_slug(outlet)}", text=text, title=f"Claims of {published} ({path.name})",
        outlet=outlet, published=published, path=str(path), sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    claims: dict[str, GroundedClaim] = {}
    for row in rows:
        line = _line(document, row)
        claims.update((g.claim.id, g) for g in _claims(row, line, lookup))
    return document, list(claims.values())


def _slug(outlet: str) -> str:
    return re.sub(r"\W+", "-", outlet.lower()).strip("-") or "unnamed"


def _cells(row: Row) -> dict[str, str]:
    """The cells that are kept, in their order in the text."""
    return {column: row.cells[column] for column in _rules()["order"] if row.cells[column]}


def _line(document: Document, row: Row) -> Line:
    """Where a row lies in its document."""
    cells = _cells(row)
    text = BETWEEN.join(cells.values())
    start = at = next(m.start() for m in re.finditer(rf"^{re.escape(text)}$", document.text, re.M))
    places = {}
    for column, cell in cells.items():
        places[column] = at, at + len(cell)
        at += len(cell) + len(BETWEEN)
    return Line(document.id, start, text, places)


def _claims(row: Row, line: Line, lookup: Lookup) -> Iterator[GroundedClaim]:
    """One claim for each claimant that vouches for the row; a row without one is its outlet's own voice."""
    voices = [v for v in re.split(_rules()["voices"], row.cells["claimant"]) if v]
    for voice in voices or [""]:
        yield _grounded(row, line, voice, lookup)


def _grounded(row: Row, line: Line, voice: str, lookup: Lookup) -> GroundedClaim:
    claim = _claim(row, line, voice)
    return GroundedClaim(
        claim=claim, actor=_refs(claim.actor, row, lookup), target=_refs(claim.target, row, lookup),
        place=(PlaceRef(text=claim.place[0].text, place=row.place, precision=_rules()["precision"].get(row.place.kind, 1)),),
        time=TimeRef(start=row.day, end=row.day, grain="day", basis="stated", precision=1, text=row.cells["date"]),
        source=tuple(_source(span.text, row, lookup) for span in claim.source),
    )  # fmt: skip


def _refs(spans: tuple[Span, ...], row: Row, lookup: Lookup) -> tuple[ActorRef, ...]:
    return tuple(lookup.actor(span.text, row.day, row.place.country) for span in spans)


def _source(text: str, row: Row, lookup: Lookup) -> Source:
    """Who a claimant is: of its joint names the first of a known side, else the first of a known kind."""
    found = [_classified(name, row, lookup) for name in re.split(_rules()["joint"], text)]
    best = next((s for s in found if s.side), None) or next((s for s in found if s.kind != "unknown"), found[0])
    return replace(best, text=text)


def _classified(text: str, row: Row, lookup: Lookup) -> Source:
    """One name without what stands in brackets; a name that the file gives as an outlet is a medium."""
    name = re.sub(r"\s*\(.*?\)", "", text).strip() or text
    found = lookup.source(name, row.day, row.place.country)
    is_outlet = found.kind == "unknown" and any(name.lower() in outlet for outlet in row.outlets)
    return replace(found, name=found.name or name, kind="media" if is_outlet else found.kind)


def _claim(row: Row, line: Line, voice: str) -> Claim:
    event, (actor, target) = _event(row), _parties(row, line)
    kind, status = _kind(row, event["type"])
    evidence = line.slice(line.start, line.start + len(line.text))
    chain = re.split(_rules()["chain"], voice) if voice else []
    key = "\x1f".join((*_cells(row).values(), row.cells["source_outlet"], voice))
    confidence = row.cells["confidence"].lower()
    doubts = [line.span("confidence")] if confidence in _rules()["doubted"] else []
    return Claim(
        id="clm_" + hashlib.sha256(key.encode()).hexdigest()[:16], document=line.document, type=kind, status=status,
        trigger=_trigger(row, line), evidence=evidence, topic=event.get("topic"), actor=actor, target=target,
        place=(line.span("place_id"),), source=tuple(line.span("claimant", name) for name in chain), when=(line.span("date"),),
        numbers=_share(line), score=_rules()["confidences"][confidence], by=BY,
        cues=tuple(Cue(span=s, kind="doubt", scope=evidence) for s in doubts),
    )  # fmt: skip


def _trigger(row: Row, line: Line) -> Span:
    """The event, with the stance after it where that says that only part is meant."""
    is_partial = row.cells["stance"].lower() == "partial"
    return line.slice(line.cells["event"][0], line.cells["stance" if is_partial else "event"][1])


def _kind(row: Row, kind: str) -> tuple[str, str]:
    """Type and status: a place nobody is said to hold is fought over, unless its capture is what is denied."""
    status = _rules()["stances"][row.cells["stance"].lower()]
    if re.search(_rules()["negated"], row.cells["event"].lower()):
        return kind, "denied"
    if _names(row.cells["to_side"]):
        return kind, "ongoing" if kind == "hold" else "happened"
    if status == "denied":
        return "capture", "denied"
    return (kind if kind in ("advance", "siege", "offensive") else "clash"), "ongoing"


def _parties(row: Row, line: Line) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Who did it to whom: who leaves a place acts, otherwise who is to hold it; an attack on who stays names no attacker."""
    kind = _event(row)["type"]
    to, of = ([line.span(c, n) for n in _names(row.cells[c])] for c in ("to_side", "from_side"))
    if kind == "withdraw":
        return tuple(of), tuple(to)
    if kind in ("offensive", "advance", "siege") and row.cells["to_side"] == row.cells["from_side"]:
        return (), tuple(of)
    return tuple(to), () if row.cells["to_side"] == row.cells["from_side"] else tuple(of)


def _share(line: Line) -> tuple[Quantity, ...]:
    """The percentage of the place an event names, in figures or words."""
    event = line.span("event")
    figure = re.search(r"(\d+(?:\.\d+)?)\s*(?:%|per ?cent)", event.text)
    words = {w: n for w, n in _rules()["shares"].items() if re.search(rf"\b{w}\b", event.text, re.I)}
    if not figure and not words:
        return ()
    found = figure or re.search(next(iter(words)), event.text, re.I)
    assert found is not None
    share = float(figure[1] if figure else next(iter(words.values())))
    span = line.slice(event.start + found.start(), event.start + found.end())
    return (Quantity(of="territory", low=share, high=share, unit="percent", span=span, approximate=not figure),)
