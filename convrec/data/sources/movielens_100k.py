"""MovieLens-100k as GroupLens packs it: `u.item` and `u.data`, Latin-1."""

from __future__ import annotations

from pathlib import Path

from convrec.data.catalogue import ItemTable
from convrec.data.dataset import Dataset
from convrec.data.events import checked_log
from convrec.data.files import Columns, read_delimited
from convrec.data.report import Report
from convrec.data.shelf import checked_items
from convrec.data.sources import movielens

FILES = ("u.item", "u.data", "u.genre")


def fits(folder: Path) -> bool:
    """Whether a folder has the files."""
    return all((folder / name).is_file() for name in FILES)


def read(folder: Path, name: str, report: Report) -> Dataset:
    """Read the folder; ratings keep the order of their file."""
    import pyarrow as pa

    genres = [line.split("|")[0] for line in (folder / "u.genre").read_text("latin-1").splitlines() if "|" in line]
    names = ["item_id", "title", "released", "video", "url", *genres]
    raw = read_delimited(folder / "u.item", "items", report, names=names, delimiter="|", quoted=False)
    flags = [raw.table.column(genre.lower()).to_pylist() for genre in genres]
    marks = [
        movielens.genres(genre for genre, flag in zip(genres, row, strict=True) if flag == "1")
        for row in zip(*flags, strict=True)
    ]
    table = raw.table.select(["item_id", "title"]).append_column("genres", pa.array(marks, pa.list_(pa.string())))
    items = checked_items(Columns(raw.path, table, raw.locate), report, alternates=True)
    log = read_delimited(
        folder / "u.data",
        "interactions",
        report,
        names=["user_id", "item_id", "rating", "timestamp"],
        delimiter="\t",
        quoted=False,
    )
    return movielens.dataset(name, items, checked_log(log, ItemTable(items), report), report)
