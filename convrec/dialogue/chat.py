"""The talk: a message in, cards and words out, streamed; what stands is always a fold over the turns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from convrec.dialogue.keeping import Keeper
from convrec.dialogue.pipeline import Pipeline
from convrec.dialogue.policy import Action, decide
from convrec.dialogue.replies.asking import left
from convrec.dialogue.replies.lead import Leads
from convrec.dialogue.replies.replies import Replies, Reply, unseen
from convrec.dialogue.replies.suggestions import Suggestions
from convrec.dialogue.replies.wording import Wording
from convrec.dialogue.returning import reopened, returning, with_returning
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State, fold
from convrec.dialogue.twins import single, with_twins
from convrec.dialogue.understanding import Understanding
from convrec.errors import UsageError
from convrec.types import ChatEvent, Conversation, History, ItemId, Recommendation, Request, Turn, UserId, Verdict

MOST_TWINS = 3
"""Cards asked for beyond those shown, in place of twins."""
VERDICTS: tuple[Verdict, ...] = ("like", "dislike", "seen", "save")


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
        self._leads = Leads(pipeline.catalogue, pipeline.understander, settings.noun, settings.verb)
        self._suggestions = Suggestions(pipeline.catalogue, pipeline.understander.lexicon.fields, settings.noun)
        self._reader = _Remembered(pipeline.understander)
        self._keeper = Keeper(pipeline)
        self._replies = Replies(pipeline, self._wording, self._suggestions)

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
            self._pipeline.observe([self._keeper.event(self._conversation, item_id, verdict)])

    def undo(self, turn: int | None = None) -> Conversation:
        """Take back a message and everything after it; returns what is left.

        What it said of items is no longer known, and what it corrected in the profile is corrected back.

        Args:
            turn: Place of the message in `conversation.turns`; None: the newest message.

        Raises:
            UsageError: There is nothing to take back, or no message at that place.
        """
        before = self.state
        self._keep(self._conversation.turns[: self._place(turn, "take back")])
        self._put_right(before)
        return self._conversation

    def edit(self, text: str, turn: int | None = None) -> Iterator[ChatEvent]:
        """Say something else in place of a message; what followed it is taken back.

        Args:
            text: The new words.
            turn: Place of the message in `conversation.turns`; None: the newest message.

        Raises:
            UsageError: There is no such message, or the new words are empty or too long.
        """
        text = self._checked(text)
        self.undo(turn)
        return self._reply(text)

    def retry(self, turn: int | None = None) -> Iterator[ChatEvent]:
        """Answer a message again, as things stand now; what followed it is taken back.

        Args:
            turn: Place of the message in `conversation.turns`; None: the newest message.

        Raises:
            UsageError: There is no such message.
        """
        place = self._place(turn, "answer again")
        return self.edit(self._conversation.turns[place].text, place)

    # -- answering ------------------------------------------------------------------------------------------------

    def _checked(self, text: str) -> str:
        most = self._pipeline.settings.chat.max_message
        if not isinstance(text, str) or not text.strip():
            raise UsageError("the message is empty; say what you would like, or name something you like")
        if len(text) > most:
            raise UsageError(f"the message has {len(text)} characters, at most {most} are read; please shorten it")
        return text.strip()

    def _place(self, turn: int | None, to: str) -> int:
        """Where a message stands among the turns."""
        turns = self._conversation.turns
        messages = [at for at, one in enumerate(turns) if one.role == "user" and one.text]
        if not messages:
            raise UsageError(f"there is no message to {to}")
        if turn is None:
            return messages[-1]
        if turn not in messages:
            raise UsageError(f"turn {turn!r} is no message of yours; yours are: {', '.join(map(str, messages))}")
        return turn

    def _put_right(self, before: State) -> None:
        """After turns went: what only they said of items and of the person goes, too."""
        after = self.state
        self._keeper.settle(self._conversation, before, after, keep=False)
        self._keeper.correct(self._conversation, before, after)

    def _reply(self, text: str) -> Iterator[ChatEvent]:
        yield ChatEvent("status", "Reading your message")
        sent = time.time()
        before = replace(self.state, sent=sent)
        meaning = self._reader.understand(text, before)
        named = tuple(one.item_id for one in meaning.mentions)
        said = Turn("user", text, named, {}, sent)
        state = fold((*self._conversation.turns, said), self._reader, k=self._cards)
        history = self._keeper.history(self._conversation, state)
        may = replace(state, request=reopened(state.request, returning(state, meaning)))
        n_left = left(self._pipeline.catalogue, unseen(may, history, self._pipeline.understander.twins))
        action = decide(state, meaning, len(history.events), n_left)
        self._keeper.settle(self._conversation, before, state)
        corrections = self._keeper.correct(self._conversation, before, state)
        if "undo" in meaning.acts and corrections:
            action = Action("answer", "edited")
        if action.kind == "recommend":
            yield from self._recommend(said, state, meaning, history, action)
        else:
            yield from self._say(said, self._replies.to(action, state, meaning, history, text, corrections))

    def _shortlist(self, history: History, request: Request) -> list[Recommendation]:
        """The cards, none the twin of another, or of what was shown, refused or known before."""
        twins = self._pipeline.understander.twins
        if not twins:
            return self._pipeline.shortlist(history, request)
        gone = with_twins((*request.exclude, *history.item_ids), twins)
        spare = replace(request, k=request.k + MOST_TWINS, exclude=request.exclude | gone)
        return single(self._pipeline.shortlist(history, spare), twins, request.k)

    def _say(self, said: Turn, told: Reply) -> Iterator[ChatEvent]:
        reply = told.tidied()
        yield ChatEvent("text", reply.text)
        turn = Turn("assistant", reply.text, (), {}, time.time(), reply.focus)
        yield self._done(said, turn, (), reply.options)

    def _recommend(
        self, said: Turn, state: State, meaning: Understanding, history: History, action: Action
    ) -> Iterator[ChatEvent]:
        yield ChatEvent("status", "Looking through the catalogue")
        back = returning(state, meaning)
        fresh = self._shortlist(history, state.request)
        cards = with_returning(fresh, back, meaning, state.request, lambda wish: self._shortlist(history, wish))
        if not cards:
            yield from self._say(
                said, self._replies.to(Action("admit", "nothing_left"), state, meaning, history, said.text)
            )
            return
        yield ChatEvent("cards", recommendations=tuple(cards))
        stored = self._keeper.has_past(self._conversation, state, history)
        pieces = [
            self._leads.to(
                state, meaning, cards, action.reason, len(history.events), stored=stored, previous=self._previous()
            )
        ]
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

    def _previous(self) -> str:
        """The newest reply with cards."""
        return next(
            (turn.text for turn in reversed(self._conversation.turns) if turn.items and turn.role == "assistant"), ""
        )

    # -- keeping --------------------------------------------------------------------------------------------------

    def _done(self, said: Turn, turn: Turn, shown: Sequence[Recommendation], options: Sequence[str]) -> ChatEvent:
        self._add(said, turn)
        return ChatEvent("done", turn.text, tuple(shown), tuple(options), turn)

    def _add(self, *turns: Turn) -> None:
        self._keep(self._conversation.turns + turns)

    def _keep(self, turns: tuple[Turn, ...]) -> None:
        conversation = replace(self._conversation, turns=turns)
        stored = conversation.user_id is not None
        self._conversation = self._pipeline.save_conversation(conversation) if stored else conversation
