"""LambdaRank over convrec's own features: what a learned order of the same candidates would reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.log import Log
from convrec.evaluate.peers.base import rows_of
from convrec.evaluate.peers.extra import needed
from convrec.protocols import Catalogue
from convrec.types import Candidate, History, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.recommend import Recommender

    Table = NDArray[np.float32]

FEATURES = ("score", "place", "popularity", "recent popularity", "trend", "year gap", "quality", "liking", "events")
"""Beside the share of each signal of retrieval."""

_CANDIDATES = 200
_FIFTHS = 5
_FEW = 10
"""Below so many examples nothing is learned."""
_PEOPLE = 4_000
_RECENT = 0.1
"""Share of the log, from its end, that says what is popular now."""
_SIGNALS = ("collaborative", "neighbours", "semantic", "popularity")
_OPTIONS = {
    "objective": "lambdarank", "metric": "ndcg", "eval_at": [10], "learning_rate": 0.05, "num_leaves": 15,
    "min_data_in_leaf": 50, "lambdarank_truncation_level": 30, "feature_fraction": 0.8,
    "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip
_YEARS = 10
_PRIOR = 5.0


class LambdaRank:
    """LambdaRank (Burges 2010) with LightGBM, on the first 200 that convrec retrieves.

    Its examples: the newest training event of each person, among the candidates of a retriever fitted on what is
    before it. So neither validation nor test events teach it. The number of trees is chosen on a fifth of the people,
    five times over with another fifth each, and the five models are averaged: of one alone it is chance which fifth
    (on MovieLens-100k NDCG@10 from .122 to .127).
    """

    name = "lambdarank"

    def __init__(self, rec: Recommender, *, trees: int = 300, seed: int = 0) -> None:
        """Take settings, encoder and index from an open recommender; `UsageError` without the library."""
        needed("lightgbm")
        self._rec, self._trees, self._seed = rec, trees, seed

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Learn from the newest training events, then fit retrieval on all of them."""
        import lightgbm

        before, newest = _newest_out(log)
        self._learn_events(before, catalogue)
        tables, marks = [], []
        targets = {event.user_id: event.item_id for event in newest.interactions()}
        for history in _some(before, targets, self._seed):
            found = self._retrieved(history)
            hits = np.array([entry.item_id == targets[history.user_id or ""] for entry in found])
            if hits.any():
                tables.append(self._table(history, found))
                marks.append(hits)
        self._learn_events(log, catalogue)
        self._models: list[Any] = []
        if len(marks) < _FEW:
            return
        everybody = np.random.default_rng(self._seed).permutation(len(marks))
        for number, judged in enumerate(np.array_split(everybody, _FIFTHS)):
            options = _OPTIONS | {"seed": self._seed + number}
            taught = np.setdiff1d(everybody, judged)
            stop = lightgbm.early_stopping(40, verbose=False)
            part = _data(tables, marks, taught)
            first = lightgbm.train(
                options, part, self._trees, valid_sets=[_data(tables, marks, judged, part)], callbacks=[stop]
            )
            trees = max(1, first.best_iteration)
            self._models.append(lightgbm.train(options, _data(tables, marks, everybody), trees))

    def rank(self, histories: Sequence[History], k: int) -> list[list[int]]:
        """The candidates by the trees; where there were too few examples, as retrieved."""
        lists = []
        for history in histories:
            found = self._retrieved(history)
            if self._models and found:
                table = self._table(history, found)
                scores = np.mean([_even(model.predict(table)) for model in self._models], axis=0)
                found = [found[place] for place in np.argsort(-scores, kind="stable")]
            lists.append([self._catalogue.row(entry.item_id) for entry in found[:k]])
        return lists

    def _learn_events(self, log: Log, catalogue: Catalogue) -> None:
        """Retrieval, and what the events say of each item."""
        self._catalogue = catalogue
        self._retriever, self._appeal = self._rec.stages.fitted_on(log)
        rows = log.rows(catalogue)
        kept = rows >= 0
        newest_first = np.argsort(-np.nan_to_num(log.timestamps, nan=-np.inf), kind="stable")
        newest_first = newest_first[kept[newest_first]]
        late = rows[newest_first[: max(1, int(_RECENT * len(newest_first)))]]
        counts = np.bincount(rows[kept], minlength=len(catalogue))
        lately = np.bincount(late, minlength=len(catalogue))
        likes = (log.signals(self._rec.scale)[kept] > 0).astype(np.float64)
        quality = (np.bincount(rows[kept], likes, len(catalogue)) + _PRIOR * likes.mean()) / (counts + _PRIOR)
        trend = np.log((lately + 1) / (counts * _RECENT + 1))
        self._items = np.column_stack([np.log1p(counts), np.log1p(lately), trend, quality]).astype(np.float32)
        self._years = np.array([item.year or np.nan for item in catalogue.items])

    def _retrieved(self, history: History) -> list[Candidate]:
        return list(self._retriever.retrieve(history, None, Request(k=_CANDIDATES), _CANDIDATES))

    def _table(self, history: History, found: Sequence[Candidate]) -> Table:
        rows = np.array([self._catalogue.row(entry.item_id) for entry in found], dtype=np.int64)
        past = self._years[rows_of(history, self._catalogue)][-_YEARS:]
        gap = self._years[rows] - (np.nanmean(past) if np.isfinite(past).any() else np.nan)
        popularity, lately, trend, quality = self._items[rows].T
        columns = [
            np.array([entry.score for entry in found]), np.arange(len(found)), popularity, lately, trend, gap, quality,
            self._appeal.chances(history, found), np.full(len(found), len(history.events)),
        ]  # fmt: skip
        shares = [[entry.sources.get(name, 0.0) for entry in found] for name in _SIGNALS]
        return np.column_stack([*columns, *shares]).astype(np.float32)


def _even(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """With mean 0 and spread 1: models of many trees and of few speak equally loud."""
    return np.asarray((scores - scores.mean()) / (scores.std() or 1.0), dtype=np.float64)


def _newest_out(log: Log) -> tuple[Log, Log]:
    """The log without the newest event of everybody who has two or more, and these."""
    order = log.chronology
    sizes = np.bincount(log.user_codes, minlength=len(log.users))
    held = np.zeros(len(log), dtype=np.bool_)
    held[order[np.cumsum(sizes)[sizes >= 2] - 1]] = True
    return log.take(~held), log.take(held)


def _some(log: Log, targets: dict[str, str], seed: int) -> list[History]:
    """Histories of at most `_PEOPLE` random people with a target."""
    people = [user for user in log.users if user in targets]
    if len(people) > _PEOPLE:
        chosen = np.random.default_rng(seed).choice(len(people), _PEOPLE, replace=False)
        people = [people[i] for i in sorted(chosen.tolist())]
    wanted = set(people)
    return [history for history in log.histories() if history.user_id in wanted]


def _data(tables: Sequence[Table], marks: Sequence[Any], places: Any, like: Any = None) -> Any:
    import lightgbm

    return lightgbm.Dataset(
        np.concatenate([tables[i] for i in places]),
        label=np.concatenate([marks[i] for i in places]).astype(np.int32),
        group=[len(marks[i]) for i in places],
        reference=like,
        free_raw_data=False,
    )
