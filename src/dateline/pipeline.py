"""Composes the stages: documents in, grounded claims out. The only place where stages meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from typing import Protocol

from spacy.tokens import Doc

from . import registry
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

BATCH = 8  # documents read together, so that the encoder's batches are full

Annotator = Callable[[Page], Page]


class Extractor(Protocol):
    """Turns pages into claims, one list a page, in order."""

    name: str

    def extract(self, pages: Sequence[Page]) -> list[list[Claim]]: ...


class Pipeline:
    """The one place where a document becomes a page: the parse, then every annotator in turn."""

    def __init__(self, config: Config) -> None:
        self.nlp = load_pipeline(config.pipeline)
        self.annotators: list[Annotator] = [registry.component("annotator", n) for n in registry.names("annotator")]

    def read(self, document: Document) -> Page:
        """Parse `document` and mark it."""
        return next(self.pages([document]))

    def pages(self, documents: Sequence[Document]) -> Iterator[Page]:
        """`read` for several documents, parsed together."""
        for document, doc in zip(documents, parse((d.text for d in documents), self.nlp), strict=True):
            yield self._annotated(document, doc)

    def _annotated(self, document: Document, doc: Doc) -> Page:
        return reduce(lambda page, annotate: annotate(page), self.annotators, Page(document=document, parse=doc))


class Reader:
    """Documents to grounded claims with the components `config` names; slow to build, quick to use.

    Raises `MissingComponent` with the command that installs what is missing, `UsageError` for an unknown name.
    """

    def __init__(self, config: Config) -> None:
        make = registry.component("reader", config.reader)
        self.pipeline = Pipeline(config)
        self.extractor: Extractor = make(find_times=times.find, resolve=chains.resolve, threads=config.threads)
        self.grounder = Grounder(Resolver(Gazetteer.open(config.gazetteer)), Ontology.load(config.overlays))

    def read(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[GroundedClaim]]]:
        """Each document with its claims, in the order given; only a few documents are held at a time."""
        source = iter(documents)
        while batch := list(islice(source, BATCH)):
            pages = list(self.pipeline.pages(batch))
            for page, claims in zip(pages, self.extractor.extract(pages), strict=True):
                yield page.document, self.grounder.ground(page.document, claims)
