"""The event lexicon: which words of a parsed report can express which types of claim."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from .. import lexicon
from ..lexicon import closed

GAP = 3  # words allowed between the parts of a phrase


@dataclass(frozen=True, slots=True)
class Entry:
    """One lexicon entry: its words (lemmas) in order, its word class (v or n) and the type it speaks for ("" for a decoy)."""

    words: tuple[str, ...]
    word_class: str
    type: str


@dataclass(frozen=True, slots=True)
class Events:
    """The checked event ontology: entries by first word, families and control effects by type, topics by word."""

    entries: dict[str, tuple[Entry, ...]]
    family: dict[str, str]
    control: dict[str, str]
    topics: dict[str, tuple[str, ...]]
    speech: frozenset[str]
    statuses: tuple[str, ...]


@cache
def load() -> Events:
    """Read and check `data/events.yaml`; raises `DataError` for a family or effect outside the closed lists."""
    data = lexicon.read("events.yaml")
    entries: dict[str, list[Entry]] = {}
    for name, row in data["types"].items():
        closed(row["family"], set(data["families"]), f"events.yaml: {name}")
        closed(row["control"], set(data["effects"]), f"events.yaml: {name}")
        for word_class, words in (("v", row["verbs"]), ("n", row["nouns"])):
            for phrase in words:
                _put(entries, Entry(tuple(phrase.lower().split()), word_class, name))
    for phrase in data["decoys"]:
        _put(entries, Entry(tuple(phrase.lower().split()), "", ""))
    return Events(
        {first: tuple(sorted(found, key=lambda e: -len(e.words))) for first, found in entries.items()},
        {name: row["family"] for name, row in data["types"].items()},
        {name: row["control"] for name, row in data["types"].items()},
        {name: tuple(words) for name, words in data["topics"].items()},
        frozenset(data["speech"]),
        tuple(data["statuses"]),
    )


def _put(entries: dict[str, list[Entry]], entry: Entry) -> None:
    entries.setdefault(entry.words[0], []).append(entry)


def flags(doc: Doc) -> list[set[str]]:
    """Per token, the lexicon's flags: "v:TYPE", "n:TYPE", "decoy" and "speech"; a phrase flags its first and last word."""
    ontology = load()
    lemmas = [t.lemma_.lower() for t in doc]
    lowers = [t.lower_ for t in doc]
    out: list[set[str]] = [set() for _ in doc]
    for token in doc:
        if lemmas[token.i] in ontology.speech and token.pos_ == "VERB":
            out[token.i].add("speech")
        for form in {lemmas[token.i], lowers[token.i]}:
            for entry in ontology.entries.get(form, ()):
                if _fits(token, entry):
                    for i in _match(entry, token.i, lemmas, lowers):
                        out[i].add(f"{entry.word_class}:{entry.type}" if entry.type else "decoy")
    return out


def _fits(token: Token, entry: Entry) -> bool:
    if entry.word_class == "v":
        return token.pos_ in ("VERB", "AUX", "ADJ") or len(entry.words) > 1
    return entry.word_class == "" or token.pos_ in ("NOUN", "PROPN", "ADJ", "VERB")


def _match(entry: Entry, at: int, lemmas: list[str], lowers: list[str]) -> tuple[int, ...]:
    """Token indices a matching entry flags, () when its further words do not follow."""
    position = at
    for word in entry.words[1:]:
        reach = range(position + 1, min(position + 2 + GAP, len(lemmas)))
        found = next((i for i in reach if word in (lemmas[i], lowers[i])), None)
        if found is None:
            return ()
        position = found
    return (at,) if position == at else (at, position)
