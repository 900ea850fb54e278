"""What stands before Gradio: who may ask, what may be asked and how often, and the headers every answer carries."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from convrec.errors import RunError

from .asgi import App, Message, Receive, Scope, Send, again, answer, body_of, headers_of, host_name, path_of
from .choices import words_of
from .door import WHO, Door, OpenDoor, Who
from .limits import Limits, Rates, Refusal
from .line import Line
from .metrics import Metrics
from .newcomers import Newcomers
from .presence import Presence
from .waits import refused

MOST_BODY = 256 * 1024
"""Bytes of a request; a message and its frame need a few thousand."""
_MOST_SESSIONS = 50_000

_SHELL = re.compile(r"/(?:theme\.css|favicon\.ico|robots\.txt|manifest\.json|(?:static|assets|svelte)/.*)$")
"""Files that are the same for everybody."""
_HEALTH = re.compile(r"/(?:healthz|readyz|metrics)$")
_OPEN = re.compile(
    r"/(?:config/?|picture|pwa_icon.*|gradio_api/(?:info/?|openapi\.json|app_id/?|startup-events|theme\.css|heartbeat/[\w-]+"
    r"|cancel|reset/?|queue/(?:join|data)/?|call/(?:v2/)?\w+(?:/[\w-]+)?))?$"
)
"""What the page and the named calls use; files, uploads, proxies and the rest of Gradio are not reachable."""
_ASKS = re.compile(r"/gradio_api/(?:queue/join/?|call/(?:v2/)?(?P<name>\w+)/?)$")
_HEARS = re.compile(r"/gradio_api/(?:queue/data/?|call/(?:v2/)?\w+/(?P<event>[\w-]+))$")

_SCRIPT = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

Kind = Callable[[object], str]
"""From the number or the name of a Gradio function to `model`, where it uses the models, or `quick`."""


def policy(page: bytes = b"", *, forms: bool = False) -> str:
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
        f"object-src 'none'; base-uri 'self'; form-action {chr(39)}{'self' if forms else 'none'}{chr(39)}; "
        "frame-src 'none'; frame-ancestors 'none'"
    )


@dataclass(slots=True)
class House:
    """What the guard works with, shared with the page behind it.

    Attributes:
        door: Says who asks.
        limits: Bounds for everybody.
        line: For the models.
        presence: Who listens.
        newcomers: Who has not yet.
        metrics: Counts.
        hosts: Names under which the page may be asked for; None: any.
        kind: What a Gradio function needs.
    """

    door: Door = field(default_factory=OpenDoor)
    limits: Limits = field(default_factory=Limits)
    line: Line = field(init=False)
    presence: Presence = field(init=False)
    newcomers: Newcomers = field(init=False)
    metrics: Metrics = field(init=False)
    hosts: frozenset[str] | None = None
    kind: Kind = lambda function: "model"

    def __post_init__(self) -> None:
        """Put up what follows from the limits."""
        self.line = Line(self.limits)
        self.presence = Presence(self.limits.unheard)
        self.newcomers = Newcomers(self.limits.newcomers, self.limits.unheard / 2)
        self.metrics = Metrics(self.line, self.presence)


class Guard:
    """ASGI middleware before the page."""

    def __init__(self, app: App, house: House | None = None) -> None:
        """Stand before `app`. The names in `house.hosts` keep pages of other sites from a visitor's own machine."""
        self._app = app
        self._house = house or House()
        self._taps = Rates(self._house.limits.taps_per_minute)
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and add headers."""
        if scope["type"] != "http":
            await (self._app(scope, receive, send) if scope["type"] == "lifespan" else _close(send))
            return
        door, path, headers = self._house.door, path_of(scope), headers_of(scope)
        dressed = _Dressed(send, forms=door.owns(path))
        began = time.perf_counter()
        try:
            if (refused := self._refused(scope, path, headers)) is not None:
                await answer(dressed, refused[0], f"{refused[1]}\n")
            elif door.owns(path):
                await door.serve(scope, receive, dressed)
            elif _SHELL.match(path) or _HEALTH.match(path):
                await self._app(scope, receive, dressed)
            elif (who := await door.who(scope)) is None:
                await door.turn_away(scope, dressed)
            else:
                dressed.headers += door.welcome(scope, who)
                await self._serve(scope, path, who, receive, dressed)
        finally:
            self._house.metrics.request(_label(path), dressed.status, (dressed.began or time.perf_counter()) - began)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """What runs as long as the page does, for an application that it is part of and that starts nothing itself."""
        told: asyncio.Queue[Message] = asyncio.Queue()
        heard: asyncio.Queue[Message] = asyncio.Queue()
        running = asyncio.ensure_future(self._app({"type": "lifespan", "state": {}}, told.get, heard.put))
        await told.put({"type": "lifespan.startup"})
        if (await heard.get())["type"] != "lifespan.startup.complete":
            raise RunError("page", "it did not start")
        try:
            yield
        finally:
            await told.put({"type": "lifespan.shutdown"})
            await running

    async def _serve(self, scope: Scope, path: str, who: Who, receive: Receive, send: Send) -> None:
        """For somebody who may come in: sessions, bodies and limits."""
        house, hears, session = self._house, _HEARS.match(path), _asked_session(scope, path)
        mine = self._owns(session, who.visitor)
        if mine and scope["method"] == "POST":
            body = await body_of(receive, MOST_BODY)
            if body is None:
                await answer(send, 413, f"at most {MOST_BODY} bytes\n")
                return
            receive = again(body, receive)
            call = _json(body)
            session = str(call.get("session_hash") or "")
            event = str(call.get("event_id") or "")
            mine = self._owns(session, who.visitor) and self._owns(event, who.visitor)
            if mine and (no := self._limited(path, call, who)) is not None:
                await answer(send, no.status, f"{refused(no, words_of(scope))}\n", [("retry-after", str(no.seconds))])
                return
            if session:
                house.presence.asked(session)
        if not mine:
            await answer(send, 403, "this session belongs to another visitor\n")
            return
        scope = {**scope, WHO: who}
        send = self._binding(send, who.visitor) if _ASKS.match(path) else send
        if path == "/":  # uncompressed, for its scripts to be known
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
        if hears and session:
            house.newcomers.heard(who.visitor)
        with house.presence.listening(session) if hears and session else nullcontext():
            await self._app(scope, receive, send)

    def _limited(self, path: str, call: dict[str, object], who: Who) -> Refusal | None:
        """Whether the person asks too much."""
        if (asks := _ASKS.match(path)) is None:
            return None
        if self._house.kind(asks["name"] or call.get("fn_index")) == "model":
            if (no := self._house.line.refusal(who.visitor)) is not None:
                return no
            # A login is no newcomer: nobody makes up users by the dozen.
            if who.user_id is None and not self._house.newcomers.admit(who.visitor):
                return Refusal(503, 1, "full")
            return None
        if wait := self._taps.take(who.visitor):
            return Refusal(429, int(wait) + 1, "rate")
        return None

    def _refused(self, scope: Scope, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        host, house = headers.get("host", ""), self._house
        if house.hosts is not None and host_name(host) not in house.hosts:
            return 421, "ask for this page under its own name"
        if _foreign(scope["method"], headers, host):
            return 403, "pages of other sites may not ask here"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "not offered"
        if not (_OPEN.match(path) or _SHELL.match(path) or _HEALTH.match(path) or house.door.owns(path)):
            return 404, "no such page"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return 413, f"at most {MOST_BODY} bytes"
        return None

    def _binding(self, send: Send, visitor: str) -> Send:
        """A `send` that notes whose the event is which an answer names: Gradio takes its number for permission."""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.body" and (event := _json(message.get("body", b"")).get("event_id")):
                self._owns(str(event), visitor)
                self._house.presence.asked(str(event))
            await send(message)

        return noting

    def _owns(self, session: str, visitor: str) -> bool:
        """Whether the session or event is the visitor's; one that nobody has yet becomes theirs."""
        if not session:
            return True
        with self._lock:
            owner = self._owners.setdefault(session, visitor)
            self._owners.move_to_end(session)
            if len(self._owners) > _MOST_SESSIONS:
                self._owners.popitem(last=False)
            return secrets.compare_digest(owner.encode(), visitor.encode())


