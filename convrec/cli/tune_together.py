"""`convrec tune together`: both readers of messages and the network over them, end to end."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Json, out, out_json, say
from convrec.errors import UsageError


def together(
    folder: Annotated[Path, typer.Option("--out", help="Where both adapters go; must not exist.")],
    data: Annotated[
        list[Path] | None, typer.Option(help="Messages taken apart by hand; repeatable. Without: the recipe's.")
    ] = None,
    passes: Annotated[int, typer.Option(min=1, help="Over all messages.")] = 3,
    layers: Annotated[tuple[int, int], typer.Option(help="Of the LLM and of the encoder that learn, from the top.")] = (
        6,
        4,
    ),
    batch: Annotated[int, typer.Option(min=1, help="Messages a step.")] = 32,
    share: Annotated[
        float, typer.Option(min=0.01, max=1, help="How far from the weights before to those learned the kept ones lie.")
    ] = 0.5,
    seed: Annotated[int, typer.Option(help="Of everything drawn.")] = 0,
    as_json: Json = False,
) -> None:
    """Train the upper layers of adapters `understand` and `hear` on, together with the network over their states.

    To be run after `convrec tune joint`. What was cut short goes on when the same command is given again; its
    checkpoints lie in OUT.run. To use it: convrec adapters activate WORKSPACE understand --from OUT/understand, and
    the same for hear.
    """
    from convrec import config
    from convrec.cli.evaluate_understanding import tagger_of
    from convrec.evaluate.report import context, table
    from convrec.llm.embedded import locate
    from convrec.tune.joint import named
    from convrec.tune.reader_pair import ReaderPair
    from convrec.tune.together import Plan, Together
    from convrec.tune.together_files import refuse_present, write

    refuse_present(folder)
    settings = config.load(None)
    tagger = tagger_of(settings, "")
    if tagger is None or tagger.ear is None:
        raise UsageError("two adapters, understand and hear, are trained; one of them does not fit the models")
    plan = Plan(passes=passes, layers=layers, batch=batch, share=share, seed=seed)
    names = settings.models.llm, settings.models.encoder
    bases = tuple(locate(name, online=settings.online) for name in names)
    folders = tagger.folder, tagger.ear.folder
    pair = ReaderPair((bases[0], bases[1]), folders, layers, settings.models.device)
    files = tuple(data or ()) or tuple(named(folders[1]))
    run = folder.with_name(f"{folder.name}.run")
    outcome = Together(pair, files, plan, run, say).fit()
    made = write(folder, pair, outcome, plan)
    shutil.rmtree(run, ignore_errors=True)
    if as_json:
        out_json(context() | {"together": outcome, "adapters": [str(one) for one in made]})
        return
    rows = [[name, f"{value:.4f}", f"{outcome.after[name]:.4f}"] for name, value in outcome.before.items()]
    out(table([f"{outcome.validation:,} held-out messages", "before", "after"], rows))
    out(f"{folder}: pass {outcome.best} of {passes}. To use them:")
    for one in made:
        out(f"convrec adapters activate WORKSPACE {one.name} --from {one}")
