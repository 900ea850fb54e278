"""One talk between a simulated person and a chat, over a recommender that knows nothing of what is wanted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec import config
from convrec.dialogue.chat import Chat
from convrec.dialogue.state import State
from convrec.evaluate.simulate_person import Person
from convrec.store import Store
from convrec.types import Conversation, History, Interaction, Item, ItemId, Profile, Recommendation, Request, UserId

if TYPE_CHECKING:
    from convrec.config import Settings
    from convrec.data.catalogue import ItemTable
    from convrec.data.log import Log
    from convrec.dialogue.sense.understand import Understander
    from convrec.recommend import Recommender


@contextmanager
def without(rec: Recommender, train: Log) -> Iterator[Recommender]:
    """The same recommender over these events alone: store, models of the log, neighbours and profiles."""
    from convrec.rerank.liking import LikingModel
    from convrec.retrieve.collaborative import Collaborative
    from convrec.stages import Stages
    from convrec.workspace import COLLABORATIVE, LIKING, fit

    its = rec.workspace
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store(f"sqlite:///{folder / config.DATABASE}") as store:
            store.events.append(train.interactions())
            fit(folder, train, its.catalogue, its.scale, its.settings, its.index.vectors)
            index = folder / config.INDEX
            other = replace(
                its,
                store=store,
                collaborative=Collaborative.load(index / COLLABORATIVE, its.catalogue),
                liking=LikingModel.load(index / LIKING),
            )
            yield type(rec)(other, Stages(other, rec.model))


class Table:
    """A recommender at which people talk without leaving a trace: nothing is stored, nothing explained."""

    def __init__(self, rec: Recommender) -> None:
        """Take the recommender.

        Args:
            rec: As `without` gives it.
        """
        self._rec = rec
        self.catalogue: ItemTable = rec.catalogue
        self.settings: Settings = rec.settings
        self.understander: Understander = rec.understander

    def history(self, user_id: UserId | None) -> History:
        """What is stored of a person."""
        return self._rec.history(user_id)

    def shortlist(self, history: History, request: Request) -> list[Recommendation]:
        """As the recommender does."""
        return self._rec.shortlist(history, request)

    def explain(
        self, history: History, request: Request, recommendations: Sequence[Recommendation]
    ) -> list[Recommendation]:
        """Without reasons, which nobody reads here."""
        return list(recommendations)

    def predict(
        self, user_id: UserId | None = None, item_ids: Sequence[ItemId] = (), *, history: History | None = None
    ) -> dict[ItemId, float]:
        """As the recommender does."""
        return self._rec.predict(user_id, item_ids, history=history)

    def profile_of(self, history: History) -> Profile:
        """Worded by template."""
        return self._rec.quick_profile(history)

    def observe(self, events: Sequence[Interaction]) -> int:
        """What is said counts in the talk alone."""
        return 0

    def withdraw(self, user_id: UserId, events: Sequence[Interaction]) -> int:
        """Nothing was stored."""
        return 0

    def edit_profile(self, user_id: UserId, *edits: Mapping[str, Any]) -> Profile:
        """Profiles stay as they are."""
        return Profile(user_id, "")

    def save_conversation(self, conversation: Conversation) -> Conversation:
        """Kept nowhere."""
        return conversation

    def load_conversation(self, conversation_id: str, user_id: UserId) -> Conversation:
        """There is none."""
        return Conversation(conversation_id, user_id)


@dataclass(frozen=True)
class Talk:
    """What came of one talk.

    Attributes:
        found: Turn at which the item wanted was among the cards, from 1; 0: never.
        turns: Messages sent.
        asked: Questions that the system asked.
        left: Whether the person lost patience.
        said: Everything the person said.
        shown: What was shown, turn by turn.
        state: How it ended.
        style: The person's way to type.
        fits: How many items everything said holds of.
    """

    found: int
    turns: int
    asked: int
    left: bool
    said: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]
    state: State
    style: str
    fits: int


def converse(person: Person, chat: Chat, turns: int) -> Talk:
    """Talk until the item wanted is shown, patience is lost, or the turns are over."""
    said: list[str] = []
    shown: list[tuple[str, ...]] = []
    asked = found = 0
    message = person.opening()
    for turn in range(1, turns + 1):
        said.append(message)
        done = chat.reply(message)
        cards: list[Item] = [one.item for one in done.recommendations]
        shown.append(tuple(card.id for card in cards))
        if any(card.id == person.target.id for card in cards):
            found = turn
            break
        if turn == turns:
            asked += int(not cards and "?" in done.text)
            break
        if cards:
            message = person.criticise(cards)
        elif "Shall I drop" in done.text:
            message = person.offered(done.text, done.options)
        else:
            asked += int("?" in done.text)
            message = person.answer(done.options)
        if person.patience <= 0:
            break
    left = not found and len(said) < turns
    fits = person.facts.count(person.said)
    return Talk(found, len(said), asked, left, tuple(said), tuple(shown), chat.state, person.style.name, fits)


def pages(rec: Recommender, history: History, target: str, turns: int, k: int) -> int:
    """Turn at which an item is among the next k without a word said; 0: never."""
    request = Request(k=k)
    for turn in range(1, turns + 1):
        ids = [one.item.id for one in rec.shortlist(history, request)]
        if target in ids:
            return turn
        if not ids:
            return 0
        request = replace(request, exclude=request.exclude | frozenset(ids))
    return 0
