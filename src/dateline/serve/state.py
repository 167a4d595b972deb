"""A record being served: what pages and programs ask of it, answered from parts of it and from what is kept in memory."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from sqlalchemy import Table

from .. import desk
from ..model.codec import encode
from ..model.concluded import ControlState, Judgement
from ..model.world import GroundedClaim
from ..present.map import with_names
from ..present.view import known_parties
from ..present.why import chain
from ..store import Record, lookups, search, tables
from ..store.overview import Box, Claims, Density, Overview, Query, Rows
from ..store.record import Kept
from ..store.words import folded
from .answers import Chain, Changes, Clusters, Found, Held, Incidents, Moved, Row, Source, Summary, Things, Towns, Turn
from .asked import families

T = TypeVar("T")
LARGE = 100_000  # incidents; above, what is new is worked out aside
STATES, LABELS = 1_000, 400  # states of control and towns told at once
COPIED = (
    "id", "type", "status", "start", "end", "date_precision", "place", "place_name", "lat", "lon", "radius_km",
    "where_precision", "actors", "targets", "reports", "originators",
)  # fmt: skip


class State:
    """A record being served: its overview is loaded once, and anew when the conclusions change; safe among threads."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._kept: dict[str, tuple[tuple[int, ...], Any]] = {}  # what was worked out, and of which version
        self._locks: dict[str, Lock] = {}

    @property
    def overview(self) -> Overview:
        """The columns of all incidents."""
        return self._once("overview", self._load, until=1)

    def _load(self) -> Overview:
        overview = Overview.load(self.record, families())
        if len(overview) > LARGE:  # or the collector walks all of it again and again, in the middle of an answer
            gc.collect()
            gc.freeze()
        return overview

    def warm(self) -> None:
        """Work out, aside, what the first questions need."""
        Thread(target=lambda: (self.summary(), self.sources()), daemon=True).start()

    def _once(self, name: str, work: Callable[[], T], until: int = 3) -> T:
        """What `work` gives, worked out anew when the first `until` numbers of the record's version change.

        With a large record what was known a moment ago is told until then.
        """
        known = self._kept.get(name)
        if known and known[0] == self.record.version()[:until]:
            return cast(T, known[1])
        if known and self._is_large():
            if not self._lock(name).locked():
                Thread(target=self._renew, args=(name, work, until), daemon=True).start()
            return cast(T, known[1])
        return self._renew(name, work, until)

    def _renew(self, name: str, work: Callable[[], T], until: int) -> T:
        """Work something out, unless another thread just did."""
        with self._lock(name):
            version, known = self.record.version()[:until], self._kept.get(name)
            if known is None or known[0] != version:
                known = self._kept[name] = (version, work())
            return cast(T, known[1])

    def _lock(self, name: str) -> Lock:
        return self._locks.setdefault(name, Lock())

    def _is_large(self) -> bool:
        _, overview = self._kept.get("overview", ((), ()))
        return len(overview) > LARGE

    # the record

    def families(self) -> dict[str, str]:
        """Family by type."""
        return families()

    def names(self) -> dict[str, str]:
        """Names of parties and sides by id."""
        return self._once("names", lambda: known_parties(lookups.party_names(self.record)))

    def summary(self) -> Summary:
        """`/api/record`: first and last day, counts, families, holders, stale."""
        return self._once("summary", self._summary)

    def _summary(self) -> Summary:
        overview, names = self._renew("overview", self._load, 1), self.names()
        days, last = overview.days(), lookups.last_day(self.record)
        held = [(names.get(who, who), times) for who, times in lookups.holders(self.record)]
        adrift = len(overview.rows(Query(placed=False)))
        return Summary(
            on=encode(last or (days[1] if days else None)), first=days[0].isoformat() if days else None,
            counts=lookups.counts(self.record) | {"incidents": len(overview), "adrift": adrift},
            families=families(), holders=held, stale=self.record.is_stale(),
        )  # fmt: skip

    def sources(self) -> list[Source]:
        """`/api/sources`: per source name, kind, claims, by_type, alone, contradicted, reports; most claims first."""
        return self._once("sources", lambda: cast(list[Source], lookups.sources(self.record)))

    # incidents

    def incidents(self, query: Query) -> Incidents:
        """`/api/incidents`: rows, the latest first."""
        overview, told = self.overview, self._sentences(query.words)
        rows = _asked(overview, query, told)
        items = self._told_in_order(overview.page(rows, query.offset, query.limit))
        return Incidents(total=len(rows), partial=told is not None and len(told) >= search.FILTERED, items=items)

    def _sentences(self, words: str) -> Claims | None:
        """Numbers of the claims whose sentences hold the words, the latest first; None when no words are given."""
        if not words:
            return None
        with self.record.engine.connect() as db:
            return search.sentences(db, words, search.FILTERED)

    def _told_in_order(self, ids: list[str]) -> list[Row]:
        """Rows of the incidents of these ids; those replaced a moment ago are left out."""
        bodies = self.record.encoded(tables.incidents, ids)
        return [_row(bodies[i]) for i in ids if i in bodies]

    def rows(self, ids: list[str]) -> Incidents:
        """`/api/rows`: incidents by id."""
        found = self._told_in_order(ids)
        return Incidents(total=len(found), partial=False, items=found)

    def clusters(self, query: Query, zoom: float) -> Clusters:
        """`/api/clusters`: incidents joined into the points a map shows at `zoom`."""
        overview = self.overview
        rows = _asked(overview, replace(query, placed=True), self._sentences(query.words))
        items = overview.clusters(rows, zoom)
        return Clusters(total=sum(i["count"] for i in items), items=items)

    def density(self, query: Query, bins: int = 120) -> Density:
        """`/api/density`: incidents by family in steps of days, weeks, months or years."""
        overview = self.overview
        return overview.density(_asked(overview, query, self._sentences(query.words)), bins, query)

    # control and places

    def control(self, on: date | None = None, box: Box | None = None) -> Things:
        """`/api/control`: the state of each place on a day (the last day when none is given), parties named."""
        day = on or self._last()
        if day is None:
            return Things(total=0, items=[])
        total, ids = lookups.control_on(self.record, day, box, STATES)
        bodies, names = self.record.encoded(tables.control, ids), self.names()
        return Things(total=total, items=[with_names(_as_of(bodies[i], day), names) for i in ids if i in bodies])

    def _last(self) -> date | None:
        told = self.summary()["on"]
        return date.fromisoformat(told) if told else None

    def towns(self, box: Box | None = None) -> Towns:
        """`/api/towns`: places that claims name, most named first, for labels."""
        total, items = lookups.towns(self.record, box, LABELS)
        return cast(Towns, {"total": total, "items": items})

    # one thing

    def thing(self, identifier: str) -> Chain:
        """`/api/things/{id}`: the chain from a conclusion, claim or judgement to its sentences, and "thing" itself.

        Raises `UsageError` when no one thing has the id.
        """
        kept = self.record.one(identifier)
        view = desk.excerpt(self.record, [kept, *self._around(kept)])
        return cast(Chain, chain(view, kept) | {"thing": self._encoded(kept)})

    def _around(self, kept: Kept) -> Iterable[Kept]:
        """The conclusions that a claim counts in, or that a judgement is about."""
        ids = [kept.claim.id] if isinstance(kept, GroundedClaim) else kept.about if isinstance(kept, Judgement) else ()
        incidents = (lookups.incident_of(self.record, i) for i in ids)
        return self.record.incidents(i for i in incidents if i)

    def _encoded(self, kept: Kept) -> dict[str, Any]:
        item: dict[str, Any] = encode(kept)
        return with_names(item, self.names()) if isinstance(kept, ControlState) else item

    # what changed

    def changes(self, since: date, until: date) -> Changes:
        """`/api/changes`: control, incidents and proposals that changed after `since`, up to and on `until`."""
        overview = self.overview
        began = overview.began(since, until)
        return Changes(
            control=self._turns(since, until),
            incidents=Incidents(
                total=len(began), partial=False, items=self._told_in_order(overview.page(began, 0, 50))
            ),
            proposals=self._moves(since, until),
        )

    def _turns(self, since: date, until: date) -> list[Turn]:
        pairs = lookups.turned(self.record, since, until)[:STATES]
        bodies = self.record.encoded(tables.control, (s.id for pair in pairs for s in pair if s))
        names = self.names()
        return [
            Turn(
                place=body["place"], place_name=body["place_name"], lat=body["lat"], lon=body["lon"],
                before=_held(before, names), after=_held(after, names),
            )
            for before, after in pairs
            if (body := bodies.get(after.id if after else before.id if before else ""))
        ]  # fmt: skip

    def _moves(self, since: date, until: date) -> list[Moved]:
        bodies = self.record.encoded(tables.proposals, ids := lookups.moved(self.record, since, until))
        between = (since.isoformat(), until.isoformat())
        moves = [_moved(bodies[i], *between) for i in ids if i in bodies]
        return [m for m in moves if m["steps"]]

    # other conclusions

    def proposals(self, query: Query) -> Things:
        """Threads of proposals, latest opened first, by days, place and actor of the query."""
        ids = self._concluded(tables.proposals, "opened", "moved", query)
        if query.actor:
            bodies = self.record.encoded(tables.proposals, ids)
            ids = [i for i in ids if i in bodies and _speaks_of(bodies[i], query.actor)]
        return self._page(tables.proposals, ids, query)

    def tallies(self, query: Query) -> Things:
        """Tallies of civilians, latest first, by days and place of the query."""
        return self._page(tables.tallies, self._concluded(tables.tallies, "start", "end", query), query)

    def _concluded(self, table: Table, first: str, last: str, query: Query) -> list[str]:
        found = lookups.concluded(self.record, table, first, last, query.start, query.end)
        here = self.overview.within(query.place) if query.place else None
        return [i for i, place in found if here is None or place in here]

    def _page(self, table: Table, ids: list[str], query: Query) -> Things:
        page = ids[query.offset : query.offset + query.limit]
        bodies = self.record.encoded(table, page)
        return Things(total=len(ids), items=[bodies[i] for i in page if i in bodies])

    # search

    def search(self, words: str, limit: int = 10) -> Found:
        """`/api/search`: reports, claims, places, actors and incidents, each ranked, with snippets in parts.

        Raises `UsageError` when there is no word to search for.
        """
        with self.record.engine.connect() as db:
            found = {
                "reports": search.reports(db, words, limit), "claims": search.claims(db, words, limit),
                "places": search.places(db, words, limit), "actors": search.parties(db, words, limit),
            }  # fmt: skip
            told = search.sentences(db, words, 20 * limit)
        overview = self.overview
        named = overview.page(overview.rows(Query(), overview.worded(words)), 0, limit)
        ids = list(dict.fromkeys([*named, *overview.named(overview.telling(told))]))[:limit]
        return cast(Found, found | {"incidents": self._told_in_order(ids)})


