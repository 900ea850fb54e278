"""`convrec tune adapter`, which is `convrec tune` where no other command is named."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convrec.cli.console import Json, out, out_json, say
from convrec.cli.weights import weights_line

if TYPE_CHECKING:
    from convrec import Recommender
    from convrec.config import Settings
    from convrec.tune.fusion import Choice
    from convrec.tune.trainer import Outcome

Recipe = Annotated[
    str, typer.Option(metavar="NAME_OR_PATH", help="A recipe that comes with convrec, or a recipe.toml.")
]


def adapter(
    workspace: Annotated[str | None, typer.Argument(help="The workspace; recipes in words alone need none.")] = None,
    recipe: Recipe = "rank",
    out_: Annotated[Path | None, typer.Option("--out", help="Write the adapter here, install nothing.")] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="NAME_OR_FOLDER", help="Begin at the weights of this adapter, not from nothing."
        ),
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="In place of the recipe's.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Start anew, or go on with an interrupted run.")
    ] = False,
    hold_out: Annotated[int, typer.Option(min=0, help="Newest events of every user that training must not see.")] = 2,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write TensorBoard's files beside the curve.")
    ] = False,
    licence: Annotated[str, typer.Option(help="A note on the terms of the data, for the card.")] = "",
    figures_only: Annotated[
        bool, typer.Option("--figures-only", help="Train and judge, write no adapter and install nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train an adapter by a recipe, install it into the workspace and put it in use.

    A run that was interrupted goes on where it was when called again. `accelerate launch -m convrec tune ...` trains
    on several GPUs.

    `--from rank` begins at the weights of the adapter that comes with convrec, or of one of your own by its folder:
    quicker and better where the catalogues share titles, and the way to train on after a log has grown.
    """
    from convrec import config
    from convrec.llm import adapter_folder
    from convrec.tune import recipe as recipes
    from convrec.tune.run import tune
    from convrec.tune.trainer import accelerator

    plan, folder = recipes.load(recipe, steps=steps)
    settings = config.load(Path(workspace) if workspace else None)
    if licence or plan.of_a_log:  # a recipe knows nothing of the terms of the log it is used on
        plan = plan.model_copy(update={"licence": licence})
    plan = with_base_of(plan, settings, workspace)
    processes = accelerator(settings.models.device)
    common: dict[str, Any] = {
        "fresh": fresh,
        "hold_out": hold_out,
        "start": adapter_folder(start) if start else None,
        "device": settings.models.device,
        "online": settings.online,
        "tensorboard": tensorboard,
        "accelerator": processes,
        "progress": say,
    }
    with _opened(workspace, processes) as rec:
        if figures_only:
            _figures(plan, folder, rec, out_, common, as_json)
            return
        if start is None and rec is not None and processes.is_main_process:
            _hint(plan, rec, settings)
        command = _command(workspace, recipe, start, steps, hold_out, licence, out_)
        tuned = tune(plan, folder, recommender=rec, out=out_, command=command, **common)
    if tuned is None:
        return
    its = tuned.outcome
    choice = None
    if workspace and tuned.generation and any(spec.kind == "rank" for spec in plan.task):
        choice = _weights(workspace)
    if as_json:
        out_json(
            {
                "folder": str(tuned.folder),
                "generation": tuned.generation,
                "outcome": its,
                "curve": str(tuned.curve),
                "weights": choice,
            }
        )
        return
    _changes(its)
    if not its.best_step:
        out("no step was better on validation than the untrained model; the adapter changes nothing")
    if choice is not None:
        out(weights_line(choice))
    use = f"in use as {plan.name} {tuned.generation}" if tuned.generation else "written"
    out(f"{use}: {tuned.folder} (step {its.best_step} of {its.steps}, {its.seconds / 60:.1f} minutes)")


_ENOUGH = 0.25
"""Share of the events from which on it is worth to begin at another adapter: with .33, MovieLens-small's of the ranker
of MovieLens-100k, it reached NDCG@10 .072 on validation in as many steps as .058 from nothing."""


