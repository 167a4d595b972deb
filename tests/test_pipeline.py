"""The composed stages keep order, offsets and identity."""

from dataclasses import replace
from datetime import date

import pytest

from dateline import pipeline, registry
from dateline.config import Config
from dateline.errors import MissingComponent, UsageError
from dateline.model.said import Document, Page

TEXTS = ["Rebels seized the village on Monday.", "The market was quiet.", "Shells hit the port, killing three sailors."]


def documents():
    return [Document(id=f"doc_{i}", name=str(i), text=t, published=date(2021, 5, 7)) for i, t in enumerate(TEXTS)]


def test_documents_come_back_in_order_and_claims_point_at_their_words(report_reader):
    read = list(report_reader.read(documents() * 4))
    assert [d.name for d, _ in read] == ["0", "1", "2"] * 4
    for document, claims in read:
        for mark in (m for c in claims for m in (c.claim.trigger, c.claim.evidence, *c.claim.actor, *c.claim.place)):
            assert document.text[mark.start : mark.end] == mark.text and mark.document == document.id


def test_reading_again_gives_the_same_claims_and_ids(report_reader):
    once, again = (list(report_reader.read(documents())) for _ in range(2))
    assert once == again and len({c.claim.id for _, claims in once for c in claims}) == sum(len(c) for _, c in once)


def test_reading_is_lazy(report_reader):
    taken = []
    endless = (taken.append(i) or replace(documents()[0], id=f"doc_{i}") for i in range(10_000))
    next(report_reader.read(endless))
    assert len(taken) == pipeline.BATCH


def test_every_annotator_marks_the_page_in_turn(monkeypatch):
    marked = []

    def first(page: Page) -> Page:
        marked.append("first")
        return replace(page, mentions=())

    def second(page: Page) -> Page:
        marked.append("second")
        return page

    table = {"first": first, "second": second}
    monkeypatch.setattr(registry, "names", lambda _kind: table)
    monkeypatch.setattr(registry, "component", lambda _kind, name: table[name])
    page = pipeline.Pipeline(Config()).read(documents()[0])
    assert marked == ["first", "second"] and page.parse.text == TEXTS[0]


def test_unknown_reader_and_missing_pipeline_say_what_to_do():
    with pytest.raises(UsageError, match="choose one of"):
        pipeline.Reader(Config(reader="slow"))
    with pytest.raises(MissingComponent, match="python -m spacy download en_core_web_lg"):
        pipeline.Reader(Config(pipeline="en_core_web_lg"))
