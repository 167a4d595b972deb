"""Makes the pictures of `docs/images/`: the bundled reports, served, in Debian's Chromium.

    python docs/make_images.py [--out docs/images]

Needs the test extra and /usr/bin/chromium (or DATELINE_CHROMIUM). Some 40 seconds.
"""

from __future__ import annotations

import argparse
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from playwright.sync_api import sync_playwright

from dateline import desk, ingest
from dateline.config import Config
from dateline.serve.app import create
from dateline.store import Record

DESKTOP, PHONE = (1280, 800), (390, 844)
# name, address, size, colour scheme; ID stands for the incident whose accounts differ
PICTURES = [
    ("map", "/?open=ID", DESKTOP, "light"), ("map-dark", "/", DESKTOP, "dark"), ("map-phone", "/", PHONE, "light"),
    ("incident", "/incidents/ID", DESKTOP, "light"), ("incident-phone", "/incidents/ID", PHONE, "dark"),
    ("review", "/review", DESKTOP, "light"), ("civilians", "/civilians", DESKTOP, "light"), ("sources", "/sources", DESKTOP, "light"),
    ("search", "/search?q=hospital", DESKTOP, "light"), ("add", "/add", DESKTOP, "light"),
]  # fmt: skip


@contextmanager
def served(record: Path) -> Iterator[str]:
    """The address of the application on a free port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create(Config(record=record)), log_level="warning"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def example(folder: Path) -> tuple[Path, str]:
    """A record of the bundled reports, and the id of an incident whose accounts differ."""
    path = folder / "demo.db"
    with Record(path) as record:
        samples = ingest.read([str(files("dateline.data") / "samples")])
        desk.add(record, Config(record=path), desk.Intake(samples, record))
        desk.fuse(record)
        disputed = [i for i in record.incidents() if i.status == "disputed" and i.lat is not None]
    return path, disputed[-1].id


def picture(browser: Any, address: str, size: tuple[int, int], scheme: str, out: Path) -> None:
    """Open a page, wait until it is drawn, and keep what it shows."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme).new_page()
    page.goto(address)
    if page.locator("#map-app").count():
        page.locator("html[data-ready=yes]").wait_for(state="attached")
    page.wait_for_timeout(1500)  # the map eases to what is open
    page.screenshot(path=out)
    page.context.close()


def main(out: Path) -> None:
    """Make every picture."""
    program = os.environ.get("DATELINE_CHROMIUM", "/usr/bin/chromium")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        record, disputed = example(Path(folder))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        with served(record) as address:
            for name, path, size, scheme in PICTURES:
                picture(browser, address + path.replace("ID", disputed), size, scheme, out / f"{name}.png")
                print(out / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "images")
    main(parser.parse_args().out)
