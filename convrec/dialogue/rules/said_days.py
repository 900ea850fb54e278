"""Calendar days in words: `the 12th of June`, `3-10 may`, `next weekend`, `before the end of March`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

from convrec.days import MONTHS, WEEKDAYS
from convrec.dialogue.words.english import NUMBERS, number

_FULL = "|".join(map(str.lower, WEEKDAYS))
_WEEKDAY = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in map(str.lower, MONTHS)) + "|sept"
_Y = r"(?P<y>(?:19|20)\d\d)"
_ORD = r"\d{1,2}(?:st|nd|rd|th)?"
_FEASTS: Mapping[str, tuple[int, int]] = {
    "christmas eve": (24, 12), "christmas day": (25, 12), "christmas": (25, 12), "xmas": (25, 12),
    "boxing day": (26, 12),
    "new year's eve": (31, 12), "new years eve": (31, 12), "nye": (31, 12), "new year's day": (1, 1),
    "new year's": (1, 1), "new year": (1, 1), "valentine's day": (14, 2), "valentine's": (14, 2), "halloween": (31, 10),
    "easter": (0, 0),
}  # fmt: skip
"""Days with a name, by day and month; that of Easter moves."""
_DAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("iso", re.compile(r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d?)-(?P<d>\d\d?)(?!\d)")),
    ("numbers", re.compile(rf"(?P<d>\d\d?)[/.](?P<m>\d\d?)[/.]{_Y}(?!\d)")),
    (
        "spelt",
        re.compile(
            rf"(?:{_WEEKDAY},? )?(?:the )?(?P<d>\d\d?)(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH})\b\.?(?:,? {_Y}(?!\d))?"
        ),
    ),
    (
        "spelt",
        re.compile(
            rf"(?:{_WEEKDAY},? )?(?P<m>{_MONTH})\.? (?:the )?(?P<d>\d\d?)(?:st|nd|rd|th)?"
            rf"(?![\w:]| ?(?:am|pm)\b)(?:,? {_Y}(?!\d))?"
        ),
    ),
    (
        "named",
        re.compile(r"(?P<name>today|tonight|tomorrow|(?:the )?day after tomorrow|this evening|this afternoon)\b"),
    ),
    (
        "stretch",
        re.compile(
            r"(?:(?P<part>early|mid|late|the (?:beginning|start|middle|end) of|end of)[ -])?"
            r"(?:(?P<which>this|next|the coming|coming|the next) (?P<unit>week|weekend|month|year)"
            r"|(?:(?:over|at|on) )?the (?P<ends>weekend)"
            r"|(?<=of )the (?P<whole>week|month|year))(?! (?:after|before|of)\b)\b"
        ),
    ),
    (
        "ahead",
        re.compile(
            rf"in (?P<n>an?|{'|'.join(NUMBERS)}|\d\d?) (?P<unit>day|week|month)s?(?:' time| time)?\b"
            r"|(?:the )?(?P<unit2>week|weekend) after next\b"
        ),
    ),
    ("weekday", re.compile(rf"(?P<which>this|next|the coming|coming) (?P<name>{_FULL}|sat|sun|fri|mon)\b")),
    (
        "month",
        re.compile(
            r"(?:(?P<part>early|mid|late|the (?:beginning|start|middle|end) of|end of|(?:this|next|coming)) ?-?)?"
            rf"(?P<m>{_MONTH})\b(?:,? {_Y}(?!\d))?"
        ),
    ),
    ("ordinal", re.compile(r"the (?P<d>\d\d?)(?:st|nd|rd|th)(?! (?:one|card|century|floor|edition|row|place|time)\b)")),
    ("feast", re.compile(rf"(?P<name>{'|'.join(sorted(_FEASTS, key=len, reverse=True))})\b")),
    ("short", re.compile(r"(?P<d>\d\d?)[/](?P<m>\d\d?)(?![\d/.])")),
    ("year", re.compile(rf"{_Y}(?!['\d]|s\b)")),
)
_LEADS_MONTH = re.compile(
    r"\b(?:in|during|of|for|by|until|till|before|after|since|from|throughout|around|to|and|or|not|about) $"
)
_LEADS_YEAR = re.compile(r"\b(?:in|during|for|of|before|after|until|since) $")
_LEADS_FEAST = re.compile(r"\b(?:on|at|for|over|before|after|until|till|by|about|around) $")
_LEADS_DAY = re.compile(r"\b(?:on|by|until|till|before|after|since|from|to|and|for|is|not|about) $")
_BOUND = re.compile(
    r"(?P<not>not |nothing |none )?(?P<how>before|prior to|earlier than|by|until|till|up to|no later than|after"
    r"|later than|since|from|as of|past)(?: the (?=start|beginning|end))? "
)
_ON = re.compile(r" ?(?:on|onwards?|or later|and later)\b(?! (?:a|the|sun|mon|tue|wed|thu|fri|sat)\w*\b)")
_BETWEEN = re.compile(r"(?:between|from) ")
_TO = re.compile(r"(?:,? ?(?:-|to|and|until|till|through|or) ?)(?:the )?")
_BARE_DAY = re.compile(rf"(?:the )?(?P<d>{_ORD})")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days somebody speaks of.

    Attributes:
        end: Where the words end.
        low: First day; None: open.
        high: Last day; None: open.
        turned: Whether its own words refuse something (`not before`), which its ends heed already.
        till: The first day of that until which something goes on (`until March`); None: it does not say until.
    """

    end: int
    low: date | None
    high: date | None
    turned: bool = False
    till: date | None = None


