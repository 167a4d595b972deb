"""Whether it happened: tense, modality, negation and the governing verb of a trigger, from `data/cues.yaml`."""

from __future__ import annotations

from functools import cache

from spacy.tokens import Doc, Token

from .. import grammar, lexicon

CLAUSES = frozenset({"xcomp", "ccomp", "dobj", "pobj", "prep", "nsubjpass", "acl", "advcl", "conj", "nsubj", "compound", "pcomp", "amod", "poss", "attr"})
BE = frozenset({"is", "are", "was", "were", "been", "'re", "'s", "be"})


@cache
def _words() -> dict[str, frozenset[str]]:
    return {kind: frozenset(words) for kind, words in lexicon.read("cues.yaml").items()}


def status(doc: Doc, trigger: int) -> str:
    """happened, ongoing, planned, predicted, requested, conditional, possible or denied; "" when no word tells."""
    token = doc[trigger]
    return _own(token) or _governed(token)


def _own(token: Token) -> str:
    """What the trigger's own clause says: negation, modals, conditions, aspect."""
    words = _words()
    verb = token if token.pos_ in ("VERB", "AUX") else None
    below = {c.lower_ for c in token.children}
    if any(c.dep_ == "neg" for c in token.children) or (verb is None and below & {"no", "not"}):
        return "denied"
    if below & words["doubt_adverbs"]:
        return "possible"
    if verb is None:
        return "planned" if below & words["planned_adjectives"] else "possible" if below & words["possible_adjectives"] else ""
    auxiliaries = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if any(c.dep_ == "mark" and c.lower_ in words["conditions"] for c in verb.children):
        return "conditional"
    if auxiliaries & words["possible_modals"]:
        return "possible"
    if auxiliaries & words["future_modals"]:
        return "planned"
    if "being" in auxiliaries or (verb.tag_ == "VBG" and auxiliaries & BE):
        return "ongoing"
    return ""


def _governed(token: Token) -> str:
    """What the verbs and nouns above the trigger make of it, the nearest first."""
    words = _words()
    below = token
    for head in token.ancestors:
        if below.dep_ not in CLAUSES:
            return ""
        lemma = head.lemma_.lower()
        for kind in ("planned", "requested", "denied", "possible", "predicted", "ongoing"):
            if lemma in words[f"{kind}_heads"]:
                return "denied" if kind == "planned" and any(c.dep_ == "neg" for c in head.children) else kind
        if head.pos_ in ("VERB", "AUX") and below.dep_ != "conj":
            return _own(head) if below.dep_ in ("dobj", "nsubjpass", "nsubj", "prep", "attr") else ""
        below = head
    return ""


def foretells(doc: Doc, trigger: int) -> bool:
    """Whether a statement is about the future: a verb of predicting, or will or would in what is said."""
    token, words = doc[trigger], _words()
    said = (t.lower_ for t in token.subtree if t.dep_ == "aux")
    return token.lemma_.lower() in words["foretelling"] or any(w in words["future_modals"] or w == "would" for w in said)


def tense(doc: Doc, token: int) -> str:
    """past, present, future or background (an undated past beside the news) of a trigger's clause, "" when the words do not say."""
    verb = next((t for t in grammar.ancestors(doc[token]) if t.pos_ in ("VERB", "AUX")), None)
    if verb is None:
        return ""
    auxiliaries = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if auxiliaries & _words()["future_modals"]:
        return "future"
    if (verb.dep_ in ("relcl", "acl") and verb.tag_ in ("VBD", "VBN")) or (verb.tag_ == "VBN" and "had" in auxiliaries and verb.dep_ != "ccomp"):
        return "background"
    if any(c.lower_ in _words()["undated"] for c in verb.children if c.dep_ == "advmod"):
        return "background"
    tags = {verb.tag_, *(c.tag_ for c in verb.children if c.dep_ in ("aux", "auxpass"))}
    return "past" if tags & {"VBD", "VBN"} else "present" if tags & {"VBP", "VBZ", "VBG"} else ""
