"""The panes beside the talk, without Gradio: taste, talks and settings; the history has a file of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace

from convrec.dialogue.keeping import ITEM
from convrec.effort import spending
from convrec.errors import RunError, UsageError
from convrec.profile.edits import ignored
from convrec.types import Conversation, Profile, Request, UserId

from . import panel
from .frame import TABS
from .markup import button
from .movement import PLACES, movement
from .plot import plot
from .records import Records
from .room import Room
from .settings import settings
from .talks import talks
from .versions import MOST, versions
from .view import View
from .visitors import Talk

log = logging.getLogger("convrec")

EDITS = ("remove", "lock", "unlock", "set", "ignore", "heed")


class Side:
    """Shows and changes what stands beside the talk.

    Attributes:
        records: The history pane.
    """

    def __init__(self, room: Room) -> None:
        """Over the same recommender and talks as the page."""
        self._room, self._rec = room, room.rec
        self.records = Records(room)

    def tab(self, visitor: str, user_id: UserId | None, name: str) -> View:
        """Another pane.

        Raises:
            UsageError: There is no such tab.
        """
        if name not in TABS:
            raise UsageError(f"tab {name[:40]!r}; one of: {', '.join(TABS)}")
        self._room.talks.get(visitor, user_id).desk.tab = name
        return replace(self.pane(visitor, user_id), tell={"tab": name, "side": "open"})

    def pane(self, visitor: str, user_id: UserId | None, *, compare: bool = False) -> View:
        """The pane that is open, as it stands; `compare`: with what moved since it was last shown."""
        talk = self._room.talks.get(visitor, user_id)
        if talk.desk.tab == "history":
            return self.records.pane(visitor, talk)
        if talk.desk.tab == "talks":
            return self._talks(visitor, talk)
        if talk.desk.tab == "settings":
            return self._settings(visitor, talk, compare)
        return self.taste(visitor, user_id, compare=compare)

    def loading(self, visitor: str) -> str:
        """The panel while the profile is being read."""
        return panel.loading(self._room.words(visitor))

    def taste(self, visitor: str, user_id: UserId | None, *, compare: bool = False) -> View:
        """The profile, at once: the text of a model where it still holds, else one by template."""
        talk = self._room.talks.get(visitor, user_id)
        return self._panel(visitor, talk, self._rec.quick_profile(talk.history()), compare=compare)

    def write(self, visitor: str, user_id: UserId | None) -> Iterator[View]:
        """The profile with its text worded by the model, which takes its time: hence only when asked for."""
        if user_id is None:
            return
        talk = self._room.talks.get(visitor, user_id)
        yield self._panel(visitor, talk, self._rec.quick_profile(self._rec.history(user_id)), writing=True)
        try:
            yield self._panel(visitor, talk, self._rec.profile(user_id))
        except RunError as error:
            log.error("a profile could not be written: %s", error)
            notice = self._room.words(visitor)("taste.not_worded")
            yield replace(self.taste(visitor, user_id), notice=notice)

    def edit(self, visitor: str, user_id: UserId | None, data: Mapping[str, str]) -> View:
        """Correct a statement of the profile; what it does to the ten best is shown with it.

        Args:
            visitor: Who.
            user_id: As whom.
            data: `edit` is the action; `statement` or `facet` and `value` say which; `polarity`, `strength` (0 to 100).

        Raises:
            UsageError: No such statement or action, or nobody to keep it for.
        """
        action = data.get("edit", "")
        if action not in EDITS:
            raise UsageError(f"profile edit {action[:40]!r}; one of: {', '.join(EDITS)}")
        given: dict[str, object] = {"action": action, "statement_id": data.get("statement", "")}
        given |= {name: data[name] for name in ("facet", "value", "polarity") if data.get(name)}
        if "strength" in data:
            given["strength"] = _percent(data["strength"])
        view = self._edited(visitor, user_id, given, f"taste.done_{action}")
        return replace(view, remedy=self._way_back(visitor, action, data.get("statement", "")))

    def _way_back(self, visitor: str, action: str, statement_id: str) -> str:
        """A button that undoes a removal, where it was of something that the catalogue knows."""
        facet, _, value = statement_id.partition(":")
        if action != "remove" or not value or facet in ("note", "likeness", "latest"):
            return ""
        label = self._room.words(visitor)("history.bring_back")
        return button("edit", label, mark="undo", css="cr-quiet", edit="heed", facet=facet, value=value)

    def add(self, visitor: str, user_id: UserId | None, text: str, polarity: str) -> View:
        """A statement in the person's own words.

        Raises:
            UsageError: It is too long, or there is nobody to keep it for.
        """
        if not text.strip():
            return View()
        read = self._rec.stages.profile_reader.read(text.strip()) if polarity == "like" else ()
        if len(read) == 1 and read[0].facet != "note":
            # What the catalogue knows counts by its facts, and not by the likeness of words alone.
            given: dict[str, object] = {"facet": read[0].facet, "value": read[0].value, "polarity": read[0].polarity}
        else:
            given = {"text": text.strip(), "polarity": polarity}
        return self._edited(visitor, user_id, {"action": "add", **given}, "taste.done_add")

    def choose(self, visitor: str, user_id: UserId | None, name: str, value: str) -> View:
        """Set one thing; the browser is told to keep it."""
        chosen = self._room.choose(visitor, name, value)
        talk = self._room.talks.get(visitor, user_id)
        words = self._room.words(visitor)
        made = self._settings(visitor, talk, compare=name in ("explore", "fame", "diversity"))
        tell = {
            "set": name,
            "value": chosen.as_texts().get(name, ""),
            "theme": chosen.theme,
            "language": words.language,
        }
        notice = words("settings.counts") if name in ("explore", "fame", "diversity", "wording") else ""
        return replace(made, notice=notice, tell=tell, words=words if name == "language" else None)

    def erase(self, visitor: str, user_id: UserId | None, conversation_id: str) -> View:
        """Erase one of the person's talks."""
        talk = self._room.talks.get(visitor, user_id)
        if user_id is None or conversation_id == talk.chat.conversation.id:
            return View()  # the open one is taken back by undo, or left by a new talk
        self._rec.store.conversations.remove(conversation_id, user_id)
        return replace(self._talks(visitor, talk), notice=self._room.words(visitor)("talks.erased"))

    def last_talk(self, user_id: UserId) -> tuple[str, str] | None:
        """Id and first words of the talk that this user held last; None where there is none."""
        for one in self._conversations(user_id):
            if said := next((turn.text for turn in one.turns if turn.role == "user" and turn.text), ""):
                return one.id, said
        return None

    def _edited(self, visitor: str, user_id: UserId | None, edit: dict[str, object], done: str) -> View:
        if user_id is None:
            raise UsageError("a new visitor has no profile to correct")
        talk = self._room.talks.get(visitor, user_id)
        if not talk.desk.top:
            self._top(visitor, talk, compare=False)
        with spending("plain"):  # no model words it here, outside the line: who wants that has a button for it
            profile = self._rec.edit_profile(user_id, **edit)
        return replace(self._panel(visitor, talk, profile, compare=True), notice=self._room.words(visitor)(done))

    def _panel(
        self, visitor: str, talk: Talk, profile: Profile, *, writing: bool = False, compare: bool = False
    ) -> View:
        known = talk.user_id is not None
        look = self._room.look(visitor)
        more = ""
        if profile.statements and not writing:
            more = self._top(visitor, talk, compare=compare)
            more += plot(talk.history(), self._rec.catalogue, look.words)
        if talk.user_id is not None and not writing:
            more += versions(profile, self._rec.store.profiles.versions(talk.user_id, MOST + 1), look.words)
        html = panel.panel(
            profile,
            look,
            editable=known,
            rewritable=known and self._rec.settings.models.llm != "none",
            writing=writing,
            ignored=self._ignored(talk.user_id),
            noted=self._noted(talk),
            more=more,
        )
        return View(profile=html)

    def _noted(self, talk: Talk) -> list[str]:
        """The newest titles of the history, newest first."""
        newest = [one.item_id for one in reversed(talk.history().events) if one.item_id in self._rec.catalogue]
        return [self._rec.catalogue[one].label for one in dict.fromkeys(newest)][:3]

    def _ignored(self, user_id: UserId | None) -> list[tuple[str, str, str]]:
        """What the person said does not count: facet, value, and the value for people."""
        if user_id is None:
            return []
        named = self._rec.catalogue
        return [
            (facet, value, named[value].label if facet == ITEM and value in named else value)
            for facet, value in sorted(ignored(self._rec.store.profiles.edits(user_id)))
        ]

    def _top(self, visitor: str, talk: Talk, *, compare: bool) -> str:
        """The ten best as the person leans, and how they moved."""
        request = self._room.choices(visitor).leaned(Request(k=PLACES))
        found = self._rec.shortlist(talk.history(), request)
        before = talk.desk.top if compare else ()
        talk.desk.top = tuple(entry.item.id for entry in found)
        return movement(found, before, self._room.words(visitor))

    def _settings(self, visitor: str, talk: Talk, compare: bool) -> View:
        more = self._top(visitor, talk, compare=compare)
        words = self._room.words(visitor)
        return View(settings=settings(self._room.choices(visitor), self._room.machinery, words, more))

    def _talks(self, visitor: str, talk: Talk) -> View:
        found = self._conversations(talk.user_id)
        current = talk.chat.conversation.id
        return View(talks=talks(found, current, self._room.words(visitor), stored=talk.user_id is not None))

    def _conversations(self, user_id: UserId | None) -> list[Conversation]:
        return [] if user_id is None else self._rec.conversations(user_id)


def _percent(text: str) -> float:
    try:
        return min(max(float(text) / 100, 0.0), 1.0)
    except ValueError as error:
        raise UsageError(f"strength {text[:20]!r} is no number from 0 to 100") from error
