"""The map page: complete, harmless whatever reports say, and usable in a browser with no network."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dateline.model.concluded import Assertion, ControlState, Incident, Proposal, Reason, Step, Toll
from dateline.model.said import Claim, Document, Span
from dateline.model.world import Actor, ActorRef, GroundedClaim, Place, PlaceRef, Source, TimeRef
from dateline.present.map import render
from dateline.present.view import View, view

DAY = date(2021, 5, 14)
TOWN = Place(id="t1", name="Northford", kind="town", lat=10.0, lon=20.0, radius_km=3.0, country="XX")
ARMY = Actor(id="XX-GOV", name="Army of the North", kind="military", side="XX-GOV")
SENTENCES = (
    "Troops captured the mill on Friday, a spokesman said.",
    "Shells fell near the bridge.",
    "Gunmen attacked a farm somewhere in the hills.",
)
HOSTILE = "</script><script>window.harmed=1</script><img src=x onerror='window.harmed=1'><!--<script>&amp;\u2028"


def _document(sentences: tuple[str, ...], title: str, url: str = "") -> Document:
    return Document(
        id="doc_1", name="one", text=" ".join(sentences), title=title, outlet="The Herald", published=DAY, url=url
    )


def _claim(document: Document, n: int, sentence: str, kind: str, placed: bool) -> GroundedClaim:
    start = document.text.index(sentence)
    verb = start + sentence.index(" ") + 1
    end = document.text.index(" ", verb)
    claim = Claim(
        id=f"clm_{n}",
        document=document.id,
        type=kind,
        status="happened",
        trigger=Span(document=document.id, start=verb, end=end, text=document.text[verb:end]),
        evidence=Span(document=document.id, start=start, end=start + len(sentence), text=sentence),
    )
    day = DAY - timedelta(days=2 * n)
    return GroundedClaim(
        claim=claim,
        actor=(ActorRef(text="troops", actor=ARMY),),
        time=TimeRef(start=day, end=day, grain="day", basis="stated", precision=1),
        place=(PlaceRef(text="Northford", place=TOWN, precision=1),) if placed else (),
        source=(Source(text="a spokesman", kind="official", name="the army spokesman"),),
    )


def _incident(grounded: GroundedClaim, n: int, placed: bool) -> Incident:
    when = grounded.time.start if grounded.time else None
    return Incident(
        id=f"inc_{n}",
        type=grounded.claim.type,
        status="reported",
        start=when,
        end=when,
        date_precision=1,
        place=TOWN.id if placed else "",
        place_name=TOWN.name if placed else "",
        lat=TOWN.lat if placed else None,
        lon=TOWN.lon if placed else None,
        radius_km=TOWN.radius_km if placed else None,
        where_precision=1 if placed else None,
        actors=(ARMY.name,),
        targets=(),
        means=(),
        tolls=(Toll(of="killed", low=3, high=None, who="", source="the army spokesman", claims=(grounded.claim.id,)),),
        claims=(grounded.claim.id,),
        reports=1,
        outlets=1,
        originators=1,
        reasons=(Reason(feature="grouping", score=1.0, detail="same place and day"),),
    )


def _control(grounded: GroundedClaim) -> ControlState:
    said = Assertion(
        claim=grounded.claim.id,
        holder="XX-GOV",
        claimant="the army spokesman",
        claimant_kind="official",
        claimant_side="XX-GOV",
        day=DAY,
        known=DAY,
        effect="takes",
    )
    return ControlState(
        id="ctl_1",
        place=TOWN.id,
        place_name=TOWN.name,
        lat=TOWN.lat,
        lon=TOWN.lon,
        radius_km=TOWN.radius_km,
        state="claimed",
        holder="",
        claimed_by="XX-GOV",
        since=DAY,
        until=None,
        as_of=DAY,
        assertions=(said,),
        reasons=(Reason(feature="assertions", score=1.0, detail="only XX-GOV itself says so"),),
    )


def _record(sentences: tuple[str, ...] = SENTENCES, title: str = "A day at the mill", url: str = "") -> View:
    """Two incidents at one point, a third with no place, a state of control and a proposal."""
    document = _document(sentences, title, url)
    placed = (True, True, False)
    claims = [
        _claim(document, n, s, kind, p)
        for n, (s, kind, p) in enumerate(zip(sentences, ("capture", "shelling", "attack"), placed, strict=True))
    ]
    incidents = [_incident(g, n, p) for n, (g, p) in enumerate(zip(claims, placed, strict=True))]
    step = Step(claim=claims[1].claim.id, move="proposed", by="a mediator", day=DAY, source="The Herald")
    proposal = Proposal(
        id="prp_1", topic="ceasefire", place=TOWN.id, place_name=TOWN.name, opened=DAY, outcome="open", steps=(step,)
    )
    return view([document], claims, incidents, [_control(claims[0])], [proposal])


def _embedded(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="record">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_every_conclusion_is_on_the_page_with_the_claims_and_reports_behind_it() -> None:
    shown = _record()
    data = _embedded(render(shown))
    assert [i["id"] for i in data["incidents"]] == [i.id for i in shown.incidents]
    assert [s["id"] for s in data["control"]] == ["ctl_1"] and [p["id"] for p in data["proposals"]] == ["prp_1"]
    assert {c: claim["evidence"]["text"] for c, claim in data["claims"].items()} == {
        f"clm_{n}": s for n, s in enumerate(SENTENCES)
    }
    assert {claim["report"] for claim in data["claims"].values()} <= data["reports"].keys()
    assert data["towns"] == [{"name": "Northford", "lat": 10.0, "lon": 20.0, "kind": "town", "mentions": 2}]


def test_parties_are_named_and_not_coded() -> None:
    (state,) = _embedded(render(_record()))["control"]
    assert (state["claimed_by"], state["assertions"][0]["holder"]) == (ARMY.name, ARMY.name)
    assert state["reasons"][0]["detail"] == "only Army of the North itself says so"


def test_the_text_of_a_report_beyond_its_quotes_stays_out_of_the_page() -> None:
    document = _document((*SENTENCES, "Nothing else happened at all."), "t")
    page = render(View(DAY, {document.id: document}, {}, (), (), ()))
    assert "Nothing else happened" not in page


def test_the_page_asks_for_nothing_and_forbids_asking() -> None:
    page = render(_record())
    assert not re.findall(r"<(?:link|img|iframe|object|embed)\b", page.split("<body>")[0])
    assert not re.findall(r"<script[^>]*\bsrc=", page)
    assert not re.findall(r"(?:url\(|@import)\s*['\"]?https?:", page)
    assert "default-src 'none'" in page and "connect-src blob: data:;" in page


@pytest.mark.parametrize("hostile", [HOSTILE, "<!-- <script>", "&lt;/script&gt;</ScRiPt >"])
def test_hostile_text_stays_data(hostile: str) -> None:
    shown = _record((f"Troops captured {hostile} it.", *SENTENCES[1:]), title=hostile, url="javascript:window.harmed=1")
    page = render(shown)
    assert _embedded(page)["claims"]["clm_0"]["evidence"]["text"] == f"Troops captured {hostile} it."
    assert hostile not in page
    assert len(re.findall(r"<script\b", page)) == len(re.findall(r"</script\b", page)) == 2


def test_an_empty_record_has_a_page() -> None:
    assert _embedded(render(View(None, {}, {}, (), (), ())))["incidents"] == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; tests that need it are skipped without one unless DATELINE_REQUIRE_BROWSER=1."""
    program = Path(os.environ.get("DATELINE_CHROMIUM", "/usr/bin/chromium"))
    if not program.exists():
        why = f"no Chromium at {program}"
        pytest.fail(why) if os.environ.get("DATELINE_REQUIRE_BROWSER") == "1" else pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def _opened(browser: Any, page_text: str, folder: Path, width: int) -> tuple[Any, list[str]]:
    """The page opened from a file with the network off, and a list that errors and outside requests go into."""
    file = folder / "map.html"
    file.write_text(page_text, "utf-8")
    page = browser.new_context(offline=True, viewport={"width": width, "height": 900}).new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: wrong.append(request.url) if not request.url.startswith(("file:", "blob:", "data:")) else None,
    )
    page.goto(file.as_uri())
    return page, wrong


