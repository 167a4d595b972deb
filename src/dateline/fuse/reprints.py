"""Reports that repeat one another: MinHash over word shingles finds likely pairs, the shingles themselves decide.

Method: Broder, "On the resemblance and containment of documents" (1997); banding as in locality-sensitive hashing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from rensa import RMinHash

from .. import lexicon
from ..model.said import Document

SEED = 7
LEAST = 25  # words of a text that can be told to repeat another


class Reprints:
    """Documents as they come in; `first` gives each document's id the report it repeats: itself when it is the first of its kind.

    The first is the earliest published, then the one with the smallest id; the order in which documents come does not matter.
    """

    def __init__(self) -> None:
        self.first: dict[str, str] = {}
        self._texts: dict[str, frozenset[str]] = {}
        self._days: dict[str, str] = {}
        self._bands: dict[tuple[int, tuple[int, ...]], list[str]] = defaultdict(list)
        self._group: dict[str, list[str]] = {}

    def add(self, documents: Iterable[Document]) -> set[str]:
        """Take documents in; returns the ids of those, new or old, whose first has changed."""
        before = dict(self.first)
        for document in documents:
            if document.id not in self.first:
                self._place(document)
        return {i for i, first in self.first.items() if before.get(i) != first}

    def _place(self, document: Document) -> None:
        policy = lexicon.read("fuse.yaml")["reprints"]
        own = self._texts[document.id] = _shingles(document.text, policy["shingle"])
        self._days[document.id] = str(document.published or "9999")
        keys = _bands(own, policy)
        near = {
            other
            for key in keys
            for other in self._bands[key]
            if _likeness(own, self._texts[other]) >= policy["likeness"]
        }
        group = sorted({document.id, *(i for other in near for i in self._group[other])})
        first = min(group, key=lambda i: (self._days[i], i))
        for i in group:
            self._group[i], self.first[i] = group, first
        for key in keys:
            self._bands[key].append(document.id)


def _shingles(text: str, size: int) -> frozenset[str]:
    """The runs of `size` words of a text; a text of few words has none, for it says too little to be a copy."""
    words = re.findall(r"\w+", text.lower())
    if len(words) < LEAST:
        return frozenset()
    return frozenset(" ".join(words[i : i + size]) for i in range(len(words) - size + 1))


def _bands(shingles: frozenset[str], policy: dict[str, int]) -> list[tuple[int, tuple[int, ...]]]:
    if not shingles:
        return []
    sketch = RMinHash(policy["permutations"], SEED)
    sketch.update(sorted(shingles))
    digest, width = sketch.digest(), policy["permutations"] // policy["bands"]
    return [(i, tuple(digest[i * width : (i + 1) * width])) for i in range(policy["bands"])]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the shorter text's shingles that the other holds, so that a cut reprint is one too."""
    return len(one & other) / max(1, min(len(one), len(other)))
