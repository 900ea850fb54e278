"""When something is, by the facts of an item: the first and the last day, the time of day, opening hours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from convrec.days import ALWAYS, NEVER, WEEKDAY, clock_words, day_words, moment_kind, moment_words, span_words
from convrec.protocols import Catalogue
from convrec.types import Claim, Explanation, FactValue, Filter, Item

_LAST = re.compile(r"\b(?:ends?|ending|until|till|to|closes|closing|finish\w*|last|bis|ende|fin)\b")
_FIRST = re.compile(
    r"\b(?:starts?|starting|begins?|beginning|from|opens?|opening|first|von|beginn|inicio|début|show)\b"
)
"""What names of last and first days and times have in them."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The fields that words of time ask for; empty: the catalogue has none.

    Attributes:
        start: First days, or the only ones.
        end: Last days; the first ones where there are no others.
        time: Times of day at which things begin.
        until: Times of day at which they end.
        hours: Opening hours.
        weekday: Days of the week.
        first: The earliest of all last days, as an ordinal; 0: not known.
        last: The latest of all days, as an ordinal; 0: not known.
    """

    start: str = ""
    end: str = ""
    time: str = ""
    until: str = ""
    hours: str = ""
    weekday: str = ""
    first: int = 0
    last: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing here is asked for by words of time."""
        return not (self.start or self.time or self.until or self.hours)

    def coming(self, today: date) -> bool:
        """Whether some day is yet to come: of what is past nobody means `tonight` or `next week`."""
        return self.last >= today.toordinal()

    def told(self, facts: Mapping[str, FactValue]) -> str:
        """When an item is, in words; empty where its facts do not tell.

        >>> Calendar("starts", "ends", "time", "until").told({"starts": "2027-06-12", "time": "19:30"})
        'on Saturday 12 June 2027 at 19:30'
        >>> Calendar("starts", "ends", "time", "until").told({"starts": "2027-05-03", "ends": "2027-06-09"})
        'from 3 May to 9 June 2027'
        """
        start, end, time, until, hours = (
            str(facts.get(name) or "") if name else ""
            for name in (self.start, self.end, self.time, self.until, self.hours)
        )
        days = _days(start, end or start)
        if time and until:
            clock = f"{clock_words(time)} to {clock_words(until)}"
            days = f"{days}, {clock}" if days else f"from {clock}"
        elif time or until:
            days = f"{days} {f'at {clock_words(time)}' if time else f'until {clock_words(until)}'}".strip()
        opening = f"open {moment_words(hours)}" if hours else ""
        return "; ".join(part for part in (days, opening) if part)


def _days(start: str, end: str) -> str:
    if not start and not end:
        return ""
    if start == ALWAYS or not start:
        return "on all the time" if end == NEVER else f"until {day_words(end)}"
    if end == NEVER:
        return f"from {day_words(start)} on"
    return f"on {day_words(start)}" if start == end else f"from {span_words(start, end)}"


def calendar_of(kinds: Mapping[str, str]) -> Calendar:
    """The fields of a catalogue that say when; of several of a kind the first whose name says so.

    Args:
        kinds: What fields hold by name, `date`, `time` and `hours` among it.
    """
    (start, end), (time, until) = (
        _ends([one for one, held in kinds.items() if held == kind]) for kind in ("date", "time")
    )
    hours = next((name for name, kind in kinds.items() if kind == "hours"), "")
    time = "" if time == until and _LAST.search(time.replace("_", " ")) else time  # "kitchen closes" alone
    weekday = WEEKDAY if start and WEEKDAY in kinds else ""
    return Calendar(start, end, time, until if until != time else "", hours, weekday)


def _ends(names: Sequence[str]) -> tuple[str, str]:
    spoken = {name: name.replace("_", " ").lower() for name in names}
    lasts = [name for name, words in spoken.items() if _LAST.search(words)]
    others = [name for name in names if name not in lasts]
    if not others:
        return (lasts[0], lasts[0]) if lasts else ("", "")
    others.sort(key=lambda one: "doors" in spoken[one])  # they open before it begins
    first = next((one for one in others if _FIRST.search(spoken[one])), others[0])
    return first, next(iter(lasts), first)


def with_when(explanation: Explanation, item: Item, filters: Sequence[Filter], catalogue: Catalogue) -> Explanation:
    """A reason that also says when the item is, where that was asked for."""
    asked = {kind for one in filters if (kind := _asked(one))}
    calendar = calendar_of(catalogue.fields) if asked else Calendar()
    if "hours" not in asked:
        calendar = replace(calendar, hours="")
    elif asked == {"hours"}:
        calendar = Calendar(hours=calendar.hours)
    told = calendar.told(item.facts)
    if not told:
        return explanation
    used = [name for name in (calendar.start, calendar.end, calendar.time, calendar.until, calendar.hours) if name]
    facts = [(name, str(item.facts[name])) for name in dict.fromkeys(used) if name in item.facts]
    claims = (*explanation.claims, *(Claim(value, "fact", f"{name}={value}") for name, value in facts))
    verb = {"open": "It is", "until": "It runs", "from": "It runs", "at": "It starts"}.get(told.split()[0], "It is")
    text = f"{explanation.text} {verb} {told}."
    return replace(explanation, text=text.strip(), claims=claims)


def _asked(one: Filter) -> str:
    """What a condition asks for: `date`, `time` or `hours`; empty: nothing of the kind."""
    if one.field == WEEKDAY:
        return "date"
    return moment_kind(str(one.values[0])) or "" if one.values else ""
