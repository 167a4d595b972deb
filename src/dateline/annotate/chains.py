"""Chains inside a report: which noun phrase a pronoun stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from spacy.tokens import Token

from .. import grammar, lexicon, quotations
from ..model.said import Chain, Page, Span

PERSONAL = {
    "he": "person", "him": "person", "his": "person", "she": "person", "her": "person",
    "i": "speaker", "we": "speakers", "us": "speakers", "me": "speaker", "my": "speaker", "our": "speakers",
    "they": "group", "them": "group", "their": "group", "it": "thing", "its": "thing",
    "himself": "person", "herself": "person", "themselves": "group", "itself": "thing",
}  # fmt: skip
REACH = 4  # sentences looked back over
SUBJECTS = frozenset({"nsubj", "nsubjpass"})


@cache
def _nouns() -> dict[str, frozenset[str]]:
    return {kind: frozenset(words) for kind, words in lexicon.read("nouns.yaml").items()}


def annotate(page: Page) -> Page:
    """Add to `page` a chain for each pronoun that can be resolved."""
    chains = []
    for token in page.parse:
        wanted = PERSONAL.get(token.lower_)
        if wanted and token.pos_ in ("PRON", "DET"):
            head = _antecedent(token, wanted)
            if head is not None:
                chains.append(
                    Chain(head=page.words(*grammar.noun_phrase(head)), mentions=(page.words(token.i, token.i + 1),))
                )
    return replace(page, chains=tuple(chains))


def _antecedent(token: Token, wanted: str) -> Token | None:
    """The nearest fitting noun before `token`: subjects before others, the latest sentence first."""
    if wanted in ("speaker", "speakers"):
        return _speaker(token)
    back = [[c for c in candidates if _fits(c, wanted)] for candidates in _sentences_back(token)]
    if _is_speaker(token):
        spoke = next((c for candidates in back for c in reversed(candidates) if _is_speaker(c)), None)
        if spoke is not None:
            return spoke
        back = [[c for c in candidates if _speaks(c)] for candidates in back]
    fitting = next((candidates for candidates in back if candidates), [])
    return max(fitting, key=lambda c: (c.dep_ in SUBJECTS, _named(c), c.i), default=None)


def _sentences_back(token: Token) -> Iterator[list[Token]]:
    """Nouns before `token`, sentence by sentence backwards, never across a line of unrelated text."""
    sentences, at = grammar.around(token)
    own = sentences[at]
    yield [t for t in own if t.i < token.i and t.pos_ in ("NOUN", "PROPN") and t not in token.ancestors and _heads(t)]
    for sentence in reversed(sentences[max(0, at - REACH) : at]):
        yield [t for t in sentence if t.pos_ in ("NOUN", "PROPN") and _heads(t)]


def _heads(token: Token) -> bool:
    return token.dep_ not in ("compound", "nmod", "amod", "npadvmod", "nummod", "quantmod")


def _named(token: Token) -> bool:
    return token.ent_type_ in ("PERSON", "ORG", "NORP", "GPE")


def _is_speaker(token: Token) -> bool:
    return token.dep_ == "nsubj" and token.head.lemma_ in _nouns()["speech"]


def _speaks(token: Token) -> bool:
    """Whether a noun names someone who can speak: a person, a body or a group of people."""
    nouns, lemma = _nouns(), token.lemma_.lower()
    return _named(token) or lemma in nouns["persons"] or lemma in nouns["groups"]


def _fits(token: Token, wanted: str) -> bool:
    """Number, animacy and kind of a noun against the pronoun's."""
    nouns, plural = _nouns(), token.tag_ in ("NNS", "NNPS")
    if token.ent_type_ in ("DATE", "TIME", "CARDINAL", "PERCENT", "QUANTITY", "MONEY", "ORDINAL"):
        return False
    if wanted == "person":
        return not plural and (token.ent_type_ == "PERSON" or token.lemma_.lower() in nouns["persons"])
    if wanted == "group":
        return plural or token.lemma_.lower() in nouns["groups"] or bool(list(token.conjuncts))
    if token.ent_type_ == "PERSON" or plural or token.lemma_.lower() in nouns["persons"]:
        return False
    return token.ent_type_ in ("ORG", "GPE", "NORP", "LOC") or token.lemma_.lower() in nouns["groups"]


def _speaker(token: Token) -> Token | None:
    """Who says "I" or "we": the speaker of the quotation the word stands in."""
    said = quotations.around(token)
    for speaker in quotations.speakers(token, said) if said else ():
        wanted = PERSONAL.get(speaker.lower_)
        if wanted is None:
            return speaker
        if wanted in ("person", "group", "thing"):
            return _antecedent(speaker, wanted)
    return None


def resolve(page: Page, span: Span) -> Span:
    """The phrase `span` stands for: the head of its chain, or itself."""
    return next((c.head for c in page.chains if span in c.mentions), span)

