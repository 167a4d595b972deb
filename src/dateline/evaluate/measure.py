"""What a benchmark's table is made of: counts of right, given and wanted answers, and the shares that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of a table: of `gold` things wanted and `predicted` given, `hits` agree."""

    name: str
    hits: float
    predicted: float
    gold: float

    @property
    def precision(self) -> float:
        """Share of what was given that is right, 0 when nothing was."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of what was wanted that was found, 0 when nothing was."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def row(self) -> dict[str, Any]:
        """The line as plain JSON values."""
        shares = {"p": self.precision, "r": self.recall, "f1": self.f1}
        return {k: round(v, 4) for k, v in shares.items()} | {"gold": self.gold, "predicted": self.predicted}


def share(name: str, hits: float, of: float) -> Measure:
    """A plain share: everything wanted got an answer."""
    return Measure(name, hits, of, of)


def table(measures: Iterable[Measure]) -> str:
    """The lines as text: a share where all got an answer, precision, recall and F1 else."""
    return "\n".join(f"{m.name:44} {_cells(m)}" for m in measures)


def _cells(m: Measure) -> str:
    if m.predicted == m.gold:
        return f"{m.recall:.3f}   ({m.hits:g} of {m.gold:g})"
    return f"P {m.precision:.3f}  R {m.recall:.3f}  F1 {m.f1:.3f}   (gold {m.gold:g}, predicted {m.predicted:g})"


def overlapping(gold: Sequence[tuple[int, int]], predicted: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """One-to-one pairs (index in gold, index in predicted) of spans that share a character, the longest overlap first."""
    shared = [
        (min(ge, pe) - max(gs, ps), i, j)
        for i, (gs, ge) in enumerate(gold)
        for j, (ps, pe) in enumerate(predicted)
        if min(ge, pe) > max(gs, ps)
    ]
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(shared, key=lambda s: (-s[0], s[1], s[2])):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs
