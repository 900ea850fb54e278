"""How long a person waits, stage by stage, and how long the same model takes when used naively."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec import prompts
from convrec.errors import UsageError
from convrec.types import Message

if TYPE_CHECKING:
    from convrec.recommend import Recommender

Progress = Callable[[str], None]

_NAIVE_LIST = 20
"""Candidates that the naive use lets the model write out in order."""


def measure(
    rec: Recommender,
    *,
    users: int = 100,
    k: int = 5,
    naive: int = 5,
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Warm wall-clock seconds of `recommend(user_id, k)`, with and without explanations.

    Args:
        rec: An open recommender with a log.
        users: How many random people are served, one after the other.
        k: Recommendations each.
        naive: How many of them are also served naively (listwise generation, then one explanation after another);
            0: none.
        seed: Of the choice of people.
        progress: Told each step.

    Returns:
        Quantiles of `cards` (everything up to the ranked list) and `explained` (everything), in seconds; the stages;
        with `naive` the ratio of its median to that of `explained` for the same people.

    Raises:
        UsageError: The workspace has no log.
    """
    everybody = rec.store.events.users()
    if not everybody:
        raise UsageError("the workspace has no log, so there is nobody to serve")
    rng = np.random.default_rng(seed)
    chosen = [everybody[i] for i in rng.choice(len(everybody), min(users, len(everybody)), replace=False)]
    progress("warming up")
    for user in everybody[:2]:
        rec.recommend(user, k=k)
    stages: dict[str, list[float]] = {}
    cards, explained = [], []
    for count, user in enumerate(chosen, 1):
        timings = rec.answer(user, k=k).timings
        for stage, seconds in timings.items():
            stages.setdefault(stage, []).append(seconds)
        explained.append(sum(timings.values()))
        cards.append(explained[-1] - timings["explain"])
        if count % 20 == 0:
            progress(f"{count} of {len(chosen)} people served")
    figures: dict[str, Any] = {
        "users": len(chosen),
        "k": k,
        "cards_s": quantiles(cards),
        "explained_s": quantiles(explained),
        "stages_s": {stage: quantiles(seconds) for stage, seconds in stages.items()},
        "resident_gib": round(resident_bytes() / 2**30, 2),
    }
    if naive:
        progress(f"serving {min(naive, len(chosen))} people naively with the same model")
        slow = [_naive(rec, user, k) for user in chosen[:naive]]
        figures["naive_s"] = quantiles(slow)
        figures["times_faster"] = round(float(np.median(slow) / np.median(explained[:naive])), 1)
    return figures


def resident_bytes() -> int:
    """Resident memory of this process."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def _naive(rec: Recommender, user: str, k: int) -> float:
    """Seconds when the model is asked as most people ask one: write the list, then each reason in turn."""
    model = rec.model
    if model is None:
        raise UsageError("the settings name no LLM, so there is no naive use to compare with; say --naive 0")
    history = rec.history(user)
    titles = [rec.catalogue[item].label for item in dict.fromkeys(history.item_ids)][-20:]
    start = time.perf_counter()
    found = rec.recommend(user, k=_NAIVE_LIST, explain=False)
    shown = [entry.item for entry in found]
    listing = prompts.load("naive_list").render(
        noun=rec.settings.noun, history=titles, candidates=[item.label for item in shown]
    )
    model.generate([listing], max_tokens=14 * len(shown))
    for item in shown[:k]:
        facts = [f"genres: {', '.join(item.genres)}", f"about: {item.text}"]
        reason: list[Message] = prompts.load("naive_reason").render(
            noun=rec.settings.noun, history=titles, title=item.label, facts=facts
        )
        model.generate([reason], max_tokens=rec.settings.explain.max_tokens)
    return time.perf_counter() - start


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median, 95 % quantile and the longest, to a tenth of a millisecond."""
    return {name: round(float(np.quantile(seconds, q)), 4) for name, q in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))}
