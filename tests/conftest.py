"""What tests share: one loaded reader, and small grounded claims made by hand."""

from __future__ import annotations

from datetime import date

import pytest

from dateline.config import Config
from dateline.model.said import Claim, Document, Quantity, Span
from dateline.model.world import Actor, ActorRef, GroundedClaim, Place, PlaceRef, Source, TimeRef


@pytest.fixture(scope="session")
def report_reader():
    """The default reader, loaded once."""
    from dateline.pipeline import Reader

    return Reader(Config())


@pytest.fixture
def read(report_reader):
    """Read one text as a report of Friday 9 December 2016 and return its grounded claims."""

    def reader(text: str, **fields):
        document = Document(id="doc_test", name="test", text=text, published=date(2016, 12, 9), **fields)
        return next(report_reader.read([document]))[1]

    return reader


def span(text: str, start: int = 0, document: str = "doc_a") -> Span:
    return Span(document=document, start=start, end=start + len(text), text=text)


def make_document(
    name: str = "a", published: date = date(2020, 5, 4), outlet: str = "Outlet A", text: str = "Some text."
) -> Document:
    return Document(id=f"doc_{name}", name=name, text=text, outlet=outlet, published=published)


def make_claim(
    kind: str, *, document: str = "doc_a", at: int = 0, status: str = "happened", actor: tuple[str, str] | None = None, place: str = "p1",
    day: date | None = date(2020, 5, 3), source: tuple[str, str, str] | None = None, killed: tuple[float | None, float | None] | None = None, topic: str | None = None, target: tuple[str, str] | None = None,
) -> GroundedClaim:  # fmt: skip
    """A grounded claim: actor and target are (name, side), source (name, kind, side), killed (low, high)."""
    numbers = (
        (Quantity(of="killed", low=killed[0], high=killed[1], unit="people", span=span("n", at, document)),)
        if killed
        else ()
    )
    claim = Claim(
        id=f"clm_{document}_{at}_{kind}", document=document, type=kind, status=status, trigger=span("did", at, document),
        evidence=span("Somebody did something there.", at, document), topic=topic, numbers=numbers,
    )  # fmt: skip
    return GroundedClaim(
        claim=claim,
        actor=(ActorRef(text=actor[0], actor=Actor(id=actor[0], name=actor[0], kind="rebel", side=actor[1])),) if actor else (),
        target=(ActorRef(text=target[0], actor=Actor(id=target[0], name=target[0], kind="rebel", side=target[1])),) if target else (),
        place=(PlaceRef(text=place, place=Place(id=place, name=place.title(), kind="town", lat=1.0, lon=2.0, radius_km=2.0, country="SY"), precision=1),) if place else (),
        time=TimeRef(start=day, end=day, grain="day", basis="stated", precision=1) if day else None,
        source=(Source(text=source[0], kind=source[1], name=source[0], side=source[2]),) if source else (),
    )  # fmt: skip
