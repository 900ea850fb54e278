"""The contrastive loss: which columns are wrong answers, how likely each was to be there, and the softmax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.tune.pairs import Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors

_LEAST = 1e-6


def columns(pairs: Sequence[Pair], mined: Sequence[Sequence[int]] = ()) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows of a batch, so that an item in it twice is one column, and each pair's own column.

    Args:
        pairs: Of the batch.
        mined: Rows of hard negatives of each pair; none: in-batch negatives only.

    Returns:
        Rows, shape `(c,)`, and the position among them of each pair's item, shape `(n,)`.
    """
    rows = list(dict.fromkeys([pair.row for pair in pairs] + [row for hard in mined for row in hard]))
    place = {row: at for at, row in enumerate(rows)}
    return np.array(rows, dtype=np.int64), np.array([place[pair.row] for pair in pairs], dtype=np.int64)


def false_negatives(pairs: Sequence[Pair], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Columns that are no wrong answer to a query: items the person knows, and the answers to the same words.

    Returns:
        Mask of shape `(n, c)`; a pair's own item is never masked.
    """
    answers: dict[str, set[int]] = {}
    for pair in pairs:
        answers.setdefault(pair.query, set()).add(pair.row)
    mask = np.zeros((len(pairs), len(rows)), dtype=np.bool_)
    for number, pair in enumerate(pairs):
        right = pair.known | answers[pair.query]
        mask[number] = [row in right and row != pair.row for row in rows.tolist()]
    return mask


def mine(
    queries: Vectors, bank: Vectors, pairs: Sequence[Pair], *, each: int, pool: int, rng: np.random.Generator
) -> list[list[int]]:
    """Hard negatives: for each query some of its nearest wrong items, after ANCE (Xiong et al. 2021).

    Args:
        queries: Unit vectors under the present weights, shape `(n, dim)`.
        bank: Unit vectors of all items, not much older, shape `(n_items, dim)`.
        pairs: Of the batch; what a person knows is passed over.
        each: How many a query.
        pool: Drawn from so many of the nearest.
        rng: Draws.
    """
    cosines = queries @ bank.T
    found = []
    for number, pair in enumerate(pairs):
        scores = cosines[number].copy()
        scores[[pair.row, *pair.known]] = -np.inf
        count = min(pool, int(np.isfinite(scores).sum()))
        near = np.argsort(-scores, kind="stable")[:count] if count else np.empty(0, dtype=np.int64)
        drawn = rng.choice(len(near), min(each, len(near)), replace=False)
        found.append([int(near[place]) for place in sorted(drawn.tolist())])
    return found


def log_inclusion(
    rows: NDArray[np.int64], share: NDArray[np.float64], batch: int, mined: float, hard: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Log of the probability that each column is in the batch, the correction of a sampled softmax (Yi et al. 2019).

    Popular items are in-batch negatives more often than others; without the correction they learn to be far from
    everybody. As the item of a pair a column is present with `1 - (1 - share) ^ batch`; as a mined one, of a pool, with
    the share of the pool that is drawn.

    Args:
        rows: The columns, shape `(c,)`.
        share: Share of the training examples whose item each row is, shape `(n_items,)`; adds up to 1.
        batch: Pairs in a batch.
        mined: Chance of an item of the pool to be drawn, 0 to 1.
        hard: Which columns were mined, shape `(c,)`.

    Returns:
        Shape `(c,)`, at most 0.
    """
    drawn = -np.expm1(batch * np.log1p(-np.minimum(share[rows], 1 - 1e-9)))
    present = np.maximum(drawn, np.where(hard, mined, 0.0))
    return np.asarray(np.log(np.clip(present, _LEAST, 1.0)))


def contrast(queries: Any, documents: Any, own: Any, masked: Any, correction: Any, temperature: float) -> Any:
    """Mean cross-entropy of each query's own item among the columns (InfoNCE, van den Oord et al. 2018).

    Args:
        queries: Unit vectors, shape `(n, dim)`.
        documents: Unit vectors of the columns, shape `(c, dim)`.
        own: Each query's column, shape `(n,)`, int64.
        masked: Columns that do not count, shape `(n, c)`, bool.
        correction: `log_inclusion`, shape `(c,)`; zeros: none.
        temperature: Divides the cosines; above 0.
    """
    import torch

    logits = queries.float() @ documents.float().T / temperature - correction
    return torch.nn.functional.cross_entropy(logits.masked_fill(masked, -torch.inf), own)
