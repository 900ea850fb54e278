"""Events of one moment have no order.

Logs often tell the second, the day or the page of an event and no more: on ml-100k half of all events share their
second with others of the same person. Their order in the file is chance, and a model that reads it as order learns
noise. On the newest events but one of ml-100k this is worth a twentieth of NDCG@10.
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
        """How many events lie between events at two sets of places, on average over all orders, plus 1; at least 1."""
        middle = (self.first + self.end - 1) / 2
        within = 1 + (self.sizes[later] - 2) / 3
        return np.where(self.first[later] == self.first[earlier], within, middle[later] - middle[earlier])

    def evened(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mean weight of each event's moment, shape `(n,)`."""
        sums = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
        return np.asarray((sums[self.end] - sums[self.first]) / self.sizes, dtype=np.float32)
