"""Places: which place on the ground each place text of a report means, all of one report together.

A text is read as segments, finest first, each a name, a part of the next one or a kind of site. Names get
candidates from the gazetteer, chosen by size, country and nearness to the report's other places; "none of these" is a
candidate too.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .. import lexicon
from ..model.said import Claim, Document, Span
from ..model.world import Place, PlaceRef
from .atlas import WORLD
from .gazetteer import Candidate, Gazetteer, shadow
from .geometry import distance_km
from .place_text import BETWEEN, Segment, is_loose, segments, words_for

NONE_OF_THESE = 4.2  # weight a candidate must pass: a town of 16,000 with no support, a village with its country's
COUNTRY, REGION, NEAR, INSIDE, PACK = (
    3.0,
    1.5,
    1.2,
    4.0,
    4.0,
)  # support: of the report's country, its region, neighbours, "X, Y", a pack
FOREIGN, WEAK = 1.0, 1.0  # held against a country nothing else speaks for, a name that is a common word
NEIGHBOURS = 40  # names of a report, the most frequent, whose places speak for others
Choice = tuple[Candidate | None, float]  # the place chosen for a name, None for none of these, with the belief in it
NOTHING: Choice = (None, 0.0)
UNKNOWN_SITE = 0.4  # belief that a site nobody knows by name lies in the place spoken of
NESTED = re.compile(
    r"(?:,|,? in| \()(?: the)? (?:(?:northern|southern|eastern|western|central|province of|state of) )?"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known about a report.

    The share of each country and region, the place chosen for each name with its belief, the settled names with their
    offsets in order, and the place it is mainly about.
    """

    areas: dict[str, float]
    chosen: dict[str, Choice]
    order: tuple[tuple[int, Place], ...]
    main: Place | None


