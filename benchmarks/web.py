"""How quickly the web application answers on a large made-up record, and how soon its map is there.

    python benchmarks/web.py [--incidents N] [--record FILE] [--times N] [--no-map]

Makes a record of N incidents (default 1,000,000, a few minutes) through the store: spread over ten years and 3,000 places
in sixty clusters around the world, each resting on a claim of a report. A server answers over loopback; each address is
asked `--times` times with changing parameters, one request after the other, and the table gives the time of the middle
and of the slowest twentieth. With --record FILE the record is kept and used again. Then, with a record of 10,000
incidents, Chromium opens the first page; the time is that until the map is idle, the middle of five.
"""

from __future__ import annotations

import argparse
import http.client
import math
import multiprocessing
import random
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

from dateline.config import Config
from dateline.model.concluded import Assertion, ControlState, Filing, Incident, Proposal, Step, Toll
from dateline.model.said import Claim, Document, Span
from dateline.model.world import Actor, ActorRef, GroundedClaim, Place, PlaceRef, Source, TimeRef
from dateline.store import Record

FIRST, DAYS = date(2015, 1, 1), 3650
A_REPORT = 10  # claims, each of an incident of its own
CLUSTERS, PLACES, TURNS = 60, 3000, 6  # turns of control of a place
SMALL = 10_000  # incidents of the record whose map is opened
CHROMIUM = "/usr/bin/chromium"
KINDS = [
    "airstrike",
    "shelling",
    "clash",
    "casualties",
    "bombing",
    "capture",
    "advance",
    "displace",
    "arrest",
    "protest",
]
STATUSES = ["reported", "reported", "reported", "corroborated", "disputed", "denied"]
DEEDS = ["struck", "shelled", "attacked", "stormed", "entered", "searched", "left", "surrounded", "crossed", "shut"]
THINGS = [
    "a market",
    "a school",
    "a hospital",
    "a checkpoint",
    "a bridge",
    "a convoy",
    "a bakery",
    "a depot",
    "homes",
    "a camp",
]
ENDS = ["", "ba", "den", "gar", "kim", "lus", "mon", "nas", "per", "rit"]
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprstvz" for b in ("ara", "ero", "ilu", "on", "esti", "ume") for c in ENDS]
WEIGHTS = [1 / (rank + 5) for rank in range(len(WORDS))]  # common words are common, as in any language
NAMES = [f"{WORDS[i * 7].title()} {'Army' if i % 2 else 'Front'}" for i in range(40)]
PARTIES = [Actor(id=f"P{i}", name=name, kind="rebel", side=f"S{i % 4}") for i, name in enumerate(NAMES)]
SOURCES = [Source(text=f"source {i}", kind="monitor" if i % 3 else "official", name=f"Source {i}") for i in range(120)]


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--record", type=Path, help="where to keep the large record")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--no-map", action="store_true", help="measure the addresses alone")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.record or Path(folder) / "large.db"
        if not path.exists():
            print(f"made in {timed(lambda: make(path, arguments.incidents)):.0f} s")
        measure(path, arguments.times)
        if not arguments.no_map:
            small = Path(folder) / "small.db"
            make(small, SMALL)
            print(f"first map view of {SMALL:,} incidents in Chromium: {first_view(small):.2f} s")


def timed(job: Callable[[], object]) -> float:
    """Seconds a job takes."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


# the server


def measure(path: Path, times: int) -> None:
    """Ask a server of the record every address and print what it took."""
    with served(path) as (port, process):
        waited = timed(lambda: ask(port, "/api/record"))
        ask(port, "/api/sources")  # worked out aside when the server starts
        print(f"{path.stat().st_size / 1e9:.2f} GB record; first answer after {waited:.1f} s; {resident(process):.0f} MB in memory")  # fmt: skip
        print(f"{'':28}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'KB':>8}")
        draw = random.Random(5)
        samples = Samples(path, draw)
        for name, question in samples.questions().items():
            taken = [ask(port, question()) for _ in range(times)]
            took = sorted(1000 * seconds for seconds, _ in taken)
            p50, p95 = (took[int(share * (len(took) - 1))] for share in (0.5, 0.95))
            size = statistics.mean(size for _, size in taken) / 1000
            print(f"{name:28}{p50:9.1f}{p95:9.1f}{took[-1]:9.1f}{size:8.1f}", flush=True)
        print(f"{resident(process):.0f} MB in memory after them")


@contextmanager
def served(path: Path) -> Iterator[tuple[int, int]]:
    """A server of the record in a process of its own: its port and process number."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(path, port), daemon=True)
    process.start()
    try:
        wait_for(port)
        yield port, process.pid or 0
    finally:
        process.terminate()
        process.join()


