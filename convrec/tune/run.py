"""From a recipe to an adapter in its place: load, train, write, install."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from convrec.errors import UsageError
from convrec.llm.adapter_files import base_id
from convrec.llm.embedded import locate
from convrec.tune import card, checkpoint, writer
from convrec.tune.model import prepare
from convrec.tune.recipe import Recipe
from convrec.tune.registry import Registry
from convrec.tune.start import Start
from convrec.tune.task import Context, Task
from convrec.tune.tasks import build
from convrec.tune.trainer import Outcome, Trainer
from convrec.tune.trainer import accelerator as accelerator_

if TYPE_CHECKING:
    from convrec.recommend import Recommender

Progress = Callable[[str], None]

RUNS = "tuning"
"""Folder of a workspace that holds the checkpoints of unfinished runs, by name of the recipe."""


@dataclass(frozen=True)
class Tuned:
    """What `tune` made.

    Attributes:
        folder: The adapter.
        generation: In the workspace's registry; empty where it was written elsewhere.
        outcome: Of the training.
        curve: File of the curve.
    """

    folder: Path
    generation: str
    outcome: Outcome
    curve: Path


def tune(
    recipe: Recipe,
    folder: Path,
    *,
    recommender: Recommender | None = None,
    out: Path | None = None,
    fresh: bool = False,
    hold_out: int = 2,
    start: Path | None = None,
    device: str = "auto",
    online: bool = False,
    tensorboard: bool = False,
    command: str = "convrec tune",
    accelerator: Any = None,
    progress: Progress = lambda message: None,
) -> Tuned | None:
    """Train a recipe and put the adapter into its place: complete, or not at all.

    An interrupted run goes on from its last checkpoint when it is called again.

    Args:
        recipe: What to train.
        folder: Of the recipe, from which its data files are named.
        recommender: An open workspace, for tasks that learn from its log; the adapter is installed and activated in it.
        out: Write the adapter here instead; needed where there is no workspace.
        fresh: Forget an interrupted run rather than resume it.
        hold_out: Newest events of each user that training must not see.
        start: Folder of an adapter to begin from; None: from nothing.
        device: `auto` or a torch device.
        online: Whether the base may be fetched.
        tensorboard: Write TensorBoard's files too.
        command: For the card.
        accelerator: Of `trainer.accelerator`; None: made here.
        progress: Told how it goes.

    Returns:
        None in all but the main process of `accelerate launch`.

    Raises:
        UsageError: Something does not fit: recipe, data, base, an interrupted run of another recipe.
        RunError: Training failed; what was there before is as it was.
    """
    if recipe.backbone != "pretrained":
        raise UsageError(f"recipe {recipe.name!r} trains a {recipe.backbone} backbone, which no adapter holds: "
                         "say --figures-only")  # fmt: skip
    accelerator = accelerator or accelerator_(device)
    registry, target, run = _places(recipe, recommender, out)
    base = locate(recipe.base, online=online)
    with owned(run, accelerator):
        if accelerator.is_main_process and registry is not None:
            registry.sweep()
        model, tasks, outcome = train(
            recipe, folder, run, base, recommender=recommender, fresh=fresh, hold_out=hold_out, start=start,
            tensorboard=tensorboard, accelerator=accelerator, progress=progress,
        )  # fmt: skip
        if not accelerator.is_main_process:
            return None
        facts = {task.name: _facts(task) for task in tasks}
        held_out = hold_out if recommender is not None else None
        target = target or registry.place(recipe.name)  # type: ignore[union-attr]
        now, libraries = datetime.now(UTC).date().isoformat(), versions()
        text = card.write(
            writer.portable(recipe), outcome, facts, command=command, versions=libraries, date=now, held_out=held_out
        )  # fmt: skip
        about = {
            "held_out_newest": held_out, "seed": recipe.train.seed, "command": command, "date": now,
            "versions": libraries, "before": outcome.before, "after": outcome.after, "best_step": outcome.best_step,
        }  # fmt: skip
        target.parent.mkdir(parents=True, exist_ok=True)
        writer.write(target, model, tasks, recipe, text, base=base, facts=about)
        generation = ""
        if registry is not None:
            generation = registry.activate(recipe.name, target.name).generation
        for done in checkpoint.steps(run):
            checkpoint.remove(done)
        return Tuned(target, generation, outcome, run / "curve.jsonl")


def train(
    recipe: Recipe,
    folder: Path,
    run: Path,
    base: Path,
    *,
    recommender: Recommender | None,
    fresh: bool,
    hold_out: int,
    start: Path | None,
    tensorboard: bool,
    accelerator: Any,
    progress: Progress,
) -> tuple[Any, list[Task], Outcome]:
    """Train a recipe in a folder that this process owns (`owned`), going on where an interrupted run was.

    Args:
        recipe: What to train.
        folder: Of the recipe.
        run: Of checkpoints and curve.
        base: Folder of the base model.
        recommender: As for `tune`, with the rest.
        fresh: As for `tune`.
        hold_out: As for `tune`.
        start: As for `tune`.
        tensorboard: As for `tune`.
        accelerator: Of `trainer.accelerator`.
        progress: Told how it goes.

    Returns:
        Model and tasks with the best weights, and what came of it.

    Raises:
        UsageError: As for `tune`.
        RunError: As for `tune`.
    """
    main = accelerator.is_main_process
    if main and fresh:
        checkpoint.clear(run)
    accelerator.wait_for_everyone()
    begin = None if start is None else Start.of(start, base, hold_out=hold_out)
    model, tokenizer = prepare(recipe, base, device=str(accelerator.device))
    if begin is not None:
        begin.into(model, recipe)
    context = Context(
        recommender, tokenizer, model.config, base, recipe.train.seed, Path(folder), recipe, hold_out, begin
    )
    progress(f"preparing {', '.join(spec.kind for spec in recipe.task)}")
    tasks = [(build(spec, context), spec) for spec in recipe.task]
    trainer = Trainer(
        model, tasks, recipe, run,
        identity=_identity(recipe, [task for task, _ in tasks], base, hold_out, begin),
        accelerator=accelerator, progress=progress if main else lambda message: None, tensorboard=tensorboard,
    )  # fmt: skip
    if at := trainer.resume():
        progress(f"going on from step {at}")
    outcome = trainer.fit()
    return model, [task for task, _ in tasks], outcome


def versions() -> dict[str, str]:
    """Of what a training depends on."""
    names = ("convrec", "torch", "transformers", "peft", "accelerate", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def _places(
    recipe: Recipe, recommender: Recommender | None, out: Path | None
) -> tuple[Registry | None, Path | None, Path]:
    """Registry or folder that the adapter goes to, and the folder of the run."""
    if out is not None:
        out = Path(out)
        if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / "manifest.json").is_file():
            raise UsageError(f"{str(out)!r} exists and is no adapter of convrec's; choose another folder for --out")
        return None, out, out.with_name(out.name + ".run")
    if recommender is None:
        raise UsageError(f"recipe {recipe.name!r} without a workspace needs --out DIR, where the adapter is to go")
    return Registry(recommender.folder), None, Path(recommender.folder) / RUNS / recipe.name


@contextmanager
def owned(run: Path, accelerator: Any) -> Iterator[None]:
    """The folder of a run belongs to this process inside the block, or to the main one of several.

    Raises:
        UsageError: Another run is at work in it.
    """
    if not accelerator.is_main_process:
        yield
        return
    run.mkdir(parents=True, exist_ok=True)
    lock = FileLock(run.with_name(run.name + ".lock"), thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(f"another process is training in {str(run)!r}; wait for it or choose another --out") from None
    try:
        yield
    finally:
        lock.release()


def _identity(recipe: Recipe, tasks: Sequence[Task], base: Path, hold_out: int, start: Start | None) -> dict[str, str]:
    data = json.dumps([[task.name, str(getattr(task, "digest", ""))] for task in tasks] + [[str(hold_out)]])
    begun = {} if start is None else {"beginning": start.digest}
    return {"recipe": recipe.digest, "data": sha256(data.encode()).hexdigest(), "base": base_id(base)} | begun


def _facts(task: Task) -> Mapping[str, Any]:
    facts = getattr(task, "facts", None)
    return facts() if facts is not None else {}
