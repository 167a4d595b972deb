"""The situation report: what changed, who holds what, fighting, civilians, proposals, and where accounts differ.

`document` says it as a structure of sentences that cite; `render` writes that as Markdown, HTML, DOCX or PDF.
"""

from __future__ import annotations

from datetime import date

from ..model.concluded import CivilianTally, ControlState, Incident, Judgement, Proposal
from ..model.world import GroundedClaim
from . import report_formats
from .phrases import count, policy, sentence
from .report_disputes import differing
from .report_document import Line, Report, Section, assemble, quote
from .report_lines import Teller, chapter
from .report_news import changes
from .view import View, claims_of

FORMS = tuple(report_formats.WRITERS)


def render(view: View, *, form: str = "md", ids: bool = False) -> str | bytes:
    """The report in one of `FORMS`: text for md and html, bytes for docx and pdf; with `ids`, each line shows its own.

    Raises `MissingComponent` where a form needs what is not installed.
    """
    return report_formats.WRITERS[form](document(view), ids)


def document(view: View) -> Report:
    """The report's sections in the order analysts read them; empty ones are left out."""
    teller = Teller(view)
    tell = (changes, headline, control, fighting, civilians, diplomacy, statements, differing, stale, unplaced, corrections, unread)  # fmt: skip
    found = [section(teller) for section in tell]
    anything = any(section.lines or section.parts for section in found)
    return assemble(view, _title(view), _lead(view, anything), found, most_cited=policy()["most"]["cited"])


def _title(view: View) -> str:
    what = f"Situation report: {view.area}" if view.area else "Situation report"
    return f"{what}, {view.on.day} {view.on:%B %Y}" if view.on else what


def _lead(view: View, anything: bool) -> str:
    size = f"From {count(len(view.documents), 'report')} with {count(len(view.claims), 'claim')}."
    if not anything:
        return f"{size} Nothing to tell: no incident, control or proposal was concluded for this day and place."
    meaning = "Corroborated means said by more than one originator; it does not mean true."
    return f"{size} Every statement cites the sentences it rests on. {meaning}"


def headline(teller: Teller) -> Section:
    """The best attested incidents of the last days."""
    fresh = [i for i in teller.recent if teller.is_within(i, teller.days["headline"])] or teller.recent
    best = sorted(fresh, key=lambda i: (i.status == "denied", -i.originators, -i.reports, -len(i.claims), i.id))
    return Section("Headline", [teller.incident(i) for i in best[: teller.most["headline"]]])


def control(teller: Teller) -> Section:
    """Who holds what, of places spoken of not too long ago: a part for each state."""
    open_ = [s for s in teller.standing if not teller.is_silent(s, teller.days["open"])]
    ordered = sorted(open_, key=lambda s: (s.since, s.place_name), reverse=True)
    states = teller.policy["control"].items()
    parts = [
        teller.cut(how["title"], [s for s in ordered if s.state == state], teller.control) for state, how in states
    ]
    return chapter("Who holds what", parts)


def fighting(teller: Teller) -> Section:
    """Fighting by area: the incidents of the period one by one, the rest counted."""
    mine = [i for i in teller.recent if i.type in teller.policy["fighting"] and i.start and i.place]
    told = [i for i in mine if teller.is_told(i)]
    older, start = len(mine) - len(told), teller.wording.day(teller.start)
    remark = f"{count(older, 'further incident')} before {start} on record." if older else ""
    return chapter("Fighting", teller.by_area((i.place, teller.incident(i)) for i in told), remark)


def civilians(teller: Teller) -> Section:
    """Civilians by area: what was counted, each source's figure, then what was reported without a number."""
    order = list(teller.policy["tallies"])
    recent = sorted(teller.view.tallies, key=lambda t: (str(t.start), str(t.end), t.place_name, t.id), reverse=True)
    counted = sorted((t for t in recent if _is_current(teller, t)), key=lambda t: order.index(t.of))
    told = {c for t in teller.view.tallies for c in claims_of(t)}
    bare = [i for i in teller.recent if i.type in teller.policy["civilians"] and i.start and i.place]
    lines = [(t.place, _tally(teller, t)) for t in counted]
    lines += [(i.place, teller.incident(i)) for i in bare if not told & set(i.claims) and teller.is_told(i)]
    return chapter("Civilians", teller.by_area(lines), _overlap(counted))


def _is_current(teller: Teller, tally: CivilianTally) -> bool:
    """Whether a tally reaches into the period told, and not beyond the day of the report unless it was known by then."""
    if tally.end is None or tally.end < teller.start:
        return False
    on = teller.view.on or date.max
    return tally.end <= on or any((teller.known(c) or date.max) <= on for c in claims_of(tally))


def _tally(teller: Teller, tally: CivilianTally) -> Line:
    return teller.line(teller.wording.tally(tally), claims_of(tally), tally.id)


def _overlap(tallies: list[CivilianTally]) -> str:
    """A warning where one tally is counted in another."""
    ids = {t.id for t in tallies}
    nested = any(ids & set(t.part_of) for t in tallies)
    return "Figures of a place or day within another are counted in it already; they are never added." if nested else ""


