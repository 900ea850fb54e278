"""Calendar days as tables write them, one or a stretch: `14/03/2027`, `Sat 12 June 19:30`, `3 May - 9 June`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dateutil import parser
from dateutil.parser import ParserError

from convrec.data.clock import read_times
from convrec.data.measures import NOTHING
from convrec.days import ALWAYS, MONTHS, NEVER

_MONTH = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|sept)\.?"
_WD = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_D, _Y = r"\d{1,2}(?:st|nd|rd|th|\.)?", r"(?:\d{4}|['’]\d\d)"
_NUMBERS = r"\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)|\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d\d)|\d{1,2}-\d{1,2}-\d{4}"
_ISO = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_SPELT = rf"(?:the )?{_D}(?: of)?[ -]?{_MONTH}(?:,?[ -]{_Y})?|{_MONTH} {_D}(?!\d)(?:,? {_Y})?"
_DATE = rf"(?:{_WD},? )?(?:{_ISO}|{_NUMBERS}|{_SPELT})"
_TO = r"\s?(?:-|–|—|to|until|till|through|/|&|and)\s?"
_CELL = re.compile(
    rf"(?:(?:from|opens?|starts?|on|since|ab|as of) )?(?:(?:{_WD}{_TO}{_WD},? )?(?:"
    rf"(?P<d1>{_D}){_TO}(?P<d2>{_D}(?: of)? {_MONTH}(?:,? {_Y})?)"
    rf"|(?P<m>{_MONTH}) (?P<m1>{_D}){_TO}(?P<m2>{_D}(?:,? {_Y})?)"
    rf"|(?P<a>{_DATE})(?:{_TO}(?P<b>{_DATE}))?))(?P<on> on(?:wards)?)?(?P<rest>.*)"
    rf"|(?:until|till|to|closes|ends) (?P<till>{_DATE})(?P<rest2>.*)"
    r"|(?P<now>now|immediately|at once|right away|today|sofort|ab sofort|de suite|subito)"
    r"|(?P<ever>ongoing|permanent|always|all year(?: round)?)",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?:from|opens?|since|ab|as of) ", re.IGNORECASE)
_ORDER = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])\s?(\d{1,2})\2\s?(?:\d{4}|\d\d)(?![\d:])")
_AT = re.compile(r"^[\sT,;·|@–-]*(?:at )?", re.IGNORECASE)
_BEHIND = re.compile(r"[\s,;:(–\[-]+[^\d]*")
MOST = 0.85
"""Share of the cells of a column that must be understood."""
_PAST = timedelta(days=60)
"""A day without a year is the next one, or lies this far back at most."""
_YEARS = range(-1, 6)
"""Years about this one that a day of the week is looked for in."""


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of days.

    Attributes:
        starts: `2027-06-12` a cell; None where the cell has none.
        ends: The last day of a cell; the first one where it names one day only.
        times: The time of day at which it begins.
        until: The time of day at which it ends.
        notes: Words of a cell beside its day; empty: none.
        weekdays: Whether cells name days of the week.
        yearless: How many cells leave the year out.
    """

    starts: tuple[str | None, ...]
    ends: tuple[str | None, ...]
    times: tuple[str | None, ...]
    until: tuple[str | None, ...]
    notes: tuple[str, ...]
    weekdays: bool
    yearless: int

    @property
    def spans(self) -> bool:
        """Whether some cell goes from one day to another."""
        return any(start != end for start, end in zip(self.starts, self.ends, strict=True))


def day_first(words: Iterable[str]) -> bool | None:
    """Whether days such as `3/4/2027` begin with the day of the month; None where no cell tells, or cells differ.

    >>> day_first(["25/12/2027", "3/4/2027"]), day_first(["12/25/2027"]), day_first(["3/4/2027"])
    (True, False, None)
    """
    found = [match for word in words for match in _ORDER.finditer(word)]
    first, second = (any(int(match[at]) > 12 for match in found) for at in (1, 3))
    return None if first == second else first


