"""Concludes incidents, control, proposals and tallies from grounded claims: derived, explained, rebuilt from what was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.concluded import CivilianTally, ControlState, Incident, Judgement, Proposal
from ..model.said import Document
from ..model.world import GroundedClaim
from . import civilians, control, proposals
from .fusion import Fusion


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What was concluded, each part in a fixed order whatever the order of the reports."""

    incidents: tuple[Incident, ...]
    control: tuple[ControlState, ...]
    proposals: tuple[Proposal, ...]
    civilians: tuple[CivilianTally, ...] = ()


def fuse(items: Iterable[tuple[Document, GroundedClaim]], judgements: Iterable[Judgement] = ()) -> Conclusions:
    """Conclude from claims with the documents they stand in, as people's standing judgements correct them; no order matters."""
    given = list(items)
    fusion = Fusion(judgements, {p.place.id: p.place for _, c in given for p in c.place if p.place})
    fusion.add(given)
    ordered = fusion.items()
    return Conclusions(
        fusion.incidents(), control.conclude(ordered), proposals.conclude(ordered), civilians.conclude(ordered)
    )
