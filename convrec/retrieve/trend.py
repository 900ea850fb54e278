"""What people have lately taken up oftener than usual: every item's share of a month's events beside its share of all.

What is taken up moves with the time: on MovieLens, whose log spans twenty years, it foretells the next item better
than fame, and on a log of seven months it helps a little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.data.splits import are_positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.data.log import Log
    from convrec.protocols import Catalogue
    from convrec.types import History

MONTH = 30 * 86_400.0
"""Seconds after which an event counts a third (1/e). Of 10, 30 and 60 days, 30 does best on the second newest events of
MovieLens."""

_REACH = 6
"""Months that are looked at."""
_MOST = 200_000
"""Newest events before the moment that are looked at."""
_PRIOR = 100.0
"""Events by which the month's shares are drawn to the usual ones."""


@dataclass(frozen=True)
class Trend:
    """The events of a log in order of time.

    Attributes:
        times: Of every event, seconds, ascending.
        rows: Catalogue row of each.
        share: Usual share of each item, shape `(n_items,)`, above 0.
    """

    times: NDArray[np.float64]
    rows: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def fit(cls, log: Log, catalogue: Catalogue) -> Trend | None:
        """Read a log; None where its events have no times, or only positions in histories."""
        rows, times = log.rows(catalogue), log.timestamps
        kept = np.flatnonzero((rows >= 0) & ~np.isnan(times))
        if not len(kept) or are_positions(log):
            return None
        kept = kept[np.argsort(times[kept], kind="stable")]
        counts = np.bincount(rows[kept], minlength=len(catalogue)) + 1.0
        return cls(times[kept], rows[kept], counts / counts.sum())

    def scores(self, history: History) -> NDArray[np.float32]:
        """Logarithm of how much oftener than usual each item was taken up before the newest event of a history.

        Without times in the history, before the newest event of the log. Shape `(n_items,)`; about 0 for what is
        taken up as usual, and for all where nothing happened.
        """
        moments = [event.timestamp for event in history.events if event.timestamp is not None]
        moment = max(moments, default=float(self.times[-1]))
        end = int(np.searchsorted(self.times, moment, side="right"))
        first = max(int(np.searchsorted(self.times, moment - _REACH * MONTH)), end - _MOST)
        weights = np.exp((self.times[first:end] - moment) / MONTH)
        late = np.bincount(self.rows[first:end], weights, len(self.share))
        usual = _PRIOR * self.share
        oftener = np.log((late + usual) / ((1 + weights.sum() / _PRIOR) * usual))
        return np.asarray(oftener, dtype=np.float32)
