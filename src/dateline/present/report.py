"""The situation report: what changed, who holds what, fighting, civilians, proposals, and where accounts differ.

`document` says it as a structure of sentences that cite; `render` writes that as Markdown, HTML, DOCX or PDF.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from ..model.concluded import ControlState, Incident, Judgement, Proposal, Toll
from ..model.world import GroundedClaim, Place
from . import report_formats
from .report_document import Line, Report, Section, assemble, quote
from .view import View, claims_of
from .wording import Wording, count, listing, policy, sentence, topic

FORMS = tuple(report_formats.WRITERS)


def render(view: View, *, form: str = "md", ids: bool = False) -> str | bytes:
    """The report in one of `FORMS`: text for md and html, bytes for docx and pdf; with `ids`, each line shows its own.

    Raises `MissingComponent` where a form needs what is not installed.
    """
    return report_formats.WRITERS[form](document(view), ids)


def document(view: View) -> Report:
    """The report's sections in the order analysts read them; empty ones are left out."""
    teller = Teller(view)
    found = [
        teller.changes(), teller.headline(), teller.control(), teller.incidents("Fighting", policy()["fighting"]),
        teller.incidents("Civilians", policy()["civilians"]), teller.diplomacy(), teller.statements(), teller.differing(), teller.stale(),
        teller.unplaced(), teller.corrections(), teller.unread(),
    ]  # fmt: skip
    anything = any(section.lines or section.parts for section in found)
    return assemble(view, _title(view), _lead(view, anything), found, most_cited=policy()["most"]["cited"])


def _title(view: View) -> str:
    what = f"Situation report: {view.area}" if view.area else "Situation report"
    return f"{what}, {view.on.day} {view.on:%B %Y}" if view.on else what


def _lead(view: View, anything: bool) -> str:
    size = f"From {count(len(view.documents), 'report')} with {count(len(view.claims), 'claim')}."
    if not anything:
        return f"{size} Nothing to tell: no incident, control or proposal was concluded for this day and place."
    return f"{size} Every statement cites the sentences it rests on. Corroborated means said by more than one originator; it does not mean true."


