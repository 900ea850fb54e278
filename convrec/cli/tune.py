"""`convrec tune`: train adapters, and fit what can be fitted on a workspace's own log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, application, out, out_json, say
from convrec.cli.default_command import DefaultGroup
from convrec.cli.tune_adapter import adapter
from convrec.cli.tune_encoder import encoder as _encoder
from convrec.cli.tune_joint import joint
from convrec.cli.tune_talk import talk
from convrec.cli.tune_together import together
from convrec.cli.weights import weights_line, weights_rows

app = application("Tune on a workspace.", cls=DefaultGroup)
app.command(epilog="Example: convrec tune .convrec/ml-100k --recipe rank")(adapter)
app.command(epilog="Example: convrec tune talk --out talk --items films.parquet --dialogues talks.jsonl.gz")(talk)
app.command(epilog="Example: convrec tune joint --out hear")(joint)
app.command(epilog="Example: convrec tune together --out both")(together)


@app.callback()
def tune() -> None:
    """Train adapters (`convrec tune WORKSPACE`), or fit settings to a workspace's own log after it has grown."""


@app.command(epilog="Example: convrec tune fusion .convrec/ml-100k")
def fusion(
    workspace: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be chosen, change nothing.")] = False,
    seed: Annotated[int, typer.Option(help="Of the sample of people in a large log.")] = 0,
    as_json: Json = False,
) -> None:
    """Fit the models of the log again; choose the shares of liking and of the tuned LLM on second newest events."""
    from convrec import Recommender
    from convrec.evaluate.report import context, table
    from convrec.tune import fusion as choosing

    with Recommender.open(workspace) as rec:
        if not dry_run:
            say("fitting the models of the log")
            rec.refit()
        choice = choosing.choose(rec, seed=seed, foreign=True, progress=say)
        if not dry_run and choice.tried:
            choosing.write(Path(workspace), choice)
    if as_json:
        out_json(context() | {"choice": choice})
        return
    rows = [[f"{weight:g}", f"{both[0]:.4f}", f"{both[1]:.4f}"] for weight, both in choice.tried.items()]
    if rows:
        out(table(["liking_weight", "NDCG@10, everybody", "NDCG@10, who liked it"], rows))
    if tried := weights_rows(choice):
        out(table(["sequence_weight", "NDCG@10, everybody", "NDCG@10, who liked it"], tried))
    out(weights_line(choice))


@app.command(epilog="Example: convrec tune vote .convrec/ml-100k --dry-run")
def vote(
    workspace: Folder,
    users: Annotated[int, typer.Option(help="How many people are tried.")] = 200,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be chosen, change nothing.")] = False,
    seed: Annotated[int, typer.Option(help="Of the choice of people.")] = 0,
    as_json: Json = False,
) -> None:
    """Choose the LLM's share of the score on the second newest events: 0 unless its gain is clear of chance."""
    from convrec import Recommender
    from convrec.evaluate.report import context, table
    from convrec.tune import vote as choosing

    with Recommender.open(workspace) as rec:
        chosen = choosing.choose(rec, users=users, seed=seed, progress=say)
    if not dry_run:
        choosing.write(Path(workspace), chosen)
    if as_json:
        out_json(context() | {"vote": chosen})
        return
    rows = [
        [f"{weight:g}", str(estimate), f"{gain.mean:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]" if gain else ""]
        for weight, estimate in chosen.tried.items()
        for gain in [chosen.gains.get(weight)]
    ]
    out(table(["llm_weight", "NDCG@10", "gain"], rows))
    out(f"llm_weight = {chosen.llm_weight:g}, on {chosen.users} people; one vote takes {chosen.seconds:.2f} s")


app.command(
    epilog="Example: convrec tune encoder .convrec/ml-100k --out encoders/ml-100k --data history --data profile"
)(_encoder)
