"""`convrec`: one file a command; data to stdout, progress to stderr; exit codes 0, 1 (failed), 2 (usage)."""

from __future__ import annotations

import importlib
import logging
import sys
from difflib import get_close_matches

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
    "tune": "Train adapters by recipes; fit settings to a workspace's own log.",
    "adapters": "List, verify, activate and roll back adapters.",
    "export": "Write out everything kept about a user.",
    "forget": "Erase a user for good.",
    "doctor": "Check models, versions, workspace, index and disk; say what to do.",
}
"""Kept here with their one-line help, so that `convrec --help` imports none of them."""

EXAMPLE = "convrec init .convrec/ml-100k --dataset ml-100k && convrec chat .convrec/ml-100k --user 196"


def usage() -> str:
    """The root help."""
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:{width}}{text}" for name, text in COMMANDS.items()]
    return "\n".join(
        [
            "Usage: convrec COMMAND [OPTIONS]",
            "",
            "A conversational recommender: profiles in plain words, retrieval, LLM reranking, checked explanations.",
            "",
            "Commands:",
            *lines,
            "",
            "`convrec COMMAND --help` tells more and shows an example; --version prints the version.",
            "",
            f"Example: {EXAMPLE}",
        ]
    )


def run(arguments: list[str]) -> int:
    """Run one command line; returns its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(usage() + "\n")
        return 0
    name, *rest = arguments
    if name == "--version":
        sys.stdout.write(f"convrec {__version__}\n")
        return 0
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(COMMANDS)}"
        raise UsageError(f"no command {name!r}{hint}")
    _log_to_stderr()
    app = importlib.import_module(f"convrec.cli.{name}").app
    try:
        app(args=rest, prog_name=f"convrec {name}")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    return 0


def _log_to_stderr() -> None:
    """Print the warnings of convrec itself, as lines; those of the libraries underneath are for their developers."""
    logging.getLogger().addHandler(logging.NullHandler())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("convrec: %(message)s"))
    own = logging.getLogger("convrec")
    own.addHandler(handler)
    own.propagate = False


def main() -> None:
    """The `convrec` program; convrec's own errors become one line on stderr."""
    try:
        sys.exit(run(sys.argv[1:]))
    except ConvrecError as error:
        sys.stderr.write(f"convrec: {error}\n")
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:
        sys.exit(141)
    except KeyboardInterrupt:
        sys.exit(130)
