"""`convrec bench rank`: what ranking given candidates costs."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, out, out_json, say


def rank(
    workspace: Folder,
    people: Annotated[int, typer.Option(help="How many histories, each a new one.")] = 50,
    events: Annotated[int, typer.Option(help="Events of a history.")] = 64,
    candidates: Annotated[int, typer.Option(help="Items to be ranked.")] = 50,
    seed: Annotated[int, typer.Option(help="Of histories and candidates.")] = 0,
    as_json: Json = False,
) -> None:
    """Seconds of ranking given candidates for a history, with the tuned LLM and without any."""
    from functools import partial

    from convrec import Recommender
    from convrec.evaluate import rank_cost as measuring
    from convrec.evaluate.report import context, table

    opens = partial(Recommender.open, workspace)
    found = measuring.measure(opens, people=people, events=events, candidates=candidates, seed=seed, progress=say)
    if as_json:
        out_json(context() | found)
        return
    named = {"with the LLM": found.get("with_llm"), "without": found["without_llm"]}
    rows = [
        [name, *(f"{seconds[q]:.3f}" for q in ("p50", "p95", "max", "first"))]
        for name, seconds in named.items()
        if seconds is not None
    ]
    out(table(["seconds", "p50", "p95", "max", "first call"], rows))
    out(f"\n{found['people']} histories of {found['events']} events, {found['candidates']} candidates each")
    out(f"the LLM {found['llm']}: {found['why']}" if found["llm"] != "nothing" else f"not with the LLM: {found['why']}")
