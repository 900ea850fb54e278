"""`convrec evaluate ablations`: what the pre-trained LLM, its adapter, texts and ids bring."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, out, out_json, say


def ablations(
    workspace: Folder,
    recipe: Annotated[str, typer.Option(metavar="NAME_OR_PATH", help="Whose parts are left out.")] = "rank",
    steps: Annotated[int | None, typer.Option(min=1, help="In place of the recipe's.")] = None,
    only: Annotated[str, typer.Option(help="Of pretrained, random, frozen, text-only, id-only; or `all`.")] = "all",
    fresh: Annotated[bool, typer.Option("--fresh", help="Train again what is finished or interrupted.")] = False,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Train the ranker without one of its parts each time, same steps and seed; judge it alone on validation.

    Finished variants are kept in the workspace and not trained again, an interrupted one goes on.
    """
    from pathlib import Path

    from convrec import Recommender, config
    from convrec.cli.tune_adapter import with_base_of
    from convrec.evaluate import ablations as running
    from convrec.evaluate.report import context, table
    from convrec.tune import recipe as recipes

    plan, folder = recipes.load(recipe, steps=steps)
    plan = with_base_of(plan, config.load(Path(workspace)), workspace)
    names = list(running.VARIANTS) if only == "all" else [name.strip() for name in only.split(",") if name.strip()]
    with Recommender.open(workspace, models={"llm": "none"}) as rec:
        rows = running.evaluate(rec, plan, folder, only=names, fresh=fresh, seed=seed, progress=say)
    if as_json:
        out_json(context() | {"recipe": plan.name, "digest": plan.digest, "variants": rows})
        return
    head = ["variant", "NDCG@10", "HR@10", "less pretrained", "trained numbers", "best step"]
    out(table(head, running.described(rows)))
    out("\nThe ranker alone, on the events that early stopping looked at too: for comparison between the rows only.")
