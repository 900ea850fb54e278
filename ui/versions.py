"""Versions of a profile, each as what changed since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from convrec.types import Profile, Statement

from .markup import esc
from .words import Words

MOST = 8
_MOST_LINES = 8
_TELLING = 0.1
"""Change of strength, of 1, from which on it is told."""


def versions(now: Profile, stored: Sequence[Profile], words: Words) -> str:
    """The newest versions with what is different in each; empty text where there is nothing to compare.

    Args:
        now: As it stands, stored or not.
        stored: Versions, newest first.
        words: The page's own.
    """
    line = [now, *stored]
    if stored and not changes(stored[0], now, words):
        line = list(stored)
    rows = []
    for newer, older in list(pairwise(line))[:MOST]:
        told = changes(older, newer, words)
        shown = "".join(f'<li class="cr-{kind}">{esc(text, 300)}</li>' for kind, text in told[:_MOST_LINES])
        if len(told) > _MOST_LINES:
            shown += f"<li>{esc(words('taste.and_more', count=len(told) - _MOST_LINES))}</li>"
        head = words("versions.now")
        if newer.created is not None:
            head = words("versions.one", number=newer.version, when=day(newer.created))
        shown = shown or f"<li>{esc(words('versions.same'))}</li>"
        rows.append(f"<li><b>{esc(head)}</b><ul>{shown}</ul></li>")
    if not rows:
        return ""
    return (
        f'<details class="cr-versions" data-keep="versions"><summary>{esc(words("versions.title"))}</summary>'
        f"<ol>{''.join(rows)}</ol></details>"
    )


def changes(older: Profile, newer: Profile, words: Words) -> list[tuple[str, str]]:
    """What is new (`plus`), gone (`minus`), stronger (`up`), weaker (`down`) or turned (`plus` and `minus`)."""
    before = {one.id: one for one in older.statements}
    after = {one.id: one for one in newer.statements}
    told = [("plus", one.text) for key, one in after.items() if key not in before or _turned(before[key], one)]
    told += [("minus", one.text) for key, one in before.items() if key not in after or _turned(one, after[key])]
    for key, one in after.items():
        old = before.get(key)
        if old is None or _turned(old, one):
            continue
        if abs(one.strength - old.strength) >= _TELLING:
            kind = "up" if one.strength > old.strength else "down"
            told.append((kind, f"{one.text} {old.strength:.0%} → {one.strength:.0%}"))
        if one.locked != old.locked:
            told.append(("lock", f"{one.text} {words('taste.locked' if one.locked else 'versions.unlocked')}"))
    return told


def day(timestamp: float) -> str:
    """Date and time of day, UTC, as everybody reads it."""
    try:
        return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return "?"


def _turned(one: Statement, other: Statement) -> bool:
    return one.polarity != other.polarity
