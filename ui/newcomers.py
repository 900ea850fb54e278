"""Visitors who have asked and not yet listened. Floods come from these; whoever has heard an answer is no newcomer."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST = 20_000


class Newcomers:
    """Lets in only so many at a time of those who were never seen to listen. Safe to use from several threads.

    A browser begins to listen right after it has asked; who sends messages and hears no answer does not. What such
    messages cost is not the answer, which is given up, but that it was begun. So they wait for a place here, as
    half-open connections wait in a backlog, and those who listen keep theirs.
    """

    def __init__(self, places: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """As many places; one is free again when its visitor listens, or after some seconds."""
        self._places, self._seconds, self._clock = places, seconds, clock
        self._known: OrderedDict[str, None] = OrderedDict()
        self._asked: OrderedDict[str, float] = OrderedDict()
        self._guard = threading.Lock()

    def admit(self, visitor: str) -> bool:
        """Whether a message of the visitor may be passed on now."""
        with self._guard:
            if visitor in self._known:
                return True
            now = self._clock()
            while self._asked and now - next(iter(self._asked.values())) >= self._seconds:
                self._asked.popitem(last=False)
            if len(self._asked) >= self._places and visitor not in self._asked:
                return False
            self._asked[visitor] = now
            self._asked.move_to_end(visitor)
            return True

    def heard(self, visitor: str) -> None:
        """The visitor listens to an answer."""
        with self._guard:
            if self._asked.pop(visitor, None) is None and visitor not in self._known:
                return  # listens, but asked for nothing that was passed on
            self._known[visitor] = None
            self._known.move_to_end(visitor)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
