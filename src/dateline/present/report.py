"""The situation report: grouped as analysts write it, every sentence with its citation. Markdown or HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from ..model.concluded import ControlState, Incident, Proposal, Step
from ..model.world import GroundedClaim
from .view import View, parties

RECENT = timedelta(days=3)
FIGHTING = (
    "clash",
    "offensive",
    "advance",
    "capture",
    "withdraw",
    "siege",
    "airstrike",
    "shelling",
    "bombing",
    "chemical",
    "attack",
    "surrender",
)
CIVILIANS = ("casualties", "displace", "damage", "evacuate", "aid", "abduct", "arrest", "release", "protest")
WORDS = ("statement", "accuse", "threaten", "support", "mobilise", "sanction", "other")


@dataclass(slots=True)
class Line:
    """One sentence of the report and the claims it stands on; there is no sentence without one."""

    text: str
    claims: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError(f"a sentence of the report cites nothing: {self.text!r}")


@dataclass(slots=True)
class Section:
    """A heading with its sentences."""

    title: str
    lines: list[Line] = field(default_factory=list)


def sections(view: View) -> list[Section]:
    """The report's sections in the order analysts read them; empty ones are left out."""
    names = parties(view)
    incidents = sorted(view.incidents, key=lambda i: (i.start or date.min, i.reports), reverse=True)
    found = [
        Section("Headline", [_incident(i) for i in _headline(incidents, view.on)]),
        Section("Who holds what", [_control(s, names) for s in _standing(view.control)]),
        Section("Fighting", [_incident(i) for i in incidents if i.type in FIGHTING]),
        Section("Civilians", [_incident(i) for i in incidents if i.type in CIVILIANS]),
        Section("Diplomacy", [_proposal(p) for p in sorted(view.proposals, key=lambda p: str(p.opened), reverse=True)]),
        Section("What was said", [_statement(c) for c in _statements(view)]),
        Section(
            "Disputed",
            [_incident(i) for i in incidents if i.status in ("disputed", "denied")]
            + [_control(s, names) for s in _standing(view.control) if s.state in ("contested", "claimed")],
        ),
        Section("Not placed or not dated", [_incident(i) for i in incidents if not i.place or i.start is None]),
    ]  # fmt: skip
    return [s for s in found if s.lines]


def _headline(incidents: list[Incident], on: date | None) -> list[Incident]:
    """The best attested incidents of the last days."""
    fresh = [i for i in incidents if i.start and on and i.start >= on - RECENT] or incidents
    return sorted(fresh, key=lambda i: (-i.originators, -i.reports, -len(i.claims), i.id))[:3]


def _standing(states: Iterable[ControlState]) -> list[ControlState]:
    latest: dict[str, ControlState] = {}
    for state in sorted(states, key=lambda s: s.since):
        latest[state.place] = state
    return sorted(latest.values(), key=lambda s: (s.since, s.place_name), reverse=True)


def _when(start: date | None, end: date | None) -> str:
    if start is None:
        return "On an unknown day"
    return f"On {start:%-d %B %Y}" if end in (None, start) else f"Between {start:%-d %B %Y} and {end:%-d %B %Y}"


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {high:,.0f}"
    if high is None:
        return f"at least {low:,.0f}"
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def _incident(incident: Incident) -> Line:
    """One incident in a sentence: when, what, where, by whom, tolls by source, how well attested."""
    parts = [
        f"{_when(incident.start, incident.end)}: {incident.type}",
        f"in {incident.place_name}" if incident.place_name else "at a place not known",
    ]
    if incident.actors:
        parts.append(f"by {', '.join(incident.actors[:3])}")
    if incident.targets:
        parts.append(
            f"against {', '.join(incident.targets[:3])}"
            if incident.type in FIGHTING
            else f"of {', '.join(incident.targets[:3])}"
        )
    if incident.means:
        parts.append(f"with {', '.join(incident.means[:2])}")
    tolls = "; ".join(
        f"{_range(t.low, t.high)} {t.of.replace('_', ' ')} ({t.source or 'the report'})" for t in incident.tolls
    )
    how = f"{incident.status}, {_count(incident.reports, 'report')}, {_count(incident.originators, 'originator')}"
    return Line(" ".join(parts) + (f": {tolls}" if tolls else "") + f" ({how}).", incident.claims)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("s" if n != 1 else "")


SAID = {
    "held": "held by {holder}", "claimed": "claimed by {claimed}, by its own word only", "contested": "contested",
    "partly": "partly held by {holder}", "unknown": "holder unknown",
}  # fmt: skip


def _control(state: ControlState, names: dict[str, str]) -> Line:
    """One place's state in a sentence, with the parties named as people know them."""
    holder, claimed = names.get(state.holder, state.holder), names.get(state.claimed_by, state.claimed_by)
    how = SAID[state.state].format(holder=holder, claimed=claimed)
    why = state.reasons[0].detail if state.reasons else ""
    for identifier in sorted({a.holder for a in state.assertions if a.holder in names}, key=len, reverse=True):
        why = why.replace(identifier, names[identifier])
    return Line(
        f"{state.place_name}: {how} since {state.since:%-d %B %Y}, last spoken of {state.as_of:%-d %B %Y} ({why}).",
        tuple(a.claim for a in state.assertions),
    )


