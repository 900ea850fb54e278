"""What every command shares: JSON to stdout, progress to stderr."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
Folder = Annotated[str, typer.Argument(help="The workspace, a folder made by `convrec init`.", metavar="WORKSPACE")]


def application(help_text: str, cls: type[TyperGroup] | None = None) -> typer.Typer:
    """A command's application; errors are printed by the root command."""
    return typer.Typer(
        help=help_text, cls=cls, pretty_exceptions_enable=False, add_completion=False, rich_markup_mode=None
    )


def out(text: str) -> None:
    """A line of the result."""
    sys.stdout.write(text + "\n")


def out_json(data: Any) -> None:
    """The result as JSON."""
    from convrec.codec import encode

    sys.stdout.write(json.dumps(encode(data), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def say(text: str) -> None:
    """A line about what is going on."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