def _asked(overview: Overview, query: Query, told: Claims | None) -> Rows:
    """Where the incidents asked for stand, `told` being the claims that hold the query's words."""
    return overview.rows(query, None if told is None else overview.worded(query.words, told))


def _row(body: dict[str, Any]) -> Row:
    """An incident as a row of a list."""
    family = families().get(body["type"], "other")
    return cast(Row, {name: body[name] for name in COPIED} | {"family": family, "tolls": body.get("overall", [])})


def _as_of(state: dict[str, Any], day: date) -> dict[str, Any]:
    """A state without what was said of later days."""
    said = [a for a in state["assertions"] if a["day"] <= day.isoformat()]
    return state | {"assertions": said, "as_of": max((a["day"] for a in said), default=state["since"])}


def _held(state: Any, names: dict[str, str]) -> Held | None:
    if state is None:
        return None
    holder, claimed = (names.get(who, who) for who in (state.holder, state.claimed_by))
    return Held(
        id=state.id, state=state.state, holder=holder, claimed_by=claimed, since=state.since.isoformat()
    )  # fmt: skip


def _moved(body: dict[str, Any], since: str, until: str) -> Moved:
    steps = [s for s in body["steps"] if s["day"] and since < s["day"] <= until]
    told = ("id", "topic", "place", "place_name", "outcome", "opened")
    return cast(Moved, {name: body[name] for name in told} | {"steps": steps})


def _speaks_of(proposal: dict[str, Any], actor: str) -> bool:
    wanted = folded(actor)
    return not actor or any(wanted in folded(f"{s['by']}\n{s.get('to', '')}") for s in proposal["steps"])
