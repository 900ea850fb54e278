"""`convrec tune encoder`: the sentence transformer, tuned by contrast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, out, out_json, say


def encoder(
    workspace: Folder,
    folder: Annotated[Path, typer.Option("--out", help="Where the tuned encoder goes; must not exist.")],
    data: Annotated[
        list[str] | None, typer.Option(help="Queries to learn from: history, profile, dialogues; may be repeated.")
    ] = None,
    dialogues: Annotated[list[Path] | None, typer.Option(help="Dialogues, JSON lines, also .gz; repeatable.")] = None,
    steps: Annotated[int, typer.Option(help="Batches at most.")] = 400,
    batch: Annotated[int, typer.Option(help="Pairs a batch.")] = 32,
    rank: Annotated[int, typer.Option("--lora-rank", help="Rank of LoRA.")] = 16,
    negatives: Annotated[str, typer.Option(help="mined (in-batch and hard ones) or in-batch.")] = "mined",
    hard: Annotated[int, typer.Option(help="Hard negatives a query.")] = 1,
    temperature: Annotated[float, typer.Option(help="Divides the cosines.")] = 0.05,
    rate: Annotated[float, typer.Option("--learning-rate", help="The highest.")] = 5e-4,
    every: Annotated[int, typer.Option(help="Steps between looks at held-out cases; 0: an eighth of all.")] = 0,
    patience: Annotated[int, typer.Option(help="Looks without improvement before it stops.")] = 3,
    adapter_only: Annotated[
        bool, typer.Option("--adapter-only", help="Keep the LoRA adapter alone, a few MB, to lie over the encoder.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of weights, batches and samples.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Tune the encoder that searches: a person's history, profile or words, against the items they went on to like.

    Without --data it learns from the log's histories, or from the dialogues where a file of them is given. The newest
    two events of every person, and the dialogues of other splits, are held out.
    """
    from convrec import Recommender
    from convrec.evaluate.report import context, table
    from convrec.tune.encoder import Plan, tune

    kinds = tuple(data or (["dialogues"] if dialogues else ["history"]))
    plan = Plan(
        data=kinds,
        dialogues=tuple(dialogues or ()),
        steps=steps,
        batch=batch,
        rank=rank,
        negatives=negatives,
        hard=hard,
        temperature=temperature,
        rate=rate,
        every=every,
        patience=patience,
        seed=seed,
        adapter_only=adapter_only,
    )
    with Recommender.open(workspace, models={"llm": "none"}) as rec:
        outcome = tune(rec, plan, folder, resume=resume, progress=say)
    setting = "encoder_adapter" if adapter_only else "encoder"
    if as_json:
        curve = [
            {"step": step, "loss": None if loss != loss else loss, "score": at} for step, loss, at in outcome.curve
        ]
        made = {name: getattr(outcome, name) for name in ("before", "after", "best_step", "steps", "examples")}
        made |= {"folder": str(folder), "curve": curve, "documents_cut": outcome.documents_cut}
        out_json(context() | {"encoder": made | {"queries": outcome.queries[0], "queries_trimmed": outcome.queries[1]}})
        return
    rows = [
        [f"{kind}, {name}", f"{value:.4f}", f"{outcome.after[kind][name]:.4f}"]
        for kind, of in outcome.before.items()
        for name, value in of.items()
        if name != "cases"
    ]
    out(table(["held-out cases, encoder alone", "before", "after"], rows))
    if not outcome.best_step:
        out("nothing it learned was better on the held-out cases: the weights are those it started from")
    out(f"{folder}: weights of step {outcome.best_step}. To use it, write into {Path(workspace) / 'convrec.toml'}:")
    out(f'\n[models]\n{setting} = "{folder.absolute()}"\n')
    out("The index is built again at the next opening, since its vectors are another encoder's.")