def dates_of(words: Sequence[str], today: date, *, order: bool | None = None, most: float = MOST) -> Dates | None:
    """The days of a column in which nearly all cells are one; None for any other column.

    >>> told = dates_of(["14/03/2027", "3-9 May 2027", "Sat 12 June, 7pm", "tbc"], date(2027, 1, 1))
    >>> told.starts, told.ends[1], told.times[2]
    (('2027-03-14', '2027-05-03', '2027-06-12', None), '2027-05-09', '19:00')
    >>> dates_of(["1995", "March 1996", "4/5"], date(2027, 1, 1)) is None
    True

    Args:
        words: The cells.
        today: The day on which the table is read; years that are left out are counted from it.
        order: Whether `3/4/2027` begins with the day of the month; None: it is not known, and does.
        most: Share of the cells that must be days.
    """
    cells = [_CELL.fullmatch(" ".join(word.split())) for word in words]
    if sum(cell is not None for cell in cells[:40]) < most / 2 * len(cells[:40]):
        return None
    once = {cell.string: cell for cell in cells if cell is not None}
    read = {said: _Cell(cell, today, order is not False) for said, cell in once.items()}
    held = [one if cell and (one := read[cell.string]).start is not None else None for cell in cells]
    silent = sum(word.strip().lower() in NOTHING for word in words)
    if sum(one is not None for one in held) < max(1, most * (len(words) - silent)):
        return None
    kept = [
        (one.start, one.end, one.time, one.until, one.note)
        if one is not None
        else (None, None, None, None, "" if word.strip().lower() in NOTHING else word.strip())
        for one, word in zip(held, words, strict=True)
    ]
    starts, ends, times, until, notes = (tuple(column) for column in zip(*kept, strict=True))
    weekdays = any(re.match(rf"{_WD}\b", word, re.IGNORECASE) for word in words)
    yearless = sum(one is not None and one.yearless for one in held)
    return Dates(starts, ends, times, until, notes, weekdays, yearless)


class _Cell:
    """What one cell says; `start` is None where it is no day after all."""

    def __init__(self, match: re.Match[str], today: date, order: bool) -> None:
        self._today, self._order = today, order
        self.yearless = False
        self.start: str | None = None
        self.end: str | None = None
        self.time: str | None = None
        self.until: str | None = None
        self.note = ""
        if match["ever"]:
            self.start, self.end = ALWAYS, NEVER
            return
        if match["now"]:
            self.start, self.end = today.isoformat(), NEVER
            return
        rest = _AT.sub("", match["rest"] or match["rest2"] or "")
        times = read_times(rest) if rest else None
        if times is not None:
            self.time, self.until, self.note = times
        elif rest:
            if _BEHIND.fullmatch(f" {rest}") is None:
                return
            self.note = rest.strip(" ,;()-–[]")
        if match["till"]:
            last = self._read(match["till"], None)
            self.start, self.end = (ALWAYS, last.isoformat()) if last else (None, None)
            return
        low, high = self._ends(match)
        if low is None or high is None or high < low:
            return
        self.start, self.end = low.isoformat(), high.isoformat()
        if match["on"] or (match["a"] and not match["b"] and _FROM.match(match.group())):
            self.end = NEVER

    def _ends(self, match: re.Match[str]) -> tuple[date | None, date | None]:
        if match["d1"]:
            high = self._read(match["d2"], None)
            return self._in_month(match["d1"], high), high
        if match["m"]:
            high = self._read(f"{match['m']} {match['m2']}", None)
            return self._in_month(match["m1"], high), high
        if not match["b"]:
            low = self._read(match["a"], None)
            return low, low
        high = self._read(match["b"], None)
        low = self._read(match["a"], high)
        if low and high and high < low and not _has_year(match["b"]):
            high = high.replace(year=low.year + (high.replace(year=low.year) < low))
        return low, high

    def _in_month(self, day: str, high: date | None) -> date | None:
        number = int(re.sub(r"\D", "", day))
        return high.replace(day=number) if high is not None and 1 <= number <= high.day else None

    def _read(self, said: str, before: date | None) -> date | None:
        """A day; `before`: the last day of the stretch that it begins, whose year it shares."""
        try:
            found: date = parser.parse(
                said.replace("’", "'"), dayfirst=self._order and not re.search(_ISO, said),
                yearfirst=bool(re.search(_ISO, said)), default=datetime(2000, 1, 1, tzinfo=UTC),
            ).date()  # fmt: skip
        except (ParserError, OverflowError):
            return None
        if _has_year(said):
            return found
        self.yearless = True
        if before is not None:
            year = before.year - ((found.month, found.day) > (before.month, before.day))
            return _of_year(found, year)
        named = re.match(_WD, said, re.IGNORECASE)
        if named:
            tried = (_of_year(found, self._today.year + step) for step in _YEARS)
            fits = [day for day in tried if day and day.strftime("%a").lower() == named.group()[:3].lower()]
            if fits:
                return min(fits, key=lambda day: abs(day - self._today))
        near = (_of_year(found, self._today.year + step) for step in range(-1, 5))
        return next((day for day in near if day and day >= self._today - _PAST), None)


def _has_year(said: str) -> bool:
    return re.search(rf"\d{{4}}|['’]\d\d|{_NUMBERS}", said) is not None


def _of_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None
