"""Which accounts tell of one happening: blocks of accounts worth comparing, explained features, clusters.

Nothing here depends on the order of reports: accounts are sorted before they are grouped, and a group is settled inside
its bundle (accounts linked directly or through others), so that a new report disturbs only the bundles it touches.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from heapq import heapify, heappop, heappush
from typing import Any

from .. import lexicon
from ..errors import DataError
from ..model.concluded import Reason
from ..model.said import Document
from ..model.world import ActorRef, GroundedClaim, Place
from . import reprints

CELL = 0.25  # degrees: neighbouring cells hold every pair of circles that can touch
KM = 111.2  # to a degree of latitude
BANDS, ROWS = 6, 3  # of the likeness of words: accounts with 0.7 of their words in common share a band 19 times in 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one or more claims of a report say of one happening, as far as matching needs it.

    `places` empty or `start` None is unknown; `spot` is the stretch of the report in characters.
    """

    id: str  # of its first claim
    document: str
    claims: tuple[str, ...]
    types: frozenset[str]
    places: tuple[Place, ...]
    start: date | None
    end: date | None
    dated: bool  # the report itself says when; not taken from its publication
    actors: frozenset[str]
    targets: frozenset[str]
    means: frozenset[str]
    numbers: frozenset[tuple[str, float | None, float | None]]
    words: frozenset[str]
    spot: tuple[int, int]
    countries: frozenset[str]  # of all places named, those too vague to be in `places` too


@dataclass(frozen=True, slots=True)
class Bundle:
    """Accounts linked with one another, and the happenings they were settled into."""

    id: str
    groups: tuple[tuple[Account, ...], ...]


Links = dict[str, dict[str, int]]  # agreement in thousandths: whole numbers add up to the same in any order


@cache
def policy() -> dict[str, Any]:
    """The matching policy; raises `DataError` for a type that is none."""
    given: dict[str, Any] = lexicon.read("fuse.yaml")["match"]
    known = set(lexicon.read("events.yaml")["types"])
    named = {*given["kin"], *given["followers"], *given["rare"], *(t for row in given["kin"].values() for t in row)}
    for name in sorted(named):
        lexicon.closed(name, known, "fuse.yaml: match")
    if unknown := set(given["weights"]) - set(FEATURES):
        raise DataError(f"fuse.yaml: match: no feature {sorted(unknown)[0]!r}; features are {', '.join(FEATURES)}")
    return given


# accounts


def account(document: Document, grounded: GroundedClaim) -> Account:
    """One claim as an account."""
    claim, time = grounded.claim, grounded.time
    if time and time.basis == "publication" and claim.status == "ongoing":
        time = None  # "the siege goes on" has no day of its own
    return Account(
        id=claim.id, document=document.id, claims=(claim.id,), types=frozenset([claim.type]), places=_places(grounded),
        start=time.start if time else None, end=time.end if time else None,
        dated=bool(time and time.basis != "publication"), actors=_parties(grounded.actor),
        targets=_parties(grounded.target), means=_stems(claim.means.text) if claim.means else frozenset(),
        numbers=frozenset((n.of, n.low, n.high) for n in claim.numbers if n.unit in ("people", "count")),
        words=_words(claim.evidence.text), spot=(claim.evidence.start, claim.evidence.end),
        countries=frozenset(ref.place.country for ref in grounded.place if ref.place and ref.place.country),
    )  # fmt: skip


def together(accounts: Sequence[Account]) -> Account:
    """Several accounts of one report as one: the most exact day, the narrowest places, all parties and figures."""
    if len(accounts) == 1:
        return accounts[0]
    first = min(accounts, key=lambda a: (a.spot, a.id))
    timed = min((a for a in accounts if a.start), key=lambda a: (_span(a), not a.dated, a.spot, a.id), default=first)
    return Account(
        id=first.id, document=first.document, claims=tuple(c for a in accounts for c in a.claims),
        types=_all(accounts, "types"), places=_narrowest([p for a in accounts for p in a.places]),
        start=timed.start, end=timed.end, dated=timed.dated, actors=_all(accounts, "actors"),
        targets=_all(accounts, "targets"), means=_all(accounts, "means"), numbers=_all(accounts, "numbers"),
        words=_all(accounts, "words"), spot=(first.spot[0], max(a.spot[1] for a in accounts)),
        countries=_all(accounts, "countries"),
    )  # fmt: skip


