"""The server of `dateline serve`: one process, at an address it prints."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

import uvicorn

from ..config import Config
from ..errors import UsageError
from .app import create
from .security import is_loopback

WAITING = 128  # connections that may wait to be taken


def serve(settings: Config, tell: Callable[[str], None]) -> None:
    """Serve until stopped. Raises `UsageError` when the address cannot be had."""
    token = "" if is_loopback(settings.host) else secrets.token_urlsafe(24)
    app = create(settings, token=token, tell=tell)
    listener = _listener(settings.host, settings.port)
    tell(f"serving {settings.record} at {_address(settings.host, listener)} (stop with Ctrl+C)")
    if token:
        tell(f"whoever opens it needs this token, shown only now: {token}")
        tell("the token and all pages travel unencrypted: on a network you do not trust, put a TLS proxy before it")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False))
    server.run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    """The socket to listen at; raises `UsageError` that says how to choose another."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(WAITING)
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be listened at ({error.strerror}); choose another with --host or --port"
        ) from None
    return made


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    shown = "localhost" if is_loopback(host) and ":" not in host else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"
