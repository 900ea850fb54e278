"""The little of HTTP that what stands before the page needs: asking about a request, and answering it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def headers_of(scope: Scope) -> dict[str, str]:
    """Headers by name in lower case; of several with one name the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def path_of(scope: Scope) -> str:
    """The path below the place where the page is mounted, beginning with `/`."""
    path, root = str(scope["path"]), str(scope.get("root_path") or "").rstrip("/")
    return path[len(root) :] or "/" if root and (path == root or path.startswith(f"{root}/")) else path


def place_of(scope: Scope) -> str:
    """Where the page is mounted, ending with `/`."""
    return str(scope.get("root_path") or "").rstrip("/") + "/"


def address_of(scope: Scope) -> str:
    """The network address that asks; behind a proxy that is not trusted by the server, the proxy's."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def host_name(host: str) -> str:
    """A host header without its port."""
    return host.rsplit(":", 1)[0].strip("[]").lower() if not host.endswith("]") else host.strip("[]").lower()


def cookie(headers: Mapping[str, str], name: str) -> str:
    """A cookie's value; empty where there is none."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def set_cookie(name: str, value: str, scope: Scope, *, seconds: int) -> tuple[str, str]:
    """The header that sets a cookie which scripts cannot read and other sites cannot send; no seconds: remove it."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    kept = f"{name}={value}; Path={place_of(scope)}; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"
    return "set-cookie", kept


async def body_of(receive: Receive, most: int) -> bytes | None:
    """The whole body; None where it is longer than `most` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body"):
            return bytes(body)


def again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, then waits as the real one does."""
    given = False

    async def first() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return first


async def answer(
    send: Send,
    status: int,
    text: str,
    headers: list[tuple[str, str]] | None = None,
    kind: str = "text/plain; charset=utf-8",
) -> None:
    """A whole answer."""
    body = text.encode()
    sent = [("content-type", kind), ("content-length", str(len(body))), ("cache-control", "no-store"), *(headers or [])]
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
