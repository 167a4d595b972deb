"""The accuracy table counts as the claim guide's scorer does."""

import importlib.util
import json
from pathlib import Path

import pytest

from dateline.errors import UsageError
from dateline.evaluate import claims as evaluate

SHARED = Path(__file__).parents[3] / "shared" / "eval"


def gold(**changes):
    return {
        "type": "attack",
        "trigger": "shot",
        "sentence": "Gunmen shot two guards in Basra on Monday.",
        "actor": ["Gunmen"],
        "target": ["guards"],
        "place": ["Basra"],
        "time": None,
        "source": [],
        "status": "happened",
        "numbers": [],
        "means": "",
    } | changes


def predicted(**changes):
    row = gold(**changes)
    return row | {"evidence": {"text": row["sentence"]}, "trigger": {"text": row["trigger"]}}


def test_a_perfect_prediction_scores_one_and_is_clean():
    report = evaluate.score({"d": [gold()]}, {"d": [predicted()]}).report()
    assert report["claims_strict"]["f1"] == report["clean"] == report["status_accuracy"] == 1


def test_wrong_type_counts_in_the_family_only():
    report = evaluate.score({"d": [gold()]}, {"d": [predicted(type="arrest")]}).report()
    assert (report["claims_strict"]["f1"], report["claims_family"]["f1"], report["claims_any_type"]["f1"]) == (0, 1, 1)


def test_bad_gold_names_file_and_line(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.jsonl").write_text('{"type": "attack"}\n')
    with pytest.raises(UsageError, match=r"a\.jsonl:1"):
        evaluate.read_gold(tmp_path)


def test_equal_to_the_reference_scorer():
    if not (SHARED / "score.py").exists():
        pytest.skip("the reference scorer is not here")
    spec = importlib.util.spec_from_file_location("score", SHARED / "score.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    truth = {p.stem: reference.read_lines(p) for p in sorted((SHARED / "dev").glob("*.jsonl"))}
    guess = {
        n: [
            json.loads(json.dumps(c))
            | {
                "evidence": {"text": c["sentence"]},
                "trigger": {"text": c["trigger"]},
                "status": "happened",
                "place": c["place"][:1],
            }
            for c in claims[::2]
        ]
        for n, claims in truth.items()
    }
    expected, _, _ = reference.score(truth, guess)
    assert evaluate.score(truth, guess).report() == expected
