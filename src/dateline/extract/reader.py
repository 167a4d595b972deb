"""Readers turn pages into claims: `accurate` combines the trained encoder with lexicon, grammar and cues, `fast` does without the encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from .. import grammar
from ..model.said import Claim, Page, Quantity, Span
from . import attribution, encoder, events, numbers, when, windows

FindTimes = Callable[[str], list[tuple[int, int]]]
Resolve = Callable[[Page, Span], Span]
TOPICAL = frozenset("request demand endorse reject agree breach talk threaten".split())
LISTED = ("actor", "target", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Thresholds of the accurate reader, chosen on `eval/dev` and checked on held-out reports."""

    none_bias: float = 0.0  # taken from the log-probability of "no claim"
    role: float = 0.5  # least probability of a slot filler
    pronouns: bool = True


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what was found in it: token bounds, character span, time expressions and numbers (in characters)."""

    start: int
    end: int
    span: tuple[int, int]
    times: list[tuple[int, int]]
    numbers: list[numbers.Number]


class AccurateReader:
    """Claims from the encoder's triggers and slots, completed by grammar: `extract(pages)` keeps order and length."""

    name = "accurate@1"

    def __init__(self, find_times: FindTimes, resolve: Resolve, policy: Policy | None = None, threads: int = 2) -> None:
        self.find_times, self.resolve, self.policy = find_times, resolve, policy or Policy()
        self.encoder = encoder.shared(threads)

    def extract(self, pages: Sequence[Page]) -> list[list[Claim]]:
        """Read pages together, so that the encoder's batches are full."""
        docs = [page.parse for page in pages]
        readings = self.encoder.read(docs, [events.flags(doc) for doc in docs])
        return [self._claims(page, reading) for page, reading in zip(pages, readings, strict=True)]

    def _claims(self, page: Page, reading: encoder.Reading) -> list[Claim]:
        claims = []
        for bounds in windows.sentence_bounds(page.parse):
            sentence = _sentence(page.parse, bounds, self.find_times)
            for token in range(*bounds):
                scored = reading.types[token].copy()
                scored[0] -= self.policy.none_bias
                best = int(scored.argmax())
                if best and scored[best] > -50:
                    kind = windows.labels()["types"][best]
                    claims.append(self._claim(page, sentence, reading, token, kind, float(scored[best])))
        return claims

    def _claim(self, page: Page, sentence: Sentence, reading: encoder.Reading, token: int, kind: str, score: float) -> Claim:
        slots = reading.slots(token, kind)
        filled = {
            role: self._spans(page, [s for s in spans if s[2] >= self.policy.role], token)
            for role, spans in slots.roles.items()
        }
        source = filled["source"] or self._resolved(page, attribution.sources(page.parse, token))
        topic = max(slots.topic, key=lambda t: slots.topic[t]) if kind in TOPICAL else None
        governing = when.governing(page.parse, token, _token_spans(page.parse, sentence.times))
        return _made(
            page, sentence, token, kind, self.name,
            status=max(slots.status, key=lambda s: slots.status[s]),
            topic="other" if topic == "none" else topic,
            **{role: filled[role] for role in LISTED},
            source=source,
            means=filled["means"][0] if filled["means"] else None,
            numbers=_quantities(page, sentence, slots.counted),
            when=(_chars(page, *governing),) if governing else (),
            score=round(min(1.0, 2.718281828 ** score), 4),
        )  # fmt: skip

    def _spans(self, page: Page, spans: Iterable[tuple[int, int, float]], trigger: int) -> tuple[Span, ...]:
        return self._resolved(page, [(s, e) for s, e, _ in spans if not s <= trigger < e])

    def _resolved(self, page: Page, spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        """Trim phrases and put the phrase a pronoun stands for in its place; unresolved pronouns are left out."""
        out: list[Span] = []
        for start, end in spans:
            start, end = grammar.trim(page.parse, start, end)
            if start >= end:
                continue
            span = _chars(page, start, end)
            if end - start == 1 and page.parse[start].pos_ in ("PRON", "DET"):
                span = self.resolve(page, span)
                if span.start == page.parse[start].idx:
                    continue
            if span not in out:
                out.append(span)
        return tuple(out)


def _sentence(doc: Doc, bounds: tuple[int, int], find_times: FindTimes) -> Sentence:
    start, end = bounds
    while start < end and doc[start].is_space:
        start += 1
    while end > start and doc[end - 1].is_space:
        end -= 1
    low, high = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    text = doc.text[low:high]
    times = [(low + s, low + e) for s, e in find_times(text)]
    found = [n for n in (_shifted(n, low) for n in numbers.find(text)) if not any(s <= n.start < e for s, e in times)]
    return Sentence(start, end, (low, high), times, found)


def _shifted(n: numbers.Number, by: int) -> numbers.Number:
    return numbers.Number(n.start + by, n.end + by, n.low, n.high, n.approximate, n.percent)


def _token_spans(doc: Doc, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found = (doc.char_span(s, e, alignment_mode="expand") for s, e in spans)
    return [(f.start, f.end) for f in found if f is not None]


def _chars(page: Page, start: int, end: int) -> Span:
    doc = page.parse
    return page.span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))


