"""`convrec ui`: the chat page."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from convrec.cli.console import Folder, application, say
from convrec.cli.ui_users import app as users_app


class _Serving(TyperGroup):
    """`convrec ui WS` is `convrec ui serve WS`, and so is its help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As click's, once the command is named."""
        return list(super().parse_args(ctx, args if args and args[0] in self.commands else ["serve", *args]))


app = application("Serve the chat page.", _Serving)
app.add_typer(users_app, name="users")

_EXAMPLES = (
    "Example: convrec ui .convrec/ml-100k --user 196 --port 7860. "
    "With a login: convrec ui users add anna --file users.toml, then convrec ui .convrec/ml-100k --users users.toml. "
    "Watch it at /healthz, /readyz and /metrics."
)


@app.command(epilog=_EXAMPLES)
def serve(
    workspace: Folder,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 7860,
    user: Annotated[str | None, typer.Option(help="Stored user to talk as at the start.")] = None,
    users: Annotated[
        str | None, typer.Option(help="People log in: a .toml or .csv made by `convrec ui users add`.")
    ] = None,
    allow_public: Annotated[
        bool, typer.Option("--allow-public", help="Serve other machines too, without a login.")
    ] = False,
    at_once: Annotated[int, typer.Option(help="Answers made at the same time.")] = 2,
    waiting: Annotated[int, typer.Option(help="Answers that may wait for their turn, of all people.")] = 64,
    per_minute: Annotated[int, typer.Option(help="Answers one person may ask for in a minute.")] = 30,
) -> None:
    """Serve the chat page of a workspace until interrupted."""
    from convrec.ui.limits import Limits
    from convrec.ui.server import bind, check
    from convrec.ui.server import serve as serving
    from convrec.ui.users import Users

    # What can be refused is refused before models are loaded.
    check(host, allow_public, login=users is not None)
    limits = Limits(at_once=at_once, waiting=waiting, per_minute=per_minute)
    if users is not None:
        Users(users)
    with bind(host, port) as listening:
        from convrec import Recommender

        say("convrec: opening the workspace and its models")
        with Recommender.open(workspace) as rec:
            name = rec.settings.name or "the page"

            def ready(taken: int) -> None:
                say(f"convrec: {name} is on http://{_shown(host)}:{taken} (Ctrl+C ends it)")

            serving(
                rec, host, port, user=user, allow_public=allow_public, users=users, limits=limits,
                metrics_token=os.environ.get("CONVREC_METRICS_TOKEN", ""), listening=listening, ready=ready,
            )  # fmt: skip


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
