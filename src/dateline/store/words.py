"""Words as search compares them: folded, asked for, and shown again in the text they were found in.

Accents, Arabic vowel signs and spellings of alef make no difference, nor do capitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from typing_extensions import TypedDict

from ..errors import UsageError

AT_MOST = 16  # words asked for at once
SHOWN, BEFORE = 30, 6  # words of a snippet, and of those how many stand before the first hit
LOOKED_AT = 200_000  # characters of a text in which hits are looked for to be shown
SAME_LETTER = str.maketrans("أإآٱىةؤئيكđĐłŁøØıħĦ", "ااااىهوىىكdDlLoOihH") | {"ـ": None}


class Part(TypedDict):
    """A stretch of a snippet."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Words and phrases to find together, folded; `goes_on`: the last may be the beginning of a word."""

    phrases: tuple[str, ...]
    goes_on: bool = False


def folded(text: str) -> str:
    """Text without what makes no difference to a search, letter by letter, so that words keep their order."""
    if not text.isascii():
        apart = unicodedata.normalize("NFD", text.translate(SAME_LETTER))
        text = "".join(c for c in apart if not unicodedata.combining(c))
    return text.lower()


def asked(typed: str) -> tuple[str, ...]:
    """The words and "quoted phrases" of what a person typed, folded, without any signs.

    Raises `UsageError` when there are none, or too many.
    """
    found = re.findall(r'"([^"]*)"|([^\s"]+)', typed)
    kept = [plain for phrase, word in found if (plain := " ".join(_word().findall(folded(phrase or word))))]
    if not kept:
        raise UsageError("nothing to search for; give a word that is in the reports, such as a place or a party")
    if sum(len(k.split()) for k in kept) > AT_MOST:
        raise UsageError(f"too many words to search for; give at most {AT_MOST}")
    return tuple(kept)


@cache
def _word() -> re.Pattern[str]:
    """Letters and digits, with the marks of scripts that write vowels as marks: what the index takes for a word."""
    marks = "".join(chr(c) for c in range(0x300, 0x20000) if unicodedata.category(chr(c)) in ("Mn", "Mc"))
    return re.compile(f"(?:[^\\W_]|[{marks}])+")


def snippet(text: str, wanted: Asked) -> list[Part]:
    """The stretch of a text that holds most of what was asked for, in parts, hits told apart."""
    spans = [m.span() for m in _word().finditer(text, 0, LOOKED_AT)]
    if not spans:
        return []
    hits = _hits([folded(text[a:b]) for a, b in spans], wanted)
    first = max(0, _richest(hits) - BEFORE)
    shown = range(first, min(first + SHOWN, len(spans)))
    start = 0 if first == 0 else spans[first][0]
    end = len(text) if shown.stop == len(spans) and spans[-1][1] < LOOKED_AT - 1 else spans[shown.stop - 1][1]
    marked = [Part(text=text[a:b], hit=hit) for a, b, hit in _stretches(spans, hits, shown, start, end)]
    return [*_dots(start > 0), *(p for p in marked if p["text"]), *_dots(end < len(text))]


def _dots(cut: bool) -> list[Part]:
    return [Part(text="…", hit=False)] if cut else []


def _hits(words: Sequence[str], wanted: Asked) -> dict[int, tuple[int, int]]:
    """Where phrases begin among the words: which phrase, and how many words long."""
    found: dict[int, tuple[int, int]] = {}
    for number, phrase in enumerate(wanted.phrases):
        parts = phrase.split()
        begins = wanted.goes_on and number == len(wanted.phrases) - 1
        for at in (i for i, word in enumerate(words) if word == parts[0] or (begins and word.startswith(parts[0]))):
            if _is_there(words[at : at + len(parts)], parts, begins):
                found.setdefault(at, (number, len(parts)))
    return found


def _is_there(words: Sequence[str], parts: Sequence[str], begins: bool) -> bool:
    if len(words) < len(parts) or list(words[:-1]) != list(parts[:-1]):
        return False
    return words[-1] == parts[-1] or (begins and words[-1].startswith(parts[-1]))


def _richest(hits: dict[int, tuple[int, int]]) -> int:
    """The hit from which on a snippet holds the most different phrases; the earliest of such."""
    reach = SHOWN - BEFORE
    return max(
        sorted(hits)[:500], key=lambda at: len({hits[i][0] for i in range(at, at + reach) if i in hits}), default=0
    )


def _stretches(
    spans: Sequence[tuple[int, int]], hits: dict[int, tuple[int, int]], shown: range, start: int, end: int
) -> list[tuple[int, int, bool]]:
    """Stretches of the text from `start` to `end`, in turn outside and inside hits."""
    found, done = [], start
    for at in (i for i in shown if i in hits and spans[i][0] >= done):
        last = min(at + hits[at][1], shown.stop) - 1
        found += [(done, spans[at][0], False), (spans[at][0], spans[last][1], True)]
        done = spans[last][1]
    return [*found, (done, end, False)]
