"""The talk, without Gradio: every button and message in, what changes on the page out."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from convrec.dialogue.replies.describe import groups_of
from convrec.dialogue.rules.dropping import drop_reply
from convrec.errors import ConvrecError, RunError, UsageError
from convrec.types import ChatEvent, Interaction, ItemId, UserId, Verdict

from .basis import bases
from .line import Line, Refused, Ticket
from .markup import button
from .room import Room
from .side import Side
from .talk import Exchange, greeting, live, past
from .view import View
from .visitors import Talk
from .waits import eased, refused, waiting

if TYPE_CHECKING:
    from convrec import Recommender

log = logging.getLogger("convrec")

VERDICTS = ("like", "dislike", "seen", "save")


class Page:
    """The page over one recommender, for all visitors. Safe to use from several threads.

    Attributes:
        room: What it shares with the side.
        side: The panes beside the talk.
        named: Whether people log in, so that nobody chooses whom to talk as.
    """

    def __init__(self, rec: Recommender, line: Line | None = None, *, named: bool = False) -> None:
        """Read from the workspace what the page offers; models are loaded once, and `line` orders their use."""
        self.rec = rec
        self.named = named
        self.line = line or Line()
        self.room = Room(rec)
        self.side = Side(self.room)
        self.talks = self.room.talks
        self.user = self.room.user
        self.noun, self.verb = rec.settings.noun, rec.settings.verb
        self.examples = self.room.examples

    def open(self, visitor: str, user_id: UserId | None) -> Iterator[View]:
        """The page as it stands: at loading, when another user is chosen, and in another language."""
        talk = self.talks.get(visitor, user_id)
        words, chosen = self.room.words(visitor), self.room.choices(visitor)
        whole = self.look(visitor, user_id)
        tell = {"language": words.language, "theme": chosen.theme, "tab": talk.desk.tab, **whole.tell}
        yield replace(whole, profile=self.side.loading(visitor), notice="", words=words, tell=tell)
        yield self.side.pane(visitor, user_id)

    def look(self, visitor: str, user_id: UserId | None) -> View:
        """The talk as it stands, and whether to look again soon.

        A page that is opened while an answer is being made has no stream of it: that one went to the page before.
        """
        talk = self.talks.get(visitor, user_id)
        tell = {"again": "1"} if talk.answering.locked() else {}
        return replace(self._whole(visitor, talk), tell=tell)

    def send(self, visitor: str, user_id: UserId | None, text: str) -> Iterator[View]:
        """A message and its answer, as it comes."""
        talk = self.talks.get(visitor, user_id)
        words = self.room.words(visitor)
        text = text.strip()
        if not text:
            return
        most = self.rec.settings.chat.max_message
        if len(text) > most:
            yield View(notice=words("talk.too_long", count=f"{len(text):,}", most=f"{most:,}"), busy=False)
            return
        if not talk.answering.acquire(blocking=False):
            yield View(notice=words("talk.wait"))
            return
        try:
            exchange = talk.begin(text)
            yield View(self._past(visitor, talk), self._live(visitor, talk), busy=True, typed="", notice="")
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
            yield View(self._past(visitor, talk), self._live(visitor, talk), busy=True, notice="")
            if last.kept:
                talk.take_back()
            yield from self._answer(visitor, talk, exchange)
        finally:
            talk.answering.release()

    def undo(self, visitor: str, user_id: UserId | None, turn: str = "") -> View:
        """Take back the last exchange, or the named one and what followed it; its words return to the box."""
        talk = self.talks.get(visitor, user_id)
        numbers = [str(one.number) for one in talk.exchanges]
        if not numbers or (turn and turn not in numbers) or not talk.answering.acquire(blocking=False):
            return View()
        try:
            said = ""
            for _ in numbers[numbers.index(turn or numbers[-1]) :]:
                last = talk.exchanges.pop()
                said = last.said
                if last.kept:
                    talk.take_back()
        finally:
            talk.answering.release()
        whole = self._whole(visitor, talk)
        return replace(whole, busy=False, typed=said, notice="", tell={"focus": "box"})

    def stop(self, visitor: str, user_id: UserId | None) -> View:
        """End the answer that is being made; what has come of it stays."""
        talk = self.talks.get(visitor, user_id)
        talk.stop.set()
        return View(notice=self.room.words(visitor)("talk.stopping") if talk.answering.locked() else "")

    def fresh(self, visitor: str, user_id: UserId | None) -> Iterator[View]:
        """A new talk; events and profile stay."""
        talk = self.talks.restart(visitor, user_id)
        yield replace(self._whole(visitor, talk), notice="", tell={"focus": "box"})
        if talk.desk.tab == "talks":
            yield self.side.pane(visitor, user_id)

    def resume(self, visitor: str, user_id: UserId | None, conversation_id: str) -> Iterator[View]:
        """Go on with a talk of this user's.

        Raises:
            UsageError: There is none of this id.
        """
        if user_id is None:
            raise UsageError("the talks of visitors are not kept")
        found = self.rec.load_conversation(conversation_id, user_id)
        talk = self.talks.restart(visitor, user_id, found)
        if talk.exchanges and (last := talk.exchanges[-1]).recommendations:
            last.bases = bases(self.rec, talk.history(), talk.chat.state.request, last.recommendations)
        yield replace(self._whole(visitor, talk), notice="", tell={"focus": "box", "side": "close", "end": "1"})
        yield self.side.pane(visitor, user_id)

    def verdict(self, visitor: str, user_id: UserId | None, item_id: ItemId, verdict: str) -> Iterator[View]:
        """Keep what the person says about a card, or take it back where they said it before; it counts at once.

        Raises:
            UsageError: No such item or verdict.
        """
        if verdict not in VERDICTS:
            raise UsageError(f"verdict {verdict[:40]!r}; one of: {', '.join(VERDICTS)}")
        if item_id not in self.rec.catalogue:
            raise UsageError(f"no {self.noun} {item_id[:60]!r} in the catalogue")
        talk = self.talks.get(visitor, user_id)
        given, words = cast("Verdict", verdict), self.room.words(visitor)
        kept, key = talk.desk.kept, talk.event_id(item_id, given)
        if talk.verdicts.get(item_id) == given:
            talk.unsay(item_id)
            kept.remove([talk.event_id(item_id, cast("Verdict", one)) for one in VERDICTS])
            notice = words("card.unsaid")
        else:
            talk.desk.unsaid.discard(item_id)
            kept.remove([talk.event_id(item_id, cast("Verdict", one)) for one in VERDICTS])
            with talk.step:
                talk.chat.feedback(item_id, given)
            if user_id is None:
                kept.add([Interaction("", item_id, None, time.time(), given, "", key)])
            talk.verdicts[item_id] = given
            notice = words("card.noted")
        yield View(self._past(visitor, talk), self._live(visitor, talk), notice=notice)
        yield self.side.pane(visitor, user_id, compare=True)

    def settled(self, visitor: str, user_id: UserId | None) -> View:
        """The page after an answer, however it ended."""
        return self._whole(visitor, self.talks.get(visitor, user_id))

    def redrawn(self, visitor: str, user_id: UserId | None) -> View:
        """The talk as it stands, in the look of now."""
        return self._whole(visitor, self.talks.get(visitor, user_id))

    def write(self, visitor: str, user_id: UserId | None) -> Iterator[View]:
        """The profile's text worded anew by the model, in its turn."""
        with self.line.join(visitor) as ticket:
            for place in ticket.wait():
                yield View(notice=waiting(place, self.room.words(visitor)))
            yield View(notice="")
            yield from self.side.write(visitor, user_id)

    def _answer(self, visitor: str, talk: Talk, exchange: Exchange) -> Iterator[View]:
        """Answer what the exchange says, showing every step."""
        talk.stop.clear()
        stream: Iterator[ChatEvent] = iter(())
        try:
            with self.line.join(visitor) as ticket:
                for place in ticket.wait():
                    exchange.status = waiting(place, self.room.words(visitor))
                    yield View(live=self._live(visitor, talk))
                    if talk.stop.is_set():
                        return
                stream = iter(talk.chat.send(exchange.said))
                while (event := self._step(talk, stream, ticket)) is not None:
                    _fold(exchange, event)
                    exchange.note = eased(ticket.effort, self.room.words(visitor))
                    yield View(live=self._live(visitor, talk))
                    if talk.stop.is_set():
                        break
            if exchange.kept:
                request = talk.chat.state.request
                exchange.standing = tuple((label, drop_reply(held)) for label, held in groups_of(request.filters))
                if exchange.recommendations:
                    exchange.bases = bases(self.rec, talk.history(), request, exchange.recommendations)
        except ConvrecError as error:
            if isinstance(error, RunError) and error.stage == "llm":
                self.line.sick()
            self._fail(visitor, exchange, error)
        except Refused as error:
            exchange.state, exchange.reply = "failed", refused(error.refusal, self.room.words(visitor))
        finally:
            if (close := getattr(stream, "close", None)) is not None:
                close()
            if exchange.state == "working":
                exchange.state = "stopped"
        yield View(live=self._live(visitor, talk), busy=False, notice="")

    def _step(self, talk: Talk, stream: Iterator[ChatEvent], ticket: Ticket) -> ChatEvent | None:
        """The next event, in which taps on cards wait for their turn; None at the end."""
        with talk.step, ticket.spending():
            return next(stream, None)

    def _fail(self, visitor: str, exchange: Exchange, error: ConvrecError) -> None:
        exchange.state = "failed"
        if isinstance(error, RunError):
            # What went wrong inside is for the log: it may name paths and other people's data.
            log.error("an answer failed: %s", error)
            exchange.reply = self.room.words(visitor)("talk.failed")
        else:
            exchange.reply = str(error)

    def _whole(self, visitor: str, talk: Talk) -> View:
        return View(self._past(visitor, talk), self._live(visitor, talk), busy=talk.answering.locked())

    def _past(self, visitor: str, talk: Talk) -> str:
        return past(talk.exchanges, self.room.look(visitor), talk.verdicts)

    def _live(self, visitor: str, talk: Talk) -> str:
        welcome = "" if talk.exchanges else self._welcome(visitor, talk)
        return live(talk.exchanges, self.room.look(visitor), talk.verdicts, welcome)

    def _welcome(self, visitor: str, talk: Talk) -> str:
        words = self.room.words(visitor)
        known = len(talk.desk.kept.history().events)
        more = ""
        if known:
            hint = words.many("welcome.user", known)
        else:
            hint = words("welcome.visitor", count=f"{len(self.rec.catalogue):,}")
            bring = button("tab", words("welcome.bring"), mark="file", css="cr-quiet", hint=words("welcome.bring_hint"),
                           tab="history")  # fmt: skip
            more = f'<div class="cr-tools cr-bring">{bring}</div>'
        if talk.user_id is not None and (last := self.side.last_talk(talk.user_id)):
            said = last[1] if len(last[1]) <= 60 else f"{last[1][:59]}…"
            more = button("resume", words("welcome.last", said=said), mark="talk", css="cr-quiet", talk=last[0])
            more = f'<div class="cr-tools cr-bring">{more}</div>'
        return greeting(words("welcome.question"), hint, self.examples, more)


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
