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

from dateline import desk, review
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

    def __init__(self, record: Path, token: str = "") -> None:
        self.app = create(Config(record=record, reader="fast"), token=token)
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
    opened.on(
        "console", lambda m: wrong.append(m.text) if m.type == "error" and "Failed to load" not in m.text else None
    )
    opened.on(
        "request", lambda r: wrong.append(r.url) if not r.url.startswith((served.address, "blob:", "data:")) else None
    )
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
    assert (
        other.locator(".rows").inner_text() == shown
        and other.get_by_role("textbox", name="Place").input_value() == "aleppo"
    )
    other.context.close()
    assert served.json("/incidents.json?" + page.url.partition("?")[2])["total"] == page.locator(".row").count()


def test_a_pasted_report_appears(page: Any) -> None:
    add(page, PASTED, "A village changes hands")
    page.get_by_role("link", name="incident", exact=True).first.click()
    assert page.locator("blockquote").first.is_visible()
    page.goto("/search?q=touman")
    assert page.get_by_role("link", name="A village changes hands").is_visible()


def test_files_are_chosen_or_dropped_and_what_fails_is_named(page: Any, tmp_path: Path) -> None:
    page.goto("/add")
    page.evaluate("""() => {
        const sent = new DataTransfer()
        sent.items.add(new File(['Rebels captured the town of Jarablus in Syria on 3 December 2016, a spokesman said.'], 'town.txt'))
        sent.items.add(new File(['%PDF-1.7\\0\\1\\2'], 'scan.pdf'))
        document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop', { dataTransfer: sent, cancelable: true, bubbles: true }))
    }""")
    assert page.locator("[data-chosen]").inner_text() == "town.txt, scan.pdf"
    page.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="Added", exact=True).wait_for(timeout=60_000)
    assert "1 report added" in page.locator("main").inner_text()
    assert "scan.pdf" in page.locator(".wrong-list").inner_text()
    big = tmp_path / "big.txt"
    big.write_bytes(b"x" * 21_000_000)
    page.goto("/add")
    page.get_by_label("Files").set_input_files(big)
    page.get_by_role("button", name="Add").click()
    assert "More than 20 MB" in page.get_by_role("alert").inner_text() and page.url.endswith("/add")


def test_a_corrected_field_survives_a_full_fusing(page: Any, served: Served) -> None:
    row = served.json("/incidents.json?status=disputed")["items"][0]
    give_name(page)
    page.goto(f"/incidents/{row['id']}")
    page.get_by_label("First day").fill("2016-11-28")
    page.get_by_role("button", name="Set first day").click()
    assert "Done: Ada corrected the first day of 1 incident to 2016-11-28" in page.locator(".done").inner_text()
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


PAGES = ("/incidents", "/incidents?q=zzz", "/control", "/changes", "/proposals", "/civilians", "/sources", "/reports", "/search", "/search?q=aleppo", "/add", "/review", "/api", "/login", "/nothing")  # fmt: skip


def addresses(served: Served) -> list[str]:
    """Every kind of page."""
    of = ("incidents", "control", "proposals", "civilians", "reports")
    first = {name: served.json(f"/{name}.json")["items"][0]["id"] for name in of}
    claim = served.json(f"/incidents/{first['incidents']}.json")["claims"][0]["id"]
    with Record(served.app.state.site.settings.record) as record:
        judgement = review.accept(record, [claim], by="Ada")
        review.withdraw(record, judgement.id, by="Ada")
    more = [f"/claims/{claim}", f"/judgements/{judgement.id}", f"/review?done={judgement.id}"]
    return [*PAGES, *(f"/{name}/{i}" for name, i in first.items()), *more, f"/add/{next(iter(served.work.jobs))}"]


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


def test_a_link_from_another_site_is_followed_by_those_who_entered(browser: Any, tmp_path: Path) -> None:
    guarded = Served(tmp_path / "new.db", token="t0ken")
    ours, theirs = guarded.address.replace("127.0.0.1", "localhost"), guarded.address  # two names, so two sites
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{ours}/incidents")
    page.get_by_label("Token").fill("t0ken")
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("heading", name="Incidents", exact=True).wait_for()
    page.goto(f"{theirs}/login")
    page.evaluate(f"document.body.innerHTML = '<a href=\"{ours}/sources\">look</a>'")
    page.get_by_role("link", name="look").click()
    page.get_by_role("heading", name="Sources", exact=True).wait_for()
    context.close()
    guarded.stop()


@pytest.fixture
def map_page(page: Any) -> Any:
    if not BUILT:
        required("the front end was not built; run: pip install --editable .")
    page.goto("/")
    page.get_by_role("slider", name="Day").wait_for(timeout=30_000)
    return page


def test_the_slider_changes_control(map_page: Any) -> None:
    map_page.get_by_role("button", name=re.compile("^Control")).click()
    last = map_page.locator(".panel .rows").inner_text()
    slider = map_page.get_by_role("slider", name="Day")
    slider.focus()
    day = slider.get_attribute("aria-valuetext")
    with map_page.expect_response(re.compile("/api/control")):
        map_page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") != day
    map_page.wait_for_function("before => document.querySelector('.panel').innerText.indexOf(before) < 0", arg=last)


def test_a_row_beside_the_map_opens_its_evidence(map_page: Any) -> None:
    map_page.locator(".panel .row").first.click()
    quote = map_page.locator(".panel blockquote").first
    assert quote.locator("mark").inner_text() in quote.inner_text()
    map_page.get_by_role("link", name=re.compile("Open its page")).click()
    map_page.get_by_role("heading", name="Review", exact=True).wait_for()


def test_a_shared_link_shows_the_same_map(map_page: Any, browser: Any) -> None:
    map_page.locator(".panel .row").nth(2).click()
    quote = map_page.locator(".panel blockquote").first.inner_text()
    map_page.get_by_role("slider", name="Day").focus()
    map_page.keyboard.press("ArrowLeft")
    map_page.wait_for_function("location.search.includes('open=') && location.search.includes('on=')")
    day = map_page.get_by_role("slider", name="Day").get_attribute("aria-valuetext")
    other = browser.new_context().new_page()
    other.goto(map_page.url)
    assert other.locator(".panel blockquote").first.inner_text() == quote
    assert other.get_by_role("slider", name="Day").get_attribute("aria-valuetext") == day
    other.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation_on_the_map(scheme: str, map_page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    map_page.emulate_media(color_scheme=scheme)
    map_page.locator(".panel .row").first.wait_for()
    found = Axe().run(map_page).response
    assert not [(v["id"], v["nodes"][0]["html"]) for v in found["violations"] if v["impact"] in ("serious", "critical")]
