"""The base model and the tuned one on the same validation examples, task by task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import RunError, UsageError
from convrec.evaluate.interval import Estimate, bootstrap, difference
from convrec.evaluate.judged import auc
from convrec.evaluate.metrics import hit_rate, ndcg
from convrec.llm.embedded import locate
from convrec.rerank.sequence import files
from convrec.tune import recipe as recipes
from convrec.tune.recipe import Recipe, TaskRecipe
from convrec.tune.registry import Entry, Registry, shipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.recommend import Recommender

    Floats = NDArray[np.float64]

Progress = Callable[[str], None]

_RESAMPLES = 500


@dataclass(frozen=True)
class Change:
    """One figure before and after tuning, on the same examples or people.

    Attributes:
        base: Of the model with the adapter switched off.
        tuned: With it on.
        gain: Paired difference, tuned less base.
    """

    base: Estimate
    tuned: Estimate
    gain: Estimate


@dataclass(frozen=True)
class Row:
    """One task of one adapter.

    Attributes:
        task: Its kind.
        adapter: Name, with the generation where it is a workspace's.
        folder: Where it lies.
        in_use: Whether this workspace uses it for the task.
        judged_on: Examples or people.
        figures: By name; empty where it could not be judged.
        reason: Why not.
    """

    task: str
    adapter: str
    folder: str
    in_use: bool
    judged_on: int = 0
    figures: dict[str, Change] = field(default_factory=dict)
    reason: str = ""


def candidates(workspace: Path | None, used: dict[str, Path]) -> list[tuple[Entry, str, bool]]:
    """Adapters to be judged with each of their tasks: those in use, and those that come with convrec.

    Args:
        workspace: Its folder; None: those that come with convrec alone.
        used: Folder of the adapter in use, by task.
    """
    own = [entry for entry in Registry(workspace).entries() if entry.active] if workspace is not None else []
    return [
        (entry, task, used.get(task) == entry.folder) for entry in [*own, *shipped()] for task in entry.tasks or ("?",)
    ]


def evaluate(
    found: Sequence[tuple[Entry, str, bool]],
    rec: Recommender | None = None,
    *,
    device: str = "auto",
    online: bool = False,
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> Iterator[Row]:
    """Judge adapters with their LoRA on and off.

    Tasks in words: negative log-likelihood in nats a token and exact matches on the held-out examples of the recipe's
    data, which must lie where the adapter's recipe or the one that comes with convrec says. Tasks on a log: NDCG@10
    and HR@10 of the held-out item and AUC of liking, with the same item tokens on the base's own layers.

    Args:
        found: Of `candidates`.
        rec: An open workspace; None: tasks on a log cannot be judged.
        device: `auto` or a torch device.
        online: Whether bases may be fetched.
        seed: Of the bootstrap.
        progress: Told each step.

    Yields:
        One row a task and adapter; with a reason where it could not be judged.
    """
    for entry, task, in_use in found:
        name = f"{entry.name} {entry.generation}".strip()
        row = Row(task, name, str(entry.folder), in_use)
        progress(f"{task}: {name}")
        try:
            yield _judged(row, entry, task, rec, device, online, seed)
        except (UsageError, RunError) as error:
            yield replace(row, reason=str(error))


def described(rows: Sequence[Row]) -> list[list[str]]:
    """Cells for a table: task, adapter, whether in use, figure, base, tuned, gain."""
    return [
        [
            row.task,
            row.adapter,
            "yes" if row.in_use else "",
            f"{name} ({row.judged_on:,})",
            str(change.base),
            str(change.tuned),
            f"{change.gain.mean:+.4f} [{change.gain.low:+.4f}, {change.gain.high:+.4f}]",
        ]
        for row in rows
        for name, change in row.figures.items()
    ]


def _judged(row: Row, entry: Entry, task: str, rec: Recommender | None, device: str, online: bool, seed: int) -> Row:
    recipe = _recipe(entry)
    spec = next((spec for spec in recipe.task if spec.kind == task), None)
    if spec is None:
        raise UsageError(f"its recipe has no task {task!r}")
    base = locate(recipe.base, online=online)
    if "data" in spec.options:
        place = _place_of_data(entry, spec)
        judge = _task(spec, recipe, place, base, None, 2)
        model = _tuned(entry, recipe, base, device)
        names = ("NLL", "exact match")
        if judge.module() is not None:  # words are labelled, not written: the head comes with the adapter
            judge.take(entry.folder)
            judge.module().to(model.device).eval()
            names = ("all spans right", "all acts right")
        off, on = _both(model, judge)
        changes = {name: _change(a, b, seed) for name, a, b in zip(names, off, on, strict=True)}
        return replace(row, judged_on=len(off[0]), figures=changes)
    if not (entry.folder / files.FILE).is_file():
        raise UsageError(f"it learned from a log and has no {files.FILE}")
    if rec is None:
        raise UsageError("it is judged on a log: name a workspace")
    tokens, shape, known = files.load(entry.folder, rec.catalogue.items, rec.workspace.index.vectors)
    if shape.encoder != rec.workspace.encoder.name:
        raise UsageError(f"it reads texts of encoder {shape.encoder}, this workspace has {rec.workspace.encoder.name}")
    held = entry.manifest.get("held_out_newest")
    # On another catalogue every event is new to it; at home only what its training left out.
    hold_out = int(held) if isinstance(held, int) and known >= len(rec.catalogue) / 2 else 2
    judge = _task(spec, recipe, entry.folder, base, rec, hold_out)
    judge.take(tokens)
    model = _tuned(entry, recipe, base, device)
    judge.module().to(model.device).eval()
    return replace(row, **_of_log(*_both(model, judge), seed))


def _of_log(off: tuple[Floats, ...], on: tuple[Floats, ...], seed: int) -> dict[str, Any]:
    changes = {}
    if len(off[0]):
        changes["NDCG@10"] = _change(ndcg(off[0], 10), ndcg(on[0], 10), seed)
        changes["HR@10"] = _change(hit_rate(off[0], 10), hit_rate(on[0], 10), seed)
    if len(off[1]) and 0 < off[2].mean() < 1:
        changes["AUC"] = _areas(off[1], on[1], off[2], seed)
    return {"judged_on": len(off[2]), "figures": changes}


def _both(model: Any, judge: Any) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """What a task finds with the adapter off, and on."""
    import torch

    with torch.no_grad():
        with model.disable_adapter():
            off = judge.judge(model)
        return off, judge.judge(model)


def _change(off: Floats, on: Floats, seed: int) -> Change:
    return Change(bootstrap(off, seed=seed), bootstrap(on, seed=seed), difference(on, off, seed=seed))


def _areas(off: Floats, on: Floats, liked: Floats, seed: int) -> Change:
    """AUCs with intervals over people, of whom each has one event; resampled alike."""
    rng = np.random.default_rng(seed)
    drawn = [np.arange(len(liked)), *rng.integers(len(liked), size=(_RESAMPLES, len(liked)))]
    values = np.array([[auc(off[who], liked[who]), auc(on[who], liked[who])] for who in drawn])
    columns = np.column_stack([values, values[:, 1] - values[:, 0]])
    low, high = np.nanquantile(columns[1:], [0.025, 0.975], axis=0)
    made = [Estimate(float(columns[0, at]), float(low[at]), float(high[at])) for at in range(3)]
    return Change(*made)


def _recipe(entry: Entry) -> Recipe:
    if wrong := entry.faults():
        raise UsageError(f"it is not complete: {wrong[0]}")
    if not (entry.folder / recipes.FILE).is_file():
        raise UsageError(f"it has no {recipes.FILE}, so what it was trained on is not known")
    return recipes.load(str(entry.folder))[0]


def _place_of_data(entry: Entry, spec: TaskRecipe) -> Path:
    """The folder from which the adapter's data are named: its own, or that of the recipe that comes with convrec."""
    given = spec.options["data"]
    data = [str(one) for one in given] if isinstance(given, list) else [str(given)]
    places = [entry.folder]
    if entry.name in recipes.names():
        places.append(recipes.find(entry.name).parent)
    for place in places:
        if all((place / one).is_file() for one in data):
            return place
    raise UsageError(f"its data {', '.join(map(repr, data))} are not here")


def _task(spec: TaskRecipe, recipe: Recipe, place: Path, base: Path, rec: Recommender | None, hold_out: int) -> Any:
    from transformers import AutoConfig, AutoTokenizer

    from convrec.tune.task import Context
    from convrec.tune.tasks import build

    tokenizer = AutoTokenizer.from_pretrained(str(base), local_files_only=True)
    config = AutoConfig.from_pretrained(str(base), local_files_only=True)
    return build(spec, Context(rec, tokenizer, config, base, recipe.train.seed, place, recipe, hold_out))


def _tuned(entry: Entry, recipe: Recipe, base: Path, device: str) -> Any:
    from peft import PeftModel

    from convrec.llm import adapter
    from convrec.llm.quiet import quiet
    from convrec.tune.model import load_base

    adapter.check(entry.folder, base=base)
    model = load_base(base, layers=recipe.layers, device=device, dtype=recipe.train.dtype,
                      quantize=recipe.lora.quantize)  # fmt: skip
    with quiet():
        tuned = PeftModel.from_pretrained(model, str(entry.folder), autocast_adapter_dtype=False)
    return tuned.eval()
