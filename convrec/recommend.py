"""The recommender: the only place that knows the order of the stages."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from convrec.answer import Answer, Clock, Event, Talk, given_history, require, stamped, understood
from convrec.config import Settings
from convrec.errors import UsageError
from convrec.portraits import Portraits
from convrec.protocols import ChatModel, Encoder
from convrec.signal import Scale
from convrec.store import Store
from convrec.types import (
    Candidate,
    Conversation,
    Explanation,
    Filter,
    History,
    Interaction,
    ItemId,
    Profile,
    Recommendation,
    Request,
    UserId,
)
from convrec.workspace import STALE, Workspace

if TYPE_CHECKING:
    from convrec.data.catalogue import ItemTable
    from convrec.dialogue.chat import Chat
    from convrec.dialogue.pipeline import Pipeline
    from convrec.dialogue.sense.understand import Understander
    from convrec.effect import Effect
    from convrec.profile.edits import Edit
    from convrec.profile.versions import ProfileDiff
    from convrec.stages import Stages
    from convrec.whatif import Contrast, WhatIf


_EVEN = 0.5  # weight of the history beside a profile that is given


class Recommender:
    """Recommends, explains and talks, over one workspace. Safe to use from several threads.

    Attributes:
        catalogue: All items.
        folder: Where the workspace lies.
        settings: Of the workspace.
        portraits: Profiles over their life.
        scale: What counts as liking in its log.
        store: The SQL truth.
    """

    def __init__(self, workspace: Workspace, stages: Stages) -> None:
        """Put together by `open`; built by hand in tests."""
        self.workspace = workspace
        self.stages = stages
        self.portraits = Portraits(workspace.store, stages, called=workspace.catalogue.called)
        self._guard = threading.Lock()
        self.catalogue: ItemTable = workspace.catalogue
        self.folder: Path = workspace.folder
        self.settings: Settings = workspace.settings
        self.scale: Scale = workspace.scale
        self.store: Store = workspace.store

    @classmethod
    def open(
        cls,
        folder: str | Path,
        *,
        model: ChatModel | None = None,
        encoder: Encoder | None = None,
        **overrides: Any,
    ) -> Self:
        """Open a workspace and own it until `close`.

        Args:
            folder: Made by `convrec init`.
            model: In place of the LLM in the settings.
            encoder: In place of the encoder in the settings.
            overrides: Settings by section: `models={"llm": "none"}`.

        Raises:
            UsageError: It is no workspace, another process holds it, a setting is wrong or a model is missing.
            RunError: The database is damaged.
        """
        workspace = Workspace.open(folder, encoder=encoder, **overrides)
        try:
            from convrec.stages import Stages

            return cls(workspace, Stages(workspace, model))
        except BaseException:  # given back even at an interrupt, and raised again
            workspace.close()
            raise

    def recommend(
        self, user_id: UserId | None = None, *, k: int = 5, query: str | None = None, conversation: Talk | None = None,
        history: History | Sequence[Event] | None = None, candidates: Sequence[ItemId] | None = None,
        filters: Sequence[Filter] = (), profile: Profile | str | None = None, alpha: float | None = None,
        explain: bool = True,
    ) -> list[Recommendation]:  # fmt: skip
        """The k best items for a person, a history, a wish or a talk.

        Args:
            user_id: Whose stored history counts; somebody unknown is served as a newcomer.
            k: How many, at least 1; fewer come back where fewer are left.
            query: What is wanted now, in words.
            conversation: A talk so far; what was named in it is not recommended again.
            history: Events in place of the stored ones: `{"item_id": "50", "rating": 5, "timestamp": 881250949}`.
            candidates: Rank exactly these.
            filters: Hard conditions beside those in the words.
            profile: A taste in words, or a profile, in place of the one that is known.
            alpha: Weight of the history against the profile, 1 (history alone) to 0 (profile alone); None: half and
                half where `profile` is given, else the history leads and the profile adjusts.
            explain: Whether to write explanations.

        Raises:
            UsageError: `k` is below 1, `alpha` out of range, an item id or a filter's field is unknown, or an event is
                malformed.
        """
        return self.answer(
            user_id, k=k, query=query, conversation=conversation, history=history, candidates=candidates,
            filters=filters, profile=profile, alpha=alpha, explain=explain,
        ).recommendations  # fmt: skip

    def answer(
        self, user_id: UserId | None = None, *, k: int = 5, query: str | None = None, conversation: Talk | None = None,
        history: History | Sequence[Event] | None = None, candidates: Sequence[ItemId] | None = None,
        filters: Sequence[Filter] = (), profile: Profile | str | None = None, alpha: float | None = None,
        explain: bool = True,
    ) -> Answer:  # fmt: skip
        """As `recommend`, with the request as understood, the profile and the time of each stage."""
        if k < 1:
            raise UsageError(f"k must be at least 1, not {k!r}")
        if alpha is not None and not 0 <= alpha <= 1:
            raise UsageError(f"alpha {alpha!r}; a number from 0 (the profile alone) to 1 (the history alone)")
        clock = Clock()
        with clock("understand"):
            past = self._history(user_id, history)
            alpha = _EVEN if alpha is None and profile is not None else alpha
            request = replace(self._request(query, conversation, filters, k), alpha=alpha)
        with clock("profile"):
            taste = self.portraits.given(profile, past) or self.portraits.known(past)
        with clock("retrieve"):
            found = self.candidates(past, taste, request, candidates)
        with clock("rerank"):
            ranked = self.ranked(past, taste, request, found)
        chosen = self._shown(past, ranked)
        if explain:
            with clock("explain"):
                chosen = self._explained(past, taste, request, chosen)
        return Answer(chosen, request, taste, clock.seconds)

    def recommend_many(
        self, user_ids: Iterable[UserId], *, k: int = 5, explain: bool = False
    ) -> dict[UserId, list[Recommendation]]:
        """`recommend` for many stored users."""
        return {user: self.recommend(user, k=k, explain=explain) for user in user_ids}

    def predict(
        self,
        user_id: UserId | None = None,
        item_ids: Sequence[ItemId] = (),
        *,
        history: History | Sequence[Event] | None = None,
    ) -> dict[ItemId, float]:
        """Probability in (0, 1) that the person will like each item; 0.5 for each where there is no log to learn from.

        Raises:
            UsageError: An item id is unknown.
        """
        self.require(item_ids)
        return dict(zip(item_ids, self._probabilities(self._history(user_id, history), item_ids), strict=True))

    def profile(self, user_id: UserId) -> Profile:
        """What convrec thinks the person likes: the stored version, or a new one where events or edits came since."""
        return self.portraits.of_person(self.history(user_id), user_id)

    def profile_of(self, history: History) -> Profile:
        """The profile of a history, with its text written by the LLM where there is one; not stored."""
        return self.portraits.worded(history)

    def quick_profile(self, history: History) -> Profile:
        """The profile without waiting for a model: the stored one where it still holds, else worded by template."""
        return self.portraits.known(history)

    def edit_profile(self, user_id: UserId, *edits: Edit | Mapping[str, Any], **edit: Any) -> Profile:
        """Correct the profile; the correction outlives new events and counts from the next recommendation on.

        Examples: `edit_profile("196", action="remove", statement_id="genre:horror")`,
        `edit_profile("196", action="add", facet="genres", value="Musical", polarity="like")`.

        Raises:
            UsageError: The action or statement is unknown; the message lists what there is.
        """
        self.portraits.edit(self.history(user_id), user_id, [*edits, *([edit] if edit else [])])
        return self.profile(user_id)

    def effect(self, user_id: UserId, *edits: Edit | Mapping[str, Any], k: int = 10, **edit: Any) -> Effect:
        """What `edit_profile` with the same edits would do to the profile and the top `k`; nothing is stored."""
        from convrec import effect

        return effect.of(self, user_id, [*edits, *([edit] if edit else [])], k)

    def profile_versions(self, user_id: UserId) -> list[Profile]:
        """Every stored version of the profile with the time it was `created`, newest first; none: an empty list."""
        return self.store.profiles.versions(user_id)

    def profile_diff(self, user_id: UserId, before: int | None = None, after: int | None = None) -> ProfileDiff:
        """What changed between two stored versions; without numbers, between the last two.

        Raises:
            UsageError: There is no such version; the message says which there are.
        """
        return self.portraits.compared(user_id, before, after)

    def what_if(self, user_id: UserId, item_id: ItemId, without: Sequence[ItemId] | None = None) -> WhatIf:
        """Where an item would stand without some events; without any named, those that it rests on most.

        Raises:
            UsageError: An item is unknown, or was not touched by the person.
        """
        from convrec import whatif

        return whatif.without(self, self.history(user_id), item_id, without)

    def contrast(self, user_id: UserId, item_id: ItemId, other_id: ItemId) -> Contrast:
        """Why one item and not the other; `UsageError` names an unknown one."""
        from convrec import whatif

        return whatif.contrast(self, self.history(user_id), item_id, other_id)

    def history(self, user_id: UserId | None) -> History:
        """The stored history of a person, oldest first; empty for a newcomer."""
        return History() if user_id is None else self.store.events.history(user_id)

    def observe(self, events: Iterable[Event]) -> int:
        """Store events; returns how many were new. When it returns they are committed, and they count at once.

        Raises:
            UsageError: An item is unknown, a user is missing or a number is none; then nothing of the batch is stored.
            RunError: The database refused; then nothing of the batch is stored.
        """
        made = stamped(events)
        self.require([event.item_id for event in made])
        return self.store.events.append(made)

    def withdraw(self, user_id: UserId, events: Iterable[Interaction]) -> int:
        """Take stored events of a person back for good; returns how many there were."""
        return self.store.events.remove(user_id, [event.key for event in events])

    def export(self, user_id: UserId) -> dict[str, Any]:
        """Everything kept about a person, as JSON-ready data."""
        return self.store.export(user_id)

    def forget(self, user_id: UserId) -> int:
        """Erase a person for good; returns how many rows went. The models of the log are fitted without them at the
        next opening, or at once by `refit`.
        """
        gone = self.store.forget(user_id)
        self.store.put(STALE, True)
        self.stages.forget(user_id)
        return gone

    def refit(self) -> None:
        """Fit the models of the log again from what is stored now."""
        from convrec.stages import Stages

        with self._guard:
            self.workspace.refit()
            self.stages = Stages(self.workspace, self.stages.given_model)
            self.portraits = Portraits(self.store, self.stages, called=self.catalogue.called)

    def chat(
        self, user_id: UserId | None = None, *, conversation: Conversation | str | None = None,
        by: Pipeline | None = None,
    ) -> Chat:  # fmt: skip
        """A talk with a person, or with a visitor of whom nothing is stored; `by` answers in its stead.

        `conversation` is one to go on with, or the id of a stored one (`UsageError` where this user has none).
        """
        from convrec.dialogue.chat import Chat

        if isinstance(conversation, str):
            conversation = self.load_conversation(conversation, user_id or "")
        return Chat(by or self, user_id=user_id, conversation=conversation)

    def conversations(self, user_id: UserId) -> list[Conversation]:
        """The stored talks of a person, last touched first."""
        return self.store.conversations.of(user_id)

    @property
    def model(self) -> ChatModel | None:
        """The LLM, loaded when it is first asked; None where the settings name none."""
        return self.stages.model

    @property
    def understander(self) -> Understander:
        """What reads a person's words."""
        return self.stages.understander

    def shortlist(self, history: History, request: Request) -> list[Recommendation]:
        """The `request.k` best, ranked, without explanations."""
        profile = self.portraits.known(history)
        found = self.candidates(history, profile, request)
        return self._shown(history, self.ranked(history, profile, request, found))

    def explain(
        self, history: History, request: Request, recommendations: Sequence[Recommendation]
    ) -> list[Recommendation]:
        """The same recommendations with an explanation each, worded as one batch."""
        return self._explained(history, self.portraits.known(history), request, recommendations)

    def save_conversation(self, conversation: Conversation) -> Conversation:
        """Store a talk; a visitor's is returned as it is."""
        return self.store.conversations.save(conversation)

    def load_conversation(self, conversation_id: str, user_id: UserId) -> Conversation:
        """A stored talk of this user; `UsageError` where there is none."""
        return self.store.conversations.load(conversation_id, user_id)

    def close(self) -> None:
        """Give the workspace back; a second call does nothing."""
        self.workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _history(self, user_id: UserId | None, given: History | Sequence[Event] | None) -> History:
        if given is None:
            return self.history(user_id)
        return given_history(given, user_id, self.catalogue)

    def _request(self, query: str | None, talk: Talk | None, filters: Sequence[Filter], k: int) -> Request:
        # Without words the understander need not be made.
        asked = talk or (query or "").strip()
        request = understood(self.understander, query, talk) if asked else Request()
        diversity = request.diversity or self.settings.rerank.diversity
        named = [self.catalogue.settled(one) for one in filters]
        return replace(request, filters=(*request.filters, *named), k=k, diversity=diversity)

    def candidates(
        self, history: History, profile: Profile, request: Request, given: Sequence[ItemId] | None = None
    ) -> list[Candidate]:
        """What may be recommended, or exactly the given items, by the signals that the request calls for."""
        history, hidden = self.portraits.heeded(history)
        if given is not None:
            self.require(given)
            return self.stages.retriever.score(history, profile, request, list(dict.fromkeys(given)))
        request = replace(request, exclude=request.exclude | hidden)
        depth = max(request.k, self.settings.retrieve.candidates)
        return self.stages.retriever.retrieve(history, profile, request, depth)

    def ranked(
        self, history: History, profile: Profile, request: Request, found: Sequence[Candidate]
    ) -> list[Candidate]:
        """The `request.k` best of what was found."""
        past = History() if request.alpha == 0 else self.portraits.heeded(history)[0]
        ranked = self.stages.appeal.rerank(past, profile, request, found)
        ranked = self.stages.reranker.rerank(history, profile, request, ranked)
        return self.stages.retriever.diversify(history, request, ranked)[: request.k]

    def _shown(self, history: History, ranked: Sequence[Candidate]) -> list[Recommendation]:
        ids = [candidate.item_id for candidate in ranked]
        judged = self.workspace.liking is not None
        chances: Sequence[float | None] = self._probabilities(history, ids) if judged else [None] * len(ids)
        return [
            Recommendation(self.catalogue[one.item_id], rank, one.score, chance, None, dict(one.sources))
            for rank, (one, chance) in enumerate(zip(ranked, chances, strict=True), 1)
        ]

    def _explained(
        self, history: History, profile: Profile, request: Request, chosen: Sequence[Recommendation]
    ) -> list[Recommendation]:
        candidates = [Candidate(entry.item.id, entry.score, entry.sources) for entry in chosen]
        past = self.portraits.heeded(history)[0]
        reasons: list[Explanation] = self.stages.explain(past, profile, request, candidates)
        return [replace(entry, explanation=reason) for entry, reason in zip(chosen, reasons, strict=True)]

    def _probabilities(self, history: History, item_ids: Sequence[ItemId]) -> list[float]:
        liking = self.workspace.liking
        if liking is None or not item_ids:
            return [0.5] * len(item_ids)
        return [float(p) for p in liking.predict(history, item_ids, self.stages.rows, self.scale)]

    def require(self, item_ids: Sequence[ItemId]) -> None:
        """Refuse items that the catalogue does not have; `UsageError` names the first."""
        require(item_ids, self.catalogue)
