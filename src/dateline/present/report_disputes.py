"""Where accounts differ: tolls, events, places and shares that cannot all be true, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..model.concluded import ControlState, Incident, Toll
from .phrases import percent, sentence
from .report_document import Line, Section, quote
from .report_lines import Teller, chapter, more
from .view import claims_of


def differing(teller: Teller) -> Section:
    """The section on what is not settled, of the days that are still open."""
    recent = [i for i in teller.recent if teller.is_within(i, teller.days["open"])]
    spoken_of = [s for s in teller.standing if not teller.is_silent(s, teller.days["open"])]
    parts = {
        "Tolls": [line for i in recent for line in _tolls(teller, i)],
        "Events": [_event(teller, i) for i in recent if i.status == "disputed" and len(i.claims) > 1],
        "Places": [_place(teller, s) for s in spoken_of if _is_argued(s)],
        "Shares of territory": [*_impossible_shares(teller, spoken_of), *_shares(teller)],
    }
    return chapter("Where accounts differ", (_side_by_side(teller, *part) for part in parts.items()))


def _side_by_side(teller: Teller, title: str, lines: Sequence[Line]) -> Section:
    most = teller.most["lines"]
    return Section(title, list(lines[:most]), remarks=more(len(lines) - most), side_by_side=True)


def _tolls(teller: Teller, incident: Incident) -> Iterator[Line]:
    """Tolls of one harm that exclude each other, a figure a source."""
    by_harm: dict[str, list[Toll]] = defaultdict(list)
    for toll in incident.tolls:
        by_harm[toll.of].append(toll)
    for of, tolls in by_harm.items():
        if len({t.source for t in tolls}) > 1 and _are_apart(tolls):
            title = sentence(f"{teller.title(incident)}: {teller.policy['tolls'].get(of, of).lower()}")
            under = [teller.line(sentence(teller.wording.toll(t)), t.claims) for t in tolls]
            yield teller.line(title, (c for t in tolls for c in t.claims), incident.id, under)


def _are_apart(tolls: Sequence[Toll]) -> bool:
    """Whether two of the ranges have no number in common."""
    lows = [t.low if t.low is not None else 0.0 for t in tolls]
    highs = [t.high if t.high is not None else float("inf") for t in tolls]
    return max(lows) > min(highs)


def _event(teller: Teller, incident: Incident) -> Line:
    """A disputed incident with a sentence of each who speaks of it, those who deny it last."""
    claims = teller.view.claims
    is_denied = {c: claims[c].claim.status == "denied" for c in incident.claims}
    by_voice = {(is_denied[c], teller.wording.voice(c)): c for c in reversed(incident.claims)}
    under = [
        teller.line(sentence(f"{who}{', denying it' if denied else ''}: “{quote(claims[c])}”"), (c,))
        for (denied, who), c in sorted(by_voice.items())
    ]
    title = sentence(teller.title(incident))
    return teller.line(title, incident.claims, incident.id, under[: teller.most["parts"]])


def _is_argued(state: ControlState) -> bool:
    """Whether the accounts of a place say different things about who holds it; fighting alone tells of no holder."""
    told = [a for a in state.assertions if a.effect not in ("contests", "besieges")]
    return len({(a.holder, a.effect in ("takes", "holds")) for a in told}) > 1


def _place(teller: Teller, state: ControlState) -> Line:
    """A place with the word of each who claims it."""
    wording = teller.wording
    by_word: dict[str, list[str]] = defaultdict(list)
    for a in state.assertions:
        by_word[f"{wording.claimant(a)}: {wording.effect(a)} ({wording.day(a.day)})"].append(a.claim)
    under = [teller.line(sentence(text), claims) for text, claims in by_word.items()]
    title = sentence(
        f"{wording.place(state.place, state.place_name)}, {wording.standing(state)} since {wording.day(state.since)}"
    )
    return teller.line(title, claims_of(state), state.id, under[-teller.most["parts"] :])


def _shares(teller: Teller) -> Iterator[Line]:
    """Shares of territory as claimed, a line a holder, where more than one was claimed; the latest first."""
    wording = teller.wording
    by_holder: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    states = [s for s in teller.view.control if not teller.is_silent(s, teller.days["open"])]
    for a in sorted((a for s in states for a in s.assertions if a.share), key=lambda a: a.day, reverse=True):
        text = f"{percent(a.share or (None, None), a.share_of)}, {wording.day(a.day)} ({wording.claimant(a)})"
        by_holder[a.holder][text].append(a.claim)
    for holder, said in by_holder.items():
        if len(said) > 1:
            under = [teller.line(sentence(text), claims) for text, claims in said.items()]
            title = sentence(f"said to be held by {wording.party(holder)}")
            yield teller.line(title, (c for claims in said.values() for c in claims), under=under)


def _impossible_shares(teller: Teller, states: Sequence[ControlState]) -> Iterator[Line]:
    """Shares that cannot be true together, or beside the districts on record, as the conclusions found."""
    for state in states:
        for reason in state.reasons:
            if reason.feature == "contradiction":
                detail = teller.wording.named(reason.detail, (a.holder for a in state.assertions))
                yield teller.line(
                    sentence(f"{teller.wording.place(state.place, state.place_name)}: {detail}"),
                    claims_of(state),
                    state.id,
                )
