"""Items near those of the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.log import Log
from convrec.evaluate.peers.base import matrix
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from convrec.evaluate.peers.base import Floats, Rows


class ItemKNN:
    """Cosine between items over the nearest neighbours (Sarwar et al. 2001), shrunk (Bell and Koren 2007)."""

    name = "item-knn"

    def __init__(self, neighbours: int = 100, shrink: float = 10.0) -> None:
        """Keep the size of the neighbourhood and the shrinkage in events."""
        self._neighbours = neighbours
        self._shrink = shrink

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Cosines of all pairs that share a person, the nearest kept."""
        touched = matrix(log, catalogue)
        together = (touched.T @ touched).tocsr()
        norms = np.sqrt(together.diagonal())
        together.setdiag(0)
        together.eliminate_zeros()
        pairs = together.tocoo()
        pairs.data = pairs.data / (norms[pairs.row] * norms[pairs.col] + self._shrink)
        self._weights = _top(pairs.tocsr(), self._neighbours)

    def scores(self, histories: Sequence[Rows]) -> Floats:
        """Sum of the cosines to the history."""
        sums = [np.asarray(self._weights[rows].sum(axis=0), dtype=np.float32).ravel() for rows in histories]
        return np.stack(sums)


def _top(weights: Any, keep: int) -> Any:
    """Of each column the `keep` largest entries."""
    from scipy.sparse import csr_matrix

    columns = weights.tocsc()
    rows, cols, data = [], [], []
    for column in range(columns.shape[1]):
        start, end = columns.indptr[column : column + 2]
        near = np.argsort(-columns.data[start:end])[:keep]
        rows.append(columns.indices[start:end][near])
        cols.append(np.full(len(near), column))
        data.append(columns.data[start:end][near])
    return csr_matrix((np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=weights.shape)
