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
    """

    activity: Numbers
    mainstream: Numbers
    shelf: Numbers

    @classmethod
    def of(cls, histories: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], counts: Floats) -> Groups:
        """Sort people and targets.

        Args:
            histories: Rows of each person's history.
            targets: Rows to be found for each.
            counts: Training events of each item, shape `(n_items,)`.
        """
        percentile = metrics.percentiles(counts)
        shelves = _shelves(counts)
        most = max(len(rows) for rows in targets)
        shelf = np.full((len(targets), most), -1, dtype=np.int64)
        for place, rows in enumerate(targets):
            shelf[place, : len(rows)] = shelves[list(rows)]
        return cls(
            _thirds(np.array([len(rows) for rows in histories], dtype=np.float64)),
            _thirds(np.array([percentile[list(rows)].mean() for rows in histories])),
            shelf,
        )

    def gaps(self, ranks: Ranks, *, seed: int = 0) -> dict[str, Gap]:
        """NDCG@10 by `activity` and `mainstream` of people and by `shelf` of targets.

        Of a person with targets on several shelves, each shelf looks at its own alone.

        Args:
            ranks: Of the targets, shape `(n, most targets)`; see `metrics`.
            seed: Of the bootstrap.
        """
        gains = metrics.ndcg(ranks, 10)
        found = {
            name: _gap({third: gains[of == number] for number, third in enumerate(THIRDS)}, seed)
            for name, of in (("activity", self.activity), ("mainstream", self.mainstream))
        }
        by_shelf = {}
        for number, name in enumerate(SHELVES):
            there = self.shelf == number
            some = there.any(axis=1)
            own = np.where(there, ranks, np.nan)[some]
            by_shelf[name] = metrics.ndcg(own, 10) if len(own) else np.empty(0)
        return found | {"shelf": _gap(by_shelf, seed)}


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
