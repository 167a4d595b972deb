"""Who may ask and who may change: host, token, session, cross-site posts, sizes, and what a page may load."""

from __future__ import annotations

import hmac
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..config import Config

COOKIE = "dateline_session"
SAFE = ("GET", "HEAD", "OPTIONS")
OPEN = ("/login", "/static/pages.css", "/static/pages.js", "/static/icon.svg")  # seen without a token
ENTERED, VISITOR = "entered", "visitor"
FORM_BYTES = 2_000_000  # of anything sent but files
MEGABYTE = 1_000_000


def is_loopback(host: str) -> bool:
    """Whether an address can only be reached from this computer."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@dataclass(slots=True)
class Guard:
    """The rules of one running server. `token` empty: whoever reaches this computer's own address may come in."""

    token: str
    names: frozenset[str]  # hosts it is asked for by
    any_address: bool  # whether it may be asked for by a number, which no other site can take for its own
    tile_host: str = ""
    upload_bytes: int = 20 * MEGABYTE
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @classmethod
    def of(cls, settings: Config, token: str) -> Guard:
        """The rules that the configuration asks for."""
        outside = not is_loopback(settings.host)
        own = {settings.host, socket.gethostname(), socket.getfqdn()} if outside else set()
        tiles = urlsplit(settings.tiles.replace("{", "").replace("}", ""))
        return cls(
            token=token, names=frozenset(n.lower() for n in {"localhost", *own, *settings.hosts}), any_address=outside,
            tile_host=f"https://{tiles.netloc}" if tiles.netloc else "", upload_bytes=settings.upload_mb * MEGABYTE,
        )  # fmt: skip

    # hosts

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server: another site's name that leads here is refused."""
        name = urlsplit(f"//{host}").hostname or ""
        return name.lower() in self.names or is_loopback(name) or (self.any_address and _is_address(name))

    # sessions

    def session(self, kind: str = VISITOR) -> str:
        """A new session, signed, for its cookie."""
        body = f"{kind}.{secrets.token_urlsafe(18)}"
        return f"{body}.{self._sign(body)}"

    def kind(self, session: str) -> str:
        """What a session may do: `ENTERED` by token, `VISITOR`, or "" when it is none of this server's."""
        body, _, signature = session.rpartition(".")
        is_ours = hmac.compare_digest(signature.encode(), self._sign(body).encode())
        return body.partition(".")[0] if is_ours else ""

    def lets_in(self, session: str) -> bool:
        """Whether a session may see the record."""
        return not self.token or self.kind(session) == ENTERED

    def is_token(self, given: str) -> bool:
        """Whether this is the token, compared in constant time."""
        return bool(self.token) and hmac.compare_digest(given.strip().encode(), self.token.encode())

    def stamp(self, session: str) -> str:
        """What a session's forms carry, so that no other site can send one."""
        return self._sign(f"form.{session}")

    def is_stamp(self, given: str, session: str) -> bool:
        """Whether a form carries its session's stamp."""
        return bool(self.kind(session)) and hmac.compare_digest(given.encode(), self.stamp(session).encode())

    def _sign(self, text: str) -> str:
        return hmac.digest(self._secret, text.encode(), "sha256").hex()

    # headers

    def headers(self) -> dict[str, str]:
        """What every answer says about what its page may load, and who may frame it."""
        tiles = f" {self.tile_host}" if self.tile_host else ""
        policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{tiles}; "
            f"connect-src 'self'{tiles}; worker-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        )
        # Nobody outside is told where a reader comes from; with no-referrer, browsers would hide the origin of our own forms.
        return {
            "content-security-policy": policy, "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
            "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin", "permissions-policy": "geolocation=(), camera=(), microphone=()",
        }  # fmt: skip


def is_same_site(headers: Headers, scheme: str) -> bool:
    """Whether a change comes from a page of this server, by what the browser says of where it comes from."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin == f"{scheme}://{headers.get('host', '')}"


class Gate:
    """Every request passes here first, and every answer last."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self.app, self.guard = app, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        session = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        fresh = "" if self.guard.kind(session) else self.guard.session()
        scope.setdefault("state", {})["session"] = fresh or session
        sending = _Sending(send, self.guard.headers(), _cookie(fresh, scope["scheme"]) if fresh else "")
        refusal = self._refusal(scope, headers, session)
        if refusal:
            await refusal(scope, receive, sending)
        else:
            await self.app(scope, _Counted(receive, self._most(scope, headers)), sending)

    def _refusal(self, scope: Scope, headers: Headers, session: str) -> Response | None:
        """Why a request is not answered, as the answer to give; None when it is."""
        if not self.guard.knows(headers.get("host", "")):
            return PlainTextResponse(
                "This server is not known by that name. Open it at the address it printed when it started, "
                "or add the name to hosts in dateline.toml.\n", 421,
            )  # fmt: skip
        if scope["method"] not in SAFE and not is_same_site(headers, scope["scheme"]):
            return PlainTextResponse("Another site tried to change this record; nothing was changed.\n", 403)
        if scope["path"] in OPEN or self.guard.lets_in(session):
            return None
        if scope["path"].startswith("/api/") or scope["path"].endswith(".json"):
            return JSONResponse({"error": "a token is needed", "way_out": "enter it at /login"}, 401)
        return RedirectResponse(f"/login?next={quote(_asked_for(scope), safe='')}", 303)

    def _most(self, scope: Scope, headers: Headers) -> int:
        """How many bytes a request may send."""
        files = scope["path"] == "/add" and headers.get("content-type", "").startswith("multipart/form-data")
        return self.guard.upload_bytes if files else FORM_BYTES


def _asked_for(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "") if scope["method"] == "GET" else "/"


class _Counted:
    """A request's body, refused when it grows beyond `most` bytes, whatever it said of its size."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.receive, self.most, self.seen = receive, most, 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.seen += len(message.get("body", b""))
        if self.seen > self.most:
            raise HTTPException(
                413, f"more than {self.most / MEGABYTE:g} MB were sent at once; send less, or use dateline add"
            )
        return message


class _Sending:
    """An answer on its way out, with the headers every answer has."""

    def __init__(self, send: Send, headers: dict[str, str], cookie: str) -> None:
        self.send, self.headers, self.cookie = send, headers, cookie

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(self.headers)
            headers.setdefault("cache-control", "private, no-cache")
            if self.cookie and COOKIE not in ",".join(_cookies(headers)):
                headers.append("set-cookie", self.cookie)
        await self.send(message)


def _cookies(headers: MutableHeaders) -> Iterable[str]:
    return headers.getlist("set-cookie")


def _cookie(session: str, scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{COOKIE}={session}; Path=/; HttpOnly; SameSite=Strict{secure}"


def let_in(response: Response, session: str, scheme: str) -> Response:
    """Give an answer the cookie of a session."""
    response.headers.append("set-cookie", _cookie(session, scheme))
    return response