class _Dressed:
    """Adds headers to an answer; holds an HTML page back until it is whole, to know its scripts."""

    def __init__(self, send: Send, *, forms: bool) -> None:
        """`forms`: whether the page may send forms to this server."""
        self.headers: list[tuple[str, str]] = []
        self.status = 0
        self.began: float | None = None
        self._send = send
        self._forms = forms
        self._told = False
        self._start: Message | None = None
        self._page = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.began = int(message["status"]), time.perf_counter()
            self._told = any(name.lower() == b"retry-after" for name, _ in message["headers"])
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
        late = [("retry-after", "5")] if self.status in (429, 503) and not self._told else []
        added = [*HEADERS.items(), *late, ("content-security-policy", policy(page, forms=self._forms)), *self.headers]
        return [(name.encode(), value.encode("latin-1")) for name, value in added]


def _foreign(method: str, headers: dict[str, str], host: str) -> bool:
    """Whether a page of another site has its browser ask, by Origin, or by Fetch Metadata where that says nothing."""
    origin, site = headers.get("origin", ""), headers.get("sec-fetch-site", "")
    if origin and origin != "null":
        return urlsplit(origin).netloc != host
    return method not in ("GET", "HEAD") and (site in ("cross-site", "same-site") or (origin == "null" and not site))


def _asked_session(scope: Scope, path: str) -> str:
    """The session that a path or its query names."""
    if (hears := _HEARS.match(path)) and hears["event"]:
        return str(hears["event"])
    if "/heartbeat/" in path:
        return path.rsplit("/", 1)[1]
    query: bytes = scope.get("query_string", b"")
    return parse_qs(query.decode("latin-1")).get("session_hash", [""])[0]


def _json(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _label(path: str) -> str:
    """The kind of a request, for counting."""
    if path == "/":
        return "page"
    if _HEALTH.match(path):
        return "health"
    if _SHELL.match(path):
        return "static"
    if _ASKS.match(path):
        return "ask"
    if _HEARS.match(path):
        return "listen"
    return "other"


async def _close(send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})
