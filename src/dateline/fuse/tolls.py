"""Tolls: how many people were harmed, as each source gives it, whom it speaks of kept apart, and never averaged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from .. import lexicon
from ..model.concluded import Toll
from ..model.said import Claim, Quantity
from ..model.world import GroundedClaim

HARMED = ("killed", "wounded", "killed_or_wounded", "displaced", "evacuated", "detained", "abducted")
AFTER = 3  # words after a number in which it may be said whom it counts


def gather(claims: Iterable[tuple[str, GroundedClaim]]) -> tuple[Toll, ...]:
    """The figures of claims given with their originators: one a source, harm, kind of victim and range."""
    found: dict[tuple[str, str, float | None, float | None, str], list[str]] = defaultdict(list)
    for source, grounded in claims:
        for n in grounded.claim.numbers:
            if n.of in HARMED and n.unit in ("people", "count") and not n.low == n.high == 0:
                found[n.of, who(grounded, n), n.low, n.high, source].append(grounded.claim.id)
    return tuple(
        Toll(of=of, low=low, high=high, who=about, source=source, claims=tuple(dict.fromkeys(ids)))
        for (of, about, low, high, source), ids in sorted(found.items(), key=lambda item: str(item[0]))
    )


def overall(tolls: Iterable[Toll]) -> tuple[Toll, ...]:
    """For each harm and kind of victim the range from the lowest to the highest figure of any source."""
    groups: dict[tuple[str, str], list[Toll]] = defaultdict(list)
    for toll in tolls:
        groups[toll.of, toll.who].append(toll)
    return tuple(_spanning(of, about, group) for (of, about), group in sorted(groups.items()))


def _spanning(of: str, about: str, tolls: list[Toll]) -> Toll:
    """One range over several; an end is open where no figure closes it ("at least 20" beside "26" is 20 to 26)."""
    lows = [t.low for t in tolls if t.low is not None]
    highs = [t.high for t in tolls if t.high is not None]
    low, high = min(lows, default=None), max(highs, default=None)
    is_open = high is not None and lows and max(lows) > high
    claims = tuple(sorted({c for t in tolls for c in t.claims}))
    return Toll(of=of, low=low, high=None if is_open else high, who=about, source="", claims=claims)


def who(grounded: GroundedClaim, number: Quantity) -> str:
    """Whom a number counts, by the words in it and just after it, else by the claim's only target; "" when not said."""
    told = _told(f"{number.span.text} {_after(grounded.claim, number)}")
    if told or len(grounded.target) != 1:
        return told
    return _told(grounded.target[0].text)


def _after(claim: Claim, number: Quantity) -> str:
    """The words after a number, up to the next punctuation."""
    rest = claim.evidence.text[max(0, number.span.end - claim.evidence.start) :]
    return " ".join(re.split(r"[,;.:]|\band\b", rest)[0].split()[:AFTER])


def _told(text: str) -> str:
    words = re.findall(r"[a-z]+", text.lower())
    return next((kind for word in words if (kind := _kinds().get(word))), "")


@cache
def _kinds() -> dict[str, str]:
    return {word: kind for kind, words in lexicon.read("fuse.yaml")["who"].items() for word in words}
