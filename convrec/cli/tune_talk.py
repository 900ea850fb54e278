"""`convrec tune talk`: the reader of talks, tuned on recorded dialogues."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Json, out, out_json, say
from convrec.errors import UsageError


def talk(
    folder: Annotated[Path, typer.Option("--out", help="Where the adapter goes; must not exist.")],
    items: Annotated[list[Path], typer.Option(help="Table of items; repeatable, one for each --dialogues.")],
    dialogues: Annotated[list[Path], typer.Option(help="Talks about those items, JSON lines, also .gz; repeatable.")],
    start: Annotated[
        str, typer.Option("--from", help="A talk adapter, or `shipped`: keep its encoder, train the heads alone.")
    ] = "",
    steps: Annotated[int, typer.Option(help="Batches; 0 with --from: count and weigh anew, train nothing.")] = 700,
    batch: Annotated[int, typer.Option(help="Moments a batch.")] = 48,
    rank: Annotated[int, typer.Option("--lora-rank", help="Rank of LoRA.")] = 16,
    layers: Annotated[int, typer.Option(help="How many of the encoder's upper layers are tuned.")] = 3,
    rate: Annotated[float, typer.Option("--learning-rate", help="The highest, of LoRA.")] = 4e-4,
    head_rate: Annotated[float, typer.Option(help="The highest, of the heads.")] = 1e-3,
    item_units: Annotated[int, typer.Option(help="Hidden units of the items' head.")] = 384,
    decay: Annotated[float, typer.Option(help="Weight decay of the heads.")] = 0.5,
    dropout: Annotated[float, typer.Option(help="In the heads.")] = 0.3,
    licence: Annotated[str, typer.Option(help="Terms of the data, for the card.")] = "",
    seed: Annotated[int, typer.Option(help="Of weights, batches and samples.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Tune the reader of talks on dialogues about one or several catalogues.

    It learns what the recommending person names next from the turns before. Of every file the split `train` is used, a
    tenth of it held out. Beside what it reads it knows how often each item is named there and what is named at like
    moments of other talks, and which names, kinds and titles are said; how much these count is chosen on held-out
    talks and judged on others.
    `--from shipped` fits the adapter that comes with convrec to talks of your own in minutes; with `--steps 0` it only
    counts and weighs, for a few talks. To use it: convrec adapters activate WORKSPACE talk --from FOLDER.
    """
    from convrec.evaluate.report import context, table
    from convrec.tune.talk import Plan, tune
    from convrec.tune.talk_cases import read
    from convrec.tune.talk_trainer import CUTS

    if len(items) != len(dialogues):
        raise UsageError(f"{len(items)} --items and {len(dialogues)} --dialogues: give one file of each, in like order")
    plan = Plan(
        steps=steps,
        batch=batch,
        rank=rank,
        layers=layers,
        rate=rate,
        head_rate=head_rate,
        item_units=item_units,
        decay=decay,
        dropout=dropout,
        seed=seed,
    )
    talks = [read(table_, [file]) for table_, file in zip(items, dialogues, strict=True)]
    outcome = tune(talks, plan, folder, start=_adapter(start), resume=resume, licence=licence, progress=say)
    if as_json:
        out_json(context() | {"talk": outcome})
        return
    rows = [
        [f"{name}, Recall@{k}", f"{of[f'Recall@{k}']:.4f}", f"{outcome.after[name][f'Recall@{k}']:.4f}"]
        for name, of in outcome.before.items()
        for k in CUTS
    ]
    out(table(["held-out moments, networks alone", "before", "after"], rows))
    rows = [
        [f"{name}, Recall@{k}", f"{outcome.alone[name][f'Recall@{k}']:.4f}", f"{of[f'Recall@{k}']:.4f}"]
        for name, of in outcome.blended.items()
        for k in CUTS
    ]
    out(table(["moments not chosen on", "networks alone", "blended"], rows))
    out(f"{folder}: weights of step {outcome.best_step}. To use it:")
    out(f"convrec adapters activate WORKSPACE talk --from {folder}")


def _adapter(name: str) -> Path | None:
    from convrec.adapters import TALK
    from convrec.tune.registry import shipped

    if name != "shipped":
        return Path(name) if name else None
    found = [entry.folder for entry in shipped() if TALK in entry.tasks]
    if not found:
        raise UsageError("no talk adapter comes with this installation; leave --from out, or name a folder")
    return found[-1]
