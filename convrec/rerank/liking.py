"""How likely a person is to like an item: biases, latent factors with fold-in, and a logistic calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from convrec.signal import Scale
from convrec.types import History, ItemId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.int64]

_PRIOR = 8.0
"""Pseudo-events that pull a like-rate towards its mean."""
_RANK = 16
_RIDGE = 4.0
_MAX_USERS = 4000
_MIN_EVENTS = 200


@dataclass(frozen=True)
class _Taste:
    """One history as rows of the catalogue and likes in {0, 1}."""

    rows: Rows
    likes: Floats


@dataclass(frozen=True)
class LikingModel:
    """P(like | history, item), calibrated on people whose events the item statistics have not seen.

    Features: log-odds of the person's like-rate, log-odds of the item's like-rate, and a residual from biased
    matrix factorisation (Koren, Bell, Volinsky 2009) whose person vector is folded in by ridge regression, so that
    people unknown when it was fitted are served alike. A log that records choices without dislikes is contrasted
    with random items instead: the probability then reads "would choose it rather than a random one".

    Attributes:
        base: Overall like-rate, 0 to 1.
        item_rate: Smoothed like-rate by catalogue row, shape `(n_items,)`.
        factors: Latent item factors, shape `(n_items, rank)`.
        weights: Intercept, person, item and residual weight, shape `(4,)`.
        implicit: Whether the log records choices without dislikes, so that nobody's like-rate says anything.
    """

    base: float
    item_rate: Floats
    factors: Floats
    weights: Floats
    implicit: bool = False

    @classmethod
    def fit(
        cls, histories: Iterable[History], rows: Mapping[ItemId, int], scale: Scale, *, seed: int = 0
    ) -> Self | None:
        """Fit on a log; None where there are too few events to learn from.

        Args:
            histories: Everybody's history.
            rows: Catalogue row by item id.
            scale: What counts as liking.
            seed: Of the choice of users and negatives.
        """
        rng = np.random.default_rng(seed)
        tastes = [taste for history in histories if len((taste := _taste(history, rows, scale)).rows) >= 2]
        if sum(len(taste.rows) for taste in tastes) < _MIN_EVENTS:
            return None
        if len(tastes) > _MAX_USERS:
            tastes = [tastes[i] for i in rng.choice(len(tastes), _MAX_USERS, replace=False)]
        if implicit := bool(np.concatenate([taste.likes for taste in tastes]).mean() > 0.99):
            tastes = [_with_negatives(taste, len(rows), rng) for taste in tastes]
        order = rng.permutation(len(tastes))
        half = len(order) // 2
        features, likes = [], []
        for fit_on, judge_on in ((order[:half], order[half:]), (order[half:], order[:half])):
            base, rate, factors = _statistics([tastes[i] for i in fit_on], len(rows), implicit)
            model = cls(base, rate, factors, np.array([0.0, 1.0, 1.0, 1.0]), implicit)
            for i in judge_on:
                seen, held = _held_out(tastes[i], rng)
                if implicit:
                    # Nobody's history will hold the random items that stand in for dislikes.
                    seen = _Taste(seen.rows[seen.likes == 1], seen.likes[seen.likes == 1])
                features.append(model._features(seen, held.rows))
                likes.append(held.likes)
        x, y = np.concatenate(features), np.concatenate(likes)
        if len(np.unique(y)) < 2:
            return None
        from sklearn.linear_model import LogisticRegression

        logistic = LogisticRegression(C=10.0).fit(x, y)
        weights = np.concatenate([logistic.intercept_, logistic.coef_[0]])
        return cls(*_statistics(tastes, len(rows), implicit), weights, implicit)

    def predict(self, history: History, targets: Sequence[ItemId], rows: Mapping[ItemId, int], scale: Scale) -> Floats:
        """Probability of liking for each target, shape `(len(targets),)`, each in (0, 1)."""
        taste = _taste(history, rows, scale)
        x = self._features(taste, np.array([rows[target] for target in targets], dtype=np.int64))
        return np.asarray(1 / (1 + np.exp(-(self.weights[0] + x @ self.weights[1:]))))

    def _features(self, taste: _Taste, targets: Rows) -> Floats:
        rate = (taste.likes.sum() + _PRIOR * self.base / 2) / (len(taste.likes) + _PRIOR / 2)
        if self.implicit:
            rate = self.base
        person = _logit(rate) - _logit(_mean_rate(self.item_rate, taste.rows, self.base))
        vectors = self.factors[taste.rows]
        residual = taste.likes - np.clip(self.item_rate[taste.rows] + rate - self.base, 0, 1)
        gram = vectors.T @ vectors + _RIDGE * np.eye(vectors.shape[1])
        folded = np.linalg.solve(gram, vectors.T @ residual) if len(taste.rows) else np.zeros(vectors.shape[1])
        return np.column_stack(
            [np.full(len(targets), person), _logit(self.item_rate[targets]), self.factors[targets] @ folded]
        )

    def save(self, path: Path) -> None:
        """Write as safetensors."""
        from safetensors.numpy import save_file

        save_file(
            {
                "base": np.array([self.base]),
                "item_rate": self.item_rate,
                "factors": np.ascontiguousarray(self.factors),
                "weights": self.weights,
                "implicit": np.array([float(self.implicit)]),
            },
            path,
        )

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read what `save` wrote; None where there is none."""
        if not path.is_file():
            return None
        from safetensors.numpy import load_file

        tensors = load_file(path)
        implicit = bool(tensors["implicit"][0])
        return cls(float(tensors["base"][0]), tensors["item_rate"], tensors["factors"], tensors["weights"], implicit)


