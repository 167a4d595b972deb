"""Groups common English words by their vectors (en_core_web_md, MIT) into classes for the fast reader: `data/models/words.npz`.

    python training/cluster_words.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.cluster import MiniBatchKMeans
from wordfreq import top_n_list

CLASSES, WORDS = 600, 40_000


def main(out: Path = Path("src/dateline/data/models/words.npz")) -> None:
    """Cluster the vectors of common words and write word and class lists."""
    from dateline.annotate.parse import load_pipeline

    vocab = load_pipeline().vocab
    words = [w for w in top_n_list("en", WORDS) if w.isalpha() and vocab.has_vector(w)]
    vectors = np.stack([vocab.get_vector(w) for w in words])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    classes = MiniBatchKMeans(CLASSES, random_state=0, n_init=1, batch_size=2048, max_iter=30).fit_predict(vectors)
    np.savez_compressed(out, words=np.frombuffer("\x1f".join(words).encode("utf-8"), dtype=np.uint8), classes=classes.astype(np.uint16))


if __name__ == "__main__":
    main()
