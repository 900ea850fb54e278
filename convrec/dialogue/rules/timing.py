"""Conditions that words of time are, on the days, times and opening hours of a catalogue."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from convrec.days import DAY, WEEKDAYS, hours_of, hours_words, number_of, time_of, weekdays_of
from convrec.dialogue.rules.moments import LATE, Moment, moments_in
from convrec.dialogue.rules.said_times import PARTS
from convrec.dialogue.words.fields import Field
from convrec.types import Filter, FilterOp
from convrec.when import Calendar

_SETTING = re.compile(
    r"\b(?:set|takes place|(?<!what )(?<!how )(?<!and )about|story|remember|was|were|called|named"
    r"|titled)(?: in| on)?\s+(?:the )?$"
)
_CANNOT = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't be|am not|i'm not|we're not|busy|away"
    r"|don't have time|not free|not around)"
    r"(?: (?:do|make(?: it)?|come|go|be there|free|around|available|here))?(?: (?:on|in|at))? ?$"
)
"""Leads to when somebody has no time."""
_DOES_NOT = re.compile(r"\b(?:do|does|will)(?:n't| not) $")
_FEASTS = r"christmas|xmas|boxing|new year|nye|easter|valentine|halloween"
_NOON = 12 * 60
_WHOLE = (0, DAY)
OPEN_PARTS = {"morning": (6 * 60, _NOON), "afternoon": (13 * 60, 17 * 60), "evening": (19 * 60, 22 * 60),
          "night": (LATE, DAY + 4 * 60), "lunchtime": PARTS["lunchtime"]}  # fmt: skip
"""Hours at which what is open then is open in that part of the day, minutes."""
PROBES = tuple((hour * 60, hour * 60 + 1) for hour in (0, 4, 8, 12, 16, 20))
"""Minutes at which whatever is open is open all day and night."""
_ODD = 4
"""Minutes past the last five of `before 9`, which ends a minute earlier."""
_MOST_DAYS = 62
"""Days that are refused one by one."""


def timed_in(
    plain: str,
    calendar: Calendar,
    now: datetime,
    blocked: Sequence[tuple[int, int]] = (),
    named: Collection[int] = (),
) -> tuple[Moment, ...]:
    """Moments of a folded text that ask for something here.

    Of a catalogue of what is past nobody asks for `tonight`: there a day is told with its year, or what it is asked of
    (`released in May`).

    Args:
        plain: Folded text.
        calendar: Fields that say when.
        now: What relative words are counted from.
        blocked: Places that mean something else.
        named: Days of the week (0: Monday) that other words of the catalogue name, which then mean these.
    """
    if calendar.is_empty:
        return ()
    past = bool(calendar.start) and not calendar.coming(now.date())

    def meant(one: Moment) -> bool:
        if _SETTING.search(plain, 0, one.start) or (past and not re.search(r"\d{4}", one.said) and one.of == ""):
            return False
        if one.always:
            return bool(calendar.hours)
        if one.days and not (one.timed or calendar.hours) and named:
            return False  # "arriving on a Friday", where there are days of changeover
        if one.dated and not calendar.start and re.search(_FEASTS, one.said):
            return False  # of hours nobody knows whether they hold at Christmas
        if one.dated or one.days:
            short = one.days or (one.low and one.high and (one.high - one.low).days < len(WEEKDAYS))
            return bool(calendar.start if one.dated else calendar.weekday) or bool(calendar.hours and short)
        return bool(calendar.time or calendar.until or calendar.hours)

    held = (calendar.first, calendar.last)
    known = (date.fromordinal(max(held[0], 1)), date.fromordinal(held[1])) if calendar.last else None
    return tuple(one for one in moments_in(plain, now, blocked, known) if meant(one))


def refuses(plain: str, moment: Moment) -> bool:
    """Whether somebody has no time then, or it shall not be: `I can't do mondays`, `that don't close before 6`."""
    return any(led.search(plain, 0, moment.start) is not None for led in (_CANNOT, _DOES_NOT))


def filters_of(
    moment: Moment, calendar: Calendar, fields: Mapping[str, Field], today: date, *, refused: bool = False
) -> tuple[Filter, ...]:
    """The conditions that a moment is.

    Something that goes on for days is met by any of them, unless its start or its end is asked for.

    Args:
        moment: As said.
        calendar: Fields that say when.
        fields: The catalogue's fields.
        today: Of the message.
        refused: Whether it is not wanted.
    """
    by_hours = bool(calendar.hours) and (
        moment.of == "open" or (moment.of == "end" and not calendar.until) or not (calendar.start or calendar.time)
    )
    found: list[Filter] = []
    if moment.dated and calendar.start:
        found += _dates(moment, calendar, today, refused=refused and not moment.days)
    elif moment.dated:
        moment = replace(moment, days=_days_of(moment))
    if by_hours and (moment.days or moment.timed):
        return (*found, *_opening(moment, calendar.hours, refused=refused))
    if moment.days and calendar.weekday:
        names = [name for day, name in enumerate(WEEKDAYS) if (day in moment.days) is not refused]
        found.append(Filter(calendar.weekday, "any_of", tuple(names), moment.said))
    elif moment.days and calendar.hours:
        return (*found, *_opening(moment, calendar.hours, refused=refused))
    if moment.timed and (calendar.time or calendar.until):
        found += _times(moment, calendar, fields, refused=refused and not (moment.dated or moment.days))
    return tuple(found)


def lifted_by(new: Sequence[Filter], standing: Sequence[Filter], calendar: Calendar) -> list[Filter]:
    """Standing conditions on days in whose place new ones come: all, where these say from when to when.

    Of days of the week those that the new days have none of: `on a Friday`, then `on New Year's Eve`.
    """
    own = {calendar.start, calendar.end} - {""}
    told: dict[FilterOp, float]
    told = {one.op: number_of(one.values[0]) for one in new if one.field in own and one.op != "none_of"}
    if not told:
        return []
    both = len(told) == len({"at_least", "at_most"})
    ends = [one for one in standing if one.field in own and one.op != "none_of" and one not in new]
    gone = [one for one in ends if both or one.op in told or not _meet(one, told)]
    gone += [one for one in standing if both and one.field in own and one.op == "none_of"]
    if both and told["at_most"] - told["at_least"] < len(WEEKDAYS) - 1:
        first, last = (date.fromordinal(int(told[op])).isoformat() for op in ("at_least", "at_most"))
        days = set(weekdays_of(first, last))
        gone += [one for one in standing if one.field == calendar.weekday and not days & {str(v) for v in one.values}]
    return gone


def _meet(standing: Filter, told: Mapping[FilterOp, float]) -> bool:
    """Whether a bound leaves anything to a new one on the other side."""
    bound = number_of(standing.values[0])
    return bound <= told.get("at_most", bound) if standing.op == "at_least" else bound >= told.get("at_least", bound)


def with_standing(new: Sequence[Filter], standing: Sequence[Filter], calendar: Calendar) -> list[Filter]:
    """Hours with what was said of them before: `after 8pm` after `open on Sunday` asks for Sunday after 8pm."""
    before = next((one for one in standing if one.field == calendar.hours and one.op == "any_of"), None)
    told = [one for one in new if one.field == calendar.hours and one.op == "any_of"]
    if before is None or len(told) != 1:
        return list(new)
    days, spans = _parts(str(before.values[0]))
    own_days, own_spans = _parts(str(told[0].values[0]))
    if len(own_days) == len(WEEKDAYS) > len(days) and own_spans != [_WHOLE]:
        merged = {day: list(own_spans) for day in days}
    elif own_spans == [_WHOLE] and spans != [_WHOLE]:
        merged = {day: list(spans) for day in own_days}
    else:
        return list(new)
    both = replace(told[0], values=(hours_words(merged),), said=f"{before.said}, {told[0].said}")
    return [both if one == told[0] else one for one in new]


def _parts(hours: str) -> tuple[list[int], list[tuple[int, int]]]:
    """The days of some hours, and what all of them have in common."""
    rows = hours_of(hours)
    return sorted({day for day, _, _ in rows}), list(dict.fromkeys((start, end) for _, start, end in rows))


def _dates(moment: Moment, calendar: Calendar, today: date, *, refused: bool) -> list[Filter]:
    low, high = moment.low, moment.high
    first, last = calendar.start, calendar.end
    if moment.of == "start":
        last = first
    elif moment.of == "end":
        first = last
    if refused and low and high:
        if low <= today:
            return [_filter(last, "at_least", high + timedelta(1), moment)]  # "not this month" is later
        span = min((high - low).days, _MOST_DAYS)
        return [Filter(last, "none_of", tuple((low + timedelta(n)).isoformat() for n in range(span + 1)), moment.said)]
    if refused:
        low, high = (high + timedelta(1), None) if high else (None, (low or today) - timedelta(1))
    if low is None and high is not None and calendar.first < today.toordinal() and high >= today and moment.of != "end":
        low = today  # what is over is not before the 12th of June either
    found = [] if low is None else [_filter(last, "at_least", low, moment)]
    return found + ([] if high is None else [_filter(first, "at_most", high, moment)])


def _filter(name: str, op: str, day: date, moment: Moment) -> Filter:
    return Filter(name, "at_least" if op == "at_least" else "at_most", (day.isoformat(),), moment.said)


def _days_of(moment: Moment) -> tuple[int, ...]:
    """The days of the week of a stretch of less than one."""
    low, high = moment.low or moment.high, moment.high or moment.low
    if low is None or high is None:
        return ()
    return tuple(sorted({(low + timedelta(step)).weekday() for step in range(min((high - low).days, 6) + 1)}))


def _times(moment: Moment, calendar: Calendar, fields: Mapping[str, Field], *, refused: bool) -> list[Filter]:
    name = calendar.until if calendar.until and (moment.of == "end" or not calendar.time) else calendar.time
    since, until = moment.since, moment.until
    if calendar.until and calendar.time and moment.of == "open" and not refused:
        return _open_times(moment, calendar, fields)
    if not calendar.time:  # of what is told to close only: it is open until then
        since, until = (until if since is None else since), None
    if moment.bare:
        numbers = fields[name].numbers
        since, until = _of_day(since, until, float(numbers[0]), float(numbers[-1]))
    if refused:
        if since is not None and until is not None:
            since, until = (until + 1, None) if since <= PARTS["morning"][0] else (None, since - 1)
        else:
            since, until = (None, since - 1) if since is not None else ((until or 0) + 1, None)
    found = [] if since is None else [Filter(name, "at_least", (time_of(max(since, 0)),), moment.said)]
    return found + ([] if until is None or until >= DAY else [Filter(name, "at_most", (time_of(until),), moment.said)])


def _open_times(moment: Moment, calendar: Calendar, fields: Mapping[str, Field]) -> list[Filter]:
    """Open at some moment between two times: it opens before the later one and closes after the earlier one."""
    ends = fields[calendar.until].numbers
    since, until = moment.since, moment.until
    if moment.bare:
        since, until = _of_day(since, until, float(ends[0]), float(ends[-1]))
    found = [] if since is None else [Filter(calendar.until, "at_least", (time_of(since + 1),), moment.said)]
    return found + ([] if until is None else [Filter(calendar.time, "at_most", (time_of(until),), moment.said)])


def _of_day(since: int | None, until: int | None, low: float, high: float) -> tuple[int | None, int | None]:
    """Hours said by a number alone, in the half of the day in which they say something of what there is."""
    later = (None if one is None else one + _NOON for one in (since, until))
    if since is not None and until is None:
        return (since + _NOON, None) if since < _NOON and since + _NOON <= high else (since, None)
    if until is not None and until < _NOON and (until < low or (since is not None and since < low)):
        since, until = later
    return since, until


def _opening(moment: Moment, name: str, *, refused: bool) -> list[Filter]:
    days = moment.days or tuple(range(7))
    since, until = moment.since, moment.until
    if moment.bare:
        since, until = _of_opening(since, until, last=moment.of == "end")
    start, end = _WHOLE
    if (part := next((one for one, ends in PARTS.items() if (since, until) == ends), "")) and not refused:
        start, end = OPEN_PARTS[part]
    elif since is not None and until is not None:
        start, end = since, max(until, since + 1)
    elif since is not None:
        start, end = since, DAY + 4 * 60
    elif until is not None:
        start, end = (until - 1, until) if moment.of == "end" else (5 * 60, until + (until % 5 == _ODD))
    if refused and moment.timed and not moment.days:
        start, end = (5 * 60, since) if since else (until or 0, DAY)
    elif refused:
        days = tuple(day for day in range(7) if day not in days)
    if moment.always and refused:
        return []
    several = moment.every and moment.of == "open" and not refused and (len(days) > 1 or moment.always)
    spans = PROBES if moment.always else ((start, end),)
    wanted = [hours_words({day: [span]}) for day in days for span in spans] if several else []
    wanted = wanted or [hours_words({day: [(start, end)] for day in days})]
    return [Filter(name, "all_of" if several else "any_of", tuple(wanted), moment.said)]


def _of_opening(since: int | None, until: int | None, *, last: bool) -> tuple[int | None, int | None]:
    """Hours said by a number alone, as places are open: `after 8` is the evening, `before 9` the morning."""
    if since is not None and since < _NOON and (until is None or since < 8 * 60):
        return since + _NOON, None if until is None else until + (_NOON if until < _NOON else 0)
    if since is None and until is not None and (until < 5 * 60 or (last and until < _NOON)):
        return None, until + _NOON
    return since, until
