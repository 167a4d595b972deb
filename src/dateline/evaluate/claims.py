"""Accuracy of claims against hand-made gold: the definitions of the claim guide's scorer.

A predicted claim may match a gold claim of the same sentence (token overlap of half the shorter) and type; claims are
paired one to one so that their slots agree best. Slots are scored on the pairs, counted over texts.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import UsageError

Row = Mapping[str, Any]
FAMILIES = {
    "fighting": "clash offensive advance", "control": "capture hold withdraw surrender", "siege": "siege",
    "remote": "airstrike shelling bombing chemical", "attack": "attack abduct arrest",
    "harm": "casualties displace damage",
    "relief": "evacuate aid release", "ask": "request demand", "answer": "endorse reject agree breach talk",
    "backing": "support mobilise", "words": "threaten accuse statement", "civil": "protest sanction", "other": "other",
}  # fmt: skip
FAMILY = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}
STOP_WORDS = "a an the of in on at to and or for by from with its their his her some about around near that this"
STOP = frozenset(STOP_WORDS.split())
SLOTS = ("actor", "target", "place", "source")
MISSED = "missed"
UNMARKED = ("happened", "ongoing")


def words(text: str | None) -> list[str]:
    """Content words of a text, lower case, without possessives."""
    plain = (text or "").lower().replace("'s", "").replace("’s", "")
    return [w for w in re.findall(r"\w+", plain) if w not in STOP]


def agree(a: str | None, b: str | None) -> bool:
    """Whether two texts share half the content words of the shorter, and at least one."""
    first, second = set(words(a)), set(words(b))
    common = len(first & second)
    return common > 0 and common >= 0.5 * min(len(first), len(second))


def texts(claim: Row, slot: str) -> list[str]:
    """The texts of a slot, however it is written."""
    return [x if isinstance(x, str) else (x.get("text") or "") for x in claim.get(slot) or []]


def agreeing(gold: Sequence[str], predicted: Sequence[str]) -> int:
    """Number of one-to-one agreeing texts."""
    left, hits = list(predicted), 0
    for text in gold:
        match = next((p for p in left if agree(text, p)), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits


def same_sentence(gold: Row, predicted: Row) -> bool:
    """Whether both claims stand in one sentence."""
    g, p = words(gold["sentence"]), words((predicted.get("evidence") or {}).get("text"))
    common = sum((Counter(g) & Counter(p)).values())
    return bool(g and p) and common >= 0.5 * min(len(g), len(p)) and common >= min(3, len(g))


def time_overlap(gold: Row | None, predicted: Row | None) -> float:
    """Days in both intervals over days in either; 1 when both are unknown, 0 when one is."""
    if not gold or not predicted or not predicted.get("start") or not predicted.get("end"):
        return float(not gold and not (predicted and predicted.get("start")))
    gs, ge, ps, pe = (
        date.fromisoformat(t[:10]).toordinal()
        for t in (gold["start"], gold["end"], predicted["start"], predicted["end"])
    )
    return max(0, min(ge, pe) - max(gs, ps) + 1) / (max(ge, pe) - min(gs, ps) + 1)


def number_key(number: Row) -> tuple[Any, ...]:
    """What has to be equal for two numbers to be equal."""
    return number.get("of"), number.get("low"), number.get("high"), number.get("unit")


def numbers(claim: Row) -> Counter[tuple[Any, ...]]:
    """A claim's numbers as a multiset."""
    return Counter(map(number_key, claim.get("numbers") or []))


def likeness(gold: Row, predicted: Row) -> float:
    """How well the slots of two claims agree; decides the pairing."""
    total = 2.0 * agree(gold["trigger"], (predicted.get("trigger") or {}).get("text"))
    for slot in SLOTS:
        g, p = texts(gold, slot), texts(predicted, slot)
        total += 1.0 if not g and not p else 2 * agreeing(g, p) / (len(g) + len(p))
    return (
        total
        + (gold["status"] == predicted.get("status"))
        + time_overlap(gold.get("time"), predicted.get("time"))
        + 0.01
    )


