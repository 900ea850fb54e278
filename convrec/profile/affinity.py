"""Groups of liked items that belong together, found from what they share or from a similarity that is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.profile.opinions import Opinion, by_strength

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.profile.facets import Facets

    Affinity = Callable[[NDArray[np.int64]], NDArray[np.float64]]
    """Catalogue rows, shape `(n,)`, to their similarities in [-1, 1], shape `(n, n)`."""

_MOST_ITEMS = 150
_LEAST_MEMBERS = 3
_MOST_MEMBERS = 6


def from_facets(facets: Facets) -> Affinity:
    """Cosine of the items' features, each weighted by how telling it is (tf-idf)."""

    def similarity(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        positions, features = facets.pairs([int(row) for row in rows])
        columns, place = np.unique(features, return_inverse=True)
        table = np.zeros((len(rows), len(columns)))
        table[positions, place] = facets.specific[features]
        table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
        result: NDArray[np.float64] = table @ table.T
        return result

    return similarity


def groups(found: Sequence[Opinion], affinity: Affinity, *, threshold: float, most: int = 3) -> list[list[Opinion]]:
    """Liked items in groups of three to six, the densest group first, its centre at the head.

    Args:
        found: The person's opinions.
        affinity: Similarity of items.
        threshold: Least similarity of a member to the centre, in [-1, 1].
        most: How many groups.
    """
    liked = by_strength([opinion for opinion in found if opinion.liked])[:_MOST_ITEMS]
    if len(liked) < _LEAST_MEMBERS:
        return []
    near = affinity(np.array([opinion.row for opinion in liked], dtype=np.int64)).copy()
    np.fill_diagonal(near, -1.0)
    near[near < threshold] = 0.0
    free = np.ones(len(liked), dtype=bool)
    result: list[list[Opinion]] = []
    while len(result) < most:
        pull = np.where(free[None, :], np.maximum(near, 0.0), 0.0)
        density = np.where(free, np.sort(pull, axis=1)[:, -_MOST_MEMBERS:].sum(axis=1), -1.0)
        centre = int(density.argmax())
        members = [int(n) for n in np.argsort(-pull[centre], kind="stable") if pull[centre, n] > 0][: _MOST_MEMBERS - 1]
        if density[centre] <= 0 or len(members) + 1 < _LEAST_MEMBERS:
            break
        free[[centre, *members]] = False
        result.append([liked[n] for n in (centre, *members)])
    return result
