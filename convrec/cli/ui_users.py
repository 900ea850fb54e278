"""`convrec ui users`: who may log in to the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Json, application, out, out_json, say
from convrec.errors import UsageError

app = application("Who may log in to the page.")
Name = Annotated[str, typer.Argument(help="What they type to log in.", metavar="NAME")]
File = Annotated[str, typer.Option("--file", help="The file of users, .toml or .csv; made where there is none.")]


@app.callback()
def users() -> None:
    """Add, remove and list the people who may log in to the page; a page that runs sees it at once."""


@app.command(epilog="Example: convrec ui users add anna --file users.toml --user-id 196")
def add(
    name: Name,
    file: File = "users.toml",
    user_id: Annotated[
        str | None, typer.Option(help="Stored user whose history is theirs; their name if none.")
    ] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
) -> None:
    """Add somebody, or give them a new password."""
    from convrec.ui.users import Account, hashed, plain_name, write

    plain = plain_name(name)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise UsageError("no terminal to ask for a password at; give it on stdin with --password-stdin")
    write(_known(file), Account(plain, hashed(password), user_id or plain))
    say(f"convrec: {plain} may log in; serve with: convrec ui WORKSPACE --users {file}")


@app.command(epilog="Example: convrec ui users remove anna --file users.toml")
def remove(name: Name, file: File = "users.toml") -> None:
    """Take somebody out; their open sessions end. Their history stays: `convrec forget` erases it."""
    from convrec.ui.users import plain_name, write

    write(_known(file), None, remove=plain_name(name))
    say(f"convrec: {name} may no longer log in")


@app.command("list", epilog="Example: convrec ui users list --file users.toml")
def show(file: File = "users.toml", as_json: Json = False) -> None:
    """Names, and whose history is theirs."""
    from convrec.ui.users import read

    accounts = read(_known(file))
    if as_json:
        out_json([{"name": one.name, "user_id": one.user_id} for one in accounts.values()])
        return
    for one in accounts.values():
        out(one.name if one.name == one.user_id else f"{one.name}\t{one.user_id}")


def _known(file: str) -> Path:
    path = Path(file)
    if path.suffix not in (".toml", ".csv"):
        raise UsageError(f"{file!r}: a file of users ends with .toml or .csv")
    return path
