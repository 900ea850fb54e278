"""What people did: appended and counted once; a person may correct or remove what is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from convrec.store.database import Database
from convrec.store.schema import EVENTS
from convrec.types import History, Interaction, UserId

if TYPE_CHECKING:
    from convrec.data.log import Log

_BATCH = 5000


class EventLog:
    """The log of interactions."""

    def __init__(self, database: Database) -> None:
        """Keep events in this database."""
        self._database = database

    def append(self, events: Iterable[Interaction]) -> int:
        """Store events, all or nothing; returns how many were new.

        An event whose key (`Interaction.key`) is stored already is not stored again, so that a client may retry.
        When this returns, the events are committed to disk.
        """
        new = 0
        stream = iter(events)
        with self._database.writing() as connection:
            while batch := list(islice(stream, _BATCH)):
                new += _insert(connection, batch)
        return new

    def remove(self, user_id: UserId, keys: Sequence[str]) -> int:
        """Take events of this person away for good, all or nothing; returns how many there were."""
        mine = (EVENTS.c.user_id == user_id) & EVENTS.c.key.in_(list(keys))
        with self._database.writing() as connection:
            return int(connection.execute(EVENTS.delete().where(mine)).rowcount)

    def correct(self, user_id: UserId, key: str, event: Interaction) -> bool:
        """Put an event in the place of this person's event `key`; False where they have no such event.

        The place in the log stays, so that equal times keep their order.
        """
        mine = (EVENTS.c.user_id == user_id) & (EVENTS.c.key == key)
        said = {"rating": event.rating, "kind": event.kind, "review": event.review, "timestamp": event.timestamp}
        with self._database.writing() as connection:
            # A new key: by the keys a profile knows that the history changed.
            fresh = replace(event, event_id="").key
            if connection.scalar(select(EVENTS.c.seq).where(EVENTS.c.key == fresh)) is None:
                changed = connection.execute(EVENTS.update().where(mine).values({**said, "key": fresh}))
            else:  # said in another event already
                changed = connection.execute(EVENTS.delete().where(mine, EVENTS.c.key != fresh))
            return bool(changed.rowcount)

    def history(self, user_id: UserId) -> History:
        """One person's events, oldest first; equal times, and events without a time, in the order of the log."""
        query = select(EVENTS).where(EVENTS.c.user_id == user_id).order_by(EVENTS.c.seq)
        with self._database.reading() as connection:
            events = [_event(row) for row in connection.execute(query)]
        return History(user_id, tuple(sorted(events, key=_when)))

    def histories(self) -> dict[UserId, History]:
        """Everybody's history, by user in the order of their first event."""
        by_user: dict[UserId, list[Interaction]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(select(EVENTS).order_by(EVENTS.c.seq)):
                by_user.setdefault(row.user_id, []).append(_event(row))
        return {user: History(user, tuple(sorted(events, key=_when))) for user, events in by_user.items()}

    def log(self) -> Log:
        """Every event, in the order of the log."""
        from convrec.data.log import Log

        with self._database.reading() as connection:
            return Log.from_interactions(
                _event(row) for row in connection.execute(select(EVENTS).order_by(EVENTS.c.seq))
            )

    def users(self) -> list[UserId]:
        """Everybody with an event, in the order of their first."""
        query = select(EVENTS.c.user_id).group_by(EVENTS.c.user_id).order_by(func.min(EVENTS.c.seq))
        with self._database.reading() as connection:
            return [row.user_id for row in connection.execute(query)]

    def count(self) -> int:
        """Number of events stored."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(EVENTS)) or 0)

    def ratings(self) -> list[float]:
        """The distinct ratings in use."""
        query = select(EVENTS.c.rating).where(EVENTS.c.rating.is_not(None)).distinct()
        with self._database.reading() as connection:
            return [float(row.rating) for row in connection.execute(query)]


def _insert(connection: Connection, batch: Sequence[Interaction]) -> int:
    keyed = {event.key: event for event in batch}
    stored = set(connection.scalars(select(EVENTS.c.key).where(EVENTS.c.key.in_(keyed))))
    rows = [
        {
            "key": key,
            "user_id": event.user_id,
            "item_id": event.item_id,
            "rating": event.rating,
            "timestamp": event.timestamp,
            "kind": event.kind,
            "review": event.review,
        }
        for key, event in keyed.items()
        if key not in stored
    ]
    if rows:
        connection.execute(EVENTS.insert(), rows)
    return len(rows)


def _event(row: Any) -> Interaction:
    return Interaction(row.user_id, row.item_id, row.rating, row.timestamp, row.kind, row.review, row.key)


def _when(event: Interaction) -> float:
    return float("inf") if event.timestamp is None else event.timestamp
