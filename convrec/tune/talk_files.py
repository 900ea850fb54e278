"""What tuning the reader of talks leaves: an adapter folder that is complete or absent, with its card."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec.evaluate.report import context
from convrec.llm.adapter import CONFIG, WEIGHTS
from convrec.llm.adapter_files import base_id
from convrec.retrieve.talk import files
from convrec.tune import manifest

if TYPE_CHECKING:
    from convrec.tune.talk import Outcome, Plan
    from convrec.tune.talk_cases import Talks
    from convrec.tune.talk_trainer import Figures
    from convrec.tune.towers import Towers

TASK = "talk"


def publish(
    encoder: Towers | Path,
    stored: files.Stored,
    out: Path,
    *,
    base: Path,
    name: str,
    outcome: Outcome,
    plan: Plan,
    talks: Sequence[Talks],
    licence: str,
    start: Path | None = None,
) -> None:
    """Write PEFT's files, the heads, the card and the manifest; the folder appears whole or not at all.

    Args:
        encoder: As tuned, or the folder of an adapter whose encoder was kept.
        stored: The rest, as tuned.
        out: Must not exist.
        base: Folder of the untuned encoder.
        name: Of the untuned encoder.
        outcome: Of the run.
        plan: Of the run.
        talks: Of the run.
        licence: Terms of the data.
        start: The adapter that it began from, if any.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.parent / f".{out.name}.partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        if isinstance(encoder, Path):
            partial.mkdir()
            for file in (CONFIG, WEIGHTS):
                shutil.copyfile(encoder / file, partial / file)
        else:
            encoder.save_adapter(partial, name)
        files.save(partial, stored)
        about = context()
        (partial / "README.md").write_text(_card(name, outcome, plan, talks, licence, start, about), encoding="utf-8")
        facts: dict[str, Any] = {
            "kind": "adapter",
            "name": TASK,
            "tasks": [TASK],
            "base": {"name": name, "id": base_id(base)},
            "seed": plan.seed,
            "command": _command(plan, talks, start),
            "date": about["date"],
            "versions": about["versions"],
            "before": outcome.before,
            "after": outcome.after,
            "best_step": outcome.best_step,
            "alone": outcome.alone,
            "blended": outcome.blended,
            "blend": outcome.blend,
            "blend_own": outcome.own,
        }
        manifest.write(partial, facts)
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _command(plan: Plan, talks: Sequence[Talks], start: Path | None) -> str:
    named = " ".join(
        f"--items {each.name}/items " + " ".join(f"--dialogues {each.name}/{file}" for file in each.files)
        for each in talks
    )
    if start is not None:
        named += f" --from {start.name}"
    return (
        f"convrec tune talk --out {TASK} {named} --steps {plan.steps} --batch {plan.batch} --lora-rank {plan.rank} "
        f"--layers {plan.layers} --learning-rate {plan.rate:g} --head-rate {plan.head_rate:g} "
        f"--item-units {plan.item_units} --decay {plan.decay:g} --dropout {plan.dropout:g} --seed {plan.seed}"
    )


def _card(
    base: str,
    outcome: Outcome,
    plan: Plan,
    talks: Sequence[Talks],
    licence: str,
    start: Path | None,
    about: dict[str, Any],
) -> str:
    lines = [
        "---",
        f"base_model: {base}",
        "library_name: peft",
        "tags: [lora, recommendation, convrec]",
        "---",
        "# talk",
        "",
        f"Reads a talk so far and says what people in such talks go on to name: LoRA for {base}, which reads the",
        "words, and two small heads over its vectors of items and talks. The items' own vectors stay those of the",
        "untuned encoder, so the index of a workspace stays as it is.",
        "",
        "    " + _command(plan, talks, start),
        "",
        f"Made on {about['date']} with seed {plan.seed}; "
        + ", ".join(f"{name} {version}" for name, version in about["versions"].items())
        + ".",
        "",
        "## Data",
        *[
            f"* {each.name}: {len(each.train):,} moments to learn from, {len(each.held):,} held out (a tenth of the "
            f"training dialogues, by a checksum of their ids), {len(each.catalogue):,} items"
            for each in talks
        ],
        f"* Licence of the data: {licence or 'not stated'}",
        "",
        "The weights hold no words of a dialogue and no title. How often an item is named by the recommending person",
        "is kept as one number by a checksum of title and year, and so is how often two come up together, if at least",
        "two talks have both. Each moment learned from is kept as what the networks make of it, a vector in 8 bits,",
        "with the checksums of what was named next.",
        "",
        "## Figures on held-out moments",
        "Items not named before, the whole catalogue ranked. `before` and `networks`: the encoder as it came, and the",
        "adapter's networks alone, on all of them; `alone` and `blended`: the networks alone, and with what other",
        "talks (fame, company, memory) and the words by themselves tell, on moments that the weights in question were",
        "not chosen on: half of many, which the adapter's weights are not chosen on either; few are judged crosswise,",
        "each half by weights chosen on the other, and the adapter's are chosen on all of them.",
        "",
        "| catalogue | figure | before | networks | alone | blended |",
        "|---|---|---|---|---|---|",
        *[
            f"| {name} | {figure} | {value:.4f} | {outcome.after[name][figure]:.4f} "
            f"| {_told(outcome.alone, name, figure)} | {_told(outcome.blended, name, figure)} |"
            for name, of in outcome.before.items()
            for figure, value in of.items()
        ],
        "",
        f"The weights are those of step {outcome.best_step} of {outcome.steps}, the best on these moments.",
        f"Blended by a conditional logit, for any catalogue: {_weighed(outcome.blend)}.",
        *[f"* {name}: {_weighed(weights)}" for name, weights in outcome.own.items()],
        "",
        "## Training",
        "The networks are those it began from."
        if not plan.steps
        else f"Cross-entropy over the whole catalogue, batches of {plan.batch} moments of one catalogue, LoRA of rank "
        f"{plan.rank} on the upper {plan.layers} layers at {plan.rate:g}, heads at {plan.head_rate:g} with decay "
        f"{plan.decay:g} and dropout {plan.dropout:g}.",
        "",
    ]
    return "\n".join(lines)


def _told(figures: Figures, name: str, figure: str) -> str:
    found = figures.get(name, {}).get(figure)
    return "-" if found is None else f"{found:.4f}"


def _weighed(weights: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in weights.items())
