"""The application in a real browser: look, open evidence, add, correct, undo, search, and everything by keyboard."""

import os
import re
import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn

from dateline import desk
from dateline.config import Config
from dateline.serve.app import create
from dateline.store import Record

HOSTILE = "</title><script>window.harmed=1</script><img src=x onerror='window.harmed=1'>"
PASTED = (
    "Rebels captured the village of Khan Touman in Syria on Monday, a spokesman said. "
    "Government jets bombed the village overnight, killing at least 14 people, according to the Syrian Observatory for Human Rights."
)
ARABIC = "قصفت الطائرات الحربية حي الشعار"
PATIENCE = 10_000  # milliseconds
BUILT = files("dateline.present").joinpath("assets", "app.js").is_file()


def required(what: str) -> None:
    """Skip what cannot be tested here, unless it must be."""
    pytest.fail(what) if os.environ.get("DATELINE_REQUIRE_BROWSER") == "1" else pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = Path(os.environ.get("DATELINE_CHROMIUM", "/usr/bin/chromium"))
    if not program.exists():
        required(f"no Chromium at {program}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


class Served:
    """A record served at a free port of this computer."""

    def __init__(self, record: Path) -> None:
        self.app = create(Config(record=record, reader="fast"))
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_level="warning"))
        self.thread = Thread(target=self.server.run, kwargs={"sockets": [listener]}, daemon=True)
        self.thread.start()

    @property
    def work(self) -> Any:
        return self.app.state.site.work

    def json(self, address: str) -> Any:
        return httpx.get(self.address + address, timeout=30).json()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture(scope="module")
def served(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:  # noqa: ARG001 (first: it may skip)
    """The bundled reports, sent as files to an empty record."""
    running = Served(tmp_path_factory.mktemp("served") / "demo.db")
    samples = [f for f in files("dateline.data").joinpath("samples").iterdir() if f.name.endswith(".txt")]
    with httpx.Client(base_url=running.address, timeout=60) as client:
        stamp = re.search(r'name="stamp" value="(\w+)"', client.get("/add").text)
        assert stamp
        sent = [("files", (f.name, f.read_bytes())) for f in sorted(samples, key=lambda f: f.name)]
        assert client.post("/add", data={"stamp": stamp[1]}, files=sent).status_code == 303
    assert running.work.wait(120)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """A page of a new visitor; what goes wrong in it fails the test."""
    context = browser.new_context(base_url=served.address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda m: wrong.append(m.text) if m.type == "error" and "Failed to load" not in m.text else None)
    opened.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((served.address, "blob:", "data:")) else None)
    yield opened
    context.close()
    assert not wrong


def add(page: Any, text: str, title: str = "", date: str = "2016-11-29") -> None:
    """Paste a report and wait until it is read."""
    page.goto("/add")
    page.get_by_label("Text").fill(text)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Published on").fill(date)
    page.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="Added", exact=True).wait_for(timeout=60_000)


def give_name(page: Any, name: str = "Ada") -> None:
    page.goto("/review")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Change").wait_for()
    page.wait_for_load_state()


def test_the_sample_reports_sent_as_files_are_all_there(page: Any, served: Served) -> None:
    page.goto("/reports")
    assert page.locator(".row").count() == served.json("/api/record")["counts"]["reports"] == 12


def test_an_incident_of_the_list_opens_its_evidence(page: Any) -> None:
    page.goto("/incidents?status=disputed")
    page.locator(".row-title").first.click()
    quote = page.locator("blockquote").first
    assert quote.locator("mark").inner_text() in quote.inner_text()
    assert page.get_by_role("heading", name="Where accounts differ").is_visible()
    page.locator("figcaption a").first.click()
    assert page.locator(".report-text mark").count() > 1
    assert page.locator("li:target").count() == 1


def test_a_shared_link_shows_the_same_view(page: Any, browser: Any, served: Served) -> None:
    page.goto("/incidents")
    page.get_by_label("Type").select_option("shelling")
    page.get_by_role("textbox", name="Place").fill("aleppo")
    page.get_by_role("button", name="Filter").click()
    shown = page.locator(".rows").inner_text()
    other = browser.new_context().new_page()
    other.goto(page.url)
    assert other.locator(".rows").inner_text() == shown and other.get_by_role("textbox", name="Place").input_value() == "aleppo"
    other.context.close()
    assert served.json("/incidents.json?" + page.url.partition("?")[2])["total"] == page.locator(".row").count()


def test_a_pasted_report_appears(page: Any) -> None:
    add(page, PASTED, "A village changes hands")
    page.get_by_role("link", name="incident", exact=True).first.click()
    assert page.locator("blockquote").first.is_visible()
    page.goto("/search?q=touman")
    assert page.get_by_role("link", name="A village changes hands").is_visible()


def test_a_corrected_field_survives_a_full_fusing(page: Any, served: Served) -> None:
    row = served.json("/incidents.json?status=disputed")["items"][0]
    give_name(page)
    page.goto(f"/incidents/{row['id']}")
    page.get_by_label("First day").fill("2016-11-28")
    page.get_by_role("button", name="Set first day").click()
    assert "Done: Ada corrected start: 2016-11-28" in page.locator(".done").inner_text()
    with Record(Path(served.app.state.site.settings.record)) as record:
        desk.fuse(record)
    page.reload()
    assert page.locator("dl time").first.get_attribute("datetime") == "2016-11-28"
    page.get_by_role("button", name="Undo").click()
    assert page.locator("dl time").first.get_attribute("datetime") == row["start"]