class Teller:
    """Tells one view of a record section by section."""

    def __init__(self, view: View) -> None:
        self.view, self.wording, self.policy = view, Wording.of(view), policy()
        self.most, self.places = self.policy["most"], view.places()
        self.recent = sorted(view.incidents, key=lambda i: (i.start or date.min, i.reports, i.id), reverse=True)
        self.standing = standing(view.control)
        period = (view.on or date.max) - timedelta(days=self.policy["days"]["period"])
        self.start = min(view.since or date.max, period)  # of the period told in full

    # what is new

    def changes(self) -> Section:
        """What came in or changed since the last report."""
        since = self.view.since
        if since is None:
            return Section("What changed")
        lines = [*self._new_incidents(), *self._new_control(), *self._new_tolls(), *self._new_steps()]
        title = f"What changed since {self.wording.day(since)}"
        return Section(title, lines, remarks=[] if lines else ["Nothing new was reported."])

    def known(self, claim: str) -> date | None:
        """The day a claim came out: its report's, else the day it speaks of."""
        published, time = self.view.document_of(claim).published, self.view.claims[claim].time
        return published or (time.end if time else None)

    def is_news(self, claims: Iterable[str]) -> bool:
        """Whether nobody had said so by the day of the last report, and somebody had by the day of this one."""
        days = [d for c in claims if (d := self.known(c))]
        return bool(days) and min(days) > (self.view.since or date.min) and min(days) <= (self.view.on or date.max)

    def _new_incidents(self) -> list[Line]:
        by_type: dict[str, list[Incident]] = defaultdict(list)
        for incident in self.recent:
            fresh = incident.start is None or self._within(incident, self.policy["days"]["open"])
            if fresh and self.is_news(incident.claims) and incident.status != "denied":
                by_type[incident.type].append(incident)
        return [
            self._line(sentence(f"newly reported: {self.policy['nouns'][kind][len(found) > 1]} {self._where(found)}"), self._cited(found))
            for kind, found in sorted(by_type.items(), key=lambda item: -len(item[1]))
        ]

    def _where(self, incidents: Sequence[Incident]) -> str:
        """Places and days of several incidents: "in A (7 December), B (8 December) and 2 more"."""
        day = self.wording.day
        places = [f"{i.place_name or 'a place not named'}" + (f" ({day(i.start)})" if i.start else "") for i in incidents]
        return f"in {listing(places, 5)}"

    def _new_control(self) -> list[Line]:
        before = {s.place: s for s in standing(s for s in self.view.control if s.since <= (self.view.since or date.min))}
        return [
            self._line(self._changed(state, before.get(state.place)), claims_of(state), state.id)
            for state in self.standing
            if state.since > (self.view.since or date.min) or self.is_news(claims_of(state))
        ]

    def _changed(self, state: ControlState, before: ControlState | None) -> str:
        now = self.wording.control(state)
        was = self.wording.standing(before) if before and before.id != state.id else ""
        return f"{now[:-1]} (before: {was})." if was else now

    def _new_tolls(self) -> list[Line]:
        return [line for i in self.recent if not self.is_news(i.claims) for line in self._changed_tolls(i)]

    def _changed_tolls(self, incident: Incident) -> list[Line]:
        """Figures that came out since the last report, beside the same source's or anyone's earlier ones."""
        new = [t for t in incident.tolls if self.is_news(t.claims)]
        lines = []
        for toll in new:
            old = [t for t in incident.tolls if t.of == toll.of and t not in new]
            old = [t for t in old if t.source == toll.source] or old
            earlier = f"; earlier: {listing(map(self.wording.toll, old))}" if old else ""
            label = self.policy["tolls"].get(toll.of, toll.of)
            text = sentence(f"{self._what(incident)}: {label.lower()} now {self.wording.toll(toll)}{earlier}")
            lines.append(self._line(text, (*toll.claims, *(c for t in old for c in t.claims)), incident.id))
        return lines

    def _what(self, incident: Incident) -> str:
        """An incident as a heading: "Air strikes, Idlib (5 December)"."""
        noun: str = self.policy["nouns"][incident.type][0]
        day = f" ({self.wording.day(incident.start)})" if incident.start else ""
        return f"{noun[:1].upper()}{noun[1:]}, {incident.place_name or 'place not known'}{day}"

    def _new_steps(self) -> list[Line]:
        lines = []
        for proposal in self.view.proposals:
            steps = [s for s in proposal.steps if self.is_news((s.claim,))]
            if steps:
                place = f", {proposal.place_name}" if proposal.place_name else ""
                text = sentence(f"{topic(proposal.topic)}{place}: {count(len(steps), 'new step')}; now {self.policy['outcomes'][proposal.outcome]}")
                lines.append(self._line(text, tuple(s.claim for s in steps), proposal.id))
        return lines

    # the day's picture

    def headline(self) -> Section:
        """The best attested incidents of the last days."""
        fresh = [i for i in self.recent if self._within(i, self.policy["days"]["headline"])] or self.recent
        best = sorted(fresh, key=lambda i: (i.status == "denied", -i.originators, -i.reports, -len(i.claims), i.id))
        return Section("Headline", [self._incident(i) for i in best[: self.most["headline"]]])

    def _within(self, incident: Incident, days: int) -> bool:
        return bool(incident.start and self.view.on and incident.start >= self.view.on - timedelta(days=days))

    def control(self) -> Section:
        """Who holds what: a part for each state."""
        spoken_of = [s for s in self.standing if not self._silent_for(s, self.policy["days"]["open"])]
        ordered = sorted(spoken_of, key=lambda s: (s.since, s.place_name), reverse=True)
        parts = [
            self._cut(Section(how["title"]), [s for s in ordered if s.state == state], self._control)
            for state, how in self.policy["control"].items()
        ]
        return _chapter("Who holds what", parts)

    def incidents(self, title: str, types: Sequence[str]) -> Section:
        """Incidents of some types by area, those of the period told one by one and the rest counted."""
        mine = [i for i in self.recent if i.type in types and i.start and i.place]
        told = [i for i in mine if self._told(i)]
        by_area: dict[str, list[Incident]] = defaultdict(list)
        for incident in told:
            by_area[self.area(incident.place)].append(incident)
        areas = sorted(by_area, key=lambda a: (-len(by_area[a]), a))
        parts = [self._cut(Section(a), by_area[a], self._incident) for a in areas]
        older = len(mine) - len(told)
        remark = f"{count(older, 'further incident')} before {self.wording.day(self.start)} on record." if older else ""
        return _chapter(title, parts, remark)

    def _told(self, incident: Incident) -> bool:
        """Whether an incident falls in the period the report tells, or came out since the last report."""
        return bool(incident.start and incident.start >= self.start) or self.is_news(incident.claims)

    def area(self, identifier: str) -> str:
        """The name of the region a place lies in, else of the widest place on record that holds it."""
        above = self._above(self.places.get(identifier))
        regions = [p for p in above if p.kind == "region"]
        narrower = [p for p in above if p.kind != "country"]
        country = next((p.name for p in above if p.kind == "country"), "")
        return regions[0].name if regions else narrower[-1].name if narrower else country or "Elsewhere"

    def _above(self, place: Place | None) -> list[Place]:
        """A place and those on record that hold it, narrowest first."""
        found: list[Place] = []
        while place and place not in found:
            found.append(place)
            place = next((self.places[p] for p in place.parents if p in self.places), None)
        return found

    def diplomacy(self) -> Section:
        """Proposals as threads, the latest first, each step with its source."""
        latest = sorted(self.view.proposals, key=lambda p: (str(p.opened), p.id), reverse=True)
        return self._cut(Section("Diplomacy"), latest, self._proposal)

    def _proposal(self, proposal: Proposal) -> Line:
        shown, rest = proposal.steps[-self.most["parts"] :], proposal.steps[: -self.most["parts"]]
        under = [self._line(self.wording.step(s), (s.claim,)) for s in shown]
        if rest:
            under.insert(0, self._line(f"{count(len(rest), 'earlier step')}.", tuple(s.claim for s in rest)))
        return self._line(self.wording.proposal(proposal), claims_of(proposal), proposal.id, under)

    def statements(self) -> Section:
        """What was said in words in the last days, quoted."""
        said = [c for c in self.view.claims.values() if c.claim.type in self.policy["said"] and c.actor and self._fresh(c)]
        latest = sorted(said, key=lambda c: (str(c.time.start if c.time else ""), c.claim.id), reverse=True)
        once = {quote(c): c for c in latest}
        return self._cut(Section("What was said"), list(once.values()), self._statement, self.most["quotes"])

    def _fresh(self, grounded: GroundedClaim) -> bool:
        on, since = self.view.on, self.view.since
        return not (grounded.time and on and since) or since <= grounded.time.start <= on

    def _statement(self, grounded: GroundedClaim) -> Line:
        start = grounded.time.start if grounded.time else None
        opening = f"{self.wording.when(start, None)} {self.wording.speech(grounded)}"
        return self._line(sentence(f"{opening}: “{quote(grounded)}”"), (grounded.claim.id,))

    # what is not settled

    def differing(self) -> Section:
        """Accounts that cannot all be true, side by side: of tolls, of what happened, of who holds a place."""
        days = self.policy["days"]["open"]
        recent = [i for i in self.recent if self._within(i, days)]
        tolls = [line for i in recent for line in self._differing_tolls(i)]
        events = [self._disputed(i) for i in recent if i.status == "disputed" and len(i.claims) > 1]
        places = [self._accounts(s) for s in self.standing if self._is_argued(s) and not self._silent_for(s, days)]
        shares = self._shares()
        parts = [
            Section(title, lines[: self.most["lines"]], side_by_side=True, remarks=_more(len(lines) - self.most["lines"]))
            for title, lines in (("Tolls", tolls), ("Events", events), ("Places", places), ("Shares of territory", shares))
        ]
        return _chapter("Where accounts differ", parts)

    def _differing_tolls(self, incident: Incident) -> list[Line]:
        by_harm: dict[str, list[Toll]] = defaultdict(list)
        for toll in incident.tolls:
            by_harm[toll.of].append(toll)
        return [
            self._line(
                sentence(f"{self._what(incident)}: {self.policy['tolls'].get(of, of).lower()}"), tuple(c for t in tolls for c in t.claims),
                incident.id, [self._line(sentence(self.wording.toll(t)), t.claims) for t in tolls],
            )
            for of, tolls in by_harm.items()
            if len({t.source for t in tolls}) > 1 and _apart(tolls)
        ]  # fmt: skip

    def _disputed(self, incident: Incident) -> Line:
        """A disputed incident with the sentence of each who speaks of it."""
        is_denied = {c: self.view.claims[c].claim.status == "denied" for c in incident.claims}
        by_voice = {self.wording.voice(c): c for c in sorted(reversed(incident.claims), key=is_denied.__getitem__)}
        under = [
            self._line(sentence(f"{who}{', denying it' if is_denied[c] else ''}: “{quote(self.view.claims[c])}”"), (c,))
            for who, c in sorted(by_voice.items(), key=lambda item: is_denied[item[1]])
        ]
        return self._line(sentence(self._what(incident)), incident.claims, incident.id, under[: self.most["parts"]])

    def _is_argued(self, state: ControlState) -> bool:
        """Whether the accounts of a place say different things about who holds it; fighting alone tells of no holder."""
        told = [a for a in state.assertions if a.effect not in ("contests", "besieges")]
        return len({(a.holder, a.effect in ("takes", "holds")) for a in told}) > 1

    def _silent_for(self, state: ControlState, days: int) -> bool:
        """Whether nobody has spoken of a place for more than `days`."""
        return bool(self.view.on) and (self.view.on - state.as_of).days > days

    def _accounts(self, state: ControlState) -> Line:
        """A place with the word of each who claims it."""
        by_word: dict[str, list[str]] = defaultdict(list)
        for a in state.assertions:
            by_word[f"{self.wording.claimant(a)}: {self.wording.effect(a)} ({self.wording.day(a.day)})"].append(a.claim)
        under = [self._line(sentence(text), tuple(claims)) for text, claims in by_word.items()]
        return self._line(sentence(f"{state.place_name}, since {self.wording.day(state.since)}"), claims_of(state), state.id, under[-self.most["parts"] :])

    def _shares(self) -> list[Line]:
        """Shares of territory as claimed, one line a holder, where more than one was claimed."""
        by_holder: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for state in self.view.control:
            for a in state.assertions:
                if a.share:
                    text = f"{self.wording.share(a)}, {self.wording.day(a.day)} ({self.wording.claimant(a)})"
                    by_holder[a.holder][text].append(a.claim)
        return [
            self._line(
                sentence(f"said to be held by {self.wording.party(holder)}"), tuple(c for cs in said.values() for c in cs),
                under=[self._line(sentence(text), tuple(dict.fromkeys(claims))) for text, claims in said.items()],
            )
            for holder, said in by_holder.items()
            if len(said) > 1
        ]  # fmt: skip

    def stale(self) -> Section:
        """Places nobody has spoken of for days."""
        days = self.policy["days"]["stale"]
        silent = [s for s in self.standing if self._silent_for(s, days)]
        section = Section(f"Not spoken of for more than {count(days, 'day')}")
        return self._cut(section, sorted(silent, key=lambda s: (s.as_of, s.place_name), reverse=True), self._silent)

    def _silent(self, state: ControlState) -> Line:
        age = (self.view.on - state.as_of).days if self.view.on else 0
        text = f"{state.place_name}: {self.wording.standing(state)}, last spoken of on {self.wording.day(state.as_of)}, {count(age, 'day')} before"
        return self._line(sentence(text), claims_of(state), state.id)

    def unplaced(self) -> Section:
        """Incidents that could not be placed, and those that could not be dated."""
        lost = [i for i in self.recent if i.start and not i.place and self._told(i)]
        undated = [i for i in self.recent if i.start is None and any((self.known(c) or self.start) >= self.start for c in i.claims)]
        parts = [
            self._cut(Section("Not placed"), lost, self._incident),
            self._cut(Section("Not dated"), undated, self._incident),
        ]
        return _chapter("What could not be placed or dated", parts)

    def corrections(self) -> Section:
        """Judgements in force, so that a reader sees where a person stepped in."""
        about = {i.id: i.claims for i in self.view.incidents}
        lines = [line for j in self.view.judgements if (line := self._correction(j, about))]
        return Section("Corrections made by people", lines)

    def _correction(self, judgement: Judgement, incidents: dict[str, tuple[str, ...]]) -> Line | None:
        """A judgement with the claims it is about; None when none of them is on record."""
        claims = tuple(c for a in judgement.about for c in incidents.get(a, (a,)) if c in self.view.claims)
        what: str = self.policy["judgements"][judgement.action].format(
            claims=count(len(claims), "claim"), field=judgement.field, value=judgement.value
        )
        note = f" ({judgement.note})" if judgement.note else ""
        text = sentence(f"{self.wording.day(judgement.at.date())}: {judgement.by} {what}{note}")
        return self._line(text, claims, judgement.id) if claims else None

    def unread(self) -> Section:
        """The items that could not be read, which no claim can be cited for."""
        return Section("What was not read", remarks=[sentence(str(f)) for f in self.view.failures])

    # lines

    def _incident(self, incident: Incident) -> Line:
        return self._line(self.wording.incident(incident), incident.claims, incident.id)

    def _control(self, state: ControlState) -> Line:
        return self._line(self.wording.control(state), claims_of(state), state.id)

    def _line(self, text: str, claims: Sequence[str], identifier: str = "", under: Sequence[Line] = ()) -> Line:
        """A line that cites one claim of each report before a second of any."""
        return Line(text, self._spread(claims), tuple(under), identifier)

    def _spread(self, claims: Iterable[str]) -> tuple[str, ...]:
        """The claims, each once, those that bring a further report first."""
        seen: set[str] = set()
        first, rest = [], []
        for claim in dict.fromkeys(claims):
            report = self.view.claims[claim].claim.document
            (rest if report in seen else first).append(claim)
            seen.add(report)
        return (*first, *rest)

    def _cited(self, items: Iterable[Incident]) -> tuple[str, ...]:
        """The first claim of each incident, then the others."""
        claims = [i.claims for i in items]
        return tuple(dict.fromkeys([*(c[0] for c in claims), *(c for cs in claims for c in cs)]))

    def _cut(self, section: Section, items: Sequence[Any], line: Callable[[Any], Line], most: int | None = None) -> Section:
        """`section` with a line for each of the first items; what is left out is counted."""
        most = most or self.most["lines"]
        section.lines = [line(item) for item in items[:most]]
        section.remarks = _more(len(items) - most)
        return section


def _more(left: int) -> list[str]:
    return [f"And {left:,} more."] if left > 0 else []


def _chapter(title: str, parts: Sequence[Section], remark: str = "") -> Section:
    """A heading over those parts that say something."""
    return Section(title, parts=[p for p in parts if p.lines], remarks=[remark] if remark else [])


def _apart(tolls: Sequence[Toll]) -> bool:
    """Whether two of the ranges have no number in common."""
    lows = [t.low if t.low is not None else 0.0 for t in tolls]
    highs = [t.high if t.high is not None else float("inf") for t in tolls]
    return max(lows) > min(highs)


def standing(states: Iterable[ControlState]) -> list[ControlState]:
    """The latest state of each place."""
    latest: dict[str, ControlState] = {}
    for state in sorted(states, key=lambda s: s.since):
        latest[state.place] = state
    return list(latest.values())
