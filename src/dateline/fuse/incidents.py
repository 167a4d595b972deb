"""Incidents: the claims of one happening with their time, place, parties, tolls by source, and how well they are attested."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from .. import lexicon
from ..errors import DataError
from ..model.concluded import Incident, Reason, Toll
from ..model.said import Document
from ..model.world import GroundedClaim, Place, PlaceRef
from .match import Item, Link, Pair

HARMED = ("killed", "wounded", "killed_or_wounded", "displaced", "evacuated", "detained", "abducted")
STATUSES = frozenset({"reported", "corroborated", "disputed", "denied"})
CONDITIONS = frozenset({"all_denied", "some_denied", "figures_apart", "parties_apart", "originators"})
Told = tuple[float | None, float | None, str]  # the ends of a figure, and the claim that gives it


def takes_part(grounded: GroundedClaim) -> bool:
    """Whether a claim tells of a happening: a physical type, said to have happened or not to have."""
    policy = lexicon.read("fuse.yaml")
    return grounded.claim.type in policy["physical"] and grounded.claim.status in (*policy["asserted"], "denied")


def incident(items: Sequence[Item], links: Mapping[Pair, Link], originals: Mapping[str, str]) -> Incident:
    """The incident of one cluster of claims; `originals` gives the report that a document repeats."""
    ordered = sorted(items, key=lambda item: (str(item[0].published or "9999"), item[1].claim.id))
    claims = [g for _, g in ordered]
    where = _place(claims)
    place = where.place if where else None
    originators = _originators(ordered, originals)
    told, timed = _told(ordered, originals), [g.time for g in claims if g.time]
    tolls = tuple(
        _toll(*harm, source, figures) for harm, by in sorted(told.items()) for source, figures in sorted(by.items())
    )
    sharpest = min(timed, key=lambda t: (t.precision, t.start), default=None)
    return Incident(
        id=identifier(claims[0].claim.id), type=_type(claims), status=_status(claims, ordered, tolls, originals),
        start=sharpest.start if sharpest else None, end=sharpest.end if sharpest else None,
        date_precision=sharpest.precision if sharpest else None,
        place=place.id if place else "", place_name=place.name if place else "", lat=place.lat if place else None,
        lon=place.lon if place else None, radius_km=place.radius_km if place else None, where_precision=where.precision if where else None,
        actors=_names(claims, "actor"), targets=_names(claims, "target"),
        means=tuple(sorted({g.claim.means.text for g in claims if g.claim.means})), tolls=tolls,
        claims=tuple(sorted(g.claim.id for g in claims)), reports=len({originals.get(d.id, d.id) for d, _ in ordered}),
        outlets=len({d.outlet or d.id for d, _ in ordered}), originators=len(originators), reasons=_reasons(claims, links),
        overall=tuple(_toll(*harm, "", [f for given in by.values() for f in given]) for harm, by in sorted(told.items()) if len(by) > 1),
    )  # fmt: skip


def identifier(claim: str) -> str:
    """The id of the incident whose first claim (the earliest published) is `claim`: later reports do not change it."""
    return "inc_" + hashlib.sha256(claim.encode()).hexdigest()[:16]


def _reasons(claims: Sequence[GroundedClaim], links: Mapping[Pair, Link]) -> tuple[Reason, ...]:
    """For each claim after the first, the features of its strongest link to another of the cluster."""
    ids = {g.claim.id for g in claims}
    best: dict[str, tuple[float, tuple[Reason, ...]]] = {}
    for pair in sorted(links):
        link = links[pair]
        if ids.issuperset(pair):
            for claim in pair:
                if claim not in best or link.score > best[claim][0]:
                    best[claim] = (link.score, link.reasons)
    if not best:
        return (Reason(feature="alone", score=0.0, detail="no other claim agrees with it enough"),)
    return tuple(dict.fromkeys(r for claim in sorted(best) for r in best[claim][1]))


def _place(claims: Sequence[GroundedClaim]) -> PlaceRef | None:
    """The place most claims name, the most precise of equals."""
    refs = [p for g in claims for p in g.place[:1] if p.place]
    counts = Counter(p.place.id for p in refs if p.place)
    return min(refs, key=lambda p: (p.precision, -counts[_id(p.place)], _id(p.place)), default=None)


def _id(place: Place | None) -> str:
    return place.id if place else ""


def _type(claims: Sequence[GroundedClaim]) -> str:
    """The commonest type; what causes harm before the harm."""
    policy = lexicon.read("fuse.yaml")
    types = [g.claim.type for g in claims]
    acts = [t for t in types if t not in policy["harms"]] or types
    return max(sorted(set(acts)), key=acts.count)


def _names(claims: Iterable[GroundedClaim], slot: str) -> tuple[str, ...]:
    refs = [ref for g in claims for ref in getattr(g, slot)]
    return tuple(sorted({ref.actor.name if ref.actor else ref.text for ref in refs}))


def _originator(document: Document, grounded: GroundedClaim, originals: Mapping[str, str]) -> str:
    """Who vouches for a claim: its innermost source, else the wire, the outlet, or the report it repeats.

    "Activists" in two reports may be the same people, and count as one originator.
    """
    if grounded.source:
        return grounded.source[0].name or grounded.source[0].text.lower()
    return document.credit or document.outlet or originals.get(document.id, document.id)


def _originators(items: Sequence[Item], originals: Mapping[str, str]) -> set[str]:
    """Everybody who vouches for an incident; a report that names its sources does not vouch beside them."""
    sourced = {d.id for d, g in items if g.source}
    return {_originator(d, g, originals) for d, g in items if g.source or d.id not in sourced}


@cache
def _rules() -> tuple[tuple[str, dict[str, bool | int]], ...]:
    rules = lexicon.read("status.yaml")["rules"]
    for rule in rules:
        if rule["status"] not in STATUSES or not CONDITIONS.issuperset(rule["when"]):
            raise DataError(f"status.yaml: {rule}: statuses are {sorted(STATUSES)}, conditions {sorted(CONDITIONS)}")
    return tuple((rule["status"], rule["when"]) for rule in rules)


def _status(
    claims: Sequence[GroundedClaim], items: Sequence[Item], tolls: Sequence[Toll], originals: Mapping[str, str]
) -> str:
    """The status the first fitting rule of `data/status.yaml` gives."""
    denied = [g.claim.status == "denied" for g in claims]
    told = {
        "all_denied": all(denied),
        "some_denied": any(denied),
        "figures_apart": _figures_apart(tolls),
        "parties_apart": _parties_apart(items, originals),
    }
    count = len(_originators(items, originals))
    return next(
        status for status, when in _rules()
        if all(count >= want if name == "originators" else told[name] == want for name, want in when.items())
    )  # fmt: skip


def _figures_apart(tolls: Sequence[Toll]) -> bool:
    """Whether two sources give ranges for one harm to the same people that have nothing in common."""
    by_harm: dict[tuple[str, str], list[Toll]] = defaultdict(list)
    for toll in tolls:
        by_harm[toll.of, toll.who].append(toll)
    return any(
        (a.low or 0) > (b.high if b.high is not None else float("inf"))
        for group in by_harm.values() for a in group for b in group if a.source != b.source
    )  # fmt: skip


def _parties_apart(items: Sequence[Item], originals: Mapping[str, str]) -> bool:
    """Whether two originators name doers with nobody in common."""
    doers: dict[str, set[str]] = defaultdict(set)
    for document, grounded in items:
        known = {(r.actor.side or r.actor.id) for r in grounded.actor if r.actor}
        doers[_originator(document, grounded, originals)] |= known
    named = [d for d in doers.values() if d]
    return any(not a & b for a in named for b in named)


def _told(items: Sequence[Item], originals: Mapping[str, str]) -> dict[tuple[str, str], dict[str, list[Told]]]:
    """The figures of each harm to each kind of people, by originator."""
    found: dict[tuple[str, str], dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for document, grounded in items:
        for n in grounded.claim.numbers:
            if n.of in HARMED:
                found[n.of, _who(grounded)][_originator(document, grounded, originals)].append(
                    (n.low, n.high, grounded.claim.id)
                )
    return found


def _toll(of: str, who: str, source: str, told: Iterable[Told]) -> Toll:
    """One range over several figures, never their average: an end stays open where one of them leaves it open."""
    lows, highs, claims = zip(*told, strict=True)
    low, high = (None if None in lows else min(lows)), (None if None in highs else max(highs))
    return Toll(of=of, low=low, high=high, who=who, source=source, claims=tuple(sorted(set(claims))))


def _who(grounded: GroundedClaim) -> str:
    """What kind of people a claim's figures count, by the words of its target; "" when it does not say."""
    words = set(re.findall(r"[a-z]+", " ".join(s.text.lower() for s in grounded.claim.target)))
    return next(
        (who for who, names in lexicon.read("fuse.yaml")["who"].items() if words & {n.split()[-1] for n in names}), ""
    )
