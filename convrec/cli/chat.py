"""`convrec chat`: talk in the terminal, or in a script through stdin."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convrec.cli.console import Folder, application, out, say
from convrec.errors import UsageError

if TYPE_CHECKING:
    from convrec.dialogue.chat import Chat
    from convrec.recommend import Recommender
    from convrec.types import ChatEvent

app = application("Talk to the recommender.")

HELP = """Say what you want, name what you like or not, point at a card ("the second one, but newer"), ask
("why this one?"). /undo takes the newest message back, /profile shows what is known about you,
/help this, /quit ends."""


@app.command(
    epilog='Examples: convrec chat .convrec/ml-100k --user 196; echo "a western, nothing long" | convrec chat '
    ".convrec/ml-100k --json"
)
def chat(
    workspace: Folder,
    user: Annotated[str | None, typer.Option(help="Who talks; without it nothing is stored.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a reply, one a line.")] = False,
) -> None:
    """Talk, one message a line; /help shows what a line can also be."""
    from convrec import Recommender

    with Recommender.open(workspace) as rec:
        talk = rec.chat(user)
        terminal = sys.stdin.isatty()
        if terminal:
            say(HELP)
        for line in _lines(terminal):
            if line in ("/quit", "/exit", "/q"):
                break
            try:
                _answer(rec, talk, line, as_json)
            except UsageError as error:  # a bad line ends neither a talk nor a script
                _tell_error(str(error), as_json)


def _lines(terminal: bool) -> Iterator[str]:
    while True:
        if terminal:
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def _answer(rec: Recommender, talk: Chat, line: str, as_json: bool) -> None:
    commands: dict[str, Callable[[], str]] = {
        "/undo": lambda: f"Taken back; {len(talk.undo().turns)} turns are left.",
        "/profile": lambda: rec.profile_of(rec.history(talk.conversation.user_id)).text or "Nothing is known yet.",
        "/help": lambda: HELP,
    }
    if line in commands:
        text = commands[line]()
        _out_json({"command": line, "text": text}) if as_json else out(text)
        return
    if line.startswith("/") and line.split()[0] not in ("/start", "/stop"):
        raise UsageError(f"no command {line.split()[0]!r}; there are: {', '.join(commands)}, /quit")
    if as_json:
        _out_json(_told(line, talk.reply(line)))
    else:
        _stream(talk, line)


def _stream(talk: Chat, line: str) -> None:
    """Print the reply as it comes; what is being done shows on stderr while nothing has come yet."""
    from rich.console import Console

    progress = Console(stderr=True)
    done: ChatEvent | None = None
    with progress.status("") as status:
        for event in talk.send(line):
            if event.kind == "status":
                status.update(event.text)
            elif event.kind == "text":
                status.stop()
                sys.stdout.write(event.text)
                sys.stdout.flush()
            elif event.kind == "done":
                done = event
    out("")
    if done is not None and done.options and progress.is_terminal:
        say(f"[{' | '.join(done.options)}]")


def _told(line: str, done: ChatEvent) -> dict[str, Any]:
    return {
        "message": line,
        "text": done.text,
        "options": list(done.options),
        "recommendations": [
            {
                "rank": one.rank,
                "item_id": one.item.id,
                "title": one.item.label,
                "score": one.score,
                "probability": one.probability,
                "explanation": one.explanation.text if one.explanation else None,
            }
            for one in done.recommendations
        ],
    }


def _tell_error(text: str, as_json: bool) -> None:
    _out_json({"error": text}) if as_json else say(f"convrec: {text}")


def _out_json(data: dict[str, Any]) -> None:
    out(json.dumps(data, ensure_ascii=False, allow_nan=False))
    sys.stdout.flush()