def _taste(history: History, rows: Mapping[ItemId, int], scale: Scale) -> _Taste:
    latest = {event.item_id: event for event in history.events if event.item_id in rows and event.kind != "seen"}
    return _Taste(
        np.array([rows[item] for item in latest], dtype=np.int64),
        np.array([float(scale.likes(event)) for event in latest.values()]),
    )


def _with_negatives(taste: _Taste, n_items: int, rng: np.random.Generator) -> _Taste:
    negatives = rng.integers(0, n_items, len(taste.rows))
    return _Taste(np.concatenate([taste.rows, negatives]), np.concatenate([taste.likes, np.zeros(len(negatives))]))


def _held_out(taste: _Taste, rng: np.random.Generator) -> tuple[_Taste, _Taste]:
    held = rng.random(len(taste.rows)) < 0.25
    held[rng.integers(len(held))] = True
    held[np.flatnonzero(held)[20:]] = False
    return _Taste(taste.rows[~held], taste.likes[~held]), _Taste(taste.rows[held], taste.likes[held])


def _statistics(tastes: Sequence[_Taste], n_items: int, implicit: bool) -> tuple[float, Floats, Floats]:
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    users = np.repeat(np.arange(len(tastes)), [len(taste.rows) for taste in tastes])
    rows = np.concatenate([taste.rows for taste in tastes])
    likes = np.concatenate([taste.likes for taste in tastes])
    base = float(likes.mean())
    count = np.bincount(rows, minlength=n_items)
    rate = (np.bincount(rows, likes, n_items) + _PRIOR * base) / (count + _PRIOR)
    person = (np.bincount(users, likes) + _PRIOR * base / 2) / (np.bincount(users) + _PRIOR / 2)
    if implicit:
        person = np.full_like(person, base)
    residual = likes - np.clip(rate[rows] + person[users] - base, 0, 1)
    matrix = csr_matrix((residual, (users, rows)), shape=(len(tastes), n_items))
    rank = min(_RANK, min(matrix.shape) - 1)
    if rank < 1:
        return base, rate, np.zeros((n_items, 1))
    _, values, right = svds(matrix, k=rank, random_state=0)
    # Items with few events would carry the noise of those few at full length.
    shrink = np.sqrt(count / (count + _PRIOR))
    return base, rate, (right.T * np.sqrt(values)) * shrink[:, None]


def _mean_rate(rate: Floats, rows: Rows, base: float) -> float:
    return float(rate[rows].mean()) if len(rows) else base


def _logit(p: float | Floats) -> Floats:
    clipped = np.clip(p, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(clipped / (1 - clipped)))