def _proposal(proposal: Proposal) -> Line:
    steps = "; ".join(_step(s) for s in proposal.steps)
    return Line(
        f"{proposal.topic.replace('_', ' ').capitalize()}{f' ({proposal.place_name})' if proposal.place_name else ''}: {proposal.outcome}. {steps}.",
        tuple(s.claim for s in proposal.steps),
    )


def _step(step: Step) -> str:
    day = f"{step.day:%-d %B}" if step.day else "day unknown"
    return f"{day}, {step.move} by {step.by or 'a party not named'}" + (f" [{step.terms}]" if step.terms else "")


def _statements(view: View) -> list[GroundedClaim]:
    chosen = [
        c
        for c in view.claims.values()
        if c.claim.type in WORDS
        and c.actor
        and (not c.time or not view.on or view.on - RECENT <= c.time.start <= view.on)
    ]
    return sorted(chosen, key=lambda c: (str(c.time.start if c.time else ""), c.claim.id), reverse=True)[:25]


def _statement(grounded: GroundedClaim) -> Line:
    who = ", ".join(a.actor.name if a.actor else a.text for a in grounded.actor)
    when = _when(grounded.time.start if grounded.time else None, None)
    quote = " ".join(grounded.claim.evidence.text.split())
    return Line(f"{when}, {grounded.claim.type} ({grounded.claim.status}) by {who}: “{quote}”.", (grounded.claim.id,))


def render(view: View, *, form: str = "md") -> str:
    """The report as Markdown ("md") or as a self-contained HTML page ("html")."""
    found = sections(view)
    cited = list(dict.fromkeys(c for s in found for line in s.lines for c in line.claims))
    numbers = {claim: n for n, claim in enumerate(cited, 1)}
    return _markdown(view, found, numbers) if form == "md" else _html(view, found, numbers)


def _title(view: View) -> str:
    return f"Situation report, {view.on:%-d %B %Y}" if view.on else "Situation report"


def _lead(view: View) -> str:
    size = f"From {_count(len(view.documents), 'report')} with {_count(len(view.claims), 'claim')}."
    return f"{size} Corroborated means said by more than one originator; it does not mean true."


def _source(view: View, claim: str) -> tuple[str, str, str]:
    """Where a claim stands: report, chain of sources, and the sentence."""
    document, grounded = view.document_of(claim), view.claims[claim]
    where = ", ".join(x for x in (document.outlet, document.title or document.name, str(document.published or "")) if x)
    chain = " ← ".join(s.name or s.text for s in grounded.source) or "the report itself"
    return where, chain, " ".join(grounded.claim.evidence.text.split())


def _markdown(view: View, found: list[Section], numbers: dict[str, int]) -> str:
    out = [f"# {_title(view)}", "", _lead(view), ""]
    for section in found:
        out += [f"## {section.title}", ""]
        out += [f"- {line.text} {''.join(f'[^{numbers[c]}]' for c in line.claims[:8])}" for line in section.lines]
        out.append("")
    out += _unread(view)
    for claim, number in numbers.items():
        where, chain, quote = _source(view, claim)
        out.append(f"[^{number}]: {where}; says who: {chain}. “{quote}”")
    return "\n".join(out) + "\n"


def _unread(view: View) -> list[str]:
    if not view.failures:
        return []
    return ["## What was not read", "", *(f"- {failure}" for failure in view.failures), ""]


STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#5b6570;--rule:#d9dee3;--mark:#0b5cad}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#15181c;--soft:#9aa5b1;--rule:#343b43;--mark:#7db7f0}}
body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid var(--rule);padding-bottom:.3rem}
li{margin:.45rem 0}.lead,.where{color:var(--soft)}sup a{color:var(--mark);text-decoration:none;padding:0 .15em}
ol.sources{font-size:.87rem}q{quotes:"“" "”"}
"""


def _html(view: View, found: list[Section], numbers: dict[str, int]) -> str:
    e = html.escape
    body = [f"<h1>{e(_title(view))}</h1><p class=lead>{e(_lead(view))}</p>"]
    for section in found:
        rows = "".join(
            f"<li>{e(line.text)} <sup>{''.join(f'<a href=#c{numbers[c]}>{numbers[c]}</a>' for c in line.claims[:8])}</sup></li>"
            for line in section.lines
        )
        body.append(f"<h2>{e(section.title)}</h2><ul>{rows}</ul>")
    if view.failures:
        body.append(
            "<h2>What was not read</h2><ul>" + "".join(f"<li>{e(str(f))}</li>" for f in view.failures) + "</ul>"
        )
    notes = []
    for claim, number in numbers.items():
        where, chain, quote = _source(view, claim)
        notes.append(
            f"<li id=c{number}><span class=where>{e(where)}; says who: {e(chain)}.</span> <q>{e(quote)}</q></li>"
        )
    body.append(f"<h2>Sources</h2><ol class=sources>{''.join(notes)}</ol>")
    head = f"<meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'><title>{e(_title(view))}</title>"
    return f"<!doctype html><html lang=en>{head}<style>{STYLE}</style><body>{''.join(body)}</body></html>\n"
