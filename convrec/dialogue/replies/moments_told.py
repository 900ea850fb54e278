"""Conditions on days and times in words that are read back as meant: `on Saturday 12 June 2027`, `open late`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from convrec.days import DAY, WEEKDAY, WEEKDAYS, all_moments, day_words, hours_of, minutes_of, span_words, time_of
from convrec.dialogue.rules.moments import LATE
from convrec.dialogue.rules.said_times import PARTS
from convrec.dialogue.rules.timing import OPEN_PARTS, PROBES
from convrec.language import listing
from convrec.types import Filter

_FEW = 4
"""Days of the week that are named; of more, those are named that are left out."""


def moment_label(one: Filter, filters: Sequence[Filter] = ()) -> str:
    """A condition on days or times in words; empty for any other.

    Args:
        one: The condition.
        filters: All that stand; the two ends of a stretch said in one are told in one.
    """
    words = [str(value) for value in one.values]
    if one.field == WEEKDAY and set(words) <= set(WEEKDAYS):
        return _weekdays(words)
    kind = all_moments(one.values) if one.values else None
    if kind is None:
        return ""
    if re.fullmatch(r"\w+est", one.said):
        return f"the {one.said}"
    if kind == "hours":
        every = one.op == "all_of"
        label = _every(words) if every else _open(words[0])
        return label if one.op != "none_of" else f"closed {label.removeprefix('open ')}"
    if one.op not in ("at_least", "at_most"):
        told = f"on {day_words(words[0])}" if len(words) == 1 else f"from {span_words(words[0], words[-1])}"
        return ("not " if one.op == "none_of" else "") + (told if kind == "date" else listing(words, "or"))
    pair = [one, *(each for each in filters if each.said == one.said and all_moments(each.values) == kind)]
    low = next((str(each.values[0]) for each in pair if each.op == "at_least"), "")
    high = next((str(each.values[0]) for each in pair if each.op == "at_most"), "")
    return _days(low, high, one.said) if kind == "date" else _times(low, high, one)


def _days(low: str, high: str, said: str) -> str:
    led = re.match(r"(?:not )?(?:(?P<start>start|begin|doors)|(?P<end>end|finish|clos))", said)
    lead = ("starting " if led["start"] else "ending ") if led else ""
    if low and high:
        if lead and low != high:
            return f"{lead}between {span_words(low, high).replace(' to ', ' and ')}"
        return f"{lead}on {day_words(low)}" if low == high else f"from {span_words(low, high)}"
    if low:
        return f"{lead}from {day_words(low, weekday=False)} on"
    after = date.fromisoformat(high) + timedelta(1)
    return f"{lead}before {day_words(after.isoformat(), weekday=False)}"


def _times(low: str, high: str, one: Filter) -> str:
    lead = "ending" if re.search(r"\b(?:until|ends?|till|clos\w+)\b", one.field) else "starting"
    if re.search(r"\bopen\b", one.said):
        since = time_of(minutes_of(low) - 1) if low else ""
        until = time_of(minutes_of(high) + (1 if minutes_of(high) % 5 else 0)) if high else ""
        if since and until:
            return f"open at {high}" if since >= high else f"open between {since} and {until}"
        return f"open after {since}" if since else f"open before {until}"
    part = next(
        (name for name, (since, _) in PARTS.items() if re.search(rf"\b{name}", one.said) and low == time_of(since)), ""
    )
    if part or (low == time_of(PARTS["evening"][0]) and "tonight" in one.said):
        return f"at {part}" if part in ("lunchtime", "night") else f"in the {part or 'evening'}"
    if low and high:
        return f"{lead} at {low}" if low == high else f"{lead} between {low} and {high}"
    return f"{lead} from {low} on" if low else f"{lead} before {time_of((minutes_of(high) + 1) % DAY)}"


def _weekdays(names: Sequence[str]) -> str:
    left = [f"{name}s" for name in WEEKDAYS if name not in names]
    if len(names) > _FEW and left:
        return f"not on {listing(left, 'or')}"
    return f"on a {listing(list(names), 'or')}"


def _every(hours: Sequence[str]) -> str:
    """Hours that are all asked for: every day, or all day and night."""
    days = sorted({day for value in hours for day, _, _ in hours_of(value)})
    on = "" if len(days) == len(WEEKDAYS) else f" on {listing([WEEKDAYS[one] for one in days], 'and')}"
    if len(hours) == len(days) * len(PROBES) and {hours_of(value)[0][1:] for value in hours} == set(PROBES):
        return f"open 24 hours{on}"
    whole = all((start, end) == (0, DAY) for value in hours for _, start, end in hours_of(value))
    return "open every day" if whole and not on else " and ".join(_open(value) for value in hours)


def _open(value: str) -> str:
    rows = hours_of(value)
    days, (start, end) = sorted({day for day, _, _ in rows}), rows[0][1:]
    part = next((name for name, hours in OPEN_PARTS.items() if hours == (start, end)), "")
    if (start, end) == (0, DAY):
        time = ""
    elif start == LATE:
        time = "late"
    elif part:
        time = "at lunchtime" if part == "lunchtime" else f"in the {part}" if part and part != "night" else "late"
    elif end - start == 1:
        time = f"until {time_of(end % DAY)}" if end % 5 == 0 else f"at {'midnight' if start == DAY else time_of(start)}"
    elif end > DAY:
        time = "after midnight" if start == DAY else f"after {time_of(start)}"
    else:
        time = f"before {time_of(end)}" if start <= 5 * 60 else f"between {time_of(start)} and {time_of(end)}"
    if len(days) == len(WEEKDAYS):
        return f"open {time}".strip()
    on = listing([WEEKDAYS[one] for one in days], "or")
    if time in ("late", "after midnight") or (time and start == LATE):
        return f"open {time} on {on}"
    if part and len(days) == 1:
        return f"open on {on} at lunchtime" if part == "lunchtime" else f"open on {on} {part}"
    return f"open on {on} {time}".strip()
