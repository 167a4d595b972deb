"""Trains the fast reader's trigger model on gold claims: `python training/train_linear.py GOLD_DIR`.

Needs the training extra. Some three minutes on one core. See MODELS.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from dateline.extract import events, linear
from gold import align, corpus
from lessons import read_lessons

LEAST = 2  # times a feature must be seen to be kept
TAUGHT = 0.7  # weight of a word that teachers judged beside one of gold


def rows(parsed):
    """(feature names, label, weight) of every candidate token of (doc, gold claims) pairs."""
    kinds = {t: i for i, t in enumerate(linear.types())}
    for doc, gold in parsed:
        flags = events.flags(doc)
        labels = {}
        covered = set()
        for claim in align(doc, gold):
            covered.update(range(*claim.extent))
            labels[claim.head] = kinds[claim.claim["type"]]
        for token in doc:
            if linear.is_candidate(token, flags[token.i]) and (token.i not in covered or token.i in labels):
                yield list(linear.features(token, flags[token.i])), labels.get(token.i, 0), 1.0


def taught(lessons: Path):
    """The same of what teachers say (`training/teach.py`), counted by how sure they are."""
    for doc, lesson in read_lessons(lessons):
        flags = events.flags(doc)
        for start, end, types, _ in lesson.sentences:
            for token, chances in zip(doc[start:end], types.astype(np.float32)):
                if linear.is_candidate(token, flags[token.i]):
                    label = int(chances.argmax())
                    yield list(linear.features(token, flags[token.i])), label, TAUGHT * float(chances[label])


def train(data, out: Path) -> None:
    """Fit the model to (feature names, label, weight) and write its file."""
    counts = Counter(name for names, _, _ in data for name in names)
    kept = sorted(name for name, count in counts.items() if count >= LEAST)
    index = {name: i for i, name in enumerate(kept)}
    cells = [(r, index[name]) for r, (names, _, _) in enumerate(data) for name in names if name in index]
    matrix = csr_matrix((np.ones(len(cells), np.float32), tuple(zip(*cells))), shape=(len(data), len(kept)))
    labels = np.array([label for _, label, _ in data])
    model = LogisticRegression(C=0.6, max_iter=60, tol=1e-3).fit(matrix, labels, sample_weight=np.array([weight for *_, weight in data]))
    weights = np.full((len(kept), len(linear.types())), 0, np.float16)
    weights[:, model.classes_] = model.coef_.T.astype(np.float16)
    bias = np.full(len(linear.types()), -30, np.float32)
    bias[model.classes_] = model.intercept_
    weights[index["bias"]] = (weights[index["bias"]] + bias).astype(np.float16)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, names=np.frombuffer("\x1f".join(kept).encode("utf-8"), dtype=np.uint8), weights=weights)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, default=Path("src/dateline/data/models/linear.npz"))
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="further gold folders (training/standoff.py)")
    parser.add_argument("--lessons", type=Path, help="what teachers say of further texts (training/teach.py)")
    parser.add_argument("--limit", type=int, default=0, help="read only so many documents, to try the script out")
    arguments = parser.parse_args()
    data = list(rows((doc, gold) for _, doc, gold in corpus(arguments.gold, more=arguments.more, limit=arguments.limit)))
    train(data + (list(taught(arguments.lessons)) if arguments.lessons else []), arguments.out)
