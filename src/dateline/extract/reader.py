"""Readers turn pages into claims: `accurate` combines the trained encoder with lexicon, grammar and cues, `fast` does without the encoder."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from spacy.tokens import Doc
from spacy.tokens import Span as Words

from .. import grammar, quotations
from ..model.said import Claim, Page, Quantity, Span
from . import attribution, encoder, events, frames, linear, numbers, status, when, windows

Filler = tuple[int, int, float]  # token bounds and probability of a slot filler
FindTimes = Callable[[str], list[tuple[int, int]]]
Resolve = Callable[[Page, Span], Span]
SPOKEN = frozenset(["request", "demand", "accuse", "threaten", "reject", "endorse"])
TOPICAL = frozenset(["request", "demand", "endorse", "reject", "agree", "breach", "talk", "threaten"])
LISTED = ("actor", "target", "place")
HARM = ("killed", "wounded", "killed_or_wounded")
WORDS = frozenset({"statement", "accuse"})
NEARBY = 400  # characters over which a place is still the one spoken of
IMPOSSIBLE = -50.0  # log-probability of a type for a word the encoder did not see


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Thresholds of the accurate reader, chosen on `eval/dev` and checked on held-out reports."""

    none_bias: float = 0.3  # taken from the log-probability of "no claim"
    role: float = 0.6  # least probability of a slot filler
    marked: float = 1.5  # weight of statuses other than happened: reports hold more of them than single sentences
    cue: float = 2.0  # weight of the status that words of the sentence tell of
    second_place: float = 0.97  # least probability of a place that is not listed with the likeliest
    linear: float = 0.7  # weight of the linear model's opinion beside the encoder's


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what was found in it: token bounds, character span, time expressions and numbers (in characters)."""

    start: int
    end: int
    span: tuple[int, int]
    times: list[tuple[int, int]]
    numbers: list[numbers.Number]


class _Reader:
    """What both readers share: resolving phrases to spans, sentence by sentence."""

    def __init__(self, find_times: FindTimes, resolve: Resolve) -> None:
        self.find_times, self.resolve = find_times, resolve

    def _resolved(self, page: Page, spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        """Trim phrases and put the phrase a pronoun stands for in its place; unresolved pronouns are left out."""
        out: list[Span] = []
        for start, end in spans:
            start, end = grammar.trim(page.parse, start, end)
            if start >= end:
                continue
            span = page.words(start, end)
            if end - start == 1 and page.parse[start].pos_ in ("PRON", "DET"):
                span = self.resolve(page, span)
                if span.start == page.parse[start].idx:
                    continue
            if span not in out:
                out.append(span)
        return tuple(out)

    def _when(self, page: Page, sentence: Sentence, token: int) -> tuple[Span, ...]:
        governing = when.governing(page.parse, token, _token_spans(page.parse, sentence.times))
        return (page.words(*governing),) if governing else ()


class AccurateReader(_Reader):
    """Claims from the encoder's triggers and slots, completed by grammar: `extract(pages)` keeps order and length."""

    name = "accurate@1"

    def __init__(self, find_times: FindTimes, resolve: Resolve, policy: Policy | None = None, threads: int = 2) -> None:
        super().__init__(find_times, resolve)
        self.policy = policy or Policy()
        self.encoder = encoder.shared(threads)

    def extract(self, pages: Sequence[Page]) -> list[list[Claim]]:
        """Read pages together, so that the encoder's batches are full."""
        docs = [page.parse for page in pages]
        flags = [events.flags(doc) for doc in docs]
        readings = self.encoder.read(docs, flags)
        return [
            _completed(page, self._claims(page, reading, own))
            for page, reading, own in zip(pages, readings, flags, strict=True)
        ]

    def _claims(self, page: Page, reading: encoder.Reading, flags: list[set[str]]) -> list[Claim]:
        claims, kinds = [], windows.labels()["types"]
        second = linear.score(page.parse, flags) if self.policy.linear else {}
        for bounds in windows.sentence_bounds(page.parse):
            sentence = _sentence(page, bounds, self.find_times)
            for token in range(*bounds):
                scored = reading.types[token].copy()
                if token in second:
                    scored += self.policy.linear * second[token]
                scored[0] -= self.policy.none_bias
                best = int(scored.argmax())
                if best and scored[best] > IMPOSSIBLE:
                    claims.append(
                        self._claim(page, sentence, reading, token, kinds[best], float(reading.types[token][best]))
                    )
        return claims

    def _claim(
        self, page: Page, sentence: Sentence, reading: encoder.Reading, token: int, kind: str, score: float
    ) -> Claim:
        slots = reading.slots(token, kind)
        filled = {
            role: self._resolved(page, self._chosen(page.parse, role, spans, token))
            for role, spans in _parted(slots.roles).items()
        }
        cue, policy = status.status(page.parse, token), self.policy
        weight = {s: (policy.marked if s != "happened" else 1) * (policy.cue if s == cue else 1) for s in slots.status}
        told = max(weight, key=lambda s: slots.status[s] * weight[s])
        if kind == "statement" and told == "happened" and status.foretells(page.parse, token):
            told = "predicted"
        topic = max(slots.topic, key=lambda t: slots.topic[t]) if kind in TOPICAL else None
        return _made(
            page, sentence, token, kind, self.name,
            status=told,
            topic="other" if topic == "none" else topic,
            target=filled["target"], place=filled["place"],
            **_voices(page.parse, token, kind, filled["actor"], filled["source"] or self._resolved(page, attribution.sources(page.parse, token))),
            means=filled["means"][0] if filled["means"] else None,
            numbers=_quantities(page, sentence, kind, slots.counted),
            when=self._when(page, sentence, token),
            score=round(min(1.0, math.exp(score)), 4),
        )  # fmt: skip

    def _chosen(self, doc: Doc, role: str, spans: Iterable[Filler], token: int) -> list[tuple[int, int]]:
        """The likely fillers of a role; of several places only the likeliest and those listed with it."""
        likely = [s for s in _joined(doc, spans) if s[2] >= self.policy.role and not s[0] <= token < s[1]]
        if role == "place" and len(likely) > 1:
            best = max(likely, key=lambda s: s[2])
            likely = [s for s in likely if s is best or s[2] >= self.policy.second_place or _listed(doc, best, s)]
        return [(start, end) for start, end, _ in likely]


