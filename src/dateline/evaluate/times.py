"""Time expressions against WikiWars (TIMEX2 inline, *.xml) or TempEval-3 (TimeML, *.tml): relaxed span F1 and value F1.

Metric of TempEval-3 (UzZaman et al. 2013): an expression is found when it shares a character with the gold one; value F1 counts those
whose normalised value is also equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lxml import etree

from ..config import Config
from ..errors import UsageError
from ..ground import timex
from .measure import Measure, overlapping

TAGS = ("TIMEX2", "TIMEX3")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text with its publication day and its gold expressions (start, end, value)."""

    text: str
    published: date | None
    gold: list[tuple[int, int, str]]


def score(folder: Path, _: Config) -> list[Measure]:
    """Score every *.xml and *.tml file of a folder; raises `UsageError` when there is none."""
    files = sorted(f for f in folder.rglob("*") if f.suffix in (".xml", ".tml"))
    if not files:
        raise UsageError(f"{folder}: no *.xml (WikiWars) or *.tml (TimeML) files; name the folder that holds them")
    spans = values = predicted = wanted = 0
    for annotated in map(read, files):
        found = timex.read(annotated.text, annotated.published)
        pairs = overlapping([g[:2] for g in annotated.gold], [(t.start, t.end) for t in found])
        spans += len(pairs)
        values += sum(_same(annotated.gold[i][2], found[j].value) for i, j in pairs)
        predicted, wanted = predicted + len(found), wanted + len(annotated.gold)
    return [
        Measure("time, span (relaxed)", spans, predicted, wanted),
        Measure("time, value", values, predicted, wanted),
    ]


def _same(gold: str, found: str) -> bool:
    return gold.strip() == found


def read(file: Path) -> Annotated:
    """One annotated file; raises `UsageError` when it has no text."""
    root = etree.fromstring(file.read_bytes(), etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    body = root.find(".//TEXT") if root is not None else None
    if body is None:
        raise UsageError(f"{file}: no <TEXT> element; give WikiWars or TimeML files")
    head = " ".join("".join(e.itertext()) for e in (*root.iter("DATETIME"), *root.iter("DCT")))
    stated = DAY.search(head) or DAY.search(" ".join(e.get("value", "") for e in root.iter("TIMEX3")))
    parts: list[str] = []
    gold = [*_walk(body, parts, 0)]
    return Annotated("".join(parts), date.fromisoformat(stated[0]) if stated else None, sorted(gold))


def _walk(element: etree._Element, parts: list[str], at: int) -> Iterator[tuple[int, int, str]]:
    """Gather the text of an element into `parts`, which holds `at` characters so far, and give its expressions."""
    start = sum(map(len, parts))
    parts.append(element.text or "")
    for child in element:
        yield from _walk(child, parts, at)
        parts.append(child.tail or "")
    if element.tag in TAGS:
        yield start, sum(map(len, parts)), element.get("value") or element.get("val") or ""
