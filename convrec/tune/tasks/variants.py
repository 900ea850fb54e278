"""Messages that mean the same in other words and spellings, so that parts are learned and not words by heart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from convrec.dialogue.readers.slots import Parse, Span

if TYPE_CHECKING:
    import numpy as np

Drawn = TypeVar("Drawn")

_MARKS = re.compile(r"[,.;:!?'’\"]")
_LONG = re.compile(r"[A-Za-z]{5,}")
_ONE = r"(?:one|ones|first|second|third|fourth|fifth|last|other|previous|\d|two|three|four)"
_POINTS = re.compile(
    rf"(?:it|that|this|them|those|these|both|all|any|neither|(?:the |that |this |number |your )?{_ONE}(?: .*)?"
    r"|(?:that|this|these|those|all|any|none) .+)",
    re.IGNORECASE,
)
_ALIKE = (
    ("want", "not", "lift"),
    ("mood", "unmood"),
    ("when", "notwhen"),
    ("like", "unlike", "loved", "liked", "ok", "disliked", "hated", "seen", "take", "refuse", "about"),
)
_FIXED = frozenset(("field",))
"""What is asked for is tied to how it is asked: `who directed`, `how long`."""
_TOLD = frozenset(("feedback", "reject", "inform", "no", "yes"))
_ASKED = frozenset(("recommend", "more", "inform", "reject", "fact", "about", "accept"))
_TIES = (", ", ". ", " ", "... ", " and ", " but ", ", so ", "! ", "\n")
_MOST = 90
"""Characters of each of two messages that are said in one."""
_BEFORE = frozenset(("greet", "yes", "no"))
_AFTER = frozenset(("thank", "bye"))


class Chances(BaseModel):
    """How often a message is changed, each from 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    exchange: float = Field(0.4, ge=0, le=1)
    """Of each span: other words that play such a part elsewhere, its opposite included (`want` and `not`), so that the
    words around a span say which it is."""
    lower: float = Field(0.3, ge=0, le=1)
    """Of a message: no capitals."""
    marks: float = Field(0.25, ge=0, le=1)
    """Of a message: no punctuation and apostrophes."""
    typo: float = Field(0.2, ge=0, le=1)
    """Of a message: a letter of one longer word dropped, or changed places with its neighbour."""
    paired: float = Field(0.0, ge=0, le=1)
    """Of a message that tells or judges something: another one, that asks for something, said in the same breath."""
    joined: float = Field(0.1, ge=0, le=1)
    """Of a message: a greeting or an answer before it, thanks or a farewell behind it."""


