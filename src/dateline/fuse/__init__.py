"""Concludes incidents, control and proposals from grounded claims: derived, explained, rebuilt from what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..model.concluded import CivilianTally, ControlState, Filing, Incident, Judgement, Proposal
from ..model.said import Document
from ..model.world import GroundedClaim
from . import civilians, control, incidents, judged, proposals
from .blocks import around
from .clusters import links, touched
from .incidents import Forwards, Item, forwarded


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What was concluded, each part in a fixed order whatever the order of the reports."""

    incidents: tuple[Incident, ...]
    control: tuple[ControlState, ...]
    proposals: tuple[Proposal, ...]
    civilians: tuple[CivilianTally, ...] = ()
    filing: Filing = Filing()


@dataclass(frozen=True, slots=True)
class Change:
    """What new reports change among the incidents: those in `old` give way to those in `new`."""

    old: tuple[Incident, ...]
    new: tuple[Incident, ...]
    filing: Filing


class Shelf(Protocol):
    """What was said and filed before, as far as new reports touch it."""

    def filed_under(self, blocks: Iterable[str]) -> list[tuple[Document, list[GroundedClaim]]]:
        """The reports with accounts filed under any of `blocks`, with all their claims."""

    def bundles_with(self, claims: Iterable[str]) -> tuple[list[Incident], list[tuple[Document, list[GroundedClaim]]]]:
        """The incidents of the bundles that hold any of `claims`, and the reports they rest on with all their claims."""


def fuse(
    items: Iterable[tuple[Document, GroundedClaim]],
    judgements: Iterable[Judgement] = (),
    forwards: Forwards | None = None,
) -> Conclusions:
    """Conclude from claims with the documents they stand in, as people corrected them; the order does not matter.

    `forwards` (former incident id to present) lets a correction of an incident survive its joining another.
    """
    standing = judged.standing(judgements)
    ordered = judged.corrected(sorted(items, key=lambda item: item[1].claim.id), standing)
    picture = incidents.picture(ordered, standing, forwards)
    return Conclusions(
        picture.incidents,
        control.conclude(ordered),
        proposals.conclude(ordered),
        civilians.conclude(ordered),
        picture.filing,
    )


def update(
    shelf: Shelf,
    reports: Sequence[tuple[Document, Sequence[GroundedClaim]]],
    judgements: Iterable[Judgement] = (),
    forwards: Forwards | None = None,
) -> Change:
    """What `reports`, new to the shelf, change among the incidents: the same incidents as fusing everything anew.

    Only the bundles of accounts that the new ones agree with are settled again. A place that a person put in must be
    named in one of the reports concerned to be found.
    """
    standing = judged.standing(judgements)
    new = judged.corrected(((d, g) for d, claims in reports for g in claims), standing)
    told = incidents.accounts(new)
    near = incidents.accounts(_items(shelf.filed_under({key for a in told for key in around(a)}), standing))
    reached = touched(links([*near, *told], only={d.id for d, _ in new}))
    old, concerned = shelf.bundles_with(
        {c for a in near if a.id in reached for c in a.claims} | _judged_with(new, standing)
    )
    members = {c for i in old for c in i.claims}
    before = _items(concerned, standing)
    again = [a for a in incidents.accounts(before) if members & set(a.claims)]
    picture = incidents.settle([*before, *new], [*again, *told], standing, forwards)
    return Change(tuple(old), picture.incidents, picture.filing)


def _judged_with(items: Iterable[Item], judgements: Iterable[Judgement]) -> set[str]:
    """The claims that people joined with, or parted from, any of `items`."""
    given = {g.claim.id for _, g in items}
    return {c for j in judgements if j.action in ("merge", "split") and given & set(j.about) for c in j.about}


def _items(reports: Iterable[tuple[Document, Sequence[GroundedClaim]]], judgements: Sequence[Judgement]) -> list[Item]:
    return judged.corrected(((d, g) for d, claims in reports for g in claims), judgements)


__all__ = ["Change", "Conclusions", "Shelf", "forwarded", "fuse", "update"]
