"""`convrec forget`: erase a user."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, application, out, out_json
from convrec.errors import UsageError

app = application("Forget a user.")


@app.command(epilog="Example: convrec forget .convrec/ml-100k --user 196 --yes")
def forget(
    workspace: Folder,
    user: Annotated[str, typer.Option(help="Whom.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; this cannot be undone.")] = False,
    as_json: Json = False,
) -> None:
    """Erase events, corrections, profiles and talks of a user, bytes included, for good."""
    from convrec.workspace import STALE, opened_store

    if not yes:
        raise UsageError(f"forgetting user {user!r} cannot be undone; say --yes to do it (and `convrec export` first)")
    with opened_store(workspace) as store:
        gone = store.forget(user)
        store.put(STALE, True)
    if as_json:
        out_json({"user": user, "rows": gone})
    else:
        out(f"{gone} rows erased. The models of the log are fitted without {user!r} at the next opening.")