def test_the_page_works_from_a_file(browser: Any, tmp_path: Path) -> None:
    page, wrong = _opened(browser, render(_record()), tmp_path, 1280)
    page.get_by_role("button", name=re.compile("Capture, Northford")).click()
    quote = page.locator("blockquote").first
    assert quote.inner_text() == SENTENCES[0] and quote.locator("mark").inner_text() == "captured"
    assert "the army spokesman (official)" in page.locator("figcaption").inner_text()
    assert "at least 3" in page.locator(".tolls").inner_text()

    page.keyboard.press("Escape")
    slider = page.get_by_role("slider", name="Day")
    assert page.locator(".day").inner_text() == "14 May 2021"
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".day").inner_text() == slider.get_attribute("aria-valuetext") == "13 May 2021"
    assert page.get_by_role("button", name=re.compile("Capture, Northford")).count() == 0

    page.get_by_label("Air strikes, shelling, bombs").uncheck()
    assert page.get_by_role("button", name=re.compile("Shelling, Northford")).count() == 0
    page.get_by_role("button", name=re.compile("Not on the map")).click()
    assert page.get_by_role("button", name=re.compile("^Attack")).is_visible()
    assert not wrong


def test_incidents_at_one_point_of_the_map_open_one_by_one(browser: Any, tmp_path: Path) -> None:
    page, wrong = _opened(browser, render(_record()), tmp_path, 600)
    canvas = page.locator("canvas.maplibregl-canvas")
    stack = page.get_by_text("2 incidents at this point.")
    for _ in range(40):  # the map is drawn when its worker has read the base map
        canvas.click()
        if stack.is_visible():
            break
        page.wait_for_timeout(250)
    page.get_by_role("button", name=re.compile("Shelling, Northford")).click()
    assert page.locator("blockquote").inner_text() == SENTENCES[1]
    page.get_by_role("button", name=re.compile("Back")).click()
    page.get_by_role("button", name=re.compile("Capture, Northford")).click()
    assert page.locator("blockquote").inner_text() == SENTENCES[0]
    assert not wrong