def test_merge_and_undo_by_keyboard(page: Any, served: Served) -> None:
    before = served.json("/incidents.json")["total"]
    give_name(page)
    for key in ("j", "m", "j", "m"):
        page.keyboard.press(key)
    assert page.get_by_label("mark for merging").nth(1).is_checked()
    with page.expect_navigation():
        page.keyboard.press("Shift+M")
    assert "merged" in page.locator(".done").inner_text()
    assert served.json("/incidents.json")["total"] == before - 1
    with page.expect_navigation():
        page.keyboard.press("u")
    assert served.json("/incidents.json")["total"] == before


def test_the_queue_is_worked_by_keyboard(page: Any, served: Served) -> None:
    give_name(page)
    first = served.json("/review.json")["items"][0]["id"]
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == first
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.name") == "value"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator(".keys dl").is_visible()
    with page.expect_navigation():
        page.keyboard.press("a")
    assert first not in [i["id"] for i in served.json("/review.json")["items"]]
    with page.expect_navigation():
        page.keyboard.press("u")
    assert first in [i["id"] for i in served.json("/review.json")["items"]]


def test_without_a_name_a_correction_asks_for_it(page: Any, served: Served) -> None:
    row = served.json("/incidents.json")["items"][-1]
    page.goto(f"/incidents/{row['id']}")
    page.get_by_role("button", name="Accept").click()
    page.get_by_label("Your name").fill("Grace")
    page.get_by_role("button", name="Accept").click()
    assert "Grace accepted" in page.locator(".done").inner_text()
    page.get_by_role("button", name="Undo").click()


def test_search_finds_reports_claims_places_and_parties(page: Any) -> None:
    page.goto("/incidents")
    page.get_by_role("searchbox").fill("aleppo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for part in ("Places and parties", "Incidents", "Claims", "Reports"):
        assert page.get_by_role("heading", name=part, exact=True).is_visible()
    assert page.locator("mark").first.inner_text().lower() == "aleppo"


def test_a_hostile_report_does_nothing(page: Any) -> None:
    add(page, f"Rebels captured {HOSTILE} the town of Azaz in Syria on Monday, said {HOSTILE}.", HOSTILE)
    page.locator(".card h2 a").first.click()
    assert page.locator("h1").inner_text() == HOSTILE
    for address in ("/reports", "/search?q=harmed", "/incidents", "/review", "/sources"):
        page.goto(address)
        assert page.evaluate("window.harmed") is None and page.locator("main img").count() == 0


def test_right_to_left_text_runs_right_to_left(page: Any) -> None:
    add(page, "Rebels captured the town of Azaz in Syria on Tuesday, a spokesman said.", ARABIC)
    page.goto("/reports")
    title = page.get_by_role("link", name=ARABIC)
    assert title.evaluate("e => getComputedStyle(e).direction") == "rtl"


PAGES = ("/incidents", "/incidents?q=zzz", "/control", "/changes", "/proposals", "/civilians", "/sources", "/reports", "/search?q=aleppo", "/add", "/review", "/api", "/nothing")  # fmt: skip


def addresses(served: Served) -> list[str]:
    """Every kind of page."""
    of = ("incidents", "control", "proposals", "civilians", "reports")
    return [*PAGES, *(f"/{name}/{served.json(f'/{name}.json')['items'][0]['id']}" for name in of)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(scheme: str, page: Any, served: Served) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    for address in addresses(served):
        page.goto(address)
        found = Axe().run(page).response
        assert found["passes"], "axe looked at nothing"
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        assert not serious, (address, [(v["id"], v["nodes"][0]["html"]) for v in serious])


def test_pages_fit_a_phone_and_do_not_move_while_they_load(browser: Any, served: Served) -> None:
    context = browser.new_context(base_url=served.address, viewport={"width": 360, "height": 740})
    page = context.new_page()
    moved = "new Promise(r => new PerformanceObserver(l => r(l.getEntries().reduce((s, e) => s + e.value, 0))).observe({type: 'layout-shift', buffered: true}) || setTimeout(() => r(0), 150))"
    for address in addresses(served):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        assert page.evaluate(moved) < 0.05, address
    context.close()


def test_pages_work_without_script(browser: Any, served: Served) -> None:
    context = browser.new_context(base_url=served.address, java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    give_name(page)
    row = served.json("/review.json")["items"][0]
    page.locator(f"#{row['id']}").get_by_role("button", name="Accept").click()
    assert page.locator(".done").is_visible()
    page.locator(".done").get_by_role("button", name="Undo").click()
    assert page.locator(f"#{row['id']}").is_visible()
    context.close()


@pytest.fixture
def map_page(page: Any) -> Any:
    if not BUILT:
        required("the front end was not built; run: pip install --editable .")
    page.goto("/")
    page.get_by_role("slider", name="Day").wait_for(timeout=30_000)
    return page


def test_the_slider_changes_control(map_page: Any) -> None:
    slider = map_page.get_by_role("slider", name="Day")
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    with map_page.expect_response(re.compile("/api/control")):
        map_page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") != before
