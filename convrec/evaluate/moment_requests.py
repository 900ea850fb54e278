"""Conditions on days, times of day and opening hours in words, made from a catalogue's own facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from convrec.days import ALWAYS, DAY, MONTHS, NEVER, WEEKDAYS, day_words, hours_of, minutes_of, time_of

if TYPE_CHECKING:
    import numpy as np

    from convrec.types import Item
    from convrec.when import Calendar

Said = tuple[str, str, Callable[["Item"], bool]]
"""What it is about, the words, and whether an item meets them, read from the item itself and not through any filter."""


@dataclass(frozen=True)
class MomentMaker:
    """Makes conditions on when things are.

    Attributes:
        items: Of the catalogue.
        calendar: Its fields that say when.
        today: What relative words are counted from.
        draw: Chooses.
    """

    items: Sequence[Item]
    calendar: Calendar
    today: date
    draw: np.random.Generator

    def makers(self) -> list[Callable[[], Said | None]]:
        """A maker of each sort of condition that the catalogue has facts for."""
        its = self.calendar
        sorts = (
            (bool(its.start), [self.days, self.days]), (bool(its.weekday), [self.weekdays]),
            (bool(its.time), [self.times]), (bool(its.hours), [self.hours, self.hours]),
        )  # fmt: skip
        return [made for held, makers in sorts if held for made in makers]

    def days(self) -> Said | None:
        """`before 12 June 2027`, `starting in May 2027`, `this weekend`."""
        days = (self._day(item, self.calendar.start) for item in self.items)
        known = [one for one in days if one is not None and date.min < one < date.max]
        if not known:
            return None
        day = date.fromordinal(int(self.draw.choice([one.toordinal() for one in known])))
        later = day + timedelta(int(self.draw.integers(1, 20)))
        first = day.replace(day=1)
        last = (first + timedelta(31)).replace(day=1) - timedelta(1)
        monday = self.today - timedelta(self.today.weekday())
        named = f"{MONTHS[day.month - 1]} {day.year}"
        low, high = date.min, date.max
        one = timedelta(1)
        ways: list[tuple[str, date, date, bool]] = [
            (f"on {_said(day)}", day, day, False),
            (f"before {_said(day)}", low, day - one, False),
            (f"after {_said(day)}", day + one, high, False),
            (f"between {_said(day)} and {_said(later)}", day, later, False),
            (f"from {_said(day)} on", day, high, False),
            (f"starting in {named}", first, last, True),
            (f"in {named}", first, last, False),
            (f"starting after {_said(day)}", day + one, high, True),
        ]
        if self.calendar.coming(self.today):
            saturday = monday + timedelta(5)
            ways += [
                ("this weekend", max(saturday, self.today), saturday + one, False),
                ("next weekend", saturday + timedelta(7), saturday + timedelta(8), False),
                ("tomorrow", self.today + one, self.today + one, False),
            ]
        text, since, until, starts = ways[int(self.draw.integers(len(ways)))]

        def holds(item: Item) -> bool:
            start = self._day(item, self.calendar.start)
            end = start if starts else self._day(item, self.calendar.end)
            return start is not None and end is not None and start <= until and end >= since

        return "days", text, holds

    def weekdays(self) -> Said:
        """`on a Saturday`, `not on Mondays`."""
        day = int(self.draw.integers(7))
        refused = bool(self.draw.random() < 0.4)

        def holds(item: Item) -> bool:
            start, end = self._day(item, self.calendar.start), self._day(item, self.calendar.end)
            if start is None or end is None:
                return False
            own = {(start.weekday() + step) % 7 for step in range(min((end - start).days, 6) + 1)}
            return bool(own - {day}) if refused else day in own

        text = f"not on {WEEKDAYS[day]}s" if refused else f"on a {WEEKDAYS[day]}"
        return "weekday", text, holds

    def times(self) -> Said | None:
        """`starting after 20:00`, `in the evening`."""
        known = [
            minutes_of(str(item.facts[self.calendar.time])) for item in self.items if self.calendar.time in item.facts
        ]
        if not known:
            return None
        minutes = int(self.draw.choice(known))
        ways = [
            (f"starting after {time_of(minutes)}", minutes, DAY * 2),
            (f"starting before {time_of(minutes)}", 0, minutes - 1),
            (f"starting at {time_of(minutes)}", minutes, minutes),
            ("in the evening", 18 * 60, DAY * 2),
        ]
        text, since, until = ways[int(self.draw.integers(len(ways)))]

        def holds(item: Item) -> bool:
            own = item.facts.get(self.calendar.time)
            return own is not None and since <= minutes_of(str(own)) <= until

        return "time", text, holds

    def hours(self) -> Said:
        """`open on Sunday`, `open on Friday after 20:00`, `open late`."""
        day, minutes = int(self.draw.integers(7)), 60 * int(self.draw.integers(8, 23))
        every = tuple(range(7))
        ways: list[tuple[str, tuple[int, ...], int, int]] = [
            (f"open on {WEEKDAYS[day]}", (day,), 0, DAY),
            (f"open on {WEEKDAYS[day]} after {time_of(minutes)}", (day,), minutes, DAY + 240),
            (f"open after {time_of(minutes)}", every, minutes, DAY + 240),
            (f"open on {WEEKDAYS[day]} before {time_of(minutes)}", (day,), 5 * 60, minutes),
            (f"open on {WEEKDAYS[day]} evening", (day,), 18 * 60, DAY),
            ("open late", every, 22 * 60, DAY + 240),
            (f"open on {WEEKDAYS[day]} at {time_of(minutes)}", (day,), minutes, minutes + 1),
        ]
        text, days, since, until = ways[int(self.draw.integers(len(ways)))]

        def holds(item: Item) -> bool:
            own = item.facts.get(self.calendar.hours)
            open_ = {
                (at * DAY + minute) % (7 * DAY)
                for at, start, end in (hours_of(str(own)) if own else ())
                for minute in range(start, end)
            }
            return any((at * DAY + minute) % (7 * DAY) in open_ for at in days for minute in range(since, until))

        return "hours", text, holds

    def _day(self, item: Item, name: str) -> date | None:
        value = str(item.facts.get(name) or "")
        return {ALWAYS: date.min, NEVER: date.max}.get(value) or (date.fromisoformat(value) if value else None)


def _said(day: date) -> str:
    return day_words(day.isoformat(), weekday=False)
