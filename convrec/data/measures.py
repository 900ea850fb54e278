"""Numbers as tables write them: `€39.95`, `12,90 €`, `1,299.00`, `250 g`, `45 min`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from convrec.facts import OPEN_END, is_unit, unit_of

SIGNS = {
    "€": "eur", "$": "usd", "us$": "usd", "£": "gbp", "euro": "eur", "%": "percent", "'": "", "’": "",
    "m2": "m²", "sqm": "m²", "qm": "m²", "°": "°c", "ps": "hp", "bhp": "hp",
}  # fmt: skip
_CELL = re.compile(
    r"(?:(?:from|ab|starting (?:at|from)) )?"
    r"(?P<before>us\$|[€$£]|[a-z]{3}(?=[\s\d]))?\s*(?P<number>[+-]?\d[\d.,'’\s]*)\s*"
    r"(?P<after>[€$£%]|m2|°\s?c?|(?:/|out of)\s*\d+|[^\W\d_]{1,12}\.?)?"
)
_OF = re.compile(r"(?:/|out of)\s*(?P<top>\d+)")
"""What grades are out of: `8.5/10`."""
_END = r"\d{1,3}(?:[.,]\d)?"
"""One end of a range; two digits behind the point are a time of day (`9.30-17.00`)."""
_RANGE = re.compile(
    rf"(?:(?P<low>{_END})\s*(?:-|–|—|to|bis)\s*(?P<high>{_END})|(?P<least>{_END})\s*(?:\+|and (?:up|over|older))"
    rf"|(?:from|ab)\s*(?P<start>{_END})"
    rf"|(?:up to|max\.?|bis)\s*(?P<most>{_END})|(?P<just>{_END}))\s*(?P<unit>[^\W\d_]{{1,12}})?"
)
_SCALES = (
    {"mm": 0.1, "cm": 1.0, "m": 100.0}, {"g": 1.0, "kg": 1000.0}, {"ml": 1.0, "cl": 10.0, "litres": 1000.0},
    {"minutes": 1.0, "hours": 60.0},
)  # fmt: skip
"""Units that ranges of one column are brought to the commonest of: `40-60 cm` beside `1-3 m`."""
_PAIR = re.compile(
    r"(?P<n>\d+(?:[.,]\d+)?)\s*(?P<u>[^\W\d_]{1,8})\.?\s*[/(,|]\s*(?P<m>\d+(?:[.,]\d+)?)\s*(?P<v>[^\W\d_]{1,8})\.?\)?"
)
"""One amount in two units: `110 hp / 81 kW`, `12 oz (340 g)`."""
_RANGES = 0.2
"""Share of the cells of a column of ranges that are no single number, at least."""
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[.,'’\s])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
NOTHING = frozenset(
    {
        *("-", "--", "–", "—", "?", "n/a", "n.a.", "na", "nan", "null", "none", "unknown", "tba", "tbc", "tbd", "k.a."),
        *("poa", "p.o.a.", "p.o.a", "on request", "price on request", "on application", "price on application", "call"),
        *("ask", "varies", "not available", "sold out", "auf anfrage", "a.a.", "sur demande", "su richiesta"),
    }
)
"""What stands in cells of numbers where there is no number."""
FREE = frozenset(
    {"free", "free entry", "free of charge", "gratis", "kostenlos", "gratuit", "gratuito", "included", "inclusive"}
)
"""What stands in cells of prices for nothing to be paid."""
_RATE = re.compile(r"[€$£]\s?\d+(?:[.,]\d+)?\s*(?:/|per )\s*[a-z]{1,8}\.?")
"""Paid again and again (`$39/month`), which is no such price as the others; some may stand beside them."""
_MONEY = frozenset({"", "eur", "usd", "gbp", "chf"})
"""Units of columns in which `free` is a number; bare numbers among them."""
_COUNTED = 3
"""Cells from which on a word that stands behind every number is their unit, though no known one (`3.8 stars`)."""
_WORDY, _TELLING = 0.15, 10
"""Share of words (`studio`) that a column of numbers may have, and numbers that it has then at least."""


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
    >>> measure_of(["8.5/10", "9/10"]).values, measure_of(["3.8 stars", "4 stars", "5 stars"]).values
    ((8.5, 9.0), (3.8, 4.0, 5.0))
    """
    plain = [word.strip().lower() for word in words]
    cells = [None if word in NOTHING or word in FREE else _CELL.fullmatch(word) for word in plain]
    said = [cell for cell in cells if cell is not None]
    other = [word for word in plain if word not in NOTHING and word not in FREE and not _CELL.fullmatch(word)]
    wordy = [word for word in other if not _RATE.fullmatch(word)]
    few = len(said) >= _TELLING and len(other) <= _WORDY * len(plain)
    if not said or (other and not (few and not any(char.isdigit() for word in wordy for char in word))):
        return None
    tops = {_OF.fullmatch(cell["after"]) for cell in said if cell["after"]} or {None}
    graded = None not in tops and len({one["top"] for one in tops if one}) == 1
    units = {""} if graded or (len(said) >= _COUNTED and _same_word(said)) else {_unit(cell) for cell in said}
    numbers = [" ".join(cell["number"].split()) for cell in said]
    units = units - {""} or units  # "4 weeks" and a bare "6": who typed that left the unit out
    unit = units.pop() if len(units) == 1 else None
    if unit == "s" or (not unit and any(re.match(r"0\d", one) for one in numbers)):
        return None  # "1940s" is a time, and "007" a name
    if unit not in _MONEY and any(word in FREE for word in plain):
        return None
    if unit is None or not all(_GROUPED.fullmatch(one) or _PLAIN.fullmatch(one) for one in numbers):
        return None
    decimal = decimal_mark(numbers, paid=unit in _MONEY - {""})
    values = iter(value_of(number, decimal) for number in numbers)
    nothing = (0.0 if word in FREE else None for word in plain)
    return Measure(
        unit, tuple(none if cell is None else next(values) for cell, none in zip(cells, nothing, strict=True))
    )


