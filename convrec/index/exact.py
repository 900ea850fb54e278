"""Exact nearest neighbours: the oracle, and the quicker way for small or filtered sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convrec.index.document import content, document
from convrec.protocols import Catalogue, Encoder
from convrec.types import ItemId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors


class ExactIndex:
    """An item index in memory: nothing on disk, every search exact.

    Attributes:
        vectors: Unit vectors in catalogue order, shape `(n_items, dim)`.
        contents: The same of what items are about, without their names.
    """

    def __init__(self, catalogue: Catalogue, encoder: Encoder) -> None:
        """Embed every item."""
        self._ids = [item.id for item in catalogue.items]
        self.vectors: Vectors = encoder.encode([document(item) for item in catalogue.items], role="document")
        self.contents: Vectors = contents_of(catalogue, encoder, self.vectors)

    def search(
        self, vectors: Vectors, k: int, *, rows: NDArray[np.int64] | None = None
    ) -> list[list[tuple[ItemId, float]]]:
        """As `ItemIndex.search`."""
        return [[(self._ids[row], cosine) for row, cosine in hits] for hits in nearest(self.vectors, vectors, k, rows)]

    def close(self) -> None:
        """Nothing to give back."""


def contents_of(catalogue: Catalogue, encoder: Encoder, vectors: Vectors) -> Vectors:
    """Vectors of `content`, shape `(n_items, dim)`; those of `document` where both are one text.

    Args:
        catalogue: The items.
        encoder: Made the vectors.
        vectors: Of `document`, in catalogue order.
    """
    texts = {row: text for row, item in enumerate(catalogue.items) if (text := content(item)) != document(item)}
    if not texts:
        return vectors
    found = np.array(vectors, dtype=np.float32)
    found[list(texts)] = encoder.encode(list(texts.values()), role="document")
    return found


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
