"""A stored user's talks: listed, and made whole again from what is stored of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from convrec.types import Conversation, ItemId, Recommendation, Turn, Verdict

from .markup import button, esc
from .talk import Exchange
from .versions import day
from .words import Words

if TYPE_CHECKING:
    from convrec import Recommender

MOST = 30
_SAID = 90


def talks(found: Sequence[Conversation], current: str, words: Words, *, stored: bool) -> str:
    """The list as HTML.

    Args:
        found: Last touched first.
        current: Id of the talk that is open.
        words: The page's own.
        stored: Whether talks of this person are kept.
    """
    title = esc(words("talks.title"))
    spoken = [one for one in found if any(turn.text for turn in one.turns if turn.role == "user")]
    rows = "".join(_row(one, one.id == current, words) for one in spoken[:MOST])
    if not rows:
        rows = f'<p class="cr-empty">{esc(words("talks.empty" if stored else "talks.visitor"))}</p>'
    else:
        rows = f'<ul class="cr-talks">{rows}</ul>'
    return f'<section class="cr-panel" aria-label="{title}"><h2>{title}</h2>{rows}</section>'


def _row(one: Conversation, current: bool, words: Words) -> str:
    said = [turn.text for turn in one.turns if turn.role == "user" and turn.text]
    times = [turn.timestamp for turn in one.turns if turn.timestamp is not None]
    when = day(max(times)) if times else ""
    head = said[0] if len(said[0]) <= _SAID else f"{said[0][: _SAID - 1]}…"
    details = " · ".join(part for part in (when, words.many("talks.messages", len(said))) if part)
    mark = f' <span class="cr-mark">{esc(words("talks.open"))}</span>' if current else ""
    opened = button("resume", head, css="cr-row", hint=words("talks.resume", said=head), talk=one.id)
    gone = button("erase", "", mark="remove", css="cr-quiet cr-bare", hint=words("talks.erase", said=head), talk=one.id)
    return f"<li><span>{opened}<small>{esc(details)}</small>{mark}</span>{gone}</li>"


def exchanges(rec: Recommender, conversation: Conversation) -> list[Exchange]:
    """What was said and answered, as the page shows it; how sure an answer is, is told as of now."""
    made: list[Exchange] = []
    turns = [turn for turn in conversation.turns if turn.text]
    shown = [one for turn in turns if turn.role == "assistant" for one in turn.items if one in rec.catalogue]
    chances = rec.predict(conversation.user_id, list(dict.fromkeys(shown))) if shown else {}
    for turn in turns:
        if turn.role == "user":
            made.append(Exchange(len(made) + 1, turn.text, state="stopped", kept=True))
        elif made:
            made[-1].reply = turn.text
            made[-1].state = "done"
            made[-1].recommendations = _cards(rec, turn, chances)
    return made


def verdicts(conversation: Conversation) -> dict[ItemId, Verdict]:
    """What was said on cards, the last word on each."""
    return {item: verdict for turn in conversation.turns for item, verdict in turn.verdicts.items()}


def _cards(rec: Recommender, turn: Turn, chances: Mapping[ItemId, float]) -> tuple[Recommendation, ...]:
    known = [one for one in turn.items if one in rec.catalogue]
    return tuple(Recommendation(rec.catalogue[one], rank, 0.0, chances.get(one)) for rank, one in enumerate(known, 1))
