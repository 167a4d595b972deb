"""The trained reader: a small encoder (ONNX, int8) that scores every word as a trigger, and heads that fill a trigger's slots.

Weights, training and licence: MODELS.md. Shapes: N tokens of a document, T types, W words of a window, 384 hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from spacy.tokens import Doc
from tokenizers import Tokenizer

from ..errors import MissingComponent
from . import windows

BATCH_PIECES = 2048


@dataclass(frozen=True, slots=True)
class Slots:
    """What the heads say of one trigger: token spans with probability by role, and distributions over the closed labels."""

    roles: dict[str, list[tuple[int, int, float]]]
    status: dict[str, float]
    topic: dict[str, float]
    counted: dict[int, dict[str, float]]  # token -> probability by what is counted


@dataclass(slots=True)
class Reading:
    """The encoder's view of one document: type log-probabilities (N, T) and word vectors (N, 384) by window."""

    doc: Doc
    types: np.ndarray
    vectors: np.ndarray
    bounds: list[tuple[int, int]]
    tree: windows.Tree
    heads: Heads

    def slots(self, trigger: int, kind: str) -> Slots:
        """Fill the slots of the trigger at token `trigger`, read as a claim of type `kind`."""
        start, end = next(b for b in self.bounds if b[0] <= trigger < b[1])
        pair = windows.pair_features(self.tree, trigger, start, end)
        return self.heads.fill(self.vectors[start:end], trigger - start, kind, pair, start)


class Heads:
    """Small dense heads, in plain numpy; `weights` are the arrays of the training script's `Heads` by name."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights

    def _dense(self, name: str, x: np.ndarray) -> np.ndarray:
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def fill(self, words: np.ndarray, trigger: int, kind: str, pair: np.ndarray, offset: int) -> Slots:
        """Score roles, counted things, status and topic; spans are token indices shifted by `offset`."""
        names = windows.labels()
        own = words[trigger] + self.weights["kind.weight"][names["types"].index(kind)]
        mixed = np.tanh(self._dense("trigger", own) + self._dense("word", words) + self._dense("pair", pair))
        mixed = np.maximum(self._dense("mix", mixed), 0) + mixed
        roles = _softmax(self._dense("roles", mixed).reshape(len(words), len(names["roles"]), 3))
        counted = _softmax(self._dense("counted", mixed))
        claim = np.tanh(self._dense("claim", own))
        return Slots(
            {role: _spans(roles[:, i], offset) for i, role in enumerate(names["roles"])},
            dict(zip(names["statuses"], _softmax(self._dense("status", claim)).tolist(), strict=True)),
            dict(zip(names["topics"], _softmax(self._dense("topic", claim)).tolist(), strict=True)),
            {
                offset + int(i): dict(zip(names["counted"], counted[i].tolist(), strict=True))
                for i in np.flatnonzero(counted[:, 0] < 0.9)
            },
        )


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _spans(scores: np.ndarray, offset: int, least: float = 0.3) -> list[tuple[int, int, float]]:
    """Runs of words whose chance of being outside the role is under 1 - `least`; a likely beginning starts a new run."""
    inside = 1 - scores[:, 0]
    spans, i = [], 0
    while i < len(inside):
        if inside[i] <= least:
            i += 1
            continue
        j = i + 1
        while j < len(inside) and inside[j] > least and scores[j, 1] < scores[j, 2]:
            j += 1
        spans.append((offset + i, offset + j, float(inside[i:j].max())))
        i = j
    return spans


class Encoder:
    """Runs the ONNX encoder over documents; one instance a process, safe to share between threads."""

    def __init__(self, folder: Path | None = None, threads: int = 2) -> None:
        import onnxruntime

        where = folder or Path(str(files("dateline.data"))) / "models"
        if not (where / "reader.onnx").exists():
            raise MissingComponent(
                f"{where / 'reader.onnx'} is missing; reinstall dateline, or read with --reader fast, which needs no such file"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = threads, 3
        self.session = onnxruntime.InferenceSession(
            str(where / "reader.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = Tokenizer.from_file(str(where / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        with np.load(where / "heads.npz") as stored:
            self.heads = Heads({name: stored[name].astype(np.float32) for name in stored.files})

    def read(self, docs: Sequence[Doc], flags: Sequence[Sequence[set[str]]]) -> list[Reading]:
        """Encode parsed documents with their per-token lexicon flags; windows of all are batched by length."""
        kinds = len(windows.labels()["types"])
        readings, jobs = [], []
        for doc, own in zip(docs, flags, strict=True):
            cut = windows.windows(doc, self.tokenizer)
            types = np.full((len(doc), kinds), -np.inf, np.float32)
            vectors = np.zeros((len(doc), 384), np.float32)
            reading = Reading(doc, types, vectors, [(w.start, w.end) for w in cut], windows.tree(doc), self.heads)
            features = windows.word_features(doc, own)
            jobs += [(w, features, reading) for w in cut]
            readings.append(reading)
        for batch in _batches(jobs):
            self._run(batch)
        return readings

    def _run(self, batch: Sequence[tuple[windows.Window, np.ndarray, Reading]]) -> None:
        length = max(len(w.pieces) for w, _, _ in batch)
        width = max(len(w.first) for w, _, _ in batch)
        pieces = np.zeros((len(batch), length), np.int64)
        mask = np.zeros_like(pieces)
        features = np.zeros((len(batch), length, batch[0][1].shape[1]), np.float32)
        first = np.zeros((len(batch), width), np.int64)
        for b, (window, rows, _) in enumerate(batch):
            n, own = len(window.pieces), rows[window.start : window.end]
            pieces[b, :n], mask[b, :n] = window.pieces, 1
            features[b, :n] = np.where(window.words[:, None] >= 0, own[np.maximum(window.words, 0)], 0)
            first[b, : len(window.first)] = np.maximum(window.first, 0)
        vectors, logits = self.session.run(None, {"pieces": pieces, "mask": mask, "features": features, "first": first})
        for (window, _, reading), own_vectors, own_logits in zip(batch, vectors, logits, strict=True):
            at, n = slice(window.start, window.end), len(window.first)
            reading.vectors[at] = own_vectors[:n]
            scored = np.log(_softmax(own_logits[:n]) + 1e-12)
            scored[window.first < 0] = -np.inf
            reading.types[at] = scored


def _batches(
    jobs: list[tuple[windows.Window, np.ndarray, Reading]],
) -> Iterator[list[tuple[windows.Window, np.ndarray, Reading]]]:
    current: list[tuple[windows.Window, np.ndarray, Reading]] = []
    for job in sorted(jobs, key=lambda j: -len(j[0].pieces)):
        if current and len(current[0][0].pieces) * (len(current) + 1) > BATCH_PIECES:
            yield current
            current = []
        current.append(job)
    if current:
        yield current


@cache
def shared(threads: int = 2) -> Encoder:
    """The packaged encoder, loaded once a process."""
    return Encoder(threads=threads)
