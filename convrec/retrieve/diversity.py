"""Lists whose items differ: maximal marginal relevance (Carbonell and Goldstein 1998)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.types import Candidate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors

_NEWEST = 60
"""Items of a history that others are held against: what was long ago is no news, but no longer close either."""

_POOL = 10
"""How many candidates compete for each place of the list."""


def diversified(candidates: Sequence[Candidate], vectors: Vectors, count: int, amount: float) -> list[Candidate]:
    """The candidates with the first `count` places filled one by one, near repetitions put off.

    Args:
        candidates: Best first.
        vectors: Their unit vectors, shape `(len(candidates), dim)`.
        count: How many places; the rest follow in their old order.
        amount: 0 (the best) to 1 (as different as good sense allows: never from below `_POOL * count`).

    Returns:
        The same candidates with the same scores; only the order changes.
    """
    if amount <= 0 or count < 2 or len(candidates) <= 2:
        return list(candidates)
    pool = min(len(candidates), _POOL * count)
    scores = np.asarray([candidate.score for candidate in candidates[:pool]])
    spread = scores.max() - scores.min()
    worth = (scores - scores.min()) / spread if spread > 0 else np.zeros(pool)
    alike = np.clip(vectors[:pool] @ vectors[:pool].T, 0, 1)
    trade = amount * 0.7
    chosen: list[int] = []
    nearest = np.zeros(pool)
    for _ in range(min(count, pool)):
        gain = (1 - trade) * worth - trade * nearest
        gain[chosen] = -np.inf
        best = int(np.argmax(gain))
        chosen.append(best)
        nearest = np.maximum(nearest, alike[best])
    rest = sorted(set(range(len(candidates))) - set(chosen))
    return [candidates[place] for place in [*chosen, *rest]]


def nearest(vectors: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """How close each item's text is to the closest of some items: a cosine each, shape `(n_items,)`.

    Args:
        vectors: Unit vectors of all items, shape `(n_items, dim)`.
        rows: The items, oldest first, at least one; the newest count.
    """
    known = np.asarray(vectors[rows[-_NEWEST:]], dtype=np.float32)
    closeness: NDArray[np.float32] = (np.asarray(vectors, dtype=np.float32) @ known.T).max(axis=1)
    return closeness
