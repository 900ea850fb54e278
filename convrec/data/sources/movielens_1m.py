"""MovieLens-1M: `movies.dat` and `ratings.dat`, separated by two colons, Latin-1."""

from __future__ import annotations

from pathlib import Path

from convrec.data.catalogue import ItemTable
from convrec.data.dataset import Dataset
from convrec.data.events import checked_log
from convrec.data.files import Columns, encoding_of, read_delimited
from convrec.data.report import Report
from convrec.data.shelf import checked_items
from convrec.data.sources import movielens
from convrec.errors import UsageError

FILES = ("movies.dat", "ratings.dat")


def fits(folder: Path) -> bool:
    """Whether a folder has the files."""
    return all((folder / name).is_file() for name in FILES)


def read(folder: Path, name: str, report: Report) -> Dataset:
    """Read the folder; ratings keep the order of their file."""
    items = checked_items(_movies(folder / "movies.dat", report), report, alternates=True)
    # A single colon as separator makes every second column empty, which Arrow reads faster than a regex would.
    names = ["user_id", "_1", "item_id", "_2", "rating", "_3", "timestamp"]
    wanted = [column for column in names if column[0] != "_"]
    path = folder / "ratings.dat"
    log = read_delimited(path, "interactions", report, names=names, delimiter=":", quoted=False, wanted=wanted)
    return movielens.dataset(name, items, checked_log(log, ItemTable(items), report), report)


def _movies(path: Path, report: Report) -> Columns:
    """`id::title::genre|genre`, by hand: a title may hold a colon."""
    import pyarrow as pa

    lines = path.read_text(encoding_of(path, report)).splitlines()
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, 1):
        fields = line.split("::")
        if len(fields) == 3:
            rows.append((number, fields))
        elif line.strip():
            report.add("items", 1, 0)
            report.refuse("items", "not id::title::genres", 1, f"{path.name}:{number}", line)
    if not rows:
        raise UsageError(f"{path} has no line of the form id::title::genres")
    table = pa.table(
        {
            "item_id": [fields[0] for _, fields in rows],
            "title": [fields[1] for _, fields in rows],
            "genres": pa.array([movielens.genres(fields[2].split("|")) for _, fields in rows], pa.list_(pa.string())),
        }
    )
    return Columns(path, table, lambda row: (f"{path.name}:{rows[row][0]}", lines[rows[row][0] - 1]))
