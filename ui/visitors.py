"""The talks that are open, each known by its visitor's cookie and the user they talk as: never by Gradio's session
hash, which the browser chooses and which is bound to nobody.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from convrec.types import Conversation, History, Interaction, ItemId, UserId, Verdict

from .desk import Desk
from .talk import Exchange

if TYPE_CHECKING:
    from convrec import Chat

Begin = Callable[[str, "UserId | None", "Desk | None", "Conversation | None"], "Talk"]
"""Makes a talk for a visitor as a user, at a desk they had before, and going on from a conversation."""
MOST = 500
"""Talks kept; the one that was silent longest goes first."""
IDLE = 4 * 3600.0
"""Seconds of silence after which a talk is dropped."""


@dataclass(slots=True)
class Talk:
    """One talk as a page shows it.

    Attributes:
        user_id: Who talks; None for a visitor.
        chat: The talk itself.
        desk: What stands beside it.
        exchanges: Oldest first.
        verdicts: What was said about cards, by item.
        answering: Held while an answer is made: one at a time.
        step: Held while the chat itself works: it is used from one thread at a time.
        stop: Set to end the answer that is being made.
        seen: When it was last touched, by `time.monotonic`.
    """

    user_id: UserId | None
    chat: Chat
    desk: Desk
    exchanges: list[Exchange] = field(default_factory=list)
    verdicts: dict[ItemId, Verdict] = field(default_factory=dict)
    answering: threading.Lock = field(default_factory=threading.Lock)
    step: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)
    seen: float = 0.0
    number: int = 0

    def begin(self, said: str) -> Exchange:
        """A new exchange at the end of the talk."""
        self.number += 1
        exchange = Exchange(self.number, said)
        self.exchanges.append(exchange)
        return exchange

    def history(self) -> History:
        """What is kept, and what this talk says on top of it and was not taken back."""
        kept, unsaid = self.desk.kept.history(), self.desk.unsaid
        known = {event.event_id for event in kept.events}
        said = [
            Interaction(self.user_id or "", item, kind=verdict, event_id=self.event_id(item, verdict))
            for item, verdict in self.chat.state.verdicts.items()
            if item not in unsaid
        ]
        events = [
            event for event in kept.events if not (event.item_id in unsaid and event.event_id.startswith("chat-"))
        ]
        return replace(kept, events=(*events, *(event for event in said if event.event_id not in known)))

    def event_id(self, item: ItemId, verdict: Verdict) -> str:
        """Of the event that a verdict in this talk makes."""
        return f"chat-{self.chat.conversation.id}-{item}-{verdict}"

    def unsay(self, item: ItemId) -> None:
        """Take back what was said of an item in this talk, taps and words alike."""
        self.verdicts.pop(item, None)
        self.desk.unsaid.add(item)

    def take_back(self) -> None:
        """Undo the newest message in the chat; what was said about cards since stays said."""
        with self.step:
            since: dict[ItemId, Verdict] = {}
            for turn in self.chat.conversation.turns:
                since = {**({} if turn.role == "user" and turn.text else since), **turn.verdicts}
            self.chat.undo()
            for item, verdict in since.items():
                self.chat.feedback(item, verdict)


class Talks:
    """Open talks by visitor and user. Safe to use from several threads."""

    def __init__(self, begin: Begin, most: int = MOST, idle: float = IDLE) -> None:
        """Keep at most `most` talks, each until it is silent for `idle` seconds; `begin` makes a new one."""
        self._begin = begin
        self._most = most
        self._idle = idle
        self._talks: OrderedDict[tuple[str, UserId | None], Talk] = OrderedDict()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._talks)

    def get(self, visitor: str, user_id: UserId | None) -> Talk:
        """The visitor's talk as this user, begun where there is none."""
        key, now = (visitor, user_id), time.monotonic()
        with self._guard:
            self._drop(now)
            if key not in self._talks:
                self._talks[key] = self._begin(visitor, user_id, None, None)
            talk = self._talks[key]
            talk.seen = now
            self._talks.move_to_end(key)
            return talk

    def restart(self, visitor: str, user_id: UserId | None, conversation: Conversation | None = None) -> Talk:
        """A new talk, or one to go on with, in place of the present one, whose answer is stopped; the desk stays."""
        with self._guard:
            old = self._talks.pop((visitor, user_id), None)
            if old is not None:
                old.stop.set()
            made = self._begin(visitor, user_id, old.desk if old is not None else None, conversation)
            made.seen = time.monotonic()
            self._talks[visitor, user_id] = made
            return made

    def leave(self, user_id: UserId | None, visitor: str | None = None) -> list[Talk]:
        """Drop every talk of a user, or of one visitor as that user; their answers are stopped."""
        with self._guard:
            keys = [key for key in self._talks if key[1] == user_id and visitor in (None, key[0])]
            gone = [self._talks.pop(key) for key in keys]
        for talk in gone:
            talk.stop.set()
        return gone

    def _drop(self, now: float) -> None:
        """Oldest first; a talk that is being answered stays."""
        for key, talk in list(self._talks.items()):
            if len(self._talks) < self._most and now - talk.seen <= self._idle:
                return
            if not talk.answering.locked():
                del self._talks[key]
