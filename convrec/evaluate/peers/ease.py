"""EASE, plain and with the newest events of a history first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.data.log import Log
from convrec.errors import UsageError
from convrec.evaluate.peers.base import matrix
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from convrec.evaluate.peers.base import Floats, Rows

DENSE_LIMIT = 20_000
"""Items up to which dense EASE is fitted: its matrix is inverted whole, in memory and time of the square and cube."""


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
        touched = matrix(log, catalogue)
        # Single precision above the size where double would take more than a gibibyte.
        kind = np.float64 if len(catalogue) <= 8000 else np.float32
        gram = (touched.T @ touched).toarray().astype(kind)
        gram[np.diag_indices_from(gram)] += self._ridge
        inverse = np.linalg.inv(gram)
        del gram
        self._weights = np.divide(inverse, -np.diag(inverse)[None, :].copy()).astype(np.float32, copy=False)
        np.fill_diagonal(self._weights, 0)

    def scores(self, histories: Sequence[Rows]) -> Floats:
        """Weighted sum of the rows of the history."""
        return np.stack([self._weight(len(rows)) @ self._weights[rows] for rows in histories])

    def _weight(self, count: int) -> Floats:
        age = np.arange(count)[::-1]
        weight = np.ones(count) if self._decay is None else np.exp(-age / self._decay)
        return np.asarray(weight, dtype=np.float32)
