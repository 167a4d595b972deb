"""Who says so: the chain of sources over a trigger, from the parse, quotations and reporting words."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from .. import grammar, quotations

OPENING = frozenset({"ccomp", "parataxis", "xcomp", "pcomp", "acl"})


def opens(token: Token) -> bool:
    """Whether `token` heads a clause that its head reports."""
    return token.dep_ in OPENING


def sources(doc: Doc, trigger: int) -> list[tuple[int, int]]:
    """Noun phrases (token bounds) that vouch for the trigger, innermost first; pronouns are left for the chains to resolve."""
    found = [*_above(doc[trigger]), *_according(doc, trigger)] or list(_quoted(doc, trigger))
    return list(dict.fromkeys(found))


def _above(token: Token) -> Iterator[tuple[int, int]]:
    """Speakers of the reporting verbs whose complement holds `token`."""
    for head in token.ancestors:
        if token.dep_ in OPENING and grammar.is_reporting(head):
            speaker = grammar.subject(head)
            if speaker is not None and speaker.i != token.i and not _inside(speaker, token):
                yield grammar.noun_phrase(speaker)
            yield from (grammar.noun_phrase(t) for t in _told(head) if _is_outlet(t))
        token = head


def _inside(inner: Token, outer: Token) -> bool:
    return any(a.i == outer.i for a in grammar.ancestors(inner))


def _told(verb: Token) -> list[Token]:
    """Whom a speaker told ("told Al-Watan"); nobody where the verb is another."""
    return [c for c in verb.children if c.dep_ in ("dobj", "dative")] if verb.lemma_ == "tell" else []


def _is_outlet(token: Token) -> bool:
    return token.ent_type_ in ("ORG", "PRODUCT", "WORK_OF_ART") or token.lemma_.lower() in grammar.words("media")


def interviews(doc: Doc) -> Iterator[tuple[Token, tuple[int, int]]]:
    """Who spoke to which outlet: the speaker's token and the outlet's phrase ("In an interview with Al-Watan, Assad …")."""
    for token in doc:
        if token.lemma_.lower() not in ("interview", "tell", "speak"):
            continue
        verb = next((t for t in grammar.ancestors(token) if t.pos_ == "VERB"), None)
        speaker = grammar.subject(verb) if verb is not None else None
        reached = [t for c in token.children if c.dep_ == "prep" and c.lower_ in ("with", "to") for t in c.children if t.dep_ == "pobj"]
        for outlet in (*reached, *_told(token)):
            if speaker is not None and _is_outlet(outlet):
                yield speaker, grammar.noun_phrase(outlet)


def _according(doc: Doc, trigger: int) -> Iterator[tuple[int, int]]:
    """"according to X", "citing X", anywhere in the trigger's sentence."""
    sentence = doc[trigger].sent
    for token in sentence:
        if token.lower_ == "according" and token.i + 1 < sentence.end and doc[token.i + 1].lower_ == "to":
            for child in (c for t in (token, doc[token.i + 1]) for c in t.children if c.dep_ == "pobj"):
                yield grammar.noun_phrase(child)
        elif token.lower_ in ("citing", "quoting"):
            for child in (c for c in token.children if c.dep_ == "dobj"):
                yield grammar.noun_phrase(child)


def _quoted(doc: Doc, trigger: int) -> Iterator[tuple[int, int]]:
    """The speaker of a quotation that holds the trigger."""
    said = quotations.around(doc[trigger])
    if said:
        for speaker in quotations.speakers(doc[trigger], said):
            if speaker.i != trigger:
                yield grammar.noun_phrase(speaker)
                return
