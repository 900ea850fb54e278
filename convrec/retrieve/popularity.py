"""How well known items are, and how well liked: what to start from without knowing anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.retrieve.collaborative import Collaborative


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
