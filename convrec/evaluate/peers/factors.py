"""Matrix factorisation for implicit feedback: ALS and BPR of the library `implicit`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.log import Log
from convrec.evaluate.peers.base import newest_out, sampled, sequences, stacked, validated
from convrec.evaluate.peers.extra import needed
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from convrec.evaluate.peers.base import Floats, Rows

_JUDGED = 1_000
_FOLDS = 200
"""Steps of BPR's fold-in."""


class Als:
    """Weighted alternating least squares (Hu, Koren and Volinsky 2008).

    The number of factors, the penalty and the weight of an event are chosen on the newest event of each training
    history. A history's vector is computed from it and the items' vectors (`recalculate_user`), so that people unknown
    in training are served alike.
    """

    name = "als"
    GRID = tuple((factors, penalty, alpha) for factors in (32, 64) for penalty in (0.1, 10.0) for alpha in (1.0, 10.0))

    def __init__(self, *, iterations: int = 15, seed: int = 0) -> None:
        """Keep the number of sweeps and the seed of the first vectors; `UsageError` without the library."""
        needed("implicit")
        self._iterations, self._seed = iterations, seed

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Choose the setting, then fit on everything."""
        histories, self._size = sequences(log, catalogue), len(catalogue)
        shorter, targets = newest_out(histories)
        targets, best = sampled(targets, _JUDGED, self._seed), -1.0
        for setting in self.GRID:
            self._model = self._solved(setting, shorter)
            if (reached := validated(self.scores, shorter, targets)) > best:
                best, self.chosen = reached, setting
        self._model = self._solved(self.chosen, histories)

    def scores(self, histories: Sequence[Rows]) -> Floats:
        """Inner products with the items' vectors."""
        with _one_thread():
            people = self._model.recalculate_user(np.arange(len(histories)), stacked(histories, self._size))
        return np.asarray(people @ self._model.item_factors.T, dtype=np.float32)

    def _solved(self, setting: tuple[int, float, float], histories: Sequence[Rows]) -> Any:
        from implicit.cpu.als import AlternatingLeastSquares

        factors, penalty, alpha = setting
        with _one_thread():
            model = AlternatingLeastSquares(
                factors=factors,
                regularization=penalty,
                alpha=alpha,
                iterations=self._iterations,
                random_state=self._seed,
            )
            model.fit(stacked(histories, self._size), show_progress=False)
        return model


class Bpr:
    """Bayesian personalised ranking (Rendle et al. 2009).

    The learning rate and the number of sweeps are chosen on the newest event of each training history. A history that
    was trained on gets its trained vector; any other is folded in: gradient steps of the same loss on its vector alone.
    """

    name = "bpr"
    GRID = tuple((factors, rate, sweeps) for factors in (32, 64) for rate in (0.02, 0.05) for sweeps in (50, 150))
    PENALTY = 0.01

    def __init__(self, *, seed: int = 0) -> None:
        """Keep the seed of the first vectors and of the draws; `UsageError` without the library."""
        needed("implicit")
        self._seed = seed

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Choose the setting, then fit on everything."""
        histories, self._size = sequences(log, catalogue), len(catalogue)
        shorter, targets = newest_out(histories)
        targets, best = sampled(targets, _JUDGED, self._seed), -1.0
        for setting in self.GRID:
            self._learn(setting, shorter)
            if (reached := validated(self.scores, shorter, targets)) > best:
                best, self.chosen = reached, setting
        self._learn(self.chosen, histories)

    def scores(self, histories: Sequence[Rows]) -> Floats:
        """Inner products with the items' vectors, their bias included."""
        people = [self._people.get(_key(rows)) for rows in histories]
        vectors = [
            self._folded(rows) if person is None else self._model.user_factors[person]
            for rows, person in zip(histories, people, strict=True)
        ]
        return np.asarray(np.stack(vectors) @ self._model.item_factors.T, dtype=np.float32)

    def _learn(self, setting: tuple[int, float, int], histories: Sequence[Rows]) -> None:
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        factors, self._rate, sweeps = setting
        self._people = {_key(rows): person for person, rows in enumerate(histories) if len(rows)}
        with _one_thread():
            # One thread: the library's threads write to the same vectors, and no two runs would agree.
            self._model = BayesianPersonalizedRanking(
                factors=factors,
                learning_rate=self._rate,
                regularization=self.PENALTY,
                iterations=sweeps,
                num_threads=1,
                random_state=self._seed,
            )
            self._model.fit(stacked(histories, self._size), show_progress=False)

    def _folded(self, rows: Rows) -> Floats:
        items, rng = self._model.item_factors, np.random.default_rng(self._seed)
        vector = np.zeros(items.shape[1], dtype=np.float32)
        # The last place carries the items' bias and stays 1.
        vector[-1] = 1.0
        for _ in range(_FOLDS):
            apart = items[rows] - items[rng.integers(0, self._size, len(rows))]
            push = 1 / (1 + np.exp(apart @ vector))
            step = (push[:, None] * apart)[:, :-1].mean(axis=0) - self.PENALTY * vector[:-1]
            vector[:-1] += 10 * self._rate * step
        return vector


def _key(rows: Rows) -> bytes:
    return rows.astype(np.int64).tobytes()


def _one_thread() -> AbstractContextManager[Any]:
    """The linear algebra library on one thread: `implicit` runs its own, and warns of any other arrangement."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1, user_api="blas")
    return limits
