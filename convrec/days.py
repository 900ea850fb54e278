"""Days, times of day and opening hours as facts hold them: `2027-06-12`, `19:30`, `Mon-Fri 09:00-17:00`.

Days are ISO 8601, times have 24 hours and go on after midnight where something lasts that long (`25:30`), opening hours
are written like those of OpenStreetMap (https://wiki.openstreetmap.org/wiki/Key:opening_hours), with English weekdays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
Moment = Literal["date", "time", "hours"]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY = "weekday"
"""The fact that tells on which days of the week something takes place."""
SHORT = tuple(name[:3] for name in WEEKDAYS)
ALWAYS, NEVER = "0001-01-01", "9999-12-31"
"""Stand for the start and the end of what has none."""
DAY = 24 * 60
"""Minutes."""
_WEEK = 7 * DAY
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"[0-3]\d:[0-5]\d")
_ONE = rf"(?:{'|'.join(SHORT)})"
_DAYS = rf"{_ONE}(?:-{_ONE})?(?:,{_ONE}(?:-{_ONE})?)*"
_SPAN = r"[0-3]\d:[0-5]\d-[0-3]\d:[0-5]\d"
_RULE = rf"{_DAYS} {_SPAN}(?:, {_SPAN})*"
_HOURS = re.compile(rf"{_RULE}(?:; {_RULE})*")


def moment_kind(value: str) -> Moment | None:
    """What a word is; None: nothing of the kind.

    >>> [moment_kind(one) for one in ("2027-06-12", "19:30", "Mon-Fri 09:00-17:00", "2027-13-40", "soon")]
    ['date', 'time', 'hours', None, None]
    """
    return _kind(value) if value[:1].isdigit() or value[:3] in SHORT else None


@lru_cache(16384)
def _kind(value: str) -> Moment | None:
    if _DATE.fullmatch(value):
        return "date" if _day(value) is not None else None
    if _TIME.fullmatch(value):
        return "time"
    return "hours" if _HOURS.fullmatch(value) else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def number_of(value: str | float) -> float:
    """What is compared: the ordinal of a day, the minutes of a time, a number as it is.

    Raises:
        ValueError: It is none of them.
    """
    kind = moment_kind(value) if isinstance(value, str) else None
    if isinstance(value, str) and kind == "date":
        return float(date.fromisoformat(value).toordinal())
    return float(minutes_of(value)) if isinstance(value, str) and kind == "time" else float(value)


def minutes_of(time: str) -> int:
    """Minutes since midnight of `19:30`."""
    hours, _, minutes = time.partition(":")
    return 60 * int(hours) + int(minutes)


def time_of(minutes: float) -> str:
    """`19:30` of minutes since midnight."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def day_words(value: str, *, weekday: bool = True, year: bool = True) -> str:
    """A day as it is told.

    >>> day_words("2027-06-12"), day_words("2027-06-12", weekday=False), day_words("2027-06-12", year=False)
    ('Saturday 12 June 2027', '12 June 2027', 'Saturday 12 June')
    """
    day = date.fromisoformat(value)
    led, tail = f"{WEEKDAYS[day.weekday()]} " if weekday else "", f" {day.year}" if year else ""
    return f"{led}{day.day} {MONTHS[day.month - 1]}{tail}"


def span_words(low: str, high: str) -> str:
    """Two days as one stretch, what they share said once.

    >>> span_words("2027-06-05", "2027-06-06"), span_words("2027-05-28", "2027-06-06")
    ('5 to 6 June 2027', '28 May to 6 June 2027')
    >>> span_words("2026-12-28", "2027-01-06"), span_words("2027-06-05", "2027-06-05")
    ('28 December 2026 to 6 January 2027', 'Saturday 5 June 2027')
    """
    if low == high:
        return day_words(low)
    first = day_words(low, weekday=False, year=low[:4] != high[:4])
    return f"{first.split()[0] if low[:7] == high[:7] else first} to {day_words(high, weekday=False)}"


def clock_words(value: str) -> str:
    """A time as clocks show it, also after midnight."""
    minutes = minutes_of(value)
    return time_of(minutes % DAY if minutes > DAY else minutes)


