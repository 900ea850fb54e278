"""Next-item ranking over the whole catalogue: convrec beside its peers, same split, same users, same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.log import Log
from convrec.data.splits import Split, last_item_out
from convrec.errors import UsageError
from convrec.evaluate import metrics
from convrec.evaluate.interval import Estimate, bootstrap, difference
from convrec.evaluate.peers import Peer, peers
from convrec.evaluate.system import ConvrecSystem, System
from convrec.protocols import Catalogue
from convrec.types import History, Interaction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.recommend import Recommender

CUTS = (1, 5, 10, 20, 50)
DEPTH = 100
"""Places ranked; a relevant item further down counts as missed."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Case:
    """One person's history and the item that came next."""

    history: History
    target: int


@dataclass(frozen=True)
class Row:
    """One system's figures.

    Attributes:
        name: Of the system.
        figures: Metric to mean with 95 % interval over users.
        lists: Coverage, novelty (bits) and Gini index of the first ten places.
        seconds: To fit, and to rank all cases.
    """

    name: str
    figures: dict[str, Estimate]
    lists: dict[str, float]
    seconds: dict[str, float]


def evaluate(
    rec: Recommender,
    *,
    peer_names: list[str] | None = None,
    max_users: int | None = None,
    llm: bool = False,
    seed: int = 0,
    validation: bool = False,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Last-item-out figures of a workspace's recommender and its peers, all fitted on the training events alone.

    Args:
        rec: An open recommender; its fitted models are not used, its settings, encoder and LLM are.
        peer_names: Which peers; None: all that the catalogue's size allows.
        max_users: Evaluate a random sample of so many people; None: everybody.
        llm: Also the full system with the LLM's vote.
        seed: Of the sample and the bootstrap.
        validation: Score the second newest item instead of the newest: for choosing settings.
        progress: Told each step.

    Raises:
        UsageError: The workspace has no log with at least one person of three events.
    """
    log = rec.store.events.log()
    split = last_item_out(log)
    if not len(split.test):
        raise UsageError("nobody in this workspace has three events or more: there is nothing to hold out")
    train, held = _parts(split, validation)
    cases = _cases(train, held, rec.catalogue, max_users, seed)
    rows: list[Row] = []
    ranks: dict[str, NDArray[np.float64]] = {}
    popularity = _share(train, rec.catalogue)
    systems: list[System] = [_PeerSystem(peer) for peer in peers(peer_names, rec.catalogue)]
    systems.append(ConvrecSystem(rec, "convrec, retrieval alone"))
    systems.append(ConvrecSystem(rec, "convrec, without LLM", liking=True))
    if llm:
        systems.append(ConvrecSystem(rec, "convrec, with LLM", liking=True, llm=True))
    for system in systems:
        progress(f"{system.name}: fitting")
        start = time.perf_counter()
        system.fit(train, rec.catalogue)
        fitted = time.perf_counter()
        progress(f"{system.name}: ranking {len(cases):,} people")
        lists = system.rank([case.history for case in cases], DEPTH)
        ended = time.perf_counter()
        ranks[system.name] = _ranks(lists, cases)
        rows.append(
            Row(
                system.name,
                _figures(ranks[system.name], seed),
                _list_figures([shown[:10] for shown in lists], popularity),
                {"fit": fitted - start, "rank": ended - fitted},
            )
        )
    return {
        "protocol": "last item out (second newest)" if validation else "last item out",
        "ties": "stable sort by timestamp in log order",
        "cases": len(cases),
        "items": len(rec.catalogue),
        "seed": seed,
        "systems": rows,
        "differences": _differences(ranks, seed),
    }


class _PeerSystem:
    """A peer as a system: the best rows that the history does not have."""

    def __init__(self, peer: Peer) -> None:
        self.name = peer.name
        self._peer = peer

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._peer.fit(log, catalogue)

    def rank(self, histories: Sequence[History], k: int) -> list[list[int]]:
        lists = []
        for history in histories:
            rows = np.array([self._catalogue.row(item) for item in history.item_ids], dtype=np.int64)
            scores = self._peer.scores(rows).astype(np.float64)
            scores[rows] = -np.inf
            lists.append(np.argsort(-scores, kind="stable")[:k].tolist())
        return lists


def _parts(split: Split, validation: bool) -> tuple[Log, Log]:
    if validation:
        return split.train, split.validation
    return Log.joined([split.train, split.validation]), split.test


def _cases(train: Log, held: Log, catalogue: Catalogue, max_users: int | None, seed: int) -> list[Case]:
    targets: dict[str, Interaction] = {event.user_id: event for event in held.interactions()}
    cases = []
    for history in train.histories():
        target = targets.get(history.user_id or "")
        events = tuple(event for event in history.events if event.item_id in catalogue)
        if target is not None and target.item_id in catalogue and events:
            cases.append(Case(History(None, events), catalogue.row(target.item_id)))
    if max_users is not None and len(cases) > max_users:
        chosen = np.random.default_rng(seed).choice(len(cases), max_users, replace=False)
        cases = [cases[i] for i in sorted(chosen.tolist())]
    return cases


def _ranks(lists: Sequence[Sequence[int]], cases: Sequence[Case]) -> NDArray[np.float64]:
    return np.array(
        [
            float(list(shown).index(case.target) + 1) if case.target in shown else np.inf
            for shown, case in zip(lists, cases, strict=True)
        ]
    )


def _figures(ranks: NDArray[np.float64], seed: int) -> dict[str, Estimate]:
    figures = {f"HR@{k}": bootstrap(metrics.hit_rate(ranks, k), seed=seed) for k in CUTS}
    figures |= {f"NDCG@{k}": bootstrap(metrics.ndcg(ranks, k), seed=seed) for k in CUTS[1:]}
    return figures | {"MRR": bootstrap(metrics.reciprocal_rank(ranks), seed=seed)}


def _list_figures(lists: Sequence[Sequence[int]], popularity: NDArray[np.float64]) -> dict[str, float]:
    return {
        "coverage@10": metrics.coverage(lists, len(popularity)),
        "novelty@10": metrics.novelty(lists, popularity),
        "gini@10": metrics.gini(lists, len(popularity)),
    }


def _differences(ranks: dict[str, NDArray[np.float64]], seed: int) -> dict[str, Estimate]:
    """NDCG@10 of the last system less each other's, paired by person."""
    *others, ours = ranks
    mine = metrics.ndcg(ranks[ours], 10)
    return {f"{ours} - {other}": difference(mine, metrics.ndcg(ranks[other], 10), seed=seed) for other in others}


def _share(log: Log, catalogue: Catalogue) -> NDArray[np.float64]:
    rows = log.rows(catalogue)
    counts = np.bincount(rows[rows >= 0], minlength=len(catalogue)).astype(np.float64)
    return np.asarray(counts / max(len(log.users), 1))
