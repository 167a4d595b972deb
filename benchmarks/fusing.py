"""Time and memory of fusing against the number of claims, and the time one more report takes, in one run.

    python benchmarks/fusing.py [--sizes 1000 10000 100000]

The claims are made up: every day has the same number of happenings in 400 towns, each told by one to five reports, so that a larger
record covers more days, as a real one does. "one more" adds a report of ten claims to the fused claims, without a rebuild.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator
from datetime import date, timedelta

from dateline.fuse import fuse
from dateline.fuse.fusion import Fusion
from dateline.model.said import Claim, Document, Quantity, Span
from dateline.model.world import Actor, ActorRef, GroundedClaim, Place, PlaceRef, Source, TimeRef

TYPES = ("clash", "airstrike", "shelling", "capture", "casualties", "attack", "request", "displace", "hold", "talk")
SIDES = ("GOV", "REB", "MIL")
TOWNS = [
    Place(id=f"town:{n}", name=f"Town {n}", kind="town", lat=30 + n % 20 * 0.4, lon=35 + n // 20 * 0.4, radius_km=3, country="SY")
    for n in range(400)
]  # fmt: skip
HAPPENINGS = 40  # a day


def reports(claims: int, seed: int = 1) -> Iterator[tuple[Document, list[GroundedClaim]]]:
    """Reports of ten claims each until there are `claims`."""
    rng = random.Random(seed)
    made = day = 0
    while made < claims:
        happenings = [(rng.choice(TYPES), rng.choice(TOWNS), rng.choice(SIDES), rng.randint(1, 40)) for _ in range(HAPPENINGS)]
        told = [h for h in happenings for _ in range(rng.randint(1, 5))]
        rng.shuffle(told)
        when = date(2010, 1, 1) + timedelta(days=day)
        for n in range(0, len(told), 10):
            document, part = report(f"{day}-{n}-{seed}", when, told[n : n + 10], rng)
            yield document, part
            made += len(part)
            if made >= claims:
                return
        day += 1


def report(name: str, when: date, told: list[tuple[str, Place, str, int]], rng: random.Random) -> tuple[Document, list[GroundedClaim]]:
    """One report of that day."""
    document = Document(id=f"doc_{name}", name=name, text=f"Report {name}.", outlet=f"Outlet {rng.randint(1, 30)}", published=when + timedelta(days=1))
    return document, [claim(document, n, when, *one, rng) for n, one in enumerate(told)]


def claim(document: Document, n: int, when: date, kind: str, town: Place, side: str, killed: int, rng: random.Random) -> GroundedClaim:
    """One claim of a report."""
    span = Span(document=document.id, start=n * 100, end=n * 100 + 60, text=f"{side} {kind} in {town.name} on {when}, {killed} dead")
    said = Claim(
        id=f"clm_{document.id}_{n}", document=document.id, type=kind, status="happened", trigger=span, evidence=span,
        topic="ceasefire" if kind in ("request", "talk") else None,
        numbers=(Quantity(of="killed", low=killed, high=killed + rng.randint(0, 3), unit="people", span=span),),
    )  # fmt: skip
    actor = Actor(id=side, name=side, kind="military", side=side, country="SY")
    source = Source(text=f"source {rng.randint(1, 6)}", kind="monitor", name=f"Source {rng.randint(1, 6)}")
    return GroundedClaim(
        claim=said, actor=(ActorRef(text=side, actor=actor),), place=(PlaceRef(text=town.name, place=town, precision=1),),
        time=TimeRef(start=when, end=when, grain="day", basis="stated", precision=1), source=(source,),
    )  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    print(f"{'claims':>9}{'incidents':>11}{'fuse s':>9}{'ms/claim':>10}{'one more s':>12}{'peak MB':>9}")
    for size in parser.parse_args().sizes:
        items = [(document, c) for document, claims in reports(size) for c in claims]
        started = time.perf_counter()
        whole = fuse(items)
        seconds = time.perf_counter() - started
        fusion = Fusion()
        fusion.add(items)
        document, claims = next(reports(10, seed=2))
        started = time.perf_counter()
        fusion.add((document, c) for c in claims)
        more = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{len(items):9,}{len(whole.incidents):11,}{seconds:9.2f}{seconds / len(items) * 1000:10.3f}{more:12.3f}{peak:9.0f}", flush=True)


if __name__ == "__main__":
    main()
