"""Lets a large trained reader label texts nobody has annotated, as lessons for the small readers that ship (distillation).

    python training/train_reader.py GOLD_DIR --base MPNET_DIR --rate 5e-5 --epochs 5 --out LARGE
    python training/train_reader.py GOLD_DIR --out SMALL
    python training/teach.py TEXTS… --large LARGE --base MPNET_DIR --small SMALL --out LESSONS.pkl
    python training/train_reader.py GOLD_DIR --lessons LESSONS.pkl --out RUN
    python training/train_linear.py GOLD_DIR --lessons LESSONS.pkl

TEXTS are reports in any form `dateline code` reads; a document named "sentences_…" holds unrelated sentences. The types are those
the large reader, the small one and the linear model together find likely; roles and numbers those of both readers, status and
topic the small one's. MPNET_DIR is all-mpnet-base-v2 (Apache-2.0). See MODELS.md.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from spacy.tokens import Doc
from tokenizers import Tokenizer

from dateline import ingest
from dateline.annotate.parse import load_pipeline
from dateline.errors import InputError
from dateline.extract import events, linear
from dateline.extract import windows as W
from lessons import Lesson
from train_reader import Encoder, Example, Heads, Target, base_model, collate, tokenizer_of

LARGE, LINEAR = 0.6, 0.35  # weights of the large reader's opinion beside the small one's, and of the linear model's beside both
SURE = 0.6  # a word whose chance of being no trigger is higher gets no slots
BATCH = 12


class Teacher:
    """A trained reader as it was in training."""

    def __init__(self, run: Path, base: Path) -> None:
        labels = W.labels()
        self.encoder = Encoder(len(labels["features"]), len(labels["types"]), base)
        sizes = (len(labels[k]) for k in ("types", "statuses", "topics", "counted"))
        self.heads = Heads(self.encoder.hidden, W.pair_width(), *sizes)
        torch.nn.ModuleList([self.encoder, self.heads]).load_state_dict(torch.load(run / "reader.pt"))
        self.encoder.eval(), self.heads.eval()
        self.tokenizer: Tokenizer = tokenizer_of(base)

    @torch.no_grad()
    def read(self, doc: Doc, features: np.ndarray) -> Iterator[tuple[W.Window, np.ndarray, torch.Tensor]]:
        """Each sentence with its words' log-probabilities over types and their vectors."""
        size = len(W.labels()["types"])
        examples = [
            Example(w, features[w.start : w.end], np.zeros((w.end - w.start, size), np.float32), w.first >= 0, [])
            for w in W.windows(doc, self.tokenizer)
        ]
        for at in range(0, len(examples), BATCH):
            batch = examples[at : at + BATCH]
            pieces, mask, rows, first, _, _ = collate(batch)
            with torch.autocast("cpu", torch.bfloat16):
                words, logits = self.encoder(pieces, mask, rows, first)
            for example, own, scores in zip(batch, words.float(), logits.float().log_softmax(-1).numpy()):
                n = len(example.window.first)
                yield example.window, scores[:n], own[:n]

    @torch.no_grad()
    def slots(self, words: torch.Tensor, head: int, kind: int, pair: np.ndarray) -> list[np.ndarray]:
        """Distributions over roles (W, 5, 3), counted things (W, C), status and topic of one trigger."""
        roles, *rest = self.heads(words[head][None], torch.tensor([kind]), words[None], torch.from_numpy(pair)[None])
        return [x[0].softmax(-1).numpy() for x in (roles.reshape(1, len(words), -1, 3), *rest)]


def lesson(doc: Doc, unrelated: bool, large: Teacher, small: Teacher) -> Lesson:
    """What the teachers say of one parsed text."""
    flags = events.flags(doc)
    features, tree, second = W.word_features(doc, flags, unrelated=unrelated), W.tree(doc), linear.score(doc, flags)
    sentences = []
    for (window, big, big_words), (_, little, little_words) in zip(large.read(doc, features), small.read(doc, features)):
        scores = LARGE * big + (1 - LARGE) * little
        for i in range(len(scores)):
            scores[i] += LINEAR * second.get(window.start + i, 0)
        types = np.exp(scores - scores.max(-1, keepdims=True))
        types /= types.sum(-1, keepdims=True)
        claims = []
        for i in np.flatnonzero((window.first >= 0) & (types[:, 0] <= SURE)):
            kind = 1 + int(types[i, 1:].argmax())
            pair = W.pair_features(tree, window.start + i, window.start, window.end)
            one, other = large.slots(big_words, i, kind, pair), small.slots(little_words, i, kind, pair)
            roles, counted = (LARGE * a + (1 - LARGE) * b for a, b in zip(one[:2], other[:2]))
            claims.append(Target(int(i), kind, roles.astype(np.float16), counted.astype(np.float16), other[2], other[3], np.empty(0)))
        sentences.append((window.start, window.end, types.astype(np.float16), claims))
    return Lesson(doc.text, unrelated, sentences)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--large", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="base model of the large reader")
    parser.add_argument("--small", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    large, small = Teacher(arguments.large, arguments.base), Teacher(arguments.small, base_model())
    nlp = load_pipeline()
    documents = [d for d in ingest.read(arguments.texts) if not isinstance(d, InputError)]
    made = [lesson(nlp(d.text), d.name.startswith("sentences_"), large, small) for d in documents]
    with arguments.out.open("wb") as file:
        pickle.dump(made, file)
