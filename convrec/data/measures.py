"""Numbers as tables write them: `€39.95`, `12,90 €`, `1,299.00`, `250 g`, `45 min`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convrec.facts import is_unit, unit_of

_SIGNS = {"€": "eur", "$": "usd", "us$": "usd", "£": "gbp", "euro": "eur", "%": "percent", "'": "", "’": ""}
_CELL = re.compile(
    r"(?P<before>us\$|[€$£]|[a-z]{3}(?=[\s\d]))?\s*(?P<number>[+-]?\d[\d.,'’\s]*)\s*(?P<after>[€$£%]|[^\W\d_]{1,12}\.?)?"
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[.,'’\s])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
NOTHING = frozenset(
    {
        *("-", "--", "–", "—", "?", "n/a", "n.a.", "na", "nan", "null", "none", "unknown", "tba", "tbd", "k.a."),
        *("poa", "p.o.a.", "p.o.a", "on request", "price on request", "on application", "price on application", "call"),
        *("ask", "varies", "not available", "sold out", "auf anfrage", "a.a.", "sur demande", "su richiesta"),
    }
)
"""What stands in cells of numbers where there is no number."""
_FREE = frozenset({"free", "free entry", "free of charge", "gratis", "kostenlos", "gratuit", "gratuito"})
"""What stands in cells of prices for nothing to be paid."""
_MONEY = frozenset({"", "eur", "usd", "gbp", "chf"})
"""Units of columns in which `free` is a number; bare numbers among them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of numbers that were written as words.

    Attributes:
        unit: As names of facts end in it: `eur`, `g`, `min`; empty: bare numbers.
        values: A number a cell, None where the cell has none.
    """

    unit: str
    values: tuple[float | None, ...]

    def name(self, column: str) -> str:
        """What the column is called, so that its name tells the unit."""
        return f"{column}_{self.unit}" if self.unit and not unit_of(column)[1] else column


def measure_of(words: Sequence[str]) -> Measure | None:
    """The numbers of a column whose cells are all numbers in one unit; None for any other column.

    A comma parts thousands where three digits follow it everywhere, else it is a decimal comma.

    >>> measure_of(["€39.95", "€1,299.00"]).values, measure_of(["12,90 €", "-"]).values, measure_of(["250 g"]).unit
    ((39.95, 1299.0), (12.9, None), 'g')
    >>> measure_of(["£7,450", "POA"]).values, measure_of(["£4.50", "free"]).values
    ((7450.0, None), (4.5, 0.0))
    >>> measure_of(["36, 37", "40"]) is None, measure_of(["1 kg", "250 g"]) is None, measure_of(["3 wolves"]) is None
    (True, True, True)
    """
    plain = [word.strip().lower() for word in words]
    cells = [None if word in NOTHING or word in _FREE else _CELL.fullmatch(word) for word in plain]
    said = [cell for cell in cells if cell is not None]
    if not said or len(said) + sum(word in NOTHING or word in _FREE for word in plain) < len(words):
        return None
    units = {_unit(cell) for cell in said}
    numbers = [" ".join(cell["number"].split()) for cell in said]
    unit = units.pop() if len(units) == 1 else None
    if unit == "s" or (not unit and any(re.match(r"0\d", one) for one in numbers)):
        return None  # "1940s" is a time, and "007" a name
    if unit not in _MONEY and any(word in _FREE for word in plain):
        return None
    if unit is None or not all(_GROUPED.fullmatch(one) or _PLAIN.fullmatch(one) for one in numbers):
        return None
    decimal = _decimal_mark(numbers)
    values = iter(_value(number, decimal) for number in numbers)
    nothing = (0.0 if word in _FREE else None for word in plain)
    return Measure(
        unit, tuple(none if cell is None else next(values) for cell, none in zip(cells, nothing, strict=True))
    )


def _unit(cell: re.Match[str]) -> str | None:
    """The unit of a cell by its short name; None where a word stands there that is none, or two."""
    before, after = (cell[part] or "" for part in ("before", "after"))
    if before and after:
        return None
    said = (before or after).rstrip(".")
    unit = _SIGNS.get(said, said)
    return unit if not unit or is_unit(unit) else None


def _decimal_mark(numbers: Sequence[str]) -> str:
    """What parts whole numbers from fractions in a column."""
    both = [max(one.rfind("."), one.rfind(",")) for one in numbers if "." in one and "," in one]
    if both:
        whole = next(one for one in numbers if "." in one and "," in one)
        return whole[both[0]]
    with_comma = [one for one in numbers if "," in one]
    if with_comma:
        return "." if all(re.search(r",\d{3}$", one) for one in with_comma) else ","
    return "," if any(one.count(".") > 1 for one in numbers) else "."


def _value(number: str, decimal: str) -> float:
    kept = "".join(char for char in number if char.isdigit() or char in f"{decimal}+-")
    return float(kept.replace(decimal, "."))
