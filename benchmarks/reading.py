"""Reports a second of both readers against the bare spaCy pipeline on the same reports, in one run, with peak memory.

    python benchmarks/reading.py [FOLDER] [--times N]

Without FOLDER the bundled sample reports are read N times over (default 12). Ratios hold from machine to machine; rates do not.
"""

from __future__ import annotations

import argparse
import resource
import time
from importlib.resources import files
from pathlib import Path

from dateline import ingest
from dateline.annotate.parse import load_pipeline, parse
from dateline.config import Config
from dateline.model.said import Document
from dateline.pipeline import Pipeline


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(str(files("dateline.data"))) / "samples")
    parser.add_argument("--times", type=int, default=12)
    arguments = parser.parse_args()
    documents = [d for d in ingest.read([arguments.folder]) if isinstance(d, Document)] * arguments.times
    bare = measure(lambda: [len(doc) for doc in parse((d.text for d in documents), load_pipeline())])
    print(f"{'':12}{'reports/s':>12}{'of bare':>10}")
    print(f"{'bare spaCy':12}{len(documents) / bare:12.1f}{1:10.2f}")
    for name in ("fast", "accurate"):
        pipeline = Pipeline(Config(reader=name))
        list(pipeline.read(documents[:2]))
        seconds = measure(lambda p=pipeline: [len(claims) for _, claims in p.read(documents)])
        print(f"{name:12}{len(documents) / seconds:12.1f}{bare / seconds:10.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, {len(documents)} reports")


def measure(job) -> float:
    """Seconds `job` takes."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