def moment_words(value: str) -> str | None:
    """A day or a time as it is told; None for other words."""
    kind = moment_kind(value)
    if kind == "date":
        return {ALWAYS: "before now", NEVER: "on no fixed day"}.get(value) or day_words(value)
    if kind == "time":
        return clock_words(value)
    return re.sub(r"\d\d:\d\d", lambda time: clock_words(time.group()), value) if kind == "hours" else None


def weekdays_of(first: str, last: str) -> tuple[str, ...]:
    """The days of the week that a stretch of days has, Monday first."""
    low = date.fromisoformat(first)
    steps = min(date.fromisoformat(last).toordinal() - low.toordinal(), 6)
    found = {(low.weekday() + step) % 7 for step in range(max(steps, 0) + 1)}
    return tuple(WEEKDAYS[day] for day in sorted(found))


def day_of(seconds: float | None = None) -> date:
    """The day here at a time in seconds since 1970; None: now."""
    moment = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return moment.astimezone().date()


Open = dict[int, list[tuple[int, int]]]
"""Minutes at which something opens and closes, by the day of the week (0: Monday)."""


def hours_words(hours: Open) -> str:
    """Opening hours as facts hold them; days of equal hours together.

    >>> hours_words({0: [(540, 1020)], 1: [(540, 1020)], 6: [(600, 720), (840, 1080)]})
    'Mon-Tue 09:00-17:00; Sun 10:00-12:00, 14:00-18:00'
    """
    rules: dict[str, list[int]] = {}
    for day in sorted(hours):
        spans = ", ".join(f"{time_of(start)}-{time_of(end)}" for start, end in sorted(hours[day]))
        if spans:
            rules.setdefault(spans, []).append(day)
    return "; ".join(f"{','.join(_runs(days))} {spans}" for spans, days in rules.items())


def _runs(days: Sequence[int]) -> Iterator[str]:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    yield from (SHORT[run[0]] if len(run) == 1 else f"{SHORT[run[0]]}-{SHORT[run[-1]]}" for run in runs)


@lru_cache(16384)
def hours_of(value: str) -> tuple[tuple[int, int, int], ...]:
    """Day of the week (0: Monday), and the minutes at which it opens and closes, of opening hours as facts hold them.

    >>> hours_of("Sat-Sun 10:00-14:00")
    ((5, 600, 840), (6, 600, 840))
    """
    found: list[tuple[int, int, int]] = []
    for rule in value.split("; "):
        days, _, spans = rule.partition(" ")
        for part in days.split(","):
            first, _, last = part.partition("-")
            low, high = SHORT.index(first), SHORT.index(last or first)
            for step in range((high - low) % 7 + 1):
                for span in spans.split(", "):
                    start, _, end = span.partition("-")
                    found.append(((low + step) % 7, minutes_of(start), minutes_of(end)))
    return tuple(found)


def opens_within(hours: str, wanted: str) -> bool:
    """Whether something is open at some moment of some hours.

    >>> opens_within("Fri 18:00-26:00", "Sat 01:00-02:00"), opens_within("Mon-Sat 09:00-20:00", "Mon-Sun 20:00-24:00")
    (True, False)
    """
    own, asked = _stretches(hours), _stretches(wanted)
    return any(start < stop and end > begin for start, end in own for begin, stop in asked)


@lru_cache(16384)
def _stretches(value: str) -> tuple[tuple[int, int], ...]:
    """Minutes of the week from and to which; what runs over the end of it begins it as well."""
    spans = [(day * DAY + start, day * DAY + end) for day, start, end in hours_of(value)]
    return tuple([*spans, *((start - _WEEK, end - _WEEK) for start, end in spans if end > _WEEK)])


def all_moments(values: Iterable[object]) -> Moment | None:
    """What all of some values are; None: they are of several kinds, or of none."""
    found: Moment | None = None
    for value in values:
        kind = moment_kind(value) if isinstance(value, str) else None
        if kind is None or kind != (found or kind):
            return None
        found = kind
    return found
