"""`convrec evaluate simulate`."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, out, out_json, say
from convrec.cli.evaluate_profiles import lines


def simulate(
    workspace: Folder,
    users: Annotated[int, typer.Option(min=10, help="People.")] = 300,
    turns: Annotated[int, typer.Option(min=1, max=20, help="Messages a talk may have.")] = 5,
    talks: Annotated[int, typer.Option(min=0, help="Talks given in full.")] = 5,
    seed: Annotated[int, typer.Option(help="Of people, what they say, and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Simulated people, built from real histories, talk until they are shown what they went on to like.

    Beside them the same people without a word, five cards after the other, and the same talks by strangers.
    """
    from convrec import Recommender
    from convrec.evaluate.report import context
    from convrec.evaluate.simulate import evaluate

    with Recommender.open(workspace, models={"llm": "none"}) as rec:
        figures = evaluate(rec, users=users, turns=turns, seed=seed, sample=talks, progress=say)
    if as_json:
        out_json(context() | figures)
        return
    for line in lines(figures):
        out(line)
