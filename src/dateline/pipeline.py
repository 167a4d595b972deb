"""Composes the stages: documents in, grounded claims out. The only place where stages meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from .annotate import chains
from .annotate.parse import load_pipeline, parse
from .config import Config
from .ground import times
from .ground.actors import Ontology
from .ground.gazetteer import Gazetteer
from .ground.grounder import Grounder
from .ground.places import Resolver
from .model.said import Claim, Document, Page
from .model.world import GroundedClaim
from .registry import component

BATCH = 8  # documents read together, so that the encoder's batches are full


class Extractor(Protocol):
    """Turns pages into claims, one list a page, in order."""

    name: str

    def extract(self, pages: Sequence[Page]) -> list[list[Claim]]: ...


class Pipeline:
    """Reads documents with the components the configuration names; build it once, it is slow to load and quick to use."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.nlp = load_pipeline(config.pipeline)
        self.extractor: Extractor = component("reader", config.reader)(
            find_times=times.find, resolve=chains.resolve, threads=config.threads
        )
        self.grounder = Grounder(Resolver(Gazetteer.open(config.gazetteer)), Ontology.load(config.overlays))

    def pages(self, documents: Iterable[Document]) -> Iterator[Page]:
        """Documents with their parse and marks."""
        documents = list(documents)
        for document, doc in zip(documents, parse((d.text for d in documents), self.nlp), strict=True):
            yield chains.annotate(Page(document=document, parse=doc))

    def read(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[GroundedClaim]]]:
        """Documents with their grounded claims, in order."""
        source = iter(documents)
        while batch := list(islice(source, BATCH)):
            pages = list(self.pages(batch))
            for page, claims in zip(pages, self.extractor.extract(pages), strict=True):
                yield page.document, self.grounder.ground(page.document, claims)