def pair(gold: Sequence[Row], predicted: Sequence[Row], fits: Callable[[Row, Row], bool]) -> list[tuple[int, int]]:
    """Greedy one-to-one pairs of fitting claims, likest first, ties in order."""
    scored = [
        (-likeness(g, p), i, j)
        for (i, g), (j, p) in itertools.product(enumerate(gold), enumerate(predicted))
        if fits(g, p)
    ]
    used_gold, used_predicted, out = set(), set(), []
    for _, i, j in sorted(scored):
        if i not in used_gold and j not in used_predicted:
            used_gold.add(i)
            used_predicted.add(j)
            out.append((i, j))
    return out


def prf(hits: int, predicted: int, gold: int) -> dict[str, float]:
    """Precision, recall and F1 with their counts."""
    p, r = hits / predicted if predicted else 0.0, hits / gold if gold else 0.0
    return {
        "p": round(p, 4),
        "r": round(r, 4),
        "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0,
        "gold": gold,
        "pred": predicted,
    }


def is_clean(gold: Row, predicted: Row) -> bool:
    """Whether nothing of the claim needs correcting."""
    slots = all(
        len(texts(gold, s)) == len(texts(predicted, s)) == agreeing(texts(gold, s), texts(predicted, s)) for s in SLOTS
    )
    same = gold["status"] == predicted.get("status") and (gold.get("topic") or None) == (predicted.get("topic") or None)
    return (
        slots
        and same
        and numbers(gold) == numbers(predicted)
        and time_overlap(gold.get("time"), predicted.get("time")) >= 0.5
    )


class Score:
    """Counts over documents; `add` one document at a time, then `report`, `types`, `confusion` and `misses`."""

    def __init__(self) -> None:
        self.counts: Counter[Any] = Counter()
        self.per_type: dict[str, Counter[str]] = defaultdict(Counter)
        self.confusion: Counter[tuple[str, str]] = Counter()
        self.misses: list[tuple[str, str, str, str]] = []

    def add(self, document: str, gold: Sequence[Row], predicted: Sequence[Row]) -> None:
        """Count one document's claims."""
        strict = pair(gold, predicted, lambda g, p: g["type"] == p.get("type") and same_sentence(g, p))
        family = pair(
            gold, predicted, lambda g, p: FAMILY.get(g["type"]) == FAMILY.get(p.get("type", "")) and same_sentence(g, p)
        )
        found = pair(gold, predicted, same_sentence)
        self.counts.update(
            {
                "documents": 1,
                "gold": len(gold),
                "pred": len(predicted),
                "strict": len(strict),
                "family": len(family),
                "any": len(found),
            }
        )
        for claim in gold:
            self.per_type[claim["type"]]["gold"] += 1
        for claim in predicted:
            self.per_type[claim.get("type", "")]["pred"] += 1
        for i, j in strict:
            self._slots(gold[i], predicted[j])
        self.confusion.update((gold[i]["type"], predicted[j].get("type", "")) for i, j in found)
        hit, seen = {i for i, _ in strict}, {i for i, _ in found}
        self.confusion.update((g["type"], MISSED) for i, g in enumerate(gold) if i not in seen)
        self.misses += [
            (document, g["type"], g["trigger"], g["sentence"][:120]) for i, g in enumerate(gold) if i not in hit
        ]

    def _slots(self, gold: Row, predicted: Row) -> None:
        c = self.counts
        self.per_type[gold["type"]]["hits"] += 1
        for slot in SLOTS:
            g, p = texts(gold, slot), texts(predicted, slot)
            c.update({(slot, "hits"): agreeing(g, p), (slot, "gold"): len(g), (slot, "pred"): len(p)})
        g_numbers, p_numbers = numbers(gold), numbers(predicted)
        c.update(
            {
                ("numbers", "hits"): (g_numbers & p_numbers).total(),
                ("numbers", "gold"): g_numbers.total(),
                ("numbers", "pred"): p_numbers.total(),
            }
        )
        right, marked = gold["status"] == predicted.get("status"), gold["status"] not in UNMARKED
        overlap = time_overlap(gold.get("time"), predicted.get("time"))
        c.update(
            {
                "status": right,
                "marked": marked,
                "marked_right": marked and right,
                "time_exact": overlap == 1,
                "time_half": overlap >= 0.5,
                "clean": is_clean(gold, predicted),
            }
        )

    def report(self) -> dict[str, Any]:
        """The accuracy table."""
        c, pairs = self.counts, self.counts["strict"] or 1
        claims = {
            f"claims_{name}": prf(c[key], c["pred"], c["gold"])
            for name, key in (("strict", "strict"), ("family", "family"), ("any_type", "any"))
        }
        slots = {s: prf(c[s, "hits"], c[s, "pred"], c[s, "gold"]) for s in (*SLOTS, "numbers")}
        return {
            **claims, **slots, "status_accuracy": round(c["status"] / pairs, 4),
            "status_recall_on_not_happened": round(c["marked_right"] / c["marked"], 4) if c["marked"] else None,
            "time_exact": round(c["time_exact"] / pairs, 4), "time_half": round(c["time_half"] / pairs, 4),
            "clean": round(c["clean"] / c["gold"], 4) if c["gold"] else None, "documents": c["documents"],
        }  # fmt: skip

    def types(self) -> dict[str, dict[str, float]]:
        """Precision, recall and F1 by type, the commonest first."""
        ordered = sorted(self.per_type.items(), key=lambda item: -item[1]["gold"])
        return {kind: prf(c["hits"], c["pred"], c["gold"]) for kind, c in ordered}


