"""What takes time, done aside one after the other: reading reports that were sent, and bringing conclusions up to date."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Queue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from .. import desk, ingest
from ..config import Config
from ..errors import DatelineError, InputError
from ..model.said import Document
from ..store import Record

if TYPE_CHECKING:
    from ..pipeline import Reader

KEPT = 100  # jobs remembered, for whoever comes back to see what became of theirs


@dataclass(frozen=True, slots=True)
class Sent:
    """A report as it was sent: the name it came under, and where its bytes wait under another."""

    name: str
    file: Path


@dataclass(slots=True)
class Job:
    """Reports on their way into the record. `stage`: waiting | reading | concluding | done | failed."""

    id: str
    sent: tuple[Sent, ...]
    stage: str = "waiting"
    read: int = 0
    reports: tuple[str, ...] = ()
    claims: int = 0
    known: int = 0
    failures: list[InputError] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    problem: str = ""  # why the whole of it failed

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.stage in ("done", "failed")


class Work:
    """One worker for a record: jobs wait their turn, and the reader is loaded once."""

    def __init__(self, record: Record, settings: Config, tell: Callable[[str], None] = lambda _: None) -> None:
        self.record, self.settings, self.tell = record, settings, tell
        self.jobs: dict[str, Job] = {}
        self.problem = ""  # why the conclusions could not be brought up to date
        self._waiting: Queue[Callable[[], None] | None] = Queue()
        self._lock, self._idle = Lock(), Event()
        self._due = 0  # tasks not yet done
        self._idle.set()
        self._reader: Reader | None = None
        self._thread = Thread(target=self._run, name="dateline-work", daemon=True)

    def start(self) -> None:
        """Begin to work, first on conclusions that are out of date."""
        self._thread.start()
        if self.record.is_stale():
            self.conclude()

    def stop(self) -> None:
        """Finish what is being done and no more."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    @property
    def is_busy(self) -> bool:
        """Whether conclusions may be behind what was said."""
        return not self._idle.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until all is done, for so long at most; whether it is."""
        return self._idle.wait(seconds)

    def conclude(self) -> None:
        """Bring the conclusions up to date, soon."""
        self._add(self._conclude)

    def read(self, sent: tuple[Sent, ...]) -> Job:
        """Read reports into the record, soon; what they came in is removed afterwards."""
        job = Job(secrets.token_urlsafe(9), sent)
        self.jobs[job.id] = job
        for old in [j for j in self.jobs.values() if j.is_over][:-KEPT]:
            self.jobs.pop(old.id, None)
        self._add(lambda: self._read(job))
        return job

    def _add(self, task: Callable[[], None]) -> None:
        with self._lock:
            self._due += 1
            self._idle.clear()
        self._waiting.put(task)

    def _run(self) -> None:
        while (task := self._waiting.get()) is not None:
            try:
                task()
            except Exception as error:  # a worker that dies would leave every later report waiting
                self.problem = f"{type(error).__name__}: {error}"
                self.tell(f"work failed: {self.problem}")
            with self._lock:
                self._due -= 1
                if self._due == 0:
                    self._idle.set()

    def _conclude(self) -> None:
        """Fuse until the conclusions rest on everything said and judged, also meanwhile."""
        is_behind = self.record.is_stale()
        while is_behind:
            before = self.record.version()[1:]
            self.tell(desk.fuse(self.record))
            self.problem = ""
            is_behind = self.record.version()[1:] != before

    def _read(self, job: Job) -> None:
        job.stage = "reading"
        try:
            intake = desk.Intake(_documents(job.sent), self.record, job.failures.append)
            added = desk.add(self.record, self.settings, intake, lambda done: setattr(job, "read", done), self._load)
            job.reports, job.claims, job.known, job.undated = added.reports, added.claims, added.known, intake.undated
            job.stage = "concluding"
            self._conclude()
            job.stage = "done"
        except DatelineError as error:
            job.stage, job.problem = "failed", str(error)
        except Exception:
            job.stage, job.problem = "failed", "an error inside Dateline; its log says more"
            raise
        finally:
            for folder in {s.file.parent for s in job.sent}:
                shutil.rmtree(folder, ignore_errors=True)

    def _load(self, settings: Config) -> Reader:
        self._reader = self._reader or desk.reader(settings)
        return self._reader


def receive(files: list[tuple[str, bytes]]) -> tuple[Sent, ...]:
    """Lay what was sent into a folder that only this user reads, under names of our own with a suffix we know."""
    folder = Path(tempfile.mkdtemp(prefix="dateline-"))
    sent = []
    for number, (name, data) in enumerate(files, 1):
        suffix = Path(name).suffix.lower()
        file = folder / f"{number}{suffix if suffix in ingest.SUFFIXES else '.txt'}"
        file.write_bytes(data)
        sent.append(Sent(name, file))
    return tuple(sent)


def _documents(sent: tuple[Sent, ...]) -> Iterator[Document | InputError]:
    """The reports in what was sent, under the names they came by."""
    for item in sent:
        for found in ingest.read([item.file]):
            yield _renamed(found, item)


def _renamed(found: Document | InputError, item: Sent) -> Document | InputError:
    if isinstance(found, InputError):
        return InputError(found.where.replace(str(item.file), item.name), found.problem, found.way_out)
    ours, theirs = item.file.stem, Path(item.name).stem
    named = theirs + found.name.removeprefix(ours) if found.name.startswith(ours) else found.name
    return replace(found, name=named, path=found.path.replace(str(item.file), item.name))
