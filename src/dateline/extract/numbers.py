"""Numbers in reports as ranges: how many, of what, in which unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from .. import grammar, lexicon

PEOPLE = frozenset(
    ["killed", "wounded", "killed_or_wounded", "displaced", "evacuated", "detained", "captured", "abducted", "fighters", "civilians", "people"]
)
DATING = frozenset({"ago", "earlier", "later", "before", "after"})
LOOKING_BACK = re.compile(r"\b(?:last|past|previous|preceding|next|coming)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Number:
    """A number expression: characters `start`..`end` (qualifier included), its range, and whether it is a share or approximate."""

    start: int
    end: int
    low: float | None
    high: float | None
    approximate: bool
    percent: bool


@cache
def _pattern() -> re.Pattern[str]:
    data = lexicon.read("numbers.yaml")

    def any_of(words: object) -> str:
        return "|".join(sorted((re.escape(w) for w in words), key=len, reverse=True))  # type: ignore[attr-defined]

    qualifier = any_of([*data["lower"], *data["upper"], *data["approximate"]])
    compound = (
        r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ](?:one|two|three|four|five|six|seven|eight|nine)"
    )
    figure = (
        rf"(?:\d[\d,]*(?:\.\d+)?|{compound}|{any_of(data['words'])})(?:[ -](?:{any_of(data['multipliers'])}))?(?!-year)"
    )
    percent = r"(?P<percent>\s?(?:%|percent|per cent|pc)\b|\s?%)?"
    return re.compile(
        rf"(?<![\w.,$-])(?:(?P<q>{qualifier})(?:\s+(?:an?|the|another))?\s+)?"
        rf"(?:(?P<between>between\s+)?(?P<a>{figure})(?:(?<=\d)\s*[-–]\s*(?=\d)|\s+(?:to|and|or)\s+)(?P<b>{figure})|(?P<range>{any_of(data['ranges'])})|(?P<n>{figure}))"
        rf"{percent}(?![\w])",
        re.I,
    )


def value(text: str) -> float:
    """The number a figure or number word names."""
    data = lexicon.read("numbers.yaml")
    text = " ".join(text.lower().split())
    if text in data["words"]:
        return float(data["words"][text])
    for word, factor in data["multipliers"].items():
        if text.endswith(word) and text != word:
            return value(text[: -len(word)].strip(" -")) * factor
    parts = re.split(r"[- ]", text)
    if len(parts) == 2 and all(p in data["words"] for p in parts):
        return float(data["words"][parts[0]] + data["words"][parts[1]])
    return float(text.replace(",", ""))


def find(text: str) -> list[Number]:
    """All number expressions of `text` in order; "no" counts as zero, a bare article is no number."""
    out = []
    for m in _pattern().finditer(text):
        if (m["n"] or "").lower() in ("one", "no") and not m["q"] and not re.match(r"\s+\w+", text[m.end() :]):
            continue
        found = _number(m)
        if found:
            out.append(found)
    return out


def _number(m: re.Match[str]) -> Number | None:
    data = lexicon.read("numbers.yaml")
    qualifier = (m["q"] or "").lower()
    share = (m["n"] or "").lower() in data["shares"]
    try:
        if m["range"]:
            first, last = map(float, data["ranges"][m["range"].lower()])
            return Number(m.start(), m.end(), first, last, True, bool(m["percent"]))
        if m["a"]:
            first, last = value(m["a"]), value(m["b"])
            if first > last or not (
                m["between"] or "-" in m.group() or "–" in m.group() or " to " in m.group() or " or " in m.group()
            ):
                return Number(m.start(), m.start("a") + len(m["a"]), first, first, False, bool(m["percent"]))
            return Number(m.start(), m.end(), first, last, True, bool(m["percent"]))
        number = value(m["n"])
    except ValueError:
        return None
    low = None if qualifier in data["upper"] else number
    high = None if qualifier in data["lower"] else number
    return Number(m.start(), m.end(), low, high, qualifier in data["approximate"], bool(m["percent"]) or share)


def unit(doc: Doc, number: Number, of: str) -> tuple[str, int]:
    """The unit a number is counted in (people, percent, days, hours, weeks, months, km, count, other) and the factor to it."""
    if number.percent:
        return "percent", 1
    after = re.match(r"[\s-]*(\w+)", doc.text[number.end :])
    word = (after[1].lower() if after else "").rstrip("s")
    units = lexicon.read("numbers.yaml")["units"]
    if of == "duration":
        return ("months", 12) if word == "year" else (units.get(word, "other"), 1)
    if of == "territory":
        return units.get(word, "other"), 1
    if of == "other":
        return units.get(word, "count"), 1
    return ("people" if of in PEOPLE else "other" if of == "aid" else "count"), 1


def measures_time(text: str, number: Number) -> bool:
    """Whether a number says how long ("for six weeks"), and not when ("in the past six weeks", "six weeks ago")."""
    after = re.match(r"[\s-]*([a-z]+)\s*(\w*)", text[number.end :].lower())
    if after is None or after[1].rstrip("s") not in lexicon.read("times.yaml")["units"]:
        return False
    return after[2] not in DATING and not LOOKING_BACK.search(text[: number.start])


def is_subset(doc: Doc, start: int) -> bool:
    """Whether the number at token `start` only counts a part of one given before ("including three children")."""
    return any(t.lower_ in ("including", "among") for t in doc[max(0, start - 3) : start])


def in_claim(kind: str, of: str) -> str:
    """What people counted in a claim of type `kind` are: those of an evacuation are evacuated, the wounded among them too."""
    data = lexicon.read("numbers.yaml")
    plain = of in ("people", "civilians") or (kind == "evacuate" and of in data["moved"])
    return data["by_type"].get(kind, of) if plain else of


def counts_speakers(token: Token) -> bool:
    """Whether the number at `token` only counts who is speaking ("two residents said")."""
    noun = token.head if token.dep_ == "nummod" else token
    return noun.dep_ == "nsubj" and grammar.is_reporting(noun.head)


def thing(token: Token) -> str:
    """What the noun that the number at `token` stands before is, where that is no people: strikes, munitions, places, other; else ""."""
    words, noun = lexicon.read("numbers.yaml")["counted"], token.head if token.dep_ == "nummod" else token
    return next((of for of in ("strikes", "munitions", "places", "other") if noun.lemma_.lower() in words[of]), "")


def counted(doc: Doc, token: Token) -> str:
    """What the number at `token` counts, by the nearest telling word among its head, the head's verb and their conjuncts."""
    words = lexicon.read("numbers.yaml")["counted"]
    after = doc[token.i + 1].lemma_.lower() if token.i + 1 < len(doc) else ""
    if (
        after in lexicon.read("times.yaml")["units"]
        or after == "-"
        and token.i + 2 < len(doc)
        and doc[token.i + 2].lemma_.lower() in lexicon.read("times.yaml")["units"]
    ):
        return "duration"
    words_near = {t.lower_ for t in doc[token.i : token.i + 8]}
    if (
        {"killed", "or"} <= words_near
        and words_near & {"wounded", "injured"}
        or {"dead", "wounded"} <= words_near
        and "or" in words_near
    ):
        return "killed_or_wounded"
    for near in doc[token.i + 1 : token.i + 6]:
        if near.is_punct or near.like_num or near.dep_ == "cc":
            break
        harm = next((of for of in ("wounded", "killed") if near.lemma_.lower() in words[of]), "")
        if harm:
            return harm
    chain = [token, *list(token.ancestors)[:3]]
    for head in chain:
        for of in (
            "killed",
            "wounded",
            "killed_or_wounded",
            "displaced",
            "evacuated",
            "detained",
            "abducted",
            "strikes",
            "munitions",
            "places",
            "territory",
            "captured",
        ):
            if head.lemma_.lower() in words[of]:
                return of
    return next((of for head in chain for of in ("fighters", "people") if head.lemma_.lower() in words[of]), "")
