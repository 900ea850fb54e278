"""Where a person's events are kept: in the store, or for a visitor of whom nothing is stored, in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from convrec.types import History, Interaction, UserId

if TYPE_CHECKING:
    from convrec import Recommender

MOST = 20_000
"""Events of a visitor that are held in memory."""


class Kept(Protocol):
    """One person's events, theirs to change."""

    def history(self) -> History:
        """All, oldest first."""
        ...

    def add(self, events: Sequence[Interaction]) -> int:
        """Keep more; returns how many were new."""
        ...

    def correct(self, key: str, event: Interaction) -> bool:
        """Put an event in the place of another; False where there is none of this key."""
        ...

    def remove(self, keys: Sequence[str]) -> int:
        """Take events away for good; returns how many there were."""
        ...


class Stored:
    """The events of a stored user."""

    def __init__(self, rec: Recommender, user_id: UserId) -> None:
        """Nothing is read yet."""
        self._rec, self._user_id = rec, user_id

    def history(self) -> History:
        """As stored."""
        return self._rec.history(self._user_id)

    def add(self, events: Sequence[Interaction]) -> int:
        """Committed when it returns."""
        return self._rec.observe([replace(event, user_id=self._user_id) for event in events])

    def correct(self, key: str, event: Interaction) -> bool:
        """Committed when it returns."""
        return self._rec.store.events.correct(self._user_id, key, replace(event, user_id=self._user_id))

    def remove(self, keys: Sequence[str]) -> int:
        """Committed when it returns."""
        return self._rec.store.events.remove(self._user_id, keys)


class Passing:
    """The events of a visitor, gone with their talk. Safe to use from several threads."""

    def __init__(self) -> None:
        """None yet."""
        self._events: dict[str, Interaction] = {}
        self._guard = threading.Lock()

    def history(self) -> History:
        """Oldest first, equal times as they came."""
        with self._guard:
            events = list(self._events.values())
        return History(None, tuple(sorted(events, key=lambda event: event.timestamp or 0.0)))

    def add(self, events: Sequence[Interaction]) -> int:
        """As long as there is room."""
        now = time.time()
        with self._guard:
            before = len(self._events)
            for event in events[: MOST - before]:
                made = replace(event, user_id="", timestamp=now if event.timestamp is None else event.timestamp)
                self._events.setdefault(made.key, replace(made, event_id=made.key))
            return len(self._events) - before

    def correct(self, key: str, event: Interaction) -> bool:
        """In its place."""
        with self._guard:
            if key not in self._events:
                return False
            fresh = replace(event, user_id="", event_id="").key
            self._events = {
                (fresh if old == key else old): (replace(event, user_id="", event_id=fresh) if old == key else kept)
                for old, kept in self._events.items()
            }
            return True

    def remove(self, keys: Sequence[str]) -> int:
        """Those that there are."""
        with self._guard:
            return sum(self._events.pop(key, None) is not None for key in keys)
