"""Nearest items by what they are about, whatever they are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convrec.index.exact import nearest
from convrec.types import ItemId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convrec.protocols import ItemIndex, Vectors

LARGE = 200_000
"""Items from which on all of them are too many to be compared at every wish."""


class ContentIndex:
    """Implements `ItemIndex` over vectors of contents: exact, or in large catalogues among what another index finds.

    Names and contents of an item lie near each other, so that what is near by both is near enough to be looked at.
    """

    def __init__(self, ids: Sequence[ItemId], contents: Vectors, whole: ItemIndex) -> None:
        """Take the parts.

        Args:
            ids: In catalogue order.
            contents: Unit vectors in catalogue order, shape `(n_items, dim)`.
            whole: Over the same items with their names.
        """
        self._ids, self._contents, self._whole = ids, contents, whole

    def search(
        self, vectors: Vectors, k: int, *, rows: NDArray[np.int64] | None = None
    ) -> list[list[tuple[ItemId, float]]]:
        """As `ItemIndex.search`."""
        if rows is None and len(self._ids) >= LARGE:
            return self._whole.search(vectors, k)
        found = nearest(self._contents, vectors, min(k, len(self._ids)), rows)
        return [[(self._ids[row], cosine) for row, cosine in hits] for hits in found]
