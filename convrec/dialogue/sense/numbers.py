"""Conditions from the numbers and years of a message."""

from __future__ import annotations

from collections.abc import Sequence

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.rules.frame import Frame
from convrec.dialogue.rules.wants import Wants, clause_at
from convrec.dialogue.rules.when import NARRATIVE, NEGATED, apart_from, is_meant, time_part
from convrec.dialogue.sense.hearing import Hearing
from convrec.dialogue.sense.reading import Reading
from convrec.types import Filter


def gather_numbers(wants: Wants, reading: Reading, frame: Frame, hearing: Hearing, standing: Sequence[Filter]) -> None:
    """Add what the numbers and years of a message ask for.

    Args:
        wants: What is gathered so far; added to.
        reading: The message.
        frame: Tells requests from descriptions.
        hearing: What the LLM heard in it.
        standing: Conditions that stand.
    """
    for amount in reading.amounts:
        if " " not in amount.said and amount.said != "free" and not frame.names_kind(amount.end):
            continue  # "a short love affair" wants no short film
        if hearing.slot(amount.start, amount.end) == "lift" and not amount.names_field:
            named = {one.field for one in amount.filters}
            wants.lift([one for one in standing if one.field in named])
            wants.used.append((amount.start, amount.end))
            continue
        wants.filters += amount.filters
        wants.used.append((amount.start, amount.end))
        wants.parts.append(Span(amount.start, amount.end, "amount"))
        wants.trace.append(f"{amount.said!r}: number {[(one.field, one.op, one.values[0]) for one in amount.filters]}")
    for years in reading.years:
        stance, led = clause_at(reading.clauses, years.start).stance(reading.plain, years.start, years.end)
        wants.used.append((years.start, years.end))
        refused = stance in ("refuse", "dislike") and not years.said.startswith(("not", "no"))
        refused = refused and not apart_from(reading, led, years.start)
        clause = clause_at(reading.clauses, years.start)
        told = NARRATIVE.search(reading.plain, clause.start, clause.end) is not None
        meant = not told and is_meant(years, reading, frame) and stance not in ("drop", "allow", "neutral")
        led = NEGATED.match(years.said) is not None
        refused, meant = hearing.time(years.start, years.end, refused=refused, meant=meant, led=led)
        if stance == "drop" or hearing.slot(years.start, years.end) == "lift":
            wants.lift([one for one in standing if one.field == "year"])
            continue
        if not meant:
            continue
        wants.parts.append(time_part(years, reading.plain, refused=refused))
        if reading.known_years:
            wants.filters += years.filters(refused=refused)
            wants.trace.append(f"{years.said!r}: years {years.low} to {years.high}{' refused' if refused else ''}")
