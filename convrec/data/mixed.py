"""Columns of amounts that were typed in several ways: `6.1"` and `6.1 in`, `250 g` and `1.2 kg`, `8 / 16 GB`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convrec.data.measures import FREE, NOTHING, SIGNS, decimal_mark, value_of
from convrec.facts import is_unit

_KINDS: dict[str, dict[str, float]] = {
    "mass": {"mg": 0.001, "g": 1.0, "kg": 1000.0, "oz": 28.35, "lb": 453.6},
    "length": {"mm": 1.0, "cm": 10.0, "m": 1000.0, "km": 1e6, "inch": 25.4, "ft": 304.8},
    "volume": {"ml": 1.0, "cl": 10.0, "l": 1000.0, "fl oz": 29.57},
    "memory": {"mb": 0.001, "gb": 1.0, "tb": 1000.0},
    "clock": {"min": 1.0, "h": 60.0},
    "span": {"days": 1 / 30.4, "weeks": 7 / 30.4, "months": 1.0, "years": 12.0},
    **{money: {money: 1.0} for money in ("eur", "usd", "gbp", "chf")},
}
_KIND_OF = {unit: kind for kind, units in _KINDS.items() for unit in units}
_SPELT = {
    **SIGNS, '"': "inch", "″": "inch", "”": "inch", "''": "inch", "in": "inch", "inches": "inch", "hrs": "h", "hr": "h",
    "hour": "h", "hours": "h", "std": "h", "mins": "min", "minute": "min", "minutes": "min", "gram": "g", "grams": "g",
    "ounce": "oz", "ounces": "oz", "lbs": "lb", "floz": "fl oz", "fl. oz": "fl oz", "fl.oz": "fl oz", "day": "days",
    "week": "weeks", "month": "months", "mth": "months", "mths": "months", "year": "years", "yr": "years",
    "yrs": "years", "litre": "l", "litres": "l", "liter": "l", "metres": "m", "feet": "ft",
}  # fmt: skip
_NUMBER = r"\d[\d.,'’]*(?<![.,'’])"
_PIECE = re.compile(
    rf"(?:ca\.?|circa|approx\.?|about|around|~|from|ab|(?P<most>up to|max\.?|bis))?\s*(?P<sign>us\$|[€$£])?\s*"
    rf"(?:(?P<times>\d{{1,3}})\s*[x×]\s*)?(?P<low>{_NUMBER})(?:\s*(?:-|–|—|to|bis)\s*(?P<high>{_NUMBER}))?"
    r"\s*(?P<more>\+)?\s*-?(?P<unit>fl\.? ?oz|[\"″”€$£%]|''|[^\W\d_]{1,12})?\.?(?P<rest>\D*)"
)
_CLOCK = re.compile(
    r"(?:ca\.?|approx\.?|about|~)?\s*(\d{1,3})\s*(?:h|hrs?|hours?|std)\.?\s*(\d{1,2})\s*(?:m|mins?|minutes?)?\.?"
)
_COLONS = re.compile(r"(\d{1,3}):(\d\d)(?::(\d\d))?")
_APART = re.compile(r"\s*(?:[/;|+(]|,\s|\bor\b)\s*(?=(?:us\$|[€$£])?\d)")
_ADDED = re.compile(r"\d\D*\+\s*\d")
_COUNT = re.compile(r"(?P<grade>\d(?:[.,]\d+)?)\s*(?:/\s*\d+\s*|stars?\s*)?\((?P<count>[\d,. ]*\d)\+?\s*[a-z]*\)")
"""A grade and of how many: `4.3 (213)`, `4.3/5 (1,213 reviews)`."""
_GRADE = re.compile(rf"(?P<grade>{_NUMBER})\s*(?:(?:/|out of)\s*\d+|stars?)?")
"""A grade alone, beside those with a count: `4.3`, `4.3/5`."""
_RATE = re.compile(r"\s*(?:/|per |an? |p\.?)\s*(?:month|mo|week|year|day|hour|episode|person|night)s?\.?")
_READ, _COUNTED, _SAME, _SECOND = 0.85, 3, 0.06, 0.1
"""Share of the cells that must be amounts, cells at least, how far one amount may differ from itself in another unit,
and share of the cells from which on a second kind of unit is a fact of its own."""
_LONGEST_HOURS = 5
"""`1:30` is hours and minutes where no first part of the column is larger, `61:21` minutes and seconds."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """What a column of amounts says.

    Attributes:
        facts: Names of facts, and a value a cell; None where the cell has none.
        notes: Words beside the numbers, a cell each; empty: none.
        each: What prices are paid for again and again (`month`); empty: once.
    """

    facts: dict[str, tuple[float | None, ...]]
    notes: tuple[str, ...]
    each: str = ""


@dataclass(frozen=True, slots=True)
class _Amount:
    low: str
    high: str
    unit: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class _Cell:
    amounts: tuple[_Amount, ...] = ()
    note: str = ""
    rate: str = ""
    colons: str = ""
    added: bool = False
    more: bool = False


def mixed_of(column: str, words: Sequence[str]) -> Mixed | None:
    """The numbers of a column whose cells are amounts in units of one kind, or of two; None for any other column.

    Amounts side by side (`8 / 16 GB`) and ranges are told by their ends; one amount in two units is one.

    >>> mixed_of("weight", ["174 g", "1.24 kg", "n/a", "900 g"]).facts
    {'weight_g': (174.0, 1240.0, None, 900.0)}
    >>> mixed_of("ram", ["8 / 16 GB", "8 GB", "4 GB"]).facts
    {'min ram_gb': (8.0, 8.0, 4.0), 'max ram_gb': (16.0, 8.0, 4.0)}
    >>> mixed_of("name", ["7 Wonders", "8 Mile", "9"]) is None
    True
    """
    plain = [" ".join(word.lower().split()) for word in words]
    if (graded := _graded(column, plain)) is not None:
        return graded
    cells = [_Cell() if word in NOTHING or word in FREE else _cell(word) for word in plain]
    cells = _fluid(cells)
    told = [cell for cell in cells if cell is not None and (cell.amounts or cell.colons)]
    said = [word for word in plain if word not in NOTHING and word not in FREE]
    if len(told) < _COUNTED or len(told) < _READ * len(said):
        return None
    units = _units(column, told)
    if not units or (any(word in FREE for word in plain) and not _is_money(units[0])):
        return None
    rates = {cell.rate for cell in told}
    if len(rates) > 1 and not (len(rates) == 2 and "" in rates and all(cell.rate or _is_free(cell) for cell in told)):
        cells = [None if cell is None or cell.rate else cell for cell in cells]
        rates = {""}
    marks = [number for cell in told for one in cell.amounts for number in (one.low, one.high)]
    decimal = decimal_mark(marks, paid=_is_money(units[0]))
    hours = all(int(cell.colons.split(":")[0]) <= _LONGEST_HOURS for cell in told if cell.colons)
    facts: dict[str, tuple[float | None, ...]] = {}
    for unit in units:
        ends = [
            (0.0, 0.0) if word in FREE else None if cell is None else _ends(cell, unit, units, decimal, hours=hours)
            for word, cell in zip(plain, cells, strict=True)
        ]
        facts.update(_named(column, unit, ends))
    notes = tuple(
        ("" if word in NOTHING or word in FREE else given.strip()) if cell is None else _as_typed(cell.note, given)
        for word, given, cell in zip(plain, words, cells, strict=True)
    )
    return Mixed(facts, notes if any(notes) else (), next((one for one in rates if one), ""))


def _graded(column: str, plain: Sequence[str]) -> Mixed | None:
    """Grades with of how many they are."""
    cells = [_COUNT.fullmatch(word) for word in plain]
    alone = [_GRADE.fullmatch(word) for word in plain]
    silent = all(
        cell or one or not any(map(str.isdigit, word)) for word, cell, one in zip(plain, cells, alone, strict=True)
    )
    said = sum(cell is not None for cell in cells)
    if said < _COUNTED or not silent or 2 * sum(bool(a or b) for a, b in zip(cells, alone, strict=True)) < len(plain):
        return None
    grades = tuple(
        float(told["grade"].replace(",", ".")) if (told := cell or one) else None
        for cell, one in zip(cells, alone, strict=True)
    )
    counts = tuple(float(re.sub(r"\D", "", cell["count"])) if cell else None for cell in cells)
    return Mixed({column: grades, "reviews": counts}, ())


def _cell(word: str) -> _Cell | None:
    """What one cell says; None: no amounts."""
    if colons := _COLONS.fullmatch(word):
        return _Cell(colons=colons.group())
    if clock := _CLOCK.fullmatch(word):
        total = str(60 * int(clock[1]) + int(clock[2]))
        return _Cell((_Amount(total, total, "min"),))
    pieces = [_PIECE.fullmatch(piece) for piece in _APART.split(word)]
    added = _ADDED.search(word) is not None
    amounts: list[_Amount] = []
    notes: list[str] = []
    rate = ""
    for piece in pieces:
        if piece is None or (piece["sign"] and piece["unit"] and is_unit(piece["unit"])):
            return None
        typed = piece["sign"] or (piece["unit"] or "").rstrip(".")
        unit = _SPELT.get(typed, typed)
        rest = piece["rest"].strip(" )")
        if unit and not (unit in _KIND_OF or is_unit(unit)):
            return None
        if piece["sign"] and piece["unit"]:
            rest = f"{piece['unit']}{piece['rest']}".strip(" )")
        if found := _RATE.fullmatch(rest):
            rate, rest = found.group().strip(" /"), ""
        rest = rest.removeprefix("(").strip()
        if rest and not (unit or piece["rest"].lstrip().startswith("(")):
            return None
        notes += [rest] if rest else []
        amounts.append(_Amount(piece["low"], piece["high"] or piece["low"], unit, int(piece["times"] or 1)))
    for at in range(len(amounts) - 2, -1, -1):  # "8 / 16 GB": the unit of the next one
        if not amounts[at].unit:
            amounts[at] = _Amount(amounts[at].low, amounts[at].high, amounts[at + 1].unit, amounts[at].times)
    return _Cell(
        tuple(amounts), ", ".join(notes), rate, added=added, more=any(piece and piece["more"] for piece in pieces)
    )


def _fluid(cells: Sequence[_Cell | None]) -> list[_Cell | None]:
    """Ounces are fluid where volumes are commoner than other weights."""
    units = Counter(_KIND_OF.get(one.unit, "") for cell in cells if cell for one in cell.amounts if one.unit != "oz")
    if units["volume"] <= units["mass"]:
        return list(cells)
    return [cell and replace(cell, amounts=tuple(map(_as_volume, cell.amounts))) for cell in cells]


def _as_volume(amount: _Amount) -> _Amount:
    return replace(amount, unit="fl oz") if amount.unit == "oz" else amount


def _as_typed(note: str, given: str) -> str:
    """Words of a cell in their own case."""
    at = given.lower().find(note)
    return given[at : at + len(note)] if at >= 0 else note


def _units(column: str, told: Sequence[_Cell]) -> list[str]:
    """The unit of each kind that enough cells have, commonest kind first; empty where the cells have none in common."""
    counts = Counter(cell.amounts[0].unit for cell in told if cell.amounts)
    known = {unit: times for unit, times in counts.items() if unit}
    kinds: Counter[str] = Counter()
    for unit, times in known.items():
        kinds[_KIND_OF.get(unit, unit)] += times
    if any(cell.colons for cell in told) and "clock" not in kinds:
        return []
    several = any(len(cell.amounts) > 1 or cell.more for cell in told)
    if not kinds:
        return [""] if several else []
    own = _own_unit(column)
    found: list[str] = []
    bare = counts.get("", 0) + sum(1 for cell in told if cell.colons)
    for kind, times in kinds.most_common(2):
        if times + (bare if not found else 0) < max(_COUNTED, _SECOND * len(told)):
            break
        inside = {unit: n for unit, n in known.items() if _KIND_OF.get(unit, unit) == kind}
        found.append(own if _KIND_OF.get(own) == kind else max(inside, key=lambda unit: inside.get(unit, 0)))
    return found


def _own_unit(column: str) -> str:
    """The unit that a name tells, at any place: `minutes_per_episode`."""
    parts = re.split(r"[_\s()]+", column.lower())
    return next((unit for part in parts if (unit := _SPELT.get(part, part)) in _KIND_OF), "")


def _is_money(unit: str) -> bool:
    return unit in ("eur", "usd", "gbp", "chf")


def _is_free(cell: _Cell) -> bool:
    return all(float(re.sub(r"\D", "", one.low) or 0) == 0 for one in cell.amounts)


def _ends(cell: _Cell, unit: str, units: Sequence[str], decimal: str, *, hours: bool) -> tuple[float, float] | None:
    """The lowest and the highest amount of a cell in a unit; None: it has none in units of that kind."""
    if cell.colons:
        parts = [int(part) for part in cell.colons.split(":")]
        minutes = parts[0] * 60 + parts[1] if hours or len(parts) == 3 else parts[0] + parts[1] / 60
        return (round(minutes * 1.0, 1),) * 2 if unit == "min" else (round(minutes / 60, 2),) * 2
    scale = _KINDS.get(_KIND_OF.get(unit, ""), {unit: 1.0})
    found: list[tuple[float, float]] = []
    for one in cell.amounts:
        own = one.unit or (unit if unit == units[0] else "?")
        if own not in scale:
            continue
        times = one.times * scale[own] / scale[unit]
        low, high = (_rounded(value_of(number, decimal) * times, times) for number in (one.low, one.high))
        known = any(abs(low - each[0]) <= _SAME * each[0] and own != unit for each in found)
        if not known:
            found.append((low, high))
    if cell.added and found:
        return (max(high for _, high in found),) * 2  # "50+12 MP": the main one
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def _rounded(value: float, times: float) -> float:
    """A number as it was typed, or to three digits where it was said in another unit."""
    return value if times == 1 else float(f"{value:.3g}") if value < 100 else float(round(value))


def _named(column: str, unit: str, ends: Sequence[tuple[float, float] | None]) -> dict[str, tuple[float | None, ...]]:
    short = unit.replace(" ", "")
    own = _own_unit(column) == unit or is_unit(re.split(r"[_\s]", column.lower())[-1])
    tail = f"_{short}" if unit and not own else ""
    lows, highs = (tuple(None if end is None else end[at] for end in ends) for at in (0, 1))
    if lows == highs:
        return {f"{column}{tail}": lows}
    return {f"min {column}{tail}": lows, f"max {column}{tail}": highs}
