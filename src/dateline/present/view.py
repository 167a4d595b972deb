"""What the pictures show: one day's view of a record, with every line's claims at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from importlib.resources import files

from .. import lexicon
from ..errors import InputError, UsageError
from ..model.concluded import CivilianTally, ControlState, Incident, Judgement, Proposal
from ..model.said import Document
from ..model.world import GroundedClaim, Place


@dataclass(frozen=True, slots=True)
class View:
    """A record up to a day: documents and claims by id, and the conclusions that stand on that day.

    `since` is the day of the last report, from which on changes are news.
    """

    on: date | None
    documents: dict[str, Document]
    claims: dict[str, GroundedClaim]
    incidents: tuple[Incident, ...]
    control: tuple[ControlState, ...]
    proposals: tuple[Proposal, ...]
    failures: tuple[InputError, ...] = ()
    judgements: tuple[Judgement, ...] = ()  # those in force
    since: date | None = None
    area: str = ""
    tallies: tuple[CivilianTally, ...] = ()

    def document_of(self, claim: str) -> Document:
        """The report a claim stands in."""
        return self.documents[self.claims[claim].claim.document]

    def places(self) -> dict[str, Place]:
        """The places claims name, by id."""
        return {p.place.id: p.place for c in self.claims.values() for p in c.place if p.place}


def view(
    documents: Iterable[Document], claims: Iterable[GroundedClaim], incidents: Sequence[Incident], control: Sequence[ControlState],
    proposals: Sequence[Proposal], failures: Iterable[InputError] = (), judgements: Iterable[Judgement] = (),
    tallies: Iterable[CivilianTally] = (), *, on: date | None = None, since: date | None = None, area: str = "",
) -> View:  # fmt: skip
    """Cut a record to what happened up to the day `on`, in places whose name or parents hold `area`.

    Raises `UsageError` for an area no claim names, and a last report after this one.
    """
    by_document = {d.id: d for d in documents}
    by_claim = {c.claim.id: c for c in claims}
    day = on or _latest(by_document.values(), by_claim.values())
    if since and day and since > day:
        raise UsageError(
            f"the last report, {since}, is after the day reported on, {day}; give an earlier --since or a later --on"
        )
    here = _inside(area, by_claim.values()) if area else None

    def shown(start: date | None, place: str) -> bool:
        return (start is None or day is None or start <= day) and (here is None or place in here)

    def out(incident: Incident) -> date | None:
        """The day an incident is told by: its own, else that of its first report."""
        published = [
            d for c in incident.claims if c in by_claim and (d := by_document[by_claim[c].claim.document].published)
        ]
        return incident.start or min(published, default=None)

    return View(
        day, by_document, by_claim, tuple(i for i in incidents if shown(out(i), i.place)),
        tuple(_as_of(s, day) for s in control if shown(s.since, s.place)),
        tuple(p for p in proposals if shown(p.opened, p.place)), tuple(failures), tuple(judgements), since or (day - timedelta(days=1) if day else None), area,
        tuple(t for t in tallies if shown(t.start, t.place)),
    )  # fmt: skip


def _as_of(state: ControlState, day: date | None) -> ControlState:
    """A state as it stood on `day`, without what was said of later days."""
    if day is None or (state.as_of <= day and (state.until is None or state.until <= day)):
        return state
    said = tuple(a for a in state.assertions if a.day <= day)
    return replace(state, assertions=said, as_of=max((a.day for a in said), default=state.since), until=None)


def _latest(documents: Iterable[Document], claims: Iterable[GroundedClaim]) -> date | None:
    published = [d.published for d in documents if d.published]
    return max(published or [c.time.end for c in claims if c.time], default=None)


def _inside(area: str, claims: Iterable[GroundedClaim]) -> set[str]:
    """Ids of the places named `area` or lying in it."""
    places = {p.place.id: p.place for c in claims for p in c.place if p.place}
    named = {i for i, p in places.items() if area.lower() in (p.name.lower(), i.lower())}
    if not named:
        names = {p.name.lower(): p.name for p in places.values()}
        near = [names[n] for n in get_close_matches(area.lower(), names, 3)]
        raise UsageError(f"no report names a place {area!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    return named | {i for i, p in places.items() if named & set(p.parents)}


def parties(view: View) -> dict[str, str]:
    """Names of the actors and sides on record by id, the packaged ones first."""
    refs = [ref for g in view.claims.values() for ref in (*g.actor, *g.target)]
    return known_parties({ref.actor.id: ref.actor.name for ref in refs if ref.actor})


def known_parties(seen: Mapping[str, str]) -> dict[str, str]:
    """Names of parties by id: the packaged ones first, then those `seen`, then governments."""
    shelf = (lexicon.read(f"actors/{f.name}") for f in files("dateline.data").joinpath("actors").iterdir())
    packaged = (row for part in shelf for row in part["actors"])
    states = ((f"{row[2]}-GOV", f"Government of {row[0]}") for row in lexicon.read("states.yaml").values())
    return dict(states) | dict(seen) | {row["id"]: row["name"] for row in packaged}


def claims_of(item: GroundedClaim | Incident | ControlState | Proposal | CivilianTally | Judgement) -> tuple[str, ...]:
    """Ids of the claims a claim, conclusion or judgement stands on."""
    if isinstance(item, CivilianTally):
        return tuple(dict.fromkeys(c for f in item.figures for c in f.claims))
    if isinstance(item, GroundedClaim):
        return (item.claim.id,)
    if isinstance(item, Incident):
        return item.claims
    if isinstance(item, ControlState):
        return tuple(dict.fromkeys(a.claim for a in item.assertions))
    if isinstance(item, Proposal):
        return tuple(dict.fromkeys(c for s in item.steps for c in (s.claim, *s.also)))
    return item.about
