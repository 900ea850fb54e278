"""A talk as a text to be embedded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convrec.types import Item, ItemId, Role, Turn

TURNS = 8
CHARACTERS = 440
"""About 100 tokens: further back little is said of what comes next, and reading costs time at every turn."""
NAMED = 6
"""Items of either side that count, the newest."""


def written(turns: Sequence[Turn]) -> str:
    """The newest turns, the newest first, so that what is cut off is the oldest: `user: ... assistant: ...`."""
    said = [turn for turn in turns if turn.text.strip()][-TURNS:]
    text = " ".join(f"{turn.role}: {' '.join(turn.text.split())}" for turn in reversed(said))
    return text if len(text) <= CHARACTERS else text[:CHARACTERS].rsplit(" ", 1)[0]


def named(turns: Iterable[Turn], by: Role) -> tuple[ItemId, ...]:
    """Items that one side was the first to name, at most `NAMED`, the newest last."""
    first: dict[ItemId, Role] = {}
    for turn in turns:
        for item_id in turn.items:
            first.setdefault(item_id, turn.role)
    return tuple(item_id for item_id, role in first.items() if role == by)[-NAMED:]


def title(item: Item) -> str:
    """What an item is called, as a text of its own: it tells of fame and of talk more than a plot does."""
    return item.label
