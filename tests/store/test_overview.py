"""The columns in memory answer as a plain walk through all incidents would."""

import sqlite3
from datetime import date, timedelta

import pytest
from conftest import make_claim, make_document
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import desk
from dateline.model.concluded import Incident
from dateline.store import Record
from dateline.store.overview import ITEMS, Overview, Query

FAMILIES = {"clash": "fighting", "offensive": "fighting", "shelling": "remote", "arrest": "attack"}
FIRST = date(2020, 1, 1)
SPOTS = [(None, None), (36.0, 37.0), (36.0, 37.0), (36.5, 37.5), (-10.0, 179.5), (0.0, -179.5), (80.0, 0.0)]


def make_incident(number: int, **fields) -> Incident:
    plain = dict(
        id=f"inc_{number:04}", type="clash", status="reported", start=FIRST, end=FIRST, date_precision=1, place="", place_name="", lat=None, lon=None,
        radius_km=None, where_precision=1, actors=(), targets=(), means=(), tolls=(), claims=(), reports=1, outlets=1, originators=1,
    )  # fmt: skip
    return Incident(**plain | fields)


@st.composite
def incidents(draw):
    day = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))
    found = []
    for number in range(draw(st.integers(0, 12))):
        start, spot = draw(st.none() | day), draw(st.sampled_from(range(len(SPOTS))))
        found.append(
            make_incident(
                number, type=draw(st.sampled_from(list(FAMILIES))), status=draw(st.sampled_from(["reported", "disputed"])), start=start,
                end=start + timedelta(days=draw(st.integers(0, 20))) if start and draw(st.booleans()) else start, place=f"p{spot}" if spot else "",
                lat=SPOTS[spot][0], lon=SPOTS[spot][1], where_precision=draw(st.sampled_from([None, 1, 4])),
                actors=tuple(draw(st.lists(st.sampled_from(["Army", "Émile's Front", 'odd "][" name']), max_size=2))), targets=tuple(draw(st.lists(st.just("Rebels"), max_size=1))),
            )
        )  # fmt: skip
    return found


@st.composite
def queries(draw):
    day = st.none() | st.integers(-2, 45).map(lambda n: FIRST + timedelta(days=n))
    some = st.lists
    return Query(
        start=draw(day), end=draw(day), types=tuple(draw(some(st.sampled_from(["clash", "shelling"]), max_size=2))), families=tuple(draw(some(st.sampled_from(["fighting", "attack"]), max_size=1))),
        statuses=tuple(draw(some(st.just("disputed"), max_size=1))), actor=draw(st.sampled_from(["", "army", "emile", "rebel", "]["])), place=draw(st.sampled_from(["", "p1", "p3"])),
        placed=draw(st.sampled_from([None, True, False])), box=draw(st.sampled_from([None, (36.0, 35.0, 37.0, 36.5), (179.0, -20.0, -179.0, 20.0), (-180.0, -90.0, 180.0, 90.0)])),
    )  # fmt: skip


def fits(incident: Incident, query: Query) -> bool:
    """The plain walk."""
    start, end, names = incident.start, incident.end, " ".join((*incident.actors, *incident.targets))
    west, south, east, north = query.box or (-180, -90, 180, 90)
    placed = incident.lat is not None and start is not None
    inside = (
        incident.lat is not None
        and south <= incident.lat <= north
        and ((west <= incident.lon <= east) if west <= east else (incident.lon >= west or incident.lon <= east))
    )
    return (
        (not query.start or (start is not None and end >= query.start)) and (not query.end or (start is not None and start <= query.end))
        and (not query.types or incident.type in query.types) and (not query.families or FAMILIES[incident.type] in query.families)
        and (not query.statuses or incident.status in query.statuses) and (not query.place or incident.place == query.place)
        and (not query.box or inside) and query.actor in names.casefold().replace("é", "e") and (query.placed is None or query.placed == placed)
    )  # fmt: skip


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    with Record(tmp_path_factory.mktemp("overview") / "r.db") as opened:
        yield opened


def loaded(record: Record, concluded: list[Incident]) -> Overview:
    record.replace(concluded, [], [])
    return Overview.load(record, FAMILIES)


@settings(max_examples=150, deadline=None)
@given(concluded=incidents(), asked=st.lists(queries(), min_size=5, max_size=5))
def test_filters_keep_what_a_walk_through_all_keeps(record, concluded, asked):
    overview = loaded(record, concluded)
    for query in asked:
        found = overview.page(overview.rows(query), 0, 100)
        assert sorted(found) == sorted(i.id for i in concluded if fits(i, query))
        starts = {i.id: str(i.start or "") for i in concluded}
        assert [starts[i] for i in found] == sorted((starts[i] for i in found), reverse=True)


