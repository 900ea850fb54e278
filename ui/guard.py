"""What stands before Gradio: who may ask, what may be asked, and the headers every answer carries."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

COOKIE = "convrec_visitor"
MOST_BODY = 256 * 1024
"""Bytes of a request; a message and its frame need a few thousand."""
_MOST_SESSIONS = 10_000

_OPEN = re.compile(
    r"/(?:config/?|theme\.css|favicon\.ico|robots\.txt|manifest\.json|pwa_icon.*|(?:static|assets|svelte)/.*"
    r"|gradio_api/(?:info/?|openapi\.json|app_id/?|startup-events|theme\.css|heartbeat/[\w-]+|cancel|reset/?"
    r"|queue/(?:join|data)/?|call/(?:v2/)?\w+(?:/[\w-]+)?))?$"
)
"""What the page and the named calls use; files, uploads, proxies and the rest of Gradio are not reachable."""

_SCRIPT = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def policy(page: bytes = b"") -> str:
    """The Content-Security-Policy of a page: nothing from elsewhere, and of inline scripts only its own.

    Gradio compiles its templates in the browser, hence `unsafe-eval`; inline handlers and injected scripts stay
    forbidden.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(found['code']).digest()).decode()}'"
        for found in _SCRIPT.finditer(page)
        if b"src=" not in found["attributes"]
    )
    return (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'"
    )


class Guard:
    """ASGI middleware before the page."""

    def __init__(self, app: App, hosts: frozenset[str] | None = None) -> None:
        """Stand before `app`.

        Args:
            app: The page.
            hosts: Names under which it may be asked for, which keeps pages of other sites from reaching a server on
                the visitor's own machine; None: any.
        """
        self._app = app
        self._hosts = hosts
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._guard = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and add headers."""
        if scope["type"] != "http":
            await (self._app(scope, receive, send) if scope["type"] == "lifespan" else _close(send))
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is None and scope["method"] == "POST":
            body = await _body(receive)
            if body is None:
                refused = (413, f"at most {MOST_BODY} bytes")
            elif not self._owns(_session(body), _cookie(headers)):
                refused = (403, "this session belongs to another visitor")
            else:
                receive = _again(body, receive)
        if refused is not None:
            await _answer(send, *refused)
            return
        if scope["path"] == "/":  # uncompressed, for its scripts to be known
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]}
        await self._app(scope, receive, _Dressed(send, "" if _cookie(headers) else scope.get("scheme", "http")))

    def _refused(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        path, host = scope["path"], headers.get("host", "")
        if self._hosts is not None and _name(host) not in self._hosts:
            return 421, "ask for this page under its own name"
        origin = headers.get("origin")
        if origin and origin != "null" and urlsplit(origin).netloc != host:
            return 403, "pages of other sites may not ask here"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "not offered"
        if not _OPEN.match(path):
            return 404, "no such page"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return 413, f"at most {MOST_BODY} bytes"
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [""])[0]
        if "/heartbeat/" in path:
            asked = path.rsplit("/", 1)[1]
        if not self._owns(asked, _cookie(headers)):
            return 403, "this session belongs to another visitor"
        return None

    def _owns(self, session: str, visitor: str) -> bool:
        """Whether the session is the visitor's; a session that nobody has yet becomes theirs."""
        if not session:
            return True
        with self._guard:
            owner = self._owners.setdefault(session, visitor)
            self._owners.move_to_end(session)
            if len(self._owners) > _MOST_SESSIONS:
                self._owners.popitem(last=False)
            return secrets.compare_digest(owner.encode(), visitor.encode())


class _Dressed:
    """Adds headers to an answer; holds an HTML page back until it is whole, to know its scripts."""

    def __init__(self, send: Send, new_over: str) -> None:
        """`new_over`: over which scheme a visitor without a cookie came; empty: they have one."""
        self._send = send
        self._new_over = new_over
        self._start: Message | None = None
        self._page = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
            if kinds and kinds[0].startswith(b"text/html"):
                self._start = message
                return
            await self._send({**message, "headers": [*message["headers"], *self._added(b"")]})
            return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._page += message.get("body", b"")
        if message.get("more_body"):
            return
        page = bytes(self._page)
        start, self._start = self._start, None
        await self._send({**start, "headers": [*start["headers"], *self._added(page)]})
        await self._send({"type": "http.response.body", "body": page})

    def _added(self, page: bytes) -> list[tuple[bytes, bytes]]:
        added = [*HEADERS.items(), ("content-security-policy", policy(page))]
        if self._new_over:
            token = secrets.token_urlsafe(24)
            secure = "; Secure" if self._new_over == "https" else ""
            cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000{secure}"
            added.append(("set-cookie", cookie))
        return [(name.encode(), value.encode()) for name, value in added]


def _name(host: str) -> str:
    """A host header without its port."""
    return host.rsplit(":", 1)[0].strip("[]").lower() if not host.endswith("]") else host.strip("[]").lower()


def _cookie(headers: dict[str, str]) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""


def _session(body: bytes) -> str:
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return ""
    session = data.get("session_hash") if isinstance(data, dict) else None
    return session if isinstance(session, str) else ""


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is too long."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, then waits as the real one does."""
    given = False

    async def first() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return first


async def _close(send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})


async def _answer(send: Send, status: int, text: str) -> None:
    headers = [*HEADERS.items(), ("content-security-policy", policy()), ("content-type", "text/plain; charset=utf-8")]
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    await send(start)
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})
