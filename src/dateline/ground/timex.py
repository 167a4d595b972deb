"""Time expressions of a whole text with their TIMEX3 values, in order: news is read against its publication day, a history against
the dates it tells.

Values follow TIMEX3 (TimeML 1.2.1): 1939-09-01, 1939-09, 1939, 193, 1939-SU, 1939-W35, P3D, PRESENT_REF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from .. import lexicon
from ..model.world import TimeRef
from . import times

MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SEVERAL = 4  # years named, from which a text is a history
AHEAD = timedelta(days=210)  # so far a history steps forward rather than back


@dataclass(frozen=True, slots=True)
class Timex:
    """A time expression, characters `start`..`end`, with its TIMEX3 value ("" when it has none) and the days it covers."""

    start: int
    end: int
    value: str
    ref: TimeRef | None = None


def read(text: str, published: date | None) -> list[Timex]:
    """The expressions of `text`, in order and not overlapping."""
    found = [*_dates(text, published)]
    taken = [(t.start, t.end) for t in found]
    found += [t for t in _others(text) if all(t.end <= s or t.start >= e for s, e in taken)]
    return sorted(found, key=lambda t: t.start)


def is_history(text: str, published: date | None) -> bool:
    """Whether a text is dated by the days it tells rather than by its publication.

    It names several years, most of them more than one before publication; where that is unknown, a day with its year is enough.
    """
    if published is None:
        return main_day(_dates(text, None)) is not None
    years = [int(y) for y in times.YEAR.findall(text)]
    old = [y for y in years if y < published.year - 1]
    return len(old) >= SEVERAL and len(old) > len(years) / 2


def main_day(told: Iterable[Timex]) -> date | None:
    """The day told most often, the first of equals; None when no day is told."""
    days = Counter(t.ref.start for t in told if t.ref and t.ref.start == t.ref.end)
    return days.most_common(1)[0][0] if days else None


def _dates(text: str, published: date | None) -> Iterator[Timex]:
    history = published is None or is_history(text, published)
    last: TimeRef | None = None
    for start, end in times.find(text, whole=False):
        words = text[start:end]
        anchor = _told(words, last) if history and last else published
        ref = times.normalise(words, anchor=anchor, previous=last.start if last else published)
        value = _value(words, ref) if ref else ""
        if ref and value:
            last = ref if history or ref.basis == "stated" else last
            part = _part(text[:start], words) if DAY.fullmatch(value) else ""
            yield Timex(start, end, value + part, ref)


def _told(words: str, last: TimeRef) -> date:
    """The day a history is read from: what it tells next is mostly later, and in the same year where only the year was named."""
    if not MONTH.search(words):
        return last.start
    return date(last.start.year, 12, 31) if last.grain == "year" else last.start + AHEAD


def _part(before: str, words: str) -> str:
    """The part of the day an expression names, as TIMEX3 writes it ("the night of 8 May", "Thursday evening")."""
    parts = lexicon.read("times.yaml")["timex_parts"]
    said = re.search(r"(\w+)(?: hours)? of (?:the )?$", before)
    inside = [w for w in re.findall(r"[a-z]+", words.lower()) if w in parts]
    named = said[1].lower() if said and said[1].lower() in parts else inside[-1] if inside else ""
    return f"T{parts[named]}" if named else ""


def _value(words: str, ref: TimeRef) -> str:
    """The TIMEX3 value of a resolved expression."""
    season = next(
        (
            code
            for word, code in lexicon.read("times.yaml")["timex_seasons"].items()
            if re.search(rf"\b{word}\b", words, re.I)
        ),
        "",
    )
    if season:
        return f"{ref.start.year:04d}-{season}"
    if ref.grain in ("day", "hour", "night") and ref.start == ref.end:
        return ref.start.isoformat()
    if ref.grain == "week":
        year, week, _ = ref.start.isocalendar()
        return f"{year}-W{week:02d}"
    if ref.grain == "month":
        return f"{ref.start:%Y-%m}"
    if ref.grain == "year":
        return f"{ref.start:%Y}"
    return f"{ref.start.year // 10}" if re.search(r"\d0s\b", words) else ""


@cache
def _other_patterns() -> list[tuple[str, re.Pattern[str]]]:
    data = lexicon.read("times.yaml")
    number = "|".join(sorted(map(re.escape, data["numbers"]), key=len, reverse=True))
    unit = "|".join(data["timex_units"])
    count = rf"(?:(?P<n>\d+|{number})|(?P<x>several|a few|few|some|many|the next few))"
    duration = rf"{count}[ -](?:(?:more|whole|full|consecutive) )?(?P<u>{unit})(?![\w-]*\s+(?:ago|old))"
    forms = [*data["vague"].items(), ("P", duration), ("BC", r"(?P<year>\d{1,4}) BCE?")]
    return [(value, re.compile(rf"(?<![\w-])(?:{form})(?!\w)", re.I)) for value, form in forms]


def _others(text: str) -> Iterator[Timex]:
    """Durations, and references to no day in particular ("now", "recently")."""
    units = lexicon.read("times.yaml")["timex_units"]
    for value, pattern in _other_patterns():
        for m in pattern.finditer(text):
            if value == "BC":
                yield Timex(*m.span(), f"BC{int(m['year']):04d}")
            elif value == "P":
                many = "X" if m["x"] else str(times.number(m["n"]))
                letter = units[next(u for u in units if re.fullmatch(u, m["u"], re.I))]
                yield Timex(*m.span(), f"P{'T' * (letter in 'HSm')}{many}{letter.upper()}")
            else:
                yield Timex(*m.span(), value)
