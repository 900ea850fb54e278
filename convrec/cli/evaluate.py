"""`convrec evaluate`: quality, with peers and intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from convrec.cli.console import Folder, Json, application, out, out_json, say
from convrec.cli.evaluate_ablations import ablations
from convrec.cli.evaluate_adapters import adapters
from convrec.cli.evaluate_conversation import conversation
from convrec.cli.evaluate_filters import filters
from convrec.cli.evaluate_prediction import prediction
from convrec.cli.evaluate_profiles import explanations, profiles
from convrec.cli.evaluate_sentiment import sentiment
from convrec.cli.evaluate_simulate import simulate
from convrec.cli.evaluate_understanding import understanding

app = application("Measure quality.")
app.command(epilog="Example: convrec evaluate prediction .convrec/ml-100k --few-shot --plots plots")(prediction)
app.command(epilog="Example: convrec evaluate ablations .convrec/ml-100k --steps 300 --json")(ablations)
app.command(epilog="Example: convrec evaluate adapters .convrec/ml-100k --json")(adapters)
app.command(epilog="Example: convrec evaluate profiles .convrec/ml-100k --worded --json")(profiles)
app.command(epilog="Example: convrec evaluate explanations .convrec/ml-100k --count 500")(explanations)
app.command(epilog="Example: convrec evaluate sentiment --json")(sentiment)
app.command(epilog="Example: convrec evaluate simulate .convrec/ml-100k --users 300 --turns 5")(simulate)
app.command(epilog="Example: convrec evaluate filters .convrec/ml-100k shop --requests 1000 --json")(filters)
app.command(epilog="Example: convrec evaluate conversation .convrec/films --dialogues talks.jsonl.gz --split dev")(
    conversation
)
app.command(epilog="Example: convrec evaluate understanding said.jsonl --catalogue film=.convrec/ml-100k")(
    understanding
)


@app.callback()
def evaluate() -> None:
    """Measure quality with peers in the same run, seeds and 95 % intervals."""


@app.command(epilog="Example: convrec evaluate ranking .convrec/ml-100k --peers popularity,recency-ease --json")
def ranking(
    workspace: Folder,
    peers: Annotated[
        str,
        typer.Option(
            help="Of popularity, item-knn, ease, recency-ease, als, bpr, sasrec, lambdarank; or `all`, `none`."
        ),
    ] = "all",
    split: Annotated[str, typer.Option(help="last-item-out or global-time.")] = "last-item-out",
    max_users: Annotated[int | None, typer.Option(help="Only a random sample of so many people.")] = None,
    llm: Annotated[bool, typer.Option(help="Also the full system with the LLM's vote (slow).")] = False,
    llm_weight: Annotated[float | None, typer.Option(help="Share of the LLM in place of the setting.")] = None,
    bare: Annotated[
        bool, typer.Option("--bare", help="Titles, years and genres alone, without text and facts.")
    ] = False,
    validation: Annotated[
        bool, typer.Option("--validation", help="Hold out what is before the test: to choose.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the sample and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """The recommender beside its peers: every item ranked, seen items removed, all fitted on the training events alone.

    Split `last-item-out`: each person's newest event is to be found. Split `global-time`: everything after one moment.
    """
    from convrec import Recommender
    from convrec.evaluate.ranking import evaluate as run
    from convrec.evaluate.report import context
    from convrec.evaluate.search import undescribed
    from convrec.evaluate.tables import described

    names = {"all": None, "none": []}.get(peers, [name.strip() for name in peers.split(",") if name.strip()])
    overrides: dict[str, Any] = {} if llm_weight is None else {"rerank": {"llm_weight": llm_weight}}
    with Recommender.open(workspace, **overrides) as rec:
        figures = run(
            undescribed(rec) if bare else rec,
            peer_names=names,
            split=split,
            max_users=max_users,
            llm=llm,
            seed=seed,
            validation=validation,
            progress=say,
        )
    if as_json:
        out_json(context() | figures)
        return
    out(described(figures))


@app.command(epilog="Example: convrec evaluate search .convrec/ml-100k --requests tests/data/film_requests.jsonl")
def search(
    workspace: Folder,
    requests: Annotated[Path, typer.Option(help='JSON lines: {"request": "...", "items": ["50", {"title", "year"}]}.')],
    k: Annotated[int, typer.Option("--k", "-k", help="Places looked at.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the bootstrap over requests.")] = 0,
    as_json: Json = False,
) -> None:
    """Recall of requests in plain words, with all the catalogue knows and with titles, years and genres alone."""
    from convrec import Recommender
    from convrec.evaluate import search as searching
    from convrec.evaluate.report import context, table

    with Recommender.open(workspace) as rec:
        figures = searching.evaluate(rec, searching.read(requests, rec.catalogue), k=k, seed=seed, progress=say)
    if as_json:
        out_json(context() | figures)
        return
    out(table([f"Recall@{k}, {figures['requests']} requests", "mean and 95 % interval"], searching.described(figures)))
    if figures["times"] is not None:
        out(f"\n{figures['times']} times as high")
    for request in figures["missed"]:
        out(f"missed: {request}")
