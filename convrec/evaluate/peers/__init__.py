"""The classical recommenders that convrec is measured beside, fitted in the same run on the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convrec.data.log import Log
from convrec.errors import UsageError
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Rows = NDArray[np.int64]

DENSE_LIMIT = 8000
"""Items up to which dense EASE is fitted: its matrix is inverted whole, in memory and time of the square and cube."""


class Peer(Protocol):
    """A recommender from histories alone."""

    name: str

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Learn from the training events."""
        ...

    def scores(self, history: Rows) -> Floats:
        """A score for every item, shape `(n_items,)`, from a history of rows, oldest first; higher is better."""
        ...


class Popularity:
    """How often each item was touched."""

    name = "popularity"

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Count."""
        rows = log.rows(catalogue)
        self._counts = np.bincount(rows[rows >= 0], minlength=len(catalogue)).astype(np.float32)

    def scores(self, history: Rows) -> Floats:
        """The same for everybody."""
        return self._counts


class ItemKNN:
    """Cosine between items over the nearest neighbours (Sarwar et al. 2001), shrunk (Bell and Koren 2007)."""

    name = "item-knn"

    def __init__(self, neighbours: int = 100, shrink: float = 10.0) -> None:
        """Keep the size of the neighbourhood and the shrinkage in events."""
        self._neighbours = neighbours
        self._shrink = shrink

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Cosines of all pairs that share a person, the nearest kept."""
        matrix = _matrix(log, catalogue)
        together = (matrix.T @ matrix).tocsr()
        norms = np.sqrt(together.diagonal())
        together.setdiag(0)
        together.eliminate_zeros()
        coo = together.tocoo()
        coo.data = coo.data / (norms[coo.row] * norms[coo.col] + self._shrink)
        self._weights = _top(coo.tocsr(), self._neighbours)

    def scores(self, history: Rows) -> Floats:
        """Sum of the cosines to the history."""
        return np.asarray(self._weights[history].sum(axis=0), dtype=np.float32).ravel()


class Ease:
    """EASE: ridge regression of every item on all others, in closed form (Steck 2019).

    With `decay` the history is weighted `exp(-age / decay)`, age in events from the newest.
    """

    def __init__(self, ridge: float = 300.0, decay: float | None = None) -> None:
        """Keep the L2 penalty and the decay in events; None: every event counts alike."""
        self.name = "ease" if decay is None else "recency-ease"
        self._ridge = ridge
        self._decay = decay

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Invert the ridge-penalised Gram matrix; `UsageError` above `DENSE_LIMIT` items."""
        if len(catalogue) > DENSE_LIMIT:
            raise UsageError(f"dense EASE wants at most {DENSE_LIMIT:,} items, the catalogue has {len(catalogue):,}")
        matrix = _matrix(log, catalogue)
        gram = (matrix.T @ matrix).toarray().astype(np.float64)
        inverse = np.linalg.inv(gram + self._ridge * np.eye(len(gram)))
        self._weights = (-inverse / np.diag(inverse)).astype(np.float32)
        np.fill_diagonal(self._weights, 0)

    def scores(self, history: Rows) -> Floats:
        """Weighted sum of the rows of the history."""
        age = np.arange(len(history))[::-1]
        weight = np.ones(len(history)) if self._decay is None else np.exp(-age / self._decay)
        return np.asarray(weight.astype(np.float32) @ self._weights[history])


def peers(names: list[str] | None, catalogue: Catalogue) -> list[Peer]:
    """The peers by name; None: all that the catalogue's size allows.

    Raises:
        UsageError: A name is unknown.
    """
    every: list[Peer] = [Popularity(), ItemKNN(), Ease(), Ease(decay=5.0)]
    known = {peer.name: peer for peer in every}
    if names is None:
        dense = len(catalogue) <= DENSE_LIMIT
        return [peer for peer in known.values() if dense or not isinstance(peer, Ease)]
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"no peer {unknown[0]!r}; there are: {', '.join(known)}")
    return [known[name] for name in names]


def _matrix(log: Log, catalogue: Catalogue) -> Any:
    from scipy.sparse import csr_matrix

    rows = log.rows(catalogue)
    kept = rows >= 0
    users = log.user_codes[kept]
    ones = np.ones(len(users), dtype=np.float32)
    matrix = csr_matrix((ones, (users, rows[kept])), shape=(len(log.users), len(catalogue)))
    matrix.data[:] = 1
    return matrix


def _top(matrix: Any, keep: int) -> Any:
    from scipy.sparse import csr_matrix

    columns = matrix.tocsc()
    rows, cols, data = [], [], []
    for column in range(columns.shape[1]):
        start, end = columns.indptr[column : column + 2]
        near = np.argsort(-columns.data[start:end])[:keep]
        rows.append(columns.indices[start:end][near])
        cols.append(np.full(len(near), column))
        data.append(columns.data[start:end][near])
    return csr_matrix((np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=matrix.shape)
