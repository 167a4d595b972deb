"""Words and phrases of the report, from `data/report.yaml`: numbers, lists, names and clauses inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from .. import lexicon
from ..errors import DataError

SLOTS = {"both", "actor", "target", "none"}
WORD_OF_COUNTRY = re.compile(r"^(?P<who>.+) \((?P<country>.+)\)$")
GOVERNMENT = re.compile(r"^Government of (?:the )?(?P<country>.+)$")


WORDS_FOR = {  # what the conclusions may say, each of which needs its phrase
    "control": {"held", "contested", "claimed", "partly", "unknown"},
    "effects": {"takes", "loses", "holds", "contests", "besieges", "denies"},
    "extents": {"whole", "all", "most", "part"},
    "outcomes": {"open", "backed", "refused", "agreed", "breached"},
    "moves": {"proposed", "conditioned", "backed", "refused", "agreed", "breached", "talked"},
    "judgements": {"accept", "reject", "merge", "split", "change"},
}


@cache
def policy() -> dict[str, Any]:
    """The report's policy and phrases; raises `DataError` when a phrase is missing or names what is unknown."""
    read: dict[str, Any] = lexicon.read("report.yaml")
    types = set(lexicon.read("events.yaml")["types"])
    told = {*read["fighting"], *read["civilians"]}
    for part, needed in (WORDS_FOR | {"clauses": types, "nouns": told}).items():
        if missing := needed - set(read[part]):
            raise DataError(f"report.yaml: {part} lacks {', '.join(sorted(missing))}; give each its phrase")
        for name in read[part]:
            lexicon.closed(name, needed, f"report.yaml: {part}")
    for name in (*told, *read["said"]):
        lexicon.closed(name, types, "report.yaml: fighting, civilians, said")
    for name, forms in read["clauses"].items():
        if set(forms) != SLOTS:
            raise DataError(f"report.yaml: clauses of {name!r} need {', '.join(sorted(SLOTS))}")
    return read


def count(n: int, noun: str) -> str:
    """A number with its noun: "1 report", "3 reports"."""
    return f"{n:,} {noun}" + ("s" if n != 1 else "")


def listing(items: Iterable[str], most: int | None = None, word: str = "and") -> str:
    """Names in a row, each once, the end counted: "A, B and C", "A, B and 4 more"."""
    names = list(dict.fromkeys(items))
    most = policy()["most"]["names"] if most is None else most
    if len(names) > most + 1:
        names, word = [*names[:most], f"{len(names) - most} more"], "and"
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def figures(low: float | None, high: float | None) -> str:
    """A range of a count; either end may be open."""
    if low is None or high is None:
        return "a number not known" if low is high else f"up to {high:,.0f}" if low is None else f"at least {low:,.0f}"
    words: str = policy()["words"].get(f"{low:.0f}-{high:.0f}", "")
    if words:
        return words
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def people(low: float | None, high: float | None, who: str) -> str:
    """A range of people: "26 civilians", "dozens of civilians"."""
    number = figures(low, high)
    return f"{number} {'of ' * number.endswith('s')}{who}" if who else number


def percent(share: tuple[float | None, float | None], of: str) -> str:
    """A share with what it is a share of, in the report's words."""
    return f"{figures(*share)} percent of {f'“{of}”' if of else 'it'}"


def sentence(text: str) -> str:
    """A clause as a sentence: a capital first, a full stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "”", "?", "!")) else ".")


def topic(name: str) -> str:
    """A proposal's topic as a heading."""
    words: str = policy()["topics"].get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


@cache
def demonyms() -> dict[str, str]:
    """The people of each state by its name ("Syria": "Syrian")."""
    return {row[0]: row[1] for row in lexicon.read("states.yaml").values()}


@cache
def generic() -> frozenset[str]:
    """Names of kinds of people, which are no proper names ("Civilians")."""
    return frozenset(row["name"] for row in lexicon.read("agents.yaml")["agents"])


@cache
def plural() -> frozenset[str]:
    """Names of kinds of people as they stand inside a sentence; each means many."""
    return frozenset(n.lower() for n in generic())


def party(name: str) -> str:
    """A party's name as it stands inside a sentence: "the Syrian government", "civilians", "the White Helmets"."""
    if found := GOVERNMENT.match(name):
        people = demonyms().get(found["country"])
        return f"the {people} government" if people else f"the government of {found['country']}"
    if (found := WORD_OF_COUNTRY.match(name)) and found["who"] in generic():
        return f"{demonyms().get(found['country'], found['country'])} {found['who'].lower()}"
    if name in generic():
        return name.lower()
    if name[:1].islower():
        return name if name.endswith("s") or re.match(policy()["bare"], name) else f"the {name}"
    takes_article = re.search(policy()["article"], name) and not re.match(policy()["no_article"], name)
    return f"the {name}" if takes_article else name


def named_place(name: str) -> str:
    """A place's name as it stands inside a sentence: "the Eye Hospital"."""
    return f"the {name}" if re.search(policy()["place_article"], name) and not name.startswith("the ") else name


def _arms(kind: str, means: Sequence[str]) -> str:
    """Means in a row, as the report's words have them, without those the word for the event tells already."""
    read = policy()
    words = [m if m[1:2].isupper() else m.lower() for m in means if m.lower() not in read["implied"].get(kind, ())]
    kept = [m for m in words if not any(m != other and m in other for other in words)]
    return listing([read["means"].get(m, m) for m in kept])


def clause(
    kind: str,
    actors: Sequence[str],
    targets: Sequence[str],
    place: str = "",
    means: Sequence[str] = (),
    word: str = "and",
) -> str:
    """The clause of a type of claim with its parties, place and means; whoever stands on both sides is told once."""
    doers = [party(a) for a in actors]
    done_to = [p for p in map(party, targets) if p not in doers]
    slot = "both" if doers and done_to else "actor" if doers else "target" if done_to else "none"
    arms = _arms(kind, means)
    place = named_place(place)
    parts = {
        "where": f" in {place}" if place else "",
        "from": f" from {place}" if place else "",
        "means": f" with {arms}" if arms else "",
    }
    text: str = policy()["clauses"][kind][slot]
    return text.format(
        actors=listing(doers, word=word), targets=listing(done_to), place=place or "a place not named", **parts
    )
