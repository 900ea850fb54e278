"""`convrec`: one file a command; data to stdout, progress to stderr; exit codes 0, 1 (failed), 2 (usage)."""

from __future__ import annotations

import importlib
import sys

import click

from convrec import __version__
from convrec.errors import ConvrecError, UsageError

COMMANDS = {
    "init": "Make a workspace from a dataset or your own tables.",
    "models": "Fetch, list and verify models.",
    "data": "Look at and check data.",
    "recommend": "Recommend to a user, with reasons.",
    "profile": "Show or correct what convrec thinks a user likes.",
    "chat": "Talk to the recommender in the terminal.",
    "ui": "Serve the chat page.",
    "evaluate": "Measure quality, with peers and intervals.",
    "bench": "Measure speed and memory.",
    "export": "Write out everything kept about a user.",
    "forget": "Erase a user for good.",
    "doctor": "Check models, versions, workspace, index and disk, and say what to do.",
}
"""Kept here with their one-line help, so that `convrec --help` imports none of them."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        import typer

        app = importlib.import_module(f"convrec.cli.{cmd_name}").app
        command = typer.main.get_command(app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    help="A conversational recommender: profiles in plain words, retrieval, LLM reranking, checked explanations.",
    epilog="Example: convrec init .convrec/ml-100k --dataset ml-100k && convrec chat .convrec/ml-100k --user 196",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="convrec")
def cli() -> None:
    """The root command."""


def main() -> None:
    """Run the command line; convrec's own errors become one line on stderr."""
    try:
        cli(standalone_mode=True)
    except ConvrecError as error:
        click.echo(f"convrec: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