class Variants:
    """Draws them. What it puts into a message comes from other messages, never from a list of its own."""

    def __init__(self, parses: Sequence[Parse], chances: Chances) -> None:
        """Look through the messages once.

        Args:
            parses: To learn from.
            chances: Of each change.
        """
        self._chances = chances
        said: dict[tuple[str, bool], dict[str, None]] = {}
        for parse in parses:
            for span in parse.spans:
                words = parse.text[span.start : span.end]
                said.setdefault(_kind(span.slot, words), {})[words] = None
        self._said = {kind: list(words) for kind, words in said.items()}
        short = [parse for parse in parses if len(parse.text) <= _MOST]
        self._asking = [parse for parse in short if parse.acts[0] in _ASKED and set(parse.acts) <= _ASKED | _TOLD]
        bare = [parse for parse in parses if not parse.spans and len(parse.acts) == 1 and len(parse.text) <= 24]
        self._openings = [parse for parse in bare if parse.acts[0] in _BEFORE]
        self._endings = [parse for parse in bare if parse.acts[0] in _AFTER]

    def of(self, parse: Parse, draw: np.random.Generator) -> Parse:
        """One of a message, drawn."""
        chances = self._chances
        parse = self._exchanged(parse, draw)
        if draw.random() < chances.paired and set(parse.acts) <= _TOLD and len(parse.text) <= _MOST:
            parse = self._paired(parse, draw)
        if draw.random() < chances.joined:
            parse = self._joined(parse, draw)
        if draw.random() < chances.marks:
            parse = without(parse, [match.start() for match in _MARKS.finditer(parse.text)])
        if draw.random() < chances.typo:
            parse = _misspelt(parse, draw)
        if draw.random() < chances.lower:
            lowered = parse.text.lower()
            parse = Parse(lowered if len(lowered) == len(parse.text) else parse.text, parse.spans, parse.acts)
        return parse

    def _exchanged(self, parse: Parse, draw: np.random.Generator) -> Parse:
        text, made, at = "", [], 0
        for span in parse.spans:
            text += parse.text[at : span.start]
            words = parse.text[span.start : span.end]
            if span.slot not in _FIXED and draw.random() < self._chances.exchange:
                words = _one(self._said[_kind(span.slot, words)], draw)
            made.append(Span(len(text), len(text) + len(words), span.slot))
            text, at = text + words, span.end
        return Parse(text + parse.text[at:], tuple(made), parse.acts)

    def _paired(self, parse: Parse, draw: np.random.Generator) -> Parse:
        """With another behind it; acts of both."""
        if not self._asking:
            return parse
        other = self._exchanged(_one(self._asking, draw), draw)
        if other.text == parse.text:
            return parse
        tie = _one(_TIES, draw)
        first = parse.text if tie in (" ", "\n") else parse.text.rstrip(".!, ")
        if parse.spans and parse.spans[-1].end > len(first):
            first = parse.text
        shift = len(first) + len(tie)
        moved = tuple(Span(span.start + shift, span.end + shift, span.slot) for span in other.spans)
        acts = tuple(dict.fromkeys((*other.acts, *parse.acts)))
        return Parse(first + tie + other.text, (*parse.spans, *moved), acts)

    def _joined(self, parse: Parse, draw: np.random.Generator) -> Parse:
        first = draw.random() < 0.5
        others = self._openings if first else self._endings
        if not others:
            return parse
        other = _one(others, draw)
        if set(parse.acts) & (_BEFORE | _AFTER | {"smalltalk", "other"}):
            return parse
        between = ("", " ", ", ", ". ", "! ")[int(draw.integers(1, 5))]
        acts = (*parse.acts, *other.acts)
        if not first:
            text = parse.text.rstrip(".!")
            fits = not parse.spans or parse.spans[-1].end <= len(text)
            return Parse(text + between + other.text, parse.spans, acts) if fits else parse
        shift = len(other.text) + len(between)
        moved = tuple(Span(span.start + shift, span.end + shift, span.slot) for span in parse.spans)
        return Parse(other.text + between + parse.text, moved, acts)


def without(parse: Parse, places: Sequence[int]) -> Parse:
    """A message without some of its characters; as it is where a span would be left empty.

    Args:
        parse: The message.
        places: Of the characters, ascending.
    """
    gone = set(places)
    before = [0]
    for place in range(len(parse.text)):
        before.append(before[-1] + (place in gone))
    text = "".join(letter for place, letter in enumerate(parse.text) if place not in gone)
    spans = tuple(Span(span.start - before[span.start], span.end - before[span.end], span.slot) for span in parse.spans)
    return Parse(text, spans, parse.acts) if text.strip() and all(one.start < one.end for one in spans) else parse


def _misspelt(parse: Parse, draw: np.random.Generator) -> Parse:
    long = list(_LONG.finditer(parse.text))
    if not long:
        return parse
    word = _one(long, draw)
    place = int(draw.integers(word.start() + 1, word.end() - 1))
    if draw.random() < 0.5:
        return without(parse, [place])
    text = parse.text
    return Parse(text[:place] + text[place + 1] + text[place] + text[place + 2 :], parse.spans, parse.acts)


def _kind(slot: str, words: str) -> tuple[str, bool]:
    """What a span may give way to: slots that the same words can fill, pointing words among themselves."""
    group = next((group for group in _ALIKE if slot in group), (slot,))
    return group[0], _POINTS.fullmatch(words) is not None


def _one(of: Sequence[Drawn], draw: np.random.Generator) -> Drawn:
    return of[int(draw.integers(len(of)))]
