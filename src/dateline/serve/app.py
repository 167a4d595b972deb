"""`dateline serve`: the application put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from .. import __version__
from ..config import Config
from ..errors import UsageError
from ..store import Record
from . import adding, api, entry, judging, pages, reading
from .pages import Site
from .security import Gate, Guard, is_loopback
from .work import Work

ABOUT = (
    "Who says what happened, who holds what, what was proposed, who suffered: a record of reports of armed conflict."
)


def create(settings: Config, *, token: str | None = None, tell: Callable[[str], None] = lambda _: None) -> FastAPI:
    """The web application for the configured record, which is made when it is not there.

    Raises `UsageError` for an address that others can reach without a token that keeps them out.
    """
    if not token and not is_loopback(settings.host):
        raise UsageError(f"{settings.host} can be reached from other computers; give a token, or serve on 127.0.0.1")
    record = Record(settings.record)
    work, guard = Work(record, settings, tell), Guard.of(settings, token or "")
    app = FastAPI(
        title="Dateline", version=__version__, description=ABOUT, docs_url=None, redoc_url=None, lifespan=_life(work)
    )
    site = Site(app, settings, api.State(record), work, guard, pages.environment())
    pages.on_errors(site)
    app.include_router(api.router(site.state))
    for part in (entry, reading, adding, judging):
        part.serve(site)
    app.mount("/static", StaticFiles(packages=[("dateline.serve", "static")]))
    app.mount("/assets", StaticFiles(directory=str(files("dateline.present").joinpath("assets")), check_dir=False))
    app.add_middleware(Gate, guard=guard)
    app.state.site = site
    return app


def _life(work: Work) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        work.start()
        app.state.site.state.warm()
        yield
        work.stop()
        work.record.close()

    return life
