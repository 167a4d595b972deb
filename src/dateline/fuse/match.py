"""How well two accounts agree that they tell of one happening: features, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, lru_cache

from ..errors import DataError
from ..model.concluded import Reason
from ..model.world import Place
from .accounts import Account, is_exact, is_wide, leading, policy

KM = 111.2  # to a degree of latitude

# features: 0 (against) to 1 (for); None when either side leaves it unsaid; APART rules the pair out

APART = -1.0


def _type(a: Account, b: Account) -> float | None:
    return max(_kinship(x, y) for x in leading(a.types) for y in leading(b.types)) or APART


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
    wide = is_wide(p) or is_wide(q)
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


def _extent(a: Account, b: Account) -> float | None:
    """0 where one tells of a day and the other sums up weeks or years."""
    if a.start is None or b.start is None:
        return None
    return None if is_exact(a) == is_exact(b) else 0.0


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
    "type": _type, "place": _place, "day": _day, "rarity": _rarity, "extent": _extent, "actors": _shared("actors"),
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
    weights = _weights()
    total = sum(weights[name] for name in found)
    return sum(weights[name] * value for name, value in found.items()) / total if total else 0.0


@cache
def _weights() -> dict[str, float]:
    """What each feature weighs; raises `DataError` for a feature that there is none of."""
    given: dict[str, float] = policy()["weights"]
    if unknown := given.keys() ^ FEATURES.keys():
        raise DataError(f"fuse.yaml: match: weights: {sorted(unknown)[0]!r}; weigh exactly {', '.join(FEATURES)}")
    return given


def reasons(a: Account, b: Account) -> tuple[Reason, ...]:
    """Why two accounts were taken to tell of one happening, feature by feature."""
    return tuple(
        Reason(feature=name, score=round(value, 2), detail=SAID[name], left=_shown(a, name), right=_shown(b, name))
        for name, value in compare(a, b).items()
    )


SAID = {
    "type": "what happened", "place": "where: the same place, one inside the other, or within their circles",
    "day": "when: the same day, or the next for a report that gives no day of its own", "rarity": "a kind of event that a place seldom sees twice in a day",
    "extent": "a day against a longer stretch", "actors": "who did it",
    "targets": "to whom", "means": "by what means", "numbers": "how many", "text": "words in common",
    "nearness": "how close they stand in the report",
}  # fmt: skip


def _shown(a: Account, feature: str) -> str:
    """An account's value of a feature, to read."""
    if feature in ("type", "rarity"):
        return ", ".join(sorted(a.types))
    if feature == "place":
        return ", ".join(p.name for p in a.places)
    if feature in ("day", "extent"):
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
