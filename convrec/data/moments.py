"""Columns of days, times of day and opening hours as facts that can be compared, told apart by what cells hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from convrec.data.clock import MOST, days_named, hours_of_cells, read_hours, times_of
from convrec.data.dates import Dates, dates_of, day_first
from convrec.days import (
    ALWAYS,
    DAY,
    NEVER,
    WEEKDAY,
    WEEKDAYS,
    day_words,
    hours_of,
    hours_words,
    minutes_of,
    time_of,
    weekdays_of,
)
from convrec.types import FactValue

_WHEN = frozenset(
    {"date", "dates", "when", "day", "days", "run", "runs", "running", "period", "datum", "fecha", "quand"}
)
"""Names of days that say no more than that."""
_LAST = re.compile(r"\b(?:ends?|ending|until|till|to|closes|closing|finish\w*|last|bis|ende|fin)\b")
"""What names of last days have in them."""
_FIRST = re.compile(r"\b(?:starts?|starting|begins?|beginning|from|opens?|opening|first|von|beginn|inicio|début)\b")
_ONWARDS = re.compile(r"\b(?:from|since|ab|von)$")
"""How names of first days end that say themselves that there is no last one."""
_LASTING = re.compile(
    r"\b(?:hours?|duration|length|runtime|playtime|workload|effort|lasts|takes|dauer|stunden|dur[ée]e|duraci[oó]n)\b"
)
"""What names have in them of how long something takes."""
_HOURS = re.compile(r"\d{1,3}(?:[.,]\d)?\s?(?:h|hrs?|hours?|std)\.?", re.IGNORECASE)

_LOOKED, _HALF = 200, 0.5
"""Cells of a column that are looked at before all are read, and the share of them that must be days or times."""
Column = list[FactValue | None]


@dataclass(slots=True)
class Moments:
    """What a table has of days and times.

    Attributes:
        facts: By the name of the column that they were read from, each by its own name.
        remarks: What was understood, for people.
    """

    facts: dict[str, dict[str, Column]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def moments_of(columns: Mapping[str, Sequence[Any]], today: date) -> Moments:
    """Days, times of day and opening hours of a table.

    A stretch of days becomes two facts, its first and its last day; a time beside a day becomes one of its own. Days
    that are yet to come bring the days of the week they lie on. Whether `3/4/2027` begins with the day of the month is
    decided by all such columns together.

    Args:
        columns: Cells by name of every column that may hold them.
        today: The day on which the table is read.
    """
    read = _Reader(columns, today)
    week = read.week()
    for name in (one for one in columns if one not in week):
        read.column(name)
    read.pair()
    read.times()
    read.weekdays()
    return read.found


class _Reader:
    def __init__(self, columns: Mapping[str, Sequence[Any]], today: date) -> None:
        self._today = today
        self._columns = columns
        self._cells = {name: words for name, cells in columns.items() if (words := _words(cells)) is not None}
        self._names = set(columns)
        self.found = Moments()
        self._cells = {name: words for name, words in self._cells.items() if _likely(words, name, today)}
        orders = {name: day_first(word for word in words if word) for name, words in self._cells.items()}
        told = {one for one in orders.values() if one is not None}
        self._order = next(iter(told)) if len(told) == 1 else None
        self._days: dict[str, tuple[Column, Column]] = {}
        self._clocks: dict[str, Column] = {}
        self._beside: dict[str, tuple[str, Column]] = {}
        self._scheduled = False

    def week(self) -> list[str]:
        """Read a column for each day of the week as one of opening hours; the names of those that are."""
        named = {name: day for name in self._columns if (day := _day_of_week(name)) is not None}
        if len(set(named.values())) < _MOST_DAYS or len(set(named.values())) < len(named):
            return []
        cells = {name: [str(cell or "").strip() for cell in self._columns[name]] for name in named}
        said = [cell for column in cells.values() for cell in column if cell]
        read = {cell: _CLOSED if cell.lower() in _SHUT else read_hours(cell) for cell in dict.fromkeys(said)}
        if not said or sum(read[cell] is not None for cell in said) < MOST * len(said):
            return []
        rows: Column = []
        for row in range(len(next(iter(cells.values())))):
            told = {day: read.get(cells[name][row]) for name, day in named.items()}
            spans = {day: [span[1:] for span in hours_of(one) if span[0] == 0] for day, one in told.items() if one}
            rows.append(hours_words({day: own for day, own in spans.items() if own}) or None)
        first, *others = named
        self.found.facts.update({first: {self._free("opening hours", "hours of the week"): rows}})
        self.found.facts.update({name: {} for name in others})
        self.found.remarks.append(f"{first!r} to {others[-1]!r} hold opening hours; they are the fact 'opening hours'")
        return list(named)

    def column(self, name: str) -> None:
        """Read one column, if it holds days or times."""
        words = self._cells.get(name)
        if words is None:
            return
        said = [word for word in words if word]
        if (dates := dates_of(said, self._today, order=self._order)) is not None:
            self._dated(name, words, dates)
        elif (hours := hours_of_cells(said, name)) is not None:
            self._keep(name, {name: _spread(words, hours[0]), f"{name} note": _spread(words, hours[1])})
            self._remark(name, "opening hours")
        elif not _lasting(name, said) and (clock := times_of(said)) is not None:
            facts = {name: clock.starts, self._free("until", f"{name} until"): clock.ends, f"{name} note": clock.notes}
            self._keep(name, {fact: _spread(words, cells) for fact, cells in facts.items()})
            self._clocks[name] = self.found.facts[name][name]
            self._scheduled = True
            self._remark(name, "times of day")

    def _dated(self, name: str, words: Sequence[str], dates: Dates) -> None:
        bare = name.replace("_", " ") in _WHEN
        if _ONWARDS.search(name.replace("_", " ").lower()) and all(
            end in (start, NEVER) for start, end in zip(dates.starts, dates.ends, strict=True)
        ):
            dates = replace(dates, ends=dates.starts)
        first, last = name, ""
        if dates.spans:
            first = self._free("starts" if bare else f"{name} starts", f"{name} starts")
            last = self._free("ends" if bare else f"{name} ends", f"{name} ends")
        facts = {first: dates.starts, **({last: dates.ends} if last else {})}
        time = self._free("time", f"{name} time")
        facts[time] = dates.times
        facts[self._free("until", f"{name} until")] = dates.until
        facts[f"{name} note"] = dates.notes
        kept = {fact: _spread(words, cells) for fact, cells in facts.items()}
        self._days[first] = (kept[first], kept[last] if last else kept[first])
        self._scheduled |= dates.weekdays or any(dates.times)
        self._keep(name, kept)
        self._beside[name] = (time, kept[time])
        held = [day for day in (*dates.starts, *dates.ends) if day and day not in (ALWAYS, NEVER)]
        low, high = (day_words(day, weekday=False) for day in (min(held), max(held)))
        told = f"days from {low} to {high}"
        if last:
            told += f"; they are the facts {first!r} and {last!r}"
        if dates.yearless:
            told += f"; {dates.yearless} without a year were counted from {day_words(self._today.isoformat())}"
        if any("/" in word for word in words) and day_first(words) is not None:
            told += "; they begin with the day of the month" if self._order else "; they begin with the month"
        elif any(re.match(r"\d{1,2}/\d{1,2}/", word) for word in words):
            told += "; nothing tells the day of the month from the month, and the day is read first"
            told = told.replace("nothing tells", "another column tells") if self._order is not None else told
        self._remark(name, told)

    def pair(self) -> None:
        """Where one column holds first days and another last ones, what has no last day lasts one."""
        lasts = [one for one in self._days if _LAST.search(one.replace("_", " "))]
        firsts = [one for one in self._days if _FIRST.search(one.replace("_", " ")) and one not in lasts]
        firsts = firsts or [one for one in self._days if one not in lasts]
        if len(lasts) != 1 or len(firsts) != 1:
            return
        ends, starts = self._days.pop(lasts[0])[0], self._days[firsts[0]][0]
        for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
            ends[row] = end if end is not None else start
        self._days[firsts[0]] = (starts, ends)

    def times(self) -> None:
        """Where a table has one column of times, those that stand beside days go into its blanks.

        What closes before it opens closes after midnight.
        """
        lasts = [cells for name, cells in self._clocks.items() if _LAST.search(name.replace("_", " "))]
        firsts = [cells for name, cells in self._clocks.items() if not _LAST.search(name.replace("_", " "))]
        if len(lasts) == len(firsts) == 1:
            for row, (start, end) in enumerate(zip(firsts[0], lasts[0], strict=True)):
                if isinstance(start, str) and isinstance(end, str) and end < start:
                    lasts[0][row] = time_of(minutes_of(end) + DAY)
            self._daily()
        if len(self._clocks) != 1:
            return
        (clock,) = self._clocks.values()
        for column, (name, beside) in self._beside.items():
            if any(own and other for own, other in zip(clock, beside, strict=True)):
                continue
            clock[:] = [own or other for own, other in zip(clock, beside, strict=True)]
            self.found.facts[column].pop(name, None)

    def _daily(self) -> None:
        """Columns called `opens` and `closes` are opening hours of every day but those that are told closed."""
        opens = next((name for name in self._clocks if name.startswith("open")), "")
        closes = next((name for name in self._clocks if name.startswith("clos")), "")
        if not opens or not closes or self._days:
            return
        shut = next((cells for name, cells in self._columns.items() if name.replace("_", " ") in _SHUT_ON), ())
        rows: Column = []
        for row, (start, end) in enumerate(zip(self._clocks[opens], self._clocks[closes], strict=True)):
            barred = days_named(str(shut[row] or "")) if shut else set()
            span = (minutes_of(str(start)), minutes_of(str(end))) if start and end else None
            rows.append(hours_words({day: [span] for day in range(7) if day not in barred}) if span else None)
        name = self._free("opening hours", f"{opens} hours")
        self.found.facts[opens], self.found.facts[closes] = {name: rows}, {}
        self.found.remarks.append(f"{opens!r} and {closes!r} are the fact {name!r}")

    def weekdays(self) -> None:
        """Add the days of the week of what is yet to come."""
        if self._free(WEEKDAY, "") != WEEKDAY or not self._days:
            return
        name, (starts, ends) = next(iter(self._days.items()))
        days = [
            weekdays_of(str(start), str(end)) if start and end and str(end) >= str(start) else ()
            for start, end in zip(starts, ends, strict=True)
        ]
        coming = any(end is not None and str(end) >= self._today.isoformat() for end in ends)
        if coming or self._scheduled:
            single = all(len(one) < 2 for one in days)
            source = next(column for column, facts in self.found.facts.items() if name in facts)
            told: Column = [(one[0] if single else one) if one else None for one in days]
            self.found.facts[source][WEEKDAY] = told
            self.found.remarks.append(f"the fact {WEEKDAY!r} tells on which days of the week that is")

    def _free(self, name: str, instead: str) -> str:
        taken = self._names | {fact for facts in self.found.facts.values() for fact in facts}
        return instead if name in taken else name

    def _keep(self, name: str, facts: dict[str, Column]) -> None:
        self.found.facts[name] = {fact: cells for fact, cells in facts.items() if any(cell for cell in cells)}

    def _remark(self, name: str, told: str) -> None:
        self.found.remarks.append(f"{name!r} holds {told}")
        if notes := [cell for cell in self.found.facts[name].get(f"{name} note", ()) if cell]:
            self.found.remarks.append(f"other words of {name!r} ({notes[0]!r}) are the fact '{name} note'")


_MOST_DAYS = 5
"""Days of the week that have a column each, from which on all are opening hours."""
_SHUT = frozenset({"closed", "geschlossen", "shut", "none", "-", "–", "x", "no"})
_CLOSED = ""
_SHUT_ON = frozenset({"closed", "closed on", "closed days", "day off", "rest day", "ruhetag"})
"""What columns are called that tell on which days of the week something is closed."""


def _day_of_week(name: str) -> int | None:
    """The day of the week (0: Monday) that a column is called by: `monday`, `hours_tue`; None: none."""
    words = name.replace("_", " ").replace(".", " ").split()
    days = [day for day, full in enumerate(map(str.lower, WEEKDAYS)) if {full, full[:3], full[:4]} & set(words)]
    return days[0] if len(days) == 1 and len(words) <= len(("opening", "hours", "monday")) else None


def _words(cells: Sequence[Any]) -> list[str] | None:
    """Cells as words, empty where nothing stands; None where they are of another type."""
    words = []
    for cell in cells:
        if cell is None or cell == "":
            words.append("")
        elif isinstance(cell, datetime):
            words.append(cell.isoformat(sep=" ") if (cell.hour, cell.minute) != (0, 0) else cell.date().isoformat())
        elif isinstance(cell, date):
            words.append(cell.isoformat())
        elif isinstance(cell, str):
            words.append(" ".join(cell.split()))
        else:
            return None
    return words if any(any(map(str.isdigit, word)) for word in words) else None


def _likely(words: Sequence[str], name: str, today: date) -> bool:
    """Whether some of the cells are days or times, so that all of them are worth reading."""
    said = [word for word in words if word]
    some = said[:: max(1, len(said) // _LOOKED)][:_LOOKED]
    read = (dates_of(some, today, most=_HALF), hours_of_cells(some, name, most=_HALF), times_of(some, most=_HALF))
    return any(one is not None for one in read)


def _lasting(name: str, words: Sequence[str]) -> bool:
    """Whether `2 h` is how long something takes and no time of day: by the column's name."""
    return _LASTING.search(name.replace("_", " ").lower()) is not None and any(map(_HOURS.fullmatch, words))


def _spread(words: Sequence[str], values: Sequence[str | None]) -> Column:
    """Values of the cells that hold something, in their places."""
    found = iter(values)
    return [(next(found) or None) if word else None for word in words]
