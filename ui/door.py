"""Who asks. A door says it of every request before the page sees it; nothing later may change it."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from convrec.types import UserId

from .asgi import Receive, Scope, Send, address_of, answer, cookie, headers_of, path_of, set_cookie

VISITOR = "convrec_visitor"
"""Cookie that tells visitors apart where nobody logs in."""
WHO = "convrec.who"
"""Where the guard puts the answer, in the scope of the request."""
_MONTH = 30 * 24 * 3600

Identify = Callable[[Any], "str | Awaitable[str | None] | None"]
"""A host application's own login: from a Starlette request to the id of a user; None: nobody is logged in."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks.

    Attributes:
        visitor: Tells people apart: talks, sessions and limits hang on it.
        user_id: The person, where a login says so; None: anybody may choose whom to talk as.
        name: What to call them; empty without login.
        leaves: Whether the page itself can sign them out.
    """

    visitor: str
    user_id: UserId | None = None
    name: str = ""
    leaves: bool = False


class Door(Protocol):
    """Says who asks, and answers at the paths that are its own."""

    named: bool
    """Whether people are known by a login, so that nobody chooses whom to talk as."""

    async def who(self, scope: Scope) -> Who | None:
        """Who asks; None: nobody that may come in."""
        ...

    def owns(self, path: str) -> bool:
        """Whether the door itself answers at this path."""
        ...

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at one of its own paths."""
        ...

    async def turn_away(self, scope: Scope, send: Send) -> None:
        """Answer somebody who may not come in."""
        ...

    def welcome(self, scope: Scope, who: Who) -> list[tuple[str, str]]:
        """Headers for an answer to them: a cookie, where they have none."""
        ...


class OpenDoor:
    """Everybody may come in; a cookie that was signed here tells one visitor from another.

    Who sends none, as programs do, or a made-up one, counts as their network address.
    """

    named = False

    def __init__(self, secret: bytes | None = None) -> None:
        """Sign with `secret`, so that cookies hold over a restart; None: as long as this object."""
        self._secret = secret or secrets.token_bytes(32)

    async def who(self, scope: Scope) -> Who:
        """The visitor of the cookie; without a genuine one, their address."""
        token = self._token(scope)
        return Who(f"visitor {token}" if token else f"address {address_of(scope)}")

    def owns(self, path: str) -> bool:
        """It has no paths of its own."""
        return False

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """It has no paths of its own."""
        await answer(send, 404, "no such page\n")

    async def turn_away(self, scope: Scope, send: Send) -> None:
        """Nobody is."""
        await answer(send, 401, "not here\n")

    def welcome(self, scope: Scope, who: Who) -> list[tuple[str, str]]:
        """The cookie, for whoever brought no genuine one."""
        if self._token(scope):
            return []
        token = secrets.token_urlsafe(24)
        return [set_cookie(VISITOR, f"{token}.{self._seal(token)}", scope, seconds=_MONTH)]

    def _token(self, scope: Scope) -> str:
        token, _, seal = cookie(headers_of(scope), VISITOR).partition(".")
        return token if token and hmac.compare_digest(seal.encode(), self._seal(token).encode()) else ""

    def _seal(self, token: str) -> str:
        return hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()[:32]


class HostDoor:
    """The host application knows who asks: its function is called with every request."""

    named = True

    def __init__(self, identify: Identify) -> None:
        """Believe `identify`, which gets a Starlette request with the host's cookies, headers and session."""
        self._identify = identify

    async def who(self, scope: Scope) -> Who | None:
        """The user the host names."""
        from starlette.requests import Request

        found = self._identify(Request(scope))
        user = await found if inspect.isawaitable(found) else found
        return Who(f"user {user}", str(user), str(user)) if user else None

    def owns(self, path: str) -> bool:
        """The host has its own login page."""
        return False

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """It has no paths of its own."""
        await answer(send, 404, "no such page\n")

    async def turn_away(self, scope: Scope, send: Send) -> None:
        """Plainly: where to log in is the host's affair."""
        await answer(send, 401, f"log in first, then come back to {path_of(scope)}\n")

    def welcome(self, scope: Scope, who: Who) -> list[tuple[str, str]]:
        """Nothing: the host keeps its own session."""
        return []
