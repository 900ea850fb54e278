"""The card of an adapter: what it was trained on, how, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convrec.tune.recipe import Recipe
from convrec.tune.trainer import Outcome


def write(
    recipe: Recipe,
    outcome: Outcome,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    command: str,
    versions: Mapping[str, str],
    date: str,
    held_out: int | None,
) -> str:
    """The card as Markdown, with the header that Hugging Face reads.

    Args:
        recipe: As trained, with what the command line changed.
        outcome: Of the run.
        facts: Of each task, by name: `data`, `train`, `validation`, `split`, `licence` and whatever else it tells.
        command: That makes the adapter again.
        versions: Of the libraries.
        date: Of the run.
        held_out: Newest events of each user that training never saw; None where no log was read.
    """
    method = recipe.lora.method + (", 4-bit base" if recipe.lora.quantize != "none" else "")
    train = recipe.train
    lines = [
        "---",
        f"base_model: {recipe.base}",
        "library_name: peft",
        "tags: [lora, recommendation, convrec]",
        "---",
        f"# {recipe.name}",
        "",
        f"An adapter for {recipe.base}, made by convrec for: {', '.join(facts)}.",
        "",
        "    " + command,
        "",
        f"Made on {date} with seed {train.seed}; " + ", ".join(f"{name} {of}" for name, of in versions.items()) + ".",
        "",
        "## Data",
        *_data(facts, recipe.licence, held_out),
        "",
        "## Figures on validation",
        "| task | figure | before | after |",
        "|---|---|---|---|",
        *_figures(outcome),
        "",
        f"The weights are those of step {outcome.best_step} of {outcome.steps}, the best on validation"
        + ("" if outcome.best_step else ": no step was better than the untrained model") + ".",
        "",
        "## Training",
        f"{method}, rank {recipe.lora.r}, alpha {recipe.lora.alpha:g}, dropout {recipe.lora.dropout:g}, on "
        f"{_targets(recipe)}; {outcome.trainable:,} trainable numbers"
        + (f"; the first {recipe.layers} decoder layers of the base" if recipe.layers else "") + ".",
        f"{train.steps} steps of {train.accumulation} x {train.batch_size}, rate {train.lr:g} ({train.schedule}, "
        f"warm-up {train.warmup:g}), weight decay {train.weight_decay:g}, clipped at {train.clip:g}"
        + (f", weights averaged over steps (decay {train.ema:g})" if train.ema else "") + "; "
        f"{outcome.seconds / 60:.1f} minutes"
        + (f", {outcome.tokens_per_s:,.0f} tokens/s" if outcome.tokens_per_s else "") + ".",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _targets(recipe: Recipe) -> str:
    targets = recipe.lora.targets
    return (
        "all linear layers" if targets == "all-linear" else targets if isinstance(targets, str) else ", ".join(targets)
    )


def _data(facts: Mapping[str, Mapping[str, Any]], licence: str, held_out: int | None) -> Sequence[str]:
    lines = []
    for task, row in facts.items():
        counts = [f"{row[key]:,} {key}" for key in ("train", "validation") if isinstance(row.get(key), int)]
        said = ", ".join([str(row.get("data", "")) or "no data of its own", *counts])
        lines.append(f"* {task}: {said}" + (f"; split: {row['split']}" if row.get("split") else ""))
        known = {"data", "train", "validation", "split", "licence", "held_out_newest"}
        lines += [f"  * {name}: {value}" for name, value in row.items() if name not in known]
    if held_out is not None:
        lines.append(f"* Trained without the newest {held_out} interactions of every user: evaluate on those.")
    notes = {str(row["licence"]) for row in facts.values() if row.get("licence")} | ({licence} if licence else set())
    return [*lines, *(f"* Licence of the data: {note}" for note in sorted(notes) or ["not stated by the recipe"])]


def _figures(outcome: Outcome) -> Sequence[str]:
    return [
        f"| {task} | {name} | {before:.4f} | {outcome.after.get(task, {}).get(name, float('nan')):.4f} |"
        for task, row in outcome.before.items()
        for name, before in row.items()
        if name != "score"
    ]
