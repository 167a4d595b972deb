"""Ways through a dependency parse that everybody needs: noun phrases as people write them down, subjects, clauses."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache

from spacy.tokens import Doc, Span, Token

from . import lexicon

EXTENDING = frozenset(["compound", "amod", "nmod", "poss", "det", "nummod", "case", "advmod", "quantmod", "predet", "punct", "npadvmod", "neg"])
REPORTING_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})


@cache
def words(kind: str) -> frozenset[str]:
    """A closed class of words of `data/grammar.yaml`."""
    return frozenset(lexicon.read("grammar.yaml")[kind])


def trim(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Drop articles, numerals and quantifiers from the front of a phrase, and punctuation and possessives from its ends."""
    while start < end and _idle(doc[start], last=start == end - 1):
        start += 1
    while end > start and _dangling(doc[end - 1]):
        end -= 1
    return start, end


def _dangling(token: Token) -> bool:
    """Whether a phrase cannot end in this token: punctuation, a possessive mark, a conjunction, a preposition, an article."""
    if token.is_punct and token.text not in (")", "]", "%"):
        return True
    return (
        token.is_space
        or token.tag_ == "POS"
        or token.pos_ in ("CCONJ", "DET", "SCONJ")
        or (token.pos_ == "ADP" and token.dep_ == "prep")
    )


def _idle(token: Token, *, last: bool) -> bool:
    if token.is_punct or token.is_space:
        return True
    if last:
        return False
    return (
        token.lower_ in words("leading") or token.like_num or token.lower_ in words("numerals") or (token.lower_ == "of" and token.i > 0)
    )


def noun_phrase(token: Token) -> tuple[int, int]:
    """Token bounds of the noun phrase headed by `token`, without relative clauses, articles, numerals or appositions.

    A complement with "of" is kept ("Ministry of Defence"); other prepositional phrases are not.
    """
    if token.pos_ == "PRON":
        return token.i, token.i + 1
    start = end = token.i
    for child in token.children:
        if child.dep_ in EXTENDING and child.i < token.i:
            start = min(start, child.left_edge.i)
        elif child.dep_ == "prep" and child.lower_ in ("of", "for") and child.i == end + 1 and token.pos_ == "PROPN":
            end = max(end, max((noun_phrase(g)[1] - 1 for g in child.children if g.dep_ == "pobj"), default=end))
    return trim(token.doc, start, end + 1)


def conjuncts(token: Token) -> list[Token]:
    """`token` and the nouns coordinated with it."""
    return [token, *token.conjuncts]


@cache
def _speech() -> frozenset[str]:
    return frozenset(lexicon.read("events.yaml")["speech"])


def is_reporting(token: Token) -> bool:
    """Whether `token` is a verb of saying."""
    return token.pos_ == "VERB" and token.lemma_.lower() in _speech()


def subject(verb: Token) -> Token | None:
    """The subject of `verb`, shared over coordination and control ("tried to seize", "shelled and stormed")."""
    seen = 0
    while seen < 6:
        for child in verb.children:
            if child.dep_ in REPORTING_SUBJECTS:
                return _antecedent(child)
        if verb.dep_ in ("conj", "xcomp", "advcl", "aux"):
            verb = verb.head
        elif verb.dep_ in ("acl", "relcl"):
            return verb.head
        else:
            return None
        seen += 1
    return None


def _antecedent(token: Token) -> Token:
    """The noun a relative pronoun stands for, else the token itself."""
    if token.lower_ in ("who", "which", "that") and token.head.dep_ == "relcl":
        return token.head.head
    return token


def ancestors(token: Token) -> Iterator[Token]:
    """`token` and its heads up to the root of the sentence."""
    yield token
    yield from token.ancestors


@lru_cache(maxsize=16)
def _sentences(doc: Doc) -> tuple[list[Span], list[int]]:
    """The sentences of a document and their first tokens, cut once for all who ask."""
    sentences = list(doc.sents)
    return sentences, [s.start for s in sentences]


def around(token: Token) -> tuple[list[Span], int]:
    """The sentences of the token's document and the number of its own among them."""
    sentences, starts = _sentences(token.doc)
    return sentences, bisect_right(starts, token.i) - 1