def _all(accounts: Iterable[Account], field: str) -> frozenset[Any]:
    return frozenset().union(*(getattr(a, field) for a in accounts))


def _places(grounded: GroundedClaim) -> tuple[Place, ...]:
    vague = policy()["vague_km"]
    known = (ref.place for ref in grounded.place if ref.place and ref.place.lat is not None)
    return _narrowest([p for p in known if p.kind != "country" and (p.radius_km or 0) <= vague])


def _narrowest(places: Iterable[Place]) -> tuple[Place, ...]:
    """Each place once, without those that another of them lies in; by id."""
    found = {p.id: p for p in places}
    wider = {parent for p in found.values() for parent in p.parents}
    return tuple(found[i] for i in sorted(found) if i not in wider)


def _parties(refs: Iterable[ActorRef]) -> frozenset[str]:
    """Sides and names by which parties may be recognised; an unresolved name by its words."""
    named = {x for r in refs if r.actor for x in (r.actor.id, r.actor.side) if x}
    return frozenset(named | {r.text.lower() for r in refs if not r.actor})


@lru_cache(maxsize=200_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"[^\W_]{3,}|\d+", text.lower()) if w not in _common())


@cache
def _common() -> frozenset[str]:
    return frozenset(policy()["common"])


@lru_cache(maxsize=10_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(w.rstrip("s") for w in re.findall(r"[^\W_]{3,}", text.lower()))


def _span(a: Account) -> int:
    """Days an account's time stretches over, a large number when unknown."""
    return (a.end - a.start).days + 1 if a.start and a.end else 10**6


def is_exact(a: Account) -> bool:
    """Whether an account says when: a day or a few."""
    return _span(a) <= policy()["exact_days"]


# blocks


def home(a: Account) -> frozenset[str]:
    """The blocks an account is filed under; `around` of every account worth comparing with it names one of them."""
    days = _days(a, 0)
    spots = {spot for p in a.places for spot in _filed(p)} if days else ()
    bands = {f"{kind}~{band}" for band in _bands(a.words) for kind in ("any", "bare")[: 1 + _is_bare(a)]}
    return frozenset(f"{d}|{spot}" for d in days for spot in spots) | bands


def around(a: Account) -> frozenset[str]:
    """The blocks to look into: neighbouring days and places, places that hold it or lie in it, sentences alike."""
    days = _days(a, 1)
    spots = {spot for p in a.places for spot in _looked_for(p)} if days else ()
    kind = "any" if _is_bare(a) else "bare"
    return frozenset(f"{d}|{spot}" for d in days for spot in spots) | {f"{kind}~{band}" for band in _bands(a.words)}


def _is_bare(a: Account) -> bool:
    """Whether an account lacks a day or a place, so that only its words can join it to another report's."""
    return not a.places or not is_exact(a)


def _days(a: Account, margin: int) -> range:
    if a.start is None or a.end is None or not is_exact(a):
        return range(0)
    return range(a.start.toordinal() - margin, a.end.toordinal() + margin + 1)


@lru_cache(maxsize=50_000)
def _filed(place: Place) -> tuple[str, ...]:
    wider = [f"in {i}" for i in _holders(place)]
    if _is_wide(place):
        return (f"at {place.id}", f"in {place.id}", *wider)
    x, y = _cell(place)
    return (f"{x},{y}", *wider)


@lru_cache(maxsize=50_000)
def _looked_for(place: Place) -> tuple[str, ...]:
    holders = [f"at {i}" for i in _holders(place)]
    if _is_wide(place):
        return (f"at {place.id}", f"in {place.id}", *holders)
    x, y = _cell(place)
    return (*(f"{i},{j}" for i in (x - 1, x, x + 1) for j in (y - 1, y, y + 1)), *holders)


def _holders(place: Place) -> list[str]:
    return [i for i in place.parents if not i.startswith("country:")]


def _is_wide(place: Place) -> bool:
    return (place.radius_km or 0) > policy()["same_place_km"]


def _cell(place: Place) -> tuple[int, int]:
    return math.floor((place.lat or 0.0) / CELL), math.floor((place.lon or 0.0) / CELL)


@lru_cache(maxsize=200_000)
def _bands(words: frozenset[str]) -> frozenset[str]:
    if len(words) < policy()["few_words"]:
        return frozenset()
    digest = reprints.signature(words, BANDS * ROWS)
    return frozenset(f"{i}~{digest[i * ROWS : (i + 1) * ROWS]}" for i in range(BANDS))


# features: 0 (against) to 1 (for); None when either side leaves it unsaid; APART rules the pair out

APART = -1.0


def _type(a: Account, b: Account) -> float | None:
    return max(_kinship(x, y) for x in _leading(a.types) for y in _leading(b.types)) or APART


@lru_cache(maxsize=10_000)
def _leading(types: frozenset[str]) -> frozenset[str]:
    """The types that say what happened; the consequences alone where nothing else does."""
    return types - set(policy()["followers"]) or types


@cache
def _kinship(x: str, y: str) -> float:
    kin = policy()["kin"]
    return 1.0 if x == y else float(kin.get(x, {}).get(y) or kin.get(y, {}).get(x) or 0.0)


def _place(a: Account, b: Account) -> float | None:
    if not a.places or not b.places:
        return None
    return max(closeness(p, q) for p in a.places for q in b.places)


@lru_cache(maxsize=200_000)
def closeness(p: Place, q: Place) -> float:
    """How far two places may be one, `APART` when their circles lie apart."""
    wide = _is_wide(p) or _is_wide(q)
    if p.id == q.id:
        return 0.5 if wide else 1.0
    if p.id in q.parents or q.id in p.parents:
        return 0.4 if wide else 0.8
    reach = (p.radius_km or 0) + (q.radius_km or 0)
    gap = _distance_km(p, q)
    if wide or gap > reach + policy()["slack_km"]:
        return APART
    return 0.2 + 0.6 * max(0.0, 1 - gap / (reach + 0.1))


def _distance_km(p: Place, q: Place) -> float:
    """Distance over ground, good for the tens of km that matter here."""
    north = ((p.lat or 0) - (q.lat or 0)) * KM
    east = ((p.lon or 0) - (q.lon or 0)) * KM * math.cos(math.radians(((p.lat or 0) + (q.lat or 0)) / 2))
    return math.hypot(north, east)


def _day(a: Account, b: Account) -> float | None:
    if a.start is None or b.start is None or a.end is None or b.end is None:
        return None
    gap = max((b.start - a.end).days, (a.start - b.end).days, 0)
    if not (is_exact(a) and is_exact(b)):
        return None if gap == 0 else APART
    if gap > 1:
        return APART
    return float(policy()["day"]["next" if gap else "same"][a.dated + b.dated])


def _rarity(a: Account, b: Account) -> float | None:
    """1 where both tell of a kind of event so rare that a place seldom sees two of them in a day."""
    return 1.0 if a.types & b.types & set(policy()["rare"]) else None


def _shared(field: str) -> Callable[[Account, Account], float | None]:
    """A feature that compares sets of names; what it gives when they differ says how telling that is."""

    def feature(a: Account, b: Account) -> float | None:
        left, right = getattr(a, field), getattr(b, field)
        if not left or not right:
            return None
        return 1.0 if left & right else float(policy()["differ"][field])

    return feature


def _numbers(a: Account, b: Account) -> float | None:
    """How well figures of one kind go together: 1 when the same, falling as they differ."""
    pairs = [(_ends(m), _ends(n)) for m in a.numbers for n in b.numbers if m[0] == n[0]]
    return max((_near(m, n) for m, n in pairs), default=None)


def _ends(number: tuple[str, float | None, float | None]) -> tuple[float, float]:
    _, low, high = number
    return (low if low is not None else 0.0, high if high is not None else math.inf)


def _near(m: tuple[float, float], n: tuple[float, float]) -> float:
    if m == n:
        return 1.0
    if m[0] <= n[1] and n[0] <= m[1]:
        return 0.8
    lower, upper = sorted([min(m[1], m[0] or m[1]), min(n[1], n[0] or n[1])])
    return 0.5 * lower / upper if upper and upper != math.inf else 0.0


def likeness(a: Account, b: Account) -> float:
    """Share of words two accounts have in common."""
    both = len(a.words & b.words)
    return both / (len(a.words) + len(b.words) - both) if both else 0.0


def _text(a: Account, b: Account) -> float | None:
    return min(1.0, likeness(a, b) / policy()["full_likeness"])


def _nearness(a: Account, b: Account) -> float | None:
    """How close in the report, None across reports."""
    if a.document != b.document:
        return None
    gap = max(a.spot[0] - b.spot[1], b.spot[0] - a.spot[1], 0)
    return max(0.0, 1 - gap / policy()["near_characters"])


FEATURES: dict[str, Callable[[Account, Account], float | None]] = {
    "type": _type, "place": _place, "day": _day, "rarity": _rarity, "actors": _shared("actors"),
    "targets": _shared("targets"), "means": _shared("means"), "numbers": _numbers, "text": _text, "nearness": _nearness,
}  # fmt: skip


def compare(a: Account, b: Account) -> dict[str, float]:
    """The features both accounts speak of; empty when one of them rules out that they tell of one happening."""
    found: dict[str, float] = {}
    for name, feature in FEATURES.items():
        value = feature(a, b)
        if value == APART:
            return {}
        if value is not None:
            found[name] = value
    return found if _may_join(a, b, found) else {}


def _may_join(a: Account, b: Account, found: dict[str, float]) -> bool:
    """Accounts that lack a day or a place join only where one report puts them close by, or their words are alike.

    Close by means in one sentence when they have neither the one nor the other, nor a country, in common.
    """
    if "place" in found and "day" in found:
        return True
    if "nearness" in found:
        shared = "place" in found or "day" in found or a.countries & b.countries
        return found["nearness"] > 0 if shared else a.spot == b.spot
    rules = policy()
    return likeness(a, b) >= rules["alike"] and min(len(a.words), len(b.words)) >= rules["few_words"]


def agreement(found: dict[str, float]) -> float:
    """The weighted mean of the features, 0 when there are none."""
    weights = policy()["weights"]
    total = sum(weights[name] for name in found)
    return sum(weights[name] * value for name, value in found.items()) / total if total else 0.0


def reasons(a: Account, b: Account) -> tuple[Reason, ...]:
    """Why two accounts were taken to tell of one happening, feature by feature."""
    return tuple(
        Reason(feature=name, score=round(value, 2), detail=SAID[name], left=_shown(a, name), right=_shown(b, name))
        for name, value in compare(a, b).items()
    )


SAID = {
    "type": "what happened", "place": "where: the same place, one inside the other, or within their circles",
    "day": "when: the same day, or the next for a report that gives no day of its own", "rarity": "a kind of event that a place seldom sees twice in a day", "actors": "who did it",
    "targets": "to whom", "means": "by what means", "numbers": "how many", "text": "words in common",
    "nearness": "how close they stand in the report",
}  # fmt: skip


def _shown(a: Account, feature: str) -> str:
    """An account's value of a feature, to read."""
    if feature in ("type", "rarity"):
        return ", ".join(sorted(a.types))
    if feature == "place":
        return ", ".join(p.name for p in a.places)
    if feature == "day":
        return " to ".join(dict.fromkeys((str(a.start), str(a.end))))
    if feature == "numbers":
        return "; ".join(sorted(f"{of} {_figure(low, high)}" for of, low, high in a.numbers))
    if feature in ("text", "nearness"):
        return a.id
    return ", ".join(sorted(getattr(a, feature)))


def _figure(low: float | None, high: float | None) -> str:
    if low == high and low is not None:
        return f"{low:.0f}"
    return f"{'' if low is None else f'{low:.0f}'}–{'' if high is None else f'{high:.0f}'}"


# clusters


def within_reports(accounts: Iterable[Account]) -> list[Account]:
    """The claims of each report that tell of one happening, as one account each."""
    reports: dict[str, list[Account]] = defaultdict(list)
    for a in accounts:
        reports[a.document].append(a)
    return [
        together(group)
        for document in sorted(reports)
        for bundle in bundles(reports[document], _linked(_pairs_within(reports[document])))
        for group in bundle.groups
    ]


def _pairs_within(accounts: Sequence[Account]) -> Iterator[tuple[Account, Account]]:
    return ((a, b) for i, a in enumerate(accounts) for b in accounts[i + 1 :])


def links(accounts: Sequence[Account], *, only: Container[str] | None = None) -> Links:
    """Agreement between accounts of different reports that share a block and agree well enough.

    With `only`, links of the accounts of these reports alone.
    """
    blocks: dict[str, list[Account]] = defaultdict(list)
    for a in accounts:
        for key in home(a):
            blocks[key].append(a)
    if only is None:
        return _linked((a, b) for a in accounts for b in _neighbours(a, blocks) if b.id < a.id)
    return _linked((a, b) for a in accounts if a.document in only for b in _neighbours(a, blocks))


def _neighbours(a: Account, blocks: dict[str, list[Account]]) -> Iterable[Account]:
    found = {b.id: b for key in around(a) for b in blocks.get(key, ())}
    return (b for b in found.values() if b.document != a.document)


def _linked(pairs: Iterable[tuple[Account, Account]]) -> Links:
    found: Links = defaultdict(dict)
    for a, b in pairs:
        score = round(1000 * agreement(compare(a, b)))
        if score >= _enough():
            found[a.id][b.id] = found[b.id][a.id] = score
    return found


def _enough() -> int:
    """The agreement, in thousandths, from which accounts and groups join."""
    return round(1000 * policy()["join"])


def bundles(accounts: Iterable[Account], linked: Links) -> list[Bundle]:
    """Accounts linked with one another, settled into happenings; in order of id."""
    by_id = {a.id: a for a in accounts}
    seen: set[str] = set()
    found: list[Bundle] = []
    for start in sorted(by_id):
        if start not in seen:
            reached = _reached(start, linked)
            seen |= reached
            found.append(Bundle(start, _settled([by_id[i] for i in reached], linked)))
    return found


def _reached(start: str, linked: Links) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = linked.get(waiting.pop(), {}).keys() - reached
        reached |= new
        waiting.extend(new)
    return reached


def _settled(accounts: Sequence[Account], linked: Links) -> tuple[tuple[Account, ...], ...]:
    """Groups joined two by two, the best agreed first, as long as they agree well enough on average.

    Accounts of two reports that are not linked count as 0: no chain of likenesses joins two ends that disagree.
    """
    groups = {a.id: [a] for a in accounts}
    sums = {i: dict(linked.get(i, {})) for i in groups}
    waiting = [(-float(score), i, j) for i, near in sums.items() for j, score in near.items() if i < j]
    heapify(waiting)
    while waiting:
        score, i, j = heappop(waiting)
        if i in groups and j in groups and score == -_mean(i, j, groups, sums):
            _join(i, j, groups, sums)
            for k in sums[i]:
                if (mean := _mean(i, k, groups, sums)) >= _enough():
                    heappush(waiting, (-mean, *sorted((i, k))))  # type: ignore[misc]
    return tuple(tuple(sorted(g, key=_clarity)) for _, g in sorted(groups.items()))


def _join(i: str, j: str, groups: dict[str, list[Account]], sums: Links) -> None:
    """Put group `j` into `i`, with its links to others."""
    groups[i] += groups.pop(j)
    for k, score in sums.pop(j).items():
        del sums[k][j]
        if k != i:
            sums[i][k] = sums[k][i] = sums[i].get(k, 0) + score


def _mean(i: str, j: str, groups: dict[str, list[Account]], sums: Links) -> float:
    """Agreement of two groups over their pairs of accounts in different reports; those of one were compared before."""
    reports = Counter(a.document for a in groups[i])
    everyone = len(groups[i]) * len(groups[j])
    apart = everyone - sum(reports[b.document] for b in groups[j])
    return sums[i].get(j, 0) / (apart or everyone)


def _clarity(a: Account) -> tuple[Any, ...]:
    """The clearest account first: placed and dated, narrowest place, what happened before its consequences."""
    narrowest = min((p.radius_km or 0 for p in a.places), default=1e6)
    return (
        not a.places,
        not is_exact(a),
        not a.dated,
        not _leading(a.types) - set(policy()["followers"]),
        narrowest,
        -len(a.claims),
        a.id,
    )
