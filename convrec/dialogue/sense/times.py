"""Conditions from the days and times of a message, by where the speaker stands to each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.rules.acts import joins_in
from convrec.dialogue.rules.moments import Moment
from convrec.dialogue.rules.timing import filters_of, lifted_by, refuses, with_standing
from convrec.dialogue.rules.wants import Wants, clause_at
from convrec.dialogue.sense.hearing import Hearing
from convrec.dialogue.sense.reading import Reading
from convrec.dialogue.words.english import FUNCTION
from convrec.dialogue.words.fields import Field
from convrec.types import Filter
from convrec.when import Calendar


def gather_moments(
    wants: Wants,
    reading: Reading,
    hearing: Hearing,
    standing: Sequence[Filter],
    fields: Mapping[str, Field],
    calendar: Calendar,
    today: date,
) -> None:
    """Add what the days and times of a message ask for.

    Args:
        wants: What is gathered so far; added to.
        reading: The message.
        hearing: What the LLM heard in it.
        standing: Conditions that stand.
        fields: The catalogue's fields.
        calendar: Those of them that say when.
        today: Of the message.
    """
    for moment in reading.moments:
        stance, led = clause_at(reading.clauses, moment.start).stance(reading.plain, moment.start, moment.end)
        wants.used.append((moment.start, moment.end))
        if moment.shut and stance in ("allow", "drop"):
            continue  # "closed on Sundays is fine" asks for nothing
        new = filters_of(moment, calendar, fields, today)
        if stance == "drop" or hearing.slot(moment.start, moment.end) == "lift":
            about = {one.field for one in new}
            wants.lift([one for one in standing if one.field in about])
            continue
        refused = stance in ("refuse", "dislike") and not moment.turned and not _apart(reading, led, moment)
        refused = (refused or refuses(reading.plain, moment)) is not moment.shut
        if refused:
            new = filters_of(moment, calendar, fields, today, refused=True)
        said = [one for one in wants.filters if one.field == calendar.hours and one.op == "any_of"]
        both = tuple(with_standing(new, said or standing, calendar))
        if said and both != new:
            wants.filters.remove(said[0])  # "open on Sunday, in the evening"
        new = both
        if joins_in(reading.plain):  # "also at weekends" asks for both
            held = {calendar.hours, calendar.weekday} & {one.field for one in new}
            same = [one.values for one in new]
            beside = (one for one in standing if one.field in held and one.op == "any_of" and one.values not in same)
            new = (*beside, *new)
        wants.lift(lifted_by(new, standing, calendar))
        wants.filters += new
        wants.parts.append(Span(moment.start, moment.end, "notwhen" if refused else "when"))
        told = ", ".join(f"{one.field} {one.op} {one.values[0]}" for one in new)
        wants.trace.append(f"{moment.said!r}: {'not ' if refused else ''}{told}")


_PARTS = re.compile(r",|\b(?:and|but|please|then)\b")
_LISTED = re.compile(r"\s*(?:,|,?\s*(?:or|and|nor))\s*")
_SMALL = FUNCTION | {"want", "please"}


def _apart(reading: Reading, led: int, moment: Moment) -> bool:
    """Whether a refusal has its word already, and a time comes after a comma: `no bars, open on Tuesday`."""
    before = [one for one in reading.moments if led <= one.start < moment.start]
    if before:
        last = before[-1]
        alike = bool(last.days) is bool(moment.days) and last.dated is moment.dated
        return not (alike and _LISTED.fullmatch(reading.plain, last.end, moment.start))
    gap = reading.plain[led : moment.start]
    parted = _PARTS.search(gap)
    return parted is not None and any(word not in _SMALL for word in re.findall(r"[^\W\d_]+", gap[: parted.start()]))
