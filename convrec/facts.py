"""A fact of an item in words, by its name and value: `45 minutes`, `length 30 cm`, `vegetarian`, `cook Asha Rao`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from convrec.days import moment_words
from convrec.flags import flag_words
from convrec.language import listing, singular
from convrec.types import FactValue

_SHORT = {
    "min": "minutes", "mins": "minutes", "h": "hours", "hr": "hours", "hrs": "hours", "s": "seconds", "sec": "seconds",
    "secs": "seconds", "eur": "euros", "usd": "dollars", "gbp": "pounds", "l": "litres", "w": "watts", "yrs": "years",
    "inch": "inches", "percent": "%", "pct": "%", "kcal": "kcal", "kwh": "kWh", "mah": "mAh", "gb": "GB", "mb": "MB",
    "tb": "TB", "hz": "Hz", "ghz": "GHz", "mhz": "MHz", "db": "dB", "€": "euros", "$": "dollars", "£": "pounds",
    "hp": "hp", "kw": "kW", "°c": "°C",
    "floz": "fl oz", "wh": "Wh", "mp": "MP", "rpm": "rpm", "chf": "francs",
    "std": "hours", "stunden": "hours", "minuten": "minutes", "minutos": "minutes",
    **{unit: unit for unit in ("mm", "cm", "m", "km", "mg", "g", "kg", "ml", "cl", "lb", "lbs", "oz", "ft", "mph",
                                "m²")},
}  # fmt: skip
"""Units as names of facts end in them, and as they are said."""
_UNITS = frozenset(
    {
        *("seconds", "minutes", "hours", "days", "weeks", "months", "years", "grams", "kilograms", "kilos"),
        *("litres", "liters", "metres", "meters", "kilometres", "kilometers", "miles", "inches"),
        *("euros", "dollars", "pounds", "watts", "calories"),
    }
)
"""Units that follow what they measure (`cooking_minutes`); as the whole name any plural is one (`players`)."""
_COUNTS = ("number of ", "num ", "no of ", "nr ", "n ", "count of ", "total ")
_PLURAL = re.compile(r"[^sui]s$")


OPEN_END = 99.0
"""Stands for the upper end of a range that has none: `11+`."""
_CONTENTS = re.compile(
    r"contain|allergen|ingredient|hazard|warning|toxic|poison|harmful|intoleran|additive|side effect|traces|zutaten"
    r"|inhaltsstoff|allergi"
)


@lru_cache(2048)
def holds_contents(name: str) -> bool:
    """Whether a fact says what is inside of things or may do harm, by its name: of these silence is no denial.

    >>> holds_contents("may_contain"), holds_contents("allergens"), holds_contents("colour")
    (True, True, False)
    """
    return _CONTENTS.search(name.lower().replace("_", " ")) is not None


def tells_harm(name: str) -> bool:
    """Whether a fact names those that things do harm to, by its name: who speaks of them wants them spared.

    >>> tells_harm("toxic to"), tells_harm("allergens"), tells_harm("good for")
    (True, False, False)
    """
    return holds_contents(name) and name.lower().replace("_", " ").split()[-1:] in (["to"], ["for"])


def is_unit(word: str) -> bool:
    """Whether a word is a unit as names of facts end in one: `min`, `eur`, `grams`."""
    return word in _SHORT or word in _UNITS


@lru_cache(2048)
def unit_of(name: str) -> tuple[str, str]:
    """What a number measures and in what, by the fact's name, without what grades are out of; either may be empty.

    >>> unit_of("minutes"), unit_of("length_cm"), unit_of("price_eur"), unit_of("players"), unit_of("price")
    (('', 'minutes'), ('length', 'cm'), ('price', 'euros'), ('', 'players'), ('price', ''))
    >>> unit_of("cooking_minutes"), unit_of("num_players"), unit_of("max_players"), unit_of("kg")
    (('cooking', 'minutes'), ('', 'players'), ('max players', ''), ('', 'kg'))
    """
    name = re.sub(r"\s*[(\[](?:of |out of |/)?\d+[)\]]$", "", name)  # "rating (5)"
    words = re.sub(r"[_\s()\[\]]+", " ", name).strip().lower()
    count = next((words.removeprefix(start) for start in _COUNTS if words.startswith(start)), "")
    if count:
        return "", count
    before, _, last = words.rpartition(" ")
    if last in _SHORT and (before or len(last) > 1):
        return before, _SHORT[last]
    if last in _UNITS or (not before and _PLURAL.search(last) and last != "series"):
        return before, last
    return words, ""


def amount_words(amount: str, unit: str) -> str:
    """A number with its unit.

    >>> amount_words("45", "minutes"), amount_words("1", "players"), amount_words("30", "cm"), amount_words("5", "%")
    ('45 minutes', '1 player', '30 cm', '5%')
    """
    unit = singular(unit) if amount == "1" and unit.endswith("s") else unit
    return f"{amount}{unit}" if unit == "%" else f"{amount} {unit}".strip()


def value_words(value: FactValue, most: int | None = None) -> str:
    """A value by itself; of several the first `most` (None: all)."""
    if isinstance(value, tuple):
        return listing(value[:most])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return moment_words(value) or value
    return f"{value:g}" if isinstance(value, float) else str(value)


_ROOM = ("sleeps", "seats")


def range_words(name: str, facts: Mapping[str, FactValue]) -> str:
    """The lowest and the highest of a range as one fact; empty for any other fact.

    >>> facts = {"min sleeps": 2, "max sleeps": 4, "min reading age": 11, "max reading age": 99, "min price": 3}
    >>> range_words("max sleeps", facts), range_words("min reading age", facts), range_words("min price", facts)
    ('sleeps 2 to 4', 'reading age from 11', '')
    """
    first, _, rest = name.partition(" ")
    low, high = (facts.get(f"{end} {rest}") for end in ("min", "max"))
    if first not in ("min", "max") or not isinstance(low, int | float) or not isinstance(high, int | float):
        return ""
    label, unit = (rest, "") if rest in _ROOM else unit_of(rest)
    both = f"{low:g}" if low == high else f"from {low:g}" if high == OPEN_END else f"{low:g} to {high:g}"
    return f"{label} {amount_words(both, unit)}".strip()


def fact_words(name: str, value: FactValue, *, unit: str = "", most: int | None = None, between: str = " ") -> str:
    """A fact as it is told.

    >>> fact_words("minutes", 45), fact_words("length_cm", 30), fact_words("runtime", 95, unit="minutes")
    ('45 minutes', 'length 30 cm', 'runtime 95 minutes')
    >>> fact_words("vegetarian", True), fact_words("has_subtitles", False), fact_words("cook", "Asha Rao", between=": ")
    ('vegetarian', 'without subtitles', 'cook: Asha Rao')

    Args:
        name: Of the fact, as the catalogue has it.
        value: Of the fact.
        unit: What a number is in, where its name does not tell.
        most: How many of several values are told; None: all.
        between: Stands between name and value.
    """
    if isinstance(value, bool):
        return flag_words(name, holds=value)
    if value == ("none",) and tells_harm(name):
        return f"not {name.replace('_', ' ').rpartition(' ')[0]}"
    if not isinstance(value, int | float):
        return f"{name.replace('_', ' ')}{between}{value_words(value, most)}"
    label, own = unit_of(name)
    amount = amount_words(value_words(value), own or unit)
    return f"{label}{between}{amount}" if label else amount
