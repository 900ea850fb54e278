"""Weights of the fused score, chosen on a workspace's own validation events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convrec import config
from convrec.data.splits import last_item_out
from convrec.evaluate.metrics import ndcg
from convrec.rerank.appeal import LikingReranker
from convrec.types import Candidate, History, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.recommend import Recommender

GRID = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0)
_MAX_USERS = 1000
_LEAST_USERS = 30
_DEPTH = 200

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was tried and what was best.

    Attributes:
        liking_weight: The chosen weight of the probability of liking.
        tried: NDCG@10 of the second newest item by weight: over all people, and over those who liked it.
        users: How many people it was chosen on; below 30 the default stays.
    """

    liking_weight: float
    tried: dict[float, tuple[float, float]]
    users: int


def choose(rec: Recommender, *, seed: int = 0, progress: Progress = lambda message: None) -> Choice:
    """Choose the weight of the probability of liking on the second newest event of each person.

    Everything is fitted on older events alone, and the newest is not looked at. What counts is the mean of two
    figures: NDCG@10 over everybody, and over those who liked the item that came next; the first alone would teach
    to recommend what people take up and regret.

    Args:
        rec: An open recommender.
        seed: Of the sample of people in a large log.
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
    retriever, appeal = rec.stages.fitted_on(split.train)
    ranks: list[list[float]] = []
    liked: list[bool] = []
    for person in people:
        target = held[person.user_id or ""]
        past = History(None, tuple(event for event in person.events if event.item_id in rec.catalogue))
        profile = rec.stages.quick_profile(past, [])
        found = retriever.retrieve(past, profile, Request(k=_DEPTH), _DEPTH)
        ranks.append(_ranks(appeal, past, found, target.item_id))
        liked.append(rec.scale.likes(target))
    gains = np.column_stack([ndcg(column, 10) for column in np.array(ranks).T])
    tried = {weight: _means(gains[:, place], np.array(liked)) for place, weight in enumerate(GRID)}
    best = max(GRID, key=lambda weight: (sum(tried[weight]), -weight))
    return Choice(best, tried, len(people))


def write(folder: Path, choice: Choice) -> None:
    """Put the chosen weight into the workspace's settings, leaving the rest of the file as it is."""
    import tomlkit

    path = folder / config.FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    section = document.setdefault("rerank", tomlkit.table())
    section["liking_weight"] = choice.liking_weight
    section["liking_weight"].comment(f"chosen on the second newest event of {choice.users} people")
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _ranks(appeal: LikingReranker, past: History, found: list[Candidate], target: str) -> list[float]:
    """Rank of the target under each weight of the grid; infinite where it was not found."""
    ids = [candidate.item_id for candidate in found]
    if target not in ids:
        return [np.inf] * len(GRID)
    scores = np.array([candidate.score for candidate in found])
    chances = appeal.chances(past, found)
    place = ids.index(target)
    ranks = []
    for weight in GRID:
        fused = scores + weight * chances
        ahead = (fused > fused[place]).sum() + (fused[:place] == fused[place]).sum()
        ranks.append(float(ahead + 1))
    return ranks


def _means(gains: NDArray[np.float64], liked: NDArray[np.bool_]) -> tuple[float, float]:
    return float(gains.mean()), float(gains[liked].mean()) if liked.any() else 0.0
