"""The recommender as one visitor has set it: leaning where they lean, with the events that the page holds for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convrec.effort import effort, spending
from convrec.types import History, Interaction, Recommendation, Request, UserId

from .choices import Choices

if TYPE_CHECKING:
    from convrec import Recommender

    from .desk import Desk


class Leaning:
    """Answers a talk in the recommender's place; what is not changed here is the recommender's own."""

    def __init__(self, rec: Recommender, desk: Desk, choices: Callable[[], Choices]) -> None:
        """Stand before the recommender.

        Args:
            rec: Does the work.
            desk: Holds a visitor's events, and what was taken back.
            choices: What they have set, asked anew at every step.
        """
        self._rec, self._desk, self._choices = rec, desk, choices

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rec, name)

    def history(self, user_id: UserId | None) -> History:
        """What is stored, or for a visitor what the page holds."""
        return self._rec.history(user_id) if user_id is not None else self._desk.kept.history()

    def shortlist(self, history: History, request: Request) -> list[Recommendation]:
        """The best as the person leans."""
        return self._rec.shortlist(self._standing(history), self._choices().leaned(request))

    def explain(
        self, history: History, request: Request, recommendations: Sequence[Recommendation]
    ) -> list[Recommendation]:
        """With explanations as they want them, or none."""
        chosen = self._choices()
        if chosen.reasons == "none":
            return [replace(entry, explanation=None) for entry in recommendations]
        with spending("plain" if chosen.wording == "template" and effort() == "full" else effort()):
            return self._rec.explain(self._standing(history), request, recommendations)

    def observe(self, events: Sequence[Interaction]) -> int:
        """Stored, but for what was taken back."""
        return self._rec.observe([event for event in events if event.item_id not in self._desk.unsaid])

    def _standing(self, history: History) -> History:
        """Without the verdicts of this talk that were taken back."""
        unsaid = self._desk.unsaid
        if not unsaid:
            return history
        kept = [one for one in history.events if not (one.item_id in unsaid and one.event_id.startswith("chat-"))]
        return replace(history, events=tuple(kept))
