"""How conclusions read as sentences: the phrases of `data/report.yaml` filled from a view of a record."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from .. import lexicon
from ..errors import DataError
from ..model.concluded import Assertion, ControlState, Incident, Proposal, Step, Toll
from ..model.world import GroundedClaim
from .view import View, parties

SLOTS = {"both", "actor", "target", "none"}
WORD_OF_COUNTRY = re.compile(r"^(?P<who>.+) \((?P<country>.+)\)$")
GOVERNMENT = re.compile(r"^Government of (?:the )?(?P<country>.+)$")


@cache
def policy() -> dict[str, Any]:
    """The report's policy and phrases; raises `DataError` when a type, a state or a form of a phrase is missing."""
    read: dict[str, Any] = lexicon.read("report.yaml")
    events = lexicon.read("events.yaml")["types"]
    for name in events:
        if set(read["clauses"].get(name, ())) != SLOTS:
            raise DataError(f"report.yaml: clauses of {name!r} need {', '.join(sorted(SLOTS))}")
    for part in ("fighting", "civilians", "said", "clauses", "nouns"):
        for name in read[part]:
            lexicon.closed(name, set(events), f"report.yaml: {part}")
    return read


def count(n: int, noun: str) -> str:
    """A number with its noun: "1 report", "3 reports"."""
    return f"{n:,} {noun}" + ("s" if n != 1 else "")


def listing(items: Iterable[str], most: int | None = None, word: str = "and") -> str:
    """Names in a row, each once, the end counted: "A, B and C", "A, B and 4 more"."""
    names = list(dict.fromkeys(items))
    most = policy()["most"]["names"] if most is None else most
    if len(names) > most + 1:
        names, word = [*names[:most], f"{len(names) - most} more"], "and"
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def figures(low: float | None, high: float | None) -> str:
    """A range of a count; either end may be open."""
    if low is None or high is None:
        return "a number not known" if low is high else f"up to {high:,.0f}" if low is None else f"at least {low:,.0f}"
    words: str = policy()["words"].get(f"{low:.0f}-{high:.0f}", "")
    if words:
        return words
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def sentence(text: str) -> str:
    """A clause as a sentence: a capital first, a full stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "”", "?", "!")) else ".")


def topic(name: str) -> str:
    """A proposal's topic as a heading."""
    words: str = policy()["topics"].get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


@cache
def _demonyms() -> dict[str, str]:
    return {row[0]: row[1] for row in lexicon.read("states.yaml").values()}


@cache
def _generic() -> frozenset[str]:
    """Names of kinds of people, which are no proper names ("Civilians")."""
    return frozenset(row["name"] for row in lexicon.read("agents.yaml")["agents"])


@cache
def _plural() -> frozenset[str]:
    return frozenset(n.lower() for n in _generic())