@dataclass(frozen=True, slots=True)
class Ranges:
    """A column of ranges: `4-6 people`, `11+`, `up to 8`, `2`.

    Attributes:
        lows: The lower end a cell, None where the cell has none.
        highs: The upper end.
        unit: A known unit that stands behind them; empty: none, or a word that only counts (`people`).
    """

    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]
    unit: str

    def names(self, column: str) -> tuple[str, str]:
        """What the facts of the lower and the upper end are called."""
        tail = f"_{self.unit}" if self.unit and not unit_of(column)[1] else ""
        return f"min {column}{tail}", f"max {column}{tail}"


def ranges_of(words: Sequence[str]) -> Ranges | None:
    """The ends of a column whose cells are ranges in one unit; None for any other column.

    >>> ranges_of(["2-4 people", "6 people", "up to 8"]).highs, ranges_of(["3-6", "7-9", "11+"]).lows
    ((4.0, 6.0, 8.0), (3.0, 7.0, 11.0))
    >>> ranges_of(["8+", "from 10", "12 and up"]).lows
    (8.0, 10.0, 12.0)
    >>> ranges_of(["555-123", "7-8", "1-2"]) is None, ranges_of(["1", "2", "3"]) is None
    (True, True)
    """
    plain = [word.strip().lower() for word in words]
    cells = [None if word in NOTHING else _RANGE.fullmatch(word) for word in plain]
    said = [cell for cell in cells if cell is not None]
    if len(said) < _COUNTED or len(said) + sum(word in NOTHING for word in plain) < len(words):
        return None
    units = Counter(_called(cell["unit"]) for cell in said if cell["unit"])
    scale = next((one for one in _SCALES if set(units) <= set(one)), {})
    if (len(units) > 1 and not scale) or sum(cell["just"] is None for cell in said) < _RANGES * len(said):
        return None
    if any(cell["start"] for cell in said) and (units or not any(cell["least"] for cell in said)):
        return None  # "from 15" alone is a price
    unit = units.most_common(1)[0][0] if units else ""
    ends = [None if cell is None else _ends(cell) for cell in cells]
    if any(end is not None and end[1] > OPEN_END for end in ends):  # "200+ episodes" beside 900 are about 200
        ends = [end and (end[0], end[0] if end[1] == OPEN_END else end[1]) for end in ends]
    if any(end is not None and end[0] > end[1] for end in ends) or all(end is None or end[0] == end[1] for end in ends):
        return None
    if len(units) > 1:
        times = [scale[_called(cell["unit"]) if cell and cell["unit"] else unit] / scale[unit] for cell in cells]
        ends = [end and (end[0] * by, end[1] * by) for end, by in zip(ends, times, strict=True)]
    lows, highs = ([None if end is None else end[at] for end in ends] for at in (0, 1))
    return Ranges(tuple(lows), tuple(highs), unit if is_unit(unit) else "")


