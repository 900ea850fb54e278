"""The line for the models: one place for each answer, people served in turn, less effort the longer the line."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from convrec.effort import Effort, spending

from .limits import Limits, Rates, Refusal

_MEMORY = 0.2
"""Weight of the newest duration in the running mean."""
_GUESS = 2.0
"""Seconds an answer takes, as long as none was made."""
_NEAR, _FAR = 0.5, 4.0
"""Seconds between two words about the place in the line: at its front, and far behind. Each costs everybody time."""
STALLED = 30.0
"""Seconds after which an answer no longer counts as holding its place: the model hangs, cards need none."""
_SICK, _REST = 2, 30.0
"""So many failures of the model in a row give it so many seconds of rest."""


class Refused(Exception):
    """No place in the line.

    Attributes:
        refusal: Why, and when to come back.
    """

    def __init__(self, refusal: Refusal) -> None:
        """Refused for this reason."""
        super().__init__(refusal.why)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands.

    Attributes:
        ahead: Answers that will be begun before.
        seconds: Until this one is begun, as far as can be told.
    """

    ahead: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """The line at a moment: counts, seconds an answer takes, expected seconds of a newcomer, steps taken so far."""

    waiting: int
    running: int
    seconds: float
    wait: float
    effort: Effort
    served: dict[str, int]
    refused: dict[str, int]


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the line, used in a `with`; leaving it frees the place.

    Attributes:
        person: Who waits.
        effort: What may be spent on the answer, known once its turn has come, and less when it takes long.
    """

    line: Line
    person: str
    joined: float
    effort: Effort = "full"
    began: float | None = None
    given: Effort = "full"
    turn: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> Iterator[Place]:
        """Where it stands, at once and then every few seconds, more often near the front, until its turn comes."""
        while not self.turn.is_set():
            place = self.line.place(self)
            yield place
            self.turn.wait(min(_FAR, _NEAR + place.ahead / 4))

    def spending(self) -> AbstractContextManager[None]:
        """Around the next step of the answer: spends what may be spent on it now."""
        return spending(self.line.ease(self))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line.leave(self, well=kind is None)


class Line:
    """Who may use the models now, and who is next. Safe to use from several threads.

    People are served in turn: whoever waits for several answers gets one, then everybody else who waits comes first.
    """

    def __init__(self, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep to these limits, by this clock in seconds."""
        self.limits = limits or Limits()
        self._clock = clock
        self._guard = threading.RLock()
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._running: list[Ticket] = []
        self._seconds: dict[str, float] = {}
        self._rates = Rates(self.limits.per_minute, clock=clock)
        self._failures, self._rests_until = 0, -math.inf
        self._served: dict[str, int] = {"full": 0, "plain": 0, "bare": 0}
        self._refused: dict[str, int] = {"rate": 0, "each": 0, "full": 0}

    def refusal(self, person: str, *, counted: bool = True) -> Refusal | None:
        """Why this person may not ask for another answer now; None: they may.

        Args:
            person: Who asks.
            counted: Whether this is a request of its own, which counts in the person's minute.
        """
        with self._guard:
            mine = self._count(person)
            if mine >= self.limits.each:
                self._refused["each"] += 1
                seconds = math.ceil(self._newcomer())
                return Refusal(429, max(1, seconds), "each")
            if sum(map(len, self._waiting.values())) >= self.limits.waiting:
                self._refused["full"] += 1
                seconds = max(1, math.ceil(min(self._newcomer(), 60.0)))
                return Refusal(503, seconds, "full")
            if counted and (wait := self._rates.take(person)):
                self._refused["rate"] += 1
                seconds = max(1, math.ceil(wait))
                return Refusal(429, seconds, "rate")
            return None

    def join(self, person: str) -> Ticket:
        """A place at the end of the line.

        Raises:
            Refused: There is none for this person, or none at all.
        """
        with self._guard:
            if (refusal := self.refusal(person, counted=False)) is not None:
                raise Refused(refusal)
            ticket = Ticket(self, person, self._clock())
            self._waiting.setdefault(person, deque()).append(ticket)
            self._go()
            return ticket

    def leave(self, ticket: Ticket, *, well: bool = True) -> None:
        """Give the place back, whether its turn had come or not."""
        with self._guard:
            if ticket in self._running:
                self._running.remove(ticket)
                self._learn(ticket, well)
            elif ticket in (mine := self._waiting.get(ticket.person, deque())):
                mine.remove(ticket)
                if not mine:
                    del self._waiting[ticket.person]
            self._go()

    def ease(self, ticket: Ticket) -> Effort:
        """What may be spent on the rest of an answer: one that took long already gets its reasons by template."""
        with self._guard:
            if ticket.effort == "full" and ticket.began is not None:
                late = self._clock() - ticket.began > self.limits.busy
                ticket.effort = "bare" if self._clock() < self._rests_until else "plain" if late else "full"
            return ticket.effort

    def place(self, ticket: Ticket) -> Place:
        """Where a waiting ticket stands."""
        with self._guard:
            ahead = self._order().index(ticket) if ticket in self._waiting.get(ticket.person, ()) else 0
            return Place(ahead, self._expected(ahead))

    def sick(self) -> None:
        """The model failed; after a few times in a row it is left alone for a while."""
        with self._guard:
            self._failures += 1
            if self._failures >= _SICK:
                self._rests_until = self._clock() + _REST

    def load(self) -> Load:
        """How it stands."""
        with self._guard:
            waiting = sum(map(len, self._waiting.values()))
            return Load(
                waiting, len(self._running), self._full(), self._newcomer(), self._effort(), dict(self._served),
                dict(self._refused),
            )  # fmt: skip

    def _go(self) -> None:
        """Begin what may be begun."""
        now = self._clock()
        while self._waiting:
            held = [one for one in self._running if one.began is None or now - one.began < STALLED]
            if len(held) >= self.limits.at_once or len(self._running) >= 3 * self.limits.at_once:
                return
            busy = {one.person for one in held}
            person = next((one for one in self._waiting if one not in busy), None)
            if person is None:
                return
            mine = self._waiting[person]
            ticket = mine.popleft()
            self._waiting.move_to_end(person)
            if not mine:
                del self._waiting[person]
            ticket.began = now
            ticket.given = ticket.effort = self._effort() if len(held) == len(self._running) else "bare"
            self._running.append(ticket)
            ticket.turn.set()

    def _effort(self) -> Effort:
        """Less where the last in the line would wait long for full answers, or where the model needs rest."""
        if self._clock() < self._rests_until:
            return "bare"
        waits = sum(map(len, self._waiting.values())) * self._full() / self.limits.at_once
        return "bare" if waits > self.limits.very_busy else "plain" if waits > self.limits.busy else "full"

    def _learn(self, ticket: Ticket, well: bool) -> None:
        if ticket.began is None or not well:
            return
        self._failures = 0 if ticket.given == "full" and self._clock() >= self._rests_until else self._failures
        self._served[ticket.effort] += 1
        took, known = self._clock() - ticket.began, self._seconds.get(ticket.given)
        self._seconds[ticket.given] = took if known is None else known + _MEMORY * (took - known)

    def _full(self) -> float:
        """Seconds that a full answer takes: the mean so far, or those that one in the making has taken already."""
        now = self._clock()
        making = [now - one.began for one in self._running if one.began is not None and one.given == "full"]
        return max(self._seconds.get("full", _GUESS), *making, 0.0)

    def _newcomer(self) -> float:
        """Seconds until somebody who came now would be served."""
        return self._expected(sum(map(len, self._waiting.values())))

    def _expected(self, ahead: int) -> float:
        """Seconds until somebody with so many before them is served, at the pace of the present effort."""
        free = self.limits.at_once - len(self._running)
        if free > ahead:
            return 0.0
        effort = self._effort()
        each = self._full() if effort == "full" else self._seconds.get(effort, _GUESS)
        now = self._clock()
        left = min(
            (max(each - (now - one.began), each / 10) for one in self._running if one.began is not None), default=0
        )
        return left + ahead * each / self.limits.at_once

    def _order(self) -> list[Ticket]:
        """All that wait, in the order in which they will be begun."""
        lines = [list(tickets) for tickets in self._waiting.values()]
        longest = max(map(len, lines), default=0)
        return [line[round_] for round_ in range(longest) for line in lines if round_ < len(line)]

    def _count(self, person: str) -> int:
        return len(self._waiting.get(person, ())) + sum(one.person == person for one in self._running)
