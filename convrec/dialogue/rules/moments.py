"""Days, days of the week and times of day in a message: `this weekend`, `before the 12th of June`, `after 8pm`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from convrec.days import DAY, WEEKDAYS
from convrec.dialogue.rules.said_days import DayWords
from convrec.dialogue.rules.said_times import PARTS, hours_at

Of = Literal["", "start", "end", "open"]
"""What a moment is asked of: that something goes on, starts, ends, or is open."""
_FULL = "|".join(map(str.lower, WEEKDAYS))
_WEEKDAY = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_TIE = r"(?: ?(?:-|to|through) ?| or | and | & |, ?(?:or |and )?)(?:on )?"
_NAMED_DAYS = re.compile(
    r"(?:(?:only )?on (?:an? |the )?|every |an? |for (?:an? )?|this |any |either )?"
    rf"(?P<days>(?:{_FULL})s?(?:{_TIE}(?:{_FULL})s?)*|weekdays|a weekday|weekends|a weekend)\b(?!')"
)
_SHORT_DAYS = re.compile(
    rf"(?:on (?:an? )?|every |(?<=open )|(?<=closed ))(?P<days>(?:{_WEEKDAY})s?(?:{_TIE}(?:{_WEEKDAY})s?)*)\b"
)
_RUNS = re.compile(r" ?(?:-|\bto\b|\bthrough\b) ?")
_LATE = re.compile(
    r"\b(?:opens? (?:till |until )?late|late[- ]night(?= open| hours)|open late at night|late opening)\b"
)
_ALWAYS = re.compile(
    r"(?:open )?(?:for )?(?:24 ?/ ?7|(?:a?round|all round) the clock|day and night)\b"
    r"|open (?:for )?(?:all )?24[ -]?h(?:(?:ou)?rs?)?(?: (?:a|per) day)?\b"
    r"|(?<!within )(?<!in )(?<!for )(?<!least )(?<!over )24[ -]?h(?:our)?(?= [a-z]|\W*$)(?! of\b)|never closes?\b"
)
_EVERY_DAY = re.compile(
    r"open (?:(?:every|each)(?: single)? day(?: of the week)?|daily|(?:all )?(?:7|seven) days(?: a week)?)\b"
)
_NOW = re.compile(r"\b(?:open )?(?:right )?now\b")
_RELATION = re.compile(
    r"\b(?P<of>start(?:s|ing)?|begin(?:s|ning)?|end(?:s|ing)?|finish(?:es|ing)?|clos(?:es?|ing)|(?P<shut>closed|shut)"
    r"|open(?:s|ing)?(?: up)?|doors)"
    r"(?: (?:on|at|in|only|also|from|to))? ?$"
)
_GOES_ON = re.compile(r"\b(?:runs?|running|goes on|going on|lasts?|lasting|is on|are on|open|stays?) $")
_DAY_PARTS = re.compile(r"(?:for |on )?(?:tonight|this (?P<part>evening|afternoon|morning))")
"""Names of today with a part of it."""
LATE = 22 * 60
"""From when on something is open late, minutes."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of time somebody speaks of.

    Attributes:
        start: Where the words begin.
        end: Where they end.
        said: The words.
        low: First day; None: open.
        high: Last day; None: open.
        days: Days of the week (0: Monday), any of them; empty: not said.
        every: Whether each of the days is meant, not one of them.
        since: Earliest time of day, minutes; None: open.
        until: Latest time of day, minutes; None: open.
        of: What it is asked of.
        bare: Whether a time was said by a number alone, so that `after 7` may be the evening's.
        shut: Whether it is asked whether something is closed then.
        turned: Whether its own words refuse it (`not before`), which its ends heed already.
    """

    start: int
    end: int
    said: str
    low: date | None = None
    high: date | None = None
    days: tuple[int, ...] = ()
    every: bool = False
    since: int | None = None
    until: int | None = None
    of: Of = ""
    bare: bool = False
    shut: bool = False
    turned: bool = False

    @property
    def dated(self) -> bool:
        """Whether it says a day."""
        return self.low is not None or self.high is not None

    @property
    def always(self) -> bool:
        """Whether it is every hour of the day: `open 24 hours`."""
        return (self.since, self.until) == (0, DAY)

    @property
    def timed(self) -> bool:
        """Whether it says a time of day."""
        return self.since is not None or self.until is not None


def moments_in(
    plain: str, now: datetime, blocked: Iterable[tuple[int, int]] = (), known: tuple[date, date] | None = None
) -> list[Moment]:
    """Every stretch of time in a folded text, in order; a day with its time of day is one.

    Args:
        plain: Folded text.
        now: What relative words are counted from.
        blocked: Places that mean something else (titles).
        known: The first and the last day that the catalogue has something for; None: it has no days.
    """
    taken = list(blocked)
    reader = _Reader(plain, now, known)
    found: list[Moment] = []
    at = 0
    for match in re.finditer(r"(?<![\w'-])\w", plain):
        if match.start() < at or any(start <= match.start() < end for start, end in taken):
            continue
        one = reader.at(match.start())
        if one is not None and not any(one.start < end and one.end > start for start, end in taken):
            found.append(one)
            at = one.end
    return list(_joined(found, plain))


def _joined(found: list[Moment], plain: str) -> Iterator[Moment]:
    """`saturday evening`, `on 12 June after 8pm` as one moment."""
    held: Moment | None = None
    for one in found:
        fits = held is not None and not (
            (held.timed and one.timed) or ((held.dated or held.days) and (one.dated or one.days))
        )
        if held is not None and one.said.endswith("night") and (held.dated or held.days):
            one = replace(one, since=PARTS["evening"][0], until=PARTS["evening"][1])  # "Friday night"
        comma = "," if one.said[:1].isdigit() else ""  # "Sat 12 June, 7pm", but "not on Tuesdays, in the evening"
        gap = rf"[\s{comma}]*(?:at|on|in the|from)?\s*"
        if held is not None and fits and re.fullmatch(gap, plain[held.end : one.start]):
            held = replace(
                held,
                end=one.end,
                said=plain[held.start : one.end],
                low=held.low or one.low,
                high=held.high or one.high,
                days=held.days or one.days,
                every=held.every or one.every,
                since=one.since if held.since is None else held.since,
                until=one.until if held.until is None else held.until,
                of=one.of or ("" if held.timed and held.of == "start" else held.of),
                bare=held.bare or one.bare,
            )
            continue
        if held is not None and _goes_on(held, one, plain):
            # "in January or February"
            held = replace(held, end=one.end, said=plain[held.start : one.end], high=one.high)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _goes_on(held: Moment, one: Moment, plain: str) -> bool:
    """Whether two stretches of days said side by side follow each other without a gap."""
    if held.low is None or held.high is None or one.low is None or one.high is None or held.timed or one.timed:
        return False
    side = re.fullmatch(r"\s*(?:,|,? ?(?:or|and)) ?", plain[held.end : one.start]) is not None
    return side and held.low <= one.low <= held.high + timedelta(1)


class _Reader:
    def __init__(self, plain: str, now: datetime, known: tuple[date, date] | None) -> None:
        self._plain, self._now = plain, now
        self._days = DayWords(plain, now.date(), known)

    def at(self, start: int) -> Moment | None:
        """What begins at a place; None: nothing of the kind."""
        found = self._late(start) or self._stretch(start) or self._hours(start) or self._weekday(start)
        if found is None:
            return None
        relation = _RELATION.search(self._plain, max(0, start - 24), start)
        if relation is None:
            return found
        word = relation["of"]
        of: Of = (
            "open" if word.startswith("open") else "start" if word.startswith(("start", "begin", "doors")) else "end"
        )
        if relation["shut"]:
            return replace(found, start=relation.start(), of="open", shut=True)
        return replace(found, start=relation.start(), said=self._plain[relation.start() : found.end], of=found.of or of)

    def _moment(self, start: int, end: int) -> Moment:
        return Moment(start, end, self._plain[start:end].strip())

    def _stretch(self, start: int) -> Moment | None:
        found = self._days.at(start)
        if found is None:
            return None
        one = replace(self._moment(start, found.end), low=found.low, high=found.high, turned=found.turned)
        if found.till is not None and _GOES_ON.search(self._plain, 0, start):
            return replace(one, low=found.till, high=None, of="end")  # what runs until March ends then or later
        part = _DAY_PARTS.fullmatch(one.said)
        if part is None:
            return one
        since, until = PARTS[part["part"] or "evening"]
        return replace(one, since=since, until=until)

    def _hours(self, start: int) -> Moment | None:
        found = hours_at(self._plain, start)
        if found is None:
            return None
        of: Of = "end" if found.lasts else ""
        return replace(self._moment(start, found.end), since=found.since, until=found.until, of=of, bare=found.bare)

    def _weekday(self, start: int) -> Moment | None:
        match = _NAMED_DAYS.match(self._plain, start) or _SHORT_DAYS.match(self._plain, start)
        if match is None or re.match(r",? (?:the )?\d", self._plain[match.end() :]):
            return None
        said = match["days"]
        one = self._moment(start, match.end())
        if said.endswith(("weekdays", "weekday")):
            return replace(one, days=(0, 1, 2, 3, 4))
        if "weekend" in said:
            return replace(one, days=(5, 6))
        named = [weekday_at(day) for day in re.findall(_WEEKDAY, said)]
        if _RUNS.search(said) and len(named) == 2:
            first, last = named
            run = tuple((first + step) % 7 for step in range((last - first) % 7 + 1))
            return replace(one, days=run, every=True)
        every = re.search(r" (?:and|&) ", said) is not None
        return replace(one, days=tuple(dict.fromkeys(named)), every=every and len(named) > 1)

    def _late(self, start: int) -> Moment | None:
        """Hours in words: `open 24 hours`, `open every day`, `open late`, `open now`."""
        if match := _ALWAYS.match(self._plain, start):
            return replace(self._moment(start, match.end()), since=0, until=DAY, every=True, of="open")
        if match := _EVERY_DAY.match(self._plain, start):
            return replace(self._moment(start, match.end()), days=tuple(range(len(WEEKDAYS))), every=True, of="open")
        if match := _LATE.match(self._plain, start):
            return replace(self._moment(start, match.end()), since=LATE, until=DAY + 4 * 60, of="open")
        if (match := _NOW.match(self._plain, start)) and match.group().startswith("open"):
            minutes = self._now.hour * 60 + self._now.minute
            today = self._now.date()
            return replace(
                self._moment(start, match.end()), low=today, high=today, since=minutes, until=minutes, of="open"
            )
        return None


def weekday_at(name: str) -> int:
    """The place of a day of the week by its name, whole or cut: 0 for Monday."""
    return next(at for at, day in enumerate(WEEKDAYS) if day[:3].lower() == name[:3])
