"""Concludes incidents, control and proposals from grounded claims: derived, explained, rebuilt from what was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.concluded import CivilianTally, ControlState, Incident, Proposal
from ..model.said import Document
from ..model.world import GroundedClaim
from . import civilians, control, incidents, proposals


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What was concluded, each part in a fixed order whatever the order of the reports."""

    incidents: tuple[Incident, ...]
    control: tuple[ControlState, ...]
    proposals: tuple[Proposal, ...]
    civilians: tuple[CivilianTally, ...] = ()


def fuse(items: Iterable[tuple[Document, GroundedClaim]]) -> Conclusions:
    """Conclude from claims with the documents they stand in; the order of `items` does not matter."""
    ordered = sorted(items, key=lambda item: item[1].claim.id)
    return Conclusions(
        incidents.conclude(ordered),
        control.conclude(ordered),
        proposals.conclude(ordered),
        civilians.conclude(ordered),
    )
