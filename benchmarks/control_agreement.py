"""How far concluded control agrees with a list of days on which places changed hands.

    python benchmarks/control_agreement.py RECORD.db CONSENSUS.csv [--from rebel-side-id] [--only-spoken-of]

CONSENSUS.csv has place_id, rebels_lost_it_earliest, rebels_lost_it_latest. A place is right when the losing side stops being
its holder, and another becomes it, on one of those days.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dateline.fuse import control
from dateline.model.concluded import ControlState
from dateline.store import Record


@dataclass(frozen=True, slots=True)
class Agreement:
    """One place: the days it should have changed hands on, the day it did, and how that is known.

    `how` is the state that named the new holder (held, claimed, contested), "" when the place never changed hands.
    """

    place: str
    earliest: date
    latest: date
    changed: date | None
    how: str

    @property
    def right(self) -> bool:
        """Whether it changed hands on a stated day."""
        return self.changed is not None and self.earliest <= self.changed <= self.latest


def agreement(states: Iterable[ControlState], consensus: Path, loser: str, pack: str) -> list[Agreement]:
    """One row a place of the list; `pack` stands before its ids in the gazetteer."""
    by_place: dict[str, list[ControlState]] = {}
    for state in states:
        by_place.setdefault(state.place, []).append(state)
    with consensus.open(encoding="utf-8") as lines:
        return [_compared(row, by_place.get(f"{pack}/{row['place_id']}", []), loser) for row in csv.DictReader(lines)]


def _compared(row: dict[str, str], states: Sequence[ControlState], loser: str) -> Agreement:
    earliest, latest = (date.fromisoformat(row[f"rebels_lost_it_{end}"]) for end in ("earliest", "latest"))
    gone = lost(states, loser)
    return Agreement(row["place_id"], earliest, latest, gone.since if gone else None, gone.state if gone else "")


def lost(states: Sequence[ControlState], loser: str) -> ControlState | None:
    """The first state of those to the end that all name another than `loser` as holding the place; None when none does."""
    gone: ControlState | None = None
    for state in sorted(states, key=lambda s: s.since):
        stays = control.believed(state) in ("", loser) or state.share or state.state == "partly"
        gone = None if stays else gone or state
    return gone


def first_named(states: Iterable[ControlState], place: str, loser: str, since: date) -> date | None:
    """The first day from `since` on which another than `loser` is named as holding the place."""
    named = [s for s in states if s.place == place and lost([s], loser) and (s.until is None or s.until >= since)]
    return max(since, min(s.since for s in named)) if named else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("record", type=Path)
    parser.add_argument("consensus", type=Path)
    parser.add_argument("--loser", default="SYR-REB", help="id of the side that lost the places")
    parser.add_argument("--pack", default="aleppo", help="pack of the gazetteer the place ids belong to")
    given = parser.parse_args()
    with Record(given.record, create=False) as record:
        documents = {d.id: d for d in record.documents()}
        states = control.conclude([(documents[g.claim.document], g) for g in record.claims()])
    rows = agreement(states, given.consensus, given.loser, given.pack)
    for row in rows:
        print(
            f"{'right' if row.right else 'no':6}{row.place:20}{row.earliest} {row.latest}  {str(row.changed or 'not on record'):14} {row.how}"
        )
    told = [r for r in rows if r.changed]
    print(
        f"{sum(r.right for r in rows)} of {len(rows)} places right; of {len(told)} that change hands on record, {sum(r.right for r in told)}"
    )


if __name__ == "__main__":
    main()
