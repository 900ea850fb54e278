"""Months as tables write them, one after another or from one to another: `Jun-Aug`, `Dec-Feb, May`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.data.measures import NOTHING
from convrec.days import MONTHS

_ONE = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|sept)\.?"
_SPAN = rf"{_ONE}(?:\s*(?:-|–|—|to|until)\s*{_ONE})?"
_CELL = re.compile(rf"{_SPAN}(?:\s*[,;/&]\s*{_SPAN})*", re.IGNORECASE)
_SPANS = re.compile(rf"(?P<first>{_ONE})(?:\s*(?:-|–|—|to|until)\s*(?P<last>{_ONE}))?", re.IGNORECASE)
_TELLING = 3
"""Cells from which on it says something that all are months."""


def months_of(words: Sequence[str]) -> list[tuple[str, ...]] | None:
    """Every month of each cell of a column of months, in the order of the cell; None for any other column.

    >>> months_of(["Jun-Aug", "May", "Nov - Jan, april"])[::2]
    [('June', 'July', 'August'), ('November', 'December', 'January', 'April')]
    >>> months_of(["May", "June", "April Snow"]) is None
    True
    """
    said = [word.strip() for word in words if word.strip().lower() not in NOTHING]
    if len(said) < _TELLING or not all(_CELL.fullmatch(word) for word in said):
        return None
    return [() if word.strip().lower() in NOTHING else _months(word) for word in words]


def _months(cell: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for span in _SPANS.finditer(cell):
        first = _at(span["first"])
        last = _at(span["last"] or span["first"])
        # A span that ends before it begins runs over the turn of the year.
        found.update(dict.fromkeys(MONTHS[(first + step) % 12] for step in range((last - first) % 12 + 1)))
    return tuple(found)


def _at(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS) if month[:3].lower() == name[:3].lower())
