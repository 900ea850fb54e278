"""How often each item was touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.data.log import Log
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from convrec.evaluate.peers.base import Floats, Rows


class Popularity:
    """How often each item was touched."""

    name = "popularity"

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Count."""
        rows = log.rows(catalogue)
        self._counts = np.bincount(rows[rows >= 0], minlength=len(catalogue)).astype(np.float32)

    def scores(self, histories: Sequence[Rows]) -> Floats:
        """The same for everybody."""
        return np.tile(self._counts, (len(histories), 1))
