"""RecBole's atomic files: `NAME.inter` and `NAME.item`, tab-separated, with a type behind each column's name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from convrec.data.catalogue import ItemTable
from convrec.data.dataset import Dataset
from convrec.data.events import checked_log
from convrec.data.files import Columns, read_delimited
from convrec.data.log import COLUMNS
from convrec.data.report import Report
from convrec.data.shelf import checked_items
from convrec.data.sources import movielens
from convrec.errors import UsageError

OWN_NAMES = (
    ("title", re.compile(r"title|.*_title|name|.*_name")),
    ("year", re.compile(r"year|.*_year")),
    ("genres", re.compile(r"class|genres?|category|categories|.*_(class|genres?|category|categories)")),
    ("text", re.compile(r"text|description|plot")),
)
"""How RecBole's data sets call what convrec calls `title`, `year`, `genres` and `text`; the first that fits."""

_QUOTED = re.compile(r"""\s*(['"])(?P<word>.*?)\1\s*(?:,|$)""")


def fits(folder: Path) -> bool:
    """Whether a folder has an `.inter` file and the `.item` file of the same name."""
    return _stem(folder) is not None


def read(folder: Path, name: str, report: Report) -> Dataset:
    """Read the folder's data set; events keep the order of their file.

    Raises:
        UsageError: There is no column with titles.
    """
    stem = _stem(folder)
    if stem is None:
        raise UsageError(f"{folder} has no pair of files NAME.inter and NAME.item")
    inter = _read(folder / f"{stem}.inter", "interactions", report)
    users, things = _ids(inter)
    films = stem.startswith("ml-")
    items = checked_items(_shelf(folder / f"{stem}.item", things, films, report), report, alternates=films)
    names = {users: "user_id", things: "item_id"}
    table = inter.table.rename_columns([names.get(column, column) for column in _plain(inter)])
    kept = table.select([column for column in table.column_names if column in COLUMNS])
    log = checked_log(Columns(inter.path, kept, inter.locate), ItemTable(items), report)
    return movielens.dataset(name, items, log, report) if films else Dataset(name, items, log, report)


def _stem(folder: Path) -> str | None:
    pairs = (path.stem for path in sorted(folder.glob("*.inter")) if path.with_suffix(".item").is_file())
    return next(pairs, None)


def _read(path: Path, table: str, report: Report) -> Columns:
    return read_delimited(path, table, report, delimiter="\t", quoted=False)


def _plain(raw: Columns) -> list[str]:
    """Column names without their types."""
    return [name.split(":")[0] for name in raw.table.column_names]


def _ids(inter: Columns) -> tuple[str, str]:
    """What the columns with people and items are called: the names with `user` and `item`, else the first two."""
    names = _plain(inter)
    if len(names) < 2:
        raise UsageError(f"{inter.path} has no two columns for people and items (found: {', '.join(names)})")
    user = next((name for name in names if "user" in name), names[0])
    item = next((name for name in names if "item" in name), None)
    return user, item or next(name for name in names if name != user)


def _shelf(path: Path, item: str, films: bool, report: Report) -> Columns:
    """The item file under convrec's names, with sequences as lists."""
    import pyarrow as pa

    raw = _read(path, "items", report)
    columns: dict[str, Any] = {}
    taken = {item}
    for own, pattern in OWN_NAMES:
        found = next((name for name in _plain(raw) if pattern.fullmatch(name) and name not in taken), None)
        if found is not None:
            taken.add(found)
            columns[found] = own
    columns[item if item in _plain(raw) else _plain(raw)[0]] = "item_id"
    if "title" not in columns.values():
        raise UsageError(f"{path} has no column with titles (found: {', '.join(_plain(raw))})")
    table = {}
    for typed, name in zip(raw.table.column_names, _plain(raw), strict=True):
        own, column = columns.get(name, name), raw.table.column(typed)
        if own == "genres" or (typed.endswith("_seq") and own not in ("title", "text")):
            cells = [split_words(cell or "") for cell in column.to_pylist()]
            column = pa.array([movielens.genres(cell) if films else cell for cell in cells], pa.list_(pa.string()))
        table[own] = column
    return Columns(path, pa.table(table), raw.locate)


def split_words(cell: str) -> list[str]:
    """The words of a sequence: `'Video Games', 'PC'`, or separated by commas, or by blanks."""
    if cell.lstrip()[:1] in ("'", '"') and (quoted := [found["word"] for found in _QUOTED.finditer(cell)]):
        return quoted
    return [word.strip() for word in cell.split(",")] if "," in cell else cell.split()
