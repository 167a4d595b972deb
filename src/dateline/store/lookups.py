"""Questions about a part of a record, answered from its columns and indexes without reading the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from . import tables
from .overview import Box
from .record import Record

LABELLED = ("city", "town", "village", "neighbourhood", "part", "facility")
TALKED = """select v.source, v.kind, v.type, count(*) as claims from voices v group by v.source, v.kind, v.type"""
REPORTING = """select source, count(distinct document) as times from voices group by source"""
ALONE = """select source, count(*) as times from (
    select min(v.source) as source from members m join voices v on v.claim = m.claim
    group by m.incident having min(v.source) = max(v.source)) group by source"""
DISPUTING = """select v.source, count(distinct m.incident) as times from incidents i join members m on m.incident = i.id
    join voices v on v.claim = m.claim where i.status = 'disputed' group by v.source"""
OPPOSING = """select source, count(distinct id) as times from (
    select c.id, json_extract(a.value, '$.claimant') as source from control c, json_each(c.body, '$.assertions') a
    where json_array_length(c.body, '$.disputed_by') > 0
    union select c.id, d.value from control c, json_each(c.body, '$.disputed_by') d) where source != '' group by source"""


State = Any  # a row with the columns of control


def control_on(record: Record, on: date, box: Box | None, limit: int) -> tuple[int, list[str]]:
    """How many states of control stand on a day in a box, and the ids of those that began last."""
    c = tables.control.c
    standing = [c.since <= on, or_(c.until.is_(None), c.until >= on), *_inside(c, box)]
    with record.engine.connect() as db:
        ids = db.execute(select(c.id).where(*standing).order_by(c.since.desc(), c.id)).scalars().all()
    return len(ids), list(ids[:limit])


def _inside(columns: Any, box: Box | None) -> list[ColumnElement[bool]]:
    """The conditions that a point lies in a box."""
    if box is None:
        return []
    west, south, east, north = box
    joined = or_ if west > east else and_
    return [joined(columns.lon >= west, columns.lon <= east), columns.lat.between(south, north)]


def turned(record: Record, after: date, until: date) -> list[tuple[State | None, State | None]]:
    """The states of control before and after, for each place whose state or holder differs between two days.

    The places that turned last come first.
    """
    c = tables.control.c
    begun = and_(c.since > after, c.since <= until)
    ended = and_(c.until >= after, c.until < until)
    query = select(c.id, c.place, c.since, c.until, c.state, c.holder, c.claimed_by)
    query = query.where(c.place.in_(select(c.place).where(or_(begun, ended))), c.since <= until)
    states: dict[str, list[State]] = defaultdict(list)
    with record.engine.connect() as db:
        for row in db.execute(query.where(or_(c.until.is_(None), c.until >= after)).order_by(c.since, c.id)):
            states[row.place].append(row)
    pairs = [(_standing(rows, after), _standing(rows, until)) for rows in states.values()]
    changed = [(before, now) for before, now in pairs if _holding(before) != _holding(now)]
    return sorted(changed, key=lambda pair: _turn(*pair), reverse=True)


def _standing(states: Iterable[State], day: date) -> State | None:
    return next((s for s in states if s.since <= day and (s.until is None or s.until >= day)), None)


def _holding(state: State | None) -> tuple[str, str, str] | None:
    return (state.state, state.holder, state.claimed_by) if state else None


def _turn(before: State | None, after: State | None) -> date:
    """The day a place turned."""
    return after.since if after else before.until if before else date.min


def towns(record: Record, box: Box | None, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """How many places on the ground claims name in a box, and the most named of them."""
    p = tables.places.c
    there = [p.kind.in_(LABELLED), p.lat.is_not(None), *_inside(p, box)]
    query = select(p.id, p.name, p.lat, p.lon, p.kind, p.mentions).where(*there)
    with record.engine.connect() as db:
        total = db.execute(select(func.count()).select_from(tables.places).where(*there)).scalar_one()
        rows = db.execute(query.order_by(p.mentions.desc(), p.name).limit(limit))
        return total, [dict(row._mapping) for row in rows]


def party_names(record: Record) -> dict[str, str]:
    """Names of the parties that claims name, by id."""
    with record.engine.connect() as db:
        return {row.id: row.name for row in db.execute(select(tables.parties.c.id, tables.parties.c.name))}


def holders(record: Record) -> list[tuple[str, int]]:
    """Who holds places, or alone claims to, by how many assertions these states rest on."""
    query = """select case state when 'claimed' then claimed_by else holder end as who,
        sum(json_array_length(body, '$.assertions')) as times from control group by who having who != '' order by times desc, who"""
    with record.engine.connect() as db:
        return [(row.who, row.times) for row in db.exec_driver_sql(query)]


def last_day(record: Record) -> date | None:
    """The day of the last report, else the last day any claim speaks of."""
    with record.engine.connect() as db:
        published = db.execute(select(func.max(tables.shelf.c.published))).scalar()
        return published or db.execute(select(func.max(tables.claims.c.end))).scalar()


def counts(record: Record) -> dict[str, int]:
    """How much there is of everything but incidents."""
    lasts = {"reports": tables.shelf, "claims": tables.voices}  # only ever appended to: the last number is the count
    rest = {
        "control": tables.control, "proposals": tables.proposals, "tallies": tables.tallies, "failures": tables.failures,
        "judgements": tables.judgements,
    }  # fmt: skip
    with record.engine.connect() as db:
        told = {name: db.execute(select(func.max(table.c.number))).scalar() or 0 for name, table in lasts.items()}
        counted = {n: db.execute(select(func.count()).select_from(t)).scalar_one() for n, t in rest.items()}
        return told | counted


def sources(record: Record) -> list[dict[str, Any]]:
    """What each source says: its usual kind, claims by type, reports, incidents it alone tells, disputes it has a side in."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    with record.engine.connect() as db:
        for row in db.exec_driver_sql(TALKED):
            kinds[row.source][row.kind] += row.claims
            types[row.source][row.type] += row.claims
        reports, alone, disputing, opposing = (
            Counter({row.source: row.times for row in db.exec_driver_sql(query)})
            for query in (REPORTING, ALONE, DISPUTING, OPPOSING)
        )
    found = [
        {
            "name": name, "kind": kinds[name].most_common(1)[0][0], "claims": by_type.total(),
            "by_type": dict(by_type.most_common()), "reports": reports[name], "alone": alone[name],
            "contradicted": disputing[name] + opposing[name],
        }
        for name, by_type in types.items()
    ]  # fmt: skip
    return sorted(found, key=lambda s: (-s["claims"], s["name"]))


def moved(record: Record, after: date, until: date) -> list[str]:
    """Ids of the proposals that may have had steps after one day, up to and on another; the last opened first."""
    p = tables.proposals.c
    query = select(p.id).where(p.moved > after, p.opened <= until).order_by(p.opened.desc(), p.id)
    with record.engine.connect() as db:
        return list(db.execute(query).scalars())


def concluded(
    record: Record, table: Any, first: str, last: str, start: date | None, end: date | None
) -> list[tuple[str, str]]:
    """Ids and places of the conclusions in a table that touch some days, by its columns `first` and `last`; latest first."""
    begins, ends = table.c[first], func.coalesce(table.c[last], table.c[first])
    during = [ends >= start] if start else []
    during += [begins <= end] if end else []
    query = select(table.c.id, table.c.place).where(*during).order_by(begins.desc(), table.c.id)
    with record.engine.connect() as db:
        return [(row.id, row.place) for row in db.execute(query)]


def incident_of(record: Record, claim: str) -> str | None:
    """The id of the incident that a claim tells of."""
    with record.engine.connect() as db:
        return db.execute(select(tables.members.c.incident).filter_by(claim=claim)).scalar()
