"""Time and memory of fusing made-up claims, and of adding one report to them, against the number of claims.

    python benchmarks/fusing.py [CLAIMS …]

By default 1,000, 10,000 and 100,000 claims, each in a process of its own. The claims are as dense as a busy war's: 200 a
day over 400 places in reports of 16 claims, a third of the reports on happenings that others tell of too, every tenth a
reprint. "fuse" concludes all of it in memory; "rebuild" is `dateline fuse`, reading and writing the record; "add" is what
`dateline add` does once a report is read: append it and bring the incidents up to date.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dateline.fuse import forwarded, fuse, update
from dateline.model.said import Claim, Document, Quantity, Span
from dateline.model.world import Actor, ActorRef, GroundedClaim, Place, PlaceRef, Source, TimeRef
from dateline.store import Record

Report = tuple[Document, list[GroundedClaim]]
A_DAY, A_REPORT, PLACES = 200, 16, 400
KINDS = ["airstrike", "shelling", "clash", "casualties", "casualties", "bombing", "capture", "advance", "damage", "hold", "request", "statement"]  # fmt: skip
FIRST = date(2015, 1, 1)
PARTIES = [Actor(id=f"P{i}", name=f"Party {i}", kind="rebel", side=f"S{i % 3}") for i in range(8)]
SOURCES = [Source(text=f"source {i}", kind="monitor", name=f"Source {i}") for i in range(30)]
ENDS = ["", "ba", "den", "gar", "kim", "lus", "mon", "nas", "per", "rit", "sol", "ton", "vek"]
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in ("ara", "ero", "ilu", "on", "esti") for c in ENDS]
WEIGHTS = [1 / (rank + 20) for rank in range(len(WORDS))]  # common words are common, as in any language


def main() -> None:
    """Measure each size in a fresh process and print the table."""
    sizes = [int(a) for a in sys.argv[1:]] or [1_000, 10_000, 100_000]
    print(
        f"{'claims':>9}{'incidents':>11}{'fuse s':>9}{'us/claim':>10}{'rebuild s':>11}{'add ms':>9}{'peak MB':>9}{'record MB':>11}"
    )
    for size in sizes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(pool.apply(measure, (size,)), flush=True)


def measure(size: int) -> str:
    """One row of the table."""
    reports = list(written(size))
    fusing, found = timed(lambda: fuse((d, c) for d, claims in reports for c in claims))
    with tempfile.TemporaryDirectory() as folder, Record(Path(folder) / "r.db") as record:
        *before, late = [*reports, *written(A_REPORT, seed=7, start=size // 2 // A_DAY)]
        for document, claims in before:
            record.append(document, claims)
        reports.clear()
        before.clear()
        del found
        rebuilding, incidents = timed(lambda: rebuild(record))
        adding, _ = timed(lambda: add(record, late))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        disk = record.path.stat().st_size / 1e6
    return f"{size:9,}{incidents:11,}{fusing:9.1f}{1e6 * fusing / size:10.0f}{rebuilding:11.1f}{1000 * adding:9.0f}{peak:9.0f}{disk:11.0f}"


def timed(job: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds a job takes, and what it gives."""
    started = time.perf_counter()
    result = job()
    return time.perf_counter() - started, result


def rebuild(record: Record) -> int:
    """Fuse a record anew; returns the number of incidents."""
    documents = {d.id: d for d in record.documents()}
    found = fuse((documents[c.claim.document], c) for c in record.claims())
    forwards = forwarded(record.incidents(), found.incidents)
    record.replace(found.incidents, found.control, found.proposals, found.civilians, filing=found.filing, forwards=forwards)
    return len(found.incidents)


def add(record: Record, report: Report) -> None:
    """Append one report and bring the incidents up to date."""
    record.append(*report)
    change = update(record, [report], record.judgements(), record.forwards())
    record.exchange(change.old, change.new, change.filing, forwarded(change.old, change.new))


def written(size: int, seed: int = 1, start: int = 0) -> Iterator[Report]:
    """Reports with `size` claims in all, from the day number `start` on."""
    draw = random.Random(seed)
    places = made_places()
    text = ""
    for number in range(size // A_REPORT):
        day = FIRST + timedelta(days=start + number * A_REPORT // A_DAY)
        text = text if number % 10 == 9 else " ".join(draw.choices(WORDS, WEIGHTS, k=300))
        name = f"doc_{seed}_{number:07}"
        document = Document(id=name, name=name, text=text, outlet=f"Outlet {draw.randrange(40)}", published=day)
        yield document, list(claims_of(document, day, places, draw))


def made_places() -> list[Place]:
    draw = random.Random(0)
    return [
        Place(
            id=f"place{i}", name=f"Place {i}", kind="town", lat=33 + 4 * draw.random(), lon=36 + 5 * draw.random(),
            radius_km=draw.choice([1.0, 2.0, 5.0, 8.0]), parents=(f"province{i % 14}", "country:SY"), country="SY",
        )
        for i in range(PLACES)
    ]  # fmt: skip


def claims_of(document: Document, day: date, places: list[Place], draw: random.Random) -> Iterator[GroundedClaim]:
    """A report's claims: four happenings, each told in a few sentences; some places are in every report's news."""
    for happening in range(4):
        where = draw.randrange(20) if draw.random() < 0.33 else draw.randrange(PLACES)
        when = day - timedelta(days=draw.choice([0, 0, 1, 1, 2, 400]))
        actor, target = draw.sample(PARTIES, 2)
        for sentence in range(A_REPORT // 4):
            at = (happening * 4 + sentence) * 110
            yield claim(document, at, draw.choice(KINDS), places[where], when, actor, target, draw)


def claim(document: Document, at: int, kind: str, where: Place, when: date, actor: Actor, target: Actor, draw: random.Random) -> GroundedClaim:  # fmt: skip
    def span(text: str, start: int) -> Span:
        return Span(document=document.id, start=start, end=start + len(text), text=text)

    evidence = span(" ".join(draw.choices(WORDS, WEIGHTS, k=16)), at)
    dead = float(draw.randrange(1, 60))
    numbers = (Quantity(of="killed", low=dead, high=dead, unit="people", span=span("5", at)),) if kind == "casualties" else ()  # fmt: skip
    said = Claim(
        id=f"clm_{draw.getrandbits(64):016x}", document=document.id, type=kind, status="happened", trigger=span("did", at),
        evidence=evidence, topic="ceasefire" if kind == "request" else None, numbers=numbers,
    )  # fmt: skip
    return GroundedClaim(
        claim=said, actor=(ActorRef(text=actor.name, actor=actor),), target=(ActorRef(text=target.name, actor=target),),
        place=(PlaceRef(text=where.name, place=where, precision=1),),
        time=TimeRef(start=when, end=when, grain="day", basis=draw.choice(["stated", "publication"]), precision=1),
        source=(draw.choice(SOURCES),) if draw.random() < 0.6 else (),
    )  # fmt: skip


if __name__ == "__main__":
    main()
