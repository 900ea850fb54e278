"""What each part of the ranker brings: the same training without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import UsageError
from convrec.evaluate.interval import Estimate, bootstrap, difference
from convrec.evaluate.metrics import hit_rate, ndcg
from convrec.tune import figures
from convrec.tune.recipe import Recipe
from convrec.tune.run import RUNS

if TYPE_CHECKING:
    from convrec.recommend import Recommender

Progress = Callable[[str], None]

FOLDER = "ablations"
VARIANTS = {
    "pretrained": "the recipe as it is",
    "random": "fresh weights of the same shapes, all of them trained",
    "frozen": "the pre-trained LLM without LoRA",
    "text-only": "items by their text, without learned ids",
    "id-only": "items by learned ids, without their text",
}
"""In the order of the table; the first is what the others are compared with."""


@dataclass(frozen=True)
class Row:
    """One variant, judged on the people that all variants are judged on.

    Attributes:
        variant: Of `VARIANTS`.
        about: In words.
        ndcg: NDCG@10 of the held-out item among the whole catalogue, by the ranker alone.
        hit_rate: HR@10 of the same.
        lost: NDCG@10 less that of the recipe as it is, paired by person; None where that was not trained.
        best_step: Whose weights were judged.
        steps: Trained.
        trainable: Numbers trained.
        minutes: Spent.
    """

    variant: str
    about: str
    ndcg: Estimate
    hit_rate: Estimate
    lost: Estimate | None
    best_step: int
    steps: int
    trainable: int
    minutes: float


def evaluate(
    rec: Recommender,
    recipe: Recipe,
    folder: Path,
    *,
    only: Sequence[str] = tuple(VARIANTS),
    hold_out: int = 2,
    fresh: bool = False,
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> list[Row]:
    """Train every variant with the same steps and seed, and rank each person's held-out event with it alone.

    What is finished is kept in the workspace under `tuning/ablations/` and not trained again, and an interrupted
    training goes on where it was; a changed recipe or log begins anew.

    Args:
        rec: An open workspace with a log.
        recipe: With a task that learns the next item from the log.
        folder: Of the recipe.
        only: Variants, of `VARIANTS`.
        hold_out: Newest events of every person that no variant sees; at least 2, of which the oldest is looked for.
        fresh: Forget what is there.
        seed: Of the bootstrap over people.
        progress: Told each step.

    Raises:
        UsageError: A variant is unknown, or the recipe learns no ranking from a log.
        RunError: A training failed; those finished before are kept.
    """
    if unknown := [name for name in only if name not in VARIANTS]:
        raise UsageError(f"no variant {unknown[0]!r}; there are: {', '.join(VARIANTS)}")
    if hold_out < 2:
        raise UsageError(
            f"hold_out = {hold_out}: variants are judged on the second newest event, so it must be 2 or more"
        )
    stamp = _stamp(rec, hold_out)
    found: dict[str, figures.Figures] = {}
    for name in [name for name in VARIANTS if name in only]:
        plan = variant(recipe, name)
        key = sha256(f"{plan.digest} {stamp}".encode()).hexdigest()[:10]
        file = rec.folder / RUNS / FOLDER / f"{name}-{key}.json"
        kept = None if fresh else figures.read(file, plan)
        if kept is None:
            progress(f"{name}: {VARIANTS[name]}")
            kept = figures.measure(
                plan, folder, file, recommender=rec, fresh=fresh, hold_out=hold_out,
                device=rec.settings.models.device, online=rec.settings.online, progress=progress,
            )  # fmt: skip
        else:
            progress(f"{name}: already trained")
        if kept is not None:
            found[name] = kept
    return _rows(found, seed)


def variant(recipe: Recipe, name: str) -> Recipe:
    """The recipe of a variant.

    Raises:
        UsageError: It has no task that learns the next item from a log.
    """
    ranking = [place for place, spec in enumerate(recipe.task) if _ranks(spec)]
    if not ranking:
        raise UsageError(f"recipe {recipe.name!r} has no task 'rank', which learns the next item from a log")
    data: dict[str, Any] = recipe.model_dump(mode="json")
    if name == "random":
        data["backbone"] = "random"
    if name == "frozen":
        data["lora"]["frozen"] = True
    for place in ranking:
        if name == "text-only":
            data["task"][place]["ids"] = False
        if name == "id-only":
            data["task"][place]["text"] = False
    return Recipe.model_validate(data)


def described(rows: Sequence[Row]) -> list[list[str]]:
    """Cells for a table: variant, NDCG@10, HR@10, what is lost, trained numbers."""
    return [
        [
            row.variant,
            str(row.ndcg),
            str(row.hit_rate),
            "" if row.lost is None else f"{row.lost.mean:+.4f} [{row.lost.low:+.4f}, {row.lost.high:+.4f}]",
            f"{row.trainable:,}",
            f"{row.best_step} of {row.steps}",
        ]
        for row in rows
    ]


def _ranks(spec: Any) -> bool:
    return bool(spec.kind == "rank" and spec.options.get("rank_weight", 1.0) > 0)


def _rows(found: dict[str, figures.Figures], seed: int) -> list[Row]:
    ranks = {name: np.array(its.ranks["rank"], dtype=np.float64) for name, its in found.items()}
    whole = ranks.get("pretrained")
    rows = []
    for name, own in ranks.items():
        gains, its = ndcg(own, 10), found[name].outcome
        lost = None
        if whole is not None and name != "pretrained":
            lost = difference(gains, ndcg(whole, 10), seed=seed)
        rows.append(
            Row(
                name,
                VARIANTS[name],
                bootstrap(gains, seed=seed),
                bootstrap(hit_rate(own, 10), seed=seed),
                lost,
                its.best_step,
                its.steps,
                its.trainable,
                round(its.seconds / 60, 1),
            )
        )
    return rows


def _stamp(rec: Recommender, hold_out: int) -> str:
    """Changes with the log, the texts of the catalogue and what is held out."""
    from convrec.tune.tasks.sequence import sequences_of

    everything, _ = sequences_of(rec.store.events.log(), rec.catalogue, rec.scale)
    parts = (everything.starts, everything.rows, everything.levels, np.asarray(rec.workspace.index.vectors))
    digest = sha256(str(hold_out).encode())
    for part in parts:
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()
