"""What the page does, without Gradio: every button and message in, what changes on the page out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from convrec.errors import ConvrecError, RunError, UsageError
from convrec.language import plural
from convrec.types import ChatEvent, ItemId, Profile, UserId, Verdict

from . import panel, start
from .line import EASED, Line, Refused, Ticket, waiting
from .talk import Exchange, greeting, live, past
from .visitors import Talk, Talks

if TYPE_CHECKING:
    from convrec import Recommender

log = logging.getLogger("convrec")

VERDICTS = ("like", "dislike", "seen", "save")
EDITS = ("remove", "lock", "unlock")


@dataclass(frozen=True, slots=True)
class View:
    """What changes on the page; None: stays as it is.

    Attributes:
        past: HTML of the answered exchanges.
        live: HTML of the newest exchange.
        profile: HTML of the panel.
        busy: Whether an answer is being made.
        typed: Text to put into the box.
        notice: One line for the person, outside the talk.
    """

    past: str | None = None
    live: str | None = None
    profile: str | None = None
    busy: bool | None = None
    typed: str | None = None
    notice: str | None = None


class Page:
    """The page over one recommender, for all visitors. Safe to use from several threads."""

    def __init__(self, rec: Recommender, line: Line | None = None) -> None:
        """Read from the workspace what the page offers; models are loaded once, and `line` orders their use."""
        self.rec = rec
        self.line = line or Line()
        self.talks = Talks(lambda user_id: rec.chat(user_id=user_id))
        self.noun, self.verb = rec.settings.noun, rec.settings.verb
        self.examples = start.examples(rec)

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

    def open(self, visitor: str, user_id: UserId | None) -> Iterator[View]:
        """The page as it stands: at loading, and when another user is chosen."""
        talk = self.talks.get(visitor, user_id)
        whole = self._whole(talk)
        yield View(whole.past, whole.live, panel.loading(), whole.busy, notice="")
        yield self.profile(visitor, user_id)

    def profile(self, visitor: str, user_id: UserId | None) -> View:
        """The panel, at once: the text of a model where it still holds, else one by template."""
        history = self.talks.get(visitor, user_id).given() if user_id is None else self.rec.history(user_id)
        return self._panel(self.rec.quick_profile(history), user_id)

    def write(self, visitor: str, user_id: UserId | None) -> Iterator[View]:
        """The panel with its text worded by the model, which takes its time: hence only when asked for."""
        if user_id is None:
            return
        yield self._panel(self.rec.quick_profile(self.rec.history(user_id)), user_id, writing=True)
        try:
            yield self._panel(self.rec.profile(user_id), user_id)
        except RunError as error:
            log.error("a profile could not be written: %s", error)
            yield replace(self.profile(visitor, user_id), notice="I could not word it anew. It stays as it was.")

    def send(self, visitor: str, user_id: UserId | None, text: str) -> Iterator[View]:
        """A message and its answer, as it comes."""
        talk = self.talks.get(visitor, user_id)
        text = text.strip()
        if not text:
            return
        if len(text) > self.rec.settings.chat.max_message:
            most = self.rec.settings.chat.max_message
            yield View(notice=f"That is {len(text):,} characters; I can read {most:,} at once.", busy=False)
            return
        if not talk.answering.acquire(blocking=False):
            yield View(notice="One moment, I am still answering.")
            return
        try:
            exchange = talk.begin(text)
            yield View(self._past(talk), self._live(talk), busy=True, typed="", notice="")
            yield from self._answer(visitor, talk, exchange)
        finally:
            talk.answering.release()

    def retry(self, visitor: str, user_id: UserId | None) -> Iterator[View]:
        """Another answer to the last message."""
        talk = self.talks.get(visitor, user_id)
        if not talk.exchanges or not talk.answering.acquire(blocking=False):
            return
        try:
            last = talk.exchanges.pop()
            exchange = talk.begin(last.said)
            yield View(self._past(talk), self._live(talk), busy=True, notice="")
            if last.kept:
                talk.take_back()
            yield from self._answer(visitor, talk, exchange)
        finally:
            talk.answering.release()

    def undo(self, visitor: str, user_id: UserId | None) -> View:
        """Take back the last exchange; its words return to the box."""
        talk = self.talks.get(visitor, user_id)
        if not talk.exchanges or not talk.answering.acquire(blocking=False):
            return View()
        try:
            last = talk.exchanges.pop()
            if last.kept:
                talk.take_back()
        finally:
            talk.answering.release()
        return View(self._past(talk), self._live(talk), busy=False, typed=last.said, notice="")

    def stop(self, visitor: str, user_id: UserId | None) -> View:
        """End the answer that is being made; what has come of it stays."""
        talk = self.talks.get(visitor, user_id)
        talk.stop.set()
        return View(notice="Stopping…" if talk.answering.locked() else "")

    def fresh(self, visitor: str, user_id: UserId | None) -> View:
        """A new talk; events and profile stay."""
        return self._whole(self.talks.restart(visitor, user_id))

    def verdict(self, visitor: str, user_id: UserId | None, item_id: ItemId, verdict: str) -> View:
        """Keep what the person says about a card; it counts from the next answer on.

        Raises:
            UsageError: No such item or verdict.
        """
        if verdict not in VERDICTS:
            raise UsageError(f"verdict {verdict[:40]!r}; one of: {', '.join(VERDICTS)}")
        if item_id not in self.rec.catalogue:
            raise UsageError(f"no {self.noun} {item_id[:60]!r} in the catalogue")
        talk = self.talks.get(visitor, user_id)
        given = cast("Verdict", verdict)
        if talk.verdicts.get(item_id) == given:
            return View()  # pressed twice: said once
        with talk.step:
            talk.chat.feedback(item_id, given)
        talk.verdicts[item_id] = given
        return View(self._past(talk), self._live(talk), notice="Noted. It counts from the next answer on.")

    def edit(self, visitor: str, user_id: UserId | None, statement_id: str, action: str) -> View:
        """Remove, lock or unlock a statement of the profile.

        Raises:
            UsageError: No such statement or action, or nobody to keep it for.
        """
        if action not in EDITS:
            raise UsageError(f"profile edit {action[:40]!r}; one of: {', '.join(EDITS)}")
        if user_id is None:
            raise UsageError("a new visitor has no profile to correct")
        profile = self.rec.edit_profile(user_id, action=action, statement_id=statement_id)
        done = {"remove": "Removed. I will not bring it back.", "lock": "Locked.", "unlock": "Unlocked."}[action]
        return replace(self._panel(profile, user_id), notice=done)

    def settled(self, visitor: str, user_id: UserId | None) -> View:
        """The page after an answer, however it ended."""
        return self._whole(self.talks.get(visitor, user_id))

    def _answer(self, visitor: str, talk: Talk, exchange: Exchange) -> Iterator[View]:
        """Answer what the exchange says when its turn has come, showing every step."""
        talk.stop.clear()
        stream: Iterator[ChatEvent] = iter(())
        try:
            with self.line.join(visitor) as ticket:
                for place in ticket.wait():
                    exchange.status = waiting(place)
                    yield View(live=self._live(talk))
                    if talk.stop.is_set():
                        return
                stream = iter(talk.chat.send(exchange.said))
                while (event := self._step(talk, stream, ticket)) is not None:
                    _fold(exchange, event)
                    exchange.note = EASED[ticket.effort]
                    yield View(live=self._live(talk))
                    if talk.stop.is_set():
                        break
        except ConvrecError as error:
            if isinstance(error, RunError) and error.stage == "llm":
                self.line.sick()
            _fail(exchange, error)
        except Refused as error:
            exchange.state, exchange.reply = "failed", error.refusal.words
        finally:
            if (close := getattr(stream, "close", None)) is not None:
                close()
            if exchange.state == "working":
                exchange.state = "stopped"
        yield View(live=self._live(talk), busy=False, notice="")

    def _step(self, talk: Talk, stream: Iterator[ChatEvent], ticket: Ticket) -> ChatEvent | None:
        """The next event, in which taps on cards wait for their turn; None at the end."""
        with talk.step, ticket.spending():
            return next(stream, None)

    def _whole(self, talk: Talk) -> View:
        return View(self._past(talk), self._live(talk), busy=talk.answering.locked())

    def _past(self, talk: Talk) -> str:
        return past(talk.exchanges, self.verb, talk.verdicts)

    def _live(self, talk: Talk) -> str:
        return live(talk.exchanges, self.verb, talk.verdicts, self._welcome(talk))

    def _welcome(self, talk: Talk) -> str:
        many = plural(self.noun)
        if talk.user_id is None:
            hint = f"Say it in your own words, or name {many} you love. I know {len(self.rec.catalogue):,} {many}."
        else:
            hint = f"I know what you {self.verb} before. Say what you want now, and tell me when I am wrong."
        return greeting(f"What {self.noun} are you in the mood for?", hint, self.examples)

    def _panel(self, profile: Profile, user_id: UserId | None, *, writing: bool = False) -> View:
        known = user_id is not None
        with_model = self.rec.settings.models.llm != "none"
        html = panel.panel(profile, self.noun, editable=known, rewritable=known and with_model, writing=writing)
        return View(profile=html)


def _fold(exchange: Exchange, event: ChatEvent) -> None:
    if event.kind == "status":
        exchange.status = event.text
    elif event.kind == "text":
        exchange.reply += event.text
    elif event.kind == "cards":
        exchange.recommendations = event.recommendations
    else:
        exchange.recommendations = event.recommendations or exchange.recommendations
        exchange.reply = event.turn.text if event.turn is not None else exchange.reply
        exchange.options = event.options
        exchange.state = "done"
        exchange.kept = True


def _fail(exchange: Exchange, error: ConvrecError) -> None:
    exchange.state = "failed"
    if isinstance(error, RunError):
        # What went wrong inside is for the log: it may name paths and other people's data.
        log.error("an answer failed: %s", error)
        exchange.reply = "I could not finish that. Please try again."
    else:
        exchange.reply = str(error)