def _parted(roles: dict[str, list[Filler]]) -> dict[str, list[Filler]]:
    """The fillers by role, with no words both acting and acted upon: the likelier reading stands."""
    actors, targets = roles["actor"], roles["target"]
    return roles | {
        "actor": [a for a in actors if not any(_overlap(a, t) and t[2] > a[2] for t in targets)],
        "target": [t for t in targets if not any(_overlap(a, t) and a[2] >= t[2] for a in actors)],
    }


def _overlap(one: Filler, other: Filler) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _joined(doc: Doc, spans: Iterable[Filler]) -> list[Filler]:
    """Spans that touch are one phrase, unless a conjunction or comma parts them."""
    out: list[Filler] = []
    for start, end, chance in spans:
        if out and out[-1][1] == start and doc[start - 1].pos_ not in ("CCONJ", "PUNCT") and doc[start].pos_ != "CCONJ":
            out[-1] = (out[-1][0], end, max(out[-1][2], chance))
        else:
            out.append((start, end, chance))
    return out


def _listed(doc: Doc, one: Filler, other: Filler) -> bool:
    """Whether two phrases stand in one list ("in A, B and C")."""
    first, second = doc[one[0] : one[1]].root, doc[other[0] : other[1]].root
    return second in first.conjuncts


class FastReader(_Reader):
    """Claims from the linear trigger model and grammar, without the encoder: for bulk work."""

    name = "fast@1"

    def __init__(self, find_times: FindTimes, resolve: Resolve, none_bias: float = 1.0, threads: int = 1) -> None:  # noqa: ARG002 - every reader is made alike
        super().__init__(find_times, resolve)
        self.none_bias = none_bias

    def extract(self, pages: Sequence[Page]) -> list[list[Claim]]:
        """One list of claims a page, in order."""
        return [_completed(page, self._claims(page)) for page in pages]

    def _claims(self, page: Page) -> list[Claim]:
        claims, kinds = [], windows.labels()["types"]
        bias = np.zeros(len(kinds), np.float32)
        bias[0] = self.none_bias
        scores = {token: own - bias for token, own in linear.score(page.parse, events.flags(page.parse)).items()}
        for bounds in windows.sentence_bounds(page.parse):
            found = [(t, int(scores[t].argmax())) for t in range(*bounds) if t in scores]
            triggers = [(t, best) for t, best in found if best]
            if triggers:
                sentence = _sentence(page, bounds, self.find_times)
                counted = _owned(page, sentence, [t for t, _ in triggers])
                claims += [self._claim(page, sentence, t, kinds[best], float(scores[t][best]), counted) for t, best in triggers]
        return claims

    def _claim(
        self, page: Page, sentence: Sentence, token: int, kind: str, score: float, counted: dict[int, list[Quantity]]
    ) -> Claim:
        frame = frames.fill(page.parse, token, kind)
        means = self._resolved(page, frame.means)
        return _made(
            page, sentence, token, kind, self.name,
            status=status.status(page.parse, token) or "happened",
            topic=_topic(page.parse, sentence) if kind in TOPICAL else None,
            target=self._resolved(page, frame.target), place=self._resolved(page, frame.place),
            **_voices(page.parse, token, kind, self._resolved(page, frame.actor), self._resolved(page, attribution.sources(page.parse, token))),
            means=means[0] if means else None, numbers=_once(replace(q, of=numbers.in_claim(kind, q.of)) for q in counted.get(token, ())),
            when=self._when(page, sentence, token), score=round(min(1.0, math.exp(score)), 4),
        )  # fmt: skip


