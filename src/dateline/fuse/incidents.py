"""Incidents: claims of one happening, grouped by place, day and family of type. A first, simple grouping."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from .. import lexicon
from ..model.concluded import Incident, Reason, Toll
from ..model.said import Document
from ..model.world import GroundedClaim, PlaceRef

Item = tuple[Document, GroundedClaim]
Key = tuple[str, str, str]
HARMED = ("killed", "wounded", "killed_or_wounded", "displaced", "evacuated", "detained", "abducted")


def conclude(items: Sequence[Item]) -> tuple[Incident, ...]:
    """Group physical claims by place, first day and family; claims with no day or place stay alone by report."""
    policy = lexicon.read("fuse.yaml")
    groups: dict[Key, list[Item]] = defaultdict(list)
    for document, grounded in items:
        if grounded.claim.type in policy["physical"] and grounded.claim.status in (*policy["asserted"], "denied"):
            groups[_key(document, grounded)].append((document, grounded))
    made = [_incident(key, group) for key, group in sorted(groups.items())]
    return tuple(sorted(made, key=lambda i: (str(i.start), i.id)))


def _key(document: Document, grounded: GroundedClaim) -> Key:
    family = lexicon.read("events.yaml")["types"][grounded.claim.type]["family"]
    place = _main_place(grounded)
    where = place.place.id if place and place.place else f"?{document.id}"
    when = grounded.time.start.isoformat() if grounded.time else f"?{document.id}"
    return family, where, when


def _main_place(grounded: GroundedClaim) -> PlaceRef | None:
    return next((p for p in grounded.place if p.place), None)


def _incident(key: Key, group: list[Item]) -> Incident:
    claims = [g for _, g in group]
    first = min(claims, key=lambda g: (-g.claim.score, g.claim.id))
    place = _main_place(first)
    times = [g.time for g in claims if g.time]
    documents = {d.id: d for d, _ in group}
    originators = {_originator(d, g) for d, g in group}
    return Incident(
        id="inc_" + hashlib.sha256("|".join(key).encode()).hexdigest()[:16], type=_commonest(claims), status=_status(claims, originators),
        start=min((t.start for t in times), default=None), end=max((t.end for t in times), default=None),
        date_precision=min((t.precision for t in times), default=None),
        place=place.place.id if place and place.place else "", place_name=place.place.name if place and place.place else "",
        lat=place.place.lat if place and place.place else None, lon=place.place.lon if place and place.place else None,
        radius_km=place.place.radius_km if place and place.place else None, where_precision=place.precision if place else None,
        actors=_names(claims, "actor"), targets=_names(claims, "target"),
        means=tuple(sorted({g.claim.means.text for g in claims if g.claim.means})), tolls=_tolls(group),
        claims=tuple(g.claim.id for g in claims), reports=len(documents),
        outlets=len({d.outlet or d.id for d in documents.values()}), originators=len(originators),
        reasons=(Reason(feature="grouping", score=1.0, detail=f"same place ({key[1]}), first day ({key[2]}) and family ({key[0]})"),),
    )  # fmt: skip


def _commonest(claims: list[GroundedClaim]) -> str:
    types = [g.claim.type for g in claims]
    return max(sorted(set(types)), key=types.count)


def _names(claims: list[GroundedClaim], slot: str) -> tuple[str, ...]:
    refs = [ref for g in claims for ref in getattr(g, slot)]
    return tuple(sorted({ref.actor.name if ref.actor else ref.text for ref in refs}))


def _originator(document: Document, grounded: GroundedClaim) -> str:
    """Who vouches for a claim: its innermost source, else the wire credit, else the outlet."""
    if grounded.source:
        return grounded.source[0].name or grounded.source[0].text.lower()
    return document.credit or document.outlet or document.id


def _status(claims: list[GroundedClaim], originators: set[str]) -> str:
    denied = [g for g in claims if g.claim.status == "denied"]
    if len(denied) == len(claims):
        return "denied"
    if denied:
        return "disputed"
    return "corroborated" if len(originators) > 1 else "reported"


def _tolls(group: list[Item]) -> tuple[Toll, ...]:
    """The ranges of people harmed, each as its source gives it."""
    found: dict[tuple[str, float | None, float | None, str], list[str]] = defaultdict(list)
    for document, grounded in group:
        for n in grounded.claim.numbers:
            if n.of in HARMED:
                found[n.of, n.low, n.high, _originator(document, grounded)].append(grounded.claim.id)
    ordered = sorted(found.items(), key=lambda item: str(item[0]))
    return tuple(
        Toll(of=of, low=low, high=high, who="", source=source, claims=tuple(ids))
        for (of, low, high, source), ids in ordered
    )
