"""Ranking of the whole catalogue: convrec beside its peers, same split, same users, same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.evaluate import metrics
from convrec.evaluate.cases import Trial, ranks, trial
from convrec.evaluate.groups import Gap, Groups, of_targets
from convrec.evaluate.interval import Estimate, bootstraps, difference, holm, randomisation, relative_gain
from convrec.evaluate.peers import peers
from convrec.evaluate.system import ConvrecSystem, System

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.recommend import Recommender
    from convrec.rerank.sequence.ranker import SequenceRanker

    Ranks = NDArray[np.float64]
    Floats = NDArray[np.float64]

CUTS = (1, 5, 10, 20, 50)
DEPTH = 100
"""Places ranked; a relevant item further down counts as missed."""

SHOWN = 10
"""Places that the figures over lists look at."""

WITHOUT = "convrec, without LLM"
UNTUNED = "convrec, untuned LLM"
ADAPTED = "convrec, with adapter"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """One system's figures.

    Attributes:
        name: Of the system.
        figures: Metric to mean with 95 % interval over users.
        lists: Of the first ten places: coverage, novelty (bits), Gini index, popularity bias, average popularity
            (share of people who have an item) and share of long-tail items.
        groups: NDCG@10 of people by activity and by how mainstream they are, and of targets by popularity and by
            whether they were liked.
        seconds: To fit, and to rank all cases.
    """

    name: str
    figures: dict[str, Estimate]
    lists: dict[str, float]
    groups: dict[str, Gap]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The last system of the table beside another.

    Attributes:
        peer: The other.
        difference: Of NDCG@10, paired by person, ours less the peer's.
        gain: The same relative to the peer's; None where the peer found next to nothing.
        p: Of a paired randomisation test.
        p_holm: The same corrected for having made so many comparisons.
    """

    peer: str
    difference: Estimate
    gain: Estimate | None
    p: float
    p_holm: float


