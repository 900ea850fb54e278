"""`convrec tune joint`: the network that reads messages with what the LLM and the encoder see of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Json, out, out_json, say
from convrec.errors import UsageError


def joint(
    folder: Annotated[Path, typer.Option("--out", help="Where the encoder's adapter goes with it; must not exist.")],
    data: Annotated[
        list[Path] | None, typer.Option(help="Messages taken apart by hand; repeatable. Without: the recipe's.")
    ] = None,
    passes: Annotated[int, typer.Option(min=1, help="Over all messages.")] = 10,
    units: Annotated[int, typer.Option(min=1, help="Hidden units in each direction.")] = 112,
    dropout: Annotated[float, typer.Option(min=0, max=0.9, help="Of states and hidden units.")] = 0.3,
    rate: Annotated[float, typer.Option("--learning-rate", help="The highest.")] = 1e-3,
    seed: Annotated[int, typer.Option(help="Of weights and batches.")] = 0,
    as_json: Json = False,
) -> None:
    """Train the network over both readers of messages (adapters `understand` and `hear`), which stay as they are.

    To be run after either of them was trained anew: the network is of just these two, and without it they vote. To use
    it: convrec adapters activate WORKSPACE hear --from FOLDER.
    """
    from convrec import config
    from convrec.cli.evaluate_understanding import tagger_of
    from convrec.evaluate.report import context, table
    from convrec.tune.joint import Plan, tune

    tagger = tagger_of(config.load(None), "")
    if tagger is None or tagger.ear is None:
        raise UsageError("two adapters, understand and hear, are read with; one of them does not fit the models")
    plan = Plan(passes=passes, units=units, dropout=dropout, rate=rate, seed=seed)
    outcome = tune(tagger, tagger.ear, folder, plan, tuple(data or ()), progress=say)
    if as_json:
        out_json(context() | {"joint": outcome})
        return
    rows = [[name, f"{value:.4f}", f"{outcome.after[name]:.4f}"] for name, value in outcome.before.items()]
    out(table([f"{outcome.validation:,} held-out messages, exact spans", "vote", "network"], rows))
    out(f"{folder}: pass {outcome.best} of {passes}. To use it:")
    out(f"convrec adapters activate WORKSPACE hear --from {folder}")
