"""Exact nearest neighbours: the oracle, and the quicker way for small or filtered sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors


def nearest(
    vectors: Vectors, queries: Vectors, k: int, rows: NDArray[np.int64] | None = None
) -> list[list[tuple[int, float]]]:
    """For each query the k rows of highest cosine, best first, with the cosine in [-1, 1].

    Args:
        vectors: Unit vectors, shape `(n, dim)`.
        queries: Unit vectors, shape `(m, dim)`.
        k: At least 1.
        rows: Rows the answer is restricted to; None: all.
    """
    pool = vectors if rows is None else vectors[rows]
    found = []
    for cosines in np.clip(queries @ pool.T, -1, 1):
        top = np.argpartition(-cosines, k)[:k] if k < len(cosines) else np.arange(len(cosines))
        # By row where cosines are equal, so that the answer does not depend on the partition.
        top = top[np.lexsort((top, -cosines[top]))]
        ids = top if rows is None else rows[top]
        found.append([(int(row), float(cosines[at])) for row, at in zip(ids, top, strict=True)])
    return found
