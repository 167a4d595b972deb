"""Pages and forms as a browser without script meets them, and what hostile requests come to."""

import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from conftest import make_claim, make_document
from fastapi.testclient import TestClient

from dateline import desk, review
from dateline.config import Config
from dateline.errors import UsageError
from dateline.model.said import Span
from dateline.serve import run, work
from dateline.serve.app import create
from dateline.store import Record, search

HOSTILE = "</title><script>window.harmed=1</script><img src=x onerror='window.harmed=1'>{{7*7}}"
ARMY = ("SYR-GOV-MIL", "SYR-GOV")
PAGES = ("/", "/incidents", "/control", "/changes", "/proposals", "/civilians", "/sources", "/reports", "/search", "/add", "/review", "/api")  # fmt: skip


def said(claim, text: str, sentence: str):
    """The claim standing in a sentence of a text."""
    start = text.index(sentence)
    where = Span(document=claim.claim.document, start=start, end=start + len(sentence), text=sentence)
    verb = sentence.split()[1]
    at = start + sentence.index(verb)
    trigger = Span(document=claim.claim.document, start=at, end=at + len(verb), text=verb)
    return replace(claim, claim=replace(claim.claim, evidence=where, trigger=trigger))


def written():
    """A strike told twice and denied once, a proposal, something without day and place, and a hostile report."""
    one = "Jets struck the market. Envoys asked for a truce. Police arrested two men."
    two = f"The army denied it struck the market. {HOSTILE} Jets struck again."
    first = make_document(text=one)
    second = replace(
        make_document("b", text=two, outlet=HOSTILE), title=HOSTILE, url="javascript:window.harmed=1", name=HOSTILE
    )
    strike = dict(actor=ARMY, place="market", killed=(12, 15))
    return [
        (first, [
            said(make_claim("airstrike", source=("Monitor", "monitor", ""), **strike), one, "Jets struck the market."),
            said(make_claim("request", at=20, actor=("Envoys", "UN"), topic="ceasefire"), one, "Envoys asked for a truce."),
            said(make_claim("arrest", at=30, place="", day=None), one, "Police arrested two men."),
        ]),
        (second, [
            said(make_claim("airstrike", document="doc_b", status="denied", source=("Army", "party", "SYR-GOV"), **strike), two, "The army denied it struck the market."),
            said(make_claim("airstrike", document="doc_b", at=9, place="elsewhere", day=date(2020, 3, 1), source=(HOSTILE, "witness", "")), two, f"{HOSTILE} Jets struck again."),
        ]),
    ]  # fmt: skip


def fill(path: Path) -> Path:
    with Record(path) as record:
        for document, claims in written():
            record.append(document, claims)
        desk.fuse(record)
    return path


