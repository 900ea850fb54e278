"""A training for its figures alone: nothing is written that could be loaded, nothing is installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec.errors import RunError, UsageError
from convrec.llm.embedded import locate
from convrec.tune import manifest
from convrec.tune.recipe import Recipe
from convrec.tune.run import RUNS, owned, train
from convrec.tune.trainer import Outcome
from convrec.tune.trainer import accelerator as accelerator_

if TYPE_CHECKING:
    from convrec.recommend import Recommender

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Figures:
    """What a training came to.

    Attributes:
        recipe: Digest of what was trained.
        outcome: Of the training.
        ranks: Of each validated person's held-out item among all, by task that learns from a log.
    """

    recipe: str
    outcome: Outcome
    ranks: dict[str, list[int]] = field(default_factory=dict)


def place_of(recipe: Recipe, recommender: Recommender | None, out: Path | None) -> Path:
    """The file that the figures of a run go to.

    Raises:
        UsageError: There is neither a workspace nor another place for it.
    """
    if out is not None:
        return Path(out) / "figures.json"
    if recommender is None:
        raise UsageError(f"recipe {recipe.name!r} without a workspace needs --out DIR, where the figures are to go")
    return Path(recommender.folder) / RUNS / f"{recipe.name}.figures.json"


def measure(
    recipe: Recipe,
    folder: Path,
    file: Path,
    *,
    recommender: Recommender | None = None,
    fresh: bool = False,
    hold_out: int = 2,
    start: Path | None = None,
    device: str = "auto",
    online: bool = False,
    tensorboard: bool = False,
    accelerator: Any = None,
    progress: Progress = lambda message: None,
) -> Figures | None:
    """Train a recipe, judge it on validation, and keep the figures.

    An interrupted run goes on from its last checkpoint; those of a finished one are removed.

    Args:
        recipe: What to train; its backbone may be a random one.
        folder: Of the recipe.
        file: JSON to write; the run's own folder lies beside it.
        recommender: As for `run.tune`, with the rest.
        fresh: As for `run.tune`.
        hold_out: As for `run.tune`.
        start: As for `run.tune`.
        device: As for `run.tune`.
        online: As for `run.tune`.
        tensorboard: As for `run.tune`.
        accelerator: As for `run.tune`.
        progress: Told how it goes.

    Returns:
        None in all but the main process of `accelerate launch`.

    Raises:
        UsageError: As for `run.tune`.
        RunError: As for `run.tune`, or the file cannot be written.
    """
    import torch

    from convrec.tune.tasks.sequence import SequenceTask

    accelerator = accelerator or accelerator_(device)
    base, run = locate(recipe.base, online=online), file.with_suffix(".run")
    with owned(run, accelerator):
        model, tasks, outcome = train(
            recipe, folder, run, base, recommender=recommender, fresh=fresh, hold_out=hold_out, start=start,
            tensorboard=tensorboard, accelerator=accelerator, progress=progress,
        )  # fmt: skip
        if not accelerator.is_main_process:
            return None
        model.eval()
        ranks: dict[str, list[int]] = {}
        with torch.no_grad():
            for task in tasks:
                if isinstance(task, SequenceTask):
                    task.module().eval()
                    ranks[task.name] = [int(rank) for rank in task.judge(model)[0]]
        found = Figures(recipe.digest, outcome, ranks)
        _write(file, found)
        shutil.rmtree(run, ignore_errors=True)
    return found


def read(file: Path, recipe: Recipe) -> Figures | None:
    """The figures of a finished run of this recipe, or None where there are none that can be read."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["recipe"] != recipe.digest:
            return None
        return Figures(data["recipe"], Outcome(**data["outcome"]), data["ranks"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(file: Path, found: Figures) -> None:
    partial = file.with_suffix(".json.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
        partial.replace(file)
        manifest.sync_folder(file.parent)
    except OSError as error:
        raise RunError("tune", f"the figures could not be written to {file}: {error}; free some space") from error
