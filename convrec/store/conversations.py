"""Talks, each with its owner."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace

from sqlalchemy import select

from convrec.codec import decode, encode
from convrec.errors import UsageError
from convrec.store.database import Database
from convrec.store.schema import CONVERSATIONS
from convrec.types import Conversation, Turn, UserId


class ConversationShelf:
    """Stored conversations. Visitors without a name are not stored."""

    def __init__(self, database: Database) -> None:
        """Keep conversations in this database."""
        self._database = database

    def save(self, conversation: Conversation) -> Conversation:
        """Store as it stands; returns it with its id. Without a user it is returned as it is.

        Raises:
            UsageError: The id belongs to somebody else.
        """
        if conversation.user_id is None:
            return conversation
        conversation = replace(conversation, id=conversation.id or uuid.uuid4().hex)
        same = CONVERSATIONS.c.id == conversation.id
        with self._database.writing() as connection:
            owner = connection.scalar(select(CONVERSATIONS.c.user_id).where(same))
            if owner is not None and owner != conversation.user_id:
                raise _unknown(conversation.id)
            connection.execute(CONVERSATIONS.delete().where(same))
            connection.execute(
                CONVERSATIONS.insert().values(
                    id=conversation.id,
                    user_id=conversation.user_id,
                    turns=encode(conversation.turns),
                    updated=time.time(),
                )
            )
        return conversation

    def load(self, conversation_id: str, user_id: UserId) -> Conversation:
        """One conversation of this user.

        Raises:
            UsageError: There is none of this id, or it is somebody else's (the message does not tell which).
        """
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id, CONVERSATIONS.c.user_id == user_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise _unknown(conversation_id)
        return Conversation(row.id, row.user_id, tuple(decode(Turn, turn) for turn in row.turns))

    def remove(self, conversation_id: str, user_id: UserId) -> bool:
        """Erase one conversation of this user; False where there is none."""
        mine = (CONVERSATIONS.c.id == conversation_id) & (CONVERSATIONS.c.user_id == user_id)
        with self._database.writing() as connection:
            return bool(connection.execute(CONVERSATIONS.delete().where(mine)).rowcount)

    def of(self, user_id: UserId) -> list[Conversation]:
        """All conversations of a user, last touched first."""
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.user_id == user_id).order_by(CONVERSATIONS.c.updated.desc())
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [Conversation(row.id, row.user_id, tuple(decode(Turn, turn) for turn in row.turns)) for row in rows]


def _unknown(conversation_id: str) -> UsageError:
    return UsageError(f"you have no conversation {conversation_id!r}")