def pair_of(words: Sequence[str]) -> tuple[Measure, Measure] | None:
    """The two numbers of a column whose cells all tell one amount in the same two units; None for any other column.

    >>> [one.unit for one in pair_of(["110 hp / 81 kW", "75 PS / 55 kW", "-"])], pair_of(["24/7", "5 m / 3 apples"])
    (['hp', 'kw'], None)
    """
    cells = [None if word.strip().lower() in NOTHING else _PAIR.fullmatch(word.strip().lower()) for word in words]
    said = [cell for cell in cells if cell is not None]
    if not said or len(said) + sum(word.strip().lower() in NOTHING for word in words) < len(words):
        return None
    units = {(SIGNS.get(cell["u"], cell["u"]), SIGNS.get(cell["v"], cell["v"])) for cell in said}
    first, second = next(iter(units))
    if len(units) > 1 or first == second or not (is_unit(first) and is_unit(second)):
        return None
    one, other = (
        tuple(None if cell is None else float(cell[at].replace(",", ".")) for cell in cells) for at in ("n", "m")
    )
    return Measure(first, one), Measure(second, other)


def _called(word: str) -> str:
    """A unit by its full name (`h`: hours), or a word that counts as its plural."""
    return unit_of(f"x {word}")[1] or unit_of(f"x {_plural(word)}")[1] or _plural(word)


def _ends(cell: re.Match[str]) -> tuple[float, float]:
    if least := cell["least"] or cell["start"]:
        return _end(least), max(OPEN_END, _end(least))
    if cell["most"] and is_unit(cell["unit"] or ""):
        return (_end(cell["most"]),) * 2  # "up to 30 hours" is promised, "up to 8 people" are one or more
    if cell["most"]:
        return min(1.0, _end(cell["most"])), _end(cell["most"])
    return _end(cell["low"] or cell["just"]), _end(cell["high"] or cell["just"])


def _end(number: str) -> float:
    return float(number.replace(",", "."))


def _same_word(said: Sequence[re.Match[str]]) -> bool:
    """Whether one word that is no known unit stands behind every number."""
    behind = {_plural((cell["after"] or "").rstrip(".")) for cell in said}
    word = behind.pop()
    return not behind and len(word) > _COUNTED and word.isalpha() and not is_unit(word)


def _plural(word: str) -> str:
    return word if not word or word.endswith("s") else f"{word}s"


def _unit(cell: re.Match[str]) -> str | None:
    """The unit of a cell by its short name; None where a word stands there that is none, or two."""
    before, after = (cell[part] or "" for part in ("before", "after"))
    if before and after:
        return None
    said = (before or after).rstrip(".")
    unit = SIGNS.get(said, said)
    unit = unit if is_unit(unit) else _plural(unit)  # "1 week"
    return unit if not unit or is_unit(unit) else None


def decimal_mark(numbers: Sequence[str], *, paid: bool) -> str:
    """What parts whole numbers from fractions in a column; no price has three digits behind it."""
    both = [max(one.rfind("."), one.rfind(",")) for one in numbers if "." in one and "," in one]
    if both:
        whole = next(one for one in numbers if "." in one and "," in one)
        return whole[both[0]]
    with_comma = [one for one in numbers if "," in one]
    if with_comma:
        return "." if all(re.search(r",\d{3}$", one) for one in with_comma) else ","
    pointed = [one for one in numbers if "." in one]
    thousands = paid and pointed and all(re.search(r"\.\d{3}$", one) for one in pointed)
    return "," if thousands or any(one.count(".") > 1 for one in numbers) else "."


def value_of(number: str, decimal: str) -> float:
    """The number that digits with marks between them say."""
    kept = "".join(char for char in number if char.isdigit() or char in f"{decimal}+-")
    return float(kept.replace(decimal, "."))
