"""Serving the page: one process, one address, nothing from outside."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec.errors import UsageError

from .asgi import App, Receive, Scope, Send, path_of
from .door import Door, HostDoor, Identify, OpenDoor
from .guard import Guard, House
from .health import PATHS, Health
from .images import PATH, Pictures
from .limits import Limits
from .login import LoginDoor
from .memory import kept_small
from .users import Users

if TYPE_CHECKING:
    from convrec import Recommender


def create_app(
    rec: Recommender,
    user: str | None = None,
    hosts: frozenset[str] | None = None,
    *,
    users: str | Path | None = None,
    identify: Identify | None = None,
    limits: Limits | None = None,
    metrics_token: str = "",
) -> Guard:
    """The page as an ASGI application.

    Args:
        rec: Shared by all visitors.
        user: The stored user chosen at the start; without a login.
        hosts: Names under which it may be asked for; None: any.
        users: A file of people who may log in, made by `convrec ui users add`.
        identify: In place of `users`, the host application's own login: gets a Starlette request, gives the id of
            the user who asks, or None.
        limits: How much anybody may ask for.
        metrics_token: Lets whoever sends it read `/metrics` from elsewhere.

    Raises:
        UsageError: `user` is not stored, the file of users is not one, or several ways to log in are named.
    """
    house = House(_door(rec, user, users, identify), limits or Limits(), hosts)
    from .app import CSS, build, kind_of  # sets what Gradio reads at its import

    blocks = build(rec, user, house)
    house.kind = kind_of(blocks)

    import gradio as gr
    from fastapi import FastAPI

    from .theme import theme

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    mounted = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme(),
        css_paths=[str(CSS)],
        footer_links=[],
        run_history=False,
        show_error=False,
        allowed_paths=[],
        blocked_paths=_private(rec),
        max_file_size=1024,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )
    own: dict[str, App] = {**dict.fromkeys(PATHS, Health(rec, house, metrics_token)), PATH: Pictures(rec)}

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        there = own.get(path_of(scope), mounted) if scope["type"] == "http" else mounted
        await there(scope, receive, send)

    return Guard(inside, house)


def mount(app: Any, rec: Recommender, path: str = "/", **how: Any) -> None:
    """Put the page into a FastAPI or Starlette application, under a path, behind that application's own login.

    Examples:
        An application whose middleware knows who is logged in::

            app = FastAPI()
            app.add_middleware(SessionMiddleware, secret_key=...)
            rec = Recommender.open(".convrec/ml-100k")
            convrec.ui.mount(app, rec, path="/films", identify=lambda request: request.session.get("user_id"))

    Args:
        app: The application; it goes on to own the recommender, which `rec.close()` gives back.
        rec: Shared by all visitors.
        path: Where the page shall stand: `/films`.
        how: As for `create_app`: `identify`, `users`, `limits`, `hosts`.

    Raises:
        UsageError: As `create_app`; the path does not begin with `/`.
    """
    if not path.startswith("/"):
        raise UsageError(f"path {path!r} must begin with '/'")
    page = create_app(rec, **how)
    outer = app.router.lifespan_context

    @asynccontextmanager
    async def both(running: Any) -> AsyncIterator[Any]:
        async with outer(running) as state, page.lifespan():
            yield state

    app.router.lifespan_context = both
    app.mount(path.rstrip("/"), page)


def _door(rec: Recommender, user: str | None, users: str | Path | None, identify: Identify | None) -> Door:
    if users is not None and identify is not None:
        raise UsageError("people log in by the file of users or by the host application, not by both")
    if user is not None and (users is not None or identify is not None):
        raise UsageError(f"user {user!r} cannot be chosen at the start where people log in: they talk as themselves")
    if identify is not None:
        return HostDoor(identify)
    if users is not None:
        return LoginDoor(Users(users), rec.settings.name or "convrec")
    return OpenDoor(_secret(rec.folder))


def _secret(folder: Path) -> bytes | None:
    """What signs visitors' cookies: kept beside the workspace's database, so that they hold over a restart."""
    kept = folder / "page.key"
    try:
        if not kept.exists():
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
        found = kept.read_bytes()
    except OSError:
        return None  # a workspace that cannot be written to: cookies hold until the page ends
    return found if len(found) >= 32 else None


def check(host: str, allow_public: bool = False, *, login: bool = False) -> frozenset[str] | None:
    """The names under which a page at this address may be asked for; None: any.

    Args:
        host: The address.
        allow_public: Whether other machines may reach it without a login.
        login: Whether people log in.

    Raises:
        UsageError: Others could reach it, and that was not allowed.
    """
    if host == "localhost" or _is_loopback(host):
        return frozenset({"localhost", "127.0.0.1", "::1", host.strip("[]").lower()})
    if not (allow_public or login):
        raise UsageError(
            f"host {host!r} can be reached from other machines, and the page has no login: everybody who reaches it "
            "can talk as every stored user and read their profile. Keep to 127.0.0.1, give --users FILE, or, behind a "
            "proxy that asks people who they are, add --allow-public"
        )
    return None


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, so that a taken port is known before any model is loaded.

    Raises:
        UsageError: The port is taken or no port, or the address is not this machine's.
    """
    if not 0 <= port <= 65535:
        raise UsageError(f"port {port} lies outside 0 to 65535")
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, proto)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be used ({error.strerror}); choose another with --port, or stop what runs there"
        ) from error
    return listening


def serve(
    rec: Recommender,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    user: str | None = None,
    allow_public: bool = False,
    users: str | Path | None = None,
    limits: Limits | None = None,
    metrics_token: str = "",
    listening: socket.socket | None = None,
    ready: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve the page until it is interrupted.

    Args:
        rec: Shared by all visitors.
        host: Address of this machine.
        port: 0: any free one.
        user: The stored user chosen at the start.
        allow_public: Whether other machines may reach it without a login.
        users: A file of people who may log in.
        limits: How much anybody may ask for.
        metrics_token: Lets whoever sends it read `/metrics` from elsewhere.
        listening: A socket from `bind`, in place of host and port.
        ready: Told the port when everything is loaded.

    Raises:
        UsageError: The address is public and that was not allowed, the port is taken, or `user` is not stored.
    """
    hosts = check(host, allow_public, login=users is not None)
    with listening or bind(host, port) as bound, kept_small():
        app = create_app(rec, user, hosts, users=users, limits=limits, metrics_token=metrics_token)
        warm(rec)
        ready(bound.getsockname()[1])
        server(app).run(sockets=[bound])


def warm(rec: Recommender) -> None:
    """Load what answers need, so that the first visitor does not wait for it."""
    for _ in rec.chat().send("hello"):
        pass
    # Free words reach the encoder, a reason the language model.
    rec.recommend(query="something quiet and out of the ordinary", k=1)


def server(app: Any) -> Any:
    """The HTTP server of an application; its log shows no addresses with their queries."""
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3)
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _private(rec: Recommender) -> list[str]:
    """Folders that Gradio must never hand out: the workspace."""
    return [os.fspath(rec.folder)]
