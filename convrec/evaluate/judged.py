"""Probabilities beside what came true: the figures of a yes-or-no prediction, resampled over people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.evaluate.interval import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.int64]

Figures = dict[str, dict[str, Estimate]]
"""Estimates by predictor, then by name of the figure."""

_RESAMPLES = 1000
_BINS = 10


@dataclass(frozen=True)
class Judged:
    """What one predictor said about the held-out events.

    Attributes:
        people: Number of each event's person, 0 to the number of people less 1, shape `(n,)`.
        chances: Probability of liking, shape `(n,)`.
        likes: What came true, 0 or 1, shape `(n,)`.
        expected: Predicted rating; None where the predictor has none.
        ratings: Rating given, NaN where there is none.
    """

    people: Rows
    chances: Floats
    likes: Floats
    expected: Floats | None = None
    ratings: Floats | None = None


def auc(chances: Floats, likes: Floats, weights: Floats | None = None) -> float:
    """Area under the ROC curve: how often a liked event is put above one that is not; ties count half.

    NaN where all are liked or none is.

    >>> auc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0]))
    0.875
    """
    _, place = np.unique(chances, return_inverse=True)
    weights = np.ones(len(likes)) if weights is None else weights
    return float(_area(place, likes, weights))


def _area(place: Rows, likes: Floats, weights: Floats) -> float:
    yes, no = np.bincount(place, weights * likes), np.bincount(place, weights * (1 - likes))
    pairs = yes.sum() * no.sum()
    return float((yes * (np.cumsum(no) - no / 2)).sum() / pairs) if pairs else float("nan")


def within(judged: Judged) -> Floats:
    """AUC of each person's own events, shape `(n_people,)`; NaN for people of one class."""
    found = np.full(int(judged.people.max()) + 1, np.nan)
    for person in range(len(found)):
        own = judged.people == person
        found[person] = auc(judged.chances[own], judged.likes[own])
    return found


def calibration(judged: Judged) -> list[dict[str, float]]:
    """Ten bins of equal width that hold events: mean probability, share liked, events."""
    bins = _bin(judged.chances)
    return [
        {
            "chance": float(judged.chances[bins == number].mean()),
            "liked": float(judged.likes[bins == number].mean()),
            "events": int((bins == number).sum()),
        }
        for number in np.unique(bins)
    ]


def roc(judged: Judged, points: int = 101) -> list[tuple[float, float]]:
    """False and true positive rate at every threshold, thinned to at most `points`, from (0, 0) to (1, 1)."""
    values, place = np.unique(-judged.chances, return_inverse=True)
    yes = np.concatenate([[0.0], np.cumsum(np.bincount(place, judged.likes, len(values)))])
    no = np.concatenate([[0.0], np.cumsum(np.bincount(place, 1 - judged.likes, len(values)))])
    kept = np.unique(np.linspace(0, len(yes) - 1, min(points, len(yes))).round().astype(int))
    return [(float(x), float(y)) for x, y in zip(no[kept] / max(no[-1], 1), yes[kept] / max(yes[-1], 1), strict=True)]


def figures(systems: Mapping[str, Judged], ours: str, seed: int = 0) -> tuple[Figures, Figures]:
    """Every figure of every predictor with its 95 % interval over people, and AUCs of ours less each other's.

    All predictors are resampled alike, so that differences are paired. A figure that cannot be had (one class only,
    no ratings) is left out.

    Args:
        systems: By name, about the same events in the same order.
        ours: Whose difference to the others is taken.
        seed: Of the resampling.
    """
    some = next(iter(systems.values()))
    n_people = int(some.people.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(n_people, np.full(n_people, 1 / n_people), size=_RESAMPLES)
    counts = np.vstack([np.ones(n_people), drawn]).astype(np.float64)
    resampled = {name: _resampled(judged, counts) for name, judged in systems.items()}
    own = {name: _estimates(values) for name, values in resampled.items()}
    differences = {
        name: _estimates({key: resampled[ours][key] - values[key] for key in ("AUC", "within-user AUC")})
        for name, values in resampled.items()
        if name != ours
    }
    return own, differences


def _estimates(values: Mapping[str, Floats]) -> dict[str, Estimate]:
    made = {}
    for name, found in values.items():
        # A resample may hold one class alone; the figure itself must exist.
        if not np.isnan(found[0]):
            low, high = np.nanquantile(found[1:], [0.025, 0.975])
            made[name] = Estimate(float(found[0]), float(low), float(high))
    return made


def _resampled(judged: Judged, counts: Floats) -> dict[str, Floats]:
    """Each figure for each row of counts of people; the first row counts everybody once."""
    people, chances, likes = judged.people, judged.chances, judged.likes
    n_people = counts.shape[1]

    def total(values: Floats) -> Floats:
        return np.asarray(counts @ np.bincount(people, values, n_people))

    said = (chances >= 0.5).astype(np.float64)
    n, hits = total(np.ones(len(likes))), total(said * likes)
    brier = total(np.square(chances - likes)) / n
    own = within(judged)
    some = ~np.isnan(own)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            "AUC": _areas(judged, counts),
            "within-user AUC": counts[:, some] @ own[some] / counts[:, some].sum(axis=1),
            "accuracy": total((said == likes).astype(np.float64)) / n,
            "precision": hits / total(said),
            "recall": hits / total(likes),
            "F1": 2 * hits / (total(said) + total(likes)),
            "RMSE": np.sqrt(brier),
            "Brier": brier,
            "calibration error": _calibration_error(judged, counts) / n,
        }
        if judged.expected is not None and judged.ratings is not None and not np.isnan(judged.ratings).all():
            rated = ~np.isnan(judged.ratings)
            wrong = np.where(rated, np.square(judged.expected - np.nan_to_num(judged.ratings)), 0.0)
            found["rating RMSE"] = np.sqrt(total(wrong) / total(rated.astype(np.float64)))
    return found


def _areas(judged: Judged, counts: Floats) -> Floats:
    _, place = np.unique(judged.chances, return_inverse=True)
    return np.array([_area(place, judged.likes, row[judged.people]) for row in counts])


def _calibration_error(judged: Judged, counts: Floats) -> Floats:
    """Sum over ten bins of |sum of probabilities - likes|, for each row of counts."""
    cell = judged.people * _BINS + _bin(judged.chances)
    gaps = np.bincount(cell, judged.chances - judged.likes, counts.shape[1] * _BINS).reshape(-1, _BINS)
    return np.asarray(np.abs(counts @ gaps).sum(axis=1))


def _bin(chances: Floats) -> Rows:
    return np.minimum((chances * _BINS).astype(np.int64), _BINS - 1)