def _hint(plan: Any, rec: Recommender, settings: Settings) -> None:
    """Say so where a ranker that comes with convrec knows much of what is taken up here."""
    import numpy as np

    from convrec.llm.adapter_files import base_id
    from convrec.llm.embedded import locate
    from convrec.tune import recipe as recipes
    from convrec.tune.registry import fitting
    from convrec.tune.start import known

    if all(spec.kind != "rank" for spec in plan.task):
        return
    rows = rec.store.events.log().rows(rec.catalogue)
    counts = np.bincount(rows[rows >= 0], minlength=len(rec.catalogue)).astype(np.float64)
    for entry in fitting(base_id(locate(plan.base, online=settings.online)), "rank"):
        its = recipes.load(str(entry.folder))[0]
        share = known(entry.folder, rec.catalogue.items, counts)
        if share >= _ENOUGH and (its.lora, its.layers) == (plan.lora, plan.layers):
            say(f"adapter {entry.name} knows {share:.0%} of what is taken up here: --from {entry.name} begins there")


def _figures(
    plan: Any, folder: Path, rec: Recommender | None, place: Path | None, common: dict[str, Any], as_json: bool
) -> None:
    """Train for the figures alone."""
    from convrec.tune import figures

    file = figures.place_of(plan, rec, place)
    found = figures.measure(plan, folder, file, recommender=rec, **common)
    if found is None:
        return
    if as_json:
        out_json({"file": str(file), "outcome": found.outcome})
        return
    _changes(found.outcome)
    its = found.outcome
    out(f"figures of step {its.best_step} of {its.steps} ({its.seconds / 60:.1f} minutes): {file}; no adapter written")


def _changes(outcome: Outcome) -> None:
    for task, row in outcome.before.items():
        for name, before in row.items():
            out(f"{task}: {name} {before:.4f} -> {outcome.after[task][name]:.4f}")


def _weights(workspace: str) -> Choice:
    """Choose how much the new adapter counts, on validation, and put it into the settings."""
    from convrec import Recommender
    from convrec.tune import fusion

    with Recommender.open(workspace) as rec:
        choice = fusion.choose(rec, progress=say)
    if choice.tried:
        fusion.write(Path(workspace), choice)
    return choice


def with_base_of(plan: Any, settings: Settings, workspace: str | None) -> Any:
    """The workspace's own model, where the recipe names none: an adapter serves no other."""
    llm = settings.models.llm
    if workspace is None or "base" in plan.model_fields_set or llm == "none" or llm.startswith("http"):
        return plan
    return plan.model_copy(update={"base": llm})


def _command(
    workspace: str | None,
    recipe: str,
    start: str | None,
    steps: int | None,
    hold_out: int,
    licence: str,
    place: Path | None,
) -> str:
    words = ["convrec", "tune", *([_portable(workspace)] if workspace else []), "--recipe", _portable(recipe)]
    words += ["--from", _portable(start)] if start else []
    words += ["--steps", str(steps)] if steps else []
    words += ["--hold-out", str(hold_out)] if workspace else []
    words += ["--licence", licence] if licence else []
    words += ["--out", _portable(str(place))] if place else []
    return shlex.join(words)


def _portable(path: str) -> str:
    return Path(path).name if Path(path).is_absolute() else path


@contextmanager
def _opened(workspace: str | None, processes: Any) -> Iterator[Recommender | None]:
    """The workspace; each process of `accelerate launch` beside the main one reads a copy, since one owns it."""
    from convrec import Recommender

    if workspace is None:
        yield None
        return
    none: dict[str, Any] = {"llm": "none"}
    if processes.num_processes == 1:
        with Recommender.open(workspace, models=none) as rec:
            yield rec
        return
    import shutil
    import tempfile

    from convrec.store.lock import WorkspaceLock

    lock = WorkspaceLock(Path(workspace)) if processes.is_main_process else None
    try:
        processes.wait_for_everyone()
        with tempfile.TemporaryDirectory(prefix="convrec-tune-") as copies:
            place = Path(workspace)
            if not processes.is_main_process:
                place = Path(copies) / "copy"
                shutil.copytree(
                    workspace, place, ignore=shutil.ignore_patterns(".lock", ".owner.json", "tuning", "adapters")
                )
            processes.wait_for_everyone()
            with Recommender.open(place, models=none) as rec:
                yield rec
    finally:
        if lock is not None:
            lock.release()
