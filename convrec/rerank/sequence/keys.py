"""What an item is called wherever it is loaded from, so that learned weights find it again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from convrec.data.titles import normalise_title
from convrec.types import Item

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Keys = NDArray[np.int64]


def keys(items: Iterable[Item]) -> tuple[Keys, Keys]:
    """Two keys an item: of its id, and of its title with its year. Shape `(n_items,)` each.

    Hashes, so that a file of weights carries no catalogue along.
    """
    pairs = [(_hash(item.id), _hash(f"{normalise_title(item.title)}|{item.year or ''}")) for item in items]
    table = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])


def matched(known: tuple[Keys, Keys], items: Iterable[Item]) -> NDArray[np.int64]:
    """For each item its row among the known ones, or -1.

    An item is known where title and year agree; of several known items of one title that of the same id is taken,
    else the first. An id alone says nothing: every catalogue has an item 1.

    Args:
        known: Keys of the items that weights were learned for.
        items: To be found.

    Returns:
        Shape `(n_items,)`.
    """
    by_both: dict[tuple[int, int], int] = {}
    by_title: dict[int, int] = {}
    for row, (id_key, title_key) in enumerate(zip(known[0].tolist(), known[1].tolist(), strict=True)):
        by_both.setdefault((id_key, title_key), row)
        by_title.setdefault(title_key, row)
    wanted = zip(*(column.tolist() for column in keys(items)), strict=True)
    return np.asarray([by_both.get(pair, by_title.get(pair[1], -1)) for pair in wanted], dtype=np.int64)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)
