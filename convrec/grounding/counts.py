"""Numbers in a sentence: each is a count that was given, said in the right order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convrec.grounding.material import Material
from convrec.grounding.words import NUMBERS
from convrec.types import Claim

_NUMBER = rf"(?:\d+|{'|'.join(NUMBERS)})"
_MANY = rf"(?:\d+|{'|'.join(NUMBERS[3:])})"
_WHOLE = rf"(?:out )?of (?:the |its |your |those |all )?(?:last |first |closest )?({_NUMBER})"
_OF = re.compile(rf"\b({_MANY})\b(?: \w+){{0,3}}? {_WHOLE}\b|\b({_NUMBER}) {_WHOLE}\b")
_BACKWARDS = re.compile(rf"\bof (?:the |its |your )?({_NUMBER})\b[^.;:]{{0,40}}?\b({_NUMBER})\b")
_ALL = re.compile(rf"\b(?:all|each) (?:of )?(?:the |your )?({_NUMBER})\b")
_ANY = re.compile(rf"\b{_NUMBER}\b")
_LOOSE = frozenset({"one", "two"})
"""Words that count nothing in `this one` and `these two`."""


def _value(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.index(word)


def _pairs(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Counts as they are said, and what they come to."""
    for match in _OF.finditer(text):
        yield match.group(), (_value(match[1] or match[3]), _value(match[2] or match[4]))
    for match in _BACKWARDS.finditer(_OF.sub(" ", text)):
        yield match.group(), (_value(match[2]), _value(match[1]))


def miscounted(masked: str, material: Material) -> Iterator[str]:
    """Numbers that were not given, or are the wrong way round.

    Args:
        masked: The sentence without its titles and values.
        material: What may be counted.
    """
    given = {(count.part, count.whole) for count in material.counts}
    text = masked.lower()
    for said, pair in _pairs(text):
        if pair not in given:
            yield f"the count {said!r}"
    text = _OF.sub(" ", text)
    text = _BACKWARDS.sub(" ", text)
    for match in _ALL.finditer(text):
        if (_value(match[1]), _value(match[1])) not in given:
            yield f"the count {match.group()!r}"
    text = _ALL.sub(" ", text)
    for match in _ANY.finditer(text):
        if match.group() not in _LOOSE:
            yield f"the number {match.group()!r}"


def counted(masked: str, material: Material, *, supported: bool) -> list[Claim]:
    """The counts that a sentence mentions, as claims."""
    said = {pair for _, pair in _pairs(masked.lower())}
    return [
        Claim(f"{one.part} of {one.whole}", one.kind, one.subject, supported)
        for one in material.counts
        if (one.part, one.whole) in said
    ]
