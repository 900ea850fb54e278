"""Profiles over their life: the stored version while it holds, a new one where events or edits came since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convrec.codec import encode
from convrec.types import History, ItemId, Profile, UserId

if TYPE_CHECKING:
    from convrec.profile.edits import Edit
    from convrec.stages import Stages
    from convrec.store import Store


class Portraits:
    """Profiles of stored people and of given histories."""

    def __init__(self, store: Store, stages: Stages) -> None:
        """Keep the parts.

        Args:
            store: Holds versions and edits.
            stages: Compute what is new.
        """
        self._store, self._stages = store, stages

    def of_person(self, history: History, user_id: UserId) -> Profile:
        """The stored version, or a new one, worded by the LLM where there is one and stored."""
        stored = self._store.profiles.newest(user_id)
        if stored is not None and stored.history_digest == self._key(history):
            return stored
        return self._store.profiles.save(self.worded(history))

    def worded(self, history: History) -> Profile:
        """The profile of a history, with its text written by the LLM where there is one; not stored."""
        profile = self._stages.profiler.profile(self.heeded(history)[0], edits=self._edits(history))
        return replace(profile, history_digest=self._key(history))

    def known(self, history: History) -> Profile:
        """The stored profile where it still holds, else its statements with a text by template: no LLM in the way."""
        if history.user_id is not None:
            stored = self._store.profiles.newest(history.user_id)
            if stored is not None and stored.history_digest == self._key(history):
                return stored
        return self._stages.quick_profile(self.heeded(history)[0], self._edits(history))

    def heeded(self, history: History) -> tuple[History, frozenset[ItemId]]:
        """The history without the events that its person said do not count, and the items of those."""
        return self._stages.heeded(history, self._edits(history))

    def given(self, words: Profile | str | None) -> Profile | None:
        """A profile as it is, or read from a text."""
        if not isinstance(words, str):
            return words
        return Profile(None, words, self._stages.profile_reader.read(words), written_by="person")

    def edit(self, history: History, user_id: UserId, edits: Sequence[Edit | Mapping[str, Any]]) -> None:
        """Store changes, all or none.

        Raises:
            UsageError: The action or statement is unknown; the message lists what there is.
        """
        from convrec.profile.edits import Edit

        made = [self._whole(Edit.of(entry), history) for entry in edits]
        self._stages.check_edits(history, self._edits(history), made)
        for entry in made:
            self._store.profiles.edit(user_id, encode(entry))

    def _whole(self, edit: Edit, history: History) -> Edit:
        """An edit that says what counts by the id of a statement, with the facet and value of that."""
        if edit.action not in ("ignore", "heed") or edit.facet or not edit.statement_id:
            return edit
        found = next((one for one in self.known(history).statements if one.id == edit.statement_id), None)
        return edit if found is None else replace(edit, facet=found.facet, value=found.value)

    def _edits(self, history: History) -> list[dict[str, Any]]:
        return [] if history.user_id is None else self._store.profiles.edits(history.user_id)

    def _key(self, history: History) -> str:
        return f"{history.digest}+{len(self._edits(history))}"
