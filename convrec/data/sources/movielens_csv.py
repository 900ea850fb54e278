"""MovieLens since 20M (ml-latest-small, ml-25m, ml-32m): `movies.csv` and `ratings.csv`, UTF-8."""

from __future__ import annotations

from pathlib import Path

from convrec.data.catalogue import ItemTable
from convrec.data.dataset import Dataset
from convrec.data.events import checked_log, require
from convrec.data.files import Columns, read_columns, read_delimited
from convrec.data.report import Report
from convrec.data.shelf import checked_items
from convrec.data.sources import movielens

FILES = ("movies.csv", "ratings.csv")


def fits(folder: Path) -> bool:
    """Whether a folder has the files."""
    return all((folder / name).is_file() for name in FILES)


def read(folder: Path, name: str, report: Report) -> Dataset:
    """Read the folder; ratings keep the order of their file."""
    import pyarrow as pa

    raw = read_columns(folder / "movies.csv", "items", report)
    require(raw, ("movieid", "title", "genres"))
    genres = [movielens.genres((cell or "").split("|")) for cell in raw.table.column("genres").to_pylist()]
    columns = {
        "item_id": raw.table.column("movieid"),
        "title": raw.table.column("title"),
        "genres": pa.array(genres, pa.list_(pa.string())),
    }
    items = checked_items(Columns(raw.path, pa.table(columns), raw.locate), report, alternates=True)
    log = read_delimited(
        folder / "ratings.csv",
        "interactions",
        report,
        quoted=False,
        wanted=("user_id", "item_id", "rating", "timestamp"),
        renamed={"userid": "user_id", "movieid": "item_id"},
    )
    return movielens.dataset(name, items, checked_log(log, ItemTable(items), report), report)
