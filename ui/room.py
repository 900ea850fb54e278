"""What all handlers share: the recommender, the open talks, and how each visitor has set the page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from convrec.errors import UsageError
from convrec.types import Conversation, UserId

from . import start
from .choices import Choices
from .desk import Desk
from .images import Pictures
from .kept import Passing, Stored
from .leaning import Leaning
from .look import Look
from .settings import Machinery
from .talks import exchanges, verdicts
from .visitors import Talk, Talks
from .words import FIRST, Words, language_of

if TYPE_CHECKING:
    from convrec import Recommender
    from convrec.dialogue.pipeline import Pipeline

_MOST_VISITORS = 10_000


class Room:
    """The recommender and everybody who talks to it. Safe to use from several threads.

    Attributes:
        rec: Shared by all visitors.
        talks: The open ones.
        examples: Things to say first.
        pictures: The catalogue's own.
    """

    def __init__(self, rec: Recommender) -> None:
        """Read from the workspace what the page offers; models are loaded by the recommender, once."""
        self.rec = rec
        self.talks = Talks(self._begin)
        self.examples = start.examples(rec)
        self.pictures = Pictures(rec)
        self._choices: OrderedDict[str, tuple[Choices, str]] = OrderedDict()
        self._guard = threading.Lock()

    def user(self, chosen: object) -> UserId | None:
        """The stored user that was chosen; None for a new visitor.

        Raises:
            UsageError: Nobody of that name is stored.
        """
        name = str(chosen or "").strip()
        if not name:
            return None
        if len(name) > 200 or not self.rec.history(name).events:
            raise UsageError(
                f"nobody called {name[:60]!r} is stored here; choose a name from the list, or a new visitor"
            )
        return name

    def heed(self, visitor: str, cookie: str, accepted: str = "") -> None:
        """Know how this visitor has set the page, from what their browser sends along.

        Args:
            visitor: Who asks.
            cookie: Value of the cookie of `choices`.
            accepted: The languages that their browser asks for.
        """
        with self._guard:
            self._choices[visitor] = (Choices.read(cookie), language_of(accepted))
            self._choices.move_to_end(visitor)
            if len(self._choices) > _MOST_VISITORS:
                self._choices.popitem(last=False)

    def choices(self, visitor: str) -> Choices:
        """What they have set."""
        return self._choices.get(visitor, (Choices(), FIRST))[0]

    def choose(self, visitor: str, name: str, value: str) -> Choices:
        """Set one thing; the browser keeps it."""
        with self._guard:
            before, language = self._choices.get(visitor, (Choices(), FIRST))
            made = before.changed(name, value)
            self._choices[visitor] = (made, language)
        return made

    def words(self, visitor: str) -> Words:
        """The page's own words in their language."""
        chosen, asked = self._choices.get(visitor, (Choices(), FIRST))
        return Words(chosen.language or asked, self.rec.settings.noun, self.rec.settings.verb)

    def look(self, visitor: str) -> Look:
        """How they see the page."""
        return Look(self.words(visitor), self.choices(visitor), self.pictures.address)

    @cached_property
    def machinery(self) -> Machinery:
        """What does the work."""
        models, stages = self.rec.settings.models, self.rec.stages
        adapters = {task: _name(folder) for task, folder in stages.adapters.items()}
        return Machinery(models.llm, models.encoder, adapters, stages.explainer.writer)

    @cached_property
    def ratings(self) -> tuple[float, ...]:
        """Those that the log uses, as far as a person would choose among them."""
        found = sorted(self.rec.store.events.ratings())
        return tuple(found) if len(found) <= 20 else ()

    def _begin(
        self, visitor: str, user_id: UserId | None, desk: Desk | None, conversation: Conversation | None
    ) -> Talk:
        kept = Passing() if user_id is None else Stored(self.rec, user_id)
        at = Desk(kept) if desk is None else desk
        at.unsaid = set()
        by = cast("Pipeline", Leaning(self.rec, at, lambda: self.choices(visitor)))
        talk = Talk(user_id, self.rec.chat(user_id, conversation=conversation, by=by), at)
        if conversation is not None:
            talk.exchanges = exchanges(self.rec, conversation)
            talk.number = len(talk.exchanges)
            known = {event.event_id for event in at.kept.history().events}
            tapped = verdicts(conversation)
            talk.verdicts = {one: said for one, said in tapped.items() if talk.event_id(one, said) in known}
            at.unsaid = set(tapped) - set(talk.verdicts)  # removed from the history since
        return talk


def _name(folder: Path) -> str:
    """Of an adapter by its folder: the workspace's own have a number below the name."""
    return folder.parent.name + " " + folder.name if folder.name.isdigit() else folder.name
