"""How conclusions read as sentences: phrases filled from a view of a record, with who says so."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ..model.concluded import Assertion, CivilianTally, ControlState, Figure, Incident, Proposal, Step, Toll
from ..model.world import GroundedClaim
from .phrases import (
    clause,
    count,
    demonyms,
    generic,
    listing,
    named_place,
    party,
    people,
    percent,
    plural,
    policy,
    sentence,
    topic,
)
from .view import View, parties


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences about one view; days of the view's own year go without it."""

    view: View
    names: dict[str, str]  # of parties and sides, by id
    outlets: frozenset[str]
    opening: frozenset[str]  # words for sources that have their capital from opening a sentence, as far as is known
    proper: frozenset[str]  # first words of names of places and peoples, which keep their capital
    namesakes: frozenset[str]  # ids of regions that share their name with a narrower place

    @classmethod
    def of(cls, view: View) -> Wording:
        """The wording for a view, with the parties and places on record named."""
        places = view.places().values()
        narrow = {p.name for p in places if p.kind not in ("region", "country")}
        proper = {p.name for p in places} | demonyms().keys() | set(demonyms().values())
        return cls(
            view=view, names=parties(view), outlets=frozenset(d.outlet for d in view.documents.values()),
            opening=_opening(view), proper=frozenset(p.split()[0] for p in proper),
            namesakes=frozenset(p.id for p in places if p.kind == "region" and p.name in narrow),
        )  # fmt: skip

    def party(self, identifier: str) -> str:
        """A party by its id or name, as it stands inside a sentence."""
        return party(self.names.get(identifier, identifier))

    def place(self, identifier: str, name: str) -> str:
        """A place's name, a region's told apart from a town's of the same name."""
        return f"{name} region" if identifier in self.namesakes else name

    def source(self, name: str) -> str:
        """Who says so, by a name or in a report's own words, as it stands inside a sentence; an outlet's name as it is."""
        if name in self.outlets or not name:
            return name or "the report"
        first = name.split()[0]
        is_word = name in self.opening and first.split("-")[0] not in self.proper and not first.isupper()
        return party(name[:1].lower() + name[1:] if is_word else name)

    def named(self, text: str, identifiers: Iterable[str]) -> str:
        """A text with the ids of parties in it replaced by their names."""
        for identifier in sorted(set(identifiers) & self.names.keys(), key=len, reverse=True):
            text = text.replace(identifier, self.party(identifier))
        return text

    # days

    def day(self, day: date) -> str:
        """A day: "5 December", with its year when that is not the report's."""
        year = f" {day.year}" if not self.view.on or day.year != self.view.on.year else ""
        return f"{day.day} {day:%B}{year}"

    def when(self, start: date | None, end: date | None) -> str:
        """A day or a stretch of days as a sentence opens with it."""
        if start is None:
            return "on a day not known,"
        last = end or start
        if start == last:
            return f"on {self.day(start)}"
        whole = start.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
        if whole and (start.year, start.month) == (last.year, last.month):
            return f"in {start:%B %Y}"
        if whole and start.year == last.year and (start.month, last.month) == (1, 12):
            return f"in {start.year}"
        if (last - start).days == 1:
            return f"on {self._shorter(start, last)} or {self.day(last)}"
        return f"between {self._shorter(start, last)} and {self.day(last)}"

    def _shorter(self, start: date, last: date) -> str:
        """The first of two days, without the month they share."""
        return str(start.day) if (start.year, start.month) == (last.year, last.month) else self.day(start)

    # who says so

    def voice(self, claim: str) -> str:
        """Who vouches for a claim: its innermost source, else the wire or the outlet that printed it."""
        grounded, document = self.view.claims[claim], self.view.document_of(claim)
        if not grounded.source:
            return self.source(document.credit or document.outlet or document.name)
        first = grounded.source[0]
        return self.source(first.text if first.name in generic() else first.name or first.text)

    def teller(self, said: Toll | Figure) -> str:
        """Who gives a figure; where only a kind of people is on record, in the report's own words for them."""
        return self.voice(said.claims[0]) if said.source in generic() and said.claims else self.source(said.source)

    def voices(self, claims: Iterable[str], *, denied: bool | None = None) -> list[str]:
        """Who vouches for the claims, each once; only for those denied, or only for the rest."""
        chosen = (c for c in claims if denied is None or (self.view.claims[c].claim.status == "denied") == denied)
        return list(dict.fromkeys(self.voice(c) for c in chosen))

    def sources(self, names: Sequence[str]) -> str:
        """Names of those who say so in a row."""
        return listing(names, policy()["most"]["sources"])

    # incidents

    def clause(self, incident: Incident) -> str:
        """What happened, to whom and where, without day or source."""
        who = "or" if incident.status == "disputed" and incident.type in ("capture", "hold") else "and"
        place = self.place(incident.place, incident.place_name)
        return clause(incident.type, incident.actors, incident.targets, place, incident.means, who)

    def speech(self, grounded: GroundedClaim) -> str:
        """What a claim of words says was done with them: "Russia accused the White Helmets"."""
        actors, targets = (
            [r.actor.name if r.actor else r.text for r in refs] for refs in (grounded.actor, grounded.target)
        )
        return clause(grounded.claim.type, actors, targets)

    def incident(self, incident: Incident) -> str:
        """One incident: day, what, who says so and who does not, how well attested, tolls by source."""
        said, denied = (self.voices(incident.claims, denied=d) for d in (False, True))
        what = f"{self.when(incident.start, incident.end)} {self.clause(incident)}"
        if not said:
            told = f"according to {self.sources(denied)}, it is not so that {what}"
        elif all(self.view.claims[c].claim.status == "possible" for c in incident.claims):
            told = f"it is possible that {what}, according to {self.sources(said)}"
        else:
            told = f"{what}, {self._credit(incident, said)}"
        if said and denied:
            told += f", but not according to {self.sources(denied)}"
        return " ".join([sentence(told + self._attested(incident)), *self.tolls(incident.tolls, said)])

    def _credit(self, incident: Incident, said: Sequence[str]) -> str:
        """Who says so; a party that alone speaks of its own doing does so by its own account."""
        if [party(a) for a in incident.actors] == list(said):
            return f"by {self._own(said[0])} own account"
        return f"according to {self.sources(said)}"

    def _attested(self, incident: Incident) -> str:
        """How well attested an incident is, in brackets; "" for a single report."""
        reports = count(incident.reports, "report")
        if incident.status == "corroborated":
            return f" (corroborated: {count(incident.originators, 'originator')}, {reports})"
        if incident.status == "disputed":
            return " (disputed)"
        return f" ({count(incident.originators, 'originator')}, {reports})" if incident.reports > 1 else ""

    def tolls(self, tolls: Sequence[Toll], said: Sequence[str]) -> list[str]:
        """Sentences of the people harmed, one a kind of harm, each figure with its source unless only one speaks."""
        return [
            f"{label}: {'; '.join(dict.fromkeys(self.toll(t, said) for t in tolls if t.of == of))}."
            for of, label in policy()["tolls"].items()
            if any(t.of == of for t in tolls)
        ]

    def toll(self, toll: Toll, said: Sequence[str] = ()) -> str:
        """One figure: "26 civilians (the White Helmets)"."""
        source = self.teller(toll)
        return people(toll.low, toll.high, toll.who) + ("" if list(said) == [source] else f" ({source})")

    # control

    def control(self, state: ControlState) -> str:
        """One place's state, who says so, and the reason where nobody has spoken of it since it began."""
        line = self._of_place(policy()["control"][state.state]["line"], state)
        if state.as_of < state.since:
            why = self.named(state.reasons[0].detail, [a.holder for a in state.assertions]) if state.reasons else ""
            line += f"; {why or 'nobody spoke of it since'}"
        return sentence(line + (f"; last spoken of on {self.day(state.as_of)}" if state.as_of != state.since else ""))

    def standing(self, state: ControlState) -> str:
        """A state in a few words: "held by the Syrian government"."""
        return self._of_place(policy()["control"][state.state]["short"], state)

    def _of_place(self, phrase: str, state: ControlState) -> str:
        """A phrase of `report.yaml` about a place's state, filled in."""
        place = named_place(self.place(state.place, state.place_name))
        return phrase.format(
            place=place[:1].upper() + place[1:], holder=self.party(state.holder), claimed=self.party(state.claimed_by),
            since=self.day(state.since), credit=self._holders_credit(state), part=self._part(state), accounts="; ".join(self.accounts(state)),
        )  # fmt: skip

    def _holders_credit(self, state: ControlState) -> str:
        """Who says that a side holds a place; "by its own account alone" where only the side does."""
        side = state.holder or state.claimed_by
        saying = [
            a for a in state.assertions if a.effect in ("takes", "holds") and a.holder == side
        ] or state.assertions
        if all(a.claimant_side == side and a.claimant_kind in ("party", "official") for a in saying):
            return f"by {self._own(self.party(side))} own account alone"
        return f"according to {self.sources([self.claimant(a) for a in saying])}"

    def _part(self, state: ControlState) -> str:
        """How much of a place is held: a share of something, most, or a part."""
        if state.share:
            return percent(state.share, state.share_of)
        words: dict[str, str] = policy()["extents"]
        return words.get(
            next((a.extent for a in state.assertions if a.effect in ("takes", "holds")), "part"), words["part"]
        )

    def _own(self, name: str) -> str:
        return "their" if name.endswith("s") or name in plural() else "its"

    def accounts(self, state: ControlState) -> list[str]:
        """What is said of a place, each account with those who give it: "fighting (the Observatory, residents)"."""
        by_word: dict[str, list[str]] = {}
        for a in state.assertions:
            by_word.setdefault(self.effect(a), []).append(self.claimant(a))
        most = policy()["most"]["sources"]
        told = [f"{text} ({listing(who, most)})" for text, who in by_word.items()]
        return told if len(told) <= most + 1 else [*told[:most], f"{len(told) - most} further accounts"]

    def claimant(self, assertion: Assertion) -> str:
        """Who makes an assertion, as it stands inside a sentence."""
        return self.source(assertion.claimant)

    def effect(self, assertion: Assertion) -> str:
        """What an assertion says of the place: "taken by the Syrian government", "85 percent of X held by …"."""
        known, unknown = policy()["effects"][assertion.effect]
        text: str = known.format(holder=self.party(assertion.holder)) if assertion.holder else unknown
        return f"{percent(assertion.share, assertion.share_of)} {text}" if assertion.share else text

    # civilians

    def tally(self, tally: CivilianTally) -> str:
        """What is counted, where and when, with each source's figure."""
        label: str = policy()["tallies"][tally.of]
        where = f" in {named_place(self.place(tally.place, tally.place_name))}" if tally.place_name else ""
        figures_ = "; ".join(map(self.figure, tally.figures))
        return sentence(
            f"{label}{where} {self.when(tally.start, tally.end)}: {figures_}".replace(",:", ":").replace(
                ": according", ", according"
            )
        )

    def figure(self, figure: Figure) -> str:
        """One source's figure: "at least 45 civilians (the White Helmets)"; the source alone where it gives none."""
        if figure.low is None and figure.high is None:
            return f"according to {self.teller(figure)}"
        added = f", added from {len(figure.parts)} places" if figure.basis == "summed" else ""
        return f"{people(figure.low, figure.high, figure.who)} ({self.teller(figure)}{added})"

    # proposals

    def proposal(self, proposal: Proposal) -> str:
        """What was proposed, where, when it was opened and what came of it."""
        place = f", {proposal.place_name}" if proposal.place_name else ""
        opened = f" (opened {self.day(proposal.opened)})" if proposal.opened else ""
        return sentence(f"{topic(proposal.topic)}{place}{opened}: {policy()['outcomes'][proposal.outcome]}")

    def step(self, step: Step) -> str:
        """One move in a thread, with its terms and source."""
        known, unknown = policy()["moves"][step.move]
        who = listing([party(n) for n in step.by.split("; ")]) if step.by else ""
        what = known.format(by=who) if who else unknown
        day = self.day(step.day) if step.day else "day not known"
        asked = (
            "; ".join(f"“{words}”" for words in (step.duration, step.purpose, step.condition) if words) or step.terms
        )
        terms = f" ({asked})" if asked else ""
        return sentence(f"{day}: {what}{terms}, according to {self.chained(step.source)}")

    def chained(self, source: str) -> str:
        """A chain of sources written with arrows, in words: "Assad, through Al-Watan"."""
        return ", through ".join(dict.fromkeys(map(self.source, source.split(" ← "))))


def _opening(view: View) -> frozenset[str]:
    """Texts of sources that mostly open their sentence, and whose first word is a common one."""
    common = {w for c in view.claims.values() for w in c.claim.evidence.text.split() if w.islower()}
    stands: Counter[str] = Counter()  # how much oftener a text opens a sentence than not
    for span in (s for c in view.claims.values() for s in c.claim.source):
        before = view.documents[span.document].text[: span.start].rstrip(" \n\"“‘'")
        stands[span.text] += 1 if not before or before[-1] in ".!?:" else -1
    named = {s.name for c in view.claims.values() for s in c.source}
    often = {text for text, n in stands.items() if n > 0} - named
    return frozenset(text for text in often if text.split()[0].lower() in common)
