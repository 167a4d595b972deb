"""A running fusion: claims come in report by report, and only the incidents they touch are concluded anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..model.concluded import Incident, Judgement
from ..model.world import GroundedClaim, Place, PlaceRef, TimeRef
from . import incidents, match
from .match import Facts, Item, Link
from .reprints import Reprints


class Fusion:
    """Holds claims and the incidents concluded from them; the result of several `add` equals that of one, in any order."""

    def __init__(self, judgements: Iterable[Judgement] = (), places: Mapping[str, Place] | None = None) -> None:
        self.corrections = Corrections(judgements, places or {})
        self._items: dict[str, Item] = {}
        self._facts: dict[str, Facts] = {}
        self._blocks: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        self._near: dict[str, dict[str, Link]] = defaultdict(dict)
        self._made: dict[str, Incident] = {}  # by the smallest claim id of each incident
        self._of: dict[str, str] = {}  # claim -> key of its incident
        self._reprints = Reprints()

    def add(self, items: Iterable[Item]) -> None:
        """Take in claims with their documents, and conclude what they touch anew."""
        fresh = [i for i in (self.corrections.apply(item) for item in items) if i and i[1].claim.id not in self._items]
        moved = self._reprints.add({d.id: d for d, _ in fresh}.values())
        for item in fresh:
            self._items[item[1].claim.id] = item
        matched = [i[1].claim.id for i in fresh if incidents.takes_part(i[1])]
        for claim in matched:
            self._place(claim)
        stirred = {c for c in self._of if moved and self._items[c][0].id in moved}
        for part in self._parts({*matched, *stirred}):
            self._conclude(part)

    def items(self) -> list[Item]:
        """All claims, as corrected, by claim id."""
        return [self._items[i] for i in sorted(self._items)]

    def incidents(self) -> tuple[Incident, ...]:
        """All incidents, by first day and id."""
        return tuple(sorted(self._made.values(), key=lambda i: (str(i.start), i.id)))

    def _place(self, claim: str) -> None:
        """Work out a claim's facts and its links with the claims it meets."""
        own = self._facts[claim] = match.facts(self._items[claim])
        keys = list(match.blocks(own))
        for other in sorted({o for key in keys for o in self._blocks[key]}):
            first, second = sorted((own, self._facts[other]), key=lambda f: f.id)
            link = self.corrections.link(claim, other) or match.agreement(first, second)
            if link and not self.corrections.parts(claim, other):
                self._near[claim][other] = self._near[other][claim] = link
        for other in self.corrections.joined(claim):
            if other in self._facts and (link := self.corrections.link(claim, other)):
                self._near[claim][other] = self._near[other][claim] = link
        for key in keys:
            self._blocks[key].append(claim)

    def _parts(self, claims: set[str]) -> Iterator[list[str]]:
        """The sets of claims connected with `claims` by links, each once."""
        seen: set[str] = set()
        for start in sorted(claims):
            if start in seen:
                continue
            seen.add(start)
            part, waiting = [], [start]
            while waiting:
                part.append(waiting.pop())
                new = [n for n in self._near[part[-1]] if n not in seen]
                seen.update(new)
                waiting += new
            yield sorted(part)

    def _conclude(self, part: list[str]) -> None:
        """Cluster connected claims and put their incidents in the place of the old ones."""
        links = {(a, b): link for a in part for b, link in self._near[a].items() if a < b}
        for claim in part:
            self._made.pop(self._of.pop(claim, ""), None)
        for ids in match.clusters(part, links):
            found = incidents.incident([self._items[i] for i in ids], links, self._reprints.first)
            self._made[ids[0]] = self.corrections.amend(found)
            self._of.update(dict.fromkeys(ids, ids[0]))


class Corrections:
    """People's judgements as fusion uses them; a judgement that another withdraws does not count.

    merge: the claims it is about belong to one incident. split: they belong to one of their own. reject: they are left out. change: a
    claim's or incident's type, status, place, start or end is what the judgement says.
    """

    def __init__(self, judgements: Iterable[Judgement], places: Mapping[str, Place]) -> None:
        self._places = places
        given = sorted(judgements, key=lambda j: (j.at, j.id))
        withdrawn = {about for j in given if j.action == "withdraw" for about in j.about}
        standing = [j for j in given if j.id not in withdrawn]
        self.rejected = {i for j in standing if j.action == "reject" for i in j.about}
        self.changes = [j for j in standing if j.action == "change"]
        self._merged: dict[str, set[str]] = defaultdict(set)
        self._group: dict[str, str] = {}
        for judgement in standing:
            if judgement.action == "merge":
                for claim in judgement.about:
                    self._merged[claim] |= set(judgement.about) - {claim}
            elif judgement.action == "split":
                self._group.update(dict.fromkeys(judgement.about, judgement.id))

    def apply(self, item: Item) -> Item | None:
        """The claim as corrected, None when it was rejected."""
        document, grounded = item
        if grounded.claim.id in self.rejected:
            return None
        for judgement in self.changes:
            if grounded.claim.id in judgement.about:
                item = (document, self._changed(item[1], judgement.field, judgement.value))
        return item

    def amend(self, found: Incident) -> Incident:
        """The incident with the fields people changed."""
        for judgement in self.changes:
            if found.id in judgement.about:
                found = self._amended(found, judgement.field, judgement.value)
        return found

    def _amended(self, found: Incident, field: str, value: str) -> Incident:
        if field == "place":
            place = self._places[value]
            return replace(
                found, place=place.id, place_name=place.name, lat=place.lat, lon=place.lon, radius_km=place.radius_km
            )
        if field in ("start", "end"):
            return replace(found, **{field: date.fromisoformat(value)})  # type: ignore[arg-type]
        return replace(found, **{field: value})  # type: ignore[arg-type]

    def _changed(self, grounded: GroundedClaim, field: str, value: str) -> GroundedClaim:
        """A claim with one field as a person says it is."""
        if field in ("type", "status"):
            return replace(grounded, claim=replace(grounded.claim, **{field: value}))  # type: ignore[arg-type]
        if field == "place":
            place = self._places[value]
            return replace(grounded, place=(PlaceRef(text=place.name, place=place, precision=1, basis="stated"),))
        day = date.fromisoformat(value)
        known = grounded.time or TimeRef(start=day, end=day, grain="day", basis="stated", precision=1)
        return replace(grounded, time=replace(known, **{field: day}))  # type: ignore[arg-type]

    def link(self, one: str, other: str) -> Link | None:
        """The link a merge makes between two claims."""
        return match.JUDGED if other in self._merged.get(one, ()) else None

    def joined(self, claim: str) -> set[str]:
        """The claims merged with `claim`."""
        return self._merged.get(claim, set())

    def parts(self, one: str, other: str) -> bool:
        """Whether a split keeps two claims apart."""
        return self._group.get(one) != self._group.get(other) and other not in self._merged.get(one, ())
