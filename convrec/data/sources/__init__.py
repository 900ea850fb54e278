"""Datasets by name, by folder or by table: one file a format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from convrec.data.dataset import Dataset
from convrec.data.report import Report
from convrec.data.sources import amazon, fetch, movielens_1m, movielens_100k, movielens_csv, recbole, tables
from convrec.errors import UsageError

__all__ = ["DATASETS", "Dataset", "load"]

Reader = Callable[[Path, str, Report], Dataset]

FORMATS: dict[str, tuple[Callable[[Path], bool], Reader]] = {
    "ml-100k": (movielens_100k.fits, movielens_100k.read),
    "ml-1m": (movielens_1m.fits, movielens_1m.read),
    "movielens-csv": (movielens_csv.fits, movielens_csv.read),
    "amazon-2023": (amazon.fits, amazon.read),
    "recbole": (recbole.fits, recbole.read),
    "tables": (tables.fits, tables.read),
}
"""By name: whether a folder has the format's files, and its reader. The first that fits is taken."""

DATASETS = tuple(fetch.GROUPLENS)
"""What is fetched by name where no source is given."""

COUNTS = {"ml-100k": (943, 1682, 100_000), "ml-1m": (6040, 3883, 1_000_209)}
"""Users, items and ratings of data sets that never change."""


def load(
    dataset: str | None = None,
    source: Path | None = None,
    items: Path | None = None,
    interactions: Path | None = None,
    strict: bool = False,
) -> Dataset:
    """Read a dataset.

    Args:
        dataset: One of `DATASETS`, fetched (once) where no source is given; or one of `FORMATS`, which says how to
            read the source.
        source: A folder, or a .zip (or .whl) with one inside.
        items: Instead of both: a table of items; see `tables`.
        interactions: With `items`: a table of events.
        strict: Refuse the lot for one bad row.

    Raises:
        UsageError: The arguments contradict each other, or the data is not what it should be.
        RunError: A dataset cannot be fetched.
    """
    report = Report(strict=strict)
    if items is not None:
        if dataset is not None or source is not None:
            raise UsageError("give either items (and interactions) or a dataset, not both")
        return tables.read_files(items, interactions, items.parent.name, report)
    if interactions is not None:
        raise UsageError(f"interactions {str(interactions)!r} need items as well: a table with item_id and title")
    if source is None:
        if dataset is None:
            raise UsageError(f"nothing to read: give a dataset ({', '.join(DATASETS)}), a source or items")
        if dataset not in DATASETS:
            raise UsageError(
                f"no dataset {dataset!r} to fetch (there are {', '.join(DATASETS)}); give its folder as source"
            )
        source = fetch.fetched(dataset, report)
    with fetch.unpacked(source) as root:
        folder, read = _reader(root, dataset, source)
        found = read(folder, dataset or _name(source), report)
    _count(found, source)
    return found


def _count(found: Dataset, source: Path) -> None:
    """Refuse a data set that goes by a known name and is not the whole of it."""
    counts = (len(found.log.users), len(found.items), len(found.log))
    known = COUNTS.get(found.name, counts)
    if counts != known:
        said = ["{:,} users, {:,} items, {:,} ratings".format(*numbers) for numbers in (counts, known)]
        raise UsageError(f"{source} holds {said[0]}, but {found.name} has {said[1]}; fetch it again")


def _reader(root: Path, dataset: str | None, source: Path) -> tuple[Path, Reader]:
    """The folder below `root` that has a format's files, and the format's reader."""
    chosen = [dataset] if dataset in FORMATS else list(FORMATS)
    if dataset == "ml-100k":
        chosen.append("recbole")
    for name in chosen:
        fits, read = FORMATS[name]
        for folder in [root, *sorted(path for path in root.rglob("*") if path.is_dir() and path.name[0] not in "._")]:
            if fits(folder):
                return folder, read
    looked = ", ".join(sorted(path.name for path in root.iterdir())[:8]) or "nothing"
    raise UsageError(f"{source} holds no files of {' or '.join(chosen)} (found: {looked})")


def _name(source: Path) -> str:
    return source.resolve().name.removesuffix(".zip")
