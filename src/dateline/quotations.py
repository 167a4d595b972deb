"""What stands between quotation marks in a parsed report, and whose words they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Doc, Span, Token

from . import grammar

OPENING, CLOSING, STRAIGHT = frozenset({"“", "„", "``", "«"}), frozenset({"”", "''", "»"}), '"'
FIRST_PERSON = frozenset({"i", "we"})
BACK = 4  # quoted sentences in a row over which a speaker goes on speaking


@lru_cache(maxsize=16)
def quotations(doc: Doc) -> tuple[tuple[int, int], ...]:
    """Token bounds of the quotations in `doc`, marks included; one left open ends with its paragraph.

    A straight mark opens or closes by the spaces around it, and where those do not tell, by whether one is open. A closing mark
    that nothing opened ends a quotation that began with its sentence.
    """
    found: list[tuple[int, int]] = []
    begun: int | None = None
    for token in doc:
        if begun is not None and "\n" in token.text:
            found.append((begun, token.i))
            begun = None
        elif _opens(token, begun):
            begun = token.i if begun is None else begun
        elif _is_mark(token):
            found.append((token.sent.start if begun is None else begun, token.i + 1))
            begun = None
    return (*found, (begun, len(doc))) if begun is not None else tuple(found)


def _is_mark(token: Token) -> bool:
    return token.text in OPENING or token.text in CLOSING or token.text == STRAIGHT


def _opens(token: Token, begun: int | None) -> bool:
    if token.text != STRAIGHT:
        return token.text in OPENING
    if token.i == 0:
        return True
    before = token.nbor(-1)
    spaced_before, spaced_after = bool(before.whitespace_) or before.is_space, bool(token.whitespace_)
    if spaced_before != spaced_after:
        return spaced_before
    return begun is None and not (before.is_punct and before.text not in (",", ":", "-", "--", "(") and not spaced_before)


def holds(token: Token) -> bool:
    """Whether `token` stands between quotation marks."""
    return _marked(token) is not None


def _marked(token: Token) -> tuple[int, int] | None:
    return next(((start, end) for start, end in quotations(token.doc) if start <= token.i < end), None)


def around(token: Token) -> tuple[int, int] | None:
    """The quotation `token` stands in; a sentence in the first person that has lost its marks counts as one."""
    if marked := _marked(token):
        return marked
    sentence = token.sent
    spoken = any(t.lower_ in FIRST_PERSON and t.dep_ in ("nsubj", "nsubjpass") for t in sentence)
    return (sentence.start, sentence.end) if spoken else None


def speakers(token: Token, said: tuple[int, int]) -> Iterator[Token]:
    """Heads of the phrases that name who speaks in the quotation `said` around `token`, the likeliest first."""
    sentences, own = grammar.around(token)
    (_, first), (_, last) = grammar.around(token.doc[said[0]]), grammar.around(token.doc[said[1] - 1])
    for i in dict.fromkeys((own, last, first)):
        yield from _named(sentences[i], said)
    for i in range(first - 1, max(-1, first - 1 - BACK), -1):
        yield from _named(sentences[i], None)
        if around(sentences[i].root) is None:
            break
    if last + 1 < len(sentences):
        yield from _named(sentences[last + 1], None)


def _named(sentence: Span, said: tuple[int, int] | None) -> Iterator[Token]:
    """Subjects of the verbs of saying in `sentence` that stand outside the quotation `said`."""
    for token in sentence:
        if said and said[0] <= token.i < said[1]:
            continue
        if grammar.is_reporting(token) and (speaker := grammar.subject(token)) is not None:
            yield speaker
