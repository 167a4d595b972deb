"""What claims assert about control: who is said to hold, take or lose which place, how much of it, and who says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from .. import lexicon
from ..errors import DataError
from ..lexicon import closed
from ..model.concluded import Assertion
from ..model.said import Claim, Document, Quantity
from ..model.world import ActorRef, GroundedClaim, Place

Item = tuple[Document, GroundedClaim]
EXTENTS = ("most", "all", "part")  # in this order: "nearly all" is most, "all rebel-held parts" is all
NEAR = 45  # characters before a place in which words say how much of it
SUBJECT = 20  # the same for a place that stands before the trigger
ADVERB = 10  # characters before a trigger in which an adverb does
KINDS = frozenset(["monitor", "official", "party", "media", "witness", "un", "ngo", "medic", "unknown"])
ASSERTED = ("happened", "ongoing", "denied")


@cache
def policy() -> dict[str, Any]:
    """`data/control.yaml`, with its closed vocabularies checked; raises `DataError`."""
    rules = lexicon.read("control.yaml")
    if missing := set(EXTENTS) - set(rules["extents"]):
        raise DataError(f"control.yaml: extents: nothing under {', '.join(sorted(missing))}; give words")
    for extent in rules["extents"]:
        closed(extent, set(EXTENTS), "control.yaml: extents")
    for kind in (*rules["settling"], *rules["parties"], *rules["disputing"]):
        closed(kind, KINDS, "control.yaml: kinds of claimant")
    return rules


@dataclass(slots=True)
class Talk:
    """What one report names: places and sides by their words, and where it speaks of what a side once held."""

    places: dict[str, Place] = field(default_factory=dict)
    sides: dict[str, str] = field(default_factory=dict)
    bases: list[tuple[int, int]] = field(default_factory=list)  # where denominators stand in the text


def gather(items: Sequence[Item]) -> tuple[dict[str, Place], dict[str, list[Assertion]]]:
    """The places on record by id, and for each that is spoken of what is asserted about it."""
    talks = _talks(items)
    places = {p.place.id: p.place for _, g in items for p in g.place if p.place}
    found: dict[str, set[Assertion]] = defaultdict(set)
    for document, grounded in items:
        for place, assertion in _assertions(document, grounded, talks[document.id]):
            found[place.id].add(assertion)
    _reach_down(found, places)
    return places, {place: sorted(said, key=order) for place, said in found.items()}


def order(assertion: Assertion) -> tuple[date, str, str, str, str]:
    """Sorts assertions by day; no two tie, so that neither the order of the reports nor a run of the program shows."""
    return assertion.day, assertion.claim, assertion.effect, assertion.holder, repr(assertion)


def _talks(items: Iterable[Item]) -> dict[str, Talk]:
    found: dict[str, Talk] = defaultdict(Talk)
    for document, grounded in items:
        talk = found[document.id]
        talk.places.update((p.text.lower(), p.place) for p in grounded.place if p.place)
        talk.sides.update((r.text.lower(), side) for r in (*grounded.actor, *grounded.target) if (side := _side([r])))
        talk.bases += [base for n in grounded.claim.numbers if (base := _where(n.share_of, grounded.claim))]
    return found


def _where(words: str, claim: Claim) -> tuple[int, int] | None:
    """Where a denominator stands in its report, None when it is not a stretch of the claim's sentence."""
    at = claim.evidence.text.find(words) if words else -1
    return (claim.evidence.start + at, claim.evidence.start + at + len(words)) if at >= 0 else None


def _assertions(document: Document, grounded: GroundedClaim, talk: Talk) -> Iterator[tuple[Place, Assertion]]:
    """What one claim asserts, place by place; a share speaks of its denominator and not of what contains it."""
    base = _assertion(document, grounded, talk)
    if base is None:
        return
    shares = list(_shares(grounded, talk)) if base.effect in ("takes", "holds") else []
    for place, share in shares:
        yield (
            place,
            replace(
                base,
                share=(share.low, share.high),
                share_of=share.share_of,
                share_base=_base(share, talk, base.holder),
                extent="part",
            ),
        )
    shared = [where for where, _ in shares]
    for ref in grounded.place:
        if ref.place and _is_own_word(ref.place, shared):
            yield ref.place, replace(base, extent=_extent(grounded.claim, ref.text))


def _is_own_word(place: Place, shared: Sequence[Place]) -> bool:
    """Whether a claim speaks of all of `place`: one holder fits it, and no share of it or of a part of it is meant."""
    return place.kind not in policy()["unheld"] and not any(_contains(place, part) for part in shared)


