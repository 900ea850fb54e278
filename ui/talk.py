"""The talk as HTML: what was said, the cards of each answer, and what to say next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from convrec.types import Explanation, ItemId, Recommendation, Verdict

from .basis import Basis
from .cards import cards
from .look import Look
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
        note: What the person should know about how it was made; empty: nothing.
        kept: Whether it is part of the conversation, so that undo takes it back there too.
        bases: What each card rests on, once the answer is whole.
        standing: Conditions in force after it: their labels, and what to say to drop each.
    """

    number: int
    said: str
    status: str = "Reading your message"
    reply: str = ""
    recommendations: tuple[Recommendation, ...] = ()
    options: tuple[str, ...] = field(default=())
    state: State = "working"
    note: str = ""
    kept: bool = False
    bases: Mapping[ItemId, Basis] = field(default_factory=dict)
    standing: tuple[tuple[str, str], ...] = ()


def split(reply: str, shown: Sequence[Recommendation]) -> tuple[str, dict[ItemId, str]]:
    """A reply's own words, and what it says of each card, which stands on the card.

    A line that starts with a card's rank and label is about that card; what follows belongs to it until the next.
    """
    starts = {f"{one.rank}. {one.item.label}": one.item.id for one in shown}
    words: list[str] = []
    reasons: dict[ItemId, list[str]] = {}
    about: list[str] = words
    for line in reply.split("\n"):
        start = next((start for start in starts if line.startswith(start)), None)
        if start is None:
            about.append(line)
            continue
        about = reasons.setdefault(starts[start], [])
        about.append(line[len(start) :].removeprefix(":").strip())
    return "\n".join(words).strip(), {item: "\n".join(lines).strip() for item, lines in reasons.items()}


def past(exchanges: Sequence[Exchange], look: Look, verdicts: Mapping[ItemId, Verdict]) -> str:
    """Every exchange but the newest, which changes while it is answered."""
    return "".join(_exchange(one, look, verdicts, earlier=True) for one in exchanges[:-1])


def live(exchanges: Sequence[Exchange], look: Look, verdicts: Mapping[ItemId, Verdict], welcome: str) -> str:
    """The newest exchange with what may follow it; the welcome where nothing was said yet."""
    if not exchanges:
        return welcome
    newest = exchanges[-1]
    return _exchange(newest, look, verdicts) + (_next(newest, look) if newest.state != "working" else "")


def greeting(question: str, hint: str, examples: Sequence[str], more: str = "") -> str:
    """What stands there before anything was said; `more` is HTML that follows the examples."""
    chips = "".join(button("say", example, css="cr-chip", text=example) for example in examples)
    return (
        f'<section class="cr-welcome"><h2>{esc(question)}</h2><p>{esc(hint)}</p>'
        f'<div class="cr-chips">{chips}</div>{more}</section>'
    )


def _exchange(one: Exchange, look: Look, verdicts: Mapping[ItemId, Verdict], *, earlier: bool = False) -> str:
    waiting = one.state == "working"
    words, reasons = split(one.reply, one.recommendations)
    entries = tuple(_explained(entry, reasons.get(entry.item.id, "")) for entry in one.recommendations)
    shown = cards(entries, look, verdicts, waiting=waiting, bases=one.bases, key=str(one.number))
    return (
        f'<section class="cr-turn" data-turn="{one.number}" data-state="{one.state}">{_said(one, look, earlier)}'
        f'<div class="cr-answer cr-{one.state}" aria-busy="{"true" if waiting else "false"}">{_words(one, words, look)}'
        f"{shown}</div></section>"
    )


def _said(one: Exchange, look: Look, earlier: bool) -> str:
    """The person's words; of earlier ones the way back to them."""
    tools = ""
    if one.state != "working":
        hint = look.words("talk.edit_earlier_hint" if earlier else "talk.edit_hint")
        tools = button("back", look.words("talk.edit"), mark="edit", css="cr-quiet", hint=hint, turn=str(one.number))
    return f'<div class="cr-said">{tools}<p>{esc(one.said)}</p></div>'


def _explained(entry: Recommendation, reason: str) -> Recommendation:
    """With the reason that was just written, until the whole answer brings it."""
    return entry if entry.explanation or not reason else replace(entry, explanation=Explanation(reason))


def _words(one: Exchange, words: str, look: Look) -> str:
    if one.state == "working" and not words:
        return f'<p class="cr-status"><i></i>{esc(look.words.stage(one.status), 200)}…</p>'
    notes = [look.words("talk.stopped")] if one.state == "stopped" else []
    note = "".join(f'<p class="cr-note">{esc(said, 300)}</p>' for said in [*notes, look.words.stage(one.note)] if said)
    return f'<div class="cr-reply">{paragraphs(words)}</div>{note}'


def _next(one: Exchange, look: Look) -> str:
    chips = "".join(button("say", option, css="cr-chip", text=option) for option in one.options[:6])
    again = button("retry", look.words("talk.retry"), mark="retry", css="cr-quiet", hint=look.words("talk.retry_hint"))
    back = button("undo", look.words("talk.undo"), mark="undo", css="cr-quiet", hint=look.words("talk.undo_hint"))
    return (
        f'<div class="cr-next">{_standing(one, look)}<div class="cr-chips">{chips}</div>'
        f'<div class="cr-tools">{again}{back}</div></div>'
    )


def _standing(one: Exchange, look: Look) -> str:
    """The conditions that every further answer keeps to, each with a way to drop it."""
    if not one.standing:
        return ""
    drops = "".join(
        button("say", label, mark="remove", css="cr-small", hint=look.words("talk.drop", label=label), text=reply)
        for label, reply in one.standing
    )
    return f'<div class="cr-standing"><span>{esc(look.words("talk.standing"))}</span>{drops}</div>'
