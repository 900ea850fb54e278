"""`convrec bench tune`: tokens per second and memory of training."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Json, out, out_json, say


def tune(
    recipe: Annotated[
        str | None,
        typer.Option(metavar="NAME_OR_PATH", help="Whose base, layers, rank and batch; without: the embedded model."),
    ] = None,
    steps: Annotated[int, typer.Option(min=2, help="The first warms up and is not counted.")] = 8,
    ways: Annotated[str, typer.Option(help="Of bf16, 4bit, dora, trl.")] = "bf16,4bit,dora,trl",
    device: Annotated[str, typer.Option(help="auto or cpu.")] = "auto",
    as_json: Json = False,
) -> None:
    """Train the same few examples in several ways, each with and without gradient checkpointing, and measure it.

    Each way runs in a process of its own. `trl` is TRL's SFTTrainer on the very same tokens, where it is installed.
    """
    from convrec.evaluate import tune_cost as measuring
    from convrec.evaluate.report import context, table
    from convrec.tune import recipe as recipes

    plan = measuring.plan(None if recipe is None else recipes.load(recipe)[0], steps=steps)
    names = [name.strip() for name in ways.split(",") if name.strip()]
    found = measuring.measure(plan, ways=names, device=device, progress=say)
    if as_json:
        out_json(context() | found)
        return
    head = ["way", "tokens/s", "peak MiB", "loaded MiB", "GPU MiB", "NLL before", "NLL after"]
    out(table(head, measuring.described(found["rows"])))
    for row in found["rows"]:
        if "skipped" in row:
            out(f"{row['way']}{' + checkpointing' if row['checkpointing'] else ''}: skipped, {row['skipped']}")
    out(
        f"\n{found['base']}, {found['layers'] or 'all'} layers, rank {found['rank']}, {found['steps']} steps of "
        f"{found['batch']}; NLL in nats a token on the {found['examples']} examples, by the same code for every way"
    )
    if found["busy"]:
        out(f"the machine was at work on something else (load {found['load_before']}): do not quote these figures")