class Resolver:
    """Resolves place texts against a gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def resolve(self, claims: Sequence[Claim], document: Document, country: str = "") -> list[tuple[PlaceRef, ...]]:
        """The places of each claim, in order; `country` (ISO 3166 alpha-2) is the report's, "" if unknown."""
        scene = self.scene([s for c in claims for s in c.place], document, country)
        return [tuple(self.place(span, scene, claim.place_basis) for span in claim.place) for claim in claims]

    def scene(self, spans: Iterable[Span], document: Document, country: str = "") -> Scene:
        """Choose a place for every name of the report together: in its place texts, its body, title and dateline."""
        found = [(start, document.text[start:end]) for start, end, _ in self.gazetteer.names_in(document.text)]
        loose = {text for _, text in found}
        texts = (
            [text for _, text in found]
            + [document.dateline]
            + [document.title[a:b] for a, b, _ in self.gazetteer.names_in(document.title)]
        )
        names = Counter(text for text in texts if text)
        within = self._nested(document.text, found)
        for span in spans:
            parsed = [s for s in self.segments(span.text) if s.name]
            names.update({s.name: 2 for s in parsed if self._known(s.name)})
            found += [(span.start, s.name) for s in parsed]
            loose -= {s.name for s in parsed}
        areas, chosen = self._settle(names, country, within)
        sure = {name: c.place for name, (c, belief) in chosen.items() if c and (name not in loose or belief > 0.6)}
        order = tuple(sorted(((at, sure[name]) for at, name in found if name in sure), key=lambda x: x[0]))
        return Scene(areas, chosen, order, _main(order))

    def _settle(
        self, names: Counter[str], country: str, within: dict[str, frozenset[str]]
    ) -> tuple[dict[str, float], dict[str, Choice]]:
        """Shares of areas and a choice for each name, settled together in three rounds."""
        areas: dict[str, float] = {country: 1.0} if country else {}
        chosen: dict[str, Choice] = {}
        for _ in range(3):
            votes = {n: self._votes(n, count, areas, within.get(n, frozenset())) for n, count in names.items()}
            total = _total(votes.values())
            areas = _shares(total, {}, country)
            near = [(n, c.place) for n, _ in names.most_common(NEIGHBOURS) for c, _ in (chosen.get(n, NOTHING),) if c]
            chosen = {
                name: self._best(
                    self._everything(name, areas),
                    _shares(total, votes[name], country),
                    [place for other, place in near if other != name and place.kind != "country"],
                    within.get(name, frozenset()),
                )
                for name in names
            }
        return areas, chosen

    def _known(self, name: str) -> tuple[Candidate, ...]:
        """Candidates of a name: exact ones, and near ones when there is no exact one."""
        exact = self.gazetteer.candidates(name)
        return exact or self.gazetteer.candidates(name, tolerant=True)

    def _nested(self, text: str, found: Sequence[tuple[int, str]]) -> dict[str, frozenset[str]]:
        """Name to the ids its container may have, where the text writes "Paris, Texas" or "Taiba in Hama"."""
        out: dict[str, frozenset[str]] = {}
        for (at, name), (then, other) in zip(found, found[1:], strict=False):
            if NESTED.fullmatch(text[at + len(name) : then]):
                ids = frozenset(
                    c.place.id
                    for c in self.gazetteer.candidates(other)
                    if c.place.kind in ("region", "country", "area", "city")
                )
                out[name] = out.get(name, frozenset()) | ids
        return out

    def _votes(self, name: str, count: int, areas: dict[str, float], within: frozenset[str]) -> dict[str, float]:
        """How far one name speaks for each country (by code) and region (by id), by what it may mean."""
        votes: dict[str, float] = defaultdict(float)
        found = self.gazetteer.candidates(name)
        weights = [math.exp(c.weight + self._support(c, areas, (), within)) for c in found]
        total = sum(weights) + math.exp(NONE_OF_THESE)
        for candidate, weight in zip(found, weights, strict=True):
            for area in filter(None, (candidate.place.country, _region(candidate.place))):
                votes[area] += min(count, 4) * weight / total
        return votes

    def _everything(self, name: str, areas: dict[str, float]) -> tuple[Candidate, ...]:
        """Exact candidates, with near ones where none lies in a country of the report."""
        exact = self.gazetteer.candidates(name)
        if any(
            (areas.get(c.place.country, 0.0) > 0.5 and c.place.kind != "region") or c.place.kind == "country"
            for c in exact
        ):
            return exact
        return (
            *exact,
            *(c for c in self.gazetteer.candidates(name, tolerant=True) if areas.get(c.place.country, 0.0) > 0.5),
        )

    def _best(
        self,
        found: Sequence[Candidate],
        areas: dict[str, float],
        near: Sequence[Place],
        within: frozenset[str] = frozenset(),
    ) -> Choice:
        """The best candidate, or none of them, with its share of the belief."""
        if not found:
            return None, 0.0
        scored = [(c.weight + self._support(c, areas, near, within) - shadow(c, found), c) for c in found]
        best = max(scored, key=lambda x: (x[0], x[1].place.id))
        none = NONE_OF_THESE if best[1].weak or not best[1].exact else NONE_OF_THESE - 1.0
        belief = sum(math.exp(s) for s, _ in scored) + math.exp(none)
        return (best[1], math.exp(best[0]) / belief) if best[0] > none else (None, math.exp(none) / belief)

    def _support(
        self, candidate: Candidate, areas: dict[str, float], near: Sequence[Place], within: frozenset[str]
    ) -> float:
        """What the rest of the report says for a candidate: country, region and neighbours, the city it is part of."""
        place = candidate.place
        share = areas.get(place.country, 0.0) if place.country else 0.3
        support = (
            COUNTRY * share + REGION * areas.get(_region(place), 0.0) - (0.0 if candidate.own or share > 0.3 else 1.0)
        )
        support -= FOREIGN if areas and not share else 0.0
        support -= WEAK if candidate.weak else 0.0
        others = [p for p in near if p.id != place.id]
        support += NEAR * min(sum(math.exp(-max(0.0, _km(p, place) - (p.radius_km or 0)) / 60) for p in others), 2.5)
        if within & {place.id, *place.parents}:
            support += INSIDE
        if candidate.layer not in WORLD:
            inside = any(
                p.id in place.parents or set(p.parents) & set(place.parents) or _km(p, place) < 30 for p in others
            )
            support += PACK * 1.6 if inside else PACK * (share - 0.5)
        return support

    def place(self, span: Span, scene: Scene, basis: str = "stated") -> PlaceRef:
        """The place one text means in that scene; `place` None when nothing convinces."""
        curated = self._curated(span.text, scene)
        if curated:
            return PlaceRef(text=span.text, place=curated, precision=_precision(curated), basis=basis, score=0.95)
        between = BETWEEN.match(span.text)
        if between:
            return self._between(span, between["a"], between["b"], scene, basis)
        return self._read(span, self.segments(span.text), scene, basis)

    def _curated(self, text: str, scene: Scene) -> Place | None:
        """A place of a pack or added file of exactly this name, in or about the report's main city."""
        main = scene.main
        found = [c for c in self.gazetteer.candidates(text) if c.layer not in WORLD]
        near = [
            c
            for c in found
            if main and (main.id == c.place.id or main.id in c.place.parents or _km(main, c.place) < 30)
        ]
        return max(near, key=lambda c: (c.own, c.place.id)).place if near else None

    def _between(self, span: Span, first: str, second: str, scene: Scene, basis: str) -> PlaceRef:
        ends = [self._read(replace(span, text=t), self.segments(t), scene, basis).place for t in (first, second)]
        known = [p for p in ends if p and p.lat is not None]
        if len(known) < 2 or known[0].id == known[1].id:
            return PlaceRef(
                text=span.text,
                place=known[0] if known else None,
                precision=2 if known else 7,
                basis=basis,
                score=0.5 if known else 0.0,
            )
        return PlaceRef(text=span.text, place=_midpoint(known[0], known[1]), precision=5, basis=basis, score=0.6)

    def _read(self, span: Span, parts: Sequence[Segment], scene: Scene, basis: str) -> PlaceRef:
        """Walk from the coarsest segment to the finest, each narrowing the place found so far."""
        nameless = not any(s.name for s in parts)
        where: Place | None = None
        score, vague, missed = 1.0, False, False
        for segment in reversed(parts):
            if where is None and not segment.name and not nameless and not segment.country:
                continue
            found, belief = self._segment(segment, where, scene, span)
            if found is None:
                vague, missed = vague or bool(where), missed or bool(segment.name)
                continue
            where, score, vague = found, score * belief, vague and found is where
            if belief == UNKNOWN_SITE or (
                not segment.name and not segment.part and not segment.country and not _is_whole(segment, found)
            ):
                vague = True
        if where is None:
            return PlaceRef(text=span.text, place=None, precision=7, basis=basis, score=0.0)
        rough = vague or missed or is_loose(span.text, parts)
        precision = max(2 if rough else 1, _precision(where))
        return PlaceRef(
            text=span.text,
            place=where,
            precision=precision,
            basis="inherited" if nameless and basis == "stated" else basis,
            score=round(score, 3),
        )

    def _segment(self, segment: Segment, inside: Place | None, scene: Scene, span: Span) -> tuple[Place | None, float]:
        """The place of one segment, given the coarser place it lies in."""
        if segment.name:
            found, belief = self._named(segment, inside, scene)
            if found is None and inside is None and segment.words & (words_for("sites") | words_for("quarters")):
                return self._anchor(segment, scene, span), UNKNOWN_SITE
            return (self._part(found, segment.part), belief) if found else (None, 0.0)
        if segment.country and (segment.words & words_for("demonym_places") or " " not in segment.text):
            state = self.gazetteer.get(f"country:{segment.country}")
            return (self._part(state, segment.part), 0.8) if state else (None, 0.0)
        anchor = inside or self._anchor(segment, scene, span)
        return (self._part(anchor, segment.part), 0.8) if anchor else (None, 0.0)

    def segments(self, text: str) -> tuple[Segment, ...]:
        """Read a place text as segments, finest first; names that hold a kind of place ("Old City") stay whole."""
        return tuple(self._whole(s) for s in segments(text))

    def _whole(self, segment: Segment) -> Segment:
        first = segment.text[:1]
        if segment.name != segment.text and (first.isupper() or first.isdigit()) and " " in segment.text:
            exact = [c for c in self.gazetteer.candidates(segment.text) if not c.weak]
            if exact and (segment.text.split()[-1][0].isupper() or any(c.layer not in WORLD for c in exact)):
                return replace(segment, name=segment.text, part="")
        if segment.name and not self._known(segment.name):
            return replace(segment, name=self._shorter(segment) or segment.name)
        return segment

    def _shorter(self, segment: Segment) -> str:
        """The longest run of words within a name that is itself a place ("Misrata Port"), "" when none is."""
        words = segment.name.split()
        if segment.words & words_for("unnamed_sites"):
            return ""
        runs = (
            " ".join(words[at : at + size])
            for size in range(len(words) - 1, 0, -1)
            for at in range(len(words) - size + 1)
        )
        return next(
            (
                r
                for r in runs
                if len(r) > 3 and any(not c.weak and c.weight > 3.5 for c in self.gazetteer.candidates(r))
            ),
            "",
        )

    def _named(self, segment: Segment, inside: Place | None, scene: Scene) -> tuple[Place | None, float]:
        found = self._everything(segment.name, scene.areas)
        if segment.regional:
            regions = [
                c
                for c in (*self.gazetteer.candidates(segment.text), *found)
                if c.place.kind in ("region", "area") and c.layer in WORLD
            ]
            found = tuple(regions) or found
        elif segment.words & words_for("urban"):
            found = tuple(c for c in found if c.place.kind in ("city", "town", "village")) or found
        if inside:
            within = [c for c in found if _lies_in(c.place, inside)]
            if within:
                best = max(within, key=lambda c: (c.weight, c.place.id))
                return best.place, 0.95 if best.exact else 0.8
            if inside.country:
                return None, 0.0
        if segment.regional or segment.words & words_for("urban") or segment.name not in scene.chosen:
            near = [p for _, p in scene.order]
            chosen, belief = self._best(found, scene.areas, near)
        else:
            chosen, belief = scene.chosen[segment.name]
        return (chosen.place, belief) if chosen else (None, 0.0)

    def _anchor(self, segment: Segment, scene: Scene, span: Span) -> Place | None:
        """The place a bare word such as "the city" leans on: the last fitting one before it, else the main place."""
        if "capital" in segment.words:
            country = segment.country or max(
                (c for c in scene.areas if len(c) == 2), key=lambda c: scene.areas[c], default=""
            )
            return self.gazetteer.capital(country)
        kinds = _anchors(segment) or {"city", "town", "village", "region"}
        likely = [(at, p) for at, p in scene.order if p.kind in kinds and scene.areas.get(p.country, 0.0) > 0.4]
        before = [p for at, p in likely if at < span.start]
        after = [p for at, p in likely if at >= span.start]
        return before[-1] if before else after[0] if after else scene.main

    def _part(self, place: Place, word: str) -> Place:
        """The part of a place: one the gazetteer knows by id ("aleppo/east"), or a smaller circle on that side."""
        if not word or place.lat is None or place.lon is None:
            return place
        shift_north, shift_east, share, name = lexicon.read("regions.yaml")["parts"][word]
        known = self.gazetteer.get(f"{place.id}/{name}")
        if known:
            return known
        radius = place.radius_km or 1.0
        return Place(
            id=f"{place.id}/{name}",
            name=f"{word} {place.name}",
            kind="part",
            lat=round(place.lat + shift_north * radius / 111.2, 5),
            lon=round(place.lon + shift_east * radius / (111.2 * max(0.1, math.cos(math.radians(place.lat)))), 5),
            radius_km=round(radius * share, 2),
            parents=(place.id, *place.parents),
            country=place.country,
        )


