"""How much anybody may ask for, and when to come back who asked for more."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from convrec.errors import UsageError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one page, for all its visitors.

    Attributes:
        at_once: Answers made at the same time: the models share the same cores.
        each: Answers that one person may wait for at once, the one being made among them.
        waiting: Answers that all people together may wait for.
        newcomers: Visitors without login at a time whose first answer nobody listens to yet.
        per_minute: Answers that one person may ask for in a minute.
        taps_per_minute: Other requests of one person in a minute: taps on cards, pages, edits.
        busy: Expected wait in seconds above which reasons are worded by template.
        very_busy: Expected wait in seconds above which no LLM is asked at all.
        unheard: Seconds after which an answer that nobody listens to is given up.
        longest: Seconds an answer may take.
    """

    at_once: int = 2
    each: int = 2
    waiting: int = 64
    newcomers: int = 12
    per_minute: int = 30
    taps_per_minute: int = 600
    busy: float = 10.0
    very_busy: float = 30.0
    unheard: float = 5.0
    longest: float = 180.0

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            UsageError: A bound is not positive.
        """
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise UsageError(f"limit {name!r} must be above 0, not {getattr(self, name)!r}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no that says when to come back.

    Attributes:
        status: 429 where this person asks too much, 503 where all together do.
        seconds: After which it makes sense to try again, at least 1.
        why: `rate` (too many in a minute), `each` (too many at once) or `full` (too many of everybody).
    """

    status: int
    seconds: int
    why: str


class Rates:
    """A bucket of requests for each person, filled evenly over the minute. Safe to use from several threads."""

    def __init__(self, per_minute: int, most: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow `per_minute` to each of up to `most` people; who was silent longest is forgotten first."""
        self._per_second = per_minute / 60
        self._size = float(per_minute)
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def take(self, person: str) -> float:
        """Take one from the person's bucket; the seconds until there is one again, 0 where there was."""
        now = self._clock()
        with self._guard:
            left, at = self._buckets.pop(person, (self._size, now))
            left = min(self._size, left + (now - at) * self._per_second)
            wait = 0.0 if left >= 1 else (1 - left) / self._per_second
            self._buckets[person] = (left - 1 if left >= 1 else left, now)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            return wait
