"""Uncertainty: percentile bootstrap over users (Efron 1979)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval.

    Attributes:
        mean: Over users.
        low: 2.5 % quantile of the bootstrapped means.
        high: 97.5 % quantile.
    """

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4f} [{self.low:.4f}, {self.high:.4f}]"


def bootstrap(values: Floats, *, seed: int = 0) -> Estimate:
    """Mean over users with its 95 % interval.

    Args:
        values: One value a user, shape `(n,)`, n at least 1.
        seed: Of the resampling; the same seed resamples the same users, so that systems stay paired.
    """
    rng = np.random.default_rng(seed)
    n = len(values)
    means = np.concatenate(
        [values[rng.integers(0, n, (min(200, _RESAMPLES), n))].mean(axis=1) for _ in range(_RESAMPLES // 200)]
    )
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(values.mean()), float(low), float(high))


def difference(values: Floats, peer: Floats, *, seed: int = 0) -> Estimate:
    """Mean of the paired difference `values - peer`; clear of chance at 5 % where the interval leaves out 0."""
    return bootstrap(values - peer, seed=seed)
