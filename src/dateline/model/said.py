"""What reports say: documents, the marks we put on them, and the claims they make. Never edited, only appended.

Every mark is a `Span`: (document, start, end) that slices `Document.text` to its `text`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One report as read: `text` is final after ingest, title and boilerplate are kept apart from it."""

    id: str  # content id, "doc_…": the same report read twice has the same id
    name: str  # what claims print as "document": a file's stem, or the id
    text: str
    title: str = ""
    outlet: str = ""
    published: date | None = None
    dateline: str = ""  # the place a report was filed from, as written
    credit: str = ""  # wire credit ("AFP", "Reuters"), as written
    url: str = ""
    language: str = "en"  # ISO 639-1, "und" when unknown
    path: str = ""
    sha256: str = ""  # of the original bytes


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of a document's text, in characters, end exclusive."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name or expression found in the text. `kind`: place | actor | person | time | number | pronoun | weapon.

    `ids` are candidate identifiers from a lexicon, ontology or gazetteer (empty: recognised by form alone).
    """

    span: Span
    kind: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A word that changes how a claim is to be taken, with the stretch it governs.

    `kind`: attribution | negation | modality | intention | request | condition | prediction | doubt | attempt.
    `by` is who speaks or asks, where the cue has such a subject.
    """

    span: Span
    kind: str
    scope: Span
    by: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Mentions of one thing inside a report: `head` is its fullest name, `mentions` all of them in order."""

    head: Span
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document with its marks; `parse` is the spaCy Doc, whose text is exactly `document.text`."""

    document: Document
    parse: Doc
    mentions: tuple[Mention, ...] = ()
    cues: tuple[Cue, ...] = ()
    chains: tuple[Chain, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """Return the span of this page's document from `start` to `end`."""
        return Span(document=self.document.id, start=start, end=end, text=self.document.text[start:end])

    def words(self, start: int, end: int) -> Span:
        """Return the span of the tokens `start` to `end` (exclusive) of the parse."""
        last = self.parse[end - 1]
        return self.span(self.parse[start].idx, last.idx + len(last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A counted thing: a range (either end open), what is counted and in which unit (`eval/GUIDE` vocabularies)."""

    of: str
    low: float | None
    high: float | None
    unit: str
    span: Span
    approximate: bool = False
    share_of: str = ""  # the denominator of a share, as written


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing a report says happened, is planned, asked for or denied, in the report's own words.

    `source` runs from the innermost originator outwards; empty is the report's own voice. `when` are the time
    expressions that govern the claim (`when_inherited`: taken from another sentence);
    `place_basis` is stated | inherited | dateline.
    """

    id: str
    document: str  # Document.id
    type: str
    status: str
    trigger: Span
    evidence: Span
    topic: str | None = None
    actor: tuple[Span, ...] = ()
    target: tuple[Span, ...] = ()
    place: tuple[Span, ...] = ()
    place_basis: str = "stated"
    source: tuple[Span, ...] = ()
    when: tuple[Span, ...] = ()
    when_inherited: bool = False
    tense: str = ""  # past | present | future | background (undated past beside the news) | "" : the trigger's clause
    numbers: tuple[Quantity, ...] = ()
    means: Span | None = None
    score: float = 1.0
    by: str = ""  # reader and version
    cues: tuple[Cue, ...] = field(default=())