def serve(path: Path, port: int) -> None:
    """Run the application; what a browser needs is left out where that is not there."""
    import uvicorn

    uvicorn.run(application(path), host="127.0.0.1", port=port, log_level="warning", access_log=False)


def application(path: Path) -> object:
    """The application, or its API alone where the pages are not installed."""
    try:
        from dateline.serve.app import create
    except ImportError:
        import fastapi

        from dateline.serve.api import State, router

        app, state = fastapi.FastAPI(), State(Record(path))
        state.warm()
        app.include_router(router(state))
        return app
    return create(Config(record=path))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens on a port."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def ask(port: int, address: str) -> tuple[float, int]:
    """Seconds until the whole answer is there, and its size."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status} {body[:200]!r}")
    return time.perf_counter() - started, len(body)


def resident(process: int) -> float:
    """Memory a process holds, in MB; not known where there is no /proc."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), math.nan)


class Samples:
    """Questions with parameters drawn from what the record holds."""

    def __init__(self, path: Path, draw: random.Random) -> None:
        self.draw, self.places = draw, made_places()
        with Record(path) as record, record.engine.connect() as db:
            self.ids = [
                row[0]
                for table in ("incidents", "control", "proposals", "claims")
                for row in db.exec_driver_sql(f"select id from {table} limit 500")
            ]

    def questions(self) -> dict[str, Callable[[], str]]:
        """A maker of addresses for each row of the table."""
        some = self.draw.choice
        return {
            "record": lambda: "/api/record",
            "incidents": lambda: self._to("incidents", offset=some([0, 0, 50, 5000])),
            "incidents, filtered": lambda: self._to("incidents", **self._filters()),
            "incidents, 500 rows": lambda: self._to("incidents", limit=500, **self._days()),
            "incidents with words": lambda: self._to("incidents", q=self._words()),
            "incidents not placed": lambda: self._to("incidents", placed="no"),
            "clusters, world": lambda: self._to("clusters", zoom=some([1, 2, 3]), **some([{}, self._days()])),
            "clusters, in a box": lambda: self._to("clusters", **self._look(), **some([{}, self._days()])),
            "density": lambda: self._to("density", **some([{}, self._filters(), self._days()])),
            "control, world": lambda: self._to("control", on=self._day()),
            "control, in a box": lambda: self._to("control", on=self._day(), box=self._look()["box"]),
            "towns": lambda: self._to("towns", **some([{}, {"box": self._look()["box"]}])),
            "things": lambda: f"/api/things/{some(self.ids)}",
            "changes": lambda: self._to("changes", **self._days(some([1, 7, 30]))),
            "search, a common word": lambda: self._to("search", q=some(["hospital", "shelled", *WORDS[:5]])),
            "search, several words": lambda: self._to("search", q=self._words()),
            "sources": lambda: "/api/sources",
        }  # fmt: skip

    def _to(self, name: str, **parameters: object) -> str:
        return f"/api/{name}?{urlencode(parameters)}"

    def _day(self) -> str:
        return (FIRST + timedelta(days=self.draw.randrange(DAYS))).isoformat()

    def _days(self, length: int = 0) -> dict[str, object]:
        start = self.draw.randrange(DAYS - 400)
        end = start + (length or self.draw.choice([1, 7, 30, 365]))
        return {"from": FIRST + timedelta(days=start), "to": FIRST + timedelta(days=end)}

    def _words(self) -> str:
        return " ".join([self.draw.choice(DEEDS), self.draw.choices(WORDS, WEIGHTS)[0]][: self.draw.choice([1, 2])])

    def _look(self) -> dict[str, object]:
        """A box that fills a screen at some zoom, about a place."""
        place, zoom = self.draw.choice(self.places), self.draw.choice([4, 6, 8, 10, 12])
        half = 360 / 2**zoom
        west, south, east, north = place.lon - half, place.lat - half / 2, place.lon + half, place.lat + half / 2
        return {"box": f"{west:.4f},{max(south, -85):.4f},{east:.4f},{min(north, 85):.4f}", "zoom": zoom}

    def _filters(self) -> dict[str, object]:
        """Some of the filters, mixed."""
        some = self.draw.choice
        kinds = {
            "type": some(KINDS),
            "status": some(STATUSES),
            "place": some(self.places).name,
            "actor": some(PARTIES).name,
        }
        chosen: dict[str, object] = {name: kinds[name] for name in self.draw.sample(sorted(kinds), some([1, 1, 2, 3]))}
        return chosen | some([{}, self._days()])


