"""Serving the page: one process, one address, nothing from outside."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convrec.errors import UsageError

if TYPE_CHECKING:
    from convrec import Recommender


def create_app(rec: Recommender, user: str | None = None, hosts: frozenset[str] | None = None) -> Any:
    """The page as an ASGI application.

    Args:
        rec: Shared by all visitors.
        user: The stored user chosen at the start.
        hosts: Names under which it may be asked for; None: any.

    Raises:
        UsageError: `user` is not stored.
    """
    from .app import CSS, build  # sets what Gradio reads at its import

    blocks = build(rec, user)

    import gradio as gr
    from fastapi import FastAPI

    from .guard import Guard
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
    return Guard(mounted, hosts)


def check(host: str, allow_public: bool = False) -> frozenset[str] | None:
    """The names under which a page at this address may be asked for; None: any.

    Raises:
        UsageError: Others could reach it, and that was not allowed.
    """
    if host == "localhost" or _is_loopback(host):
        return frozenset({"localhost", "127.0.0.1", "::1", host.strip("[]").lower()})
    if not allow_public:
        raise UsageError(
            f"host {host!r} can be reached from other machines, and the page has no login: everybody who reaches it "
            "can talk as every stored user and read their profile. Keep to 127.0.0.1, or, behind a proxy that asks "
            "people who they are, add --allow-public"
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
    listening: socket.socket | None = None,
    ready: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve the page until it is interrupted.

    Args:
        rec: Shared by all visitors.
        host: Address of this machine.
        port: 0: any free one.
        user: The stored user chosen at the start.
        allow_public: Whether other machines may reach it.
        listening: A socket from `bind`, in place of host and port.
        ready: Told the port when everything is loaded.

    Raises:
        UsageError: The address is public and that was not allowed, the port is taken, or `user` is not stored.
    """
    hosts = check(host, allow_public)
    with listening or bind(host, port) as bound:
        app = create_app(rec, user, hosts)
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
