"""How well an encoder alone finds the item that came next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.evaluate import metrics
from convrec.tune.pairs import Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors

Figures = dict[str, dict[str, float]]
"""By kind of query: metric to mean over its cases."""


def ranks(queries: Vectors, documents: Vectors, cases: Sequence[Pair]) -> NDArray[np.float64]:
    """Rank of each case's item over the whole catalogue, what is known to the person left out.

    Args:
        queries: Unit vector of each case's query, shape `(n, dim)`.
        documents: Unit vectors of all items, shape `(n_items, dim)`.
        cases: As many as queries.

    Returns:
        From 1, shape `(n,)`; of equal cosines the earlier row comes first.
    """
    found = np.empty(len(cases))
    for number, case in enumerate(cases):
        cosines = documents @ queries[number]
        mine = cosines[case.row]
        # Rows of equal cosine that stand earlier in the catalogue count as ahead, so that ties flatter nobody.
        ahead = (cosines > mine) | ((cosines == mine) & (np.arange(len(cosines)) < case.row))
        ahead[list(case.known)] = False
        found[number] = ahead.sum() + 1
    return found


def of_ranks(kind: str, places: NDArray[np.float64]) -> dict[str, float]:
    """Recall@1/10/50 of dialogues, Recall@100 and NDCG@10 of logs."""
    if kind == "dialogues":
        figures = {f"Recall@{k}": metrics.hit_rate(places, k) for k in (1, 10, 50)}
    else:
        figures = {"Recall@100": metrics.hit_rate(places, 100), "NDCG@10": metrics.ndcg(places, 10)}
    return {name: float(values.mean()) for name, values in figures.items()} | {"cases": float(len(places))}


def score(figures: Mapping[str, Mapping[str, float]]) -> float:
    """One figure to choose by, higher is better: the mean over kinds of the mean over each kind's metrics."""
    return float(
        np.mean([np.mean([value for name, value in of.items() if name != "cases"]) for of in figures.values()])
    )
