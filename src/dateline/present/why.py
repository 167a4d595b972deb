"""Why a conclusion stands: its reasons, its claims with who says so, and the sentences themselves, as a chain to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..model.codec import claim_json, encode
from ..model.concluded import CivilianTally, ControlState, Incident, Judgement, Proposal, Reason
from ..model.world import GroundedClaim
from .phrases import sentence
from .report_document import chain as source_chain
from .report_document import quote, where
from .view import View, claims_of
from .wording import Wording

Conclusion = Incident | ControlState | Proposal | CivilianTally
Thing = Conclusion | GroundedClaim | Judgement
KINDS = {
    GroundedClaim: "claim", Incident: "incident", ControlState: "control", Proposal: "proposal", CivilianTally: "tally",
    Judgement: "judgement",
}  # fmt: skip


def chain(view: View, thing: Thing) -> dict[str, Any]:
    """From a conclusion (or a claim) to its sentences, as plain JSON values.

    `claims` are in the published shape, with their report and the stretch of it that is quoted; `counts_in` names the
    conclusions a single claim is part of.
    """
    wording = Wording.of(view)
    claims = _on_record(view, thing)
    return {
        "id": thing.claim.id if isinstance(thing, GroundedClaim) else thing.id,
        "kind": KINDS[type(thing)],
        "conclusion": _told(wording, thing),
        "reasons": [_named(wording, r, thing) for r in getattr(thing, "reasons", ())],
        "accounts": _accounts(wording, thing),
        "claims": [_claim(view, wording, c) for c in claims],
        "counts_in": [_pointer(wording, c) for c in _conclusions(view) if set(claims) & set(claims_of(c))] if isinstance(thing, GroundedClaim) else [],
        "judgements": [encode(j) for j in view.judgements if _concerns(j, thing, claims)],
    }  # fmt: skip


def _on_record(view: View, thing: Thing) -> list[str]:
    """The claims a thing stands on; a judgement on a conclusion stands on that conclusion's."""
    conclusions = {c.id: claims_of(c) for c in _conclusions(view)}
    ids = (c for identifier in claims_of(thing) for c in conclusions.get(identifier, (identifier,)))
    return [c for c in dict.fromkeys(ids) if c in view.claims]


def _conclusions(view: View) -> Iterator[Conclusion]:
    yield from view.incidents
    yield from view.control
    yield from view.proposals
    yield from view.tallies


def _told(wording: Wording, thing: Thing) -> str:
    """A thing as the report would tell it."""
    if isinstance(thing, GroundedClaim):
        when = wording.when(thing.time.start, thing.time.end) if thing.time else wording.when(None, None)
        return sentence(f"{thing.claim.type} ({thing.claim.status}): {when} {wording.speech(thing)}")
    if isinstance(thing, Incident):
        return wording.incident(thing)
    if isinstance(thing, ControlState):
        return wording.control(thing)
    if isinstance(thing, Proposal):
        return wording.proposal(thing)
    if isinstance(thing, CivilianTally):
        return wording.tally(thing)
    return sentence(
        f"{thing.by}, {thing.at:%Y-%m-%d}: {thing.action} {f'{thing.field} = {thing.value}' if thing.field else ''}".strip()
    )


def _named(wording: Wording, reason: Reason, thing: Thing) -> dict[str, Any]:
    """A reason with the parties in it called by their names."""
    ids = [a.holder for a in thing.assertions] if isinstance(thing, ControlState) else []
    return {
        name: wording.named(value, ids) if isinstance(value, str) else value for name, value in encode(reason).items()
    }


def _accounts(wording: Wording, thing: Thing) -> list[dict[str, Any]]:
    """What each claimant says of a place, or each step of a proposal, with its claim."""
    if isinstance(thing, ControlState):
        return [
            {
                "text": sentence(f"{wording.day(a.day)}: {wording.effect(a)}, according to {wording.claimant(a)}"),
                "claim": a.claim,
            }
            for a in thing.assertions
        ]
    if isinstance(thing, Proposal):
        return [{"text": wording.step(s), "claim": s.claim} for s in thing.steps]
    if isinstance(thing, CivilianTally):
        return [{"text": sentence(wording.figure(f)), "claim": c} for f in thing.figures for c in f.claims]
    return []


