"""Reprints: reports that carry one text, found by MinHash over runs of words, and counted as one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rensa import RMinHash

from .. import lexicon
from ..model.said import Document

PERMUTATIONS = 128
BANDS = 64  # of two each: texts with a third of their runs in common meet in a band 99 times in 100
SEED = 1


def signature(words: Iterable[str], permutations: int = PERMUTATIONS) -> tuple[int, ...]:
    """MinHash of a set of words: two sets agree at a position as often as they have members in common."""
    sketch = RMinHash(num_perm=permutations, seed=SEED)
    sketch.update(sorted(words))
    return tuple(sketch.digest())


@lru_cache(maxsize=20_000)
def _sketch(text: str) -> tuple[int, ...]:
    return signature(runs(text))


@lru_cache(maxsize=2_000)
def runs(text: str) -> frozenset[str]:
    """The runs of words of a text, lower-cased and without punctuation; the whole text when it is shorter than one."""
    size = lexicon.read("fuse.yaml")["reprint"]["words"]
    words = re.findall(r"\w+", text.lower())
    return frozenset(" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))


def carried(one: str, other: str) -> float:
    """The share of the shorter text's runs of words that the longer carries: outlets cut and add."""
    left, right = runs(one), runs(other)
    return len(left & right) / min(len(left), len(right))


def originals(documents: Sequence[Document]) -> dict[str, str]:
    """For each document's id that of the report it reprints: the first published of those with one text, else itself."""
    ordered = sorted(documents, key=lambda d: (str(d.published or "9"), d.id))
    enough = lexicon.read("fuse.yaml")["reprint"]["carried"]
    bands: dict[tuple[int, tuple[int, ...]], list[Document]] = defaultdict(list)
    found: dict[str, str] = {}
    for document in ordered:
        keys = _bands(document.text) if _is_long(document.text) else []
        met = {d.id: d for key in keys for d in bands[key]}
        source = next((found[i] for i in found if i in met and carried(met[i].text, document.text) >= enough), None)
        found[document.id] = source or document.id
        for key in keys:
            bands[key].append(document)
    return found


def _is_long(text: str) -> bool:
    """Whether a text is long enough to be known by its words."""
    return text.count(" ") + 1 >= lexicon.read("fuse.yaml")["reprint"]["shortest"]


def _bands(text: str) -> list[tuple[int, tuple[int, ...]]]:
    sketch = _sketch(text)
    rows = len(sketch) // BANDS
    return [(i, sketch[i * rows : (i + 1) * rows]) for i in range(BANDS)]
