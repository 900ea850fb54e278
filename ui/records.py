"""The history pane, without Gradio: search, add, correct, remove, read a file, export, be forgotten."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace

from convrec.codec import encode
from convrec.data.sheet import read_sheet
from convrec.errors import UsageError
from convrec.types import Interaction, Item, ItemId, UserId

from .desk import MOST_TEXT
from .diary import KINDS, ONLY, PAGE, Diary, Reading, diary
from .markup import button
from .room import Room
from .view import View
from .visitors import Talk

_FOUND = 5
_PATIENCE = 20.0
"""Seconds to wait for an answer to stop before somebody is forgotten."""


class Records:
    """Shows and changes a person's events."""

    def __init__(self, room: Room) -> None:
        """Over the same recommender and talks as the page."""
        self._room, self._rec = room, room.rec

    def pane(self, visitor: str, talk: Talk) -> View:
        """As it stands."""
        desk = talk.desk
        shown = Diary(
            talk.history(),
            desk.query,
            desk.only,
            desk.shown,
            self._to_add(talk),
            self._room.ratings,
            desk.reading,
            desk.leaving,
            talk.user_id is not None,
        )
        return View(history=diary(shown, self._rec.catalogue, self._room.words(visitor)))

    def search(self, visitor: str, user_id: UserId | None, query: str) -> View:
        """Only entries that the query names, and what could be added."""
        talk = self._room.talks.get(visitor, user_id)
        talk.desk.query, talk.desk.shown = query.strip()[:120], PAGE
        return self.pane(visitor, talk)

    def only(self, visitor: str, user_id: UserId | None, kind: str) -> View:
        """Only one kind of entry."""
        talk = self._room.talks.get(visitor, user_id)
        talk.desk.only, talk.desk.shown = (kind if kind in ONLY else "all"), PAGE
        return self.pane(visitor, talk)

    def more(self, visitor: str, user_id: UserId | None) -> View:
        """More entries."""
        talk = self._room.talks.get(visitor, user_id)
        talk.desk.shown += 3 * PAGE
        return self.pane(visitor, talk)

    def know(self, visitor: str, user_id: UserId | None, item_id: ItemId, verdict: str) -> View:
        """Add an item.

        Raises:
            UsageError: No such item or verdict.
        """
        if verdict not in KINDS:
            raise UsageError(f"verdict {verdict[:40]!r}; one of: {', '.join(KINDS)}")
        self._rec.require([item_id])
        talk = self._room.talks.get(visitor, user_id)
        talk.desk.kept.add([Interaction("", item_id, None, time.time(), verdict)])
        talk.desk.query = ""
        label = self._rec.catalogue[item_id].label
        return replace(self.pane(visitor, talk), notice=self._room.words(visitor)("history.added", title=label))

    def correct(self, visitor: str, user_id: UserId | None, key: str, to: str) -> View:
        """Say something else of an entry: `rate:4`, or a verdict.

        Raises:
            UsageError: It is neither.
        """
        talk, words = self._room.talks.get(visitor, user_id), self._room.words(visitor)
        event = next((one for one in talk.history().events if one.event_id == key), None)
        if event is None:
            return replace(self.pane(visitor, talk), notice=words("history.gone"))
        changed = _said(event, to, self._room.ratings)
        talk.unsay(event.item_id)
        if not talk.desk.kept.correct(key, changed):
            talk.desk.kept.add([replace(changed, event_id="")])  # said in this talk, and kept nowhere else
        return replace(self.pane(visitor, talk), notice=words("history.corrected"))

    def drop(self, visitor: str, user_id: UserId | None, key: str) -> View:
        """Remove an entry; it can be brought back until the next one is removed."""
        talk, words = self._room.talks.get(visitor, user_id), self._room.words(visitor)
        event = next((one for one in talk.history().events if one.event_id == key), None)
        if event is None:
            return replace(self.pane(visitor, talk), notice=words("history.gone"))
        talk.unsay(event.item_id)
        talk.desk.kept.remove([key])
        talk.desk.removed = (event,)
        back = button("restore", words("history.bring_back"), mark="undo", css="cr-quiet")
        notice = words("history.removed", title=self._label(event.item_id))
        return replace(self.pane(visitor, talk), notice=notice, remedy=back)

    def restore(self, visitor: str, user_id: UserId | None) -> View:
        """Bring back what was removed last."""
        talk = self._room.talks.get(visitor, user_id)
        talk.desk.kept.add(talk.desk.removed)
        talk.desk.removed = ()
        return replace(self.pane(visitor, talk), notice="")

    def file(self, visitor: str, user_id: UserId | None, data: Mapping[str, str]) -> View:
        """A part of a file that is being sent: `name`, `sending`, `part`, `of`, `text`; the last one to come reads it.

        Raises:
            UsageError: It is too large, or no list of items.
        """
        talk, words = self._room.talks.get(visitor, user_id), self._room.words(visitor)
        try:
            text = talk.desk.collect(data["sending"], int(data["part"]), int(data["of"]), data["text"])
        except ValueError:
            return View(notice=words("file.too_big", most=f"{MOST_TEXT // 1_000_000} MB"))
        if text is None:
            return View()
        sheet = read_sheet(text, self._rec.catalogue, self._rec.scale)
        have = {(event.item_id, event.timestamp) for event in talk.history().events}
        items = {item_id for item_id, _ in have}
        fresh = tuple(
            one
            for one in sheet.events
            if (one.item_id, one.timestamp) not in have and (one.timestamp is not None or one.item_id not in items)
        )
        talk.desk.reading = Reading(data.get("name", "")[:80], sheet, len(sheet.events) - len(fresh), fresh)
        return replace(self.pane(visitor, talk), notice="")

    def take(self, visitor: str, user_id: UserId | None, yes: bool) -> View:
        """Keep what a file says, or let it go."""
        talk, words = self._room.talks.get(visitor, user_id), self._room.words(visitor)
        reading, talk.desk.reading = talk.desk.reading, None
        if reading is None or not yes:
            return replace(self.pane(visitor, talk), notice="")
        count = talk.desk.kept.add(reading.fresh)
        return replace(self.pane(visitor, talk), notice=words.many("file.added", count))

    def export(self, visitor: str, user_id: UserId | None) -> View:
        """Everything that is kept about the person, handed to their browser as a file."""
        talk = self._room.talks.get(visitor, user_id)
        if user_id is not None:
            kept = self._rec.export(user_id)
        else:
            kept = {"events": encode(talk.history().events), "conversation": encode(talk.chat.conversation)}
        text = json.dumps(kept, ensure_ascii=False, indent=1)
        return View(tell={"file": "convrec-export.json", "text": text})

    def leave(self, visitor: str, user_id: UserId | None, asking: bool) -> View:
        """Ask whether they want to be forgotten, or let the question go."""
        talk = self._room.talks.get(visitor, user_id)
        talk.desk.leaving = asking
        return self.pane(visitor, talk)

    def forget(self, visitor: str, user_id: UserId | None) -> View:
        """Erase the person: what is stored, every open talk of theirs, and what the page holds.

        It is done only after the question (`leave`) was put; what follows is a new visitor.
        """
        words = self._room.words(visitor)
        if not self._room.talks.get(visitor, user_id).desk.leaving:
            return self.leave(visitor, user_id, True)
        gone = 0
        while talks := self._room.talks.leave(user_id, None if user_id is not None else visitor):
            # No answer of theirs may be at work: it would store the talk that is being erased.
            if not all(_ended(talk) for talk in talks):
                return View(notice=words("forget.busy"))
            gone += self._rec.forget(user_id) if user_id is not None else 0
        notice = words("forget.done", count=f"{gone:,}") if user_id is not None else words("forget.done_passing")
        return View(notice=notice, user="")

    def _to_add(self, talk: Talk) -> list[Item]:
        """Items that the search names by the beginning of a word and the history has not, best known first."""
        wanted = talk.desk.query.casefold()
        if len(wanted) < 2:
            return []
        have = set(talk.history().item_ids)
        found = [one for one in self._rec.catalogue.items if wanted in one.title.casefold() and one.id not in have]
        begins = [one for one in found if one.title.casefold().startswith(wanted)]
        return [*begins, *(one for one in found if one not in begins)][:_FOUND]

    def _label(self, item_id: ItemId) -> str:
        return self._rec.catalogue[item_id].label if item_id in self._rec.catalogue else item_id


def _said(event: Interaction, to: str, ratings: tuple[float, ...]) -> Interaction:
    if to in KINDS:
        return replace(event, rating=None, kind=to)
    rating = next((one for one in ratings if to == f"rate:{one:g}"), None)
    if rating is None:
        raise UsageError(f"{to[:40]!r} cannot be said of an entry")
    return replace(event, rating=rating, kind="rate")


def _ended(talk: Talk) -> bool:
    """Whether its answer has ended; nobody can begin another one in it."""
    talk.stop.set()
    return talk.answering.acquire(timeout=_PATIENCE)
