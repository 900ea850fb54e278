"""The SQL truth as one thing: items, events, profiles, conversations, and the right to leave."""

from __future__ import annotations

import time
from hashlib import blake2b
from types import TracebackType
from typing import Any, Self

from sqlalchemy import select

from convrec.codec import encode
from convrec.store.conversations import ConversationShelf
from convrec.store.database import Database
from convrec.store.events import EventLog
from convrec.store.items import ItemShelf
from convrec.store.profiles import ProfileShelf
from convrec.store.schema import CONVERSATIONS, DELETIONS, EDITS, EVENTS, META, PROFILES
from convrec.types import UserId

_PERSONAL = (EVENTS, EDITS, PROFILES, CONVERSATIONS)


class Store:
    """Everything that is kept.

    Attributes:
        items: The catalogue.
        events: What people did.
        profiles: Profiles, versions and corrections.
        conversations: Talks.
        database: The connections underneath.
    """

    def __init__(self, url: str) -> None:
        """Open by SQLAlchemy URL; see `Database` for what it raises."""
        self.database = Database(url)
        self.items = ItemShelf(self.database)
        self.events = EventLog(self.database)
        self.profiles = ProfileShelf(self.database)
        self.conversations = ConversationShelf(self.database)

    def get(self, key: str) -> Any:
        """A small JSON value kept beside the tables; None where unset."""
        with self.database.reading() as connection:
            return connection.scalar(select(META.c.value).where(META.c.key == key))

    def put(self, key: str, value: Any) -> None:
        """Keep a small JSON value."""
        with self.database.writing() as connection:
            connection.execute(META.delete().where(META.c.key == key))
            connection.execute(META.insert().values(key=key, value=value))

    def export(self, user_id: UserId) -> dict[str, Any]:
        """Everything kept about a person, as JSON-ready data."""
        return {
            "user_id": user_id,
            "events": [encode(event) for event in self.events.history(user_id).events],
            "edits": self.profiles.edits(user_id),
            "profiles": [encode(profile) for profile in self.profiles.versions(user_id)],
            "conversations": [encode(conversation) for conversation in self.conversations.of(user_id)],
        }

    def forget(self, user_id: UserId) -> int:
        """Erase a person, all or nothing, bytes included; returns how many rows went.

        A hash of the id stays, so that a restored backup can be cleaned again (`forgotten`).
        """
        with self.database.writing() as connection:
            gone = sum(
                connection.execute(table.delete().where(table.c.user_id == user_id)).rowcount for table in _PERSONAL
            )
            digest = _hash(user_id)
            connection.execute(DELETIONS.delete().where(DELETIONS.c.user_hash == digest))
            connection.execute(DELETIONS.insert().values(user_hash=digest, at=time.time()))
        self.database.scrub()
        return gone

    def forgotten(self, user_id: UserId) -> bool:
        """Whether this person once asked to be forgotten."""
        query = select(DELETIONS.c.at).where(DELETIONS.c.user_hash == _hash(user_id))
        with self.database.reading() as connection:
            return connection.scalar(query) is not None

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _hash(user_id: UserId) -> str:
    return blake2b(user_id.encode(), digest_size=16, person=b"convrec-forget").hexdigest()
