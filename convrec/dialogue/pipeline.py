"""What a chat needs of a recommender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from convrec.config import Settings
from convrec.dialogue.sense.understand import Understander
from convrec.protocols import Catalogue
from convrec.types import Conversation, History, Interaction, ItemId, Profile, Recommendation, Request, UserId


class Pipeline(Protocol):
    """Answers, remembers and forgets."""

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

    def predict(
        self, user_id: UserId | None = None, item_ids: Sequence[ItemId] = (), *, history: History | None = None
    ) -> dict[ItemId, float]:
        """Probability in (0, 1) that somebody with this history likes each item; 0.5 for each: nobody can tell."""
        ...

    def profile_of(self, history: History) -> Profile:
        """What a history says about taste."""
        ...

    def observe(self, events: Sequence[Interaction]) -> int:
        """Store events; returns how many were new."""
        ...

    def withdraw(self, user_id: UserId, events: Sequence[Interaction]) -> int:
        """Take events of a person back; returns how many were stored."""
        ...

    def edit_profile(self, user_id: UserId, *edits: Mapping[str, Any]) -> Profile:
        """Correct a profile, all or nothing; `UsageError` where an edit is about nothing that is there."""
        ...

    def save_conversation(self, conversation: Conversation) -> Conversation:
        """Store a talk; returns it with its id."""
        ...

    def load_conversation(self, conversation_id: str, user_id: UserId) -> Conversation:
        """A stored talk."""
        ...