def evaluate(
    rec: Recommender,
    *,
    peer_names: list[str] | None = None,
    split: str = "last-item-out",
    max_users: int | None = None,
    llm: bool = False,
    seed: int = 0,
    validation: bool = False,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Figures of a workspace's recommender and its peers, all fitted on the training events alone.

    Args:
        rec: An open recommender; its fitted models are not used, its settings, encoder and LLM are.
        peer_names: Which peers, of `peers.NAMES`; None: all that size and installed packages allow.
        split: `last-item-out` or `global-time`; see `cases.trial`.
        max_users: Evaluate a random sample of so many people; None: everybody.
        llm: Also the full system with the LLM's vote.
        seed: Of the sample, the peers, the bootstrap and the tests.
        validation: Hold out what lies before the test events instead of these: for choosing settings.
        progress: Told each step.

    Returns:
        What was done (`protocol`, `ties`, `cases`, `targets`, `items`, `seed`, `notes`), `systems` (a `Row` each),
        `ours` (the name of the last), `comparisons` (of it with each other system) and `llm_share` (relative gain in
        NDCG@10 of each system with an LLM over convrec without), `llm_share_liked` (the same with the targets alone
        that were liked).

    Raises:
        UsageError: There is nobody to evaluate, the log does not allow the split, or a peer cannot be had.
    """
    asked = trial(
        rec.store.events.log(), rec.catalogue, split, validation=validation, max_users=max_users, seed=seed,
        scale=rec.scale,
    )  # fmt: skip
    systems, notes = peers(peer_names, rec.catalogue, rec, seed=seed, progress=progress)
    systems += _own(rec, llm, notes, split, validation)
    rows, found = [], {}
    judge = _Judge(asked, rec, seed)
    for system in systems:
        rows.append(judge.row(system, progress))
        found[system.name] = judge.ranks
    return {
        "protocol": asked.protocol,
        "ties": "stable sort by timestamp in log order",
        "cases": len(asked.cases),
        "targets": sum(len(case.targets) for case in asked.cases),
        "items": len(rec.catalogue),
        "training_events": len(asked.train),
        "seed": seed,
        "notes": notes,
        "systems": rows,
        "ours": systems[-1].name,
        "comparisons": _comparisons(found, seed),
        "llm_share": _shares({name: metrics.ndcg(of, 10) for name, of in found.items()}, seed),
        "llm_share_liked": _shares(
            {name: of_targets(of, judge.groups.opinion == 1) for name, of in found.items()}, seed
        ),
    }


def _own(rec: Recommender, llm: bool, notes: list[str], split: str, validation: bool) -> list[System]:
    """Our own rows, from the first stage to the last; what was left out, or may not be compared, goes to the notes."""
    systems: list[System] = [ConvrecSystem(rec, "convrec, retrieval alone"), ConvrecSystem(rec, WITHOUT, liking=True)]
    if llm and rec.model is None:
        notes.append("the settings name no LLM, so there is no row with one")
    elif llm:
        systems.append(ConvrecSystem(rec, UNTUNED, liking=True, llm=True))
    if rec.stages.sequence is not None and _fair(rec.stages.sequence, split, validation, notes):
        systems.append(ConvrecSystem(rec, ADAPTED, liking=True, sequence=True))
        if not rec.settings.retrieve.sequence_weight:
            notes.append("the adapter's weight is 0 here: convrec tune fusion chooses it")
    return systems


def _fair(ranker: SequenceRanker, split: str, validation: bool, notes: list[str]) -> bool:
    """Whether the adapter has not been trained on what it would be judged by."""
    needed = 2 if validation else 1
    if split == "last-item-out" and ranker.held_out_newest >= needed:
        return True
    notes.append(
        f"no row with the adapter: its training left out the newest {ranker.held_out_newest} events of each person "
        f"and may have seen what {split} asks for; train it with --hold-out {needed} and evaluate last-item-out"
    )
    return False


class _Judge:
    """Ranks the cases with one system after the other."""

    def __init__(self, asked: Trial, rec: Recommender, seed: int) -> None:
        self._asked, self._rec, self._seed = asked, rec, seed
        rows = asked.train.rows(rec.catalogue)
        self._counts = np.bincount(rows[rows >= 0], minlength=len(rec.catalogue)).astype(np.float64)
        self._share = self._counts / max(len(asked.train.users), 1)
        self._percentile, self._tail = metrics.percentiles(self._counts), metrics.tail(self._counts).astype(np.float64)
        self._past = [[rec.catalogue.row(item) for item in case.history.item_ids] for case in asked.cases]
        self.groups = Groups.of(
            self._past, [case.targets for case in asked.cases], self._counts, [case.liked for case in asked.cases]
        )
        self.ranks: Ranks = np.empty(0)

    def row(self, system: System, progress: Progress) -> Row:
        """Fit, rank, measure; `ranks` holds the targets' ranks afterwards."""
        progress(f"{system.name}: fitting")
        start = time.perf_counter()
        system.fit(self._asked.train, self._rec.catalogue)
        fitted = time.perf_counter()
        progress(f"{system.name}: ranking {len(self._asked.cases):,} people")
        lists = system.rank([case.history for case in self._asked.cases], DEPTH)
        ended = time.perf_counter()
        self.ranks = ranks(lists, self._asked.cases)
        return Row(
            system.name,
            figures(self.ranks, self._seed),
            self._lists([shown[:SHOWN] for shown in lists]),
            self.groups.gaps(self.ranks, seed=self._seed),
            {"fit": round(fitted - start, 3), "rank": round(ended - fitted, 3)},
        )

    def _lists(self, lists: Sequence[Sequence[int]]) -> dict[str, float]:
        found = {
            "coverage": metrics.coverage(lists, len(self._counts)),
            "novelty": metrics.novelty(lists, self._share),
            "gini": metrics.gini(lists, len(self._counts)),
            "popularity_bias": metrics.popularity_bias(lists, self._past, self._percentile),
            "average_popularity": metrics.mean_of(lists, self._share),
            "long_tail": metrics.mean_of(lists, self._tail),
        }
        return {f"{name}@{SHOWN}": value for name, value in found.items()}


def figures(found: Ranks, seed: int) -> dict[str, Estimate]:
    """Every metric at every cut with its interval."""
    values: dict[str, Floats] = {}
    for k in CUTS:
        values[f"HR@{k}"] = metrics.hit_rate(found, k)
        values[f"NDCG@{k}"] = metrics.ndcg(found, k)
        values[f"Recall@{k}"] = metrics.recall(found, k)
        values[f"MRR@{k}"] = metrics.reciprocal_rank(np.where(found > k, np.inf, found))
    values["MRR"] = metrics.reciprocal_rank(found)
    return dict(zip(values, bootstraps(np.column_stack(list(values.values())), seed=seed), strict=True))


def _comparisons(found: Mapping[str, Ranks], seed: int) -> list[Comparison]:
    *others, ours = found
    gains = {name: metrics.ndcg(of, 10) for name, of in found.items()}
    ps = [randomisation(gains[ours], gains[other], seed=seed) for other in others]
    return [
        Comparison(
            other,
            difference(gains[ours], gains[other], seed=seed),
            relative_gain(gains[ours], gains[other], seed=seed),
            p,
            corrected,
        )
        for other, p, corrected in zip(others, ps, holm(ps), strict=True)
    ]


def _shares(gains: Mapping[str, Floats], seed: int) -> dict[str, Estimate | None]:
    base = gains[WITHOUT]
    there = [name for name in (UNTUNED, ADAPTED) if name in gains and len(base)]
    return {name: relative_gain(gains[name], base, seed=seed) for name in there}
