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

LEAST = 2  # times a feature must be seen to be kept


def rows(parsed):
    """(feature names, label) of every candidate token of (doc, gold claims) pairs."""
    kinds = {t: i for i, t in enumerate(linear.types())}
    for doc, gold in parsed:
        flags = events.flags(doc)
        labels = {}
        covered = set()
        for claim in align(doc, gold):
            covered.update(range(*claim.extent))
            labels[claim.head] = kinds[claim.claim["type"]]
        for token in doc:
            if token.pos_ in linear.CANDIDATES and (flags[token.i] or token.pos_ in ("VERB", "NOUN")):
                if token.i in covered and token.i not in labels:
                    continue
                yield list(linear.features(token, flags[token.i])), labels.get(token.i, 0)


def train(parsed, out: Path) -> None:
    """Fit the model and write its file."""
    data = list(rows(parsed))
    counts = Counter(name for names, _ in data for name in names)
    kept = sorted(name for name, count in counts.items() if count >= LEAST)
    index = {name: i for i, name in enumerate(kept)}
    cells = [(r, index[name]) for r, (names, _) in enumerate(data) for name in names if name in index]
    matrix = csr_matrix((np.ones(len(cells), np.float32), tuple(zip(*cells))), shape=(len(data), len(kept)))
    labels = np.array([label for _, label in data])
    model = LogisticRegression(C=0.6, max_iter=60, tol=1e-3).fit(matrix, labels)
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
    parser.add_argument("--limit", type=int, default=0, help="read only so many documents, to try the script out")
    arguments = parser.parse_args()
    train(((doc, gold) for _, doc, gold in corpus(arguments.gold, limit=arguments.limit)), arguments.out)
