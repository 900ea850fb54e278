"""Ranking metrics over one relevant item a case, and over the lists that were shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ranks = NDArray[np.float64]


def hit_rate(ranks: Ranks, k: int) -> Floats:
    """HR@k per case: 1 where the relevant item is among the first k. With one relevant item it equals Recall@k.

    Args:
        ranks: Rank of the relevant item from 1, `inf` where it is not ranked at all, shape `(n,)`.
        k: At least 1.

    >>> hit_rate(np.array([1.0, 3.0, np.inf]), 2).tolist()
    [1.0, 0.0, 0.0]
    """
    return (ranks <= k).astype(np.float64)


def ndcg(ranks: Ranks, k: int) -> Floats:
    """NDCG@k per case with one relevant item: `1 / log2(1 + rank)` within the first k, else 0 (Järvelin 2002).

    >>> ndcg(np.array([1.0, 3.0, 11.0]), 10).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0.0)


def reciprocal_rank(ranks: Ranks) -> Floats:
    """1 / rank per case; 0 where the relevant item is not ranked.

    >>> reciprocal_rank(np.array([2.0, np.inf])).tolist()
    [0.5, 0.0]
    """
    return 1 / ranks


def coverage(lists: Sequence[Sequence[int]], n_items: int) -> float:
    """Share of the catalogue that appears in at least one list, 0 to 1.

    >>> coverage([[0, 1], [1, 2]], 4)
    0.75
    """
    return len({item for shown in lists for item in shown}) / n_items


def novelty(lists: Sequence[Sequence[int]], popularity: Floats) -> float:
    """Mean self-information of what is shown, in bits: `-log2` of the share of users who have the item already.

    Args:
        lists: Rows of the catalogue shown, one list a user.
        popularity: Share of users who have each item, shape `(n_items,)`; 0 is taken as half of the smallest.
    """
    floor = popularity[popularity > 0].min(initial=1.0) / 2
    bits = -np.log2(np.maximum(popularity, floor))
    return float(np.mean([bits[list(shown)].mean() for shown in lists if len(shown)]))


def gini(lists: Sequence[Sequence[int]], n_items: int) -> float:
    """Gini index of exposure over the catalogue: 0 all items alike, 1 one item gets it all.

    >>> gini([[0], [1]], 2)
    0.0
    """
    counts = np.sort(np.bincount([item for shown in lists for item in shown], minlength=n_items)).astype(np.float64)
    total = counts.sum()
    if total == 0:
        return 0.0
    position = np.arange(1, n_items + 1)
    return float((2 * position - n_items - 1) @ counts / (n_items * total))
