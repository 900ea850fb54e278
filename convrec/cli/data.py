"""`convrec data`: read data without making a workspace, and check the notes on films."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Json, application, out, out_json, say

app = application("Look at and check data.")
notes = application("convrec's own notes on films.")
app.add_typer(notes, name="notes")

DatasetName = Annotated[str | None, typer.Option(help="A known dataset or format: ml-100k, recbole, tables.")]
Source = Annotated[Path | None, typer.Option(help="Where its files are: a folder or zip.")]


@app.command(epilog="Example: convrec data check --items items.csv --interactions log.parquet --strict")
def check(
    dataset: DatasetName = None,
    source: Source = None,
    items: Annotated[Path | None, typer.Option(help="Catalogue: parquet, csv or jsonl, also .gz.")] = None,
    interactions: Annotated[Path | None, typer.Option(help="Log of who did what, in the same formats.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the lot when one row is bad.")] = False,
    as_json: Json = False,
) -> None:
    """Read data as `init` would and tell what was kept, refused and understood."""
    from convrec.data.catalogue import ItemTable
    from convrec.data.sources import load

    found = load(dataset=dataset, source=source, items=items, interactions=interactions, strict=strict)
    fields = dict(sorted(ItemTable(found.items).fields.items()))
    scale = found.log.scale()
    if as_json:
        out_json(
            {
                "name": found.name,
                "items": len(found.items),
                "users": len(found.log.users),
                "events": len(found.log),
                "fields": fields,
                "scale": asdict(scale),
                "report": found.report.as_dict(),
            }
        )
        return
    for line in found.report.lines():
        out(line)
    out(f"{len(found.log.users):,} users; ratings {scale.low:g} to {scale.high:g}, liking from {scale.like_from:g}")
    out("fields: " + ", ".join(f"{name} ({kind})" for name, kind in fields.items()))


@notes.callback()
def _notes() -> None:
    """Look at convrec's own notes on films."""


@notes.command("check", epilog="Example: convrec data notes check --dataset ml-100k --outliers 20")
def check_notes(
    dataset: DatasetName = "ml-100k",
    source: Source = None,
    outliers: Annotated[int, typer.Option(min=0, help="How many doubtful notes to print; 0: count only.")] = 20,
    as_json: Json = False,
) -> None:
    """Print how many films and ratings have a note, and notes that sound like a film of another genre."""
    from convrec import config
    from convrec.data.notes import check as checks
    from convrec.data.sources import load

    found = load(dataset=dataset, source=source)
    covered = checks.coverage(found.items, found.log)
    doubtful = []
    if outliers and covered.told:
        from convrec.embed import open_encoder

        say("reading the notes with the encoder ...")
        doubtful = checks.outliers(found.items, open_encoder(config.load().models))
    if as_json:
        out_json(
            {
                "coverage": asdict(covered),
                "outliers": [
                    {
                        "item_id": entry.item.id,
                        "title": entry.item.label,
                        "genres": entry.item.genres,
                        "nearest": entry.nearest,
                        "margin": round(entry.margin, 4),
                        "text": entry.text,
                    }
                    for entry in doubtful[:outliers]
                ],
            }
        )
        return
    share = covered.events_noted / covered.events if covered.events else 0.0
    out(f"{covered.noted:,} of {covered.items:,} items have a note ({covered.told:,} with a text)")
    out(f"{covered.events_noted:,} of {covered.events:,} ratings are of such an item ({share:.1%})")
    if doubtful:
        out(f"{len(doubtful):,} texts are nearer to another genre; the worst:")
    for entry in doubtful[:outliers]:
        out(f"  {entry.margin:.2f} {entry.item.label} [{', '.join(entry.item.genres)}] sounds like {entry.nearest}")
        out(f"       {entry.text}")
