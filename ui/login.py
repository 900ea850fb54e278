"""Logging in with a name and a password: the page that asks, sessions, and how often somebody may try."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from .asgi import Receive, Scope, Send, address_of, answer, body_of, cookie, headers_of, place_of, set_cookie
from .choices import words_of
from .door import Who
from .markup import esc
from .users import Account, Users

SESSION = "convrec_session"
TICKET = "convrec_login"
"""Cookie of somebody who is about to log in; the form carries its seal, so that only our own form can be sent."""
LOGIN, LOGOUT = "/login", "/logout"
TRIES, WINDOW = 10, 60.0
"""Tries that an account gets from one address, and an address at three accounts, in so many seconds."""
IDLE, LONGEST = 12 * 3600.0, 14 * 24 * 3600.0
"""Seconds after which a session ends: of silence, and in all."""
_MOST_SESSIONS = 10_000
_MOST_FORM = 8 * 1024
_FORM = Path(__file__).with_name("login.html")


@dataclass(slots=True)
class _Session:
    account: Account
    began: float
    seen: float


class Tries:
    """Counts tries in a sliding window. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._clock = clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()
        self._guard = threading.Lock()

    def wait(self, key: str, most: int) -> float:
        """Count a try; the seconds to wait where it was one too many, else 0."""
        now = self._clock()
        with self._guard:
            times = [at for at in self._times.pop(key, []) if now - at < WINDOW]
            if len(times) < most:
                times.append(now)
                wait = 0.0
            else:
                wait = WINDOW - (now - times[0])
            self._times[key] = times
            while len(self._times) > _MOST_SESSIONS:
                self._times.popitem(last=False)
            return wait


class LoginDoor:
    """People log in with a name and a password from a file; a cookie with a random token keeps them in."""

    named = True

    def __init__(self, users: Users, title: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask on a page with this title."""
        self._users = users
        self._title = title
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._tries = Tries(clock)
        self._guard = threading.Lock()
        self._hashing = asyncio.Semaphore(1)  # it takes 32 MiB and a core

    async def who(self, scope: Scope) -> Who | None:
        """The person of the session, as long as their account stands as it stood when they logged in."""
        token, now = cookie(headers_of(scope), SESSION), self._clock()
        if not token:
            return None
        key = _digest(token)
        with self._guard:
            session = self._sessions.get(key)
            if session is None:
                return None
            account = session.account
            over = now - session.seen > IDLE or now - session.began > LONGEST
            if over or self._users.get(account.name) != account:
                del self._sessions[key]
                return None
            session.seen = now
        return Who(f"user {account.user_id}", account.user_id, account.name, leaves=True)

    def owns(self, path: str) -> bool:
        """The form, and the way out."""
        return path in (LOGIN, LOGOUT)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The form, a try, or signing out."""
        if scope["path"].endswith(LOGOUT):
            await self._leave(scope, send)
        elif scope["method"] == "POST":
            await self._try(scope, receive, send)
        else:
            await self._ask(scope, send)

    async def turn_away(self, scope: Scope, send: Send) -> None:
        """A page view is sent to the form, anything else is told to log in."""
        if scope["method"] in ("GET", "HEAD") and "text/html" in headers_of(scope).get("accept", ""):
            await answer(send, 303, "log in first\n", [("location", place_of(scope) + LOGIN[1:])])
        else:
            await answer(send, 401, "log in first\n")

    def welcome(self, scope: Scope, who: Who) -> list[tuple[str, str]]:
        """Nothing: the cookie was given at the login."""
        return []

    async def _ask(self, scope: Scope, send: Send, status: int = 200, said: str = "", wait: float = 0.0) -> None:
        """The form; `said` is the key of what stands above it."""
        words = words_of(scope)
        told = words(f"login.{said}", seconds=int(wait) + 1) if said else ""
        ticket = cookie(headers_of(scope), TICKET) or secrets.token_urlsafe(18)
        headers = [set_cookie(TICKET, ticket, scope, seconds=3600)]
        if wait:
            headers.append(("retry-after", str(int(wait) + 1)))
        page = Template(_FORM.read_text(encoding="utf-8")).substitute(
            title=esc(self._title, 100),
            language=words.language,
            said=f'<p role="alert">{esc(told)}</p>' if told else "",
            **{name: esc(words(f"login.{name}")) for name in ("name", "password", "enter")},
            seal=self._seal(ticket),
            action=esc(place_of(scope) + LOGIN[1:]),
        )
        await answer(send, status, page, headers, "text/html; charset=utf-8")

    async def _try(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await body_of(receive, _MOST_FORM)
        if body is None:
            await answer(send, 413, "that is too long\n")
            return
        try:
            form = {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=10).items()}
        except ValueError:
            form = {}
        name, password = form.get("name", "")[:200], form.get("password", "")
        ticket = cookie(headers_of(scope), TICKET)
        if not ticket or not hmac.compare_digest(form.get("seal", "").encode(), self._seal(ticket).encode()):
            await self._ask(scope, send, 403, "again")
            return
        address = address_of(scope)
        wait = max(self._tries.wait(f"{address} {_digest(name)}", TRIES), self._tries.wait(address, 3 * TRIES))
        if wait:
            await self._ask(scope, send, 429, "many", wait)
            return
        async with self._hashing:
            account = await asyncio.to_thread(self._users.check, name, password)
        if account is None:
            await self._ask(scope, send, 401, "wrong")
            return
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._guard:
            self._sessions[_digest(token)] = _Session(account, now, now)
            while len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
        headers = [("location", place_of(scope)), set_cookie(SESSION, token, scope, seconds=int(LONGEST))]
        await answer(send, 303, "welcome\n", [*headers, set_cookie(TICKET, "", scope, seconds=0)])

    async def _leave(self, scope: Scope, send: Send) -> None:
        if scope["method"] != "POST":
            await answer(send, 405, "sign out with the button\n")
            return
        with self._guard:
            self._sessions.pop(_digest(cookie(headers_of(scope), SESSION)), None)
        gone = [set_cookie(SESSION, "", scope, seconds=0), ("clear-site-data", '"storage"')]
        await answer(send, 303, "signed out\n", [("location", place_of(scope) + LOGIN[1:]), *gone])

    def _seal(self, ticket: str) -> str:
        return hmac.new(self._secret, ticket.encode(), hashlib.sha256).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
