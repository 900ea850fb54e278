"""The top ten as it stands, and how it moved since the page last showed it."""

from __future__ import annotations

from collections.abc import Sequence

from convrec.types import ItemId, Recommendation

from .markup import button, esc
from .words import Words

PLACES = 10


def movement(entries: Sequence[Recommendation], before: Sequence[ItemId], words: Words) -> str:
    """The list with each item's way up or down.

    Args:
        entries: Best first.
        before: The items of the earlier list, best first; empty: there was none, so nothing moved.
        words: The page's own.
    """
    if not entries:
        return ""
    rows = "".join(_row(entry, before, words) for entry in entries)
    gone = [one for one in before if one not in {entry.item.id for entry in entries}]
    moved = bool(before) and [entry.item.id for entry in entries] != list(before)
    note = ""
    if before:
        note = words.many("top.gone", len(gone)) if gone else words("top.moved" if moved else "top.same")
    tail = f'<p class="cr-because">{esc(note)}</p>' if note else ""
    return (
        f'<section class="cr-top" aria-live="polite"><h3>{esc(words("top.title"))}</h3>'
        f'<ol class="cr-ranks">{rows}</ol>{tail}</section>'
    )


def _row(entry: Recommendation, before: Sequence[ItemId], words: Words) -> str:
    item = entry.item
    mark = '<span class="cr-move"></span>'
    if before and item.id not in before:
        mark = f'<span class="cr-move cr-new">{esc(words("top.new"))}</span>'
    elif before and (step := before.index(item.id) + 1 - entry.rank):
        kind, hint = ("up", words("top.up", places=step)) if step > 0 else ("down", words("top.down", places=-step))
        arrow = f'<span aria-hidden="true">{"▲" if step > 0 else "▼"}</span>'
        mark = f'<span class="cr-move cr-{kind}" title="{esc(hint)}">{arrow}{abs(step)}</span>'
    year = f" <small>{esc(item.year)}</small>" if item.year is not None else ""
    more = button("say", "", mark="open", css="cr-quiet cr-bare", hint=words("top.ask", title=item.label),
                  text=f"What is {item.title} about?")  # fmt: skip
    return f"<li>{mark}<span>{esc(item.title, 120)}{year}</span>{more}</li>"