def _quantities(page: Page, sentence: Sentence, counted: dict[int, dict[str, float]]) -> tuple[Quantity, ...]:
    """Numbers of the sentence that the model gives to this claim, with what they count."""
    out = []
    for number in sentence.numbers:
        inside = page.parse.char_span(number.start, number.end, alignment_mode="expand")
        votes = [counted[t.i] for t in inside or () if t.i in counted]
        if not votes:
            continue
        of = max(votes[0], key=lambda k: max(v[k] for v in votes) if k != "none" else min(v[k] for v in votes))
        if of != "none":
            out.append(quantity(page, number, of))
    return tuple(out)


def quantity(page: Page, number: numbers.Number, of: str) -> Quantity:
    """A number that counts `of`, as a claim's quantity, with the denominator of a share."""
    span = page.span(number.start, number.end)
    unit = numbers.unit(page.parse, number, of)
    share = _denominator(page, number) if unit == "percent" else ""
    return Quantity(of=of, low=number.low, high=number.high, unit=unit, span=span, approximate=number.approximate, share_of=share)


def _denominator(page: Page, number: numbers.Number) -> str:
    """What a share is a share of: the phrase after "of", with the clause that narrows it."""
    doc = page.parse
    inside = doc.char_span(number.start, number.end, alignment_mode="expand")
    at = inside.end if inside is not None else len(doc)
    if at + 1 >= len(doc) or doc[at].lower_ != "of":
        return ""
    end = at + 1
    while end < len(doc) and not doc[end].is_punct and doc[end].dep_ not in ("cc", "mark") and not (doc[end].pos_ == "AUX" and end > at + 2):
        end += 1
    return str(doc[at + 1 : end].text)


def _made(page: Page, sentence: Sentence, token: int, kind: str, by: str, **fields: object) -> Claim:
    trigger = _chars(page, token, token + 1)
    key = f"{page.document.id}:{trigger.start}:{kind}"
    return Claim(
        id="clm_" + hashlib.sha256(key.encode()).hexdigest()[:20], document=page.document.id, type=kind,
        trigger=trigger, evidence=page.span(*sentence.span), tense=tense(page.parse, token), by=by, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def tense(doc: Doc, token: int) -> str:
    """past, present or future of the clause a trigger stands in, "" when the words do not say."""
    verb = next((t for t in grammar.ancestors(doc[token]) if t.pos_ in ("VERB", "AUX")), None)
    if verb is None:
        return ""
    if any(c.lower_ in ("will", "shall", "'ll", "’ll", "wo") for c in verb.children if c.dep_ == "aux"):
        return "future"
    tags = {verb.tag_, *(c.tag_ for c in verb.children if c.dep_ in ("aux", "auxpass"))}
    return "past" if tags & {"VBD", "VBN"} else "present" if tags & {"VBP", "VBZ", "VBG"} else ""
