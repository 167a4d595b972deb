"""Turns a parsed page into the arrays the trained reader sees: sentences as windows of word pieces, and word features.

A window is one sentence. Arrays are per word (spaCy token), except the word pieces; shapes use B windows, L word pieces, W words,
F features.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from spacy.tokens import Doc, Token
from tokenizers import Tokenizer

from .. import lexicon

LIMIT = 320  # word pieces of a sentence that are read
DISTANCES = (0, 1, 2, 3, 5, 9, 17, 33)
PATHS = 7  # dependency path lengths told apart: 0, 1, … 5, 6 or more
ANCESTRY = 24  # a chain of heads longer than this is cut


@dataclass(frozen=True, slots=True)
class Window:
    """Words `start`..`end` of a document with their word pieces; `first` is each word's first piece, -1 when it has none."""

    doc: Doc
    start: int
    end: int
    pieces: np.ndarray  # (L,) int64
    words: np.ndarray  # (L,) int64: the word of each piece, -1 for the special ones
    first: np.ndarray  # (W,) int64


@cache
def labels() -> dict[str, tuple[str, ...]]:
    """The closed lists of labels the model was trained with (`data/reader.yaml`)."""
    return {key: tuple(value) for key, value in lexicon.read("reader.yaml").items()}


def sentence_bounds(doc: Doc) -> list[tuple[int, int]]:
    """Token bounds of the sentences of `doc` that hold a word."""
    return [(s.start, s.end) for s in doc.sents if any(not t.is_space for t in s)]


def windows(doc: Doc, tokenizer: Tokenizer) -> list[Window]:
    """One window a sentence of `doc`, cut at LIMIT word pieces."""
    return [_window(doc, start, end, tokenizer) for start, end in sentence_bounds(doc)]


def _window(doc: Doc, start: int, end: int, tokenizer: Tokenizer) -> Window:
    words = [t.text if not t.is_space else "" for t in doc[start:end]]
    encoded = tokenizer.encode(words, is_pretokenized=True)
    kept = [*range(min(len(encoded) - 1, LIMIT + 1)), -1]  # the opening and closing pieces stay
    pieces = np.array(encoded.ids, dtype=np.int64)[kept]
    owners = np.array([-1 if w is None else w for w in encoded.word_ids], dtype=np.int64)[kept]
    first = np.full(end - start, -1, dtype=np.int64)
    for position in range(len(owners) - 1, -1, -1):
        if owners[position] >= 0:
            first[owners[position]] = position
    return Window(doc, start, end, pieces, owners, first)


def word_features(doc: Doc, flags: Sequence[Iterable[str]] | None = None, *, unrelated: bool = False) -> np.ndarray:
    """One row of 0/1 features a token, shape (tokens, F): part of speech, dependency, entity type, lexicon `flags`, place in the report.

    `unrelated` says that the sentences of `doc` do not belong to one report.
    """
    columns = {name: i for i, name in enumerate(labels()["features"])}
    rows = np.zeros((len(doc), len(columns)), dtype=np.float32)
    context = [set() for _ in doc] if unrelated else _context(doc)
    for token in doc:
        wanted = [f"pos={token.pos_}", f"dep={token.dep_}", f"ent={token.ent_type_}", *context[token.i]]
        wanted += [f"flag={flag}" for flag in flags[token.i]] if flags else []
        for name in wanted:
            if name in columns:
                rows[token.i, columns[name]] = 1.0
    return rows


def _context(doc: Doc) -> list[set[str]]:
    """Where each token stands in its report: in the opening sentences, and whether its word was used before."""
    seen: set[str] = set()
    out: list[set[str]] = []
    for number, sentence in enumerate(doc.sents):
        for token in sentence:
            out.append(
                {"in=report"}
                | ({"in=lead"} if number < 2 else set())
                | ({"in=seen"} if token.lemma_ in seen else set())
            )
        seen |= {t.lemma_ for t in sentence if t.pos_ in ("NOUN", "VERB", "PROPN")}
    return out


@dataclass(frozen=True, slots=True)
class Tree:
    """Dependency structure of a document for pair features: heads, depths, labels and sentence numbers by token."""

    ancestors: list[list[int]]
    dep: np.ndarray
    sentence: np.ndarray


def tree(doc: Doc) -> Tree:
    """Read `doc`'s dependency structure once."""
    deps = {name: i for i, name in enumerate(labels()["deps"])}
    sentence = np.zeros(len(doc), dtype=np.int64)
    for number, s in enumerate(doc.sents):
        sentence[s.start : s.end] = number
    return Tree([_ancestry(t) for t in doc], np.array([deps.get(t.dep_, 0) for t in doc]), sentence)


def _ancestry(token: Token) -> list[int]:
    chain = [token.i]
    while token.head is not token and len(chain) < ANCESTRY:
        token = token.head
        chain.append(token.i)
    return chain


def pair_width() -> int:
    """Number of pair features, P."""
    return 2 * len(DISTANCES) + 4 + PATHS + 2 + len(labels()["deps"])


def pair_features(tree_: Tree, trigger: int, start: int, end: int) -> np.ndarray:
    """Features of `trigger` with each word in `start`..`end`, shape (W, P): distance, sentence offset, dependency path."""
    width, words = pair_width(), np.arange(start, end)
    rows = np.zeros((end - start, width), dtype=np.float32)
    row = np.arange(end - start)
    distance = words - trigger
    bucket = np.searchsorted(DISTANCES, np.abs(distance), side="right") - 1
    rows[row, bucket + len(DISTANCES) * (distance < 0)] = 1.0
    at = 2 * len(DISTANCES)
    offset = np.clip(tree_.sentence[start:end] - tree_.sentence[trigger], -2, 1) + 2
    rows[row, at + offset] = 1.0
    at += 4
    own = {node: depth for depth, node in enumerate(tree_.ancestors[trigger])}
    for i in range(end - start):
        if offset[i] != 2:
            rows[i, at + PATHS - 1] = 1.0
            continue
        chain = tree_.ancestors[start + i]
        up = next((k for k, node in enumerate(chain) if node in own), None)
        length = PATHS - 1 if up is None else min(PATHS - 1, up + own[chain[up]])
        rows[i, at + length] = 1.0
        if up is not None and chain[up] == trigger:
            rows[i, at + PATHS] = 1.0
            if up >= 1:
                rows[i, at + PATHS + 2 + tree_.dep[chain[up - 1]]] = 1.0
        elif up == 0:
            rows[i, at + PATHS + 1] = 1.0
    return rows
