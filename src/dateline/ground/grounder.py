"""Grounds the claims of one report together: times, places, actors and sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ..model.said import Claim, Document
from ..model.world import GroundedClaim, PlaceRef, Source, TimeRef
from . import sources, times, timex
from .actors import Ontology
from .places import Resolver


class Grounder:
    """Resolves what claims name; what cannot be resolved stays as text with no id."""

    def __init__(self, places: Resolver, ontology: Ontology) -> None:
        self.places, self.ontology = places, ontology

    def ground(self, document: Document, claims: Sequence[Claim]) -> list[GroundedClaim]:
        """Ground the claims of `document`, in order."""
        country = self.ontology.country_of(
            [s.text for c in claims for s in (*c.actor, *c.target, *c.source, *c.place)], document.title
        )
        located = self.places.resolve(claims, document, country)
        country = _where(located) or country
        dated = self._times(document, claims)
        return [
            GroundedClaim(
                claim=claim,
                actor=tuple(self.ontology.find(s.text, on=_day(when, document), country=country) for s in claim.actor),
                target=tuple(self.ontology.find(s.text, on=_day(when, document), country=country) for s in claim.target),
                place=where, time=when,
                source=self._chain(claim, _day(when, document), country),
            )
            for claim, where, when in zip(claims, located, dated, strict=True)
        ]  # fmt: skip

    def _chain(self, claim: Claim, on: date | None, country: str) -> tuple[Source, ...]:
        """The claim's sources classified, innermost first: an outlet passes on what others say."""
        found = [sources.classify(s.text, self.ontology, on=on, country=country) for s in claim.source]
        return tuple(sorted(found, key=lambda s: s.kind == "media"))

    def _times(self, document: Document, claims: Sequence[Claim]) -> list[TimeRef | None]:
        if timex.is_history(document.text, document.published):
            return _told(document, claims)
        news = times.news_day(document.published, claims)
        out: list[TimeRef | None] = []
        previous: date | None = None
        for claim in claims:
            found = times.for_claim(claim, published=document.published, news=news, previous=previous)
            if found and found.basis in ("stated", "relative") and found.start == found.end:
                previous = found.start
            out.append(found)
        return out


def _told(document: Document, claims: Sequence[Claim]) -> list[TimeRef | None]:
    """The days of claims in a history: those its expressions tell in their order, else the day it tells of most."""
    told = timex.read(document.text, document.published)
    day = timex.main_day(told)
    main = TimeRef(start=day, end=day, grain="day", basis="inherited", precision=1) if day else None

    def of(claim: Claim) -> TimeRef | None:
        inside = ((t.ref, s) for s in claim.when for t in told if t.ref and t.start < s.end and t.end > s.start)
        found = next((replace(ref, text=span.text) for ref, span in inside if ref), None)
        return found or (None if claim.when or claim.tense == "background" else main)

    return [of(claim) for claim in claims]


def _where(located: Sequence[tuple[PlaceRef, ...]]) -> str:
    """The country most of the claims' places lie in, "" when none was placed."""
    counts = Counter(ref.place.country for refs in located for ref in refs[:1] if ref.place and ref.place.country)
    return counts.most_common(1)[0][0] if counts else ""


def _day(when: TimeRef | None, document: Document) -> date | None:
    return when.start if when else document.published
