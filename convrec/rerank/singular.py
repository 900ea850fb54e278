"""The strongest singular vectors of a matrix, the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SMALL = 300
"""Rows or columns up to which all vectors are computed. ARPACK, begun in a space that the matrix maps onto itself (two
genres, equally frequent), goes on from a random vector, and each run would end elsewhere."""


def strongest(matrix: Any, rank: int) -> tuple[Floats, Floats, Floats]:
    """Left vectors `(n, rank)`, values `(rank,)` largest first, right vectors `(rank, m)`.

    Args:
        matrix: Sparse, shape `(n, m)`.
        rank: Less than n and m.
    """
    from scipy.sparse.linalg import svds

    least = min(matrix.shape)
    if least <= _SMALL:
        left, values, right = np.linalg.svd(matrix.toarray(), full_matrices=False)
        return left[:, :rank], values[:rank], right[:rank]
    left, values, right = svds(matrix, k=rank, v0=np.random.default_rng(0).uniform(0.5, 1.5, least))
    order = np.argsort(-values)
    return left[:, order], values[order], right[order]
