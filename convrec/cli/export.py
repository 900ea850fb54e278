"""`convrec export`: everything kept about a user."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Folder, application, out_json

app = application("Export a user.")


@app.command(epilog="Example: convrec export .convrec/ml-100k --user 196 > 196.json")
def export(workspace: Folder, user: Annotated[str, typer.Option(help="Whose.")]) -> None:
    """Print events, corrections, profiles and talks of a user as JSON."""
    from convrec.workspace import opened_store

    with opened_store(workspace) as store:
        out_json(store.export(user))
