"""A record loses nothing, doubles nothing and says what it is."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import make_claim, make_document

from dateline.errors import InputError, UsageError
from dateline.fuse import fuse
from dateline.store import Record


def test_append_is_idempotent_and_gives_back_what_was_put_in(tmp_path):
    document, claims = (
        make_document(),
        [
            make_claim("clash", killed=(3, None), source=("M", "monitor", "")),
            make_claim("capture", at=9, day=None, place=""),
        ],
    )
    with Record(tmp_path / "r.db") as record:
        assert record.append(document, claims) == 2 and record.append(document, claims) == 0
        assert list(record.documents()) == [document] and list(record.claims()) == claims and record.known(document.id)


def test_conclusions_are_replaced_not_added(tmp_path):
    document, claim = make_document(), make_claim("capture", actor=("Army", "GOV"))
    with Record(tmp_path / "r.db") as record:
        record.append(document, [claim])
        for _ in range(2):
            found = fuse([(document, claim)])
            record.replace(found.incidents, found.control, found.proposals)
        assert tuple(record.incidents()) == found.incidents and tuple(record.control()) == found.control


def test_failures_are_kept(tmp_path):
    with Record(tmp_path / "r.db") as record:
        record.failed(InputError("x.txt", "the file is empty", "give text"))
        assert [str(f) for f in record.failures()] == ["x.txt: the file is empty; give text"]


def test_another_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no database at all, but some notes " * 40)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="not a Dateline record"):
        Record(path)
    assert path.read_bytes() == before
    with pytest.raises(UsageError, match="no such record"):
        Record(tmp_path / "none.db", create=False)


WRITER = """
import sys; sys.path.insert(0, {tests!r})
from pathlib import Path
from conftest import make_claim, make_document
from dateline.store import Record
record = Record(Path({path!r}))
for i in range(100000):
    record.append(make_document(str(i)), [make_claim("clash", document=f"doc_{{i}}", at=k) for k in range(5)])
    print(i, flush=True)
"""


def test_kill_in_the_middle_of_an_add_loses_no_finished_document(tmp_path):
    path = tmp_path / "r.db"
    code = WRITER.format(tests=str(Path(__file__).parents[1]), path=str(path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        finished = [process.stdout.readline() for _ in range(40)]
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    with Record(path) as record:
        counts = record.counts()
        assert counts["documents"] >= len(finished) and counts["claims"] == 5 * counts["documents"]
