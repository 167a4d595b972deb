"""Civilians: who was harmed, moved or helped, by area and period, each source with its own range.

A source's figures are added only where they cannot count the same people twice: same period, places apart, no total of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .. import lexicon
from ..model.concluded import CivilianTally, Figure, Reason
from ..model.said import Document, Quantity
from ..model.world import GroundedClaim, Place

Item = tuple[Document, GroundedClaim]
Period = tuple[date | None, date | None]
Cell = tuple[str, str, Period]  # what is counted, Place.id, period


@dataclass(frozen=True, slots=True)
class Count:
    """One claim's number: who says it, of what, where and when."""

    cell: Cell
    source: str
    low: float | None
    high: float | None
    who: str
    claim: str


def conclude(items: Sequence[Item]) -> tuple[CivilianTally, ...]:
    """Tallies by what is counted, place and period; the order of `items` does not matter."""
    places: dict[str, Place] = {}
    counts: set[Count] = set()
    for document, grounded in items:
        places.update((p.place.id, p.place) for p in grounded.place if p.place)
        counts.update(_counts(document, grounded))
    figures = _stated(counts)
    for cell, summed in _summed(figures, places).items():
        figures[cell] = (*figures.get(cell, ()), *summed)
    longer = _periods(figures)
    made = [_tally(cell, found, _holding(cell, longer, figures, places), places) for cell, found in figures.items()]
    return tuple(sorted(made, key=lambda t: (str(t.start), str(t.end), t.of, t.place)))


def over(tallies: Iterable[CivilianTally], of: str, place: str, start: date, end: date) -> tuple[Figure, ...]:
    """What each source's figures for `place` (an id) from `start` to `end` come to, nobody counted twice."""
    chosen: dict[str, list[tuple[CivilianTally, Figure]]] = defaultdict(list)
    inside = [t for t in tallies if t.of == of and place in (t.place, *t.within) and _lies_in(t, start, end)]
    for tally in sorted(inside, key=lambda t: (-_days(t), len(t.within), t.id)):
        for figure in tally.figures:
            if figure.basis == "stated" and not any(_overlap(tally, other) for other, _ in chosen[figure.source]):
                chosen[figure.source].append((tally, figure))
    return tuple(_added(source, parts) for source, parts in sorted(chosen.items()) if parts)


def _lies_in(tally: CivilianTally, start: date, end: date) -> bool:
    return tally.start is not None and tally.end is not None and start <= tally.start and tally.end <= end


def _days(tally: CivilianTally) -> int:
    return (tally.end - tally.start).days if tally.start and tally.end else 0


def _overlap(one: CivilianTally, other: CivilianTally) -> bool:
    """Whether two tallies may count the same people: one place in the other, and a day in common."""
    nested = one.place in (other.place, *other.within) or other.place in one.within
    return nested and str(one.start) <= str(other.end) and str(other.start) <= str(one.end)


def _added(source: str, parts: list[tuple[CivilianTally, Figure]]) -> Figure:
    return parts[0][1] if len(parts) == 1 else _sum(source, [(tally.id, figure) for tally, figure in parts])


def _counts(document: Document, grounded: GroundedClaim) -> Iterator[Count]:
    """The numbers of one claim that speak of civilians; a claim of several places is placed in the first."""
    policy = lexicon.read("civilians.yaml")
    place = next((p.place.id for p in grounded.place if p.place), "")
    period = (grounded.time.start, grounded.time.end) if grounded.time else (None, None)
    who = _who(grounded)
    for of, low, high in _numbers(grounded) if who is not None else ():
        if of in policy["harm"] and grounded.claim.status not in policy["asserted"]:
            continue
        yield Count((of, place, period), _source(document, grounded), low, high, who or "", grounded.claim.id)


def _numbers(grounded: GroundedClaim) -> Iterator[tuple[str, float | None, float | None]]:
    """What a claim counts, as (of, low, high); aid without a number counts as aid all the same."""
    policy = lexicon.read("civilians.yaml")
    claim = grounded.claim
    counted = [n for n in claim.numbers if n.unit in ("people", "count")]
    if claim.type in policy["aid"]["types"]:
        if claim.status in (*policy["asserted"], "denied"):
            reached = next((n for n in counted if n.of in policy["aid"]["counted"]), None)
            of = "aid_blocked" if claim.status == "denied" else "aid_delivered"
            yield of, *((reached.low, reached.high) if reached else (None, None))
        return
    yield from ((n.of, n.low, n.high) for n in counted if n.of in policy["harm"] and not _is_zero(n))


