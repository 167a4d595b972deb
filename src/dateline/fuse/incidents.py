"""Incidents: the claims of one happening, with who says so, how many were harmed and how well it is attested."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from .. import lexicon
from ..errors import DataError
from ..model.concluded import Filing, Incident, Judgement, Reason, Toll
from ..model.said import Document
from ..model.world import GroundedClaim, PlaceRef, Source
from . import judged, reprints, tolls
from .accounts import Account, account
from .blocks import home
from .clusters import Bundle, Links, bundles, links, within_reports
from .match import reasons

Item = tuple[Document, GroundedClaim]
Forwards = Mapping[str, str]  # a former incident id to the one that took it over
SHOWN = 3  # pairs of accounts whose likeness an incident explains


@dataclass(frozen=True, slots=True)
class Picture:
    """Incidents in order of day and id, and where their accounts are filed."""

    incidents: tuple[Incident, ...]
    filing: Filing


def conclude(
    items: Sequence[Item], judgements: Sequence[Judgement] = (), forwards: Forwards | None = None
) -> tuple[Incident, ...]:
    """The incidents that claims tell of, in order of day and id; the order of `items` does not matter."""
    return picture(items, judgements, forwards).incidents


def picture(items: Sequence[Item], judgements: Sequence[Judgement] = (), forwards: Forwards | None = None) -> Picture:
    """The incidents with their filing; `judgements` that stand are applied, `items` being corrected already."""
    return settle(items, accounts(items), judgements, forwards)


def accounts(items: Iterable[Item]) -> list[Account]:
    """What each report says of each happening; claims of nothing physical, or of what is only planned, say nothing."""
    rules = lexicon.read("fuse.yaml")
    counted = {*rules["asserted"], "denied"}
    told = sorted(
        ((d, g) for d, g in items if g.claim.type in rules["physical"] and g.claim.status in counted),
        key=lambda item: item[1].claim.id,
    )
    return within_reports(account(d, g) for d, g in told)


def settle(
    items: Iterable[Item],
    told: Sequence[Account],
    judgements: Sequence[Judgement] = (),
    forwards: Forwards | None = None,
) -> Picture:
    """The incidents of accounts `told`, all of whose claims are among `items`."""
    by_claim = {g.claim.id: (d, g) for d, g in items}
    by_account = {c: a for a in told for c in a.claims}
    linked = links(told)
    places = {p.place.id: p.place for _, g in by_claim.values() for p in g.place if p.place}
    former = _former(forwards or {})
    made: list[Incident] = []
    members: list[tuple[str, str, str]] = []
    for bundle, groups in _judged_bundles(bundles(told, linked), judgements):
        for group in groups:
            bare = _incident([by_claim[c] for c in group], _explained(group, by_account, linked))
            incident = judged.changed_incident(bare, judgements, places, former.get(bare.id, frozenset()))
            made.append(incident)
            members += [(c, incident.id, bundle) for c in incident.claims]
    blocks = sorted({(key, a.document) for a in told for key in home(a)})
    ordered = tuple(sorted(made, key=lambda i: (str(i.start), i.id)))
    return Picture(ordered, Filing(blocks=tuple(blocks), members=tuple(sorted(members))))


def _former(forwards: Forwards) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for old, new in forwards.items():
        found[new].add(old)
    return {new: frozenset(old) for new, old in found.items()}


def _judged_bundles(
    bundles: Iterable[Bundle], judgements: Sequence[Judgement]
) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Bundles by id with their groups of claims as people joined and parted them; joined bundles are one."""
    groups = {b.id: [tuple(c for a in g for c in a.claims) for g in b.groups] for b in bundles}
    home = {c: b for b, found in groups.items() for g in found for c in g}
    concerned = [j for j in judgements if j.action in ("merge", "split") and home.keys() & set(j.about)]
    joined: dict[str, str] = {b: b for b in groups}
    for j in concerned:
        ids = {joined[home[c]] for c in j.about if c in home}
        joined = {b: min(ids) if to in ids else to for b, to in joined.items()}
    whole: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for b, to in joined.items():
        whole[to] += groups[b]
    return [(b, judged.regrouped(found, concerned) if concerned else found) for b, found in sorted(whole.items())]


