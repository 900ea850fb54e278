"""Uncertainty: percentile bootstrap over users (Efron 1979)."""

from __future__ import annotations

from collections.abc import Sequence
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
    return bootstraps(values[:, None], seed=seed)[0]


def bootstraps(values: Floats, *, seed: int = 0) -> list[Estimate]:
    """`bootstrap` of each column, all on the same resamples: shape `(n, figures)`."""
    lows, highs = np.quantile(_resampled(values, seed), [0.025, 0.975], axis=0)
    means = values.mean(axis=0)
    return [Estimate(float(mean), float(low), float(high)) for mean, low, high in zip(means, lows, highs, strict=True)]


def clustered(values: Floats, groups: NDArray[np.int64], *, seed: int = 0) -> Estimate:
    """Mean over cases, with an interval from resampling whole groups: cases of one talk are not independent.

    Args:
        values: One value a case, shape `(n,)`.
        groups: Which group each case is of, shape `(n,)`, whole numbers from 0.
        seed: Of the resampling.
    """
    sizes = np.bincount(groups).astype(np.float64)
    sums = np.bincount(groups, values)
    both = _resampled(np.column_stack([sums, sizes])[sizes > 0], seed)
    low, high = np.quantile(both[:, 0] / both[:, 1], [0.025, 0.975])
    return Estimate(float(values.mean()), float(low), float(high))


def difference(values: Floats, peer: Floats, *, seed: int = 0) -> Estimate:
    """Mean of the paired difference `values - peer`; clear of chance at 5 % where the interval leaves out 0."""
    return bootstrap(values - peer, seed=seed)


def relative_gain(values: Floats, peer: Floats, *, seed: int = 0) -> Estimate | None:
    """Relative gain of the mean, `mean(values) / mean(peer) - 1`, with its paired 95 % interval over users.

    None where the peer found so little that it has a mean of 0 in one of the resamples.

    >>> str(relative_gain(np.array([0.6, 0.6]), np.array([0.5, 0.5])))
    '0.2000 [0.2000, 0.2000]'
    """
    means = np.vstack([[values.mean(), peer.mean()], _resampled(np.column_stack([values, peer]), seed)])
    if means[:, 1].min() <= 0:
        return None
    gains = means[:, 0] / means[:, 1] - 1
    low, high = np.quantile(gains[1:], [0.025, 0.975])
    return Estimate(float(gains[0]), float(low), float(high))


def ratio(parts: Floats, wholes: Floats, *, seed: int = 0) -> Estimate:
    """`sum(parts) / sum(wholes)` with its 95 % interval over users; 0 where the wholes come to nothing.

    >>> str(ratio(np.array([1.0, 2.0]), np.array([2.0, 4.0])))
    '0.5000 [0.5000, 0.5000]'
    """
    means = np.vstack([[parts.mean(), wholes.mean()], _resampled(np.column_stack([parts, wholes]), seed)])
    shares = np.divide(means[:, 0], means[:, 1], out=np.zeros(len(means)), where=means[:, 1] > 0)
    low, high = np.quantile(shares[1:], [0.025, 0.975])
    return Estimate(float(shares[0]), float(low), float(high))


def randomisation(values: Floats, peer: Floats, *, seed: int = 0, rounds: int = 10_000) -> float:
    """Two-sided p value of a paired randomisation test of equal means (Fisher 1935; Smucker et al. 2007 for rankings).

    If the two systems were alike, each person's difference could as well have the other sign: p is the share of
    `rounds` random choices of signs whose mean difference is at least as far from 0, the observed one counted in.

    Args:
        values: One value a user, shape `(n,)`.
        peer: The other system's, same users.
        seed: Of the signs.
        rounds: The smallest p is `1 / (rounds + 1)`.
    """
    gaps = (values - peer)[values != peer]
    if not len(gaps):
        return 1.0
    rng = np.random.default_rng(seed)
    chunk = max(1, min(500, 20_000_000 // len(gaps)))
    observed, extreme, done = abs(gaps.sum()) - 1e-12, 0, 0
    while done < rounds:
        count = min(chunk, rounds - done)
        signs = rng.integers(0, 2, (count, len(gaps)), dtype=np.int8)
        extreme += int((np.abs(2 * (signs @ gaps) - gaps.sum()) >= observed).sum())
        done += count
    return (extreme + 1) / (rounds + 1)


def holm(values: Sequence[float]) -> list[float]:
    """P values corrected for having made so many comparisons (Holm 1979), in the order given, at most 1.

    >>> holm([0.04, 0.01, 0.03])
    [0.06, 0.03, 0.06]
    """
    corrected, highest = [0.0] * len(values), 0.0
    for place, which in enumerate(np.argsort(values, kind="stable").tolist()):
        highest = max(highest, min(1.0, (len(values) - place) * values[which]))
        corrected[which] = highest
    return corrected


def _resampled(values: Floats, seed: int) -> Floats:
    """Means of each column over resampled users, shape `(resamples, figures)`."""
    rng = np.random.default_rng(seed)
    n = len(values)
    chunk = max(1, min(200, 4_000_000 // n))
    means = []
    for start in range(0, _RESAMPLES, chunk):
        count = min(chunk, _RESAMPLES - start)
        # How often each user was drawn, by resample: the means are then one matrix product.
        drawn = rng.integers(0, n, (count, n)) + n * np.arange(count)[:, None]
        times = np.bincount(drawn.ravel(), minlength=count * n).reshape(count, n).astype(np.float64)
        means.append(times @ values / n)
    return np.concatenate(means)
