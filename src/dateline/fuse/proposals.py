"""Proposals: what was asked for, as threads of who proposed, backed, refused, agreed and broke it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from .. import lexicon
from ..model.concluded import Proposal, Reason, Step
from ..model.said import Document
from ..model.world import GroundedClaim

Item = tuple[Document, GroundedClaim]
Area = tuple[str, str]


def conclude(items: Sequence[Item]) -> tuple[Proposal, ...]:
    """Threads of one topic and country whose steps follow each other within the policy's days."""
    policy = lexicon.read("fuse.yaml")
    by_area: dict[Area, list[Item]] = defaultdict(list)
    for document, grounded in items:
        if (
            grounded.claim.type in policy["moves"]
            and grounded.claim.topic
            and grounded.claim.topic != "other"
            and grounded.time
        ):
            by_area[grounded.claim.topic, _country(grounded)].append((document, grounded))
    threads = [t for area in sorted(by_area) for t in _threads(area, by_area[area], policy)]
    return tuple(sorted(threads, key=lambda p: (str(p.opened), p.id)))


def _country(grounded: GroundedClaim) -> str:
    return next((p.place.country for p in grounded.place if p.place), "")


def _threads(area: Area, group: list[Item], policy: dict) -> list[Proposal]:
    ordered = sorted(group, key=lambda item: (item[1].time.start, item[1].claim.id))  # type: ignore[union-attr]
    runs: list[list[Item]] = []
    for item in ordered:
        near = runs and item[1].time.start - runs[-1][-1][1].time.start <= timedelta(days=policy["thread_days"])  # type: ignore[union-attr]
        if near:
            runs[-1].append(item)
        else:
            runs.append([item])
    return [
        _proposal(area, run, policy)
        for run in runs
        if any(g.claim.type in ("request", "demand", "agree") for _, g in run)
    ]


def _proposal(area: Area, run: list[Item], policy: dict) -> Proposal:
    steps = tuple(_step(document, grounded, policy) for document, grounded in run)
    decided = [s.move for s in steps if s.move in policy["outcomes"]]
    place = next((p.place for _, g in run for p in g.place if p.place), None)
    opened = run[0][1].time
    return Proposal(
        id="prp_" + hashlib.sha256(f"{area}|{opened.start if opened else ''}".encode()).hexdigest()[:16], topic=area[0],
        place=place.id if place else "", place_name=place.name if place else "", opened=opened.start if opened else None,
        outcome=decided[-1] if decided else "open", steps=steps,
        reasons=(Reason(feature="thread", score=1.0, detail=f"same topic ({area[0]}) and country, steps within {policy['thread_days']} days"),),
    )  # fmt: skip


def _step(document: Document, grounded: GroundedClaim, policy: dict) -> Step:
    claim = grounded.claim
    move = policy["moves"][claim.type] if claim.status != "denied" else "refused"
    by = "; ".join(a.actor.name if a.actor else a.text for a in grounded.actor)
    source = " ← ".join(s.name or s.text for s in grounded.source) or document.outlet
    terms = "; ".join(n.span.text for n in claim.numbers)
    return Step(
        claim=claim.id, move=move, by=by, day=grounded.time.start if grounded.time else None, source=source, terms=terms
    )
