"""Makes the report's lines from a view: what every section shares, from citing to cutting a long list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from ..model.concluded import ControlState, Incident, Proposal
from ..model.world import Place
from .phrases import listing, policy
from .report_document import Line, Section
from .view import View, claims_of
from .wording import Wording


class Teller:
    """One view of a record, ready to be told.

    `recent` are its incidents, latest first; `standing` the latest state of each place; `start` the first day of the
    period told in full.
    """

    def __init__(self, view: View) -> None:
        self.view, self.wording, self.policy = view, Wording.of(view), policy()
        self.most, self.days, self.places = self.policy["most"], self.policy["days"], view.places()
        self.recent = sorted(view.incidents, key=lambda i: (i.start or date.min, i.reports, i.id), reverse=True)
        self.standing = standing(view.control)
        period = (view.on or date.max) - timedelta(days=self.days["period"])
        self.start = min(view.since or date.max, period)

    # what is told

    def known(self, claim: str) -> date | None:
        """The day a claim came out: its report's, else the day it speaks of."""
        published, time = self.view.document_of(claim).published, self.view.claims[claim].time
        return published or (time.end if time else None)

    def is_news(self, claims: Iterable[str]) -> bool:
        """Whether nobody had said so by the day of the last report, and somebody had by the day of this one."""
        days = [d for c in claims if (d := self.known(c))]
        return bool(days) and (self.view.since or date.min) < min(days) <= (self.view.on or date.max)

    def is_told(self, incident: Incident) -> bool:
        """Whether an incident falls in the period told in full, or came out since the last report and is not long past."""
        if incident.start and incident.start >= self.start:
            return True
        return self.is_within(incident, self.days["open"]) and self.is_news(incident.claims)

    def is_within(self, incident: Incident, days: int) -> bool:
        """Whether an incident began in the last `days`."""
        return bool(incident.start and self.view.on and incident.start >= self.view.on - timedelta(days=days))

    def is_silent(self, state: ControlState, days: int) -> bool:
        """Whether nobody has spoken of a place for more than `days`."""
        return bool(self.view.on) and (self.view.on - state.as_of).days > days  # type: ignore[operator]

    def is_open(self, proposal: Proposal) -> bool:
        """Whether a proposal moved in the days that are still open, or on a day not known."""
        days = [s.day for s in proposal.steps if s.day]
        return not days or not self.view.on or max(days) >= self.view.on - timedelta(days=self.days["open"])

    # lines

    def line(self, text: str, claims: Iterable[str], identifier: str = "", under: Sequence[Line] = ()) -> Line:
        """A line that cites one claim of each report before a second of any."""
        seen: set[str] = set()
        first: list[str] = []
        rest: list[str] = []
        for claim in dict.fromkeys(claims):
            report = self.view.claims[claim].claim.document
            (rest if report in seen else first).append(claim)
            seen.add(report)
        return Line(text, (*first, *rest), tuple(under), identifier)

    def incident(self, incident: Incident) -> Line:
        """One incident in a line, with the people who stand behind all its claims."""
        accepts = (j for j in self.view.judgements if j.action == "accept" and set(incident.claims) <= set(j.about))
        people = listing(j.by for j in accepts)
        stands = f" Accepted by {people}." if people else ""
        return self.line(self.wording.incident(incident) + stands, incident.claims, incident.id)

    def control(self, state: ControlState) -> Line:
        """One place's state in a line."""
        return self.line(self.wording.control(state), claims_of(state), state.id)

    def title(self, incident: Incident) -> str:
        """An incident in a few words: "Air strikes, Idlib (5 December)"."""
        noun: str = self.policy["nouns"][incident.type][0]
        day = f" ({self.wording.day(incident.start)})" if incident.start else ""
        place = self.wording.place(incident.place, incident.place_name) or "place not known"
        return f"{noun[:1].upper()}{noun[1:]}, {place}{day}"

    # lists

    def cut(self, title: str, items: Sequence[Any], line: Callable[[Any], Line], most: int | None = None) -> Section:
        """A section with a line for each of the first items; what is left out is counted."""
        most = most or self.most["lines"]
        return Section(title, [line(item) for item in items[:most]], remarks=more(len(items) - most))

    def by_area(self, placed: Iterable[tuple[str, Line]]) -> list[Section]:
        """Lines with the id of the place they tell of, in a section for each area, the fullest first."""
        by_area: dict[str, list[Line]] = defaultdict(list)
        for place, line in placed:
            by_area[self.area(place)].append(line)
        areas = sorted(by_area, key=lambda a: (-len(by_area[a]), a))
        return [self.cut(area, by_area[area], lambda line: line) for area in areas]

    def area(self, identifier: str) -> str:
        """The name of the region a place lies in, else of the widest place on record that holds it."""
        above = self._above(self.places.get(identifier))
        regions = [p for p in above if p.kind == "region"]
        wide = [p for p in above if p.kind not in ("country", "part")]  # "northern Syria" is told under Syria
        names = [p.name for p in regions or wide[-1:] or above[-1:]]
        return names[0][:1].upper() + names[0][1:] if names else "Place not known"

    def _above(self, place: Place | None) -> list[Place]:
        """A place and those on record that hold it, narrowest first."""
        found: list[Place] = []
        while place and place not in found:
            found.append(place)
            place = next((self.places[p] for p in place.parents if p in self.places), None)
        return found


def more(left: int) -> list[str]:
    """A remark that counts what a list leaves out."""
    return [f"And {left:,} more."] if left > 0 else []


def chapter(title: str, parts: Iterable[Section], remark: str = "") -> Section:
    """A heading over those parts that say something."""
    return Section(title, parts=[p for p in parts if p.lines], remarks=[remark] if remark else [])


def standing(states: Iterable[ControlState]) -> list[ControlState]:
    """The latest state of each place."""
    latest: dict[str, ControlState] = {}
    for state in sorted(states, key=lambda s: s.since):
        latest[state.place] = state
    return list(latest.values())
