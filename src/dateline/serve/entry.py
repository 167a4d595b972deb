"""Coming in and going out: the token, and the page that describes the API."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.datastructures import FormData

from .pages import Content, Site, local, see, text
from .security import ENTERED, let_in


def serve(site: Site) -> None:
    """Add the pages for coming in, and the description of the API."""
    guard = site.guard

    def login(request: Request) -> Response:
        return _ask(site, request)

    def enter(request: Request, form: FormData) -> Response:
        back = local(text(form, "next"), "/")
        if not guard.is_token(text(form, "token")):
            return _ask(site, request, "This is not the token of this server. It was printed when the server started; copy all of it.", 403)  # fmt: skip
        return let_in(see(back), guard.session(ENTERED), request.url.scheme)

    def leave(request: Request, _: FormData) -> Response:
        return let_in(see("/login"), guard.session(), request.url.scheme)

    site.app.add_api_route("/login", login, methods=["GET"], include_in_schema=False)
    site.change("/login", enter)
    site.change("/logout", leave)
    site.page("/api", "api.html", lambda _: _described(site), "The addresses of the API, with their parameters")


def _ask(site: Site, request: Request, wrong: str = "", status: int = 200) -> Response:
    back = local(request.query_params.get("next", ""), "/")
    return site.show(request, "login.html", {"wrong": wrong, "next": back, "needed": bool(site.guard.token)}, status)


def _described(site: Site) -> Content:
    """The addresses of the description, by their kind."""
    found: dict[str, list[Content]] = {"record": [], "pages": []}
    for path, methods in site.app.openapi()["paths"].items():
        told = methods.get("get", {})
        for tag in told.get("tags", ()):
            if tag in found:
                found[tag].append({
                    "path": path, "about": told.get("description") or told.get("summary", ""),
                    "parameters": [
                        {"name": p["name"], "about": p.get("description", ""), "in": p["in"]}
                        for p in told.get("parameters", ())
                    ],
                })  # fmt: skip
    return {"addresses": found}