def _explained(group: Sequence[str], by_account: Mapping[str, Account], linked: Links) -> tuple[Reason, ...]:
    """Why a group's accounts are one happening: its clearest links, feature by feature."""
    inside = {by_account[c].id: by_account[c] for c in group}
    pairs = sorted((-score, a, b) for a in inside for b, score in linked.get(a, {}).items() if a < b and b in inside)
    if not pairs:
        return ()
    return tuple(r for _, a, b in pairs[:SHOWN] for r in reasons(inside[a], inside[b]))


def _incident(group: Sequence[Item], why: tuple[Reason, ...]) -> Incident:
    """One incident from the claims of a group."""
    ordered = sorted(group, key=_earliest)
    claims = [g for _, g in ordered]
    place = _place(claims)
    start, end, precision = _time(claims)
    documents = {d.id: d for d, _ in ordered}
    source_of = reprints.originals(list(documents.values()))
    originals = {documents[i].id: documents[i] for i in source_of.values()}
    voices = _Voices(ordered, source_of, documents)
    figures = tolls.gather([(voices.of(d, g), g) for d, g in ordered])
    status, because = _status(claims, voices)
    return Incident(
        id="inc_" + hashlib.sha256(claims[0].claim.id.encode()).hexdigest()[:16], type=_type(claims), status=status,
        start=start, end=end, date_precision=precision, **_where(place), actors=_names(claims, "actor"),
        targets=_names(claims, "target"), means=_means(claims), tolls=figures, overall=tolls.overall(figures),
        claims=tuple(sorted(g.claim.id for g in claims)), reports=len(originals), reprints=len(documents) - len(originals),
        outlets=len({d.outlet or d.id for d in documents.values()}), originators=len(voices.originators),
        reasons=(*why, *_alone(claims, documents, why), because),
    )  # fmt: skip


def _earliest(item: Item) -> tuple[Any, ...]:
    """The first report to tell of it comes first: what later reports add leaves an incident's id as it is."""
    document, grounded = item
    return str(document.published or "9"), document.id, grounded.claim.trigger.start, grounded.claim.id


def _alone(claims: Sequence[GroundedClaim], documents: Mapping[str, Document], why: tuple[Reason, ...]) -> list[Reason]:
    if why:
        return []
    told = "one report alone" if len(documents) == 1 else f"{len(documents)} reports"
    return [Reason(feature="report", score=1.0, detail=f"told by {told} in {len(claims)} claims")]


def _type(claims: Sequence[GroundedClaim]) -> str:
    """The commonest type, of what happened rather than of its consequences."""
    followers = lexicon.read("fuse.yaml")["match"]["followers"]
    counts = Counter(g.claim.type for g in claims)
    return min(counts, key=lambda t: (t in followers, -counts[t], t))


def _place(claims: Sequence[GroundedClaim]) -> PlaceRef | None:
    """The place named most often among the narrowest of those that enough claims name; a country only for want of any."""
    refs = {r.place.id: (r.place, r) for g in claims for r in sorted(g.place, key=_finest) if r.place}
    told = Counter(i for g in claims for i in {r.place.id for r in g.place if r.place})
    enough = lexicon.read("fuse.yaml")["place_share"] * sum(any(r.place for r in g.place) for g in claims)
    some = {i for i in refs if refs[i][0].kind != "country"} or set(refs)
    often = {i for i in some if told[i] >= enough} or some
    narrow = often - {parent for i in often for parent in refs[i][0].parents} or often
    best = min(narrow, key=lambda i: (-told[i], refs[i][0].radius_km or 0.0, i), default=None)
    return refs[best][1] if best else None


def _finest(ref: PlaceRef) -> tuple[int, str, str]:
    return -ref.precision, ref.text, ref.basis


def _where(ref: PlaceRef | None) -> dict[str, Any]:
    if ref is None or ref.place is None:
        return dict(place="", place_name="", lat=None, lon=None, radius_km=None, where_precision=None)
    p = ref.place
    return dict(
        place=p.id, place_name=p.name, lat=p.lat, lon=p.lon, radius_km=p.radius_km, where_precision=ref.precision
    )