def _is_zero(n: Quantity) -> bool:
    return n.low == n.high == 0


def _who(grounded: GroundedClaim) -> str | None:
    """ "civilians" when the claim says so, "" when it leaves it open, None when it speaks of fighters."""
    policy = lexicon.read("civilians.yaml")
    kinds = {ref.actor.kind for ref in grounded.target if ref.actor}
    said = [ref.text for ref in grounded.target] + [n.span.text for n in grounded.claim.numbers]
    words = {word for text in said for word in re.findall(r"[a-z]+", text.lower())}
    if words & set(policy["civilians"]):
        return "civilians"
    return None if kinds and kinds <= set(policy["fighters"]) else ""


def _source(document: Document, grounded: GroundedClaim) -> str:
    """Who vouches for a number: its innermost source, else the wire credit, else the outlet."""
    if grounded.source:
        return grounded.source[0].name or grounded.source[0].text
    return document.credit or document.outlet or document.name


def _stated(counts: Iterable[Count]) -> dict[Cell, tuple[Figure, ...]]:
    """Figures as the sources give them: one a source and cell, spanning what it said at different times."""
    groups: dict[tuple[Cell, str], list[Count]] = defaultdict(list)
    for count in sorted(counts, key=lambda c: (str(c.cell), c.source, c.claim, str(c.low), str(c.high))):
        groups[count.cell, count.source].append(count)
    cells: dict[Cell, tuple[Figure, ...]] = defaultdict(tuple)
    for (cell, source), said in groups.items():
        low, high = _span([(c.low, c.high) for c in said])
        who = "civilians" if all(c.who for c in said) else ""
        claims = tuple(dict.fromkeys(c.claim for c in said))
        figure = Figure(source=source, low=low, high=high, who=who, basis="stated", claims=claims)
        cells[cell] = (*cells[cell], figure)
    return dict(cells)


def _span(ranges: Sequence[tuple[float | None, float | None]]) -> tuple[float | None, float | None]:
    """The range over ranges; an end is open only when every range leaves it open ("at least 20", then "26")."""
    lows = [low for low, _ in ranges if low is not None] or [high for _, high in ranges if high is not None]
    highs = [high for _, high in ranges if high is not None]
    low = min(lows, default=None) if any(low is not None for low, _ in ranges) else None
    top = max(highs, default=None)
    return low, None if top is not None and lows and max(lows) > top else top


def _summed(figures: dict[Cell, tuple[Figure, ...]], places: dict[str, Place]) -> dict[Cell, tuple[Figure, ...]]:
    """For every area on record, the sums of a source's figures from places in it that it gives no total for."""
    inside: dict[tuple[Cell, str], list[tuple[Cell, Figure]]] = defaultdict(list)
    for cell, found in figures.items():
        of, place, period = cell
        for area in places[place].parents if place in places and period[0] else ():
            for figure in found if area in places else ():
                inside[(of, area, period), figure.source].append((cell, figure))
    sums: dict[Cell, tuple[Figure, ...]] = defaultdict(tuple)
    for (cell, source), parts in sorted(inside.items(), key=str):
        apart = _apart(parts, places)
        if len(apart) > 1 and all(f.source != source for f in figures.get(cell, ())):
            sums[cell] = (*sums[cell], _sum(source, [(_identifier(part), figure) for part, figure in apart]))
    return dict(sums)


def _apart(parts: list[tuple[Cell, Figure]], places: dict[str, Place]) -> list[tuple[Cell, Figure]]:
    """The parts that lie in no other part: a district's dead are in its city's already."""
    named = {cell[1] for cell, _ in parts}
    return [(cell, figure) for cell, figure in parts if not named & set(places[cell[1]].parents)]