class Visitor:
    """A browser without script at a served record."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, address: str, status: int = 200):
        answer = self.client.get(address)
        assert answer.status_code == status, (address, answer.status_code, answer.text[:500])
        return answer

    def stamp(self) -> str:
        return re.search(r'name="stamp" value="(\w+)"', self.get("/add").text)[1]

    def post(self, address: str, files=None, headers=None, **fields):
        data = {"stamp": self.stamp()} | fields
        return self.client.post(address, data=data, files=files, headers=headers or {})

    def correct(self, **fields):
        return self.post("/review", **({"by": "Ada", "back": "/review"} | fields))

    def incidents(self, **only):
        items = self.get("/incidents.json").json()["items"]
        return [i for i in items if all(i[k] == v for k, v in only.items())]


@pytest.fixture
def visit(tmp_path):
    """Visitors of records of their own."""
    running = []

    def start(path: Path | None = None, **settings) -> Visitor:
        token = settings.pop("token", None)
        at = settings.pop("at", "http://localhost:8642")
        config = Config(record=path or fill(tmp_path / "r.db"), reader="fast", **settings)
        client = TestClient(create(config, token=token), base_url=at)
        client.__enter__()
        running.append(client)
        return Visitor(client)

    yield start
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture
def visitor(visit):
    return visit()


# pages


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_also_json_and_works_on_an_empty_record(path, visit, tmp_path):
    full, empty = visit(), visit(tmp_path / "new.db")
    for visitor in (full, empty):
        page = visitor.get(path)
        twin = re.search(r'href="([^"]+)">This page as JSON', page.text)
        assert visitor.get(twin[1].replace("&amp;", "&") if twin else "/index.json").json() is not None
        assert "<h1" in page.text


@pytest.mark.parametrize("path", ["/", "/incidents", "/control", "/changes", "/proposals", "/civilians", "/sources", "/reports", "/review"])  # fmt: skip
def test_an_empty_record_says_how_to_add(path, visit, tmp_path):
    page = visit(tmp_path / "new.db").get(path)
    assert re.search(r'<section class="empty(-page)?">.*?href="/add"', page.text, re.DOTALL)


def test_every_json_address_is_described(visitor):
    described = visitor.get("/openapi.json").json()["paths"]
    assert {f"{p}.json" for p in PAGES if p != "/"} | {"/index.json", "/incidents/{identifier}.json", "/api/incidents"} <= set(described)  # fmt: skip


def test_what_a_page_may_be_asked_is_described(visitor):
    described = visitor.get("/openapi.json").json()["paths"]
    asked = {p["name"]: p["description"] for p in described["/incidents.json"]["get"]["parameters"]}
    assert {"from", "to", "type", "status", "place", "q", "placed", "box", "limit"} <= set(asked) and all(
        asked.values()
    )
    (one,) = described["/incidents/{identifier}.json"]["get"]["parameters"]
    assert (one["name"], one["in"], one["required"]) == ("identifier", "path", True)


def test_an_incident_shows_its_evidence(visitor):
    (row,) = visitor.incidents(status="disputed")
    page = visitor.get(f"/incidents/{row['id']}").text
    assert "Jets <mark>struck</mark> the market." in page and "Where accounts differ" in page
    content = visitor.get(f"/incidents/{row['id']}.json").json()
    assert {d["about"] for d in content["differing"]} >= {"what"}
    assert [s for c in content["claims"] for s in c["stretches"] if s["hit"]]


def test_a_beginning_of_an_id_and_an_id_of_another_kind_lead_to_the_page(visitor):
    (row,) = visitor.incidents(status="disputed")
    claim = visitor.get(f"/incidents/{row['id']}.json").json()["claims"][0]["id"]
    assert visitor.get(f"/incidents/{row['id'][:12]}").url.path == f"/incidents/{row['id']}"
    assert visitor.get(f"/incidents/{claim}").url.path == f"/claims/{claim}"


@pytest.mark.parametrize("address", ["/nothing", "/incidents/inc_none", "/reports/doc_none", "/add/none", "/judgements/jdg_none", "/control/clm"])  # fmt: skip
def test_what_is_not_there_is_said_with_a_way_on(address, visitor):
    page = visitor.get(address, 404).text
    assert "Not found" in page and 'href="/incidents"' in page
    assert visitor.get(f"{address}.json", 404).json().keys() == {"error", "way_out"}


def test_a_wrong_question_is_answered_with_what_to_do(visitor):
    assert "Write it as 2016-12-09" in visitor.get("/incidents?from=yesterday", 400).text
    assert "did you mean airstrike?" in visitor.get("/incidents.json?type=airstrik", 400).json()["way_out"]


def test_filters_stay_in_the_address_and_in_the_form(visitor):
    page = visitor.get("/incidents?type=airstrike&place=market&status=disputed").text
    assert '<option value="airstrike" selected>' in page and 'name="place" value="market"' in page
    assert "1 of " in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("from=2020-05-01&to=2020-05-03", "/?on=2020-05-03&span=3"),
        ("from=2020-05-01&family=remote&family=attack", "/?on=2020-05-04&span=4&hide=backing,civil,control,fighting,harm,other,relief,siege"),
        ("", "/?on=2020-05-04"),
        ("type=airstrike", ""),
        ("place=market&to=2020-05-03", ""),
    ],
)  # fmt: skip
def test_a_list_leads_to_the_map_that_shows_the_same(asked, shown, visitor):
    assert visitor.get(f"/incidents.json?{asked}").json()["map"] == shown


def test_words_too_common_to_be_looked_for_everywhere_are_said_to_be(visitor, monkeypatch):
    assert "than were looked at" not in visitor.get("/incidents?q=struck").text
    monkeypatch.setattr(search, "FILTERED", 1)
    assert "than were looked at" in visitor.get("/incidents?q=struck").text


# corrections


def test_a_corrected_field_survives_a_full_fusing(visitor):
    (row,) = visitor.incidents(status="disputed")
    page = visitor.correct(
        action="change", id=row["id"], field="type", value="shelling", back=f"/incidents/{row['id']}"
    )
    assert "Done:" in page.text and "<h1" in page.text and "Shelling" in page.text
    record = visitor.client.app.state.site.state.record
    desk.fuse(record)
    (now,) = [i for i in record.incidents() if i.place_name == "Market"]
    assert now.type == "shelling"


def test_merge_and_undo(visitor):
    before = visitor.incidents()
    strikes = [i["id"] for i in before if i["type"] == "airstrike"]
    done = visitor.correct(action="merge", id=strikes)
    merged = visitor.incidents()
    assert len(merged) == len(before) - 1 and "Undo" in done.text
    for old in strikes:
        assert visitor.get(f"/incidents/{old}").status_code == 200, (
            "a former id leads to the incident that took it over"
        )
    judgement = re.search(r"done=(jdg_\w+)", str(done.url))[1]
    visitor.correct(action="withdraw", id=judgement)
    assert [i["id"] for i in visitor.incidents()] == [i["id"] for i in before]


def test_split_gives_a_claim_an_incident_of_its_own(visitor):
    (row,) = visitor.incidents(status="disputed")
    claims = visitor.get(f"/incidents/{row['id']}.json").json()["claims"]
    denied = next(c["id"] for c in claims if c["status"] == "denied")
    visitor.correct(action="split", id=row["id"], claim=denied)
    assert not visitor.incidents(status="disputed") and visitor.incidents(status="denied")


def test_what_is_accepted_leaves_the_queue_and_what_is_rejected_the_record(visitor):
    waiting = [i["id"] for i in visitor.get("/review.json").json()["items"]]
    visitor.correct(action="accept", id=waiting[0])
    left = visitor.get("/review.json").json()
    assert waiting[0] not in [i["id"] for i in left["items"]] and left["settled"] == 1
    gone = visitor.correct(action="reject", id=waiting[1], back=f"/incidents/{waiting[1]}")
    assert gone.url.path.startswith("/judgements/") and "Take it back" in gone.text
    assert waiting[1] not in [i["id"] for i in visitor.incidents()]


def test_the_queue_begins_with_what_is_disputed_and_harmed_many(visitor):
    first = visitor.get("/review.json").json()["items"][0]
    assert first["row"]["status"] == "disputed" and "disputed" in first["why"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"by": ""}, "give your name"),
        ({"action": "change", "field": "start", "value": "soon"}, "write it as YYYY-MM-DD"),
        ({"action": "change", "field": "type", "value": "airstrik"}, "did you mean"),
        ({"action": "merge"}, "at least two different ids"),
        ({"action": "split"}, "mark the claims"),
        ({"action": "burn"}, "no correction"),
        ({"id": ""}, "nothing was chosen"),
    ],
)
def test_a_wrong_correction_is_shown_in_its_form(fields, told, visitor):
    (row,) = visitor.incidents(status="disputed")
    answer = visitor.correct(**({"action": "accept", "id": row["id"]} | fields))
    assert answer.status_code == 400 and told in answer.text and 'name="by"' in answer.text
    assert not list(visitor.client.app.state.site.state.record.judgements())


def test_the_name_is_asked_once(visitor):
    visitor.post("/review/name", by="Zoë  Ü", back="/review")
    assert 'name="by" value="Zoë Ü"' in visitor.get("/review").text


# hostile reports


@pytest.mark.parametrize("path", [*PAGES, "/search?q=struck", f"/search?q={HOSTILE}", f"/incidents?place={HOSTILE}"])
def test_markup_in_a_report_is_only_ever_text(path, visitor):
    assert_harmless(visitor.get(path).text)


def test_markup_in_a_report_is_text_on_its_own_pages(visitor):
    for report in visitor.get("/reports.json").json()["items"]:
        assert_harmless(visitor.get(f"/reports/{report['id']}").text)
    for row in visitor.incidents():
        assert_harmless(visitor.get(f"/incidents/{row['id']}").text)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def assert_harmless(page: str) -> None:
    for tag, attributes in Tags(page).found:
        assert tag not in ("img", "iframe", "object", "base", "style") and "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "script" or (attributes.get("src") or "").startswith("/")
        assert re.match(r"(?:/|#|\?|https?://|$)", attributes.get("href") or "")
    assert page.count("</script>") == page.count("<script ")


# hostile requests


def test_every_answer_says_what_its_page_may_do(visitor):
    for address, status in (("/", 200), ("/nothing", 404), ("/static/pages.css", 200), ("/api/record", 200)):
        headers = visitor.get(address, status).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy and headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_failure_is_a_page_that_says_what_to_do(visitor, monkeypatch):
    monkeypatch.setattr(visitor.client.app.state.site.state, "tallies", lambda _: 1 / 0)
    client = TestClient(visitor.client.app, base_url="http://localhost", raise_server_exceptions=False)
    answer = client.get("/civilians")
    assert answer.status_code == 500 and "report it with this: ZeroDivisionError" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert client.get("/civilians.json").json()["error"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8642", "127.0.0.1.evil.example", "192.168.1.9", ""])
def test_another_name_for_this_computer_is_refused(host, visitor):
    answer = visitor.client.get("/api/record", headers={"host": host})
    assert answer.status_code == 421 and "address it printed" in answer.text


@pytest.mark.parametrize("host", ["localhost:8642", "127.0.0.1:1", "[::1]:8642"])
def test_this_computers_own_names_are_known(host, visitor):
    assert visitor.client.get("/api/record", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://localhost:9999"}],
)  # fmt: skip
def test_a_post_from_another_site_changes_nothing(headers, visitor):
    (row,) = visitor.incidents(status="disputed")
    answer = visitor.post("/review", headers=headers, action="reject", id=row["id"], by="Eve")
    assert answer.status_code == 403 and visitor.incidents(status="disputed")


@pytest.mark.parametrize("stamp", ["", "0" * 64, "ü"])
def test_a_form_without_its_sessions_stamp_changes_nothing(stamp, visitor):
    (row,) = visitor.incidents(status="disputed")
    answer = visitor.correct(action="reject", id=row["id"], stamp=stamp)
    assert (
        answer.status_code == 403
        and "load the page anew" in answer.text.lower()
        and visitor.incidents(status="disputed")
    )


def test_a_stamp_is_good_for_its_own_session_alone(visit):
    one, other = visit(), visit()
    stolen = one.stamp()
    assert other.post("/review/name", stamp=stolen, by="Eve").status_code == 403


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fconfig.py", "/assets/../map.py", "/assets/%2e%2e%2fmap.py", "/reports/..%2f..%2fetc%2fpasswd", "/add/..%2f..", "/static//etc/passwd"])  # fmt: skip
def test_no_path_of_a_request_is_opened(path, visitor):
    answer = visitor.client.get(path)
    assert answer.status_code == 404 and "import" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"hosts": ("record.example",)}])
def test_a_server_for_others_needs_a_token(settings, tmp_path):
    with pytest.raises(UsageError, match="give a token"):
        create(Config(record=tmp_path / "r.db", **settings))


def test_a_proxy_cannot_open_to_others_what_asks_for_no_token(visitor):
    answer = visitor.client.get("/api/record", headers={"x-forwarded-for": "203.0.113.9"})
    assert answer.status_code == 421 and "hosts in dateline.toml" in answer.text


def test_behind_a_proxy_forms_are_taken_from_its_own_name(visit):
    visitor = visit(token="t0ken", hosts=("record.example",), at="http://record.example")
    stamp = re.search(r'name="stamp" value="(\w+)"', visitor.get("/login").text)[1]
    for origin, status in (("https://evil.example", 403), ("https://record.example", 303)):
        sent = {"data": {"stamp": stamp, "token": "t0ken"}, "headers": {"origin": origin}}
        assert visitor.client.post("/login", **sent, follow_redirects=False).status_code == status


def test_without_the_token_nothing_is_told(visit):
    visitor = visit(token="s3cret-token", host="0.0.0.0", at="http://192.168.1.9:8642")
    assert visitor.client.get("/api/record").status_code == 401
    assert visitor.client.get("/openapi.json").status_code == 401
    page = visitor.get("/incidents?q=market")
    assert page.url.path == "/login" and "Market" not in page.text
    stamp = re.search(r'name="stamp" value="(\w+)"', page.text)[1]
    wrong = visitor.client.post("/login", data={"stamp": stamp, "token": "s3cret-tokem", "next": "/incidents"})
    assert wrong.status_code == 403 and "not the token" in wrong.text
    assert visitor.client.get("/api/record").status_code == 401
    right = visitor.client.post("/login", data={"stamp": stamp, "token": "s3cret-token", "next": "/incidents?q=market"})
    assert right.url.path == "/incidents" and "Market" in right.text
    cookie = right.history[0].headers["set-cookie"]
    link = TestClient(visitor.client.app, base_url="http://192.168.1.9:8642").get("/login")
    assert "dateline_session" not in link.headers["set-cookie"], "a link from elsewhere ends no session"
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "s3cret" not in cookie
    out = visitor.post("/logout")
    assert out.url.path == "/login" and visitor.client.get("/api/record").status_code == 401


def test_after_entering_nobody_is_sent_to_another_site(visit):
    visitor = visit(token="t0ken", host="0.0.0.0", at="http://192.168.1.9:8642")
    for address in ("//evil.example", "https://evil.example", "/\\evil.example"):
        stamp = re.search(r'name="stamp" value="(\w+)"', visitor.get("/login").text)[1]
        answer = visitor.client.post(
            "/login", data={"stamp": stamp, "token": "t0ken", "next": address}, follow_redirects=False
        )
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize("session", ["entered.abc.def", "entered.abc", "", "..", "visitor.x.y", "\xff"])
def test_a_made_up_session_lets_nobody_in(session, visit):
    visitor = visit(token="t0ken", host="0.0.0.0", at="http://192.168.1.9:8642")
    answer = visitor.client.get("/api/record", headers={"cookie": f"dateline_session={session}".encode("latin-1")})
    assert answer.status_code == 401


# adding


def test_a_ten_megabyte_paste_is_refused_with_what_to_do(visitor):
    for sent in (
        visitor.post("/add", files={"files": ("", b"")}, text="x" * 10_000_000),  # as the page sends it
        visitor.post("/add", text="x" * 10_000_000),
    ):
        assert (
            sent.status_code == 413
            and "Too much at once" in sent.text
            and re.search("one by one|send less", sent.text.lower())
        )


def test_a_body_that_lies_about_its_size_is_refused_while_it_is_read(visit):
    visitor = visit(upload_mb=1)
    seen = 0

    def endless():
        nonlocal seen
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(50):
            seen += 1
            yield b"a" * 100_000

    answer = visitor.client.post("/add", content=endless(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413 and "send less" in answer.text.lower()


def test_too_many_files_are_refused_with_what_to_do(visit):
    visitor = visit(upload_files=2)
    files = [("files", (f"{n}.txt", b"text")) for n in range(3)]
    answer = visitor.post("/add", files=files)
    assert answer.status_code == 413 and "more than 2 files" in answer.text.lower()


def test_nothing_to_add_says_so(visitor):
    answer = visitor.post("/add", text="  ")
    assert answer.status_code == 400 and "paste a report" in answer.text.lower()


def test_what_cannot_be_read_is_named_with_its_way_out(visit, tmp_path):
    visitor = visit(tmp_path / "new.db")
    files = [("files", ("../../etc/evil.pdf", b"%PDF\x00\x01\x02")), ("files", ("empty.txt", b" "))]
    page = visitor.post("/add", files=files)
    visitor.client.app.state.site.work.wait(30)
    told = visitor.get(f"{page.url.path}.json").json()
    assert [(f["where"], bool(f["way_out"])) for f in told["failures"]] == [("evil.pdf", True), ("empty.txt", True)]
    assert told["stage"] == "done" and "empty.txt" in visitor.get(page.url.path).text
    assert "empty.txt" in visitor.get("/reports").text


def test_more_is_not_taken_while_too_much_waits(visitor, monkeypatch):
    monkeypatch.setattr(work, "WAITING", 0)
    answer = visitor.post("/add", text="Rebels captured a village.")
    assert answer.status_code == 503 and "when they are done" in answer.text


def test_a_correction_made_while_conclusions_are_drawn_is_concluded_from_too(visitor, monkeypatch):
    (row,) = visitor.incidents(status="disputed")
    site, drawn = visitor.client.app.state.site, []

    def fuse(*what):
        drawn.append(1)
        found = fused(*what)
        if len(drawn) == 1:  # a person corrects after everything was looked at and before it is put down
            review.change(site.state.record, row["id"], "type", "bombing", by="Ada")
        return found

    fused = desk.fusing.fuse
    monkeypatch.setattr(desk.fusing, "fuse", fuse)
    visitor.correct(action="accept", id=row["id"])
    assert site.work.wait(20) and len(drawn) == 2
    assert visitor.incidents(type="bombing")


def test_what_another_program_adds_is_concluded_from(visit, tmp_path, monkeypatch):
    monkeypatch.setattr(work, "LOOK", 0.05)
    path = fill(tmp_path / "r.db")
    visitor = visit(path)
    before = len(visitor.incidents())
    with Record(path) as other:
        other.append(make_document("c"), [make_claim("clash", document="doc_c", place="hill", killed=(3, 3))])
    deadline = time.monotonic() + 10
    while len(visitor.incidents()) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(visitor.incidents()) == before + 1


# the command


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_serve_says_where_it_is_and_stops_when_asked(host, tmp_path):
    command = [sys.executable, "-c", "from dateline.cli import main; main()", "serve", "--port", "0", "--host", host]
    running = subprocess.Popen([*command, "--record", str(tmp_path / "new.db")], stderr=subprocess.PIPE, text=True)
    try:
        line = running.stderr.readline()
        port = re.search(r"at http://\S+:(\d+)/ \(stop with Ctrl\+C\)", line)[1]
        if host == "0.0.0.0":
            token = re.search(r"shown only now: (\S{20,})", running.stderr.readline())[1]
            assert "unencrypted" in running.stderr.readline() and token
        answer = answered(f"http://127.0.0.1:{port}/api/record")
        assert answer.status_code == (401 if host == "0.0.0.0" else 200)
    finally:
        running.send_signal(signal.SIGINT)
    assert running.wait(20) == 0


def answered(address: str):
    """An answer of a server that may still be starting."""
    for _ in range(50):
        try:
            return httpx.get(address, timeout=10)
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")


def test_an_address_in_use_says_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="choose another with --host or --port"):
            run.serve(Config(record=tmp_path / "r.db", port=taken.getsockname()[1]), print)


@pytest.mark.parametrize("settings", [{"tiles": "https://t.example/{z}/{x}/{y}.png"}, {"tiles": "http://t.example"}, {"port": 70000}, {"upload_mb": 0}])  # fmt: skip
def test_wrong_settings_are_refused(settings):
    with pytest.raises(UsageError):
        Config(**settings)


def test_configured_tiles_may_be_loaded_and_nothing_else(visit):
    visitor = visit(tiles="https://t.example/{z}/{x}/{y}.png", tiles_attribution="© Somebody")
    assert "img-src 'self' data: blob: https://t.example;" in visitor.get("/").headers["content-security-policy"]
