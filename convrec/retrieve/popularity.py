"""How well known items are, and how well liked: what to start from without knowing anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.retrieve.collaborative import Collaborative


HEAD = 0.5


def fame(collaborative: Collaborative | None, size: int) -> NDArray[np.float32]:
    """Logarithm of the number of events of each item, shape `(size,)`; zeros without a log."""
    if collaborative is None:
        return np.zeros(size, dtype=np.float32)
    return np.log1p(collaborative.counts).astype(np.float32)


def welcome(collaborative: Collaborative | None, size: int) -> NDArray[np.float32]:
    """Fame times the share of likes, shape `(size,)`: what a stranger is most likely glad of; zeros without a log."""
    if collaborative is None:
        return np.zeros(size, dtype=np.float32)
    return (fame(collaborative, size) * collaborative.quality).astype(np.float32)


def well_known(counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which items are the short head: the most popular that have half of all events; none without events.

    >>> well_known(np.array([70.0, 4.0, 20.0, 6.0])).tolist()
    [True, False, False, False]
    """
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    found = np.zeros(len(counts), dtype=np.bool_)
    found[order] = before < HEAD * counts.sum()
    return found
