"""A record knows its layout, its corrections and whether its conclusions are up to date."""

import sqlite3
from datetime import datetime

import pytest
from conftest import make_claim, make_document

from dateline.errors import UsageError
from dateline.model.concluded import Judgement
from dateline.store import Record


def test_another_program_s_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "music.db"
    with sqlite3.connect(path) as db:
        db.execute("create table songs(name text)")
    with pytest.raises(UsageError, match="a database, but not a Dateline record"):
        Record(path)
    assert sqlite3.connect(path).execute("select name from sqlite_master").fetchall() == [("songs",)]


def test_another_layout_is_refused_with_a_way_out(tmp_path):
    Record(tmp_path / "r.db").close()
    with sqlite3.connect(tmp_path / "r.db") as db:
        db.execute("update about set value = '99' where key = 'version'")
    with pytest.raises(UsageError, match="layout 99.*start a new record"):
        Record(tmp_path / "r.db")


def test_a_folder_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="choose another"):
        Record(tmp_path / "none" / "r.db")


def test_corrections_are_kept_once_in_order(tmp_path):
    made = [
        Judgement(id=f"j{i}", action="reject", about=("inc_1",), by="Rana", at=datetime(2020, 1, 3 - i))
        for i in range(2)
    ]
    with Record(tmp_path / "r.db") as record:
        for judgement in (*made, made[0]):
            record.judge(judgement)
        assert list(record.judgements()) == made[::-1]


def test_conclusions_grow_stale_when_a_report_comes_in(tmp_path):
    with Record(tmp_path / "r.db") as record:
        record.replace([], [], [])
        assert not record.is_stale()
        record.append(make_document(), [make_claim("clash")])
        assert record.is_stale()
        record.replace([], [], [])
        assert not record.is_stale()
