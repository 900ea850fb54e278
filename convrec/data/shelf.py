"""Raw columns to checked items."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from convrec.data.cells import fact_values, separator_of, word_list, year_of
from convrec.data.events import plain_words, require
from convrec.data.files import Columns
from convrec.data.harm import harm_of
from convrec.data.measures import NOTHING, Measure, measure_of, pair_of, ranges_of
from convrec.data.mixed import Mixed, mixed_of
from convrec.data.moments import Moments, moments_of
from convrec.data.report import Report
from convrec.data.titles import parse_title
from convrec.days import day_of
from convrec.errors import UsageError
from convrec.language import is_prose
from convrec.types import FactValue, Item

TABLE = "items"
REQUIRED = ("item_id", "title")
OWN = ("item_id", "title", "year", "genres", "text")
TEXTS = (
    "description", "plot", "overview", "synopsis", "summary", "abstract", "blurb", "beschreibung", "descripción",
    "descripcion", "descrizione", "descrição", "descricao",
)  # fmt: skip
"""What files call the text of an item; the first of them is it where no column is called `text`, else a column of
running text."""
YEARS = (
    "releaseyear", "yearreleased", "publicationyear", "yearpublished", "yearofpublication", "firstpublished",
    "releasedate", "released", "published", "publishdate", "publicationdate", "publishedat", "pubdate", "airdate",
    "vintage", "yearbuilt", "started", "launched", "firstreleased", "built", "founded", "opened", "jahr",
    "erscheinungsjahr", "baujahr", "jahrgang", "año", "anno", "année",
)  # fmt: skip
"""What files call the year of an item, spaces and hyphens aside; the first that holds years, up to one in ten, is it
where no column is called `year`."""
_STOCK = re.compile(r"(?:^|[ _])(?:stock|quantity|qty|inventory|copies|left)(?:$|[ _])")
"""Names of numbers of what is there, of which what is gone is none."""
_GONE = frozenset({"sold out", "out of stock", "none left", "gone", "ausverkauft", "vergriffen", "agotado", "épuisé"})
_FIRST_YEAR = 1000
_DATED = 0.9
_SOME = 3
"""Cells from which on it says something that they are running text."""


def checked_items(raw: Columns, report: Report, *, alternates: bool = False, today: date | None = None) -> list[Item]:
    """Keep the rows that name an item, in the order of the file.

    A title is shown with its article in front and without its year; `genres` may be a list or bar-separated;
    where there is no `text`, a column of `TEXTS` is it; every further column becomes a fact, also one of `YEARS` that
    is read as the year. Refused rows are counted in the report by reason.

    Args:
        raw: The table.
        report: Takes the counts.
        alternates: Whether brackets behind a title hold another title.
        today: From which days without a year are counted; None: the day of the clock.

    Raises:
        UsageError: `item_id` or `title` is missing, or no row is kept.
    """
    require(raw, REQUIRED)
    table = raw.table.flatten()
    columns = {name.replace(".", "_"): table.column(name) for name in table.column_names}
    ids, titles = _words(columns["item_id"]), _words(columns["title"])
    years = _years(columns, raw, report)
    moments = _moments(columns, raw, report, today or day_of())
    texts = _texts(columns, raw, report, moments.facts)
    genres = _genres(columns, raw, report)
    facts = _facts(columns, raw, report, moments.facts)
    items: dict[str, Item] = {}
    refused: dict[str, list[int]] = {}
    for row, (item_id, title) in enumerate(zip(ids, titles, strict=True)):
        if reason := _refusal(item_id, title, items):
            refused.setdefault(reason, []).append(row)
            continue
        told = {name: value for name, column in facts.items() if (value := column[row]) is not None}
        items[item_id] = _item(item_id, title, years[row], genres[row], texts[row], told, alternates)
    for reason, rows in refused.items():
        report.refuse(TABLE, reason, len(rows), *raw.locate(rows[0]))
    report.add(TABLE, len(ids), len(items))
    if not items:
        why = next((str(refusal) for refusal in report.refusals if refusal.table == TABLE), "it has no rows")
        raise UsageError(f"no item in {raw.path}: {why}")
    return list(items.values())


def _refusal(item_id: str, title: str, kept: dict[str, Item]) -> str:
    if not item_id:
        return "no item_id"
    if not title:
        return "no title"
    return "the same item_id again" if item_id in kept else ""


def _item(
    item_id: str,
    raw_title: str,
    year: int | None,
    genres: Sequence[str],
    text: str,
    facts: dict[str, FactValue],
    alternates: bool,
) -> Item:
    title = parse_title(raw_title, alternates=alternates)
    # A year in brackets that contradicts the column belongs to the title: `Blade Runner (1982) Final Cut`.
    agrees = year is None or title.year is None or title.year == year
    if title.also and agrees:
        facts.setdefault("also", title.also)
    return Item(
        id=item_id,
        title=title.text if agrees else raw_title,
        year=title.year if year is None else year,
        genres=tuple(genres),
        text=text,
        facts=facts,
    )


def _words(column: Any) -> list[str]:
    return [" ".join((word or "").split()) for word in plain_words(column).to_pylist()]


def _texts(columns: dict[str, Any], raw: Columns, report: Report, apart: Collection[str]) -> list[str]:
    """What each item is about; a column that is found to be it by its name is taken out of `columns`.

    Args:
        columns: The table.
        raw: Where it is from.
        report: Takes what was understood.
        apart: Columns that have a meaning already.
    """
    if "text" in columns:
        return _words(columns["text"])
    called = {name.lower(): name for name in columns}
    found = [called[wanted] for wanted in TEXTS if wanted in called and _strings(columns[called[wanted]])]
    name = next(iter(found), None) or _running({name: one for name, one in columns.items() if name not in apart})
    if name is None:
        return [""] * raw.table.num_rows
    report.remark(f"{raw.path.name}: there is no column 'text'; {name!r} is read as the text")
    return _words(columns.pop(name))


def _strings(column: Any) -> list[str]:
    """The cells of a column of words; empty for one of numbers or lists of words."""
    values = [value for value in fact_values(column.to_pylist()) if value is not None]
    return values if all(isinstance(value, str) for value in values) else []  # type: ignore[return-value]


def _running(columns: dict[str, Any]) -> str | None:
    """The column of the longest running text, whatever it is called."""
    texts = {name: _strings(column) for name, column in columns.items() if name not in OWN}
    prose = {name: sum(map(len, words)) for name, words in texts.items() if len(words) >= _SOME and is_prose(words)}
    return max(prose, key=lambda name: prose[name], default=None)


def _moments(columns: dict[str, Any], raw: Columns, report: Report, today: date) -> Moments:
    """Columns of days, times of day and opening hours."""
    own = {name: column.to_pylist() for name, column in columns.items() if name not in (*OWN, *TEXTS)}
    found = moments_of(own, today)
    for told in found.remarks:
        report.remark(f"{raw.path.name}: {told}")
    return found


def _facts(
    columns: dict[str, Any], raw: Columns, report: Report, moments: Mapping[str, dict[str, list[FactValue | None]]]
) -> dict[str, list[FactValue | None]]:
    """Every column that has no meaning of its own; numbers that are written with a unit carry it in their name.

    Args:
        columns: The table.
        raw: Where it is from.
        report: Takes what was understood.
        moments: Facts of columns of days and times, by the name of the column.
    """
    facts: dict[str, list[FactValue | None]] = {}
    for name, column in columns.items():
        if name in OWN:
            continue
        if name in moments:
            facts.update(moments[name])
            continue
        cells = column.to_pylist()
        if _STOCK.search(name):
            cells = ["0" if isinstance(cell, str) and cell.strip().lower() in _GONE else cell for cell in cells]
        words = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
        whole = len(words) == sum(cell not in (None, "") for cell in cells)
        if whole and (apart := _apart(name, cells, words, set(columns) - {name})) is not None:
            told, found = apart
            facts.update(found)
            report.remark(f"{raw.path.name}: {name!r} {told}")
            continue
        measure = measure_of(words) if whole else None
        mixed = mixed_of(name, words) if whole and measure is None else None
        if mixed is not None and not (set(mixed.facts) - {name}) & set(columns):
            facts.update(_told(name, cells, mixed, raw, report))
            continue
        told = measure.name(name) if measure is not None and measure.name(name) not in columns else name
        if told != name:
            report.remark(f"{raw.path.name}: {name!r} holds numbers with their unit; it is the fact {told!r}")
        facts[told] = fact_values(cells, name)
        if measure is not None and (beside := _beside(cells, words, measure)):
            facts[f"{name} note"] = beside
            report.remark(f"{raw.path.name}: words among the numbers of {name!r} are the fact '{name} note'")
        split = [value for value in facts[told] if isinstance(value, tuple)]
        if split and words and not any("|" in word or word.startswith("[") for word in words):
            report.remark(f"{raw.path.name}: {name!r} is read as a list, for example {', '.join(split[0][:3])}")
    return facts


def _apart(
    name: str, cells: Sequence[Any], words: Sequence[str], taken: Collection[str]
) -> tuple[str, dict[str, list[FactValue | None]]] | None:
    """What a column of ranges, of numbers in two units or of harm holds, in words, and its facts; None for others."""
    if (ranges := ranges_of(words)) is not None:
        low, high = ranges.names(name)
        if low not in taken and high not in taken:
            found = {low: _spread(cells, ranges.lows), high: _spread(cells, ranges.highs)}
            return f"holds ranges; they are the facts {low!r} and {high!r}", found
    if (pair := pair_of(words)) is not None and not {one.name(name) for one in pair} & set(taken):
        both = " and ".join(repr(one.name(name)) for one in pair)
        told = f"holds numbers in two units; they are the facts {both}"
        return told, {one.name(name): _spread(cells, one.values) for one in pair}
    if (harm := harm_of(name, words)) is not None and harm.name not in taken:
        told = f"tells whom things do harm to; it is the fact {harm.name!r}"
        return told, {harm.name: _spread(cells, [whom or None for whom in harm.values])}
    return None


def _told(
    name: str, cells: Sequence[Any], mixed: Mixed, raw: Columns, report: Report
) -> dict[str, list[FactValue | None]]:
    """Facts of a column of amounts that were typed in several ways, with what the report says of it."""
    several = " and ".join(map(repr, mixed.facts))
    rate = f", paid per {mixed.each}" if mixed.each else ""
    fact = "it is the fact" if len(mixed.facts) == 1 else "they are the facts"
    report.remark(f"{raw.path.name}: {name!r} holds numbers typed in several ways; {fact} {several}{rate}")
    found = {fact: _spread(cells, values) for fact, values in mixed.facts.items()}
    if mixed.notes:
        notes = iter(mixed.notes)
        beside = [(next(notes) or None) if isinstance(cell, str) and cell.strip() else None for cell in cells]
        report.remark(f"{raw.path.name}: words among the numbers of {name!r} are the fact '{name} note'")
        found[f"{name} note"] = fact_values(beside)
    return found


def _spread(cells: Sequence[Any], values: Sequence[FactValue | None]) -> list[FactValue | None]:
    """Values of the cells that hold something, in their places."""
    found = iter(values)
    return fact_values([next(found) if isinstance(cell, str) and cell.strip() else None for cell in cells])


def _beside(cells: Sequence[Any], words: Sequence[str], measure: Measure) -> list[FactValue | None]:
    """Words among the numbers of a column that say something (`studio`), in their places; empty where there is none."""
    other = {
        word.strip()
        for word, value in zip(words, measure.values, strict=True)
        if value is None and word.strip().lower() not in NOTHING
    }
    return (
        [cell.strip() if isinstance(cell, str) and cell.strip() in other else None for cell in cells] if other else []
    )


def _years(columns: dict[str, Any], raw: Columns, report: Report) -> list[int | None]:
    if "year" not in columns:
        return _dated(columns, raw, report) or [None] * raw.table.num_rows
    cells = columns["year"].to_pylist()
    years = [None if cell is None else year_of(cell) for cell in cells]
    missed = sorted(
        {str(cell) for cell, year in zip(cells, years, strict=True) if cell and year is None} - {"nan", "0"}
    )
    if missed:
        report.remark(f"{raw.path.name}: no year in {', '.join(map(repr, missed[:3]))}; left empty")
    return years


def _dated(columns: dict[str, Any], raw: Columns, report: Report) -> list[int | None]:
    """Years of a column that is found by its name, and holds nothing else; empty where there is none."""
    called = {"".join(char for char in name.lower() if char.isalpha()): name for name in columns}
    for name in (called[wanted] for wanted in YEARS if wanted in called):
        cells = columns[name].to_pylist()
        read = [None if cell is None else year_of(cell) for cell in cells]
        years = [year if year is not None and year >= _FIRST_YEAR else None for year in read]
        told = sum(cell not in (None, "") for cell in cells)
        if told and sum(year is not None for year in years) >= _DATED * told:
            report.remark(f"{raw.path.name}: there is no column 'year'; {name!r} is read as the year, too")
            return years
    return []


def _genres(columns: dict[str, Any], raw: Columns, report: Report) -> list[tuple[str, ...]]:
    if "genres" not in columns:
        return [()] * raw.table.num_rows
    cells = columns["genres"].to_pylist()
    separator = separator_of(cells)
    if separator != "|":
        report.remark(f"{raw.path.name}: genres are separated by {separator!r}")
    return [() if cell is None else word_list(cell, separator) for cell in cells]
