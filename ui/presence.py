"""Who listens. An answer that nobody hears is given up, and its place in the line goes to somebody else."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MOST = 20_000


class Presence:
    """Which sessions have an open stream of events. Safe to use from several threads."""

    def __init__(self, patience: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        """A session that is silent for `patience` seconds has left."""
        self._patience = patience
        self._clock = clock
        self._open: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._guard = threading.Lock()

    @contextmanager
    def listening(self, session: str) -> Iterator[None]:
        """As long as this lasts, the session has one listener more."""
        self._add(session, 1)
        try:
            yield
        finally:
            self._add(session, -1)

    def asked(self, session: str) -> None:
        """The session asked for something: it has a while to begin to listen."""
        self._add(session, 0)

    def left(self, session: str | None) -> bool:
        """Whether nobody has listened for too long. A session that was never seen is not judged."""
        with self._guard:
            count, since = self._open.get(session or "", (1, 0.0))
            return count <= 0 and self._clock() - since > self._patience

    def __len__(self) -> int:
        """How many listen."""
        with self._guard:
            return sum(count > 0 for count, _ in self._open.values())

    def _add(self, session: str, more: int) -> None:
        with self._guard:
            count, _ = self._open.pop(session, (0, 0.0))
            self._open[session] = (count + more, self._clock())
            while len(self._open) > _MOST:
                self._open.popitem(last=False)