@settings(max_examples=60, deadline=None)
@given(concluded=incidents(), zoom=st.sampled_from([0, 3, 9, 22]))
def test_signs_on_a_map_lose_no_incident_and_part_no_stack(record, concluded, zoom):
    overview = loaded(record, concluded)
    signs = overview.clusters(overview.rows(Query()), zoom)
    placed = {i.id: i for i in concluded if i.lat is not None}
    assert sorted(i for s in signs for i in s["ids"]) == sorted(placed)
    for sign in signs:
        inside = [placed[i] for i in sign["ids"]]
        assert sign["count"] == len(inside) == sum(sign["families"].values())
        assert sign["vague"] == all((i.where_precision or 7) >= 3 for i in inside)
    homes = [{(placed[i].lat, placed[i].lon) for i in s["ids"]} for s in signs]
    assert sum(map(len, homes)) == len(set().union(*homes)) if homes else not placed


def test_a_point_s_sign_stands_on_the_point_and_near_points_join_on_a_small_map(record):
    overview = loaded(record, [make_incident(n, lat=36.20124, lon=37.16117 + n / 100) for n in range(3)])
    far, near = (overview.clusters(overview.rows(Query()), zoom) for zoom in (2, 16))
    assert [s["count"] for s in far] == [3] and sorted(s["lon"] for s in near) == [37.16117, 37.17117, 37.18117]


def test_a_crowded_map_has_a_bounded_number_of_signs(record):
    overview = loaded(record, [make_incident(n, lat=n % 70 * 1.1, lon=n // 70 * 2.3 - 160) for n in range(4000)])
    signs = overview.clusters(overview.rows(Query()), 24)
    assert 100 < len(signs) <= ITEMS and sum(s["count"] for s in signs) == 4000


@settings(max_examples=60, deadline=None)
@given(concluded=incidents(), most=st.integers(1, 60), query=queries())
def test_density_counts_each_beginning_once_in_bins_that_follow_each_other(record, concluded, most, query):
    overview = loaded(record, concluded)
    bins = overview.density(overview.rows(query), most, query)["bins"]
    begun = [i for i in concluded if fits(i, query) and i.start and (not query.start or i.start >= query.start)]
    assert sum(n for b in bins for n in b["counts"].values()) == len(begun) and len(bins) <= max(most, 1)
    for earlier, later in zip(bins, bins[1:], strict=False):
        assert date.fromisoformat(later["from"]) - date.fromisoformat(earlier["to"]) == timedelta(days=1)
    for b in bins:
        counted = sum(b["from"] <= i.start.isoformat() <= b["to"] for i in begun)
        assert sum(b["counts"].values()) == counted


def test_density_reaches_from_the_first_day_there_is_to_the_last(record):
    overview = loaded(record, [make_incident(n, start=d, end=d) for n, d in enumerate((date.min, FIRST, date.max))])
    for query in (Query(), Query(start=date.min, end=date.max), Query(start=FIRST), Query(end=FIRST)):
        for most in (1, 120, 2000):
            bins = overview.density(overview.rows(query), most, query)["bins"]
            assert len(bins) <= most and sum(n for b in bins for n in b["counts"].values()) == len(overview.rows(query))


def test_a_place_takes_in_what_lies_in_it(tmp_path):
    from dataclasses import replace

    inner, outer = (make_claim("clash", at=n, place=p) for n, p in enumerate(("east side", "city")))
    place = inner.place[0]
    inner = replace(inner, place=(replace(place, place=replace(place.place, parents=("city",))),))
    with Record(tmp_path / "r.db") as record:
        record.append(make_document(), [inner, outer])
        record.replace(
            [make_incident(1, place="east side"), make_incident(2, place="city"), make_incident(3, place="x")], [], []
        )
        overview = Overview.load(record, FAMILIES)
    assert [overview.page(overview.rows(Query(place=p)), 0, 9) for p in ("City", "east")] == [
        ["inc_0002", "inc_0001"],
        ["inc_0001"],
    ]


def test_columns_are_read_from_an_index_without_the_bodies(record):
    from dateline.store.columns import COLUMNS

    plan = sqlite3.connect(record.path).execute(
        "explain query plan select " + ", ".join(f'"{c}"' for c in COLUMNS) + " from incidents order by start"
    )
    assert "USING COVERING INDEX" in str(plan.fetchall())


def test_conclusions_laid_out_before_are_completed(tmp_path):
    path, claim = tmp_path / "r.db", make_claim("capture", actor=("Army", "GOV"), killed=(2, 3))
    with Record(path) as record:
        record.append(make_document(), [claim, make_claim("request", at=5, topic="ceasefire", actor=("Army", "GOV"))])
        desk.fuse(record)
    before = everything(path)
    with sqlite3.connect(path) as db:
        for index in ("incidents_overview", "control_since", "control_place", "proposals_opened"):
            db.execute(f"drop index {index}")
        for table, columns in {
            "incidents": ("where_precision", "actors", "targets"),
            "control": ("lat", "lon", "state", "holder", "claimed_by"),
            "proposals": ("place", "moved"),
        }.items():
            for column in columns:
                db.execute(f"alter table {table} drop column {column}")
    Record(path).close()
    assert everything(path) == before


def everything(path):
    with sqlite3.connect(path) as db:
        db.row_factory = sqlite3.Row
        tables = {
            name: sorted(str(sorted(dict(row).items())) for row in db.execute(f"select * from {name}"))
            for name in ("incidents", "control", "proposals")
        }
        return tables, sorted(
            row[0] for row in db.execute("select name from sqlite_master where type = 'index' and sql != ''")
        )
