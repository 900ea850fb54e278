"""Ranking metrics over the relevant items of a case, and over the lists that were shown.

Ranks are arrays of shape `(n,)`, one relevant item a case, or `(n, most)`, several: rank from 1, `inf` where the item
is not ranked at all, NaN to fill up the rows of cases with fewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ranks = NDArray[np.float64]


def hit_rate(ranks: Ranks, k: int) -> Floats:
    """HR@k per case: 1 where a relevant item is among the first k. With one relevant item it equals Recall@k.

    Args:
        ranks: See the module.
        k: At least 1.

    >>> hit_rate(np.array([1.0, 3.0, np.inf]), 2).tolist()
    [1.0, 0.0, 0.0]
    """
    return np.asarray((_wide(ranks) <= k).any(axis=1), dtype=np.float64)


def recall(ranks: Ranks, k: int) -> Floats:
    """Recall@k per case: the share of its relevant items among the first k.

    >>> recall(np.array([[1.0, 3.0], [2.0, np.nan]]), 2).tolist()
    [0.5, 1.0]
    """
    wide = _wide(ranks)
    return np.asarray((wide <= k).sum(axis=1) / _relevant(wide))


def ndcg(ranks: Ranks, k: int) -> Floats:
    """NDCG@k per case with binary relevance (Järvelin 2002): gains `1 / log2(1 + rank)`, over those of the best list.

    >>> ndcg(np.array([1.0, 3.0, 11.0]), 10).tolist()
    [1.0, 0.5, 0.0]
    """
    wide = _wide(ranks)
    gains = np.where(wide <= k, 1 / np.log2(1 + wide), 0.0).sum(axis=1)
    ideal = np.cumsum(1 / np.log2(2 + np.arange(k)))
    return np.asarray(gains / ideal[np.minimum(_relevant(wide), k) - 1])


def reciprocal_rank(ranks: Ranks) -> Floats:
    """1 / rank of the first relevant item per case; 0 where none is ranked.

    >>> reciprocal_rank(np.array([2.0, np.inf])).tolist()
    [0.5, 0.0]
    """
    return np.asarray(1 / np.nanmin(_wide(ranks), axis=1))


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
    return mean_of(lists, -np.log2(np.maximum(popularity, floor)))


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


def percentiles(counts: Floats) -> Floats:
    """Share of the catalogue that is less popular than each item, items as popular counted half: 0 to 1.

    >>> percentiles(np.array([5.0, 1.0, 1.0, 9.0])).tolist()
    [0.625, 0.25, 0.25, 0.875]
    """
    ordered = np.sort(counts)
    below, up_to = np.searchsorted(ordered, counts, "left"), np.searchsorted(ordered, counts, "right")
    return np.asarray((below + up_to) / (2 * len(counts)))


def popularity_bias(lists: Sequence[Sequence[int]], histories: Sequence[Sequence[int]], percentile: Floats) -> float:
    """Mean popularity percentile of what is shown less that of what the same people chose themselves, -1 to 1.

    0 shows people items as popular as those they know; above 0 it pushes them to what everybody has.
    """
    return mean_of(lists, percentile) - mean_of(histories, percentile)


def tail(counts: Floats) -> NDArray[np.bool_]:
    """Which items are in the long tail: all but the most popular that have 80 % of the events (Abdollahpouri 2019).

    >>> tail(np.array([70.0, 4.0, 20.0, 6.0])).tolist()
    [False, True, False, True]
    """
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    found = np.empty(len(counts), dtype=np.bool_)
    found[order] = before >= 0.8 * counts.sum()
    return found


def mean_of(lists: Sequence[Sequence[int]], values: Floats) -> float:
    """Mean over lists of the mean value of their items; with the long tail as 0 and 1 it is APLT, with counts ARP.

    Empty lists do not count; 0 where all are empty.
    """
    means = [values[list(shown)].mean() for shown in lists if len(shown)]
    return float(np.mean(means)) if means else 0.0


def _wide(ranks: Ranks) -> Ranks:
    return ranks[:, None] if ranks.ndim == 1 else ranks


def _relevant(wide: Ranks) -> NDArray[np.int64]:
    return np.asarray((~np.isnan(wide)).sum(axis=1), dtype=np.int64)
