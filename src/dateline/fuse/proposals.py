"""Proposals: what was asked for, as threads of who proposed, backed, refused, set conditions, agreed and broke it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from .. import lexicon
from ..errors import DataError
from ..model.concluded import Proposal, Reason, Step
from ..model.said import Claim, Document
from ..model.world import ActorRef, GroundedClaim, Place

Item = tuple[Document, GroundedClaim]
Area = tuple[str, str]  # topic, and the place or country it is about


@dataclass(frozen=True, slots=True)
class Move:
    """A step with what ties it to a thread: its topic, where, its parties; `clear` when the reader saw the topic itself."""

    step: Step
    type: str
    topic: str
    clear: bool
    area: str
    place: Place | None
    parties: frozenset[str]
    sentence: str


@cache
def _policy() -> dict[str, Any]:
    """The policy of threads; raises `DataError` for a topic or a type of claim nobody knows."""
    rules, known = lexicon.read("proposals.yaml"), lexicon.read("events.yaml")
    for topic in rules["topics"]:
        if topic not in known["topics"]:
            raise DataError(f"proposals.yaml: topics: {topic!r} is not one of {', '.join(known['topics'])}")
    for kind in (*rules["openers"], *rules["answers"]):
        if kind not in known["types"]:
            raise DataError(f"proposals.yaml: {kind!r} is no type of claim of events.yaml")
    return {**lexicon.read("fuse.yaml"), **rules}


def conclude(items: Sequence[Item]) -> tuple[Proposal, ...]:
    """Threads on one topic and area whose steps follow each other within the policy's days, in order of their opening.

    A claim whose topic only its words tell joins where its words, its area and (for answers) a party fit. The order of
    `items` does not matter.
    """
    by_area: dict[Area, list[Move]] = defaultdict(list)
    for move in _moves(items):
        by_area[move.topic, move.area].append(move)
    threads = [_proposal(area, run) for area in sorted(by_area) for run in _runs(by_area[area])]
    return tuple(sorted(threads, key=lambda p: (str(p.opened), p.id)))


def _moves(items: Sequence[Item]) -> Iterator[Move]:
    homes = _homes(items)
    for document, grounded in items:
        claim = grounded.claim
        if claim.type not in _policy()["moves"] or grounded.time is None:
            continue
        clear = bool(claim.topic) and claim.topic != "other"
        topic = claim.topic if clear else _topic_in(claim)
        if topic:
            place, area = _about(grounded, *homes[document.id])
            parties = frozenset(p for ref in (*grounded.actor, *grounded.target) if (p := _party(ref)))
            yield Move(_step(document, grounded), claim.type, topic, clear, area, place, parties, claim.evidence.text)


def _topic_in(claim: Claim) -> str:
    """The topic whose words stand nearest to the trigger, those after it before those before it; "" when none is near."""
    text, at = claim.evidence.text.lower(), claim.trigger.end - claim.evidence.start
    near: list[tuple[int, str]] = []
    for topic, patterns in _policy()["topics"].items():
        for match in (m for p in patterns for m in re.finditer(rf"\b(?:{p})\b", text)):
            distance = match.start() - at if match.end() > at else at - match.end() + _policy()["reach"] // 2
            near += [(max(0, distance), topic)] if distance <= _policy()["reach"] else []
    return min(near, default=(0, ""))[1]


def _homes(items: Iterable[Item]) -> dict[str, tuple[str, Place | None]]:
    """The country and the place each report speaks of most: where talks abroad are about."""
    countries: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[str, Counter[Place]] = defaultdict(Counter)
    for document, grounded in items:
        found = [p.place for p in grounded.place if p.place]
        countries[document.id].update(p.country for p in found if p.country)
        places[document.id].update(p for p in found if p.kind not in ("country", "region"))
    return {d.id: (_commonest(countries[d.id]), _home(places[d.id], _commonest(countries[d.id]))) for d, _ in items}


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name), default="")


def _home(counts: Counter[Place], country: str) -> Place | None:
    inside = [p for p in counts if p.country == country]
    return min(inside, key=lambda p: (-counts[p], p.id), default=None)


def _about(grounded: GroundedClaim, country: str, home: Place | None) -> tuple[Place | None, str]:
    """The place a move is about and the id that gathers its thread: the town, or the country when no town is named."""
    named = [p.place for p in grounded.place if p.place and p.place.country == country]
    local = next((p for p in named if p.kind not in ("country", "region")), None)
    place = local or (named[0] if named else home)
    if place is None:
        return None, country
    return place, country if place.kind in ("country", "region") else _town(place)


def _town(place: Place) -> str:
    """The id of the town a quarter lies in, or the place's own."""
    return place.parents[-1] if place.kind != "town" and place.parents and "/" in place.id else place.id


def _party(ref: ActorRef) -> str:
    return (ref.actor.side or ref.actor.name) if ref.actor else ""