def first_view(path: Path) -> float:
    """Seconds until the map of the first page is idle in Chromium, the middle of five."""
    from playwright.sync_api import sync_playwright

    with served(path) as (port, _), sync_playwright() as playwright:
        ask(port, "/api/record")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        taken = []
        for _ in range(5):
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            started = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/")
            page.locator("html[data-ready=yes]").wait_for(state="attached", timeout=60_000)
            taken.append(time.perf_counter() - started)
            page.context.close()
        browser.close()
    return statistics.median(taken)


# the record


def make(path: Path, incidents: int) -> None:
    """Write a record with that many incidents, each told by one claim."""
    places = made_places()
    with Record(path) as record:
        for document, claims in reports(incidents, places):
            record.append(document, claims)
        members = tuple((f"clm_{i:09x}", f"inc_{i:016x}", f"inc_{i:016x}") for i in range(incidents))
        record.replace(
            (incident(i, places) for i in range(incidents)), turns(places, incidents), threads(places, incidents),
            filing=Filing(members=members),
        )  # fmt: skip


def made_places() -> list[Place]:
    """Places in clusters around the world, each in its cluster's region."""
    draw = random.Random(0)
    centres = [(draw.uniform(-35, 58), draw.uniform(-120, 150)) for _ in range(CLUSTERS)]
    return [
        Place(
            id=f"place:{i}", name=f"{WORDS[i % len(WORDS)].title()} {chr(65 + i // len(WORDS))}", kind="town",
            lat=round(centres[i % CLUSTERS][0] + draw.gauss(0, 1.5), 5), lon=round(centres[i % CLUSTERS][1] + draw.gauss(0, 2), 5),
            radius_km=draw.choice([1.0, 2.0, 5.0, 60.0]), parents=(f"region:{i % CLUSTERS}",), country="SY",
        )
        for i in range(PLACES)
    ]  # fmt: skip


def happening(i: int, places: list[Place]) -> tuple[random.Random, Place | None, date | None]:
    """The draw, place and day of an incident; every fiftieth lacks one of them."""
    draw = random.Random(i)
    where = places[int(PLACES * draw.random() ** 2)]
    when = FIRST + timedelta(days=draw.randrange(DAYS))
    return draw, None if draw.random() < 0.01 else where, None if draw.random() < 0.01 else when


