"""What to do next: recommend, ask, answer or admit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from convrec.dialogue.state import State
from convrec.dialogue.understanding import Act, Understanding

ActionKind = Literal["recommend", "ask", "answer", "admit"]
Reason = Literal[
    "wish", "feedback", "more", "again", "surprise", "undone", "cold", "which", "question", "accepted", "thanks", "bye",
    "greeting", "smalltalk", "nothing_left", "not_understood", "kept", "edited", "outside",
]  # fmt: skip

MOST_QUESTIONS = 2
"""Before the first cards; more is an interrogation."""


@dataclass(frozen=True, slots=True)
class Action:
    """What to do, and why."""

    kind: ActionKind
    reason: Reason


def decide(state: State, understanding: Understanding, n_history: int, n_left: int) -> Action:
    """The next action.

    Args:
        state: What stands, the newest message included.
        understanding: What the newest message means.
        n_history: How many events are known of the person, before and in this talk.
        n_left: How many items meet the conditions and were neither shown nor refused.
    """
    acts = set(understanding.acts)
    if understanding.edits:
        return Action("answer", "edited")
    if understanding.outside:
        return Action("answer", "outside")
    if "ask" in acts and (not understanding.filters or any(one.kind == "count" for one in understanding.questions)):
        return Action("answer", "question")
    if understanding.unclear:
        return Action("ask", "which")
    if courtesy := _courtesy(acts, understanding):
        return courtesy
    if acts == {"smalltalk"} and state.shown and not understanding.says_something:
        return Action("answer", "smalltalk")
    if n_left == 0 and {"no", "answer"} <= acts and not understanding.says_something:
        return Action("admit", "kept")
    if n_left == 0 and state.request.filters:
        return Action("admit", "nothing_left")
    return _recommend(state, understanding, n_history, acts)


def _courtesy(acts: set[Act], understanding: Understanding) -> Action | None:
    """Answers that need no cards."""
    if understanding.says_something and not understanding.accepted:
        return None
    wants_more = acts & {"more", "again", "recommend", "surprise", "reset", "undo"}
    if "accept" in acts and not wants_more and not understanding.filters:
        return Action("answer", "accepted")
    if "bye" in acts and not wants_more:
        return Action("answer", "bye")
    if "thank" in acts and not wants_more and "reject" not in acts:
        return Action("answer", "thanks")
    return None


def _recommend(state: State, understanding: Understanding, n_history: int, acts: set[Act]) -> Action:
    cold = n_history == 0 and state.request.is_empty and not state.shown
    willing = acts & {"surprise", "more", "again", "recommend"}
    if cold and not willing and not understanding.lifted and state.asked < MOST_QUESTIONS:
        return Action("ask", "cold")
    if not understanding.says_something and not willing and state.shown:
        if "smalltalk" in acts:
            return Action("answer", "smalltalk")
        if "greet" in acts:
            return Action("answer", "greeting")
        if acts == {"yes"}:  # to no question of ours
            return Action("answer", "accepted")
        if acts == {"other"} and understanding.k is None and not understanding.missing:
            return Action("admit", "not_understood")
    if "undo" in acts:
        return Action("recommend", "undone")
    if acts <= {"no", "reject", "answer"} and state.shown:
        return Action("recommend", "more")
    reasons: tuple[Reason, ...] = ("again", "feedback", "more", "surprise")
    named: Reason = next((reason for reason in reasons if reason in acts), "wish")
    return Action("recommend", "wish" if understanding.filters else named)
