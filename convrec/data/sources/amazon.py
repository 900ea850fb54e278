"""Amazon Reviews 2023: `CATEGORY.jsonl` with reviews and `meta_CATEGORY.jsonl` with products, also .gz."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from convrec.data.catalogue import ItemTable
from convrec.data.dataset import Dataset
from convrec.data.events import checked_log, plain_words, require
from convrec.data.files import Columns, read_columns
from convrec.data.report import Report
from convrec.data.shelf import checked_items
from convrec.errors import UsageError

LICENCE = "Amazon Reviews 2023 (McAuley Lab, UCSD): research use"
META = ("parent_asin", "title", "categories", "features", "description", "price", "store", "main_category")
"""What is read of a product. Its average rating is left out: it knows ratings that are still to come."""
REVIEW = ("user_id", "parent_asin", "asin", "rating", "timestamp", "title", "text")

_PRICE = re.compile(r"\$?\s*(\d+(?:\.\d+)?)")
_TEXT = 2000


def fits(folder: Path) -> bool:
    """Whether a folder has reviews and the products of the same category."""
    return _pair(folder) is not None


def read(folder: Path, name: str, report: Report) -> Dataset:
    """Read the folder's first category; an item is a parent product, all its colours and sizes together.

    Raises:
        UsageError: A file lacks what the release has.
    """
    pair = _pair(folder)
    if pair is None:
        raise UsageError(f"{folder} has no pair of files CATEGORY.jsonl and meta_CATEGORY.jsonl (also .gz)")
    meta, reviews = pair
    items = checked_items(_products(read_columns(meta, "items", report, META)), report)
    log = checked_log(_events(read_columns(reviews, "interactions", report, REVIEW)), ItemTable(items), report)
    return Dataset(name, items, log, report, noun="product", verb="bought", licence=LICENCE)


def _pair(folder: Path) -> tuple[Path, Path] | None:
    for meta in sorted(folder.glob("meta_*.jsonl*")):
        stem = meta.name.removeprefix("meta_").removesuffix(".gz")
        for name in (stem, f"{stem}.gz"):
            if (folder / name).is_file():
                return meta, folder / name
    return None


def _products(raw: Columns) -> Columns:
    import pyarrow as pa

    require(raw, ("parent_asin", "title"))
    total = raw.table.num_rows
    cells = {name: _cells(raw, name, total) for name in META}
    texts = [
        " ".join(filter(None, [_joined(about), _joined(features)]))[:_TEXT]
        for about, features in zip(cells["description"], cells["features"], strict=True)
    ]
    columns: dict[str, Any] = {
        "item_id": raw.table.column("parent_asin"),
        "title": raw.table.column("title"),
        "genres": pa.array([_listed(cell) for cell in cells["categories"]], pa.list_(pa.string())),
        "text": pa.array(texts, pa.string()),
        "price": pa.array([_price(cell) for cell in cells["price"]], pa.float64()),
        "store": pa.array([None if cell is None else str(cell) for cell in cells["store"]], pa.string()),
        "department": pa.array([None if cell is None else str(cell) for cell in cells["main_category"]], pa.string()),
    }
    return Columns(raw.path, pa.table(columns), raw.locate)


def _events(raw: Columns) -> Columns:
    import pyarrow as pa

    parent = "parent_asin" if "parent_asin" in raw.table.column_names else "asin"
    require(raw, ("user_id", parent))
    columns = {"user_id": raw.table.column("user_id"), "item_id": raw.table.column(parent)}
    columns |= {name: raw.table.column(name) for name in ("rating", "timestamp") if name in raw.table.column_names}
    empty = pa.nulls(raw.table.num_rows, pa.string())
    words = [
        plain_words(raw.table.column(name)).to_pylist() if name in raw.table.column_names else empty.to_pylist()
        for name in ("title", "text")
    ]
    columns["review"] = pa.array(["\n".join(filter(None, pair)) for pair in zip(*words, strict=True)], pa.string())
    return Columns(raw.path, pa.table(columns), raw.locate)


def _cells(raw: Columns, name: str, total: int) -> list[Any]:
    return raw.table.column(name).to_pylist() if name in raw.table.column_names else [None] * total


def _listed(cell: Any) -> list[str]:
    return [str(entry) for entry in cell] if isinstance(cell, list) else []


def _joined(cell: Any) -> str:
    return " ".join(_listed(cell)) if isinstance(cell, list) else str(cell or "")


def _price(cell: Any) -> float | None:
    found = _PRICE.fullmatch(str(cell).strip()) if cell is not None else None
    return float(found[1]) if found else None
