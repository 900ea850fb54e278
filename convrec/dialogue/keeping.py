"""What a talk leaves behind: verdicts as events, corrections of the profile; and all of it taken back again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from convrec.dialogue.pipeline import Pipeline
from convrec.dialogue.state import State
from convrec.dialogue.understanding import EditAction, ProfileEdit
from convrec.errors import UsageError
from convrec.types import Conversation, Filter, History, Interaction, ItemId, UserId, Verdict

_OPPOSITE: Mapping[EditAction, EditAction] = {"ignore": "heed", "heed": "ignore", "remove": "heed", "add": "remove"}
ITEM = "item"
"""Facet of an edit that is about one event's item; its value is the id."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of one correction of the profile.

    Attributes:
        edit: As it was said.
        made: Whether the profile was changed.
        count: How many events of the history it is about.
        visitor: Whether it was said by somebody of whom no profile is kept.
        back: Whether it takes back another one.
    """

    edit: ProfileEdit
    made: bool
    count: int = 0
    visitor: bool = False
    back: bool = False


class Keeper:
    """Stores what is said, and takes back what is unsaid. Of a visitor nothing is stored."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Keep things through this recommender."""
        self._pipeline = pipeline

    def event(self, conversation: Conversation, item_id: ItemId, verdict: Verdict) -> Interaction:
        """A verdict as an event of its own key, so that it counts once."""
        event_id = f"chat-{conversation.id}-{item_id}-{verdict}"
        return Interaction(conversation.user_id or "", item_id, None, time.time(), verdict, "", event_id)

    def history(self, conversation: Conversation, state: State) -> History:
        """What is stored, and what this talk says on top of it."""
        stored = self._pipeline.history(conversation.user_id)
        known = {event.event_id for event in stored.events if event.event_id}
        said = [self.event(conversation, item_id, verdict) for item_id, verdict in state.verdicts.items()]
        return replace(stored, events=stored.events + tuple(one for one in said if one.event_id not in known))

    def has_past(self, conversation: Conversation, state: State, history: History) -> bool:
        """Whether a history holds more than what this talk itself said."""
        own = {self.event(conversation, item_id, verdict).event_id for item_id, verdict in state.verdicts.items()}
        return any(event.event_id not in own for event in history.events)

    def settle(self, conversation: Conversation, before: State, after: State, *, keep: bool = True) -> None:
        """Store the verdicts that still stand after a further message, and take the others back.

        Args:
            conversation: Whose.
            before: What stood.
            after: What stands.
            keep: Whether to store; else only what is unsaid is taken back.
        """
        user_id = conversation.user_id
        if user_id is None or not before.verdicts:
            return
        events = {pair: self.event(conversation, *pair) for pair in before.verdicts.items()}
        gone = [event for (item_id, said), event in events.items() if after.verdicts.get(item_id) != said]
        if gone:
            self._pipeline.withdraw(user_id, gone)
        kept = [event for event in events.values() if event not in gone]
        if keep and kept:
            self._pipeline.observe(kept)

    def correct(self, conversation: Conversation, before: State, after: State) -> tuple[Correction, ...]:
        """Change the profile as said since, and change it back where that was taken back; says what became of it."""
        user_id = conversation.user_id
        new = [one for one in after.edits if one not in before.edits]
        if user_id is None:
            return tuple(Correction(one, made=False, visitor=True) for one in new)
        back = [replace(one, action=_OPPOSITE[one.action]) for one in before.edits if one not in after.edits]
        return tuple(
            Correction(one, self._made(user_id, one), self._count(user_id, one), back=one in back)
            for one in (*back, *new)
        )

    def _made(self, user_id: UserId, edit: ProfileEdit) -> bool:
        edits = _edits_of(edit)
        try:
            if edits:
                self._pipeline.edit_profile(user_id, *edits)
        except UsageError:  # about a statement that is not there, or a value that no profile speaks of
            return False
        return bool(edits)

    def _count(self, user_id: UserId, edit: ProfileEdit) -> int:
        catalogue = self._pipeline.catalogue
        ids = {one for one in self._pipeline.history(user_id).item_ids if one in catalogue}
        if edit.item_ids:
            return len(ids & set(edit.item_ids))
        if not edit.facet:
            return 0
        has = catalogue.matching([Filter(edit.facet, "any_of", (edit.value,))])
        return sum(bool(has[catalogue.row(one)]) for one in ids)


def _edits_of(edit: ProfileEdit) -> Sequence[Mapping[str, Any]]:
    """As the profile takes it."""
    if edit.item_ids:
        if edit.action == "add":
            return ()  # a verdict on an item is an event
        action = "heed" if edit.action == "heed" else "ignore"
        return [{"action": action, "facet": ITEM, "value": one, "origin": "chat"} for one in edit.item_ids]
    if edit.facet:
        polarity = {} if edit.polarity is None else {"polarity": edit.polarity}
        return [{"action": edit.action, "facet": edit.facet, "value": edit.value, "origin": "chat", **polarity}]
    if edit.action == "add" and edit.said:
        return [{"action": "add", "text": edit.said[:1].upper() + edit.said[1:], "origin": "chat"}]
    return ()
