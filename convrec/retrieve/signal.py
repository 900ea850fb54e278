"""Signals: for every item one number, in units that make different signals comparable.

In every signal the average item of the catalogue counts 0 and the `TOP`th best counts 1; above 1 it grows with the
logarithm, so that one signal that is beside itself does not silence the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from convrec.protocols import ItemIndex, Vectors
    from convrec.types import ItemId

TOP = 50
_LEAST_SPREAD = 1e-6


class Signal(Protocol):
    """One number an item; higher is better."""

    @property
    def name(self) -> str:
        """What it is called in `Candidate.sources`."""
        ...

    def best(self, count: int, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Rows of about `count` items of the highest value, among `rows` or all."""
        ...

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Value of these items in the units of this module, shape `(len(rows),)`."""
        ...


@dataclass(frozen=True)
class Dense:
    """A signal that is known of every item.

    Attributes:
        name: What it is called in `Candidate.sources`.
        values: Before calibration, shape `(n_items,)`.
        aside: Rows that do not count in the calibration, such as the history's own.
        top: The value that counts 1 where that is known beforehand, and 0 counts 0; None: learned from the values.
    """

    name: str
    values: NDArray[np.float32]
    aside: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    top: float | None = None

    def best(self, count: int, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """The best of a partition."""
        values = self.values if rows is None else self.values[rows]
        top = _top(values, count)
        # Nothing is found by a signal that says nothing of it.
        top = top[values[top] > values.min(initial=0)]
        return top if rows is None else np.asarray(rows[top], dtype=np.int64)

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Calibrated on the whole catalogue but the rows set aside."""
        if self.top is not None:
            return calibrated(self.values[rows], 0.0, self.top)
        counted = np.delete(self.values, self.aside) if len(self.aside) else self.values
        if not len(counted):
            return np.zeros(len(rows), dtype=np.float32)
        place = min(TOP, max(len(counted) // 10, 1), len(counted))
        top = float(np.partition(counted, len(counted) - place)[len(counted) - place])
        if top <= _LEAST_SPREAD:
            # Few items have any of it, as with rare words: the best one counts 1.
            top = float(counted.max())
        return calibrated(self.values[rows], float(counted.mean()), top)


@dataclass(frozen=True)
class Near:
    """Nearness of the items' texts to one or several vectors: the mean of the cosines.

    Attributes:
        name: What it is called in `Candidate.sources`.
        queries: Unit vectors, shape `(n, dim)`, at least one.
        index: Finds the best.
        vectors: Of all items, shape `(n_items, dim)`.
        centre: Mean of all items' vectors, shape `(dim,)`.
        row: Row by item id.
    """

    name: str
    queries: Vectors
    index: ItemIndex
    vectors: Vectors
    centre: NDArray[np.float32]
    row: Mapping[ItemId, int]
    _nearest: list[NDArray[np.int64]] = field(default_factory=list, repr=False)

    def best(self, count: int, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """The nearest of each query."""
        found = self.index.search(self.queries, count, rows=rows)
        best = np.asarray([self.row[item_id] for hits in found for item_id, _ in hits], dtype=np.int64)
        if rows is None and count >= TOP:
            # The calibration needs the same search.
            self._nearest.append(best)
        return best

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Calibrated on the mean of the catalogue, filtered or not, and the nearest of all."""
        if not len(self.vectors):
            return np.zeros(len(rows), dtype=np.float32)
        # The mean of the cosines is the cosine with the mean.
        centre = float((self.queries @ self.centre).mean())
        return calibrated(self._cosines(rows), centre, self._top)

    @cached_property
    def _top(self) -> float:
        place = min(TOP, max(len(self.vectors) // 10, 1))
        best = self._nearest[0] if self._nearest else self.best(place, None)
        near = np.sort(self._cosines(np.unique(best)))[::-1]
        return float(near[min(place, len(near)) - 1])

    def _cosines(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.asarray((self.vectors[rows] @ self.queries.T).mean(axis=1), dtype=np.float32)


@dataclass(frozen=True)
class Lean:
    """What moves the items that other signals bring: its values count as they are, and it finds nothing.

    Attributes:
        name: What it is called in `Candidate.sources`.
        values: In units of the score, shape `(n_items,)`.
    """

    name: str
    values: NDArray[np.float32]

    def best(self, count: int, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """None."""
        return np.empty(0, dtype=np.int64)

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The values."""
        return self.values[rows]


def calibrated(values: NDArray[np.float32], centre: float, top: float) -> NDArray[np.float32]:
    """0 at the centre, 1 at the top, logarithmic above; zeros where the two are the same."""
    spread = top - centre
    if spread <= _LEAST_SPREAD:
        return np.zeros(len(values), dtype=np.float32)
    units = (values - centre) / spread
    return np.where(units > 1, 1 + np.log(np.maximum(units, 1)), units).astype(np.float32)


def _top(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    if count >= len(values):
        return np.arange(len(values), dtype=np.int64)
    return np.asarray(np.argpartition(-values, count)[:count], dtype=np.int64)
