"""The API tells a small record as it is, and says what to do about a question it cannot answer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from time import sleep
from urllib.parse import quote, unquote_plus, urlencode

import fastapi
import pytest
from conftest import make_claim, make_document
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import desk, review
from dateline.errors import UsageError
from dateline.model.world import PlaceRef
from dateline.present.map import record as map_record
from dateline.serve import api
from dateline.store import Record

ARMY, REBELS = ("SYR-GOV-MIL", "SYR-GOV"), ("Free Front", "SYR-REB")
ARMY_SIDE, REBEL_SIDE = "Government of Syria", "Syrian rebels"
DAY = date(2020, 5, 3)


def at(claim, lat: float, lon: float, **place):
    """The claim moved to a point."""
    ref = claim.place[0]
    return replace(
        claim, place=(PlaceRef(text=ref.text, place=replace(ref.place, lat=lat, lon=lon, **place), precision=1),)
    )


def written():
    """Two reports: a strike told by both, a town taken and lost, a proposal, something with no day and no place."""
    strike = dict(actor=ARMY, target=REBELS, place="market", killed=(3, 5))
    one = [
        at(make_claim("airstrike", source=("Monitor", "monitor", ""), **strike), 36.2, 37.1),
        at(make_claim("capture", at=10, actor=ARMY, place="tadef", day=DAY), 36.3, 37.5),
        make_claim("request", at=20, actor=ARMY, topic="ceasefire", place="", day=DAY),
        make_claim("arrest", at=30, place="", day=None, actor=ARMY),
    ]
    two = [
        at(make_claim("airstrike", document="doc_b", source=("Medics", "medic", ""), **strike), 36.2, 37.1),
        at(
            make_claim("capture", document="doc_b", at=10, actor=REBELS, place="tadef", day=DAY + timedelta(days=30)),
            36.3,
            37.5,
        ),
    ]
    later = make_document(
        "b", published=DAY + timedelta(days=31), outlet="Outlet B", text="<script>alert(1)</script> A raid, then calm."
    )
    return [(make_document(text="A raid struck the crowded market."), one), (later, two)]


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    with Record(tmp_path_factory.mktemp("api") / "r.db") as record:
        for document, claims in written():
            record.append(document, claims)
        desk.fuse(record)
        yield api.State(record)


@pytest.fixture(scope="module")
def client(state):
    app = fastapi.FastAPI()
    app.include_router(api.router(state))
    return TestClient(app)


@pytest.fixture(scope="module")
def ask(client):
    """Ask an address for its JSON; the status must be as expected."""

    def asking(address: str, status: int = 200):
        answer = client.get(address)
        assert answer.status_code == status, answer.text
        return answer.json()

    return asking


def types(answer):
    return [row["type"] for row in answer["items"]]


def test_the_record_in_short(ask, state):
    told = ask("/api/record")
    assert (told["first"], told["on"], told["stale"]) == ("2020-05-03", "2020-06-03", False)
    assert told["counts"] == {
        "reports": 2, "claims": 6, "incidents": len(list(state.record.incidents())), "adrift": 1, "control": 2, "proposals": 1,
        "tallies": told["counts"]["tallies"], "failures": 0, "judgements": 0,
    }  # fmt: skip
    assert told["families"]["airstrike"] == "remote" and {name for name, _ in told["holders"]} == {
        ARMY_SIDE,
        REBEL_SIDE,
    }


def test_incidents_come_latest_first_as_rows(ask):
    told = ask("/api/incidents")
    assert (
        told["total"] == len(told["items"])
        and types(told)[-1] == "arrest"
        and told["items"][0]["start"] == "2020-06-02"
    )
    strike = next(row for row in told["items"] if row["type"] == "airstrike")
    assert (strike["family"], strike["place_name"], strike["lat"], strike["actors"], strike["reports"]) == (
        "remote",
        "Market",
        36.2,
        ["SYR-GOV-MIL"],
        2,
    )
    assert [(t["of"], t["low"], t["high"]) for t in strike["tolls"]] == [("killed", 3, 5)]


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        ("type=airstrike&type=arrest", {"airstrike", "arrest"}), ("family=remote", {"airstrike"}), ("status=corroborated", {"airstrike"}),
        ("place=mark", {"airstrike"}), ("actor=free%20front&type=capture", {"capture"}), ("placed=no", {"arrest"}), ("box=37,36,37.2,36.25", {"airstrike"}),
        ("from=2020-06-01", {"capture"}), ("to=2020-05-02", set()), ("q=did+something&type=airstrike", {"airstrike"}), ("q=market", {"airstrike"}), ("q=nowhere", set()),
    ],
)  # fmt: skip
def test_filters(ask, parameters, kept):
    assert set(types(ask(f"/api/incidents?{parameters}"))) == kept


def test_pages_follow_each_other(ask):
    whole = ask("/api/incidents")["items"]
    assert [ask(f"/api/incidents?limit=1&offset={n}")["items"][0] for n in range(len(whole))] == whole
    assert ask("/api/incidents?offset=900")["items"] == []


def test_signs_and_bins_count_the_same_incidents(ask):
    told, placed = ask("/api/clusters?zoom=12"), ask("/api/incidents?placed=yes")["total"]
    assert told["total"] == sum(s["count"] for s in told["items"]) == placed and len(told["items"]) == 2
    bins = ask("/api/density?bins=5")
    assert sum(n for b in bins["bins"] for n in b["counts"].values()) == placed and bins["step"] == "month"


def test_control_on_a_day_is_what_the_map_shows(ask, state):
    names = [
        [s["holder"] for s in ask(f"/api/control?on={day}")["items"]]
        for day in ("2020-05-02", "2020-05-20", "2020-06-03")
    ]
    assert names == [[], [ARMY_SIDE], [REBEL_SIDE]]
    assert ask("/api/control") == ask("/api/control?on=2020-06-03") and ask("/api/control?box=0,0,1,1")["total"] == 0
    drawn = next(s for s in map_record(desk.view(state.record))["control"] if s["since"] == "2020-06-02")
    assert ask("/api/control")["items"] == [drawn]


def test_what_was_said_later_is_not_told_of_an_earlier_day(ask):
    (then,) = ask("/api/control?on=2020-05-20")["items"]
    assert {a["day"] for a in then["assertions"]} == {"2020-05-03"} and then["as_of"] == "2020-05-03"


def test_towns_are_named_as_often_as_claims_name_them(ask):
    assert [(t["name"], t["mentions"]) for t in ask("/api/towns?box=37,36,38,37")["items"]] == [
        ("Market", 2),
        ("Tadef", 2),
    ]


def test_changes_between_two_days(ask):
    told = ask("/api/changes?from=2020-05-20&to=2020-06-03")
    (turn,) = told["control"]
    assert (turn["place_name"], turn["before"]["holder"], turn["after"]["holder"]) == ("Tadef", ARMY_SIDE, REBEL_SIDE)
    assert (
        turn["after"]["since"] == "2020-06-02" and types(told["incidents"]) == ["capture"] and told["proposals"] == []
    )
    first = ask("/api/changes?from=2020-05-01&to=2020-05-10")
    assert first["control"][0]["before"] is None and [s["move"] for p in first["proposals"] for s in p["steps"]]


def test_a_thing_leads_to_its_sentences(ask, state):
    strike = next(row for row in ask("/api/incidents")["items"] if row["type"] == "airstrike")
    for identifier in (strike["id"], strike["id"][:-3]):
        told = ask(f"/api/things/{identifier}")
        assert {c["quote"] for c in told["claims"]} == {"Somebody did something there."} and told["thing"][
            "id"
        ] == strike["id"]
    claim = ask("/api/things/clm_doc_b_0_airstrike")
    assert claim["kind"] == "claim" and [c["id"] for c in claim["counts_in"]] == [strike["id"]]
    state_, proposal = (next(iter(found)) for found in (state.record.control(), state.record.proposals()))
    assert ask(f"/api/things/{state_.id}")["thing"]["holder"] in (ARMY_SIDE, REBEL_SIDE)
    assert ask(f"/api/things/{proposal.id}")["kind"] == "proposal"


def test_proposals_are_told_in_pages(state):
    def topics(*given):
        return [p["topic"] for p in state.proposals(api.parse(given))["items"]]

    assert topics() == topics(("actor", "syr-gov"), ("to", "2020-05-03")) == ["ceasefire"]
    assert (
        topics(("actor", "nobody"))
        == topics(("from", "2020-06-01"))
        == topics(("offset", "1"))
        == topics(("place", "tadef"))
        == []
    )


def test_tallies_are_told_in_pages(tmp_path):
    with Record(tmp_path / "r.db") as record:
        for number, place in enumerate(("market", "tadef", "market")):
            name, day = f"d{number}", DAY + timedelta(days=40 * number)
            killed = make_claim("casualties", document=f"doc_{name}", killed=(4, 4), place=place, day=day)
            record.append(make_document(name), [killed])
        desk.fuse(record)
        state = api.State(record)

        def told(*given):
            return [(t["place_name"], t["start"]) for t in state.tallies(api.parse(given))["items"]]

        days = ["2020-05-03", "2020-06-12", "2020-07-22"]
        everything = [("Market", days[2]), ("Tadef", days[1]), ("Market", days[0])]
        assert [t for t in told() if t in everything] == everything
        assert set(told(("place", "tadef"))) == {everything[1]} and set(told(("to", days[0]))) >= {everything[2]}
        assert told(("limit", "1"), ("offset", "1")) == told()[1:2] and told(("from", "2020-09-01")) == []


def test_search_finds_each_kind_in_parts(ask):
    told = ask("/api/search?q=market")
    assert [r["id"] for r in told["reports"]] == ["doc_a"] and [p["name"] for p in told["places"]] == ["Market"]
    assert {"text": "market", "hit": True} in told["reports"][0]["snippet"] and types({"items": told["incidents"]}) == [
        "airstrike"
    ]
    assert [a["name"] for a in ask("/api/search?q=free")["actors"]] == ["Free Front"]
    hostile = ask("/api/search?q=alert")["reports"][0]["snippet"]
    assert "".join(p["text"] for p in hostile).startswith("<script>alert(1)</script>")


def test_sources_are_told_by_how_often_they_speak_and_speak_alone(ask):
    by_name = {s["name"]: s for s in ask("/api/sources")}
    assert by_name["Monitor"]["by_type"] == {"airstrike": 1} and by_name["Monitor"]["kind"] == "monitor"
    assert (by_name["Monitor"]["alone"], by_name["Outlet A"]["claims"], by_name["Outlet A"]["reports"]) == (0, 3, 1)
    assert by_name["Outlet B"]["alone"] == 1


@pytest.mark.parametrize(
    ("address", "wrong", "way_out"),
    [
        ("incidents?from=2020-13-01", "from = '2020-13-01' is no day", "write it as"), ("incidents?from=2020-02-01&to=2020-01-01", "is after", "exchange"),
        ("incidents?type=airstrik", "type = 'airstrik'", "airstrike"), ("incidents?status=true", "status", "corroborated"), ("incidents?family=x", "family", "remote"),
        ("incidents?limit=501", "limit", "500"), ("incidents?limit=-1", "limit", "1 to"), ("incidents?offset=x", "offset", "0"), ("incidents?offset=99999999999999999999", "offset", "0"), ("incidents?offset=%C2%B2", "offset", "0"),
        ("incidents?placed=maybe", "placed", "yes or no"), ("incidents?box=1,2,3", "box", "west,south,east,north"), ("incidents?box=1,nan,2,3", "box", "degrees"), ("incidents?q=%22", "nothing to search", "give a word"),
        ("clusters?zoom=-1", "zoom", "0"), ("clusters?zoom=nan", "zoom", "0"), ("density?bins=0", "bins", "1"), ("control?on=x", "on = 'x'", "write it"),
        ("changes?from=2020-01-01", "two days", "give from and to"), ("search?q=", "nothing to search", "give a word"), ("search?q=a&limit=1000", "limit", "100"),
    ],
)  # fmt: skip
def test_a_wrong_question_says_the_way_out(ask, address, wrong, way_out):
    told = ask(f"/api/{address}", 400)
    assert wrong in told["error"] and way_out in told["way_out"] and set(told) == {"error", "way_out"}


ADDRESSES = ["record", "incidents", "clusters", "density", "control", "towns", "changes", "search", "sources"]
PARAMETERS = [
    "from",
    "to",
    "on",
    "type",
    "family",
    "status",
    "place",
    "actor",
    "q",
    "placed",
    "box",
    "offset",
    "limit",
    "zoom",
    "bins",
]
VALUES = ["", "2020-05-03", "0001-01-01", "9999-12-31", "2020-W19-1", "clash", "remote", "yes", "1", "-1", "1e9", "nan", "inf", "-0", "٣", "1,2,3,4", "-540,-90,540,90", "170,0,-170,1", '"', "%", "_", "\x00", "a" * 3000, "\ud7ff\U0010ffff"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    address=st.sampled_from(ADDRESSES) | st.text(max_size=20).map(lambda t: "things/" + quote(t, safe="")),
    given_=st.lists(st.tuples(st.sampled_from(PARAMETERS), st.sampled_from(VALUES) | st.text(max_size=12)), max_size=5),
)
def test_nothing_that_can_be_asked_breaks_it(client, address, given_):
    answer = client.get(f"/api/{address}?{urlencode(given_, errors='ignore')}")
    assert answer.status_code in (200, 400, 404, 307, 405)


@pytest.mark.parametrize("identifier", ["inc_nothing", "zzz", "inc_", "..%2F..%2Fetc%2Fpasswd", "clm_%25"])
def test_an_id_of_nothing_is_not_found(ask, identifier):
    assert set(ask(f"/api/things/{identifier}", 404)) <= {"error", "way_out", "detail"}


def test_a_shared_address_gives_the_same_query_back():
    pairs = [
        ("from", "2020-01-01"),
        ("type", "clash"),
        ("type", "siege"),
        ("q", 'a "b c"'),
        ("placed", "no"),
        ("box", "170.5,-10,-170,10"),
        ("offset", "50"),
        ("other", "x"),
    ]
    query = api.parse(pairs)
    again = api.parse([tuple(p.split("=", 1)) for p in unquote_plus(api.address(query)).split("&")])
    assert again == query and query.types == ("clash", "siege") and "offset=100" in api.address(query, offset=100)
    with pytest.raises(UsageError):
        api.parse([("box", "1,2,3,x")])


def test_what_changes_in_the_record_is_told_at_once(tmp_path):
    with Record(tmp_path / "r.db") as record:
        document, claims = written()[0]
        record.append(document, claims)
        desk.fuse(record)
        state = api.State(record)
        before = state.incidents(api.Query())["total"]
        review.reject(record, [claims[0].claim.id], by="Rana")
        assert state.summary()["stale"] is True
        with Record(tmp_path / "r.db") as elsewhere:
            desk.fuse(elsewhere)
        assert state.incidents(api.Query())["total"] == before - 1 and state.summary()["stale"] is False


def test_a_large_record_is_told_as_it_was_until_it_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("dateline.serve.state.LARGE", 0)
    with Record(tmp_path / "r.db") as record:
        document, claims = written()[0]
        record.append(document, claims)
        desk.fuse(record)
        state = api.State(record)
        before = state.summary()["counts"]["incidents"]
        review.reject(record, [claims[0].claim.id], by="Rana")
        desk.fuse(record)
        told = []
        while not told or told[-1] == before and len(told) < 500:
            told.append(state.summary()["counts"]["incidents"])
            sleep(0.01)
        assert told[0] == before and told[-1] == before - 1 == state.incidents(api.Query())["total"]


def test_many_may_ask_while_conclusions_are_replaced(tmp_path):
    with Record(tmp_path / "r.db") as record, ThreadPoolExecutor(8) as people:
        for document, claims in written():
            record.append(document, claims)
        desk.fuse(record)
        state = api.State(record)
        whole = state.incidents(api.Query())
        asked = [people.submit(ask_often, state) for _ in range(8)]
        for _ in range(10):
            desk.fuse(record)
        assert all(told == whole for future in asked for told in future.result())


def ask_often(state):
    """The lists told in a row, with other questions between them."""
    told = []
    for _ in range(15):
        told.append(state.incidents(api.Query()))
        state.search("market")
        state.sources()
    return told


def test_the_description_covers_every_address_and_parameter(state):
    app = fastapi.FastAPI()
    app.include_router(api.router(state))
    described = app.openapi()
    shared = {"from", "to", "type", "family", "status", "place", "actor", "q", "placed", "box", "offset", "limit"}
    named = {p["name"] for p in described["paths"]["/api/incidents"]["get"]["parameters"]}
    assert named == shared and {
        p["name"] for p in described["paths"]["/api/clusters"]["get"]["parameters"]
    } == shared | {"zoom"}
    for path in described["paths"].values():
        answers = path["get"]["responses"]
        assert (
            "#/components/schemas" in str(answers["200"]["content"]["application/json"]["schema"]) and "400" in answers
        )
        assert all(p.get("description") or p["in"] == "path" for p in path["get"].get("parameters", []))
