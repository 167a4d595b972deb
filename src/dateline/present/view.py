"""What the pictures show: one day's view of a record, with every line's claims at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from .. import lexicon
from ..errors import InputError
from ..model.concluded import ControlState, Incident, Proposal
from ..model.said import Document
from ..model.world import GroundedClaim


@dataclass(frozen=True, slots=True)
class View:
    """A record up to a day: documents and claims by id, and the conclusions that stand on that day."""

    on: date | None
    documents: dict[str, Document]
    claims: dict[str, GroundedClaim]
    incidents: tuple[Incident, ...]
    control: tuple[ControlState, ...]
    proposals: tuple[Proposal, ...]
    failures: tuple[InputError, ...] = ()

    def document_of(self, claim: str) -> Document:
        """The report a claim stands in."""
        return self.documents[self.claims[claim].claim.document]


def view(
    documents: Iterable[Document], claims: Iterable[GroundedClaim], incidents: Sequence[Incident], control: Sequence[ControlState],
    proposals: Sequence[Proposal], failures: Iterable[InputError] = (), *, on: date | None = None, area: str = "",
) -> View:  # fmt: skip
    """Cut a record to what happened up to the day `on`, in places whose name or parents hold `area`."""
    by_document = {d.id: d for d in documents}
    by_claim = {c.claim.id: c for c in claims}
    day = on or _latest(by_document.values(), by_claim.values())
    here = _inside(area, by_claim.values())
    return View(
        day, by_document, by_claim,
        tuple(i for i in incidents if (i.start is None or day is None or i.start <= day) and (not area or i.place in here)),
        tuple(s for s in control if (day is None or s.since <= day) and (not area or s.place in here)),
        tuple(p for p in proposals if (p.opened is None or day is None or p.opened <= day) and (not area or p.place in here)),
        tuple(failures),
    )  # fmt: skip


def _latest(documents: Iterable[Document], claims: Iterable[GroundedClaim]) -> date | None:
    published = [d.published for d in documents if d.published]
    return max(published or [c.time.end for c in claims if c.time], default=None)


def _inside(area: str, claims: Iterable[GroundedClaim]) -> set[str]:
    """Ids of the places named `area` or lying in it."""
    places = {p.place.id: p.place for c in claims for p in c.place if p.place}
    named = {i for i, p in places.items() if area.lower() in (p.name.lower(), i.lower())}
    return named | {i for i, p in places.items() if named & set(p.parents)}


def parties(view: View) -> dict[str, str]:
    """Names of the actors and sides on record by id, the packaged ones first."""
    refs = [ref for g in view.claims.values() for ref in (*g.actor, *g.target)]
    seen = (ref.actor for ref in refs if ref.actor)
    shelf = (lexicon.read(f"actors/{f.name}") for f in files("dateline.data").joinpath("actors").iterdir())
    packaged = (row for part in shelf for row in part["actors"])
    states = ((f"{row[2]}-GOV", f"Government of {row[0]}") for row in lexicon.read("states.yaml").values())
    return dict(states) | {a.id: a.name for a in seen} | {row["id"]: row["name"] for row in packaged}
