"""`convrec evaluate adapters`: the base model and the tuned one, side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Json, out, out_json, say


def adapters(
    workspace: Annotated[
        str | None, typer.Argument(help="Whose adapters and log; without: what convrec ships.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Every task with its adapter off and on, on the examples or people that training left out."""
    from contextlib import nullcontext
    from pathlib import Path

    from convrec import Recommender, config
    from convrec.adapters import in_use
    from convrec.evaluate import adapter_figures as judging
    from convrec.evaluate.report import context, table

    folder = Path(workspace) if workspace else None
    settings = config.load(folder)
    used = in_use(folder, settings) if folder else {}
    found = judging.candidates(folder, used)
    with Recommender.open(folder, models={"llm": "none"}) if folder else nullcontext() as rec:
        rows = list(judging.evaluate(found, rec, device=device, online=settings.online, seed=seed, progress=say))
    if as_json:
        out_json(context() | {"adapters": rows})
        return
    if not rows:
        out("no adapters; `convrec tune WORKSPACE` makes one")
        return
    head = ["task", "adapter", "in use", "figure (judged on)", "base", "tuned", "gain"]
    if cells := judging.described(rows):
        out(table(head, cells))
    for row in rows:
        if row.reason:
            out(f"{row.task}, {row.adapter}: not judged, {row.reason}")
