"""Two tables: `items` and, where there is a log, `interactions`; Parquet, CSV or JSON lines, also .gz."""

from __future__ import annotations

from pathlib import Path

from convrec.data.catalogue import ItemTable
from convrec.data.dataset import Dataset
from convrec.data.events import checked_log
from convrec.data.files import read_columns
from convrec.data.log import COLUMNS, Log
from convrec.data.report import Report
from convrec.data.shelf import checked_items


def fits(folder: Path) -> bool:
    """Whether a folder has a table called items."""
    return _table(folder, "items") is not None


def read(folder: Path, name: str, report: Report) -> Dataset:
    """Read `items.*` and `interactions.*` of a folder."""
    items = _table(folder, "items")
    return read_files(items or folder / "items.parquet", _table(folder, "interactions"), name, report)


def read_files(items: Path, interactions: Path | None, name: str, report: Report) -> Dataset:
    """Read two tables by their paths.

    Raises:
        UsageError: A file or a required column is missing, or nothing in it can be used.
    """
    shelf = checked_items(read_columns(items, "items", report), report)
    log = Log.from_interactions(())
    if interactions is not None:
        columns = read_columns(interactions, "interactions", report, COLUMNS)
        log = checked_log(columns, ItemTable(shelf), report)
        if unused := [one for one in columns.names if one not in COLUMNS]:
            report.remark(
                f"{interactions.name}: not used: {', '.join(unused)} (a log may have {', '.join(COLUMNS[2:6])})"
            )
    return Dataset(name, shelf, log, report)


def _table(folder: Path, stem: str) -> Path | None:
    return next((path for path in sorted(folder.glob(f"{stem}.*")) if path.is_file()), None)
