"""`dateline import-claims` as a user meets it: what comes in, twice the same sheet, exit codes."""

import pytest
from typer.testing import CliRunner

from dateline.cli import app
from dateline.errors import UsageError

HEAD = "date,place_id,event,from_side,to_side,claimant,source_outlet\n"
GOOD = "2020-05-03,aleppo/sakhour,captured,rebel,government,SOHR,Northern Wire\n"


@pytest.fixture
def imported(tmp_path):
    """Import a sheet of that text into one record; returns the exit code and what was printed."""

    def run(text):
        sheet = tmp_path / "sheet.csv"
        sheet.write_text(text, "utf-8")
        done = CliRunner().invoke(app, ["import-claims", str(sheet), "--record", str(tmp_path / "r.db")])
        return done.exit_code, done.output, done.exception

    return run


def test_a_sheet_comes_in_once(imported):
    first, again = imported(HEAD + GOOD), imported(HEAD + GOOD)
    assert first[0] == again[0] == 0
    assert (
        "1 claims added in 1 documents" in first[1]
        and "0 claims added in 0 documents, 1 documents already there" in again[1]
    )


def test_a_wrong_row_is_named_and_the_rest_is_kept(imported):
    code, printed, _ = imported(HEAD + GOOD + "2020-05-03,nowhere,captured,rebel,government,SOHR,Northern Wire\n")
    assert code == 1 and "sheet.csv:3, column place_id: no place 'nowhere'" in printed and "1 claims added" in printed


def test_another_shape_is_refused_and_makes_no_record(imported, tmp_path):
    _, _, error = imported("a,b\n1,2\n")
    assert isinstance(error, UsageError) and not (tmp_path / "r.db").exists()