def test_hostile_text_does_nothing_in_a_browser(browser: Any, tmp_path: Path) -> None:
    shown = _record((f"Troops captured {HOSTILE} it.", *SENTENCES[1:]), title=HOSTILE, url="javascript:window.harmed=1")
    page, wrong = _opened(browser, render(shown), tmp_path, 1280)
    page.get_by_role("button", name=re.compile("Capture, Northford")).click()
    assert "<img src=x" in page.locator("blockquote").inner_text()
    assert page.locator("article a, article img").count() == 0
    assert page.evaluate("window.harmed") is None
    assert not wrong


def test_a_shared_link_shows_the_same_day_and_thing(browser: Any, tmp_path: Path) -> None:
    page, wrong = _opened(browser, render(_record()), tmp_path, 1280)
    page.get_by_role("slider", name="Day").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Changes of control").uncheck()
    page.get_by_role("button", name=re.compile("Shelling, Northford")).click()
    page.locator("blockquote").wait_for()
    other = browser.new_context(offline=True).new_page()
    other.goto(page.url)
    assert other.locator("blockquote").inner_text() == SENTENCES[1]
    assert other.locator(".day").inner_text() == page.locator(".day").inner_text() == "12 May 2021"
    assert not other.get_by_label("Changes of control").is_checked()
    assert not wrong


def test_what_changed_between_two_days(browser: Any, tmp_path: Path) -> None:
    page, wrong = _opened(browser, render(_record()), tmp_path, 1280)
    page.get_by_role("button", name="Changes", exact=True).click()
    changes = page.get_by_role("region", name="Changes")
    assert "claimed by Army of the North" in changes.inner_text() and "Capture, Northford" in changes.inner_text()
    changes.get_by_label("After").fill("2021-05-14")
    page.get_by_text("Nothing changed between these days").wait_for()
    assert not wrong


def test_ten_thousand_incidents_are_under_fifteen_megabytes() -> None:
    shown = _record()
    claim, incident, document = next(iter(shown.claims.values())), shown.incidents[0], next(iter(shown.documents.values()))
    documents = {f"doc_{n}": replace(document, id=f"doc_{n}") for n in range(1000)}
    claims = {f"clm_{n:020}": replace(claim, claim=replace(claim.claim, id=f"clm_{n:020}", document=f"doc_{n // 10}")) for n in range(10_000)}
    incidents = tuple(replace(incident, id=f"inc_{n:016}", claims=(c,), lat=n / 1000) for n, c in enumerate(claims))
    page = render(View(shown.on, documents, claims, incidents, (), ()))
    assert page.count('"id":"inc_') == 10_000 and len(page.encode()) < 15_000_000
