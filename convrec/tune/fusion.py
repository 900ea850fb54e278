"""Weights of the fused score, chosen on a workspace's own validation events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convrec import config
from convrec.data.splits import last_item_out
from convrec.evaluate.interval import Estimate, difference
from convrec.evaluate.metrics import ndcg
from convrec.rerank.appeal import LikingReranker
from convrec.tune.choice import agreed
from convrec.types import Candidate, History, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.recommend import Recommender
    from convrec.rerank.sequence.ranker import SequenceRanker

GRID = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0)
SEQUENCE_GRID = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5)
SEQUENCE, LIKING = 0.75, 0.3
"""Weights that do well on the second newest events of ml-100k, MovieLens-small and Amazon games alike."""
_MAX_USERS = 1000
_LEAST_USERS = 30
_DEPTH = 200
_HELD_OUT = 2
"""Newest events that an adapter must not have seen to be judged by the second newest."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was tried and what was best.

    Attributes:
        liking_weight: The chosen weight of the probability of liking.
        tried: NDCG@10 of the second newest item by weight: over all people, and over those who liked it.
        users: How many people it was chosen on; below 30 the default stays.
        sequence_weight: The chosen weight of the tuned LLM; 0 where there is none, or it does not help.
        sequence_tried: The same figures by its weight, at the chosen weight of liking.
        sequence_gain: Of NDCG@10 over weight 0, paired by person; None where it was not tried.
    """

    liking_weight: float
    tried: dict[float, tuple[float, float]]
    users: int
    sequence_weight: float = 0.0
    sequence_tried: dict[float, tuple[float, float]] = field(default_factory=dict)
    sequence_gain: Estimate | None = None


def choose(
    rec: Recommender, *, seed: int = 0, foreign: bool = False, progress: Progress = lambda message: None
) -> Choice:
    """Choose the weights of the probability of liking and of the tuned LLM on each person's second newest event.

    Everything is fitted on older events alone, and the newest is not looked at. What counts is the mean of two
    figures: NDCG@10 over everybody, and over those who liked the item that came next; the first alone would teach
    to recommend what people take up and regret. Differences between weights are small beside their errors, so the
    pair is taken that redrawn people agree on (`convrec.tune.choice`). An adapter trained on another catalogue, or on
    the very events it is judged by, counts only where its gain is clear of chance, or not at all.

    Args:
        rec: An open recommender.
        seed: Of the sample of people in a large log.
        foreign: Whether an adapter that was trained on another catalogue is tried, too.
        progress: Told each step.
    """
    default = rec.settings.rerank.liking_weight
    split = last_item_out(rec.store.events.log())
    held = {event.user_id: event for event in split.validation.interactions() if event.item_id in rec.catalogue}
    people = [history for history in split.train.histories() if history.user_id in held]
    if len(people) < _LEAST_USERS or rec.workspace.liking is None:
        return Choice(default, {}, len(people))
    if len(people) > _MAX_USERS:
        chosen = np.random.default_rng(seed).choice(len(people), _MAX_USERS, replace=False)
        people = [people[place] for place in sorted(chosen.tolist())]
    progress(f"choosing weights on the second newest event of {len(people)} people")
    sequence = rec.stages.sequence
    if sequence is not None and sequence.held_out_newest < _HELD_OUT:
        progress("the adapter has seen the events to choose on: its weight stays")
        sequence = None
    if sequence is not None and not (foreign or _at_home(sequence, rec)):
        sequence = None
    retriever, appeal = rec.stages.fitted_on(split.train, sequence_weight=0.0 if sequence is None else 1.0)
    ranks: list[NDArray[np.float64]] = []
    liked: list[bool] = []
    for person in people:
        target = held[person.user_id or ""]
        past = History(None, tuple(event for event in person.events if event.item_id in rec.catalogue))
        profile = rec.stages.quick_profile(past, [])
        found = retriever.retrieve(past, profile, Request(k=_DEPTH), _DEPTH)
        ranks.append(_ranks(appeal, past, found, target.item_id))
        liked.append(rec.scale.likes(target))
    return _chosen(np.stack(ranks), np.array(liked), sequence, rec)


def _chosen(
    ranks: NDArray[np.float64], liked: NDArray[np.bool_], sequence: SequenceRanker | None, rec: Recommender
) -> Choice:
    """The best pair of weights; `ranks` by person, weight of the LLM and weight of liking."""
    gains = ndcg(ranks.reshape(-1), 10).reshape(ranks.shape)
    means = {
        (llm, liking): _means(gains[:, a, b], liked)
        for a, llm in enumerate(SEQUENCE_GRID)
        for b, liking in enumerate(GRID)
    }
    # The sum of both figures as a mean over people: who liked the item counts once more.
    counted = gains * (1 + liked / max(liked.mean(), 1 / len(liked)))[:, None, None]
    plain = GRID[agreed(counted[:, :1], ((0.0,), GRID), (0.0, LIKING))[1]]
    tried = {weight: means[0.0, weight] for weight in GRID}
    if sequence is None:
        kept = rec.settings.retrieve.sequence_weight if rec.stages.sequence is not None else 0.0
        return Choice(plain, tried, len(ranks), kept)
    row, place = agreed(counted, (SEQUENCE_GRID, GRID), (SEQUENCE, LIKING))
    best, liking = SEQUENCE_GRID[row], GRID[place]
    column = GRID.index(liking)
    gain = difference(gains[:, SEQUENCE_GRID.index(best), column], gains[:, 0, GRID.index(plain)], seed=0)
    if best and not _at_home(sequence, rec) and gain.low <= 0:
        best, liking = 0.0, plain
    by_llm = {weight: means[weight, liking] for weight in SEQUENCE_GRID}
    return Choice(liking, tried, len(ranks), best, by_llm, gain)


def _at_home(sequence: SequenceRanker, rec: Recommender) -> bool:
    """Whether the adapter was trained on this catalogue, or most of it."""
    return sequence.found >= len(rec.catalogue) / 2


def write(folder: Path, choice: Choice) -> None:
    """Put the chosen weight into the workspace's settings, leaving the rest of the file as it is."""
    import tomlkit

    path = folder / config.FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    section = document.setdefault("rerank", tomlkit.table())
    section["liking_weight"] = choice.liking_weight
    section["liking_weight"].comment(f"chosen on the second newest event of {choice.users} people")
    if choice.sequence_weight or "sequence_weight" in document.get("retrieve", {}):
        section = document.setdefault("retrieve", tomlkit.table())
        section["sequence_weight"] = choice.sequence_weight
        section["sequence_weight"].comment(f"chosen on the second newest event of {choice.users} people")
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _ranks(appeal: LikingReranker, past: History, found: list[Candidate], target: str) -> NDArray[np.float64]:
    """Rank of the target by weight of the LLM and weight of liking; infinite where it was not found.

    The candidates come with the LLM's share at weight 1.
    """
    ids = [candidate.item_id for candidate in found]
    if target not in ids:
        return np.full((len(SEQUENCE_GRID), len(GRID)), np.inf)
    llm = np.array([candidate.sources.get("llm", 0.0) for candidate in found])
    rest = np.array([candidate.score for candidate in found]) - llm
    chances = appeal.chances(past, found)
    place = ids.index(target)
    fused = (
        rest
        + np.array(SEQUENCE_GRID)[:, None, None] * llm
        + np.array(GRID)[None, :, None] * chances
    )  # fmt: skip
    own = fused[:, :, place, None]
    ahead = (fused > own).sum(axis=2) + (fused[:, :, :place] == own).sum(axis=2)
    return np.asarray(ahead + 1, dtype=np.float64)


def _means(gains: NDArray[np.float64], liked: NDArray[np.bool_]) -> tuple[float, float]:
    return float(gains.mean()), float(gains[liked].mean()) if liked.any() else 0.0
