"""`convrec profile`: show it, correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from convrec.cli.console import Folder, Json, application, out, out_json
from convrec.errors import UsageError

if TYPE_CHECKING:
    from convrec.recommend import Recommender

app = application("Show or correct a profile.")


@app.command(
    epilog="Examples: convrec profile .convrec/ml-100k --user 196; "
    "convrec profile .convrec/ml-100k --user 196 --remove genre:horror --preview; "
    "convrec profile .convrec/ml-100k --user 196 --diff last"
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
    versions: Annotated[bool, typer.Option("--versions", help="List the stored versions, newest first.")] = False,
    changes: Annotated[
        str | None, typer.Option("--diff", help="What changed: `last`, or two versions as 2:5.", metavar="VERSIONS")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what the corrections would do to the top ten; store nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the text and the statements behind it, with their ids, after any corrections."""
    from convrec import Recommender

    edits: list[dict[str, Any]] = [{"action": "remove", "statement_id": one} for one in remove or []]
    edits += [{"action": "lock", "statement_id": one} for one in lock or []]
    edits += [{"action": "add", "text": one} for one in add or []]
    edits += [_of_events("ignore", one) for one in ignore or []] + [_of_events("heed", one) for one in heed or []]
    with Recommender.open(workspace) as rec:
        if versions or changes or preview:
            data, lines = (
                _versions(rec, user)
                if versions
                else _diff(rec, user, changes)
                if changes
                else _effect(rec, user, edits)
            )
            if as_json:
                out_json(data)
            else:
                out("\n".join(lines))
            return
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


def _versions(rec: Recommender, user: str) -> tuple[Any, list[str]]:
    from datetime import UTC, datetime

    found = rec.profile_versions(user)
    if not found:
        raise UsageError(
            f"no version of a profile of user {user!r} is stored yet; make one: convrec profile ... --user {user}"
        )
    lines = []
    for one in found:
        when = datetime.fromtimestamp(one.created or 0.0, UTC).strftime("%Y-%m-%d %H:%M")
        lines.append(f"{one.version}  {when}  {len(one.statements)} statements, by {one.written_by}: {one.text}")
    return found, lines


def _diff(rec: Recommender, user: str, versions: str) -> tuple[Any, list[str]]:
    if versions == "last":
        found = rec.profile_diff(user)
    else:
        first, colon, second = versions.partition(":")
        if not (colon and first.isdigit() and second.isdigit()):
            raise UsageError(f"--diff {versions!r}; `last`, or two versions as 2:5 (--versions lists them)")
        found = rec.profile_diff(user, int(first), int(second))
    return found, [f"version {found.before} to {found.after}", *(found.lines or ("nothing changed",))]


def _effect(rec: Recommender, user: str, edits: list[dict[str, Any]]) -> tuple[Any, list[str]]:
    if not edits:
        raise UsageError("--preview of nothing: say what to change, with --remove, --lock, --add, --ignore or --heed")
    found = rec.effect(user, *edits)
    lines = [*found.changes.lines, ""]
    for entry in found.after:
        up = found.moved.get(entry.item.id)
        mark = "new" if up is None else "" if up == 0 else f"{up:+d}"
        lines.append(f"{entry.rank:2d}. {entry.item.label}  {mark}".rstrip())
    lines += [f"out: {entry.item.label}, was {entry.rank}" for entry in found.gone]
    return found, lines
