"""Aligns hand-made gold claims with the tokens of a parsed report, for training and for error analysis."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spacy.tokens import Doc

import written

ROLES = ("actor", "target", "place", "source", "means")


@dataclass(slots=True)
class Aligned:
    """One gold claim as token positions: `head` of the trigger, its extent, and (start, end) token spans by role."""

    claim: dict
    head: int
    extent: tuple[int, int]
    roles: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    numbers: list[tuple[int, int, str]] = field(default_factory=list)


def occurrences(needle: str, text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Character spans of `needle` as whole words in text[low:high]."""
    left, right = (r"(?<!\w)" if needle[:1].isalnum() else "", r"(?!\w)" if needle[-1:].isalnum() else "")
    for match in re.compile(left + re.escape(needle) + right).finditer(text, low, high):
        yield match.span()


def token_span(doc: Doc, span: tuple[int, int]) -> tuple[int, int] | None:
    """Token bounds of a character span, widened to whole tokens."""
    found = doc.char_span(*span, alignment_mode="expand")
    return (found.start, found.end) if found is not None and len(found) else None


def _role_span(doc: Doc, role: str, text: str, sentence: tuple[int, int], head: int) -> tuple[int, int] | None:
    """Where a role's text stands: in the sentence, else the pronoun that stands for it."""
    around = doc[head].idx
    spans = list(occurrences(text, doc.text, *sentence)) if text else []
    if spans:
        return token_span(doc, min(spans, key=lambda s: abs(s[0] - around)))
    return pronoun(doc, role, sentence, head)


def nearest(doc: Doc, text: str, sentence: tuple[int, int], around: int) -> tuple[int, int] | None:
    """The occurrence of `text` nearest to character `around`: in the sentence, else before it, else after it."""
    body = doc.text
    for low, high in (sentence, (0, sentence[0]), (sentence[1], len(body))):
        spans = list(occurrences(text, body, low, high)) if text else []
        if spans:
            return token_span(doc, min(spans, key=lambda s: abs(s[0] - around)))
    return None


PRONOUNS = set("he she they it him her them his their its we i who us me".split())
CLAUSAL = {"actor": {"nsubj", "poss", "pobj"}, "source": {"nsubj"}, "target": {"dobj", "nsubjpass", "pobj", "poss"}}


def pronoun(doc: Doc, role: str, sentence: tuple[int, int], head: int) -> tuple[int, int] | None:
    """The pronoun of the sentence that stands for a `role` named elsewhere: the nearest one with a fitting dependency."""
    span = doc.char_span(*sentence, alignment_mode="expand")
    fits = [t.i for t in span if t.lower_ in PRONOUNS and t.dep_ in CLAUSAL.get(role, ())]
    return (i, i + 1) if fits and (i := min(fits, key=lambda k: abs(k - head))) is not None else None


def align(doc: Doc, gold: list[dict]) -> list[Aligned]:
    """Align the gold claims of one document; claims whose trigger cannot be found as whole words are left out."""
    body, out = doc.text, []
    seen: Counter[tuple[str, str]] = Counter()
    for claim in gold:
        start = body.find(claim["sentence"])
        if start < 0:
            continue
        sentence = (start, start + len(claim["sentence"]))
        spans = list(occurrences(claim["trigger"], body, *sentence))
        if not spans:
            continue
        key = (claim["sentence"], claim["trigger"])
        span = spans[min(seen[key], len(spans) - 1)]
        seen[key] += 1
        extent = token_span(doc, span)
        if extent is None:
            continue
        aligned = Aligned(claim, doc[extent[0] : extent[1]].root.i, extent)
        for role in ROLES:
            texts = claim.get(role) or []
            found = [_role_span(doc, role, t, sentence, aligned.head) for t in ([texts] if isinstance(texts, str) else texts)]
            aligned.roles[role] = [f for f in found if f]
        for number in claim.get("numbers") or []:
            where = nearest(doc, number["text"], sentence, span[0])
            if where:
                aligned.numbers.append((*where, number["of"]))
        out.append(aligned)
    return out


def held_out(names: Iterable[str]) -> set[str]:
    """The documents kept out of training: every tenth by name, from the sixth."""
    return set(sorted(names)[5::10])


def corpus(folder: Path, *, more: Iterable[Path] = (), limit: int = 0) -> Iterator[tuple[str, Doc, list[dict]]]:
    """What the models learn from: name, parse and gold claims of a gold folder without its held-out documents, of `more` gold
    folders whole, then of the sentences of `data/written.txt` (named "written_N"); `limit` stops after so many documents of each.
    """
    from dateline.annotate.parse import load_pipeline

    nlp = load_pipeline()
    names = {path.stem for path in folder.glob("*.jsonl")}
    parts = [(folder, names - held_out(names)), *((place, {path.stem for path in place.glob("*.jsonl")}) for place in more)]
    for place, wanted in parts:
        for name in sorted(wanted)[: limit or None]:
            body = (place / f"{name}.txt").read_text("utf-8").split("---\n", 1)[1]
            lines = (place / f"{name}.jsonl").read_text("utf-8").splitlines()
            yield name, nlp(body), [json.loads(line) for line in lines if line.strip()]
    for number, (text, claims) in enumerate(written.read(Path(__file__).parent / "data" / "written.txt")):
        yield f"written_{number}", nlp(text), claims
