"""The talk as HTML: what was said, the cards of each answer, and what to say next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from convrec.types import ItemId, Recommendation, Verdict

from .cards import cards
from .markup import button, esc, paragraphs

State = Literal["working", "done", "stopped", "failed"]


@dataclass(slots=True)
class Exchange:
    """One message and its answer, as far as it has come.

    Attributes:
        number: Counts up within a talk, also over undone exchanges, so that the page can tell a new one.
        said: The person's words.
        status: What is being done now.
        reply: The answer's words so far.
        recommendations: The answer's cards.
        options: Quick replies.
        state: How far it has come.
        kept: Whether it is part of the conversation, so that undo takes it back there too.
    """

    number: int
    said: str
    status: str = "Reading what you said"
    reply: str = ""
    recommendations: tuple[Recommendation, ...] = ()
    options: tuple[str, ...] = field(default=())
    state: State = "working"
    kept: bool = False


def past(exchanges: Sequence[Exchange], verb: str, verdicts: Mapping[ItemId, Verdict]) -> str:
    """Every exchange but the newest, which changes while it is answered."""
    return "".join(_exchange(one, verb, verdicts) for one in exchanges[:-1])


def live(exchanges: Sequence[Exchange], verb: str, verdicts: Mapping[ItemId, Verdict], welcome: str) -> str:
    """The newest exchange with what may follow it; the welcome where nothing was said yet."""
    if not exchanges:
        return welcome
    newest = exchanges[-1]
    return _exchange(newest, verb, verdicts) + (_next(newest) if newest.state != "working" else "")


def greeting(question: str, hint: str, examples: Sequence[str]) -> str:
    """What stands there before anything was said."""
    chips = "".join(button("say", example, css="cr-chip", text=example) for example in examples)
    return (
        f'<section class="cr-welcome"><h2>{esc(question)}</h2><p>{esc(hint)}</p>'
        f'<div class="cr-chips">{chips}</div></section>'
    )


def _exchange(one: Exchange, verb: str, verdicts: Mapping[ItemId, Verdict]) -> str:
    waiting = one.state == "working"
    return (
        f'<section class="cr-turn" data-turn="{one.number}">'
        f'<div class="cr-said"><p>{esc(one.said)}</p></div>'
        f'<div class="cr-answer cr-{one.state}" aria-busy="{"true" if waiting else "false"}">{_words(one)}'
        f"{cards(one.recommendations, verb, verdicts, waiting=waiting)}</div></section>"
    )


def _words(one: Exchange) -> str:
    if one.state == "working" and not one.reply:
        return f'<p class="cr-status" role="status"><i></i>{esc(one.status, 200)}…</p>'
    note = '<p class="cr-note">Stopped.</p>' if one.state == "stopped" else ""
    return f'<div class="cr-reply">{paragraphs(one.reply)}</div>{note}'


def _next(one: Exchange) -> str:
    chips = "".join(button("say", option, css="cr-chip", text=option) for option in one.options[:6])
    again = button("retry", "Try again", mark="retry", css="cr-quiet")
    back = button("undo", "Undo", mark="undo", css="cr-quiet", hint="Take back your last message")
    return f'<div class="cr-next"><div class="cr-chips">{chips}</div><div class="cr-tools">{again}{back}</div></div>'
