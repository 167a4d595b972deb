"""The fast reader's triggers: multinomial logistic regression over words, dependencies and the event lexicon.

Trained by `training/train_linear.py`; the weights are `data/models/linear.npz`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from spacy.tokens import Doc, Token

from ..errors import MissingComponent
from . import windows

CANDIDATES = frozenset({"VERB", "NOUN", "ADJ", "PROPN", "AUX"})
NEAR = frozenset(["prep", "dobj", "prt", "amod", "compound", "nsubj", "nsubjpass", "agent", "neg", "aux", "poss", "det"])


def is_candidate(token: Token, flags: set[str]) -> bool:
    """Whether a word can be a trigger: a verb or noun, or another open word that the lexicon knows."""
    return token.pos_ in CANDIDATES and bool(flags or token.pos_ in ("VERB", "NOUN"))


def features(token: Token, flags: set[str]) -> Iterator[str]:
    """Names of the features of a candidate trigger that are on."""
    lemma = token.lemma_.lower()
    yield from (
        "bias",
        f"l={lemma}",
        f"p={token.pos_}",
        f"t={token.tag_}",
        f"d={token.dep_}",
        f"ld={lemma}|{token.dep_}",
    )
    yield from (f"f={flag}" for flag in flags)
    yield f"h={token.head.lemma_.lower()}|{token.dep_}"
    for child in token.children:
        if child.dep_ in NEAR:
            yield f"c={child.dep_}|{child.lemma_.lower()}"
            yield f"cl={lemma}|{child.dep_}|{child.lemma_.lower()}"
    yield from _classes(token, lemma)
    for step in (-1, 1, 2):
        if 0 <= token.i + step < len(token.doc):
            yield f"w{step}={token.doc[token.i + step].lower_}"


def _classes(token: Token, lemma: str) -> Iterator[str]:
    """Word classes of the token, its head and its near children, so that a word not seen in training is read like its kin."""
    classes = _words()
    own = classes.get(lemma)
    if own is not None:
        yield f"k={own}"
        yield f"kd={own}|{token.dep_}"
    head = classes.get(token.head.lemma_.lower())
    if head is not None:
        yield f"kh={head}|{token.dep_}"
    for child in token.children:
        if child.dep_ in NEAR and (below := classes.get(child.lemma_.lower())) is not None:
            yield f"kc={child.dep_}|{below}"
            yield f"kk={own}|{child.dep_}|{below}"


@cache
def _words() -> dict[str, int]:
    """Class numbers of common words, by word (`training/cluster_words.py`)."""
    with np.load(_file("words.npz"), allow_pickle=False) as stored:
        words = stored["words"].tobytes().decode("utf-8").split("\x1f")
        return dict(zip(words, stored["classes"].tolist(), strict=True))


def _file(name: str) -> Path:
    """A shipped model file; raises `MissingComponent` when it is not there."""
    where = Path(str(files("dateline.data"))) / "models" / name
    if not where.exists():
        raise MissingComponent(f"{where} is missing; reinstall dateline")
    return where


@cache
def _model() -> tuple[dict[str, int], np.ndarray]:
    """Feature rows by name and the weights (features, types)."""
    with np.load(_file("linear.npz"), allow_pickle=False) as stored:
        names = stored["names"].tobytes().decode("utf-8").split("\x1f")
        return {name: i for i, name in enumerate(names)}, stored["weights"].astype(np.float32)


def score(doc: Doc, flags: list[set[str]]) -> dict[int, np.ndarray]:
    """Log-probabilities over the reader's types for each candidate token of `doc`."""
    rows, weights = _model()
    out = {}
    for token in doc:
        if is_candidate(token, flags[token.i]):
            on = [rows[name] for name in features(token, flags[token.i]) if name in rows]
            logits = weights[on].sum(0)
            top = logits.max()
            out[token.i] = logits - top - np.log(np.exp(logits - top).sum())
    return out


def types() -> tuple[str, ...]:
    """The types in the order of the scores, "none" first."""
    return windows.labels()["types"]
