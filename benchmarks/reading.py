"""Reports a second of both readers against the bare spaCy pipeline on the same reports, in one run, with peak memory.

    python benchmarks/reading.py [FOLDER] [--times N]

Without FOLDER the bundled sample reports are read N times over (default 12). Ratios hold from machine to machine; rates
do not.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from dateline import ingest
from dateline.annotate.parse import load_pipeline, parse
from dateline.config import Config
from dateline.model.said import Document
from dateline.pipeline import Reader


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(str(files("dateline.data"))) / "samples")
    parser.add_argument("--times", type=int, default=12)
    arguments = parser.parse_args()
    documents = [d for d in ingest.read([arguments.folder]) if isinstance(d, Document)] * arguments.times
    bare = measure(lambda texts: [len(doc) for doc in parse(texts, load_pipeline())], [d.text for d in documents])
    print(f"{'':12}{'reports/s':>12}{'of bare':>10}")
    print(f"{'bare spaCy':12}{len(documents) / bare:12.1f}{1:10.2f}")
    for name in ("fast", "accurate"):
        reader = Reader(Config(reader=name))
        seconds = measure(lambda items, read=reader.read: [len(claims) for _, claims in read(items)], documents)
        print(f"{name:12}{len(documents) / seconds:12.1f}{bare / seconds:10.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, {len(documents)} reports")


def measure(job: Callable[[Sequence[Any]], object], items: Sequence[Any]) -> float:
    """Seconds `job` takes on `items`, once it has loaded what it needs on the first two of them."""
    job(items[:2])
    started = time.perf_counter()
    job(items)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
