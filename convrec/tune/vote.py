"""The LLM's share of the fused score, chosen on validation for the model at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convrec import config
from convrec.data.splits import last_item_out
from convrec.errors import UsageError
from convrec.evaluate.interval import Estimate, bootstrap, difference
from convrec.evaluate.metrics import ndcg
from convrec.rerank.language import LanguageReranker, fuse
from convrec.types import Candidate, History, Request

if TYPE_CHECKING:
    from convrec.recommend import Recommender

GRID = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Vote:
    """What was tried and what was best.

    Attributes:
        llm_weight: The best weight whose gain over 0 is clear of chance at 5 %; else 0.
        tried: NDCG@10 of the second newest item by weight, with its 95 % interval.
        gains: Paired difference from weight 0.
        users: Whose target was among the candidates that the LLM saw: only they can change.
        seconds: Median time of one vote.
    """

    llm_weight: float
    tried: dict[float, Estimate]
    gains: dict[float, Estimate]
    users: int
    seconds: float


def choose(rec: Recommender, *, users: int = 200, seed: int = 0, progress: Progress = lambda message: None) -> Vote:
    """Let the LLM vote on the candidates of people whose second newest item is held out.

    Args:
        rec: An open recommender with an LLM.
        users: How many people are tried; those whose item is not among the first `rerank.depth` candidates are left
            out, since no vote can help them.
        seed: Of the choice of people.
        progress: Told each step.

    Raises:
        UsageError: The settings name no LLM, or nobody's item is among the candidates.
    """
    import time

    if rec.model is None:
        raise UsageError("the settings name no LLM ([models] llm = 'none'), so it has no vote to weigh")
    split = last_item_out(rec.store.events.log())
    held = {event.user_id: event.item_id for event in split.validation.interactions()}
    people = [history for history in split.train.histories() if history.user_id in held]
    order = np.random.default_rng(seed).permutation(len(people))
    retriever, appeal = rec.stages.fitted_on(split.train)
    reranker, request = rec.stages.reranker, Request(k=10)
    ranks: list[list[float]] = []
    seconds: list[float] = []
    for place in order[:users].tolist():
        past = History(None, tuple(event for event in people[place].events if event.item_id in rec.catalogue))
        found = appeal.rerank(past, None, request, retriever.retrieve(past, None, request, 200))[: reranker.depth]
        target = held[people[place].user_id or ""]
        if target not in [candidate.item_id for candidate in found]:
            continue
        start = time.perf_counter()
        ranks.append(_ranks(reranker, past, request, found, target))
        seconds.append(time.perf_counter() - start)
        if len(ranks) % 20 == 0:
            progress(f"{len(ranks)} people's candidates voted on")
    if not ranks:
        raise UsageError("nobody's held-out item is among the candidates; is the log too small?")
    gains = np.column_stack([ndcg(column, 10) for column in np.array(ranks).T])
    tried = {weight: bootstrap(gains[:, n], seed=seed) for n, weight in enumerate(GRID)}
    better = {weight: difference(gains[:, n], gains[:, 0], seed=seed) for n, weight in enumerate(GRID) if n}
    clear = [weight for weight, gain in better.items() if gain.low > 0]
    best = max(clear, key=lambda weight: better[weight].mean, default=0.0)
    return Vote(best, tried, better, len(ranks), float(np.median(seconds)))


def write(folder: Path, vote: Vote) -> None:
    """Put the chosen weight into the workspace's settings, leaving the rest of the file as it is."""
    import tomlkit

    path = folder / config.FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    document.setdefault("rerank", tomlkit.table())["llm_weight"] = vote.llm_weight
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _ranks(
    reranker: LanguageReranker, past: History, request: Request, found: list[Candidate], target: str
) -> list[float]:
    votes = reranker.votes(past, None, request, [candidate.item_id for candidate in found])
    return [float([candidate.item_id for candidate in fuse(found, votes, weight)].index(target) + 1) for weight in GRID]
