"""Messages read by the models as they were typed, and placed where the mended text has the same words.

The readers learned from messages as people type them (`i wont eat meat`), and read `won't` less well; the rules want
it the other way round.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convrec.dialogue.readers.tagger import Reader, Tagged


def read_as_typed(reader: Reader | None, typed: str, text: str) -> Tagged | None:
    """What a reader hears in a message; None where there is no reader, or nothing to read.

    Args:
        reader: Reads it as it was typed.
        typed: The message.
        text: The same, mended: places are those of this text.
    """
    if reader is None or not text.strip():
        return None
    heard = reader.read(typed)
    if typed == text:
        return heard
    place = _places(typed, text)
    moved = [replace(span, start=place[span.start], end=place[span.end]) for span in heard.spans]
    kept = [(span, sure) for span, sure in zip(moved, heard.sure, strict=True) if span.end > span.start]
    return replace(heard, text=text, spans=tuple(span for span, _ in kept), sure=tuple(sure for _, sure in kept))


def _places(typed: str, text: str) -> list[int]:
    """Where each character of a text stands in another that is nearly the same, and the end of it."""
    found = [0] * (len(typed) + 1)
    for _, start, end, to, until in SequenceMatcher(None, typed, text, autojunk=False).get_opcodes():
        for at in range(start, end):
            found[at] = min(to + at - start, until)
    found[len(typed)] = len(text)
    return found
