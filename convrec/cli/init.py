"""`convrec init`: a workspace from a dataset or tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, application, out, out_json, say

app = application("Make a workspace.")


@app.command(
    epilog="Examples: convrec init .convrec/ml-100k --dataset ml-100k; "
    "convrec init shop --items items.csv --interactions log.parquet --noun wine --verb bought"
)
def init(
    workspace: Folder,
    dataset: Annotated[str | None, typer.Option(help="A known dataset or format: ml-100k, ml-1m, ml-latest...")] = None,
    source: Annotated[Path | None, typer.Option(help="Where its files are: a folder or zip.")] = None,
    items: Annotated[Path | None, typer.Option(help="Catalogue: parquet, csv or jsonl, also .gz.")] = None,
    interactions: Annotated[Path | None, typer.Option(help="Log of who did what, in the same formats.")] = None,
    noun: Annotated[str | None, typer.Option(help="What one item is called: film, game, wine.")] = None,
    verb: Annotated[str | None, typer.Option(help="What people did with it: watched, played, bought.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the lot when one row is bad.")] = False,
    as_json: Json = False,
) -> None:
    """Read and check data, fit the models of its log, embed its items and build the index.

    Either --dataset (with --source where the files are at hand) or --items (with --interactions where there is a log).
    """
    from convrec import workspace as workspaces
    from convrec.codec import encode
    from convrec.data.sources import load

    loaded = load(dataset=dataset, source=source, items=items, interactions=interactions, strict=strict)
    say(str(loaded.report))
    folder = workspaces.init(workspace, loaded, noun=noun, verb=verb, progress=say)
    if len(loaded.log):
        _choose_weights(folder)
    if as_json:
        out_json(
            {
                "workspace": str(folder),
                "items": len(loaded.items),
                "events": len(loaded.log),
                "report": encode(loaded.report),
            }
        )
    else:
        out(f"{folder}: {len(loaded.items):,} items, {len(loaded.log):,} events. Try: convrec chat {folder}")


def _choose_weights(folder: Path) -> None:
    from convrec import Recommender
    from convrec.tune import fusion

    with Recommender.open(folder) as rec:
        fusion.write(folder, fusion.choose(rec, progress=say))
