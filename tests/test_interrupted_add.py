"""Killing `dateline add` half-way loses nothing that was finished; the next run takes up the rest."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

REPORTS = 400
COMMAND = [sys.executable, "-c", "from dateline.cli import main; main()", "add", "--reader", "fast"]


def reports(path: Path) -> Path:
    """JSON lines of distinct short reports, the first one twice and one line broken."""
    texts = [f"Gunmen shot {n} guards near Mosul on Tuesday." for n in range(2, REPORTS + 2)]
    rows = [{"text": text, "date": "2020-03-04"} for text in texts]
    path.write_text("\n".join([*map(json.dumps, [*rows, rows[0]]), "{broken"]))
    return path


def committed(record: Path) -> int:
    """Documents that another process finds in the record by now."""
    if not record.exists():
        return 0
    db = sqlite3.connect(record)
    try:
        return db.execute("select count(*) from documents").fetchone()[0]
    except sqlite3.OperationalError:  # the tables are not there yet
        return 0
    finally:
        db.close()


def kill_once(command: Sequence[str], record: Path, after: int) -> int:
    """Start `command`, kill it when `after` documents are in; returns how many were in just before."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while (count := committed(record)) < after and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "it ended before it could be killed"
    return count


def test_kill_and_resume(tmp_path):
    record = tmp_path / "r.db"
    command = [*COMMAND, str(reports(tmp_path / "r.jsonl")), "--record", str(record)]
    before = kill_once(command, record, after=30)
    kept = committed(record)
    assert before <= kept < REPORTS
    db = sqlite3.connect(record)
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "r.jsonl:402: not valid JSON" in done.stderr
    assert done.stdout.startswith(f"{REPORTS - kept} reports added")
    assert f"{kept + 1} already there, 1 failed" in done.stdout
    counted = db.execute("select count(distinct document), count(distinct id), count(*) from claims").fetchone()
    assert counted[0] == REPORTS and counted[1] == counted[2]
