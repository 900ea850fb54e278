"""Whether words of time ask for years of an item, refuse them, or tell of its story."""

from __future__ import annotations

import re

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.rules.frame import Frame
from convrec.dialogue.rules.years import Years
from convrec.dialogue.sense.reading import Reading
from convrec.dialogue.words.english import DECADES

NEGATED = re.compile(r"(?:nothing|not|no|none|never|isn't|aren't|too) ")
NARRATIVE = re.compile(
    r"\b(?:was|were|seen|saw|watched|remember|came out|coming out|gets?|getting|grew|when i|could be|made in)\b"
    r"|(?<!not )\bis (?!fine|ok)"
)
_SETTING = re.compile(
    r"\b(?:set|takes place|taking place|happening|about life)\s(?:(?:in|during|around)\s)?(?:the\s)?$"
)


def time_part(years: Years, plain: str, *, refused: bool) -> Span:
    """The part that words of time play."""
    led = NEGATED.match(plain[years.start : years.end])
    start = years.start + (led.end() if led else 0)
    return Span(start, years.end, "notwhen" if refused or led else "when")


def apart_from(reading: Reading, led: int, start: int) -> bool:
    """Whether a refusal has its word already, and years come after a comma: `not from Peru, from the 80s`."""
    refused = [one.end for one in reading.found if led <= one.start < start]
    refused += [one.end for one in reading.mentions if led <= one.start < start]
    gap = reading.plain[max(refused) : start] if refused else ""
    return re.fullmatch(r"\s*(?:,|,?\s+(?:and|but))\s*", gap) is not None


def is_meant(years: Years, reading: Reading, frame: Frame) -> bool:
    """Whether years are those of the item and not of its story: `set in the fifties`, `an old man`."""
    if _SETTING.search(reading.plain[: years.start]):
        return False
    vague = not any(char.isdigit() for char in years.said) and years.said.split()[-1] not in DECADES
    story = re.match(r" [A-Z]", reading.text[years.end :]) is not None  # "in 1930s Chicago"
    return not story and frame.asks(years.start, years.end) and (not vague or frame.names_kind(years.end))