def _time(claims: Sequence[GroundedClaim]) -> tuple[Any, Any, int | None]:
    """First and last day and precision: of the times reports state where any does, else of what they imply."""
    times = [g.time for g in claims if g.time]
    finest = min((t.precision for t in times), default=None)
    stated = [t for t in times if t.precision == finest and t.basis != "publication"]
    chosen = stated or [t for t in times if t.precision == finest]
    return min((t.start for t in chosen), default=None), max((t.end for t in chosen), default=None), finest


def _names(claims: Sequence[GroundedClaim], slot: str) -> tuple[str, ...]:
    refs = [ref for g in claims for ref in getattr(g, slot)]
    return tuple(sorted({ref.actor.name if ref.actor else ref.text for ref in refs}))


def _means(claims: Sequence[GroundedClaim]) -> tuple[str, ...]:
    return tuple(sorted({g.claim.means.text.lower() for g in claims if g.claim.means}))


class _Voices:
    """Who vouches for the claims of one incident.

    A report's own words beside a source that it names rest on that source; a reprint's own words are its original's.
    """

    def __init__(self, items: Sequence[Item], source_of: Mapping[str, str], documents: Mapping[str, Document]) -> None:
        self.source_of, self.documents = source_of, documents
        named = [(source_of[d.id], g.source[0]) for d, g in items if g.source]
        self.telling = {report for report, s in named if s.kind not in _rules()["passing_on"]}
        self.originators: set[str] = set()
        self.sides: set[str] = set()
        for document, grounded in items:
            if grounded.claim.status != "denied":
                self._count(document, grounded)

    def _count(self, document: Document, grounded: GroundedClaim) -> None:
        source = grounded.source[0] if grounded.source else None
        if self.source_of[document.id] in self.telling and (source is None or source.kind in _rules()["passing_on"]):
            return
        self.originators.add(self.of(document, grounded))
        self.sides.add(_side(source) or self.of(document, grounded))

    def of(self, document: Document, grounded: GroundedClaim) -> str:
        """The innermost source of a claim, else its report's wire credit or outlet, that of the first print."""
        if grounded.source:
            return grounded.source[0].name or grounded.source[0].text.lower()
        first = self.documents[self.source_of[document.id]]
        return document.credit or first.credit or first.outlet or first.name


def _side(source: Source | None) -> str:
    """The side a source speaks for, "" when it speaks for itself."""
    return source.side if source and source.kind in _rules()["own_side"] else ""


@cache
def _rules() -> dict[str, Any]:
    """The rules of status; raises `DataError` for a status or a count that there is none of."""
    given: dict[str, Any] = lexicon.read("status.yaml")
    for rule in given["rules"]:
        lexicon.closed(rule["status"], set(given["statuses"]), "status.yaml: rules")
        if strange := set(rule) - {"status", "because", "asserting", "denying", "voices"}:
            raise DataError(f"status.yaml: rules: no count {sorted(strange)[0]!r}; use asserting, denying or voices")
    return given


def _status(claims: Sequence[GroundedClaim], voices: _Voices) -> tuple[str, Reason]:
    """The status of the first rule that fits, and that rule as a reason."""
    denying = sum(g.claim.status == "denied" for g in claims)
    counts = {"asserting": len(claims) - denying, "denying": denying, "voices": len(voices.sides)}
    rule = next(r for r in _rules()["rules"] if all(_fits(counts[n], r[n]) for n in counts if n in r))
    names = ", ".join(sorted(voices.originators)) or "nobody"
    told = f"{counts['asserting']} claims assert it, {denying} deny it"
    return rule["status"], Reason(
        feature="status", score=1.0, detail=f"{rule['because']} ({names})", left=told, right=rule["status"]
    )


def _fits(count: int, bounds: Mapping[str, int]) -> bool:
    return bounds.get("min", 0) <= count <= bounds.get("max", count)


def forwarded(before: Iterable[Incident], after: Iterable[Incident]) -> dict[str, str]:
    """For every id that is no more, that of the incident which took most of its claims over; none, no forward."""
    now = {c: i.id for i in after for c in i.claims}
    kept = set(now.values())
    found: dict[str, str] = {}
    for incident in before:
        if incident.id not in kept and (heirs := Counter(now[c] for c in incident.claims if c in now)):
            found[incident.id] = min(heirs, key=lambda i: (-heirs[i], i))
    return found


__all__ = ["Item", "Picture", "Toll", "accounts", "conclude", "forwarded", "picture", "settle"]
