"""What was named next at like moments of other talks: neighbours among the moments that an adapter learned from.

A reader knows an item by its text. What its text does not say, such as which films people of one taste bring up, shows
in other talks: the moments of those that are like the present one vote for what was named at them (Khandelwal et al.
2020, "Generalization through Memorization: Nearest Neighbor Language Models", do so for words).

Moments that are nearly the same are kept as one with the counts of what was named at them; items by a checksum of title
and year. A catalogue that has none of them is told nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.talk.fame import key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.types import Item

_SPREAD = 0.1
"""Cosine by which a moment must be less like the present one for its vote to fall by e."""
_UNSEEN = 0.3
"""Moments that an item counts as named at before any was heard."""
_DOUBT = 3.0
"""Times its usual share that an item must be voted for until the votes say something."""
_STEPS = 127
"""Of a number between 0 and the largest of a vector, in 8 bits."""


@dataclass(frozen=True)
class Memory:
    """Moments learned from, and what was named at them.

    Attributes:
        vectors: What a talk looks for at each, see `Heads.talk`, in 8 bits and of any length, shape `(m, dim)`.
        moments: How many moments each stands for, shape `(m,)`.
        keys: Of items, see `fame.key`, ascending, shape `(n,)`.
        named: Place in `vectors` and place in `keys`, shape `(k, 2)`.
        counts: How often that item was named there, shape `(k,)`.
    """

    vectors: NDArray[np.int8]
    moments: NDArray[np.float32]
    keys: NDArray[np.int64]
    named: NDArray[np.int32]
    counts: NDArray[np.float32]

    def __post_init__(self) -> None:
        sizes = np.array([len(self.vectors), len(self.keys)])
        fit = self.vectors.ndim == 2 and self.moments.shape == sizes[:1] and self.named.shape == (len(self.counts), 2)
        if not fit or (self.named.size and not ((self.named >= 0) & (self.named < sizes)).all()):
            raise UsageError("a talk adapter's moments do not fit what was named at them")

    @classmethod
    def of(
        cls, vectors: NDArray[np.float32], named: Sequence[Sequence[int]], kind: Sequence[int] | None = None
    ) -> Memory:
        """From moments.

        Args:
            vectors: Of each, shape `(n, dim)`; of the kinds, if there are any.
            named: Keys of what was named at each.
            kind: Place in `vectors` of each; None: each is a kind of its own.
        """
        kinds = np.arange(len(named)) if kind is None else np.asarray(kind, dtype=np.int64)
        keys = np.array(sorted({one for each in named for one in each}), dtype=np.int64)
        pairs = [(place, one) for place, each in zip(kinds.tolist(), named, strict=True) for one in each]
        where = np.array([place for place, _ in pairs], dtype=np.int64)
        what = np.searchsorted(keys, np.array([one for _, one in pairs], dtype=np.int64))
        met, counts = np.unique(where * max(len(keys), 1) + what, return_counts=True)
        largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0.0), 1e-12)
        return cls(
            np.rint(vectors / largest * _STEPS).astype(np.int8),
            np.bincount(kinds, minlength=len(vectors)).astype(np.float32),
            keys,
            np.stack([met // max(len(keys), 1), met % max(len(keys), 1)], axis=1).astype(np.int32),
            counts.astype(np.float32),
        )


class Recollection:
    """The memory over the items of one catalogue. Nothing changes after construction."""

    def __init__(self, memory: Memory, items: Sequence[Item]) -> None:
        """Find the items again by their keys; moments at which none of them was named are left out."""
        from scipy.sparse import csr_array

        rows: dict[int, list[int]] = {}
        for row, item in enumerate(items):
            rows.setdefault(key(item), []).append(row)
        here = [rows.get(one, []) for one in memory.keys.tolist()]
        found = [
            (place, row, count)
            for (place, what), count in zip(memory.named.tolist(), memory.counts.tolist(), strict=True)
            for row in here[what]
        ]
        places, at = np.unique(np.array([place for place, _, _ in found], dtype=np.int64), return_inverse=True)
        table = (np.array([count for *_, count in found], dtype=np.float32), (at, [row for _, row, _ in found]))
        counts = csr_array(table, shape=(len(places), len(items)), dtype=np.float32)
        usual = counts.sum(axis=0) + _UNSEEN
        self._usual = (usual / max(float(usual.sum()), 1e-9)).astype(np.float32)
        self._counts, self._size = counts, len(items)
        vectors = memory.vectors[places].astype(np.float32)
        self._vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        self._moments = memory.moments[places]

    def of(self, talk: NDArray[np.float32]) -> NDArray[np.float32]:
        """How much oftener than usual each item was named at like moments: a logarithm, at least 0, `(n_items,)`.

        Args:
            talk: What the talk looks for, a unit vector, shape `(dim,)`.
        """
        if not len(self._vectors):
            return np.zeros(self._size, dtype=np.float32)
        alike = self._vectors @ talk
        votes = np.exp((alike - alike.max()) / _SPREAD)
        # A kind of moment has as many votes as it stands for moments, and its counts are of all of them.
        share = votes @ self._counts / max(float(votes @ self._moments), 1e-9)
        return np.asarray(np.log1p(share / (_DOUBT * self._usual)), dtype=np.float32)
