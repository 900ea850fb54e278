"""`convrec bench`: speed and memory."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.bench_page import page
from convrec.cli.bench_rank import rank
from convrec.cli.bench_tune import tune
from convrec.cli.console import Folder, Json, application, out, out_json, say

app = application("Measure speed and memory.")
app.command(epilog="Example: convrec bench tune --steps 8 --ways bf16,4bit")(tune)
app.command(epilog="Example: convrec bench rank .convrec/ml-100k --json")(rank)
app.command(epilog="Example: convrec bench page .convrec/ml-100k --people 20 --minutes 10 --json")(page)


@app.callback()
def bench() -> None:
    """Measure speed and memory on this machine."""


@app.command(epilog="Example: convrec bench latency .convrec/ml-100k --users 100")
def latency(
    workspace: Folder,
    users: Annotated[int, typer.Option(help="How many random people are served.")] = 100,
    k: Annotated[int, typer.Option("--k", "-k", help="Recommendations each.")] = 5,
    naive: Annotated[int, typer.Option(help="How many are also served naively with the same model; 0: none.")] = 5,
    seed: Annotated[int, typer.Option(help="Of the choice of people.")] = 0,
    as_json: Json = False,
) -> None:
    """Warm seconds of `recommend`, stage by stage, beside the same model used naively."""
    from convrec import Recommender
    from convrec.evaluate import latency as measuring
    from convrec.evaluate.report import context, table

    with Recommender.open(workspace) as rec:
        figures = measuring.measure(rec, users=users, k=k, naive=naive, seed=seed, progress=say)
    if as_json:
        out_json(context() | figures)
        return
    named = {"cards": figures["cards_s"], "with explanations": figures["explained_s"]}
    named |= {f"  {stage}": seconds for stage, seconds in figures["stages_s"].items()}
    if naive:
        named["naive use"] = figures["naive_s"]
    rows = [[name, *(f"{seconds[q]:.3f}" for q in ("p50", "p95", "max"))] for name, seconds in named.items()]
    out(table(["seconds", "p50", "p95", "max"], rows))
    out(f"\n{figures['users']} people, {k} recommendations each; resident memory {figures['resident_gib']} GiB")
    if naive:
        out(f"{figures['times_faster']} times faster than the naive use of the same model")