def _sum(source: str, parts: list[tuple[str, Figure]]) -> Figure:
    """One source's figures in the tallies of those ids, added; an open end of one leaves the sum open."""
    ranges = [f for _, f in parts]
    lows, highs = [f.low or 0 for f in ranges], [f.high for f in ranges]
    return Figure(
        source=source, low=sum(lows) if any(f.low is not None for f in ranges) else None,
        high=None if None in highs else sum(h for h in highs if h is not None),
        who="civilians" if all(f.who for f in ranges) else "", basis="summed",
        claims=tuple(dict.fromkeys(c for f in ranges for c in f.claims)),
        parts=tuple(identifier for identifier, _ in parts),
    )  # fmt: skip


def _identifier(cell: Cell) -> str:
    of, place, (start, end) = cell
    return "civ_" + hashlib.sha256(f"{of}|{place}|{start}|{end}".encode()).hexdigest()[:16]


def _periods(cells: Iterable[Cell]) -> dict[tuple[str, str], list[tuple[date, date]]]:
    """The periods longer than a day that are counted, by (of, place)."""
    found: dict[tuple[str, str], list[tuple[date, date]]] = defaultdict(list)
    for of, place, (start, end) in cells:
        if start and end and start < end:
            found[of, place].append((start, end))
    return found


def _holding(
    cell: Cell, longer: dict[tuple[str, str], list[tuple[date, date]]], cells: Container[Cell], places: dict[str, Place]
) -> tuple[str, ...]:
    """Ids of the tallies of a wider area or longer period that a cell lies in."""
    of, place, (start, end) = cell
    if start is None or end is None or place not in places:
        return ()
    areas = (place, *places[place].parents)
    same = [(of, area, (start, end)) for area in areas[1:] if (of, area, (start, end)) in cells]
    wider = [
        (of, a, p)
        for a in areas
        for p in longer.get((of, a), ())
        if p != (start, end) and p[0] <= start and end <= p[1]
    ]
    return tuple(sorted(_identifier(c) for c in (*same, *wider)))


def _tally(cell: Cell, found: tuple[Figure, ...], part_of: tuple[str, ...], places: dict[str, Place]) -> CivilianTally:
    of, identifier, (start, end) = cell
    place = places.get(identifier)
    low, high = _span([(f.low, f.high) for f in found])
    return CivilianTally(
        id=_identifier(cell), of=of, place=identifier, place_name=place.name if place else "",
        lat=place.lat if place else None, lon=place.lon if place else None, radius_km=place.radius_km if place else None,
        start=start, end=end, low=low, high=high, figures=tuple(sorted(found, key=lambda f: (f.source, f.basis))),
        within=place.parents if place else (), part_of=part_of, reasons=_reasons(found),
    )  # fmt: skip


def _reasons(found: tuple[Figure, ...]) -> tuple[Reason, ...]:
    """Why the figures stand as they do, and which cannot both be true."""
    made = [
        Reason(feature="sum", score=1.0, detail=f"{f.source}: added from {len(f.parts)} places apart, of which it gives no total", left=f.source)
        for f in found if f.basis == "summed"
    ]  # fmt: skip
    stated = [f for f in found if f.basis == "stated"]
    for at, one in enumerate(stated):
        made += [_contradiction(one, other) for other in stated[at + 1 :] if _excludes(one, other)]
    return tuple(made) or (Reason(feature="stated", score=1.0, detail="as the sources give it"),)


def _excludes(one: Figure, other: Figure) -> bool:
    """Whether two ranges have no number in common."""
    return _above(one, other) or _above(other, one)


def _above(one: Figure, other: Figure) -> bool:
    return one.low is not None and other.high is not None and one.low > other.high


def _contradiction(one: Figure, other: Figure) -> Reason:
    left, right = f"{one.source}: {_said(one)}", f"{other.source}: {_said(other)}"
    return Reason(feature="contradiction", score=-1.0, detail=f"{left}, but {right}", left=left, right=right)


def _said(figure: Figure) -> str:
    """A range in words."""
    low, high = (None if x is None else f"{x:,.0f}" for x in (figure.low, figure.high))
    if low == high:
        return low or "no number"
    return f"{low} to {high}" if low and high else f"at least {low}" if low else f"up to {high}"
