"""Place texts as they are written: the segments of "a hospital in the city's east", finest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from .. import lexicon
from .gazetteer import not_places
from .names import key

_WITHIN = "in|of|at|on|within|inside|outside|near|around|from|to|towards?|along|by|off|beneath|behind|surrounding|with"
JOINT = re.compile(rf"(?:,\s+| \b(?:{_WITHIN})\b )+(?:the |an? |its |their )?", re.I)
BETWEEN = re.compile(r"^(?:the )?(?:.*\b)?between (?P<a>.+?) and (?P<b>.+)$", re.I)
_BEFORE = "the|an?|its|their|his|in|at|near|around|outside|inside|parts?|areas?|most|all|some|several|many|much"
LEADING = re.compile(rf"^(?:(?:{_BEFORE}) (?:of )?)+", re.I)
NAMELIKE = re.compile(r"[^\W\da-z_]|\d|['’‘`\[(]|[a-z]{1,4}-\W?[A-Z]")
_IN_IT = "areas|parts|districts|neighbou?rhoods|edges?|streets|surroundings"
LOOSE = re.compile(
    r"\b(?:near|outside|around|outskirts|suburbs?|(?:south|north|east|west)\w* of|km|miles|vicinity"
    rf"|(?:{_IN_IT}) of)\b"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of a place text: the name in it (may be ""), the part of it meant, and its words in lower case."""

    text: str
    name: str
    part: str
    words: frozenset[str]
    country: str = ""  # of a demonym in it

    @property
    def regional(self) -> bool:
        """Whether its words say province, countryside …"""
        return bool(self.words & words_for("regional"))


@cache
def words_for(name: str) -> frozenset[str]:
    """A list of words of `regions.yaml` by its name."""
    return frozenset(lexicon.read("regions.yaml")[name])


def segments(text: str) -> tuple[Segment, ...]:
    """Read a place text as segments, finest first ("hospital in the city's east": hospital, east, city)."""
    pieces: list[str] = []
    for piece in JOINT.split(LEADING.sub("", " ".join(text.split()).strip(".,'’\""))):
        owner, _, owned = piece.replace("’s ", "'s ").partition("'s ")
        pieces += [owned, owner] if owned else [owner]
    return _merged([s for s in map(_segment, pieces) if s.text])


def _merged(found: Sequence[Segment]) -> tuple[Segment, ...]:
    """Join a bare kind with the name it introduces ("city of Idlib", "the capital Damascus")."""
    out: list[Segment] = []
    for segment in found:
        if out and segment.name and not out[-1].name and _introduces(out[-1]):
            segment = replace(segment, words=segment.words | out.pop().words)
        out.append(segment)
    return tuple(out)


def _introduces(segment: Segment) -> bool:
    """Whether a segment only says what kind of place the next one is.

    "Northern city of" places it in its country, not within it.
    """
    if len(segment.text.split()) > 4 or not segment.words & words_for("same"):
        return False
    return not segment.part or bool(segment.words & (words_for("urban") | {"province", "governorate", "state"}))


def _segment(piece: str) -> Segment:
    piece = LEADING.sub("", piece.strip(" ,.'’\""))
    words = piece.split()
    low = frozenset(re.sub(r"\W", "", w.lower()).removesuffix("s") for w in words) | frozenset(w.lower() for w in words)
    parts: dict[str, Any] = lexicon.read("regions.yaml")["parts"]
    part = next((w.lower() for w in words if w.lower() in parts), "") if not _is_name(piece) else ""
    country = next((_demonyms()[key(w)] for w in words if key(w) in _demonyms()), "")
    return Segment(piece, _name(words, parts), part, low, country)


@cache
def _demonyms() -> dict[str, str]:
    """Demonym to ISO 3166 alpha-2 country."""
    one = {key(row[1]): code for code, row in lexicon.read("states.yaml").items()}
    return {word + ending: code for word, code in one.items() for ending in ("", "s")}


def _is_name(piece: str) -> bool:
    """Whether a piece with a compass word is a name of its own ("North Kivu", "East Jerusalem", "West Bank")."""
    return key(piece) in _region_names()


@cache
def _region_names() -> frozenset[str]:
    return frozenset(
        key(n) for name, _, _, _, _, *others in lexicon.read("regions.yaml")["regions"] for n in (name, *others)
    )


def _name(words: Sequence[str], parts: dict[str, Any]) -> str:
    """The run of name words in a piece: first capital to last, without kinds of place, parts, demonyms."""
    piece = " ".join(words)
    if _is_name(piece):
        return piece
    drop = words_for("kinds") | words_for("regional") | set(parts)
    kept = [
        i
        for i, w in enumerate(words)
        if NAMELIKE.match(w)
        and w.lower() not in drop
        and key(w) not in _demonyms()
        and key(w) not in words_for("peoples")
    ]
    name = " ".join(words[kept[0] : kept[-1] + 1]).strip("'’‘`[]()") if kept else ""
    return "" if key(name) in not_places() else name


def is_loose(text: str, parts: Sequence[Segment]) -> bool:
    """Whether the text places something only near or at a site of the named place."""
    low = text.lower()
    if LOOSE.search(low) or (parts and parts[0].words & words_for("sites")):
        return True
    after = parts[0].text.partition(parts[0].name)[2].lower().split() if parts and parts[0].name else []
    return any(w not in words_for("kinds") and w not in words_for("regional") for w in after)
