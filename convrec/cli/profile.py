"""`convrec profile`: show it, correct it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from convrec.cli.console import Folder, Json, application, out, out_json
from convrec.errors import UsageError

app = application("Show or correct a profile.")


@app.command(
    epilog="Examples: convrec profile .convrec/ml-100k --user 196; "
    "convrec profile .convrec/ml-100k --user 196 --remove genre:Horror"
)
def profile(
    workspace: Folder,
    user: Annotated[str, typer.Option(help="Whose.")],
    remove: Annotated[
        list[str] | None, typer.Option(help="Id of a statement that is wrong; it does not come back.")
    ] = None,
    lock: Annotated[list[str] | None, typer.Option(help="Id of a statement that new events shall not change.")] = None,
    add: Annotated[list[str] | None, typer.Option(help='A statement of your own: "no more war films".')] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="What does not count, by id or as genre=Animation: others watched it.")
    ] = None,
    heed: Annotated[list[str] | None, typer.Option(help="What counts again, as genre=Animation.")] = None,
    as_json: Json = False,
) -> None:
    """Print the text and the statements behind it, with their ids, after any corrections."""
    from convrec import Recommender

    edits: list[dict[str, Any]] = [{"action": "remove", "statement_id": one} for one in remove or []]
    edits += [{"action": "lock", "statement_id": one} for one in lock or []]
    edits += [{"action": "add", "text": one} for one in add or []]
    edits += [_of_events("ignore", one) for one in ignore or []] + [_of_events("heed", one) for one in heed or []]
    with Recommender.open(workspace) as rec:
        if not rec.history(user).events and not edits:
            raise UsageError(f"user {user!r} has no events in {workspace!r}, so there is nothing to say about them yet")
        known = rec.edit_profile(user, *edits) if edits else rec.profile(user)
    if as_json:
        out_json(known)
        return
    out(f"{known.text}\n")
    for statement in known.statements:
        because = ", ".join(f"{event.verb} {event.title}" for event in statement.evidence[:3])
        mark, weight = "+" if statement.polarity == "like" else "-", f"strength {statement.strength:.2f}"
        out(f"{mark} {statement.id}  {weight}, {statement.count} events: {because or statement.origin}")


def _of_events(action: str, said: str) -> dict[str, Any]:
    """`genre=Animation`, or the id of a statement."""
    facet, equals, value = said.partition("=")
    return {"action": action, "facet": facet, "value": value} if equals else {"action": action, "statement_id": said}
