"""The work at a record, whoever asks for it: read reports into it, fuse what they say, cut a day's view from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from . import fuse as fusing
from .config import Config
from .errors import InputError
from .model.concluded import CivilianTally, ControlState, Incident, Proposal
from .model.said import Document
from .model.world import GroundedClaim
from .present.view import View, claims_of
from .present.view import view as cut
from .review import standing
from .store import Record
from .store.record import Kept

if TYPE_CHECKING:
    from .pipeline import Reader

T = TypeVar("T")
FEW = 100  # so many new reports are settled one by one; more wait for the next fusing of everything


class Intake:
    """Reports on their way in: iterate over those to read; what fails is told, counted and noted in the record."""

    def __init__(
        self,
        items: Iterable[Document | InputError],
        record: Record | None = None,
        tell: Callable[[InputError], None] = lambda _: None,
    ) -> None:
        self.items, self.record, self.tell = items, record, tell
        self.seen: set[str] = set()
        self.failures: Counter[str] = Counter()
        self.known = 0
        self.undated: list[str] = []

    def __iter__(self) -> Iterator[Document]:
        for item in self.items:
            if isinstance(item, InputError):
                self._failed(item)
            elif self._is_known(item):
                self.known += 1
            else:
                self.undated += [] if item.published else [item.name]
                yield item

    def _failed(self, error: InputError) -> None:
        self.tell(error)
        self.failures[error.problem.partition(" (")[0]] += 1
        if self.record:
            self.record.failed(error)

    def _is_known(self, document: Document) -> bool:
        """Whether the record has `document`, or it came earlier in this run."""
        if not self.record:
            return False
        again = document.id in self.seen
        self.seen.add(document.id)
        return again or self.record.known(document.id)


@dataclass(frozen=True, slots=True)
class Added:
    """What came into a record: reports and the claims they make, those it had, and those that could not be read."""

    reports: tuple[str, ...]  # ids
    claims: int
    known: int
    failed: int

    def __str__(self) -> str:
        return f"{len(self.reports)} reports added with {self.claims} claims, {self.known} already there, {self.failed} failed"


def reader(settings: Config) -> Reader:
    """The reader the configuration names: slow to load, so only when there is something to read."""
    from .pipeline import Reader

    return Reader(settings)


def add(
    record: Record, settings: Config, intake: Intake, progress: Callable[[int], None] = lambda _: None,
    load: Callable[[Config], Reader] = reader,
) -> Added:  # fmt: skip
    """Read reports into an open record; `progress` is told how many are dealt with after each.

    A few new reports bring the incidents up to date; after many these wait for `fuse`. `load` gives the reader: a
    program that stays up keeps one.
    """
    documents = iter(intake)
    first = next(documents, None)  # the reader is slow to load: not for nothing
    reading = load(settings).read(chain([first], documents)) if first else ()
    settled = record.is_settled()
    new: list[tuple[Document, list[GroundedClaim]]] = []
    reports: list[str] = []
    claims = 0
    for document, grounded in reading:
        claims += record.append(document, grounded)
        reports.append(document.id)
        new += [(document, grounded)] if settled and len(new) <= FEW else []
        progress(len(reports) + intake.known + intake.failures.total())
    if 0 < len(new) <= FEW:
        _settle(record, new)
    return Added(tuple(reports), claims, intake.known, intake.failures.total())


def _settle(record: Record, new: list[tuple[Document, list[GroundedClaim]]]) -> None:
    """Bring the incidents up to date with a few new reports, without fusing everything anew."""
    judgements = list(record.judgements())
    if any(j.field == "place" for j in judgements):
        return  # a place put in by hand is looked up among all reports: left to the next fusing of everything
    change = fusing.update(record, new, judgements, record.forwards())
    record.exchange(change.old, change.new, change.filing, fusing.forwarded(change.old, change.new))


def fuse(record: Record) -> str:
    """Rebuild the conclusions of an open record; returns the line that counts them."""
    documents = {d.id: d for d in record.documents()}
    items = ((documents[c.claim.document], c) for c in record.claims())
    found = fusing.fuse(items, record.judgements(), record.forwards())
    record.replace(
        found.incidents, found.control, found.proposals, found.civilians,
        filing=found.filing, forwards=fusing.forwarded(record.incidents(), found.incidents),
    )  # fmt: skip
    return f"{len(found.incidents)} incidents, {len(found.control)} control states, {len(found.proposals)} proposals"


def view(record: Record, on: date | None = None, area: str = "", since: date | None = None) -> View:
    """The record as it stands on a day, fused first when reports or corrections came in since it last was."""
    if record.is_stale():
        fuse(record)
    concluded = list(record.incidents()), list(record.control()), list(record.proposals())
    more = record.failures(), standing(record.judgements()), list(record.tallies())
    return cut(record.documents(), record.claims(), *concluded, *more, on=on, since=since, area=area)


def excerpt(record: Record, things: Iterable[Kept]) -> View:
    """The part of a record that claims, conclusions and judgements rest on: these, their claims and their reports."""
    kept = list(things)
    claims = list(record.claims(c for thing in kept for c in claims_of(thing)))
    return View(
        None, {d.id: d for d in record.documents(c.claim.document for c in claims)}, {c.claim.id: c for c in claims},
        _of(Incident, kept), _of(ControlState, kept), _of(Proposal, kept), tallies=_of(CivilianTally, kept),
        judgements=tuple(standing(record.judgements())),
    )  # fmt: skip


def _of(kind: type[T], things: Iterable[object]) -> tuple[T, ...]:
    return tuple(t for t in things if isinstance(t, kind))
