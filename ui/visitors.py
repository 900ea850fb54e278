"""The talks that are open, each known by its visitor's cookie and the user they talk as: never by Gradio's session
hash, which the browser chooses and which is bound to nobody.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convrec.types import History, Interaction, ItemId, UserId, Verdict

from .talk import Exchange

if TYPE_CHECKING:
    from convrec import Chat

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
        exchanges: Oldest first.
        verdicts: What was said about cards, by item.
        answering: Held while an answer is made: one at a time.
        step: Held while the chat itself works: it is used from one thread at a time.
        stop: Set to end the answer that is being made.
        seen: When it was last touched, by `time.monotonic`.
    """

    user_id: UserId | None
    chat: Chat
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

    def given(self) -> History:
        """What a visitor of whom nothing is stored said about items, in words and on cards, as a history."""
        said = {**self.chat.state.verdicts, **self.verdicts}
        return History(None, tuple(Interaction("", item, kind=verdict) for item, verdict in said.items()))

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

    def __init__(self, open_chat: Callable[[UserId | None], Chat], most: int = MOST, idle: float = IDLE) -> None:
        """Keep at most `most` talks, each until it is silent for `idle` seconds."""
        self._open_chat = open_chat
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
                self._talks[key] = Talk(user_id, self._open_chat(user_id))
            talk = self._talks[key]
            talk.seen = now
            self._talks.move_to_end(key)
            return talk

    def restart(self, visitor: str, user_id: UserId | None) -> Talk:
        """A new talk in place of the visitor's present one, whose answer is stopped."""
        with self._guard:
            old = self._talks.pop((visitor, user_id), None)
        if old is not None:
            old.stop.set()
        return self.get(visitor, user_id)

    def _drop(self, now: float) -> None:
        """Oldest first; a talk that is being answered stays."""
        for key, talk in list(self._talks.items()):
            if len(self._talks) < self._most and now - talk.seen <= self._idle:
                return
            if not talk.answering.locked():
                del self._talks[key]
