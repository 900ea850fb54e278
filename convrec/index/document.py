"""An item as a text to be embedded: with its name, and by what it is about alone."""

from __future__ import annotations

from convrec.days import moment_kind
from convrec.flags import tells_absence
from convrec.types import FactValue, Item

CAP = 1200
"""Characters of a document: about the 256 word pieces that small encoders read."""

NOT_ABOUT = frozenset({"also", "url", "image", "link", "imdb", "tmdb", "isbn", "asin", "sku"})
"""Facts that say nothing of what an item is like."""

_MANY = 8
_OF_ITS_OWN = 20
"""Words of a text that says by itself what the item is."""


def document(item: Item) -> str:
    """Title, year, genres, what it is about, then the other facts in words; what is compared is left to filters."""
    return _joined([item.label], item)


def content(item: Item) -> str:
    """As `document`, without the title where the item has a text of at least 20 words.

    Names mislead whoever searches by meaning: `a first date` lies near `The First Wives Club`, `the bad guy wins` near
    `Bad Boys`. A shorter text leaves it to the title to say what the item is.
    """
    return _joined([] if len(item.text.split()) >= _OF_ITS_OWN else [item.label], item)


def _joined(parts: list[str], item: Item) -> str:
    if item.genres:
        parts.append(", ".join(item.genres))
    if item.text:
        parts.append(item.text.rstrip("."))
    for name, value in item.facts.items():
        if name not in NOT_ABOUT and not tells_absence(name) and (words := _words(value)):
            parts.append(f"{name.replace('_', ' ')}: {words}")
    return ". ".join(parts)[:CAP]


def _words(value: FactValue) -> str:
    if isinstance(value, tuple):
        return ", ".join(value[:_MANY])
    told = isinstance(value, str) and len(value) <= 200 and moment_kind(value) is None
    return str(value) if told else ""
