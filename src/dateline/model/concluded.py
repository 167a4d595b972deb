"""What we conclude from many grounded claims: always with reasons, always rebuildable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a conclusion was drawn: a feature, its score, a sentence of detail and the two values compared."""

    feature: str
    score: float
    detail: str
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A named person's correction: recorded, withdrawable, outliving every rebuild.

    `action`: accept | reject | split | merge | change | withdraw. `about` are the ids it speaks of;
    `field` and `value` for a change.
    """

    id: str
    action: str
    about: tuple[str, ...]
    by: str
    at: datetime
    field: str = ""
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """A range of people harmed as one source gives it; never averaged with another's."""

    of: str  # killed | wounded | killed_or_wounded | displaced | …
    low: float | None
    high: float | None
    who: str  # "civilians", "fighters", "" when not said
    source: str  # originator's name, "" for the report's own voice
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Claims of one happening. `status`: reported | corroborated | disputed | denied."""

    id: str
    type: str
    status: str
    start: date | None
    end: date | None
    date_precision: int | None
    place: str  # Place.id, "" when it could not be placed
    place_name: str
    lat: float | None
    lon: float | None
    radius_km: float | None
    where_precision: int | None
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    means: tuple[str, ...]
    tolls: tuple[Toll, ...]
    claims: tuple[str, ...]
    reports: int
    outlets: int
    originators: int
    reasons: tuple[Reason, ...] = ()
    overall: tuple[Toll, ...] = ()  # one a harm and kind of victim: from the lowest to the highest any source gives
    reprints: int = 0  # further reports that carry the text of one of `reports`


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Where accounts are filed, so that a new report finds those to compare with and the incidents it disturbs."""

    blocks: tuple[tuple[str, str], ...] = ()  # (block, Document.id)
    members: tuple[tuple[str, str, str], ...] = ()  # (claim id, incident id, bundle id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One claimant's word about who holds a place (or a share of it), from a day on."""

    claim: str
    holder: str
    claimant: str
    claimant_kind: str
    claimant_side: str
    day: date
    known: date | None  # when it was published: the second clock
    effect: str  # takes | loses | holds | contests | besieges | denies
    share: tuple[float | None, float | None] | None = None  # percent
    share_of: str = ""  # the denominator, as written
    share_base: str = ""  # side whose former territory is the denominator, "" when it is the place as a whole
    against: str = ""  # side said to have lost it
    extent: str = "whole"  # whole | most | part; "all" when the words insist on it
    about: str = ""  # id of the wider area that was spoken of, "" when the place itself was
    score: float = 1.0  # how surely the claim was read
    doubted: bool = False  # whoever passes it on says that it is contested


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlState:
    """Who holds a place over a span of days. `state`: held | contested | claimed | partly | unknown.

    `holder` is the side best supported by others than itself; while contested, the one whose place it was or that
    others name. `claimed_by` is the side that only its own word, or a weak one, stands for.
    """

    id: str
    place: str
    place_name: str
    lat: float | None
    lon: float | None
    radius_km: float | None
    state: str
    holder: str
    claimed_by: str
    since: date
    until: date | None
    as_of: date  # the last day anyone spoke of it
    assertions: tuple[Assertion, ...]
    reasons: tuple[Reason, ...] = ()
    share: tuple[float | None, float | None] | None = None  # percent the holder has, of `share_of`
    share_of: str = ""
    disputed_by: tuple[str, ...] = ()  # claimants who contradict it
    known: date | None = None  # the first day anyone published it
    stale_from: date | None = None  # from this day on nobody had spoken of it for too long; None when it ended before


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move in a proposal's thread: proposed, backed, refused, conditioned, talked, agreed, breached."""

    claim: str
    move: str
    by: str
    day: date | None
    source: str
    terms: str = ""  # everything counted in it, as written
    to: str = ""  # whom it is addressed to
    duration: str = ""
    purpose: str = ""
    condition: str = ""
    also: tuple[str, ...] = ()  # other claims of the same move by the same party on the same day


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A thread about one thing asked for. `outcome`: open | backed | refused | agreed | breached."""

    id: str
    topic: str
    place: str
    place_name: str
    opened: date | None
    outcome: str
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def moved(self) -> date | None:
        """The day of its last dated step."""
        return max((s.day for s in self.steps if s.day), default=self.opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one source says of a tally: its lowest and highest number, None where that end is open or not said.

    `basis`: stated | summed (added from `parts`, figures of the same source that do not overlap).
    """

    source: str  # originator's name, or the outlet for the report's own voice
    low: float | None
    high: float | None
    who: str  # "civilians", "" when not said
    basis: str
    claims: tuple[str, ...]
    parts: tuple[str, ...] = ()  # ids of the tallies that were added


@dataclass(frozen=True, slots=True, kw_only=True)
class CivilianTally:
    """People harmed, moved or helped in one area over one period, a figure a source; sources are never added up.

    `of`: killed | wounded | killed_or_wounded | displaced | evacuated | detained | abducted | aid_delivered | aid_blocked.
    `low`, `high` span the sources. `within` are the ids of the places it lies in; `part_of` those of the tallies of a
    wider area or longer period that hold this one.
    """

    id: str
    of: str
    place: str  # Place.id, "" when it could not be placed
    place_name: str
    lat: float | None
    lon: float | None
    radius_km: float | None
    start: date | None
    end: date | None
    low: float | None
    high: float | None
    figures: tuple[Figure, ...]
    within: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
