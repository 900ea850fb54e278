"""Items as vectors of what people took up together: where learned id embeddings begin.

The leading eigenvectors of the normalised co-occurrence matrix, which is the item side of a truncated singular value
decomposition of the log (PureSVD, Cremonesi et al. 2010) with the order of events counted in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convrec.retrieve.cooccurrence import grams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.tune.crops import Sequences

_TAU = 5.0
"""Decay of the order of events, in events."""
_DRAW = 5.0
"""Events by which rare items are drawn to 0: two people who share a rarity prove little."""


def factors(sequences: Sequences, items: int, dim: int, *, seed: int = 0) -> NDArray[np.float32]:
    """Vectors of items, the same for the same seed.

    Args:
        sequences: What people took up, in order.
        items: How many there are.
        dim: Of a vector.
        seed: Of the iteration's start.

    Returns:
        Shape `(items, dim)`, root mean square 1 over the items with events; 0 for items without any, and in the last
        columns where there are fewer than `dim + 2` items.
    """
    from scipy.sparse import diags
    from scipy.sparse.linalg import eigsh

    found = np.zeros((items, dim), dtype=np.float32)
    rank = min(dim, items - 2)
    if rank < 1 or not len(sequences.rows):
        return found
    users = np.repeat(np.arange(len(sequences)), sequences.lengths)
    within = grams(users, sequences.rows, items, tau=_TAU, times=sequences.times).within.astype(np.float64)
    size = within.diagonal()
    scale = diags(1 / np.sqrt(size + _DRAW))
    near = (scale @ (within - diags(size)) @ scale).tocsr()
    start = np.random.default_rng(seed).standard_normal(items)
    values, vectors = eigsh(near, k=rank, which="LA", v0=start, tol=1e-4)
    order = np.argsort(-values)
    vectors = vectors[:, order] * np.sqrt(np.maximum(values[order], 0.0))
    # Which way a vector points is the solver's choice; fixed, so that every machine begins alike.
    vectors *= np.where(vectors[np.abs(vectors).argmax(axis=0), np.arange(rank)] < 0, -1.0, 1.0)
    spread = float(np.sqrt(np.square(vectors[size > 0]).mean())) if (size > 0).any() else 0.0
    found[:, :rank] = vectors / (spread or 1.0)
    return found
