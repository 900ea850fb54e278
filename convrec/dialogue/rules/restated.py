"""A number that stands in place of the one said before: `ok 15 minutes`, `make it 200`, after `at most 10 minutes`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from convrec.dialogue.words.dimensions import converted, spelt_unit
from convrec.dialogue.words.english import FIGURES, figure
from convrec.dialogue.words.fields import Field
from convrec.facts import unit_of
from convrec.types import Filter

_WHOLE = re.compile(
    r"^\W*(?:(?:ok|okay|no|nah|sorry|fine|well|then|hm+|actually|rather|better|let's say|say|make (?:it|that)|up to"
    rf"|i mean|maybe|or|even|go for|call it|alright)\W+)*[$€£]?\s?(?P<n>{FIGURES})\s*-?(?P<unit>[$€£%²\w]+)?"
    r"(?:\W+(?:then|max|tops|instead|please|at most|at least"
    r"|(?:is|would be|'s) (?:ok|okay|fine|alright)(?: too)?))*\W*$"
)
_LEAST, _FACTOR = 10.0, 4.0
"""A bare number replaces one from so much on that it is neither so many times more nor less of: `3` counts cards."""
_MINUTES = {"h": 60.0, "hr": 60.0, "hrs": 60.0, "hour": 60.0, "hours": 60.0}
_MONEY = re.compile(r"[$€£]|dollars?|euros?|eur|usd|gbp|pounds?|bucks?|quid")

Place = tuple[int, int, str, tuple[Filter, ...]]
"""Where it is said, the words, and the bounds."""


def restated_in(plain: str, standing: Sequence[Filter], fields: Mapping[str, Field]) -> Place | None:
    """The bound that a message as a whole says anew; None: it says nothing else of a number that stands.

    Args:
        plain: Folded text.
        standing: Conditions that stand.
        fields: The catalogue's fields.
    """
    match = _WHOLE.match(plain)
    if match is None or any(plain.strip(" .!?") == field.label for field in fields.values()):
        return None  # "5g" asks for it where a column is called so, and for no 5 grams
    bounds = [one for one in standing if one.op in ("at_least", "at_most") and one.field in fields]
    bounds = [one for one in bounds if fields[one.field].measure not in ("year", "date", "time")]
    told = [(one, value) for one in bounds if (value := _value(match, one, fields[one.field])) is not None]
    if len(told) != 1:
        return None
    (one, value), said = told[0], match.group().strip()
    return (*match.span(), said, (replace(one, values=(value,), said=said),))


def _value(match: re.Match[str], one: Filter, field: Field) -> float | None:
    """The number in the unit of a field; None where the unit said is another's."""
    value, unit = figure(match["n"]), (match["unit"] or "").lower()
    if not unit or unit in ("then", "max", "tops"):
        stood = float(one.values[0])
        near = stood > _LEAST and stood / _FACTOR <= value <= stood * _FACTOR
        return value if near else None
    if field.measure == "money":
        return value if _MONEY.fullmatch(unit) else None
    if field.measure == "minutes":
        if unit not in _MINUTES and not unit.startswith("min"):
            return None
        return value * _MINUTES.get(unit, 1.0) / (60.0 if unit_of(field.name)[1] == "hours" else 1.0)
    units = spelt_unit(field)
    if units and re.fullmatch(units, unit):
        return converted(value, unit, field)
    return value if unit.rstrip("s") in {word.rstrip("s") for word in field.label.split()} else None
