"""For those who watch over the page: whether it lives, whether it can answer, and its figures."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
from typing import TYPE_CHECKING

from convrec.errors import RunError

from .asgi import Receive, Scope, Send, address_of, answer, headers_of, path_of
from .guard import House
from .metrics import KIND

if TYPE_CHECKING:
    from convrec import Recommender

log = logging.getLogger("convrec")
PATHS = ("/healthz", "/readyz", "/metrics")


class Health:
    """Answers at `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, rec: Recommender, house: House, token: str = "") -> None:
        """Report on this page.

        Args:
            rec: Whose store is asked whether it answers.
            house: Line, presence and metrics.
            token: Whoever sends it as bearer may read the figures; without one only this machine may.
        """
        self._rec = rec
        self._house = house
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; nothing that is told here is about anybody."""
        path = path_of(scope)
        if path == "/healthz":
            await answer(send, 200, "alive\n")
        elif path == "/readyz":
            await self._ready(send)
        elif self._may(scope):
            await answer(send, 200, self._house.metrics.text(), kind=KIND)
        else:
            await answer(send, 403, "figures are for this machine, or for whoever has the token\n")

    async def _ready(self, send: Send) -> None:
        try:
            await asyncio.to_thread(self._rec.history, "")
        except RunError as error:
            log.error("not ready: the store does not answer: %s", error)
            await answer(send, 503, "the store does not answer\n", [("retry-after", "10")])
            return
        load = self._house.line.load()
        if load.waiting >= self._house.limits.waiting:
            await answer(send, 503, "the line is full\n", [("retry-after", str(max(1, round(load.wait))))])
        else:
            await answer(send, 200, "ready\n")

    def _may(self, scope: Scope) -> bool:
        headers = headers_of(scope)
        if self._token:
            given = headers.get("authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode(), self._token.encode())
        # Through a proxy on this machine everybody seems to come from it.
        return not {"x-forwarded-for", "forwarded", "x-real-ip", "via"} & headers.keys() and _here(address_of(scope))


def _here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
