"""`convrec chat`: talk in the terminal, or in a script through stdin."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convrec.cli.console import Folder, application, out, say
from convrec.errors import UsageError

if TYPE_CHECKING:
    from convrec.dialogue.chat import Chat
    from convrec.recommend import Recommender
    from convrec.types import ChatEvent, Conversation

app = application("Talk to the recommender.")

HELP = """Say what you want, name what you like or not, point at a card ("the second one, but newer"), ask
("why this one?"). /undo takes the newest message back (/undo 2 your second one and all after it), /edit TEXT says it
anew (/edit 2 TEXT your second one), /retry answers it again, /profile shows what is known about you, /talks your
earlier talks, /help this, /quit ends."""


@app.command(
    epilog='Examples: convrec chat .convrec/ml-100k --user 196; echo "a western, nothing long" | convrec chat '
    ".convrec/ml-100k --json"
)
def chat(
    workspace: Folder,
    user: Annotated[str | None, typer.Option(help="Who talks; without it nothing is stored.")] = None,
    resume: Annotated[
        str | None, typer.Option(help="Go on with a talk of --user: `last`, or its id as `--list` shows it.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show the earlier talks of --user and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a reply, one a line.")] = False,
) -> None:
    """Talk, one message a line; /help shows what a line can also be."""
    from convrec import Recommender

    with Recommender.open(workspace) as rec:
        if listed:
            _list(rec, user, as_json)
            return
        talk = rec.chat(user, conversation=_resumed(rec, user, resume))
        if talk.conversation.turns:
            say(_so_far(talk.conversation))
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


def _list(rec: Recommender, user: str | None, as_json: bool) -> None:
    talks = [_summary(talk) for talk in _talks(rec, user)]
    if as_json:
        for talk in talks:
            _out_json(talk)
    else:
        out("\n".join(_line(talk) for talk in talks) or f"User {user} has no talks yet.")


def _talks(rec: Recommender, user: str | None) -> list[Conversation]:
    if user is None:
        raise UsageError("of a visitor no talks are stored; say whose with --user")
    return rec.conversations(user)


def _summary(talk: Conversation) -> dict[str, Any]:
    messages = [turn for turn in talk.turns if turn.role == "user" and turn.text]
    times = [turn.timestamp for turn in talk.turns if turn.timestamp is not None]
    return {
        "conversation": talk.id,
        "messages": len(messages),
        "first": messages[0].text if messages else "",
        "newest": max(times, default=None),
    }


def _line(talk: dict[str, Any]) -> str:
    when = "" if talk["newest"] is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(talk["newest"]))
    return f"{talk['conversation']}  {when}  {talk['messages']} messages  {talk['first'][:60]}"


def _resumed(rec: Recommender, user: str | None, which: str | None) -> Conversation | str | None:
    if which is None:
        return None
    talks = _talks(rec, user)
    if which != "last":
        return which
    if not talks:
        raise UsageError(f"user {user!r} has no talk to go on with; leave --resume out to begin one")
    return talks[0]


def _so_far(talk: Conversation) -> str:
    """The newest exchange, so that one knows where one was."""
    return "\n".join(f"{'> ' if turn.role == 'user' else ''}{turn.text}" for turn in talk.turns[-2:] if turn.text)


_COMMAND = re.compile(r"(/\w+)(?:\s+(\d+))?(?:\s+(.+))?")


def _answer(rec: Recommender, talk: Chat, line: str, as_json: bool) -> None:
    """Answer a line: a message, or one of the commands."""
    match = _COMMAND.fullmatch(line) if line.startswith("/") else None
    name, number, words = match.groups() if match else (None, None, None)
    turn = None if number is None else _turn(talk, int(number))
    told: dict[str, Callable[[], str]] = {
        "/undo": lambda: f"Taken back; {len(talk.undo(turn).turns)} turns are left.",
        "/profile": lambda: rec.profile_of(rec.history(talk.conversation.user_id)).text or "Nothing is known yet.",
        "/talks": lambda: "\n".join(_line(_summary(one)) for one in _talks(rec, talk.conversation.user_id)),
        "/help": lambda: HELP,
    }
    said: dict[str, Callable[[], Iterator[ChatEvent]]] = {
        "/edit": lambda: talk.edit(words or "", turn),
        "/retry": lambda: talk.retry(turn),
    }
    if name in told:
        text = told[name]()
        _out_json({"command": line, "text": text}) if as_json else out(text)
    elif name is None or name in said or name in ("/start", "/stop"):
        events = said[name]() if name in said else talk.send(line)
        if as_json:
            *_, done = events
            _out_json(_told(line, done))
        else:
            _stream(events)
    else:
        raise UsageError(f"no command {name!r}; there are: {', '.join([*told, *said])}, /quit")


def _turn(talk: Chat, number: int) -> int:
    """The place among the turns of a person's first, second... message."""
    messages = [at for at, turn in enumerate(talk.conversation.turns) if turn.role == "user" and turn.text]
    if not 1 <= number <= len(messages):
        raise UsageError(f"there is no message {number}; you have sent {len(messages)}")
    return messages[number - 1]


def _stream(events: Iterator[ChatEvent]) -> None:
    """Print the reply as it comes; what is being done shows on stderr while nothing has come yet."""
    from rich.console import Console

    progress = Console(stderr=True)
    done: ChatEvent | None = None
    with progress.status("") as status:
        for event in events:
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
