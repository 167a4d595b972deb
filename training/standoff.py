"""Claims that people marked in texts which are not ours to give away: as offsets, without the words.

    python training/standoff.py read CORPUS.csv --out GOLD_DIR

turns `data/corpus_claims.jsonl` and the corpus it was marked in (FA-KES, Zenodo 2607278: `unit_id`, `article_content`) into a gold
folder for `--more` of the training scripts. `write GOLD_DIR` makes the offsets of a folder whose documents are named fakes_ID.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OFFSETS = Path(__file__).parent / "data" / "corpus_claims.jsonl"
ROLES = ("actor", "target", "place", "source")
PREFIX = "fakes_"


def hidden(body: str, claim: dict[str, Any]) -> dict[str, Any]:
    """A claim with its words replaced by where they stand in `body`; words of the title alone are left out."""
    start = body.index(claim["sentence"])
    sentence = (start, start + len(claim["sentence"]))

    def where(text: str) -> list[int] | None:
        inside = body.find(text, *sentence)
        at = inside if inside >= 0 else body.find(text)
        return [at, at + len(text)] if text and at >= 0 else None

    roles = {role: [w for text in claim[role] if (w := where(text))] for role in ROLES}
    numbers = [n | {"text": w} for n in claim["numbers"] if (w := where(n["text"]))]
    return claim | roles | {"sentence": sentence, "trigger": where(claim["trigger"]), "numbers": numbers, "means": where(claim["means"])}


def shown(body: str, claim: dict[str, Any]) -> dict[str, Any]:
    """The reverse of `hidden`."""

    def text(span: list[int] | None) -> str:
        return body[span[0] : span[1]] if span else ""

    roles = {role: [text(s) for s in claim[role]] for role in ROLES}
    numbers = [n | {"text": text(n["text"])} for n in claim["numbers"]]
    whole = {name: text(claim[name]) for name in ("sentence", "trigger", "means")}
    return claim | roles | whole | {"numbers": numbers}


def write(folder: Path) -> Iterator[str]:
    """A line a document: its id, published day and claims as offsets."""
    for file in sorted(folder.glob(f"{PREFIX}*.jsonl")):
        head, body = file.with_suffix(".txt").read_text("utf-8").split("---\n", 1)
        claims = [hidden(body, json.loads(line)) for line in file.read_text("utf-8").splitlines() if line.strip()]
        day = next(line.removeprefix("DATE: ") for line in head.splitlines() if line.startswith("DATE: "))
        yield json.dumps({"id": file.stem.removeprefix(PREFIX), "published": day, "claims": claims}, separators=(",", ":"))


def read(corpus: Path, out: Path) -> int:
    """Write the gold folder; returns the number of its documents."""
    with corpus.open(encoding="utf-8", errors="replace", newline="") as file:
        texts = {row["unit_id"]: row["article_content"].strip() + "\n" for row in csv.DictReader(file)}
    out.mkdir(parents=True, exist_ok=True)
    marked = [json.loads(line) for line in OFFSETS.read_text("utf-8").splitlines()]
    for document in marked:
        body, name = texts[document["id"]], out / f"{PREFIX}{document['id']}"
        name.with_suffix(".txt").write_text(f"TITLE: \nOUTLET: unknown\nDATE: {document['published']}\n---\n{body}", "utf-8")
        lines = (json.dumps(shown(body, c), ensure_ascii=False) + "\n" for c in document["claims"])
        name.with_suffix(".jsonl").write_text("".join(lines), "utf-8")
    return len(marked)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("read", "write"))
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, default=Path("corpus_gold"))
    arguments = parser.parse_args()
    if arguments.action == "write":
        OFFSETS.write_text("".join(line + "\n" for line in write(arguments.source)), "utf-8")
    else:
        print(read(arguments.source, arguments.out), "documents in", arguments.out)
