"""Corrections by a named person: checked against the record, and kept so that they outlive every rebuild.

Claims have content ids, so a judgement speaks of claims wherever it can: conclusions named in it stand for their claims
as they are on the day it is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches

from . import lexicon
from .errors import UsageError
from .fuse.judged import standing
from .model.concluded import Incident, Judgement
from .model.world import GroundedClaim
from .present.view import claims_of
from .store import Record
from .store.record import Kept

FIELDS = ("type", "status", "place", "start", "end")


def accept(record: Record, ids: Sequence[str], **person: str) -> Judgement:
    """A person stands behind the claims, or those of the conclusions, `ids`."""
    return _keep(record, "accept", _claims(record, ids), **person)


def reject(record: Record, ids: Sequence[str], **person: str) -> Judgement:
    """The claims, or those of the conclusions, `ids` are to be left out of every conclusion."""
    return _keep(record, "reject", _claims(record, ids), **person)


def merge(record: Record, ids: Sequence[str], **person: str) -> Judgement:
    """All claims of the incidents or claims `ids` tell of one incident."""
    if len({_id(record.one(i)) for i in ids}) < 2:
        raise UsageError("merge joins two or more incidents or claims; give at least two different ids")
    return _keep(record, "merge", _claims(record, ids, (Incident, GroundedClaim)), **person)


def split(record: Record, incident: str, ids: Sequence[str], **person: str) -> Judgement:
    """The claims `ids` leave `incident` and make an incident of their own."""
    whole = record.one(incident)
    if not isinstance(whole, Incident):
        raise UsageError(f"{incident}: split takes an incident first, then the claims that leave it")
    leaving = _claims(record, ids, (GroundedClaim,))
    if strange := [c for c in leaving if c not in whole.claims]:
        raise UsageError(f"{strange[0]}: no claim of {whole.id}; see its claims with: dateline why {whole.id}")
    if set(leaving) == set(whole.claims):
        raise UsageError(f"{whole.id}: these are all its claims; leave at least one in it")
    return _keep(record, "split", leaving, **person)


def change(record: Record, identifier: str, field: str, value: str, **person: str) -> Judgement:
    """One field of a claim or an incident is to read `value`."""
    item = record.one(identifier)
    if not isinstance(item, (GroundedClaim, Incident)):
        raise UsageError(f"{identifier}: only a claim or an incident can be changed")
    if field not in FIELDS:
        raise UsageError(f"no field {field!r}; choose one of {', '.join(FIELDS)}")
    return _keep(
        record, "change", (_id(item),), field=field, value=_checked(record, item, field, value.strip()), **person
    )


def withdraw(record: Record, identifier: str, **person: str) -> Judgement:
    """The judgement `identifier` no longer counts."""
    judgement = record.one(identifier)
    if not isinstance(judgement, Judgement) or judgement.action == "withdraw":
        raise UsageError(f"{identifier}: only a judgement that stands can be withdrawn; see dateline review list")
    if judgement not in standing(record.judgements()):
        raise UsageError(f"{judgement.id}: already withdrawn")
    return _keep(record, "withdraw", (judgement.id,), **person)


def listed(record: Record) -> list[str]:
    """Every judgement as a line, in the order they were made; those that no longer count say so."""
    given = list(record.judgements())
    in_force = {j.id for j in standing(given)}
    return [line(j) + ("" if j.id in in_force or j.action == "withdraw" else " (withdrawn)") for j in given]


def line(judgement: Judgement) -> str:
    """A judgement as a line to read: its id, day and author, what it does, to what, and why."""
    about = ", ".join(judgement.about[:3]) + (f" and {len(judgement.about) - 3} more" if judgement.about[3:] else "")
    what = f"{judgement.field} = {judgement.value} for {about}" if judgement.action == "change" else about
    note = f" ({judgement.note})" if judgement.note else ""
    return f"{judgement.id}  {judgement.at:%Y-%m-%d}  {judgement.by}: {judgement.action} {what}{note}"


def _keep(
    record: Record, action: str, about: tuple[str, ...], *, by: str, note: str = "", field: str = "", value: str = ""
) -> Judgement:
    """Record a judgement; one that stands already is given back as it is."""
    if not (by := " ".join(by.split())):
        raise UsageError("a correction needs its author; give --by NAME")
    same = [
        j
        for j in record.judgements()
        if (j.action, j.about, j.field, j.value, j.by) == (action, about, field, value, by)
    ]
    if same and same[-1] in standing(record.judgements()):
        return same[-1]
    key = "|".join((action, *about, field, value, by, str(len(same))))  # given anew after a withdrawal, it is a new one
    judgement = Judgement(
        id="jdg_" + hashlib.sha256(key.encode()).hexdigest()[:16], action=action, about=about, by=by,
        at=datetime.now(UTC).replace(tzinfo=None), field=field, value=value, note=note.strip(),
    )  # fmt: skip
    record.judge(judgement)
    return judgement


def _claims(record: Record, ids: Sequence[str], kinds: tuple[type, ...] = ()) -> tuple[str, ...]:
    """Ids of the claims meant by `ids`, conclusions standing for all of theirs; sorted, each once."""
    found = [record.one(i) for i in ids]
    for given, item in zip(ids, found, strict=True):
        if isinstance(item, Judgement) or (kinds and not isinstance(item, kinds)):
            meant = (
                "a claim"
                if kinds == (GroundedClaim,)
                else "an incident or a claim"
                if kinds
                else "a claim or a conclusion"
            )
            raise UsageError(f"{given}: give the id of {meant}")
    return tuple(sorted({c for item in found for c in claims_of(item)}))


def _id(item: Kept) -> str:
    return item.claim.id if isinstance(item, GroundedClaim) else item.id


def _checked(record: Record, item: GroundedClaim | Incident, field: str, value: str) -> str:
    """`value` as it is kept for `field`; raises `UsageError` when the field cannot take it."""
    if field in ("start", "end"):
        return _day(value, field, _other_end(record, item, "end" if field == "start" else "start"))
    if field == "place":
        return _place(record, value)
    events = lexicon.read("events.yaml")
    return _one_of(field, value, list(events["types"]) if field == "type" else events["statuses"])


def _one_of(field: str, value: str, known: Sequence[str]) -> str:
    if value in known:
        return value
    near = get_close_matches(value, known, 1)
    raise UsageError(
        f"no {field} {value!r}; " + (f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(known)}")
    )


def _day(value: str, field: str, other: str) -> str:
    """A day as YYYY-MM-DD that keeps the start before the end, `other` ("" when unknown)."""
    try:
        day = date.fromisoformat(value).isoformat()
    except ValueError:
        raise UsageError(f"{value!r} is no day; write it as YYYY-MM-DD") from None
    if other and (day > other if field == "start" else day < other):
        raise UsageError(
            f"{field} {day} is {'after the end' if field == 'start' else 'before the start'}, {other}; change that first"
        )
    return day


def _other_end(record: Record, item: GroundedClaim | Incident, field: str) -> str:
    """The day in `field` as last corrected, else as concluded or read; "" when unknown."""
    for judgement in reversed(standing(record.judgements())):
        if judgement.field == field and _id(item) in judgement.about:
            return judgement.value
    time = item if isinstance(item, Incident) else item.time
    day = getattr(time, field) if time else None
    return day.isoformat() if day else ""


def _place(record: Record, value: str) -> str:
    """The id of a place on record by its id or its name."""
    places = {p.place.id: p.place.name for c in record.claims() for p in c.place if p.place}
    found = [i for i, name in places.items() if value.lower() in (i.lower(), name.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{value!r} is several places: {', '.join(sorted(found))}; give one of these ids")
    names = {name.lower(): name for name in places.values()}
    near = [names[n] for n in get_close_matches(value.lower(), names, 3)]
    raise UsageError(
        f"no place {value!r} in {record.path}"
        + (f"; did you mean {' or '.join(near)}?" if near else "; give one that a report names")
    )