class DayWords:
    """Reads the days of one message."""

    def __init__(self, plain: str, today: date, known: tuple[date, date] | None = None) -> None:
        """Keep what they are read from.

        Args:
            plain: Folded text.
            today: What relative words are counted from.
            known: The first and the last day that the catalogue has something for; they tell `3/4` from `4/3`.
        """
        self._plain, self._today, self._known = plain, today, known

    def at(self, start: int) -> Stretch | None:
        """The days that words from a place on mean; None: none."""
        return self._between(start) or self._bound(start) or self._on(start)

    def _between(self, start: int) -> Stretch | None:
        """`between 3 and 10 may`, `3-10 may`, `from 1 June to 9 July`."""
        led = _BETWEEN.match(self._plain, start)
        at = led.end() if led else start
        first = self._day(at)
        if first is None:
            if bare := _BARE_DAY.match(self._plain, at):
                first = (bare.end(), None, None)
            else:
                return None
        tie = _TO.match(self._plain, first[0])
        if tie is None or (tie.group().strip(" ,") == "or") or (tie.group().strip(" ,") == "and" and not led):
            return None
        second = self._day(tie.end(), led=True)
        if second is None and first[1] is not None and first[1] == first[2]:  # "may 29-31"
            bare = _BARE_DAY.match(self._plain, tie.end())
            last = _of(first[1], day=int(re.sub(r"\D", "", bare["d"]))) if bare else None
            if (
                bare
                and last
                and last > first[1]
                and re.match(r"(?![\w:]|[.,]\d| ?(?:am|pm)\b)", self._plain[bare.end() :])
            ):
                return Stretch(bare.end(), first[1], last)
        if second is None or second[2] is None:
            return None
        low = first[1]
        if low is None:
            if second[1] != second[2] or not (number := _BARE_DAY.match(self._plain, at)):
                return None
            low = _of(second[2], day=int(re.sub(r"\D", "", number["d"])))
        if low is not None and low > second[2] and not re.search(r"\d{4}", self._plain[start : first[0]]):
            low = _of(low, year=second[2].year - (low.replace(year=2000) > second[2].replace(year=2000)))
        return Stretch(second[0], low, second[2]) if low is not None and low <= second[2] else None

    def _bound(self, start: int) -> Stretch | None:
        led = _BOUND.match(self._plain, start)
        found = self._day(led.end(), led=True) if led else None
        if led is None or found is None or found[1] is None or found[2] is None:
            return None
        end, low, high = found[0], found[1], found[2]
        how = led["how"]
        first: date | None = None
        last: date | None = None
        if how in ("before", "prior to", "earlier than"):
            last = low - timedelta(1)
        elif how in ("after", "later than", "past"):
            first = high + timedelta(1)
        elif how in ("since", "from", "as of"):
            on = _ON.match(self._plain, end)
            first, end = low, on.end() if on else end
        else:
            last = high
        if led["not"]:  # "not before" wants that day and later
            first, last = (low, None) if last is not None else (None, high)
        till = low if how in ("until", "till", "up to") and not led["not"] else None
        return Stretch(end, first, last, turned=bool(led["not"]), till=till)

    def _on(self, start: int) -> Stretch | None:
        led = re.compile(r"(?:on|in|during|for|at|over|throughout|around|is) (?:the (?=\d))?").match(self._plain, start)
        found = (self._day(led.end(), led=True) if led else None) or self._day(start)
        if found is None:
            return None
        return Stretch(*found)

    def _day(self, start: int, *, led: bool = False) -> tuple[int, date | None, date | None] | None:
        """The end of the words, the first and the last day that they mean."""
        for kind, pattern in _DAYS:
            match = pattern.match(self._plain, start)
            if match is None:
                continue
            before = self._plain[:start]
            if kind == "month" and not (led or match["part"] or match["y"] or _LEADS_MONTH.search(before)):
                continue
            if (
                kind == "month"
                and led
                and not match["y"]
                and re.match(r" (?:be|have|not|also|i|we)\b", self._plain[match.end() :])
            ):
                continue  # "for may be"
            if kind == "year" and not (led or _LEADS_YEAR.search(before)):
                continue
            if kind in ("feast", "short") and not (led or _LEADS_FEAST.search(before)):
                continue
            if kind == "ordinal" and not (led or _LEADS_DAY.search(before)):
                continue
            found = self._read(kind, match)
            if found is not None:
                return match.end(), *found
        return None

    def _read(self, kind: str, match: re.Match[str]) -> tuple[date, date] | None:
        said = match.groupdict()
        if kind == "feast":
            day_ = self._feast(said["name"] or "")
            return day_, day_
        if kind in ("iso", "numbers", "spelt", "short"):
            month = int(said["m"]) if said["m"].isdecimal() else _month(said["m"])
            day = int(said["d"])
            if kind in ("numbers", "short") and month > 12 >= day:
                day, month = month, day
            year = int(said["y"]) if said.get("y") else None
            found = self._dated(day, month, year)
            if kind in ("numbers", "short") and self._known is not None and not self._knows(found):
                turned = self._dated(month, day, year)
                found = turned if self._knows(turned) else found
            return None if found is None else (found, found)
        if kind == "named":
            steps = {"tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2}
            day_ = self._today + timedelta(steps.get(said["name"], 0))
            return day_, day_
        if kind == "stretch":
            unit = said["unit"] or said["ends"] or said["whole"]
            return _part(said["part"], *self._stretch(said["which"] or "this", unit))
        if kind == "ahead":
            return self._ahead(said)
        if kind == "weekday":
            name = said["name"][:3]
            ahead = ([one[:3].lower() for one in WEEKDAYS].index(name) - self._today.weekday()) % 7
            # "next Friday" is not the one of this week
            monday = self._today - timedelta(self._today.weekday())
            day_ = self._today + timedelta(ahead)
            if said["which"] == "next" and day_ < monday + timedelta(7):
                day_ += timedelta(7)
            return day_, day_
        if kind == "month":
            return self._of_month(said)
        if kind == "ordinal":
            return self._of_ordinal(int(said["d"]))
        year = int(said["y"])
        return date(year, 1, 1), date(year, 12, 31)

    def _knows(self, day: date | None) -> bool:
        return day is not None and self._known is not None and self._known[0] <= day <= self._known[1]

    def _dated(self, day: int, month: int, year: int | None) -> date | None:
        """A day; without its year the next one, or one lately past."""
        years = [year] if year else [self._today.year, self._today.year + 1, self._today.year + 4]
        days = [found for one in years if (found := _of(date(one, 1, 1), month=month, day=day)) is not None]
        return next((one for one in days if year or one >= self._today - timedelta(14)), None)

    def _ahead(self, said: dict[str, str | None]) -> tuple[date, date]:
        """`in three days`, `the week after next`: a day, or the week or the month that it lies in."""
        count = 2 if said["unit2"] else 1 if said["n"] in ("a", "an") else number(said["n"] or "") or 1
        unit = said["unit2"] or said["unit"]
        monday = self._today - timedelta(self._today.weekday())
        if unit == "day":
            return self._today + timedelta(count), self._today + timedelta(count)
        if unit == "month":
            months = self._today.month - 1 + count
            first = date(self._today.year + months // 12, months % 12 + 1, 1)
            return first, _end_of_month(first)
        week = monday + timedelta(7 * count)
        return (week, week + timedelta(6)) if unit == "week" else (week + timedelta(5), week + timedelta(6))

    def _feast(self, name: str) -> date:
        """The next day of a name."""
        day, month = _FEASTS[name]
        years = (self._today.year, self._today.year + 1)
        days = (date(year, month, day) if day else easter(year) for year in years)
        return next(one for one in days if one >= self._today)

    def _stretch(self, which: str, unit: str) -> tuple[date, date]:
        monday = self._today - timedelta(self._today.weekday())
        later = which in ("next", "the next")
        if unit == "week":
            return (monday + timedelta(7), monday + timedelta(13)) if later else (self._today, monday + timedelta(6))
        if unit == "weekend":
            saturday = monday + timedelta(12 if later else 5)
            return max(saturday, self._today), saturday + timedelta(1)
        if unit == "year":
            year = self._today.year + later
            return (date(year, 1, 1) if later else self._today), date(year, 12, 31)
        first = self._today.replace(day=1)
        first = _end_of_month(first) + timedelta(1) if later else first
        return max(first, self._today), _end_of_month(first)

    def _of_month(self, said: dict[str, str | None]) -> tuple[date, date]:
        month = _month(said["m"] or "")
        year = int(said["y"]) if said["y"] else self._today.year + (month < self._today.month)
        part = said["part"]
        if part == "next" and not said["y"] and month == self._today.month:
            year += 1
        first = date(year, month, 1)
        return _part(None if part in ("this", "next", "coming") else part, first, _end_of_month(first))

    def _of_ordinal(self, day: int) -> tuple[date, date] | None:
        for ahead in (0, 1, 2):
            month = (self._today.month - 1 + ahead) % 12 + 1
            year = self._today.year + (self._today.month - 1 + ahead) // 12
            found = _of(date(year, month, 1), day=day)
            if found is not None and found >= self._today:
                return found, found
        return None


def _month(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3])


def _of(found: date, **parts: int) -> date | None:
    """A day with another year, month or day of the month; None where there is no such day."""
    try:
        return date(parts.get("year", found.year), parts.get("month", found.month), parts.get("day", found.day))
    except ValueError:
        return None


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def _part(part: str | None, low: date, high: date) -> tuple[date, date]:
    """The first, the middle or the last third of a stretch of days."""
    if not part:
        return low, high
    third = (high - low) // 3
    if part == "early" or "beginning" in part or "start" in part:
        return low, low + third
    return (low + third, high - third) if "mid" in part else (high - third, high)
