"""For whom, and for which items, a system works: figures by group, and the gap between groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.evaluate import metrics
from convrec.evaluate.interval import Estimate, bootstrap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ranks = NDArray[np.float64]
    Numbers = NDArray[np.int64]

THIRDS = ("low", "middle", "high")
SHELVES = ("tail", "middle", "head")
OPINIONS = ("not liked", "liked")


@dataclass(frozen=True)
class Gap:
    """NDCG@10 by group.

    Attributes:
        groups: Name to mean with 95 % interval over its people; a group without anybody is absent.
        cases: People in each.
        gap: Largest mean less the smallest, 0 or more.
    """

    groups: Mapping[str, Estimate]
    cases: Mapping[str, int]
    gap: float


@dataclass(frozen=True)
class Groups:
    """Who and what belongs where, fixed before any system is looked at.

    Attributes:
        activity: Third of each person by the length of their history, 0 to 2, shape `(n,)`.
        mainstream: Third of each person by the mean popularity percentile of their history, shape `(n,)`.
        shelf: Third of each target by popularity, 0 tail to 2 head, each with a third of the training events; shape
            `(n, most targets)`, -1 where there is no target.
        opinion: 1 for targets that were liked when they were taken up, 0 for others, -1 where there is none or that is
            not known; same shape.
    """

    activity: Numbers
    mainstream: Numbers
    shelf: Numbers
    opinion: Numbers

    @classmethod
    def of(
        cls,
        histories: Sequence[Sequence[int]],
        targets: Sequence[Sequence[int]],
        counts: Floats,
        liked: Sequence[Sequence[bool]] | None = None,
    ) -> Groups:
        """Sort people and targets.

        Args:
            histories: Rows of each person's history.
            targets: Rows to be found for each.
            counts: Training events of each item, shape `(n_items,)`.
            liked: Whether each target was liked; None: not known.
        """
        percentile = metrics.percentiles(counts)
        shelves = _shelves(counts)
        most = max(len(rows) for rows in targets)
        shelf = np.full((len(targets), most), -1, dtype=np.int64)
        opinion = shelf.copy()
        for place, rows in enumerate(targets):
            shelf[place, : len(rows)] = shelves[list(rows)]
            if liked is not None:
                opinion[place, : len(rows)] = liked[place]
        return cls(
            _thirds(np.array([len(rows) for rows in histories], dtype=np.float64)),
            _thirds(np.array([percentile[list(rows)].mean() for rows in histories])),
            shelf,
            opinion,
        )

    def gaps(self, ranks: Ranks, *, seed: int = 0) -> dict[str, Gap]:
        """NDCG@10 by `activity` and `mainstream` of people and by `shelf` and, where known, `opinion` of targets.

        Of a person with targets on several shelves, each shelf looks at its own alone; so with opinions.

        Args:
            ranks: Of the targets, shape `(n, most targets)`; see `metrics`.
            seed: Of the bootstrap.
        """
        gains = metrics.ndcg(ranks, 10)
        found = {
            name: _gap({third: gains[of == number] for number, third in enumerate(THIRDS)}, seed)
            for name, of in (("activity", self.activity), ("mainstream", self.mainstream))
        }
        found["shelf"] = _gap(_parted(ranks, self.shelf, SHELVES), seed)
        if (self.opinion >= 0).any():
            found["opinion"] = _gap(_parted(ranks, self.opinion, OPINIONS), seed)
        return found


def of_targets(ranks: Ranks, chosen: NDArray[np.bool_]) -> Floats:
    """NDCG@10 of those who have chosen targets, these alone counted, shape `(n_such_people,)`.

    Args:
        ranks: Of the targets, shape `(n, most targets)`; see `metrics`.
        chosen: Which count, same shape.
    """
    own = np.where(chosen, ranks, np.nan)[chosen.any(axis=1)]
    return metrics.ndcg(own, 10) if len(own) else np.empty(0)


def _parted(ranks: Ranks, parts: Numbers, names: Sequence[str]) -> dict[str, Floats]:
    return {name: of_targets(ranks, parts == number) for number, name in enumerate(names)}


def _gap(gains: Mapping[str, Floats], seed: int) -> Gap:
    groups = {name: bootstrap(values, seed=seed) for name, values in gains.items() if len(values)}
    means = [estimate.mean for estimate in groups.values()]
    cases = {name: len(values) for name, values in gains.items() if len(values)}
    return Gap(groups, cases, max(means) - min(means) if means else 0.0)


def _thirds(values: Floats) -> Numbers:
    """Third of each value; equal values are never torn apart, so that thirds may differ in size."""
    cuts = np.quantile(values, [1 / 3, 2 / 3], method="lower")
    return np.asarray(np.searchsorted(cuts, values, side="left"), dtype=np.int64)


def _shelves(counts: Floats) -> Numbers:
    """0, 1 or 2 for each item, from the least popular up, such that each shelf has about a third of the events."""
    order = np.argsort(-counts, kind="stable")
    before = (np.cumsum(counts[order]) - counts[order]) / max(counts.sum(), 1.0)
    shelf = np.empty(len(counts), dtype=np.int64)
    shelf[order] = 2 - np.minimum((3 * before).astype(np.int64), 2)
    return shelf
