"""Where an event verb's event happened, against Halterman 2019 (JSON lines of `text` and `spans`): token precision and recall.

Metric of the paper: every token of a sentence is, or is not, part of a place at which the marked verb's event happened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from spacy.tokens import Doc

from ..annotate.parse import load_pipeline
from ..config import Config
from ..errors import UsageError
from ..extract import encoder, events, windows
from .measure import Measure

BATCH = 64
NAMED = frozenset({"GPE", "LOC", "FAC"})
CERTAIN = 0.5  # least probability of a token that is counted as part of the place


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with the characters of its verb and of the places where that happened."""

    text: str
    verb: tuple[int, int]
    places: list[tuple[int, int]]


def score(folder: Path, settings: Config) -> list[Measure]:
    """Score every *.jsonl file of a folder (or one file); raises `UsageError` naming file and line."""
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.jsonl"))
    sentences = [s for file in files for s in read(file)]
    if not sentences:
        raise UsageError(
            f"{folder}: no marked sentences; give JSON lines with text and spans labelled VERB and LOCATION"
        )
    hits = given = wanted = 0
    for doc, marked in _parsed(sentences, settings):
        for reading, (d, m) in zip(_readings(doc), zip(doc, marked, strict=True), strict=True):
            gold, found = _tokens(d, m.places), _found(reading, d, m)
            hits, given, wanted = hits + len(gold & found), given + len(found), wanted + len(gold)
    return [Measure("event place, tokens", hits, given, wanted)]


def _parsed(sentences: list[Marked], settings: Config) -> Iterator[tuple[list[Doc], list[Marked]]]:
    nlp, source = load_pipeline(settings.pipeline), iter(sentences)
    while batch := list(islice(source, BATCH)):
        yield list(nlp.pipe(m.text for m in batch)), batch


def _readings(docs: list[Doc]) -> list[encoder.Reading]:
    return encoder.shared().read(docs, [events.flags(doc) for doc in docs])


def _tokens(doc: Doc, spans: list[tuple[int, int]]) -> set[int]:
    return {t.i for t in doc for start, end in spans if t.idx < end and t.idx + len(t) > start and not t.is_space}


def _found(reading: encoder.Reading, doc: Doc, marked: Marked) -> set[int]:
    """Tokens of the place that the trained reader gives the verb, read as the likeliest type of claim."""
    verbs = sorted(_tokens(doc, [marked.verb]))
    if not verbs:
        return set()
    trigger = max(verbs, key=lambda i: (doc[i].pos_ == "VERB", i))
    kind = windows.labels()["types"][1 + int(reading.types[trigger][1:].argmax())]
    spans = reading.slots(trigger, kind).roles["place"]
    inside = (doc[i] for start, end, chance in spans if chance >= CERTAIN for i in range(start, end))
    return {t.i for t in inside if t.pos_ == "PROPN" or t.ent_type_ in NAMED}  # the benchmark marks names alone


def read(file: Path) -> Iterator[Marked]:
    """The marked sentences of one file."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
                spans = [(s["label"], (s["start"], s["end"])) for s in row["spans"]]
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                raise UsageError(f"{file}:{number}: not a marked sentence ({error!r}); correct that line") from None
            verbs = [span for label, span in spans if label == "VERB"]
            if verbs:
                yield Marked(row["text"], verbs[0], [span for label, span in spans if label == "LOCATION"])