def _region(place: Place) -> str:
    """Id of the first-order region a place is or lies in, "" when not known."""
    return place.id if place.kind == "region" else next((p for p in place.parents if p.startswith("admin1:")), "")


def _total(votes: Iterable[dict[str, float]]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for one in votes:
        for area, vote in one.items():
            total[area] += vote
    return total


def _shares(total: dict[str, float], own: dict[str, float], country: str) -> dict[str, float]:
    """Share of each country and region in a report, the greatest of each being 1, without a name's own votes.

    The `country` a report is known to be about has at least the greatest share.
    """
    others = {area: vote - own.get(area, 0.0) for area, vote in total.items() if vote - own.get(area, 0.0) > 0.05}
    top = max((v for a, v in others.items() if len(a) == 2), default=0.5)
    top_region = max((v for a, v in others.items() if len(a) > 2), default=0.5)
    if country:
        others[country] = max(top, others.get(country, 0.0))
    return {a: v / (top if len(a) == 2 else top_region) for a, v in others.items()}


def _is_whole(segment: Segment, place: Place) -> bool:
    """Whether a bare word is the place itself ("the city" of a city) and not somewhere in it ("districts")."""
    return "capital" in segment.words or place.kind in _anchors(segment)


def _anchors(segment: Segment) -> frozenset[str]:
    """Kinds of place a bare word such as "city" stands for, none for words such as "areas"."""
    written = segment.text.lower().split()
    kinds = lexicon.read("regions.yaml")["anchors"]
    return frozenset(kind for word in written if word in kinds and not word.endswith("s") for kind in kinds[word])


def _precision(place: Place) -> int:
    """UCDP where_prec by kind and size: 1 settlement, 2 part, 4 region, 5 wide area, 6 country, 7 beyond."""
    if place.kind == "country":
        return 6
    if place.kind == "region":
        return 4
    if place.kind == "part":
        return 2 if (place.radius_km or 0) < 25 else 4 if (place.radius_km or 0) < 120 else 5
    if place.kind == "area":
        radius = place.radius_km or 0
        return 1 if radius < 3 else 2 if radius < 25 else 4 if radius < 150 else 5 if place.country else 7
    return 1


def _km(one: Place, other: Place) -> float:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return 20_000.0
    return distance_km(one.lat, one.lon, other.lat, other.lon)


def _lies_in(place: Place, other: Place) -> bool:
    """Whether a place lies in (or is) the other, by its parents or by distance."""
    if place.id == other.id or other.id in place.parents:
        return True
    if other.kind == "country":
        return place.country == other.country
    return (
        place.kind != "country"
        and _km(place, other) < 1.2 * (other.radius_km or 1) + 2
        and (place.radius_km or 1) <= (other.radius_km or 1) * 1.5
    )


def _main(order: Sequence[tuple[int, Place]]) -> Place | None:
    """The settlement a report names most, the earlier one of equals; else its most named region or country."""
    for kinds in (("city", "town"), ("region", "area", "village", "neighbourhood"), ("country",)):
        counts = Counter(p.id for _, p in order if p.kind in kinds)
        if counts:
            top = max(counts.values())
            return next(p for _, p in order if counts.get(p.id) == top)
    return None


def _midpoint(one: Place, other: Place) -> Place:
    """The circle through two places, about the point half-way."""
    assert one.lat is not None and one.lon is not None and other.lat is not None and other.lon is not None
    return Place(
        id=f"{one.id}~{other.id}",
        name=f"between {one.name} and {other.name}",
        kind="area",
        lat=round((one.lat + other.lat) / 2, 5),
        lon=round((one.lon + other.lon) / 2, 5),
        radius_km=round(max(1.0, _km(one, other) / 2), 1),
        parents=tuple(p for p in one.parents if p in other.parents),
        country=one.country if one.country == other.country else "",
    )
