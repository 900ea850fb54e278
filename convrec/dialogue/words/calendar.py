"""Which fields of a catalogue say when, and between which days they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from convrec.days import WEEKDAY, WEEKDAYS
from convrec.dialogue.words.fields import Field
from convrec.when import Calendar, calendar_of


def weekdays_in(fields: Mapping[str, Field]) -> frozenset[int]:
    """Days of the week (0: Monday) that are words of some field, besides that of when things are: `changeover Fri`."""
    own = {value.lower() for one in fields.values() if one.name != WEEKDAY for value in one.values}
    return frozenset(day for day, name in enumerate(map(str.lower, WEEKDAYS)) if {name, name[:3], name[:4]} & own)


def calendar_in(fields: Mapping[str, Field]) -> Calendar:
    """The calendar of a catalogue's fields, with its first and its last day."""
    found = calendar_of({name: one.measure for name, one in fields.items()})
    if not found.start:
        return found
    ends, starts = fields[found.end].numbers, fields[found.start].numbers
    return replace(found, first=int(ends[0]), last=int(max(starts[-1], ends[-1])))
