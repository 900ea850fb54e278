"""`convrec evaluate filters`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from convrec.cli.console import Json, out, out_json, say
from convrec.cli.evaluate_profiles import lines


def filters(
    workspaces: Annotated[
        list[str], typer.Argument(help="One or more workspaces, made by `convrec init`.", metavar="WORKSPACE...")
    ],
    requests: Annotated[int, typer.Option(min=1, help="In all, spread over the workspaces.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the requests.")] = 0,
    as_json: Json = False,
) -> None:
    """Requests made from each catalogue's own facts: cards that break a condition, and ways out where nothing is left.

    What each request means is known by how it was made, and checked on the items themselves.
    """
    from convrec import Recommender
    from convrec.evaluate.filters import evaluate
    from convrec.evaluate.report import context

    figures: dict[str, Any] = {}
    for place, workspace in enumerate(workspaces):
        share = requests // len(workspaces) + (place < requests % len(workspaces))
        say(f"{workspace}: {share} requests")
        with Recommender.open(workspace, models={"llm": "none"}) as rec:
            figures[workspace] = evaluate(rec, requests=share, seed=seed, progress=say)
    totals = ("requests", "cards", "violations", "nothing_left", "relaxations_offered", "relaxations_work")
    result = {"workspaces": figures, "all": {name: sum(one[name] for one in figures.values()) for name in totals}}
    if as_json:
        out_json(context() | result)
        return
    for line in lines(result):
        out(line)
