"""Lessons: texts that a trained reader has labelled (`teach.py`), for others to learn beside gold."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from spacy.tokens import Doc
from tokenizers import Tokenizer

from dateline.annotate.parse import load_pipeline
from dateline.extract import events
from dateline.extract import windows as W
from train_reader import Example, Target


@dataclass(slots=True)
class Lesson:
    """A text with what the teachers say of its sentences: token bounds, types (W, T) and claims, as `Target`s without pair features."""

    text: str
    unrelated: bool
    sentences: list[tuple[int, int, np.ndarray, list[Target]]]


def read_lessons(path: Path) -> Iterator[tuple[Doc, Lesson]]:
    """The lessons of a file with their texts parsed."""
    nlp = load_pipeline()
    with path.open("rb") as file:
        lessons = pickle.load(file)
    for one in lessons:
        yield nlp(one.text), one


def lesson_examples(path: Path, tokenizer: Tokenizer) -> list[Example]:
    """The sentences of a file of lessons, to learn beside gold."""
    out = []
    for doc, one in read_lessons(path):
        features, tree = W.word_features(doc, events.flags(doc), unrelated=one.unrelated), W.tree(doc)
        for window, (start, end, types, claims) in zip(W.windows(doc, tokenizer), one.sentences):
            for claim in claims:
                claim.pair = W.pair_features(tree, start + claim.head, start, end)
            out.append(Example(window, features[start:end], types.astype(np.float32), window.first >= 0, claims))
    return out
