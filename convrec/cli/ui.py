"""`convrec ui`: the chat page."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Folder, application, say

app = application("Serve the chat page.")


@app.command(epilog="Example: convrec ui .convrec/ml-100k --user 196 --port 7860")
def ui(
    workspace: Folder,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 7860,
    user: Annotated[str | None, typer.Option(help="Stored user to talk as at the start.")] = None,
    allow_public: Annotated[
        bool, typer.Option("--allow-public", help="Serve other machines too. The page has no login.")
    ] = False,
) -> None:
    """Serve the chat page of a workspace until interrupted."""
    from convrec.ui.server import bind, check, serve

    # What can be refused is refused before models are loaded.
    check(host, allow_public)
    with bind(host, port) as listening:
        from convrec import Recommender

        say("convrec: opening the workspace and its models")
        with Recommender.open(workspace) as rec:
            name = rec.settings.name or "the page"

            def ready(taken: int) -> None:
                say(f"convrec: {name} is on http://{_shown(host)}:{taken} (Ctrl+C ends it)")

            serve(rec, host, port, user=user, allow_public=allow_public, listening=listening, ready=ready)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
