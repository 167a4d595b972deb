"""Corrections a person made, applied to claims before, and to groups and incidents after they are concluded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ..model.concluded import Incident, Judgement, Reason
from ..model.said import Document
from ..model.world import GroundedClaim, Place, PlaceRef, TimeRef

Item = tuple[Document, GroundedClaim]


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The judgements in force, in the order they were made: those that nobody withdrew."""
    given = sorted(judgements, key=lambda j: (j.at, j.id))
    withdrawn = {i for j in given if j.action == "withdraw" for i in j.about}
    return [j for j in given if j.action != "withdraw" and j.id not in withdrawn]


def corrected(items: Iterable[Item], judgements: Sequence[Judgement]) -> list[Item]:
    """The claims as people left them: rejected ones out, changed fields changed."""
    rejected = {i for j in judgements if j.action == "reject" for i in j.about}
    changes = _changes(judgements)
    kept = [item for item in items if item[1].claim.id not in rejected]
    if not changes.keys() & {g.claim.id for _, g in kept}:
        return kept
    places = {p.place.id: p.place for _, g in kept for p in g.place if p.place}
    return [(d, _changed_claim(g, changes.get(g.claim.id, []), places)) for d, g in kept]


def _changes(judgements: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for j in judgements:
        for identifier in j.about if j.action == "change" else ():
            found.setdefault(identifier, []).append(j)
    return found


def _changed_claim(grounded: GroundedClaim, changes: Iterable[Judgement], places: Mapping[str, Place]) -> GroundedClaim:
    for change in changes:
        if change.field == "type":
            grounded = replace(grounded, claim=replace(grounded.claim, type=change.value))
        elif change.field == "status":
            grounded = replace(grounded, claim=replace(grounded.claim, status=change.value))
        elif change.field == "place" and change.value in places:
            grounded = replace(grounded, place=(_placed(places[change.value]),))
        elif change.field in ("start", "end"):
            grounded = replace(grounded, time=_timed(grounded.time, change.field, date.fromisoformat(change.value)))
    return grounded


def _placed(place: Place) -> PlaceRef:
    return PlaceRef(text=place.name, place=place, precision=1)


def _timed(time: TimeRef | None, field: str, day: date) -> TimeRef:
    """A time with one end moved."""
    start, end = _moved(time.start if time else day, time.end if time else day, field, day)
    grain, precision = ("day", 1) if start == end else (time.grain if time else "period", time.precision if time else 5)
    return TimeRef(
        start=start, end=end, grain=grain, basis="stated", precision=precision, text=time.text if time else ""
    )


def _moved(start: date, end: date, field: str, day: date) -> tuple[date, date]:
    """A first and last day with the one `field` names put on `day`; the other follows where it would lie on the wrong side."""
    return (day, max(day, end)) if field == "start" else (min(start, day), day)


def regrouped(groups: Iterable[tuple[str, ...]], judgements: Iterable[Judgement]) -> list[tuple[str, ...]]:
    """Groups of claim ids, joined and parted as people said, one judgement after the other."""
    found = [tuple(g) for g in groups]
    for j in judgements:
        if j.action == "merge":
            touched = [g for g in found if set(g) & set(j.about)]
            found = [g for g in found if g not in touched] + ([tuple(c for g in touched for c in g)] if touched else [])
        elif j.action == "split":
            found = _parted(found, frozenset(j.about))
    return found


def _parted(groups: Iterable[tuple[str, ...]], leaving: frozenset[str]) -> list[tuple[str, ...]]:
    kept = [tuple(c for c in g if c not in leaving) for g in groups]
    apart = tuple(c for g in groups for c in g if c in leaving)
    return [g for g in (*kept, apart) if g]


def changed_incident(
    incident: Incident,
    judgements: Iterable[Judgement],
    places: Mapping[str, Place],
    known_as: frozenset[str] = frozenset(),
) -> Incident:
    """An incident with its fields as people set them, and their names in its reasons; `known_as` are its former ids."""
    names, claims = {incident.id, *known_as}, set(incident.claims)
    for j in judgements:
        if j.action == "change" and names & set(j.about):
            incident = _with(incident, j, places)
        elif j.action in ("accept", "merge", "split") and (claims & set(j.about)):
            incident = replace(incident, reasons=(*incident.reasons, _reason(j)))
    return incident


def _with(incident: Incident, change: Judgement, places: Mapping[str, Place]) -> Incident:
    changed: dict[str, object] = {}
    if change.field in ("type", "status"):
        changed = {change.field: change.value}
    elif change.field in ("start", "end"):
        day = date.fromisoformat(change.value)
        start, end = _moved(incident.start or day, incident.end or day, change.field, day)
        changed = {"start": start, "end": end}
    elif change.field == "place" and (place := places.get(change.value)):
        changed = dict(place=place.id, place_name=place.name, lat=place.lat, lon=place.lon, radius_km=place.radius_km)
    return replace(incident, **changed, reasons=(*incident.reasons, _reason(change)))  # type: ignore[arg-type]


def _reason(j: Judgement) -> Reason:
    what = f"{j.field} = {j.value}" if j.field else ""
    return Reason(
        feature=j.action, score=1.0, detail=f"{j.action} by {j.by}: {j.note or what}".rstrip(": "), right=j.id
    )
