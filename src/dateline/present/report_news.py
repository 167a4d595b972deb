"""What came in or changed since the last report: incidents, control, tolls and steps of proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from ..model.concluded import ControlState, Incident, Toll
from .phrases import count, listing, sentence, topic
from .report_document import Line, Section
from .report_lines import Teller, standing
from .view import claims_of


def changes(teller: Teller) -> Section:
    """The section on what is new, saying so when nothing is."""
    since = teller.view.since
    if since is None:
        return Section("What changed")
    lines = [*_incidents(teller), *_control(teller, since), *_tolls(teller), *_steps(teller)]
    title = f"What changed since {teller.wording.day(since)}"
    return Section(title, lines, remarks=[] if lines else ["Nothing new was reported."])


def _incidents(teller: Teller) -> Iterator[Line]:
    """New incidents, a line for each type."""
    by_type: dict[str, list[Incident]] = defaultdict(list)
    for incident in teller.recent:
        fresh = incident.start is None or teller.is_within(incident, teller.days["open"])
        if fresh and incident.status != "denied" and teller.is_news(incident.claims):
            by_type[incident.type].append(incident)
    for kind, found in sorted(by_type.items(), key=lambda item: -len(item[1])):
        noun = teller.policy["nouns"][kind][len(found) > 1]
        yield teller.line(sentence(f"newly reported: {noun} {_where(teller, found)}"), _each_first(found))


def _where(teller: Teller, incidents: Sequence[Incident]) -> str:
    """Places and days of several incidents: "in A (7 December), B (8 December) and 2 more"."""
    words = teller.wording
    where = [words.place(i.place, i.place_name) or "a place not named" for i in incidents]
    places = [w + (f" ({words.day(i.start)})" if i.start else "") for w, i in zip(where, incidents, strict=True)]
    return f"in {listing(places, teller.most['places'])}"


def _each_first(incidents: Sequence[Incident]) -> list[str]:
    """The first claim of each incident, then the others."""
    return [*(i.claims[0] for i in incidents), *(c for i in incidents for c in i.claims)]


def _control(teller: Teller, since: date) -> Iterator[Line]:
    before = {s.place: s for s in standing(s for s in teller.view.control if s.since <= since)}
    for state in teller.standing:
        if state.since > since or teller.is_news(claims_of(state)):
            yield teller.line(_changed(teller, state, before.get(state.place)), claims_of(state), state.id)


def _changed(teller: Teller, state: ControlState, before: ControlState | None) -> str:
    """A state with the one it followed."""
    now = teller.wording.control(state)
    was = teller.wording.standing(before) if before and before.id != state.id else ""
    return f"{now[:-1]} (before: {was})." if was else now


def _tolls(teller: Teller) -> Iterator[Line]:
    """Figures that came out since the last report, of incidents known before."""
    for incident in teller.recent:
        if not teller.is_news(incident.claims):
            new = [t for t in incident.tolls if teller.is_news(t.claims)]
            yield from (_toll(teller, incident, toll, [t for t in incident.tolls if t not in new]) for toll in new)


def _toll(teller: Teller, incident: Incident, toll: Toll, before: Sequence[Toll]) -> Line:
    """A new figure beside the same source's earlier ones, else beside anyone's."""
    same = [t for t in before if t.of == toll.of]
    old = [t for t in same if t.source == toll.source] or same
    earlier = f"; earlier: {'; '.join(map(teller.wording.toll, old))}" if old else ""
    label = teller.policy["tolls"].get(toll.of, toll.of).lower()
    text = sentence(f"{teller.title(incident)}: {label} now {teller.wording.toll(toll)}{earlier}")
    return teller.line(text, (*toll.claims, *(c for t in old for c in t.claims)), incident.id)


def _steps(teller: Teller) -> Iterator[Line]:
    """Proposals that moved."""
    for proposal in teller.view.proposals:
        steps = [s for s in proposal.steps if teller.is_news((s.claim,))]
        if steps:
            place = f", {proposal.place_name}" if proposal.place_name else ""
            outcome = teller.policy["outcomes"][proposal.outcome]
            text = sentence(f"{topic(proposal.topic)}{place}: {count(len(steps), 'new step')}; now {outcome}")
            yield teller.line(text, (s.claim for s in steps), proposal.id)
