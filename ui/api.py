"""The calls that programs may make, by name, with `gradio_client` or plain HTTP. They keep nothing between calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import gradio as gr

from convrec.codec import decode, encode
from convrec.errors import ConvrecError, RunError, UsageError
from convrec.types import ChatEvent, Conversation, Recommendation, Turn

from .asking import who_asks
from .door import Who
from .line import Refused, Ticket
from .markup import esc
from .waits import refused, waiting

if TYPE_CHECKING:
    from convrec import Recommender

    from .guard import House

MOST = 100
"""Recommendations a call may ask for."""
MOST_TURNS = 200


class Api:
    """`chat`, `recommend` and `profile` over one recommender."""

    def __init__(self, rec: Recommender, house: House) -> None:
        """Answer from this recommender, in the line of this house."""
        self._rec = rec
        self._house = house

    def recommend(self, request: gr.Request, user: str = "", query: str = "", k: int = 5) -> dict[str, Any]:
        """The k best items for a stored user (or a newcomer, where `user` is empty) and a wish in words."""
        with _Told():
            who, user = self._as(request, user)
            if not 1 <= k <= MOST:
                raise UsageError(f"k must lie between 1 and {MOST}, not {k!r}")
            self._readable(query)
            with self._turn(who) as ticket, ticket.spending():
                found = self._rec.recommend(user or None, query=query or None, k=k)
            return {"user": user, "recommendations": [_plain(entry) for entry in found]}

    def profile(self, request: gr.Request, user: str = "") -> dict[str, Any]:
        """What convrec thinks a stored user likes."""
        with _Told():
            who, user = self._as(request, user)
            if not user:
                raise UsageError("user is empty; name a stored user")
            with self._turn(who) as ticket, ticket.spending():
                made: dict[str, Any] = encode(self._rec.profile(user))
            return made

    def chat(
        self, request: gr.Request, message: str, user: str = "", turns: list[dict[str, Any]] | None = None
    ) -> Iterator[dict[str, Any]]:
        """A message and its answer as it comes; hand the `turns` of the last answer back to go on talking."""
        with _Told():
            who, user = self._as(request, user)
            self._readable(message)
            if not message.strip():
                raise UsageError("message is empty; say what you want")
            before = self._conversation(user, turns or [])
            chat = self._rec.chat(user or None, conversation=before)
            answer: dict[str, Any] = {"status": "", "text": "", "recommendations": [], "options": [], "turns": turns}
            with self._house.line.join(who.visitor) as ticket:
                for place in ticket.wait():
                    yield {**answer, "status": waiting(place)}
                stream = chat.send(message)
                while (event := _next(stream, ticket)) is not None:
                    answer = {**answer, **_step(answer, event)}
                    if event.kind == "done":
                        answer["turns"] = encode(chat.conversation.turns)
                    yield answer

    def _as(self, request: gr.Request, user: str) -> tuple[Who, str]:
        """Who asks, and as whom: where people log in, nobody asks for another."""
        who = who_asks(request, self._house.door.named)
        if not self._house.door.named:
            return who, user
        if user and user != who.user_id:
            raise UsageError("you can ask for yourself only; leave user empty")
        return who, who.user_id or ""

    @contextmanager
    def _turn(self, who: Who) -> Iterator[Ticket]:
        """A place in line whose turn has come."""
        with self._house.line.join(who.visitor) as ticket:
            for _ in ticket.wait():
                pass
            yield ticket

    def _conversation(self, user: str, turns: list[dict[str, Any]]) -> Conversation:
        if len(turns) > MOST_TURNS:
            raise UsageError(f"{len(turns)} turns; at most {MOST_TURNS}")
        try:
            return Conversation("", user or None, tuple(decode(Turn, turn) for turn in turns))
        except (TypeError, AttributeError) as error:
            raise UsageError(f"turns must be as an answer gave them: {error}") from error

    def _readable(self, text: str) -> None:
        most = self._rec.settings.chat.max_message
        if not isinstance(text, str) or len(text) > most:
            raise UsageError(f"a text of at most {most} characters, please")


def _next(stream: Iterator[ChatEvent], ticket: Ticket) -> ChatEvent | None:
    with ticket.spending():
        return next(stream, None)


def _step(answer: dict[str, Any], event: ChatEvent) -> dict[str, Any]:
    if event.kind == "status":
        return {"status": event.text}
    if event.kind == "text":
        return {"text": answer["text"] + event.text}
    shown = {"recommendations": [_plain(entry) for entry in event.recommendations]} if event.recommendations else {}
    if event.kind == "cards":
        return shown
    text = {"text": event.turn.text} if event.turn is not None else {}
    return {**shown, **text, "status": "", "options": list(event.options)}


def _plain(entry: Recommendation) -> dict[str, Any]:
    return {
        "rank": entry.rank,
        "item_id": entry.item.id,
        "title": entry.item.title,
        "year": entry.item.year,
        "genres": list(entry.item.genres),
        "score": entry.score,
        "probability": entry.probability,
        "explanation": entry.explanation.text if entry.explanation is not None else None,
    }


class _Told:
    """Turns convrec's errors into ones that Gradio passes on, as text: it would show the message as HTML."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused):
            raise gr.Error(refused(error.refusal), print_exception=False) from error
        if isinstance(error, RunError):
            raise gr.Error(f"the stage {error.stage!r} failed", print_exception=False) from error
        if isinstance(error, ConvrecError):
            raise gr.Error(esc(error, 500), print_exception=False) from error