def read_gold(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Gold claims by document of a folder of NAME.txt and NAME.jsonl; raises `UsageError` naming file and line."""
    files = sorted(p for p in folder.glob("*.jsonl") if p.with_suffix(".txt").exists())
    if not files:
        raise UsageError(f"{folder}: no gold files; a gold folder holds NAME.txt with NAME.jsonl")
    return {file.stem: _lines(file) for file in files}


def _lines(file: Path) -> list[dict[str, Any]]:
    out = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            claim = json.loads(line)
            missing = {"type", "trigger", "sentence", "status"} - set(claim)
        except (json.JSONDecodeError, TypeError) as error:
            raise UsageError(f"{file}:{number}: not a JSON object ({error}); correct that line") from None
        if missing:
            raise UsageError(
                f"{file}:{number}: no {sorted(missing)[0]!r}; a gold claim has type, trigger, sentence and status"
            )
        out.append(claim)
    return out


def score(gold: Mapping[str, Sequence[Row]], predicted: Mapping[str, Sequence[Row]]) -> Score:
    """Score predicted claims (by document) against gold."""
    total = Score()
    for name, claims in gold.items():
        total.add(name, claims, predicted.get(name, []))
    return total


def by_document(claims: Iterable[Row]) -> dict[str, list[Row]]:
    """Claims in the published shape, grouped by the document they name."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for claim in claims:
        grouped[claim["document"]].append(claim)
    return grouped


def confusions(total: Score) -> str:
    """Which gold types were taken for which, and which were missed, the commonest first; a line each."""
    wrong = [(pair, count) for pair, count in total.confusion.most_common() if pair[0] != pair[1]]
    return "\n".join(
        f"{count:5}  {gold} {'missed' if got == MISSED else f'taken for {got}'}" for (gold, got), count in wrong
    )


def table(total: Score) -> str:
    """The accuracy table as text."""
    lines = [f"{name:32} {_cell(value)}" for name, value in total.report().items()]
    by_type = "  ".join(f"{kind} {v['f1']:.2f} ({v['gold']})" for kind, v in total.types().items())
    return "\n".join([*lines, "", f"by type  {by_type}"])


def _cell(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    shares = "  ".join(f"{label} {value[key]:.3f}" for label, key in (("P", "p"), ("R", "r"), ("F1", "f1")))
    return f"{shares}   (gold {value['gold']}, predicted {value['pred']})"
