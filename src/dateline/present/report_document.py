"""The report as a structure: headings, sentences that cite, and the numbered sources; renderers see nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model.said import Document
from ..model.world import GroundedClaim
from .phrases import party
from .view import View


@dataclass(slots=True)
class Line:
    """One statement of the report and the claims it stands on; there is none without. `under` are its parts."""

    text: str
    claims: tuple[str, ...]
    under: tuple[Line, ...] = ()
    id: str = ""  # of the conclusion it tells

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError(f"a sentence of the report cites nothing: {self.text!r}")


@dataclass(slots=True)
class Section:
    """A heading with its lines, or with the sections below it. `remarks` speak of the report itself, not of the world."""

    title: str
    lines: list[Line] = field(default_factory=list)
    parts: list[Section] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    side_by_side: bool = False  # the parts of a line are accounts to be compared

    def says_something(self) -> bool:
        """Whether there is anything under the heading."""
        return bool(self.lines or self.remarks or self.parts)

    def all_lines(self) -> Iterator[Line]:
        """Every line in reading order, its own parts after it."""
        yield from _lines(self.lines)
        for part in self.parts:
            yield from part.all_lines()


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered source: where a claim stands, through whom it came, and the sentence itself."""

    number: int
    claim: str
    where: str
    chain: str
    quote: str


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report. `notes` number the claims cited; `cite` gives a line its numbers."""

    title: str
    lead: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    numbers: dict[str, int]
    most_cited: int

    def cite(self, line: Line) -> tuple[list[int], int]:
        """The numbers a line shows, and how many further claims it stands on."""
        shown = line.claims[: self.most_cited]
        return [self.numbers[c] for c in shown], len(line.claims) - len(shown)


def assemble(view: View, title: str, lead: str, sections: Iterable[Section], *, most_cited: int) -> Report:
    """Number the claims that the lines show, in the order they are first shown."""
    kept = tuple(s for s in sections if s.says_something())
    shown = [c for s in kept for line in s.all_lines() for c in line.claims[:most_cited]]
    numbers = {claim: n for n, claim in enumerate(dict.fromkeys(shown), 1)}
    notes = tuple(_note(n, view.claims[c], view.document_of(c)) for c, n in numbers.items())
    return Report(title, lead, kept, notes, numbers, most_cited)


def _lines(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _lines(line.under)


def _note(number: int, grounded: GroundedClaim, document: Document) -> Note:
    return Note(number, grounded.claim.id, where(document), chain(grounded), quote(grounded))


def where(document: Document) -> str:
    """A report as a reference: outlet, title, day."""
    day = f"{document.published.day} {document.published:%B %Y}" if document.published else "undated"
    return ", ".join(x for x in (document.outlet, f"“{document.title}”" if document.title else document.name, day) if x)


def chain(grounded: GroundedClaim) -> str:
    """Through whom a claim came, innermost first: "the Syrian Army, through SANA"; "" in the report's own voice."""
    return ", through ".join(dict.fromkeys(party(s.name or s.text) for s in grounded.source))


def quote(grounded: GroundedClaim) -> str:
    """The sentence a claim stands in, on one line."""
    return " ".join(grounded.claim.evidence.text.split())
