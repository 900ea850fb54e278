"""Times of day and opening hours as tables write them: `19:30`, `doors 7pm`, `Tue-Sun 10-18, Thu until 20`, `24/7`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convrec.days import DAY, Open, hours_words, time_of

_POINT = (
    r"(?:(?P<@h>\d{1,2})(?:(?:[:.]|h(?=\d))(?P<@n>[0-5]\d)(?::[0-5]\d(?!\d))?)?(?:\s?(?P<@m>[ap])\.?m\b\.?|\s?(?:h|hrs?|uhr|o'clock)\b)?"
    r"|(?P<@w>noon|midday|midnight|late|close))"
)
_A, _B = _POINT.replace("@", "a"), _POINT.replace("@", "b")
_TO = r"\s*(?:-|–|—|to|until|till|bis)\s*"
TIMES = re.compile(rf"{_A}(?:{_TO}{_B})?(?![\d:])")
"""A time, or one to another."""
_CELL = re.compile(
    rf"(?:(?:doors?|starts?|from|at|ab|um|opens?|c\.|ca\.?)[\s:]+)*{TIMES.pattern}(?P<rest>[^\d]*|\s*\(?doors .*)",
    re.IGNORECASE,
)
_WORDS = {"noon": 12 * 60, "midday": 12 * 60, "midnight": DAY, "late": DAY, "close": DAY}
_WD = (
    r"mon?(?:day)?s?|tu(?:es?)?(?:day)?s?|we(?:d(?:nes)?)?(?:day)?s?|th(?:u(?:rs?)?)?(?:day)?s?|fri?(?:day)?s?"
    r"|sat?(?:ur)?(?:day)?s?|sun?(?:day)?s?|di|mi|do|so"
)
_NAMES = ({"mo"}, {"tu", "di"}, {"we", "mi"}, {"th", "do"}, {"fr"}, {"sa"}, {"su", "so"})
_DAYS = rf"(?P<first>{_WD})\.?(?:\s*(?:-|–|—|to|through|bis)\s*(?P<last>{_WD})\.?)?"
_TOKEN = re.compile(
    r"\b(?:(?P<all>daily|every ?day|all week|täglich|7 days(?: a week)?)|(?P<work>weekdays|workdays)"
    r"|(?P<end>weekends?)"
    rf"|(?P<none>closed|geschlossen|except)|(?P<ever>24/7|24 ?h(?:ou)?rs?(?: a day)?|round the clock)|{_DAYS})(?![\w'])"
    rf"|(?P<until>(?:until|till|to|bis|-)\s*)?(?<![\w:.]){TIMES.pattern}",
    re.IGNORECASE,
)
_FILLS = re.compile(
    r"\b(?:and|also|open|opens|opening|from|hours?|h|uhr|und|on|the|late)\b|[\s,;:.|/&+()–-]+", re.IGNORECASE
)
_TELLING, MOST = 3, 0.85
"""Cells from which on a column says something, and the share of them that must be understood."""
_SAYS_DAYS = 0.3
"""Share of cells that name days of the week, from which on times are opening hours whatever the column is called."""
_OPENS = re.compile(r"\bopen|hours?\b|öffnungs|zeiten|horario|horaires", re.IGNORECASE)
"""What names of opening hours have in them."""
_NOON, _MORNING = 12 * 60, 7 * 60


@dataclass(frozen=True, slots=True)
class Clock:
    """A column of times of day.

    Attributes:
        starts: `19:30` a cell; None where the cell has none.
        ends: The end of a cell that goes from one time to another.
        notes: Words of a cell beside its times; empty: none.
    """

    starts: tuple[str | None, ...]
    ends: tuple[str | None, ...]
    notes: tuple[str, ...]


def times_of(words: Sequence[str], *, most: float = MOST) -> Clock | None:
    """The times of a column in which nearly all cells are one; None for any other column.

    >>> times_of(["19:30", "7pm", "doors 19.00", "20:00-22:30"]).starts
    ('19:30', '19:00', '19:00', '20:00')
    >>> times_of(["9.30", "10.20", "11"]) is None, times_of(["12", "14", "19"]) is None
    (True, True)
    """
    once = {word: read_times(word) for word in dict.fromkeys(words)}
    read = [once[word] for word in words]
    if sum(one is not None for one in read) < max(_TELLING, most * len(words)):
        return None
    found = [one or (None, None, word.strip()) for one, word in zip(read, words, strict=True)]
    return Clock(*(tuple(column) for column in zip(*found, strict=True)))


def read_times(cell: str) -> tuple[str | None, str | None, str] | None:
    """Start, end and further words of a cell of times; None where it is none."""
    match = _CELL.fullmatch(cell.strip())
    if match is None or not (_plain(match, "a") or ((match["bh"] or match["bw"]) and _plain(match, "b"))):
        return None
    span = _span(match)
    if span is None:
        return None
    start, end = span
    both = match["bh"] or match["bw"]
    rest = match["rest"].strip(" ,;()-–[]")
    return time_of(start), time_of(end) if both and end is not None else None, rest


def hours_of_cells(words: Sequence[str], name: str, *, most: float = MOST) -> tuple[list[str | None], list[str]] | None:
    """Opening hours of a column as facts hold them, and the words of cells that are none; None for any other column.

    >>> hours_of_cells(["Mon-Fri 9-17, Sat 10-14", "daily 10am-6pm", "Tue-Thu 10-18, Thu until 20"], "x")[0][1:]
    ['Mon-Sun 10:00-18:00', 'Tue-Wed 10:00-18:00; Thu 10:00-20:00']

    Args:
        words: The cells.
        name: Of the column.
        most: Share of the cells that must be opening hours.
    """
    called = _OPENS.search(name.replace("_", " ")) is not None
    said = sum(re.search(rf"\b(?:{_WD}|daily|weekdays)\b", word, re.IGNORECASE) is not None for word in words)
    if not called and said < _SAYS_DAYS * len(words):
        return None
    once = {word: read_hours(word) for word in dict.fromkeys(words)}
    read = [once[word] for word in words]
    if sum(one is not None for one in read) < max(_TELLING, most * len(words)):
        return None
    return read, [word.strip() if one is None else "" for one, word in zip(read, words, strict=True)]


def read_hours(cell: str) -> str | None:
    """Opening hours of a cell as facts hold them; None where it says anything else."""
    plain = " ".join(cell.split())
    hours: Open = {}
    days: list[int] = []
    barred: set[int] = set()
    kept: list[int] = []
    done, none, at, rest = True, False, 0, ""
    for match in _TOKEN.finditer(plain):
        rest += plain[at : match.start()]
        at = match.end()
        if match["none"]:
            none = True
            if match["none"].lower() == "except":
                done, kept = True, days
                continue
            barred |= set() if done else set(days)  # "Mon closed"
            done = True
            continue
        if named := _named(match):
            if none and done:  # "closed Mon"
                barred |= set(named)
                days, done, kept = (kept, not kept, []) if kept else (days, done, kept)
                continue
            days, done, none = (named if done else [*days, *named]), False, False
            continue
        span = (0, DAY) if match["ever"] else _span(match)
        if span is None:
            return None
        days = days or list(range(7))
        for day in days:
            if match["until"]:
                hours[day] = [(min((start for start, _ in hours.get(day, [])), default=_MORNING), _till(match))]
            elif span[1] is None:
                return None
            else:
                hours[day] = [*([] if not done else hours.get(day, [])), (span[0], span[1])]
        done, none = True, False
    hours = {day: spans for day, spans in hours.items() if day not in barred}
    rest = _FILLS.sub("", rest + plain[at:])
    return hours_words(hours) or None if not rest and hours else None


def days_named(cell: str) -> set[int]:
    """The days of the week (0: Monday) that a cell names: `Sat & Sun`, `Mon-Wed`."""
    return {day for match in _TOKEN.finditer(cell) for day in _named(match)}


def _named(match: re.Match[str]) -> list[int]:
    if match["all"]:
        return list(range(7))
    if match["work"] or match["end"]:
        return list(range(5)) if match["work"] else [5, 6]
    if not match["first"]:
        return []
    low = _at(match["first"])
    return [(low + step) % 7 for step in range((_at(match["last"] or match["first"]) - low) % 7 + 1)]


def _at(name: str) -> int:
    return next(day for day, names in enumerate(_NAMES) if name.lower()[:2] in names)


def _plain(match: re.Match[str], end: str) -> bool:
    """Whether a time is one without its surroundings: `19:30`, `7pm`, `noon`, and not `19`."""
    said = match.group()
    marked = match[f"{end}m"] or match[f"{end}w"] or re.search(r"\d\s?(?:h|hrs?|uhr|o'clock)\b", said, re.IGNORECASE)
    return bool(marked) or (
        match[f"{end}n"] is not None and (":" in said or len(match[f"{end}h"]) == 2 or "doors" in said)
    )


def _span(match: re.Match[str]) -> tuple[int, int | None] | None:
    """Minutes at which it begins and ends; None: no clock shows them."""
    start, end = minutes_in(match, "a"), None
    if start is None:
        return None
    if match["bh"] or match["bw"]:
        end = minutes_in(match, "b")
        if end is None:
            return None
        if match["bm"] and not match["am"] and not match["aw"] and start < _NOON <= end and start + _NOON < end:
            start += _NOON  # "6-11pm"
        if end <= start and not match["bm"] and start < _NOON and 0 < end < _NOON:
            end += _NOON  # "9-5"
        if end <= start:
            end += DAY
    return start, end


def _till(match: re.Match[str]) -> int:
    end = minutes_in(match, "a") or 0
    return end + _NOON if end < _MORNING + 60 and not match["am"] else end


def minutes_in(match: re.Match[str], end: str) -> int | None:
    """Minutes since midnight of one end of a match of `TIMES`; None: no clock shows them."""
    if word := match[f"{end}w"]:
        return _WORDS[word.lower()]
    hour, minute = int(match[f"{end}h"]), int(match[f"{end}n"] or 0)
    if match[f"{end}m"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[f"{end}m"].lower() == "p" else 0)
    return 60 * hour + minute if hour <= 24 else None