def party(name: str) -> str:
    """A party's name as it stands inside a sentence: "the Syrian government", "civilians", "the White Helmets"."""
    if found := GOVERNMENT.match(name):
        people = _demonyms().get(found["country"])
        return f"the {people} government" if people else f"the government of {found['country']}"
    if (found := WORD_OF_COUNTRY.match(name)) and found["who"] in _generic():
        return f"{_demonyms().get(found['country'], found['country'])} {found['who'].lower()}"
    if name in _generic():
        return name.lower()
    if name[:1].islower():
        return name if name.endswith("s") or re.match(policy()["bare"], name) else f"the {name}"
    takes_article = re.search(policy()["article"], name) and not re.match(policy()["no_article"], name)
    return f"the {name}" if takes_article else name


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences about one view; days of the view's own year go without it."""

    view: View
    names: dict[str, str]  # of parties and sides, by id
    outlets: frozenset[str]
    known: frozenset[str]  # names of sources and parties
    proper: frozenset[str]  # words that open the name of a place or a people, and keep their capital

    @classmethod
    def of(cls, view: View) -> Wording:
        """The wording for a view, with the parties and places on record named."""
        names = parties(view)
        outlets = frozenset(d.outlet for d in view.documents.values())
        sources = {s.name for c in view.claims.values() for s in c.source if s.name}
        places = {p.name for p in view.places().values()} | {w for pair in _demonyms().items() for w in pair}
        return cls(view, names, outlets, frozenset(sources | set(names.values())), frozenset(p.split()[0] for p in places))

    def party(self, identifier: str) -> str:
        """A party by its id or name, as it stands inside a sentence."""
        return party(self.names.get(identifier, identifier))

    def source(self, name: str) -> str:
        """Who says so, by a name or in a report's own words, as it stands inside a sentence; an outlet's name as it is."""
        if name in self.outlets or not name:
            return name or "the report"
        if name in self.known:
            return party(name)
        words = name.split()
        opens = len(words) > 1 and words[1].islower() and words[0].split("-")[0] not in self.proper and not words[0].isupper()
        return party(words[0].lower() + name[len(words[0]) :] if opens else name)

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
        if first.name not in _generic():
            return self.source(first.name or first.text)
        is_proper = first.text.split()[0] in self.proper
        return self.source(first.text if is_proper else first.text[:1].lower() + first.text[1:])

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
        return _filled(incident.type, incident.actors, incident.targets, incident.place_name, incident.means, who)

    def speech(self, grounded: GroundedClaim) -> str:
        """What a claim of words says was done with them: "Russia accused the White Helmets"."""
        actors, targets = ([r.actor.name if r.actor else r.text for r in refs] for refs in (grounded.actor, grounded.target))
        return _filled(grounded.claim.type, actors, targets)

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
            return f"by {'their' if said[0].endswith('s') or said[0] in _plural() else 'its'} own account"
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
        source = self.source(toll.source)
        who = f" {toll.who}" if toll.who else ""
        return figures(toll.low, toll.high) + who + ("" if list(said) == [source] else f" ({source})")

    # control

    def control(self, state: ControlState) -> str:
        """One place's state."""
        settled = [a for a in state.assertions if a.effect in ("takes", "holds")] or state.assertions
        line: str = policy()["control"][state.state]["line"].format(
            place=state.place_name[:1].upper() + state.place_name[1:], holder=self.party(state.holder),
            claimed=self.party(state.claimed_by), since=self.day(state.since),
            sources=self.sources(list(dict.fromkeys(self.claimant(a) for a in settled))),
            accounts="; ".join(self.accounts(state)),
        )  # fmt: skip
        last = f"; last spoken of on {self.day(state.as_of)}" if state.as_of != state.since else ""
        return sentence(line + last)

    def standing(self, state: ControlState) -> str:
        """A state in a few words: "held by the Syrian government"."""
        short: str = policy()["control"][state.state]["short"]
        return short.format(holder=self.party(state.holder), claimed=self.party(state.claimed_by))

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
        holder = self.party(assertion.holder) if assertion.holder else ""
        text: str = policy()["effects"][assertion.effect].format(
            holder=holder or "a party not named", by=f" by {holder}" if holder else ""
        )
        return f"{self.share(assertion)} {text}" if assertion.share else text

    def share(self, assertion: Assertion) -> str:
        """A share with what it is a share of: "85 percent of the city's east"."""
        low, high = assertion.share or (None, None)
        return f"{figures(low, high)} percent of {f'“{assertion.share_of}”' if assertion.share_of else 'it'}"

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
        terms = f" ({step.terms})" if step.terms else ""
        return sentence(f"{day}: {what}{terms}, according to {self.chained(step.source)}")

    def chained(self, source: str) -> str:
        """A chain of sources written with arrows, in words: "Assad, through Al-Watan"."""
        return ", through ".join(dict.fromkeys(map(self.source, source.split(" ← "))))


def named_place(name: str) -> str:
    """A place's name as it stands inside a sentence: "the Eye Hospital"."""
    return f"the {name}" if re.search(policy()["place_article"], name) and not name.startswith("the ") else name


def _arms(kind: str, means: Sequence[str]) -> str:
    """Means in a row, as the report's words have them, without those the word for the event tells already."""
    read = policy()
    words = [m if m[1:2].isupper() else m.lower() for m in means if m.lower() not in read["implied"].get(kind, ())]
    kept = [m for m in words if not any(m != other and m in other for other in words)]
    return listing([read["means"].get(m, m) for m in kept])


def _filled(
    kind: str, actors: Sequence[str], targets: Sequence[str], place: str = "", means: Sequence[str] = (), word: str = "and"
) -> str:
    """The clause of a type of claim with its parties, place and means; whoever stands on both sides is told once."""
    doers = [party(a) for a in actors]
    done_to = [p for p in map(party, targets) if p not in doers]
    slot = "both" if doers and done_to else "actor" if doers else "target" if done_to else "none"
    arms = _arms(kind, means)
    place = named_place(place)
    parts = {"where": f" in {place}" if place else "", "from": f" from {place}" if place else "", "means": f" with {arms}" if arms else ""}
    text: str = policy()["clauses"][kind][slot]
    return text.format(actors=listing(doers, word=word), targets=listing(done_to), place=place or "a place not named", **parts)
