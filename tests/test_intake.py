"""Reports on their way into a run: what is passed over, what is said, and why nothing was found."""

from collections import Counter
from datetime import date

import pytest
from conftest import make_claim, make_document

from dateline.cli import _close, _expected, _nothing
from dateline.desk import Intake
from dateline.errors import InputError
from dateline.model.said import Document
from dateline.store import Record

BAD = InputError("x.txt", "written in a language Dateline does not read (de)", "give an English text")


def test_bad_items_are_told_counted_and_recorded_and_the_rest_goes_on(tmp_path):
    told = []
    with Record(tmp_path / "r.db") as record:
        intake = Intake([BAD, make_document("a"), make_document("a"), make_document("b")], record, told.append)
        assert [d.name for d in intake] == ["a", "b"] and intake.known == 1 and _close(intake) == 1
        assert [str(f) for f in record.failures()] == [str(BAD)]
    assert told == [BAD]


def test_what_the_record_has_is_passed_over(tmp_path):
    with Record(tmp_path / "r.db") as record:
        record.append(make_document("a"), [make_claim("clash")])
        intake = Intake([make_document("a"), make_document("b")], record)
        assert [d.name for d in intake] == ["b"] and _close(intake) == 0


def test_reports_without_a_date_are_pointed_out_once(capsys):
    undated = [Document(id=f"doc_{i}", name=f"r{i}", text="x") for i in range(4)]
    intake = Intake([*undated, make_document(published=date(2020, 1, 1))])
    assert len(list(intake)) == 5 and _close(intake) == 0
    said = capsys.readouterr().err
    assert "r0, r1, r2 …" in said and "--published" in said and said.count("\n") == 1


REASONS = [
    (1, {}, "in 1 report: 1 without words of conflict"),
    (0, {"the file is empty": 2}, "in 2 reports: 2 the file is empty"),
    (0, {}, "in 0 reports: none given"),
    (1, {"written in a language Dateline does not read": 2}, "in 3 reports: 2 written in a language"),
]


@pytest.mark.parametrize(("read", "failures", "said"), REASONS)
def test_an_empty_result_says_why(read, failures, said):
    assert said in _nothing(read, Counter(failures))


def test_the_number_of_reports_is_known_only_without_files_of_many(tmp_path):
    for name in ("a.txt", "b.html", "notes.docx"):
        (tmp_path / name).touch()
    assert _expected([str(tmp_path)]) == 2
    assert _expected([str(tmp_path), "-"]) is None
    (tmp_path / "many.jsonl").touch()
    assert _expected([str(tmp_path)]) is None