def sides(i: int) -> tuple[Actor, ActorRef]:
    """Who acts in an incident, and on whom; every fifth time somebody known by words alone."""
    target = PARTIES[(i + i // 40) % 40]
    loose = ActorRef(text=f"{WORDS[i % 839]} {WORDS[i // 839 % 839]} people", actor=None)
    return PARTIES[i % 40], loose if i % 5 == 0 else ActorRef(text=target.name, actor=target)


def reports(incidents: int, places: list[Place]) -> Iterator[tuple[Document, list[GroundedClaim]]]:
    """Reports of `A_REPORT` claims, whose text is their sentences."""
    for first in range(0, incidents, A_REPORT):
        name = f"doc_{first:09x}"
        sentences = [sentence(i, places) for i in range(first, min(first + A_REPORT, incidents))]
        starts = [sum(len(s) + 1 for s in sentences[:k]) for k in range(len(sentences))]
        day = FIRST + timedelta(days=random.Random(first).randrange(DAYS))
        document = Document(
            id=name,
            name=name,
            text=" ".join(sentences),
            title=f"News of {day}",
            outlet=f"Outlet {first % 37}",
            published=day,
        )
        yield document, [claim(first + k, name, starts[k], s, places) for k, s in enumerate(sentences)]


def sentence(i: int, places: list[Place]) -> str:
    """What is said of an incident."""
    draw, where, _ = happening(i, places)
    filler = " ".join(draw.choices(WORDS, WEIGHTS, k=10))
    return f"{PARTIES[i % 40].name} {draw.choice(DEEDS)} {draw.choice(THINGS)} in {where.name if where else 'the area'}, {filler}."


def claim(i: int, document: str, at: int, text: str, places: list[Place]) -> GroundedClaim:
    """The claim that tells of an incident."""
    _, where, when = happening(i, places)
    said = Claim(
        id=f"clm_{i:09x}", document=document, type=KINDS[i % 10], status="happened",
        trigger=Span(document=document, start=at, end=at + 5, text=text[:5]),
        evidence=Span(document=document, start=at, end=at + len(text), text=text), by="made@1",
    )  # fmt: skip
    actor, target = sides(i)
    return GroundedClaim(
        claim=said, actor=(ActorRef(text=actor.name, actor=actor),), target=(target,),
        place=(PlaceRef(text=where.name, place=where, precision=1),) if where else (),
        time=TimeRef(start=when, end=when, grain="day", basis="stated", precision=1) if when else None,
        source=(SOURCES[i % 120],) if i % 3 else (),
    )  # fmt: skip


def incident(i: int, places: list[Place]) -> Incident:
    """The incident of a number."""
    draw, where, when = happening(i, places)
    dead = Toll(
        of="killed", low=float(i % 9), high=float(i % 9), who="", source=f"Source {i % 120}", claims=(f"clm_{i:09x}",)
    )
    return Incident(
        id=f"inc_{i:016x}", type=KINDS[i % 10], status=draw.choice(STATUSES), start=when,
        end=when + timedelta(days=draw.choice([0, 0, 0, 1, 7, 40])) if when else None, date_precision=1 if when else None,
        place=where.id if where else "", place_name=where.name if where else "", lat=where.lat if where else None,
        lon=where.lon if where else None, radius_km=where.radius_km if where else None, where_precision=draw.choice([1, 1, 2, 4]) if where else None,
        actors=(sides(i)[0].name,), targets=(sides(i)[1].text,), means=(), tolls=(dead,), claims=(f"clm_{i:09x}",),
        reports=1, outlets=1, originators=1, overall=(dead,),
    )  # fmt: skip


def turns(places: list[Place], incidents: int) -> Iterator[ControlState]:
    """States of control, one after the other at each place."""
    length = DAYS // TURNS
    for number, place in enumerate(places):
        for turn in range(TURNS):
            since = FIRST + timedelta(days=turn * length + number % length)
            holder = PARTIES[(number + turn) % 40].id
            said = Assertion(
                claim=f"clm_{(number * TURNS + turn) % incidents:09x}", holder=holder, claimant=f"Source {number % 120}",
                claimant_kind="monitor", claimant_side="", day=since, known=since, effect="takes",
            )  # fmt: skip
            yield ControlState(
                id=f"ctl_{number:06x}{turn:02x}", place=place.id, place_name=place.name, lat=place.lat, lon=place.lon,
                radius_km=place.radius_km, state="held", holder=holder, claimed_by="", since=since,
                until=since + timedelta(days=length - 1) if turn < TURNS - 1 else None, as_of=since, assertions=(said, said),
            )  # fmt: skip


def threads(places: list[Place], incidents: int) -> Iterator[Proposal]:
    """Proposals of three steps, one a week and place of the first twenty."""
    for number in range(20 * DAYS // 7):
        day = FIRST + timedelta(days=number // 20 * 7)
        steps = tuple(
            Step(claim=f"clm_{(number + k) % incidents:09x}", move=move, by=f"P{k}", day=day + timedelta(days=10 * k), source="Source 1")
            for k, move in enumerate(("proposed", "backed", "refused"))
        )  # fmt: skip
        place = places[number % 20]
        yield Proposal(
            id=f"prp_{number:08x}", topic="ceasefire", place=place.id, place_name=place.name, opened=day, outcome="refused",
            steps=steps,
        )  # fmt: skip


if __name__ == "__main__":
    main()
