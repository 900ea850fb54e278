"""Histories and items as unit vectors of one space, so that an index finds what a history speaks for.

The score of an item is an inner product and a bias; a search goes by cosine. Items of one more number each, which
makes all equally long, turn the one into the other without a change of order (Bachrach et al. 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import numpy as np

from convrec.errors import RunError
from convrec.rerank.sequence import files

if TYPE_CHECKING:
    from convrec.protocols import ItemIndex, Vectors
    from convrec.rerank.sequence.ranker import SequenceRanker
    from convrec.types import History


class ItemVectors:
    """The ranker in the place of an encoder: what an index of its items is made of.

    Attributes:
        name: Changes with the adapter and with the encoder of the texts that it reads.
        dim: Of a vector.
    """

    def __init__(self, ranker: SequenceRanker) -> None:
        """Nothing is computed yet."""
        self._ranker = ranker
        digest = sha256((ranker.folder / files.FILE).read_bytes()).hexdigest()[:16]
        self.name = f"ranker-{digest}-{ranker.shape.encoder}"
        self.dim = ranker.shape.out_dim + 2

    def encode(self, texts: Sequence[str], *, role: Literal["query", "document"]) -> Vectors:
        """The items of the ranker's catalogue; `texts` is one document each, in its order, and is not read.

        Raises:
            RunError: There are more or fewer texts than items.
        """
        items = np.column_stack([self._ranker.item_vectors, self._ranker.item_bias])
        if len(items) != len(texts) or role != "document":
            raise RunError("index", f"the ranker has vectors of its {len(items)} items and of nothing else")
        squares = np.square(items).sum(axis=1)
        longest = float(squares.max(initial=0.0)) or 1.0
        whole = np.column_stack([items, np.sqrt(np.maximum(longest - squares, 0.0))]) / np.sqrt(longest)
        return np.asarray(whole / np.linalg.norm(whole, axis=1, keepdims=True), dtype=np.float32)


class HistorySpace:
    """Finds the items that a history speaks for without scoring all.

    Attributes:
        index: Of `ItemVectors`.
        vectors: Of all items, in catalogue order, shape `(n_items, dim)`.
        centre: Their mean, shape `(dim,)`.
    """

    def __init__(self, ranker: SequenceRanker, index: ItemIndex, vectors: Vectors) -> None:
        """Take an index made of the ranker's `ItemVectors`."""
        self._ranker, self.index, self.vectors = ranker, index, vectors
        self.centre = np.asarray(vectors, dtype=np.float32).mean(axis=0)

    def query(self, history: History) -> Vectors:
        """A history as one unit vector, shape `(1, dim)`: its cosines order the items as the ranker's scores do."""
        vector = np.append(self._ranker.vector(history), [1.0, 0.0])
        return np.asarray(vector[None, :] / np.linalg.norm(vector), dtype=np.float32)
