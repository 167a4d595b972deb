"""Which claims speak of one happening: blocking by place and day, scored features with reasons, clusters by average link.

Nothing depends on the order of the claims. Claims that share no block are never compared, so that work grows with the number of
claims, not with its square.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from .. import lexicon
from ..model.concluded import Reason
from ..model.said import Document
from ..model.world import ActorRef, GroundedClaim, Place

CELL = 0.5  # degrees of a block's side
EARTH_KM = 6371.0
Item = tuple[Document, GroundedClaim]
Pair = tuple[str, str]  # claim ids, the smaller first


@dataclass(frozen=True, slots=True)
class Facts:
    """What matching needs of one claim, worked out once."""

    id: str
    document: str
    type: str
    family: str
    place: Place | None
    first: int | None  # days, proleptic ordinals
    last: int | None
    actors: frozenset[str]
    targets: frozenset[str]
    means: str
    figures: dict[str, tuple[float, float]]
    words: frozenset[str]
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Link:
    """How well two claims agree, and why."""

    score: float
    reasons: tuple[Reason, ...]


JUDGED = Link(1000.0, (Reason(feature="judgement", score=1000.0, detail="a person joined them"),))


@cache
def _policy() -> dict[str, Any]:
    return lexicon.read("fuse.yaml")["match"]


@cache
def _group(name: str) -> frozenset[str]:
    return frozenset(lexicon.read("fuse.yaml")[name])


def facts(item: Item) -> Facts:
    """The facts of one claim."""
    document, grounded = item
    claim = grounded.claim
    figures = {
        n.of: (n.low if n.low is not None else 0.0, n.high if n.high is not None else math.inf) for n in claim.numbers
    }
    return Facts(
        claim.id, document.id, claim.type, lexicon.read("events.yaml")["types"][claim.type]["family"],
        next((p.place for p in grounded.place if p.place), None),
        grounded.time.start.toordinal() if grounded.time else None, grounded.time.end.toordinal() if grounded.time else None,
        _sides(grounded.actor), _sides(grounded.target), claim.means.text.lower() if claim.means else "", figures,
        frozenset(w for w in re.findall(r"\w+", claim.evidence.text.lower()) if len(w) > 3), (claim.evidence.start, claim.evidence.end),
    )  # fmt: skip


def _sides(refs: Iterable[ActorRef]) -> frozenset[str]:
    return frozenset((r.actor.side or r.actor.id) if r.actor else r.text.lower() for r in refs)


def blocks(one: Facts) -> Iterator[tuple[Any, ...]]:
    """Keys under which a claim meets those it may agree with: its neighbourhood and days, and its own report."""
    yield ("report", one.document)
    if one.place is None or one.place.lat is None or one.place.lon is None or one.first is None or one.last is None:
        return
    row, column = round(one.place.lat / CELL), round(one.place.lon / CELL)
    lengthy = one.last - one.first > _policy()["long_days"]
    days = [one.first] if lengthy else range(one.first, one.last + 1 + _policy()["near_days"])
    for day in days:
        yield ("place", one.place.id, day, lengthy)
        yield from (("cell", row + i, column + j, day, lengthy) for i in (0, 1) for j in (0, 1))


def agreement(one: Facts, other: Facts) -> Link | None:
    """The link between two claims when it is strong enough for one incident."""
    link = compare(one, other)
    return link if link and link.score >= _policy()["threshold"] else None


def compare(one: Facts, other: Facts) -> Link | None:
    """The link between two claims, None when something parts them for good."""
    reasons: list[Reason] = []
    for feature in (_type, _place, _time, _parties, _means, _figures, _words):
        found = feature(one, other)
        if found is None:
            return None
        reasons += [_reason(*told) for told in found]
    return Link(sum(r.score for r in reasons), tuple(reasons))


def _reason(name: str, share: float, detail: str, left: str = "", right: str = "") -> Reason:
    return Reason(
        feature=name, score=round(_policy()["scores"][name] * share, 3), detail=detail, left=left, right=right
    )


Feature = list[tuple[str, float, str, str, str]]  # name of the score, share of it, detail, the two values


def _type(a: Facts, b: Facts) -> Feature | None:
    if a.type == b.type:
        return [("same_type", 1, "the same type of event", a.type, b.type)]
    if _is_toll(a, b):
        near = a.document == b.document
        return [("toll" if near else "distant_toll", 1, "harm, and what can cause it", a.type, b.type)]
    if a.family == b.family:
        return [("same_family", 1, f"both of the family {a.family}", a.type, b.type)]
    return None


def _is_toll(a: Facts, b: Facts) -> bool:
    """Whether one claim tells of harm, and the other of what can cause it."""
    return bool({a.type, b.type} & _group("harms") and {a.type, b.type} & _group("causes"))


def _place(a: Facts, b: Facts) -> Feature | None:
    one, other = a.place, b.place
    if one is None or other is None:
        return []
    names, radius = (one.name, other.name), max(one.radius_km or 0, other.radius_km or 0)
    wide = radius > _policy()["wide_km"]
    if one.id == other.id:
        size = "wide_place" if wide else "same_city" if radius > _policy()["city_km"] else "same_place"
        return [(size, 1, "the same place", *names)]
    if one.id in other.parents or other.id in one.parents:
        return [("wide_place" if wide else "inside_place", 1, "one lies in the other", *names)]
    if None in (one.lat, one.lon, other.lat, other.lon) or wide:
        return None
    apart = distance(one, other)
    if apart > (one.radius_km or 0) + (other.radius_km or 0) + _policy()["near_km"]:
        return None
    return [("near_place", 1, f"{apart:.0f} km apart", *names)]


def distance(one: Place, other: Place) -> float:
    """Great-circle distance of two points in km."""
    p, q = math.radians(one.lat or 0), math.radians(other.lat or 0)
    step = math.radians((other.lon or 0) - (one.lon or 0))
    return EARTH_KM * math.acos(min(1.0, math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(step)))


def _time(a: Facts, b: Facts) -> Feature | None:
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return []
    shown = (_days(a.first, a.last), _days(b.first, b.last))
    if (a.first, a.last) == (b.first, b.last):
        lengthy = a.last - a.first > _policy()["long_days"]
        return [("same_period" if lengthy else "same_day", 1, "the same days", *shown)]
    gap = max(a.first, b.first) - min(a.last, b.last)
    if gap > _policy()["near_days"]:
        return None
    return (
        [("overlapping_days", 1, "days in common", *shown)]
        if gap <= 0
        else [("adjacent_days", 1, "a day apart", *shown)]
    )


def _days(first: int, last: int) -> str:
    days = [date.fromordinal(d).isoformat() for d in (first, last)]
    return " to ".join(dict.fromkeys(days))


def _parties(a: Facts, b: Facts) -> Feature:
    out: Feature = []
    for what, share, one, other in (("doers", 1.0, a.actors, b.actors), ("targets", 0.5, a.targets, b.targets)):
        if one and other:
            name, told = ("same_party", "in common") if one & other else ("other_party", "not in common")
            out.append((name, share, f"{what} {told}", ", ".join(sorted(one)), ", ".join(sorted(other))))
    return out


def _means(a: Facts, b: Facts) -> Feature:
    same = a.means and a.means == b.means
    return [("same_means", 1, "the same means", a.means, b.means)] if same else []


def _figures(a: Facts, b: Facts) -> Feature:
    out: Feature = []
    for of in sorted(a.figures.keys() & b.figures.keys()):
        (low, high), (least, most) = a.figures[of], b.figures[of]
        shown = (f"{low:g}-{high:g} {of}", f"{least:g}-{most:g} {of}")
        ratio = _ratio(low, high, least, most)
        if (low, high) == (least, most):
            out.append(("same_number", 1, "the same figure", *shown))
        elif ratio <= _policy()["close_number"]:
            out.append(("close_number", 1, "figures close to each other", *shown))
        elif ratio > _policy()["other_number"]:
            out.append(("other_number", 1, "figures far apart", *shown))
    return out


def _ratio(low: float, high: float, least: float, most: float) -> float:
    """How many times the nearest ends of two ranges differ; 1 where the ranges meet."""
    if low <= most and least <= high:
        return 1.0
    return max(low, least) / max(1.0, min(high, most))


def _words(a: Facts, b: Facts) -> Feature:
    if a.document == b.document and a.sentence == b.sentence:
        return [("same_sentence", 1, "harm and its cause in one sentence", "", "")] if _is_toll(a, b) else []
    share = len(a.words & b.words) / max(1, len(a.words | b.words))
    return [("same_words", share, "words in common", "", "")] if share >= _policy()["like_words"] else []


def clusters(ids: Iterable[str], found: dict[Pair, Link]) -> list[tuple[str, ...]]:
    """Group claims so that within a group enough of the pairs are linked; groups and their members come sorted.

    The strongest links join first; two groups join when at least the policy's `cohesion` of the pairs across them are linked, so that a
    chain of half-alike claims does not become one happening.
    """
    group: dict[str, tuple[str, ...]] = {i: (i,) for i in ids}
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in found:
        near[one].add(other)
        near[other].add(one)
    for (one, other), _ in sorted(found.items(), key=lambda x: (-x[1].score, x[0])):
        a, b = group[one], group[other]
        if a is b:
            continue
        linked = sum(len(near[i] & set(b)) for i in a)
        if linked >= _policy()["cohesion"] * len(a) * len(b):
            joined = tuple(sorted((*a, *b)))
            group.update(dict.fromkeys(joined, joined))
    return sorted(set(group.values()))