def _assertion(document: Document, grounded: GroundedClaim, talk: Talk) -> Assertion | None:
    """The claim's assertion before its places, None when it says nothing of control or tells no day."""
    claim, day = grounded.claim, _day(document, grounded)
    effect = lexicon.read("events.yaml")["types"][claim.type]["control"]
    if effect == "none" or day is None or claim.status not in ASSERTED or _is_history(claim, effect, talk):
        return None
    effect, holder, against = _parties(grounded, effect)
    if claim.status == "denied":
        if effect not in ("takes", "loses"):
            return None
        effect = "denies"
    if effect in ("takes", "holds", "loses") and not holder:
        return None
    source = grounded.source[0] if grounded.source else None
    return Assertion(
        claim=claim.id, holder=holder, claimant=source.name or source.text if source else document.outlet,
        claimant_kind=source.kind if source else "media", claimant_side=source.side if source else "", day=day,
        known=document.published, effect=effect, against=against, score=claim.score,
        doubted=any(cue.kind == "doubt" for cue in claim.cues),
    )  # fmt: skip


def _day(document: Document, grounded: GroundedClaim) -> date | None:
    """The last day of the claim's time, but none after it was published; None when it is dated too loosely."""
    when = grounded.time
    if when is None or (when.end - when.start).days > policy()["longest_days"]:
        return None
    published = document.published
    return min(when.end, published) if published and when.start <= published else when.end


def _is_history(claim: Claim, effect: str, talk: Talk) -> bool:
    """Whether a hold tells who held it once ("what rebels controlled"), not who does."""
    if effect != "holds":
        return False
    past = claim.status == "happened" and claim.tense in ("past", "background")
    return past or any(start <= claim.trigger.start < end for start, end in talk.bases)


def _parties(grounded: GroundedClaim, effect: str) -> tuple[str, str, str]:
    """Effect, holder and who lost it: leaving a place to somebody is that somebody's taking it."""
    actor, target = _side(grounded.actor), _side(grounded.target)
    if effect != "loses":
        return effect, actor, target
    if not actor:
        return effect, target, ""
    return ("takes", target, actor) if target and target != actor else (effect, actor, "")


def _side(refs: Sequence[ActorRef]) -> str:
    """The side of the first actor, its own name when it has none; "" for those that hold no ground."""
    if not refs:
        return ""
    actor = refs[0].actor
    if actor is None:
        return refs[0].text
    return "" if actor.kind in policy()["no_holders"] else actor.side or actor.name


def _extent(claim: Claim, place: str) -> str:
    """How much of `place` a claim speaks of: all (insisted on), whole, most or part."""
    sentence, trigger = claim.evidence.text, claim.trigger.start - claim.evidence.start
    after, at = trigger + len(claim.trigger.text), sentence.find(place)
    start = max(after, at - NEAR) if after <= at else max(0, at - SUBJECT)
    before = re.split(r"[,;]|\band\b(?! (?:parts?|most))", sentence[start : max(0, at)])[-1]
    adverb = sentence[max(0, trigger - ADVERB) : max(0, trigger)] if at >= 0 else ""
    words = f"{adverb}{claim.trigger.text} {before} {place}".lower()
    for extent in EXTENTS:
        if any(re.search(pattern, words) for pattern in policy()["extents"][extent]):
            return extent
    return "whole"


def _shares(grounded: GroundedClaim, talk: Talk) -> Iterator[tuple[Place, Quantity]]:
    """The percentages of a claim with the place each is a share of."""
    for number in grounded.claim.numbers:
        if number.unit != "percent" or number.of not in ("territory", "places", "other"):
            continue
        place = _named_in(number.share_of, talk.places) or next((p.place for p in grounded.place if p.place), None)
        if place:
            yield place, number


def _named_in(words: str, named: Mapping[str, Any]) -> Any:
    """What the longest name standing in `words` means, None when none does."""
    found = [name for name in named if re.search(rf"\b{re.escape(name)}\b", words.lower())]
    return named[max(found, key=lambda name: (len(name), name))] if found else None


def _base(share: Quantity, talk: Talk, holder: str) -> str:
    """The side whose former territory a share is of; "" when it is of the place as a whole."""
    if not re.search(policy()["held_words"], share.share_of):
        return ""
    return _named_in(share.share_of, {k: v for k, v in talk.sides.items() if v != holder}) or "?"


def _contains(place: Place, other: Place) -> bool:
    return place.id == other.id or place.id in other.parents


def _reach_down(found: dict[str, set[Assertion]], places: Mapping[str, Place]) -> None:
    """What is said of all of an area is said of the places on record that lie in it and are not spoken of that day."""
    for identifier in list(found):
        days = {a.day for a in found[identifier]}
        for area in (
            a for a in places[identifier].parents if a in places and places[a].kind not in policy()["too_wide"]
        ):
            found[identifier] |= {
                replace(a, about=area)
                for a in found.get(area, ())
                if a.extent == "all" and not a.about and a.effect in ("takes", "loses") and a.day not in days
            }
