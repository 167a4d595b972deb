"""Slots of a trigger by grammar alone: who, to whom, where, with what, from the dependency tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc, Token

from .. import grammar, lexicon

Spans = list[tuple[int, int]]
LOCATIVE = frozenset(
    ["in", "at", "near", "into", "from", "around", "outside", "inside", "across", "on", "toward", "towards", "throughout", "over", "to", "of", "through"]
)
PLACES = frozenset({"GPE", "LOC", "FAC"})
TAKEN_FROM = frozenset({"capture", "withdraw", "hold", "advance", "siege"})
STRUCK = frozenset(["airstrike", "shelling", "bombing", "chemical", "attack", "damage"])
HARMED = frozenset(["casualties", "displace", "evacuate", "abduct", "arrest", "release"])
LIGHT = frozenset(["carry", "conduct", "launch", "mount", "stage", "make", "take", "hold", "have", "give", "begin", "start", "come", "suffer", "wage"])


@dataclass(slots=True)
class Frame:
    """Token spans by slot."""

    actor: Spans = field(default_factory=list)
    target: Spans = field(default_factory=list)
    place: Spans = field(default_factory=list)
    means: Spans = field(default_factory=list)


@cache
def _means() -> frozenset[str]:
    return frozenset(lexicon.read("means.yaml")["nouns"])


def fill(doc: Doc, trigger: int, kind: str) -> Frame:
    """Fill the slots of the trigger at token `trigger`, read as a claim of type `kind`."""
    token = doc[trigger]
    frame = Frame()
    (_verbal if token.pos_ in ("VERB", "AUX", "ADJ") else _nominal)(token, kind, frame)
    if not frame.place:
        frame.place = _nearest_places(token)
    frame.means = _weapons(token)
    return frame


def _phrases(tokens: Iterable[Token]) -> Spans:
    return [grammar.noun_phrase(t) for head in tokens for t in grammar.conjuncts(head)]


def _is_place(token: Token) -> bool:
    return token.ent_type_ in PLACES or token.lemma_.lower() in lexicon.read("means.yaml")["areas"]


def _put(frame: Frame, tokens: Iterable[Token], kind: str, slot: str) -> None:
    """Objects that are places are where it happened; the rest are whom it was done to."""
    for head in tokens:
        for token in grammar.conjuncts(head):
            where = (
                frame.place if slot == "target" and _is_place(token) and kind not in HARMED else getattr(frame, slot)
            )
            where.append(grammar.noun_phrase(token))


def _verbal(verb: Token, kind: str, frame: Frame) -> None:
    passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children) or (
        verb.tag_ == "VBN" and verb.dep_ == "acl"
    )
    subject = grammar.subject(verb)
    if subject is not None:
        slot = (
            "target"
            if passive or (kind in HARMED and verb.lemma_ in ("die", "flee", "leave", "escape", "perish"))
            else "actor"
        )
        _put(frame, [subject], kind, slot)
    for child in verb.children:
        if child.dep_ in ("dobj", "dative"):
            _put(frame, [child], kind, "target")
        elif child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            _put(frame, [c for c in child.children if c.dep_ == "pobj"], kind, "actor")
        elif child.dep_ == "prep":
            _prepositional(child, kind, frame)


def _prepositional(preposition: Token, kind: str, frame: Frame) -> None:
    objects = [c for c in preposition.children if c.dep_ == "pobj"]
    if preposition.lower_ in ("against", "with", "between") and kind not in ("talk", "agree"):
        _put(frame, [o for o in objects if o.lemma_.lower() not in _means()], kind, "target")
    elif preposition.lower_ in LOCATIVE:
        frame.place += _phrases(o for o in objects if _is_place(o))


def _nominal(noun: Token, kind: str, frame: Frame) -> None:
    for child in noun.children:
        if child.dep_ in ("amod", "compound", "nmod", "poss") and (
            child.ent_type_ in ("NORP", "ORG", "GPE", "PERSON")
            or child.lemma_.lower() in lexicon.read("means.yaml")["agents"]
        ):
            frame.actor.append(grammar.noun_phrase(child) if child.dep_ == "poss" else (child.i, child.i + 1))
        elif child.dep_ == "prep" and child.lower_ == "by":
            frame.actor += _phrases(c for c in child.children if c.dep_ == "pobj")
        elif child.dep_ == "prep" and child.lower_ in ("of", "on", "against", "with", "between"):
            objects = [c for c in child.children if c.dep_ == "pobj"]
            _put(frame, objects, kind, "actor" if child.lower_ == "between" else "target")
        elif child.dep_ == "prep":
            _prepositional(child, kind, frame)
    verb = noun.head
    if noun.dep_ in ("dobj", "nsubjpass") and verb.lemma_ in LIGHT:
        subject = grammar.subject(verb)
        if subject is not None and subject.i != noun.i and not frame.actor:
            frame.actor += _phrases([subject])
    for child in verb.children if noun.dep_ in ("dobj", "nsubj", "nsubjpass", "attr") else ():
        if child.dep_ == "prep":
            _prepositional(child, kind, frame)


def _nearest_places(token: Token) -> Spans:
    """Places of the sentence after a preposition, the nearest to the trigger."""
    found = [t for t in token.sent if t.ent_type_ in PLACES and t.dep_ == "pobj" and t.head.lower_ in LOCATIVE]
    return _phrases([min(found, key=lambda t: abs(t.i - token.i))]) if found else []


def _weapons(token: Token) -> Spans:
    found = [t for t in token.sent if t.lemma_.lower() in _means() and abs(t.i - token.i) < 12]
    return [grammar.noun_phrase(min(found, key=lambda t: abs(t.i - token.i)))] if found else []