def _step(document: Document, grounded: GroundedClaim) -> Step:
    claim = grounded.claim
    sentence = claim.evidence.text
    lasting = next((n.span.text for n in claim.numbers if n.of == "duration"), "")
    return Step(
        claim=claim.id, move=_move(claim), by=_named(grounded.actor), day=grounded.time.start if grounded.time else None,
        source=" ← ".join(s.name or s.text for s in grounded.source) or document.outlet,
        terms="; ".join(n.span.text for n in claim.numbers), to=_named(grounded.target),
        duration=_words("duration", sentence) or lasting, purpose=_words("purpose", sentence), condition=_words("condition", sentence),
    )  # fmt: skip


def _named(refs: Sequence[ActorRef]) -> str:
    return "; ".join(dict.fromkeys(a.actor.name if a.actor else a.text for a in refs))


def _words(part: str, sentence: str) -> str:
    """The words of a sentence that tell its duration, purpose or condition, as written; "" when none do."""
    found = (re.search(pattern, sentence, re.I) for pattern in _policy()[part])
    return next((" ".join(m.group().split()).rstrip(" ,") for m in found if m), "")


def _move(claim: Claim) -> str:
    """The move a claim makes: a demand or refusal with a condition sets it; an agreement said to be over is a breach."""
    policy, text = _policy(), claim.evidence.text
    move: str = policy["moves"][claim.type]
    if claim.status == "denied":
        return "conditioned" if _words("condition", text) else "refused"
    if claim.type == "demand":
        return "conditioned" if _words("condition", text) else "proposed"
    if claim.type == "agree" and any(re.search(p, text, re.I) for p in policy["failed"]):
        return "talked"
    if claim.type == "agree" and any(re.search(p, text, re.I) for p in policy["ended"]):
        return "breached"
    return move


def _runs(moves: list[Move]) -> Iterator[list[Move]]:
    """The threads of one topic and area: steps within the policy's days, at least one of which opens it."""
    runs: list[list[Move]] = []
    for move in sorted(moves, key=lambda m: (str(m.step.day), m.step.claim)):
        if runs and _gap(runs[-1][-1], move) <= timedelta(days=_policy()["thread_days"]):
            runs[-1].append(move)
        else:
            runs.append([move])
    for run in runs:
        joined = _joined(run)
        if any(m.type in _policy()["openers"] for m in joined):
            yield joined


def _gap(one: Move, other: Move) -> timedelta:
    return (other.step.day or date.max) - (one.step.day or date.max)


def _joined(run: list[Move]) -> list[Move]:
    """The moves of a run that belong: an answer whose topic only its words tell needs a party of the others."""
    parties = frozenset(p for m in run if _stands_alone(m) for p in m.parties)
    return [m for m in run if _stands_alone(m) or m.parties & parties]


def _stands_alone(move: Move) -> bool:
    return move.clear or move.type not in _policy()["answers"]


def _proposal(area: Area, run: list[Move]) -> Proposal:
    steps = _merged(_unowned(run))
    opened = steps[0].day
    place = next((m.place for m in run if m.place), None)
    by_words = sum(not m.clear for m in run)
    detail = f"same topic ({area[0]}) and area ({area[1] or 'not known'}), steps within {_policy()['thread_days']} days"
    reasons = [Reason(feature="thread", score=1.0, detail=detail)]
    if by_words:
        reasons.append(
            Reason(feature="words", score=0.5, detail=f"{by_words} of the moves joined by the words of their sentences")
        )
    return Proposal(
        id="prp_" + hashlib.sha256(f"{area}|{opened}".encode()).hexdigest()[:16], topic=area[0], place=place.id if place else "",
        place_name=place.name if place else "", opened=opened, outcome=_outcome(steps), steps=steps, reasons=tuple(reasons),
    )  # fmt: skip


def _unowned(run: list[Move]) -> list[Step]:
    """The steps, where what a sentence says was refused is not put to those who refused it."""
    refusers = {(m.sentence, m.step.by) for m in run if m.step.move == "refused" and m.step.by}
    return [
        replace(m.step, by="", to="")
        if m.type in ("request", "demand") and (m.sentence, m.step.by) in refusers
        else m.step
        for m in run
    ]


def _merged(steps: Iterable[Step]) -> tuple[Step, ...]:
    """One step a move, party and day; the others that say so are kept beside it."""
    found: dict[tuple[str, str, date | None], Step] = {}
    for step in steps:
        key = step.move, step.by or step.claim, step.day
        found[key] = _completed(found[key], step) if key in found else step
    return tuple(found.values())


def _completed(step: Step, other: Step) -> Step:
    """A step with what only another report of it tells."""
    return replace(
        step, also=(*step.also, other.claim), terms=step.terms or other.terms, to=step.to or other.to,
        duration=step.duration or other.duration, purpose=step.purpose or other.purpose, condition=step.condition or other.condition,
    )  # fmt: skip


def _outcome(steps: Sequence[Step]) -> str:
    """What came of it: the decisive move of the last day that has one, unless something was proposed anew after it."""
    asked = max((str(s.day) for s in steps if s.move == "proposed"), default="")
    answers = [s for s in steps if str(s.day) >= asked]
    decisive = [s for s in answers if s.move in _policy()["decisive"]]
    last = max((str(s.day) for s in decisive), default="")
    moves = {s.move for s in decisive if str(s.day) == last} or {s.move for s in answers if s.move == "backed"}
    return next((move for move in (*_policy()["decisive"], "backed") if move in moves), "open")