def _claim(view: View, wording: Wording, identifier: str) -> dict[str, Any]:
    """A claim in the published shape, with who vouches for it and the report it stands in."""
    grounded, document = view.claims[identifier], view.document_of(identifier)
    report = {
        name: encode(getattr(document, name))
        for name in ("id", "name", "outlet", "title", "published", "url", "sha256")
    }
    return claim_json(document, grounded) | {
        "who_says_so": wording.voice(identifier), "through": source_chain(grounded), "quote": quote(grounded), "reference": where(document), "report": report,
    }  # fmt: skip


def _pointer(wording: Wording, conclusion: Conclusion) -> dict[str, str]:
    return {"id": conclusion.id, "kind": KINDS[type(conclusion)], "conclusion": _told(wording, conclusion)}


def _concerns(judgement: Judgement, thing: Thing, claims: Iterable[str]) -> bool:
    identifier = thing.claim.id if isinstance(thing, GroundedClaim) else thing.id
    return judgement.id != identifier and bool({identifier, *claims} & set(judgement.about))


def text(found: dict[str, Any]) -> str:
    """The chain as lines to read: the conclusion, why, and every sentence under it."""
    lines = [f"{found['kind']} {found['id']}", f"  {found['conclusion']}"]
    lines += _part("why", (_reason(r) for r in found["reasons"]))
    lines += _part("accounts", (f"{a['text']}  {a['claim']}" for a in found["accounts"]))
    lines += _part("counts in", (f"{c['id']}  {c['conclusion']}" for c in found["counts_in"]))
    lines += _part("corrections", (_judgement(j) for j in found["judgements"]))
    lines += ["", "from" if found["claims"] else "from no claim on record"]
    return "\n".join([*lines, *(line for c in found["claims"] for line in _sentence(c))])


def _part(title: str, rows: Iterable[str]) -> list[str]:
    found = [f"  {row}" for row in rows]
    return ["", title, *found] if found else []


def _reason(reason: dict[str, Any]) -> str:
    values = f" [{reason['left']} | {reason['right']}]" if reason["left"] or reason["right"] else ""
    return f"{reason['feature']} {reason['score']:+.2f}  {reason['detail']}{values}"


def _judgement(judgement: dict[str, Any]) -> str:
    change = f" {judgement['field']} = {judgement['value']}" if judgement["field"] else ""
    note = f" ({judgement['note']})" if judgement["note"] else ""
    return f"{judgement['id']}  {judgement['at'][:10]}  {judgement['by']}: {judgement['action']}{change}{note}"


def _sentence(claim: dict[str, Any]) -> Iterator[str]:
    """One claim: what it says, on what basis, through whom, and the quoted sentence with its place in the report."""
    yield f"  {claim['id']}  {claim['type']}, {claim['status']}, read by {claim['by'] or 'an unnamed reader'} (score {claim['score']:.2f})"
    yield f"    “{claim['quote']}”"
    at = claim["evidence"]
    yield f"    {claim['reference']}, characters {at['start']}–{at['end']} of {claim['document']}"
    yield f"    says who: {claim['through'] or 'the report itself'}"
    yield f"    when: {_when(claim['time'])}; where: {'; '.join(map(_where, claim['place'])) or 'not said'}"


def _when(time: dict[str, Any] | None) -> str:
    if time is None:
        return "not known"
    quoted = f", “{time['text']}”" if time["text"] else ""
    days = time["start"] if time["start"] == time["end"] else f"{time['start']} to {time['end']}"
    return f"{days} ({time['basis']}{quoted})"


def _where(place: dict[str, Any]) -> str:
    return f"{place['name'] or place['text']} ({place['basis']}, “{place['text']}”{'' if place['name'] else ', not found'})"
