"""Times of day in words: `after 8pm`, `between 6 and 9`, `in the evening`, `by noon`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from convrec.days import DAY, MONTHS

_MONTH = "|".join(name.lower() for name in MONTHS)
_CLOCK = (
    r"(?P<{0}>(?:\d\d?(?:[:.][0-5]\d)?(?: ?(?:[ap]\.?m\b\.?|o'?clock\b|h\b))?(?: in the (?:morning|afternoon|evening))?"
    r"|noon|midday|midnight))"
)
_A, _B = _CLOCK.format("a"), _CLOCK.format("b")
_NOT_CLOCK = (
    r"(?!\d|[.,]\d|[-/]\d| ?(?:[€$£%]|euros?|eur|usd|gbp|dollars?|pounds?|bucks?|quid|people|persons?"
    r"|pers|players?|km|m|miles?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|of|stars?"
    rf"|(?:st|nd|rd|th)\b|or more|or less|{_MONTH})\b)"
)
_TIMES = (
    re.compile(rf"(?:between|from) {_A} ?(?:-|and|to|until|till) ?{_B}{_NOT_CLOCK}"),
    re.compile(
        rf"(?P<how>before|after|by|until|till|past|from|since|at|around|about|earlier than|later than)"
        rf" {_A}{_NOT_CLOCK}(?P<on> on(?=\s*(?:$|[,.!?;]|(?:and|please)\b))| onwards?\b| or later\b)?"
    ),
    re.compile(rf"{_A}{_NOT_CLOCK}(?P<on> onwards?| or later)"),
    re.compile(rf"{_A}(?!\w)"),
)
_PART = re.compile(
    r"(?:(?:in the|during the|on the|for the|of the|this|an?|in|every|late in the|early in the|at) )?"
    r"(?:(?:early|late) )?(?P<part>mornings?|afternoons?|evenings?|nights?|lunch ?time)\b"
)
_LEADS_PART = re.compile(
    r"(?:\b(?:in|during|on|for|of|this|an?|every|at)\b(?: the)? (?:early |late )?|day ?|tomorrow )$"
)
PARTS = {
    "morning": (6 * 60, 12 * 60), "lunchtime": (12 * 60, 14 * 60), "afternoon": (12 * 60, 18 * 60),
    "evening": (18 * 60, DAY), "night": (18 * 60, DAY + 4 * 60),
}  # fmt: skip
"""Parts of the day, in minutes since midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of the day somebody speaks of.

    Attributes:
        end: Where the words end.
        since: Its earliest minute; None: open.
        until: Its latest minute; None: open.
        bare: Whether a number alone says it, so that `after 7` may be the evening's.
        lasts: Whether it tells until when something goes on: `until 10pm`.
    """

    end: int
    since: int | None
    until: int | None
    bare: bool = False
    lasts: bool = False


def hours_at(plain: str, start: int) -> Hours | None:
    """The time of day that words from a place on mean; None: none."""
    return _clock(plain, start) or _part(plain, start)


def _clock(plain: str, start: int) -> Hours | None:
    for at, pattern in enumerate(_TIMES):
        match = pattern.match(plain, start)
        if match is None:
            continue
        said = match.groupdict()
        marked = any(_is_marked(said.get(end) or "") for end in ("a", "b"))
        if at == 0 and not marked and re.match(r" ?(?:\w+)", plain[match.end() :]) and not _ends(plain, match.end()):
            continue
        if at == 3 and not _is_marked(said["a"]):
            continue
        if at in (1, 2) and not marked and not _ends(plain, match.end()):
            continue
        return _timed(match, said, at, marked=marked)
    return None


def _ends(plain: str, end: int) -> bool:
    """Whether a number alone may be an hour by what follows it."""
    follows = (
        r"\s*(?:$|[,.!?;)]|(?:and|or|but|please|on|in|tonight|tomorrow|today|this|next|then|if|with|is|for|at night)\b)"
    )
    return re.match(follows, plain[end:]) is not None


def _timed(match: re.Match[str], said: dict[str, str], at: int, *, marked: bool) -> Hours | None:
    end = match.end()
    first = clock_minutes(said["a"])
    if first is None:
        return None
    if at == 0:
        last = clock_minutes(said["b"])
        if last is None:
            return None
        if "pm" in said["b"].replace(".", "") and not _is_marked(said["a"]) and first < 12 * 60 and first + 720 < last:
            first += 720
        if last <= first:  # "between 12 and 2"
            last += 12 * 60 if not marked and last + 12 * 60 > first else DAY
        return Hours(end, first, last, bare=not marked)
    how = said.get("how") or ""
    if how in ("before", "earlier than"):
        return Hours(end, None, first - 1, bare=not marked)
    if how in ("by", "until", "till"):
        return Hours(end, None, first, bare=not marked, lasts=how != "by")
    if how in ("after", "past", "from", "since", "later than") or said.get("on"):
        return Hours(end, first, None, bare=not marked)
    around = 30 if how in ("around", "about") else 0
    return Hours(end, first - around, first + around, bare=not marked)


def _part(plain: str, start: int) -> Hours | None:
    match = _PART.match(plain, start)
    if match is None:
        return None
    part = match["part"].replace(" ", "")
    led = match.start("part") > start or part.endswith("s") or _LEADS_PART.search(plain[:start])
    if not led or (match.start("part") > start and plain[start:].startswith("at ") and not part.startswith("night")):
        return None
    low, high = PARTS[part.removesuffix("s")]
    return Hours(match.end(), low, high)


def clock_minutes(said: str) -> int | None:
    """Minutes since midnight of `7.30pm`, `19:30`, `noon`; None: no clock shows it."""
    said = said.replace(" ", "")
    if said in ("noon", "midday", "midnight"):
        return DAY if said == "midnight" else 12 * 60
    match = re.match(r"(\d\d?)(?:[:.](\d\d))?([ap])?", said)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = match[3] or ("a" if said.endswith("morning") else "p" if said.endswith(("afternoon", "evening")) else "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return 60 * hour + minute if hour <= 24 else None


def _is_marked(said: str) -> bool:
    return bool(re.search(r":\d\d|[ap]\.?m|clock|\dh|noon|midday|midnight| h\b| in the ", said))
