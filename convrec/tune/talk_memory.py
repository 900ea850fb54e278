"""What a reader of talks remembers of those it learned from, see `convrec.retrieve.talk.memory`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.retrieve.talk.fame import key
from convrec.retrieve.talk.memory import Memory
from convrec.tune.talk_cases import Talks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

KINDS = 3000
"""Most kinds of moments that are kept: an adapter stays small, and most moments are told apart from no other talk's."""
_ROUNDS = 8


def memory(talks: Sequence[Talks], looked_for: Sequence[Array], *, kinds: int = KINDS, seed: int = 0) -> Memory:
    """The moments learned from, and what was named at each, over all catalogues.

    Args:
        talks: Catalogues with their talks.
        looked_for: What the talk looks for at each moment to learn from, of each catalogue, unit vectors of shape
            `(len(train), dim)`.
        kinds: Most kinds of moments; more moments than that are gathered into so many.
        seed: Of the kinds to begin from.
    """
    named: list[list[int]] = []
    for each in talks:
        keys = [key(item) for item in each.catalogue.items]
        named += [[keys[row] for row in case.answers] for case in each.train]
    vectors = np.concatenate(list(looked_for))
    if len(vectors) <= kinds:
        return Memory.of(vectors, named)
    centres, kind = gathered(vectors, kinds, seed)
    return Memory.of(centres, named, kind.tolist())


def gathered(vectors: Array, kinds: int, seed: int) -> tuple[Array, NDArray[np.int64]]:
    """Like ones together: spherical k-means (Dhillon and Modha 2001).

    Args:
        vectors: Unit vectors, shape `(n, dim)`.
        kinds: How many, at most n.
        seed: Of those to begin from.

    Returns:
        The kinds' unit vectors, shape `(kinds, dim)`, and the kind of each vector.
    """
    from scipy.sparse import csr_array

    size = len(vectors)
    centres = vectors[np.random.default_rng((seed, 5)).choice(size, kinds, replace=False)]
    for _ in range(_ROUNDS):
        members = csr_array((np.ones(size, dtype=np.float32), (_nearest(vectors, centres), np.arange(size))),
                            shape=(kinds, size))  # fmt: skip
        sums = members @ vectors
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        # A kind that nothing is nearest to stays where it is.
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centres).astype(np.float32)
    return centres, _nearest(vectors, centres)


def _nearest(vectors: Array, centres: Array) -> NDArray[np.int64]:
    return np.asarray((vectors @ centres.T).argmax(axis=1), dtype=np.int64)
