"""The talk: a message in, cards and words out, streamed; what stands is always a fold over the turns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from convrec.config import Settings
from convrec.dialogue.answers import Answers
from convrec.dialogue.asking import left, relaxations, splits
from convrec.dialogue.policy import Action, decide
from convrec.dialogue.state import State, fold
from convrec.dialogue.suggestions import Suggestions
from convrec.dialogue.understand import Understander
from convrec.dialogue.understanding import Understanding
from convrec.dialogue.wording import Wording, drop_reply
from convrec.errors import UsageError
from convrec.protocols import Catalogue
from convrec.types import (
    ChatEvent,
    Conversation,
    History,
    Interaction,
    ItemId,
    Profile,
    Recommendation,
    Request,
    Turn,
    UserId,
    Verdict,
)

VERDICTS: tuple[Verdict, ...] = ("like", "dislike", "seen", "save")


class Pipeline(Protocol):
    """What a chat needs of a recommender."""

    @property
    def catalogue(self) -> Catalogue:
        """All items."""
        ...

    @property
    def settings(self) -> Settings:
        """Of the workspace."""
        ...

    @property
    def understander(self) -> Understander:
        """Reads messages."""
        ...

    def history(self, user_id: UserId | None) -> History:
        """What is stored of a person."""
        ...

    def shortlist(self, history: History, request: Request) -> list[Recommendation]:
        """The `request.k` best, ranked, without explanations."""
        ...

    def explain(
        self, history: History, request: Request, recommendations: Sequence[Recommendation]
    ) -> list[Recommendation]:
        """The same recommendations with an explanation each."""
        ...

    def profile_of(self, history: History) -> Profile:
        """What a history says about taste."""
        ...

    def observe(self, events: Sequence[Interaction]) -> int:
        """Store events; returns how many were new."""
        ...

    def save_conversation(self, conversation: Conversation) -> Conversation:
        """Store a talk; returns it with its id."""
        ...

    def load_conversation(self, conversation_id: str, user_id: UserId) -> Conversation:
        """A stored talk."""
        ...


class _Remembered:
    """Reads each message of a talk once, however often the turns are folded."""

    def __init__(self, understander: Understander) -> None:
        self._understander = understander
        self._known: dict[tuple[int, str, tuple[ItemId, ...]], Understanding] = {}

    def understand(self, text: str, state: State) -> Understanding:
        key = (state.turns, text, state.shown)
        if key not in self._known:
            self._known[key] = self._understander.understand(text, state)
        return self._known[key]


class Chat:
    """One talk with one person, used from one thread at a time.

    Taps on cards are stored as events at once. What is said of items in words counts at once and is stored when the
    talk goes on, so that taking back the newest message takes its verdicts back too. Of a visitor nothing is stored.
    """

    def __init__(
        self, pipeline: Pipeline, user_id: UserId | None = None, conversation: Conversation | None = None
    ) -> None:
        """Begin a talk, or go on with one.

        Args:
            pipeline: The recommender.
            user_id: Who talks; None: a visitor.
            conversation: To go on with; None: a new one.

        Raises:
            UsageError: The conversation is somebody else's.
        """
        if conversation is not None and conversation.user_id != user_id:
            raise UsageError(f"the conversation is not one of user {user_id!r}; begin a new one")
        self._pipeline = pipeline
        self._conversation = conversation or Conversation(user_id=user_id)
        settings = pipeline.settings
        self._cards = settings.chat.cards
        self._wording = Wording(pipeline.catalogue, settings.noun, settings.verb)
        self._suggestions = Suggestions(pipeline.catalogue, pipeline.understander.lexicon.fields, settings.noun)
        self._reader = _Remembered(pipeline.understander)

    @property
    def conversation(self) -> Conversation:
        """Every turn so far."""
        return self._conversation

    @property
    def state(self) -> State:
        """What stands now."""
        return fold(self._conversation.turns, self._reader, k=self._cards)

    def send(self, text: str) -> Iterator[ChatEvent]:
        """Say something; events come in the order status, cards, text, done.

        The turns are added only when the reply is complete: a stream that is left, or that fails, changes nothing.

        Raises:
            UsageError: The message is empty or too long.
        """
        text = self._checked(text)
        return self._reply(text)

    def reply(self, text: str) -> ChatEvent:
        """Say something and wait: the `done` event, whose `text` is the whole reply."""
        *_, done = self.send(text)
        return done

    def feedback(self, item_id: ItemId, verdict: Verdict) -> None:
        """Tap on a card: stored as an event, and it changes the next answer.

        Raises:
            UsageError: The item or the verdict is unknown.
        """
        if verdict not in VERDICTS:
            raise UsageError(f"verdict {verdict!r} is unknown; there are: {', '.join(VERDICTS)}")
        if item_id not in self._pipeline.catalogue:
            raise UsageError(f"no item {item_id!r} in the catalogue")
        turn = Turn("user", "", (), {item_id: verdict}, time.time())
        self._add(turn)
        if self._conversation.user_id is not None:
            self._pipeline.observe([self._event(item_id, verdict)])

    def undo(self) -> Conversation:
        """Take back the newest message and everything after it; returns what is left.

        Raises:
            UsageError: There is nothing to take back.
        """
        turns = self._conversation.turns
        newest = max((at for at, turn in enumerate(turns) if turn.role == "user" and turn.text), default=None)
        if newest is None:
            raise UsageError("there is no message to take back")
        self._keep(turns[:newest])
        return self._conversation

    def edit(self, text: str) -> Iterator[ChatEvent]:
        """Say something else in place of the newest message."""
        text = self._checked(text)
        self.undo()
        return self._reply(text)

    def retry(self) -> Iterator[ChatEvent]:
        """Answer the newest message again, as things stand now."""
        said = next(
            (turn.text for turn in reversed(self._conversation.turns) if turn.role == "user" and turn.text), None
        )
        if said is None:
            raise UsageError("there is no message to answer again")
        return self.edit(said)

    # -- answering ------------------------------------------------------------------------------------------------

    def _checked(self, text: str) -> str:
        most = self._pipeline.settings.chat.max_message
        if not isinstance(text, str) or not text.strip():
            raise UsageError("the message is empty; say what you would like, or name something you like")
        if len(text) > most:
            raise UsageError(f"the message has {len(text)} characters, at most {most} are read; please shorten it")
        return text.strip()

    def _reply(self, text: str) -> Iterator[ChatEvent]:
        yield ChatEvent("status", "Reading your message")
        before = self.state
        meaning = self._reader.understand(text, before)
        named = tuple(one.item_id for one in meaning.mentions)
        said = Turn("user", text, named, {}, time.time())
        state = fold((*self._conversation.turns, said), self._reader, k=self._cards)
        history = self._history(state)
        action = decide(state, meaning, len(history.events), left(self._pipeline.catalogue, _unseen(state, history)))
        self._commit(before)
        if action.kind == "recommend":
            yield from self._recommend(said, state, meaning, history, action)
        else:
            words, options = self._words(action, state, meaning, history, text)
            yield ChatEvent("text", words)
            yield self._done(said, Turn("assistant", words, (), {}, time.time()), (), options)

    def _recommend(
        self, said: Turn, state: State, meaning: Understanding, history: History, action: Action
    ) -> Iterator[ChatEvent]:
        yield ChatEvent("status", "Looking through the catalogue")
        cards = self._pipeline.shortlist(history, state.request)
        if not cards:
            words, options = self._words(Action("admit", "nothing_left"), state, meaning, history, said.text)
            yield ChatEvent("text", words)
            yield self._done(said, Turn("assistant", words, (), {}, time.time()), (), options)
            return
        yield ChatEvent("cards", recommendations=tuple(cards))
        stored = any(event.event_id not in self._said(state) for event in history.events)
        pieces = [self._wording.lead(state, meaning, cards, action.reason, len(history.events), stored=stored)]
        yield ChatEvent("text", pieces[0])
        explained: list[Recommendation] = []
        for batch in (cards[:1], cards[1:]):  # the first reason soon, the others as one batch
            for one in self._pipeline.explain(history, state.request, batch) if batch else ():
                explained.append(one)
                reason = one.explanation.text if one.explanation else ""
                pieces.append(f"\n{one.rank}. {one.item.label}" + (f": {reason}" if reason else ""))
                yield ChatEvent("text", pieces[-1])
        ids = tuple(one.item.id for one in cards)
        turn = Turn("assistant", "".join(pieces), ids, {}, time.time())
        yield self._done(said, turn, explained, self._suggestions.after(state, cards))

    def _words(
        self, action: Action, state: State, meaning: Understanding, history: History, text: str
    ) -> tuple[str, tuple[str, ...]]:
        """A reply without cards, and quick replies to it."""
        request, catalogue = state.request, self._pipeline.catalogue
        if action.reason == "question":
            return self._answer(state, meaning, history), self._suggestions.about(state)
        if action.reason == "cold":
            found = splits(catalogue, request, self._pipeline.understander.lexicon.fields)[
                state.asked : state.asked + 1
            ]
            split = found[0] if found else None
            return self._wording.ask(split, state, greeted="greet" in meaning.acts), split.options if split else ()
        if action.reason == "which":
            return self._wording.which(state), self._suggestions.which(state, text)
        if action.reason == "nothing_left":
            ways = relaxations(catalogue, _unseen(state, history))
            replies = (
                ("Yes",) if ways and len(ways[0].labels) > 1 else tuple(drop_reply(one.filters) for one in ways[:3])
            )
            return self._wording.nothing_left(state, meaning, ways), replies
        if action.reason == "kept":
            ways = relaxations(catalogue, _unseen(state, history))
            return self._wording.kept(state), tuple(drop_reply(one.filters) for one in ways[1:3])
        if action.reason == "not_understood":
            return self._wording.not_understood(state), self._suggestions.about(state)
        return self._wording.courtesy(action.reason, state), ()

    def _answer(self, state: State, meaning: Understanding, history: History) -> str:
        def reasons(item_ids: Sequence[ItemId]) -> list[str]:
            bare = [Recommendation(self._pipeline.catalogue[one], rank, 0.0) for rank, one in enumerate(item_ids, 1)]
            told = self._pipeline.explain(history, state.request, bare)
            return [one.explanation.text if one.explanation else "" for one in told]

        answers = Answers(
            self._pipeline.catalogue,
            self._pipeline.settings.noun,
            reasons=reasons,
            profile=lambda: self._pipeline.profile_of(history),
        )
        return "\n".join(dict.fromkeys(answers.to(question, state) for question in meaning.questions))

    # -- keeping --------------------------------------------------------------------------------------------------

    def _history(self, state: State) -> History:
        """What is stored, and what this talk says on top of it."""
        stored = self._pipeline.history(self._conversation.user_id)
        known = {event.event_id for event in stored.events if event.event_id}
        said = [self._event(item_id, verdict) for item_id, verdict in state.verdicts.items()]
        return replace(stored, events=stored.events + tuple(one for one in said if one.event_id not in known))

    def _said(self, state: State) -> set[str]:
        """Ids of the events that this talk itself made."""
        return {self._event(item_id, verdict).event_id for item_id, verdict in state.verdicts.items()}

    def _event(self, item_id: ItemId, verdict: Verdict) -> Interaction:
        conversation = self._conversation
        event_id = f"chat-{conversation.id}-{item_id}-{verdict}"
        return Interaction(conversation.user_id or "", item_id, None, time.time(), verdict, "", event_id)

    def _commit(self, state: State) -> None:
        """Store the verdicts of the turns before the newest message."""
        verdicts: Mapping[ItemId, Verdict] = state.verdicts
        if self._conversation.user_id is not None and verdicts:
            self._pipeline.observe([self._event(item_id, verdict) for item_id, verdict in verdicts.items()])

    def _done(self, said: Turn, turn: Turn, shown: Sequence[Recommendation], options: Sequence[str]) -> ChatEvent:
        self._add(said, turn)
        return ChatEvent("done", turn.text, tuple(shown), tuple(options), turn)

    def _add(self, *turns: Turn) -> None:
        self._keep(self._conversation.turns + turns)

    def _keep(self, turns: tuple[Turn, ...]) -> None:
        conversation = replace(self._conversation, turns=turns)
        stored = conversation.user_id is not None
        self._conversation = self._pipeline.save_conversation(conversation) if stored else conversation


def _unseen(state: State, history: History) -> Request:
    """The standing wish, what the person knows already left out."""
    return replace(state.request, exclude=state.request.exclude | frozenset(history.item_ids))
