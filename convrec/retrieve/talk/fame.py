"""How often items come up in talks: the strongest thing to know of an item, and one that its text does not say.

Kept as one number for each title and year, found by a checksum: the same work is known again in another catalogue, and
no list of titles is needed. Talks of different origin name different works (of one year, of one taste), so each
catalogue learned from has counts of its own, and a new catalogue takes those of the one that it covers best.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from convrec.data.titles import normalise_title
from convrec.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.types import Item


@dataclass(frozen=True)
class Fame:
    """Counts of several collections of talks.

    Attributes:
        keys: See `key`; ascending, shape `(n,)`.
        logs: `log(1 + count)` in each collection, shape `(n_collections, n)`.
    """

    keys: NDArray[np.int64]
    logs: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.keys.ndim != 1 or self.logs.ndim != 2 or self.logs.shape[1] != len(self.keys) or not len(self.logs):
            raise UsageError("a talk adapter's counts of items do not fit their keys")

    @classmethod
    def counted(cls, collections: Sequence[Mapping[int, int]]) -> Fame:
        """From counts by key, one mapping a collection, at least one."""
        keys = np.array(sorted({key for each in collections for key in each}), dtype=np.int64)
        counts = np.array([[each.get(key, 0) for key in keys.tolist()] for each in collections], dtype=np.float32)
        return cls(keys, np.log1p(counts.reshape(len(collections), len(keys))))

    def of(self, items: Iterable[Item]) -> NDArray[np.float32]:
        """`log(1 + count)` of each item in the collection that the items cover best, times the share covered.

        The share is of that collection's mentions: 1 for the catalogue it was about, 0 for one that has none of it.
        """
        wanted = np.array([key(item) for item in items], dtype=np.int64)
        if not len(self.keys) or not len(wanted):
            return np.zeros(len(wanted), dtype=np.float32)
        places, known = self._places(wanted)
        best, share = self._covered(places[known])
        return np.where(known, self.logs[best, places] * share, 0.0).astype(np.float32)

    def home(self, items: Iterable[Item]) -> tuple[int, float]:
        """The collection that the items cover best, and the share of its mentions that they cover, 0 to 1."""
        wanted = np.array([key(item) for item in items], dtype=np.int64)
        if not len(self.keys) or not len(wanted):
            return 0, 0.0
        places, known = self._places(wanted)
        return self._covered(places[known])

    def _places(self, wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return places, self.keys[places] == wanted

    def _covered(self, places: NDArray[np.int64]) -> tuple[int, float]:
        counts = np.expm1(self.logs)
        covered = counts[:, np.unique(places)].sum(axis=1) / np.maximum(counts.sum(axis=1), 1e-9)
        best = int(covered.argmax())
        return best, float(covered[best])


def key(item: Item) -> int:
    """A checksum of title and year, -2**63 to 2**63 - 1; spellings of one title have the same."""
    return _checksum(item.title, item.year)


@lru_cache(maxsize=1 << 16)
def _checksum(title: str, year: int | None) -> int:
    text = f"{normalise_title(title)}\x1e{year or ''}"
    digest = blake2b(text.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
