"""Profiles over their life: the stored version while it holds, a new one where events or edits came since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convrec.codec import encode
from convrec.effort import effort
from convrec.errors import UsageError
from convrec.types import History, ItemId, Profile, UserId

if TYPE_CHECKING:
    from convrec.profile.edits import Edit
    from convrec.profile.versions import ProfileDiff
    from convrec.stages import Stages
    from convrec.store import Store


class Portraits:
    """Profiles of stored people and of given histories."""

    def __init__(
        self, store: Store, stages: Stages, tried: Sequence[Edit] = (), *, called: Callable[[str], str] = str
    ) -> None:
        """Keep the parts.

        Args:
            store: Holds versions and edits.
            stages: Compute what is new.
            tried: Edits that count beside the stored ones and are not stored.
            called: The name that a field has in the catalogue, by any of its names.
        """
        self._store, self._stages, self._called = store, stages, called
        self._tried = tuple(tried)

    def of_person(self, history: History, user_id: UserId) -> Profile:
        """The stored version, or a new one, worded by the LLM where there is one and stored."""
        stored = self._store.profiles.newest(user_id)
        key = self._key(history)
        if stored is None:
            return self._store.profiles.save(self.worded(history))
        if stored.history_digest == key:
            return stored
        # Events that change no statement make no new version, and nothing to word anew.
        profiler = self._stages.profiler
        statements = profiler.statements(self.heeded(history)[0], self._edits(history))
        may = profiler.wording is not None and effort() == "full"
        if statements == stored.statements and not (may and stored.written_by == "template"):
            return self._store.profiles.confirm(replace(stored, history_digest=key))
        return self._store.profiles.save(self.worded(history))

    def worded(self, history: History) -> Profile:
        """The profile of a history, its text written by the LLM where there is one and it may be asked; not stored."""
        edits, may = self._edits(history), effort() == "full"
        profile = self._stages.profiler.profile(self.heeded(history)[0], edits=edits, worded=may)
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

    def given(self, words: Profile | str | None, history: History) -> Profile | None:
        """A profile as it is, or read from a text; of several items with one title, the history's is meant."""
        if not isinstance(words, str):
            return words
        read = self._stages.profile_reader.read(words, history.item_ids)
        return Profile(None, words, read, written_by="person")

    def edit(self, history: History, user_id: UserId, edits: Sequence[Edit | Mapping[str, Any]]) -> None:
        """Store changes, all or none.

        Raises:
            UsageError: The action or statement is unknown; the message lists what there is.
        """
        for entry in self._checked(history, edits):
            self._store.profiles.edit(user_id, encode(entry))

    def under(self, history: History, edits: Sequence[Edit | Mapping[str, Any]]) -> Portraits:
        """Profiles as they would be with these changes, which are not stored.

        Raises:
            UsageError: As `edit`.
        """
        tried = [*self._tried, *self._checked(history, edits)]
        return Portraits(self._store, self._stages, tried, called=self._called)

    def compared(self, user_id: UserId, before: int | None = None, after: int | None = None) -> ProfileDiff:
        """What changed between two stored versions; `after` None: the newest, `before` None: the one before that.

        Raises:
            UsageError: There is no such version; the message says which there are.
        """
        from convrec.profile.versions import diff

        known = {one.version: one for one in self._store.profiles.versions(user_id)}
        if not known:
            raise UsageError(f"no version of a profile of user {user_id!r} is stored yet: ask for the profile first")
        after = max(known) if after is None else after
        before = max((one for one in known if one < after), default=after) if before is None else before
        for number in (before, after):
            if number not in known:
                there = f"{min(known)} to {max(known)}"
                raise UsageError(f"user {user_id!r} has no version {number} of the profile; there are: {there}")
        return diff(known[before], known[after], self._stages.profiler.noun)

    def _checked(self, history: History, edits: Sequence[Edit | Mapping[str, Any]]) -> list[Edit]:
        from convrec.profile.edits import Edit

        given = (Edit.of(entry) for entry in edits)
        made = [self._whole(replace(one, facet=self._called(one.facet)), history) for one in given]
        self._stages.check_edits(history, self._edits(history), made)
        return made

    def _whole(self, edit: Edit, history: History) -> Edit:
        """An edit that says what counts by the id of a statement, with the facet and value of that."""
        if edit.action not in ("ignore", "heed") or edit.facet or not edit.statement_id:
            return edit
        found = next((one for one in self.known(history).statements if one.id == edit.statement_id), None)
        return edit if found is None else replace(edit, facet=found.facet, value=found.value)

    def _edits(self, history: History) -> list[dict[str, Any]]:
        if history.user_id is None:
            return []
        return [*self._store.profiles.edits(history.user_id), *map(encode, self._tried)]

    def _key(self, history: History) -> str:
        tried = f"+{len(self._tried)} tried" if self._tried else ""
        return f"{history.digest}+{len(self._edits(history))}{tried}"