def diplomacy(teller: Teller) -> Section:
    """Proposals as threads, the latest first, each step with its source."""
    moved = {p.id: max((str(s.day) for s in p.steps), default="") for p in teller.view.proposals}
    latest = sorted(teller.view.proposals, key=lambda p: (moved[p.id], p.id), reverse=True)
    open_ = [p for p in latest if teller.is_open(p)]
    section = teller.cut("Diplomacy", open_, lambda p: _proposal(teller, p))
    older = len(latest) - len(open_)
    section.remarks += [f"{count(older, 'older thread')} on record."] if older else []
    return section


def _proposal(teller: Teller, proposal: Proposal) -> Line:
    most = teller.most["parts"]
    shown, earlier = proposal.steps[-most:], proposal.steps[:-most]
    under = [teller.line(teller.wording.step(s), (s.claim, *s.also)) for s in shown]
    if earlier:
        under.insert(0, teller.line(f"{count(len(earlier), 'earlier step')}.", (s.claim for s in earlier)))
    return teller.line(teller.wording.proposal(proposal), claims_of(proposal), proposal.id, under)


def statements(teller: Teller) -> Section:
    """What was said in words since the last report, quoted; not what a person left out."""
    left_out = {c for j in teller.view.judgements if j.action == "reject" for c in j.about}
    told = [
        c for c in teller.view.claims.values() if c.claim.type in teller.policy["said"] and c.claim.id not in left_out
    ]
    fresh = [c for c in told if c.actor and _is_fresh(teller, c)]
    latest = sorted(fresh, key=lambda c: (str(c.time.start if c.time else ""), c.claim.id), reverse=True)
    once = {quote(c): c for c in latest}
    return teller.cut("What was said", list(once.values()), lambda c: _statement(teller, c), teller.most["quotes"])


def _is_fresh(teller: Teller, grounded: GroundedClaim) -> bool:
    on, since = teller.view.on, teller.view.since
    if not (on and since):
        return True
    day = grounded.time.start if grounded.time else teller.known(grounded.claim.id)
    return day is not None and since <= day <= on


def _statement(teller: Teller, grounded: GroundedClaim) -> Line:
    start = grounded.time.start if grounded.time else None
    opening = f"{teller.wording.when(start, None)} {teller.wording.speech(grounded)}"
    return teller.line(sentence(f"{opening}: “{quote(grounded)}”"), (grounded.claim.id,))


def stale(teller: Teller) -> Section:
    """Places nobody has spoken of for too long, those of the latest silence first."""
    on = teller.view.on
    silent = [s for s in teller.standing if on and s.stale_from and s.stale_from <= on]
    ordered = sorted(silent, key=lambda s: (s.as_of, s.place_name), reverse=True)
    return teller.cut("Stale: not spoken of lately", ordered, lambda s: _silent(teller, s))


def _silent(teller: Teller, state: ControlState) -> Line:
    age = (teller.view.on - state.as_of).days if teller.view.on else 0
    last = f"last spoken of on {teller.wording.day(state.as_of)}, {count(age, 'day')} before"
    text = f"{teller.wording.place(state.place, state.place_name)}: {teller.wording.standing(state)}, {last}"
    return teller.line(sentence(text), claims_of(state), state.id)


def unplaced(teller: Teller) -> Section:
    """Incidents of the period that could not be placed, and those that could not be dated."""
    lost = [i for i in teller.recent if i.start and not i.place and teller.is_told(i)]
    undated = [i for i in teller.recent if i.start is None and _came_out(teller, i)]
    parts = [teller.cut("Not placed", lost, teller.incident), teller.cut("Not dated", undated, teller.incident)]
    return chapter("What could not be placed or dated", parts)


def _came_out(teller: Teller, incident: Incident) -> bool:
    """Whether an undated incident was first told in the period, as far as anyone can say."""
    days = [d for c in incident.claims if (d := teller.known(c))]
    return not days or min(days) >= teller.start


def corrections(teller: Teller) -> Section:
    """Judgements in force, so that a reader sees where a person stepped in."""
    about = {i.id: i.claims for i in teller.view.incidents}
    lines = [line for j in teller.view.judgements if (line := _correction(teller, j, about))]
    return Section("Corrections made by people", lines)


def _correction(teller: Teller, judgement: Judgement, incidents: dict[str, tuple[str, ...]]) -> Line | None:
    """A judgement with the claims it is about; None when none of them is on record."""
    claims = [c for a in judgement.about for c in incidents.get(a, (a,)) if c in teller.view.claims]
    phrase: str = teller.policy["judgements"][judgement.action]
    what = phrase.format(claims=count(len(claims), "claim"), field=judgement.field, value=judgement.value)
    note = f" ({judgement.note})" if judgement.note else ""
    text = sentence(f"{teller.wording.day(judgement.at.date())}: {judgement.by} {what}{note}")
    return teller.line(text, claims, judgement.id) if claims else None


def unread(teller: Teller) -> Section:
    """The items that could not be read, for which no claim can be cited."""
    return Section("What was not read", remarks=[str(f) for f in teller.view.failures])