def _voices(
    doc: Doc, token: int, kind: str, actor: tuple[Span, ...], source: tuple[Span, ...]
) -> dict[str, tuple[Span, ...]]:
    """Who acts and who says so, for acts done by speaking.

    A statement's speaker is both. Another such act has its speaker as actor, and as source only where the act is done inside a quotation.
    """
    if kind == "statement":
        return {"actor": actor or source[:1], "source": source or actor[:1]}
    if kind in SPOKEN and not quotations.holds(doc[token]):
        source = tuple(s for s in source if not any(_same(s, a) for a in actor))
    elif kind in SPOKEN:
        source = source or actor[:1]
    return {"actor": actor, "source": source}


def _same(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end or one.text.lower() == other.text.lower()


def _completed(page: Page, claims: list[Claim]) -> list[Claim]:
    """Claims with what the rest of their report tells of them: place, day, and the outlet their speaker spoke to."""
    return _relayed(page, _dated(located(page, claims)))


def located(page: Page, claims: list[Claim]) -> list[Claim]:
    """Give claims that name no place the one their report makes clear: the last one named nearby, else its main place."""
    main = _main_place(page)
    last: tuple[int, Span] | None = None
    out = []
    for claim in claims:
        if claim.place:
            last = (claim.evidence.start, claim.place[0])
        else:
            near = last and claim.type not in WORDS and 0 <= claim.evidence.start - last[0] <= NEARBY
            span = last[1] if near and last else main
            claim = replace(claim, place=(span,) if span else (), place_basis="inherited")
        out.append(claim)
    return out


def _dated(claims: list[Claim]) -> list[Claim]:
    """Give an undated request, refusal … the day of the same one told elsewhere in the report: one topic, one party, a day of its own."""
    out = []
    for claim in claims:
        if claim.topic not in (None, "other") and not claim.when:
            told = [c for c in claims if (c.type, c.topic) == (claim.type, claim.topic) and c.when and _party(c) & _party(claim)]
            if told:
                nearest = min(told, key=lambda c: abs(c.evidence.start - claim.evidence.start))
                claim = replace(claim, when=nearest.when, when_inherited=True)
        out.append(claim)
    return out


def _relayed(page: Page, claims: list[Claim]) -> list[Claim]:
    """Add to the words of somebody who spoke to an outlet that outlet, from there on.

    The report's own outlet passes nothing on; where that is not known, nobody tells whose words it merely prints.
    """
    own = page.document.outlet.lower()
    met = [(page.words(s.i, s.i + 1), page.words(*outlet)) for s, outlet in attribution.interviews(page.parse)] if own else []
    met = [(speaker, outlet) for speaker, outlet in met if outlet.text.lower() not in own]
    out = []
    for claim in claims:
        last = claim.source[-1].text.split()[-1:] if claim.source else []
        told = [o for s, o in met if last == [s.text] and claim.evidence.end > s.start and o not in claim.source]
        out.append(replace(claim, source=(*claim.source, told[-1])) if told else claim)
    return out


def _party(claim: Claim) -> set[str]:
    return {s.text.lower() for s in claim.actor}


def _main_place(page: Page) -> Span | None:
    """The place a report names most often, the first of equals."""
    named = [e for e in page.parse.ents if e.label_ in ("GPE", "LOC") and len(e.text) > 2]
    if not named:
        return None
    counts = Counter(e.text.removesuffix("'s") for e in named)
    ((name, _),) = counts.most_common(1)
    best = next(e for e in named if e.text.removesuffix("'s") == name)
    start, end = grammar.trim(page.parse, best.start, best.end)
    return page.words(start, end) if end > start else None


def _topic(doc: Doc, sentence: Sentence) -> str:
    """The topic whose words the sentence uses, the first that fits."""
    lemmas = {t.lemma_.lower() for t in doc[sentence.start : sentence.end]}
    return next((topic for topic, words in events.load().topics.items() if lemmas & set(words)), "other")


def _figures(page: Page, sentence: Sentence) -> Iterator[tuple[numbers.Number, Words]]:
    """The numbers of a sentence with their words, without those that count a part of another, or who is speaking."""
    for number in sentence.numbers:
        inside = page.parse.char_span(number.start, number.end, alignment_mode="expand")
        if inside is None or numbers.is_subset(page.parse, inside.start) or numbers.counts_speakers(inside.root):
            continue
        yield number, inside


def _owned(page: Page, sentence: Sentence, triggers: Sequence[int]) -> dict[int, list[Quantity]]:
    """The quantities of a sentence by the trigger they go with: the first above them in the tree, else the nearest in the line."""
    out: dict[int, list[Quantity]] = {}
    for number, inside in _figures(page, sentence):
        of = numbers.thing(inside[-1]) or numbers.counted(page.parse, inside.root)
        if of:
            above = next((a.i for a in grammar.ancestors(inside.root) if a.i in triggers), None)
            owner = above if above is not None else min(triggers, key=lambda t: abs(t - inside.root.i))
            out.setdefault(owner, []).append(quantity(page, number, of))
    return out


def _sentence(page: Page, bounds: tuple[int, int], find_times: FindTimes) -> Sentence:
    (start, end), doc, body = bounds, page.parse, page.document.text  # a parse puts its text together anew each time
    while start < end and doc[start].is_space:
        start += 1
    while end > start and doc[end - 1].is_space:
        end -= 1
    low, high = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    text = body[low:high]
    times = [(low + s, low + e) for s, e in find_times(text)]
    inside = (_shifted(n, low) for n in numbers.find(text))
    found = [n for n in inside if not any(s <= n.start < e for s, e in times) or numbers.measures_time(body, n)]
    return Sentence(start, end, (low, high), times, found)


def _shifted(n: numbers.Number, by: int) -> numbers.Number:
    return numbers.Number(n.start + by, n.end + by, n.low, n.high, n.approximate, n.percent)


def _token_spans(doc: Doc, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found = (doc.char_span(s, e, alignment_mode="expand") for s, e in spans)
    return [(f.start, f.end) for f in found if f is not None]


def _quantities(
    page: Page, sentence: Sentence, kind: str, counted: dict[int, dict[str, float]]
) -> tuple[Quantity, ...]:
    """Numbers of the sentence that the model gives to this claim; the words beside a number decide between kinds of harm."""
    out = []
    for number, inside in _figures(page, sentence):
        votes = [counted[t.i] for t in inside if t.i in counted]
        if not votes:
            continue
        mean = {of: sum(v[of] for v in votes) / len(votes) for of in votes[0]}
        if mean["none"] < 0.5:
            of = max((k for k in mean if k != "none"), key=lambda k: mean[k])
            told = numbers.counted(page.parse, inside.root)
            sure = (of in HARM and told in HARM) or told == "duration" or (of == "other" and told)
            thing = numbers.thing(inside[-1])
            of = thing if thing and of in (*HARM, "munitions") else told if sure else of
            out.append(quantity(page, number, numbers.in_claim(kind, of)))
    return _once(out)


def _once(found: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Quantities without those that a sentence repeats in other words."""
    return tuple({(q.of, q.low, q.high, q.unit): q for q in found}.values())


def quantity(page: Page, number: numbers.Number, of: str) -> Quantity:
    """A number that counts `of`, as a claim's quantity, with the denominator of a share."""
    span = page.span(number.start, number.end)
    unit, factor = numbers.unit(page.parse, number, of)
    share = _denominator(page, number) if unit == "percent" else ""
    low, high = (x * factor if x is not None else None for x in (number.low, number.high))
    return Quantity(of=of, low=low, high=high, unit=unit, span=span, approximate=number.approximate, share_of=share)


def _denominator(page: Page, number: numbers.Number) -> str:
    """What a share is a share of: the phrase after "of", with the clause that narrows it."""
    doc = page.parse
    inside = doc.char_span(number.start, number.end, alignment_mode="expand")
    at = inside.end if inside is not None else len(doc)
    if at + 1 >= len(doc) or doc[at].lower_ != "of":
        return ""
    end = at + 1
    while (
        end < len(doc)
        and not doc[end].is_punct
        and doc[end].dep_ not in ("cc", "mark")
        and not (doc[end].pos_ == "AUX" and end > at + 2)
    ):
        end += 1
    return str(doc[at + 1 : end].text)


def _made(page: Page, sentence: Sentence, token: int, kind: str, by: str, **fields: object) -> Claim:
    trigger = page.words(token, token + 1)
    key = f"{page.document.id}:{trigger.start}:{kind}"
    return Claim(
        id="clm_" + hashlib.sha256(key.encode()).hexdigest()[:20], document=page.document.id, type=kind,
        trigger=trigger, evidence=page.span(*sentence.span), tense=status.tense(page.parse, token), by=by, **fields,  # type: ignore[arg-type]
    )  # fmt: skip
