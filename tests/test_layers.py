"""Imports point downhill: no stage knows another; only the composing modules know them all."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "dateline"
STAGES = ("ingest", "annotate", "extract", "ground", "store", "fuse", "present")
BELOW = {"model", "errors", "lexicon", "grammar", "quotations", "data", "dateline"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level >= 2:
            yield from [node.module.split(".")[0]] if node.module else [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dateline."):
            yield node.module.split(".")[1]


@pytest.mark.parametrize("path", [p for s in STAGES for p in sorted((ROOT / s).glob("*.py"))], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_stage_imports_only_what_lies_below(path):
    assert set(imported(path)) <= BELOW | {path.parent.name}
