"""How one visitor sees the page: in which words, with reasons of which length, with which pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from convrec.types import Item

from .choices import Choices
from .words import Words

_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]?\S)")


DEFAULT = Choices()


def no_picture(item: Item) -> str:
    """The address of the picture of an item, where there is none."""
    return ""


@dataclass(frozen=True, slots=True)
class Look:
    """What rendering needs to know beside what is shown.

    Attributes:
        words: The page's own.
        choices: What the visitor has set.
        picture: Address of an item's picture on this page; empty text for none.
    """

    words: Words
    choices: Choices = DEFAULT
    picture: Callable[[Item], str] = no_picture

    def reason(self, text: str, titles: Iterable[str]) -> str:
        """A reason as long as the visitor wants it.

        Args:
            text: In full.
            titles: Named in it; their points end no sentence.
        """
        if self.choices.reasons == "none":
            return ""
        return first_sentence(text, titles) if self.choices.reasons == "short" else text


def first_sentence(text: str, titles: Iterable[str] = ()) -> str:
    """The text up to the end of its first sentence.

    >>> first_sentence("You liked Dr. No. It is slow.", ["Dr. No"]), first_sentence("Short")
    ('You liked Dr. No.', 'Short')
    """
    hidden = text
    for title in sorted({one for one in titles if one}, key=len, reverse=True):
        hidden = hidden.replace(title, "x" * len(title))
    found = _END.search(hidden)
    return text[: found.start()].rstrip() if found else text
