from __future__ import annotations

import io
import json
import sys
from types import TracebackType

import pytest
from shelf_pipeline import ShelfPipeline

import convrec
from convrec.cli import main
from convrec.dialogue.chat import Chat
from convrec.types import Conversation


class Opened:
    """What `Recommender.open` gives, over the shelf."""

    def __init__(self, shelf: ShelfPipeline) -> None:
        self._shelf = shelf
        self.history = shelf.history
        self.profile_of = shelf.profile_of

    def conversations(self, user_id: str) -> list[Conversation]:
        return [talk for talk in reversed(self._shelf.talks.values()) if talk.user_id == user_id]

    def chat(self, user_id: str | None = None, *, conversation: Conversation | str | None = None) -> Chat:
        if isinstance(conversation, str):
            conversation = self._shelf.load_conversation(conversation, user_id or "")
        return Chat(self._shelf, user_id, conversation)

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


@pytest.fixture
def run(cinema: ShelfPipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(convrec.Recommender, "open", lambda folder, **_: Opened(cinema))

    def talk(lines: str, *options: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        assert main.run(["chat", "somewhere", *options]) == 0
        return capsys.readouterr()

    return talk


def test_a_script_gets_one_json_object_a_reply(run) -> None:
    out, _ = run(
        "a western\n\nwho directed the first one?\n/undo\n/nonsense\n" + "x" * 2001 + "\n/quit\nnot read\n", "--json"
    )
    told = [json.loads(line) for line in out.splitlines()]
    assert [one["title"] for one in told[0]["recommendations"]] == [
        "Dust and Silver (1962)",
        "Silver Dollar Road (1985)",
    ]
    assert "Jon Vale" in told[1]["text"]
    assert told[2]["command"] == "/undo"
    assert "/nonsense" in told[3]["error"]
    assert "2001 characters" in told[4]["error"]
    assert len(told) == 5


def test_text_goes_to_stdout_and_the_rest_to_stderr(run) -> None:
    out, err = run("a western\n/profile\n" + "x" * 2001 + "\n")
    assert "Dust and Silver (1962): It is from 1962." in out
    assert "Nothing is known yet." in out
    assert "2001 characters" in err
    assert "2001 characters" not in out


def test_earlier_talks_are_listed_and_gone_on_with(run) -> None:
    run("a western\n", "--user", "u1")
    run("a comedy\nno musicals\n", "--user", "u1")
    listed, _ = run("", "--user", "u1", "--list", "--json")
    talks = [json.loads(line) for line in listed.splitlines()]
    assert [(talk["first"], talk["messages"]) for talk in talks] == [("a comedy", 2), ("a western", 1)]
    _, so_far = run("/undo\n", "--user", "u1", "--resume", "last")
    assert "> no musicals" in so_far
    first, *_ = run("who directed the first one?\n", "--user", "u1", "--resume", talks[1]["conversation"], "--json")
    assert "Jon Vale" in json.loads(first)["text"]
    with pytest.raises(convrec.UsageError, match="say whose with --user"):
        main.run(["chat", "somewhere", "--resume", "last"])
    with pytest.raises(convrec.UsageError, match="no talk to go on with"):
        main.run(["chat", "somewhere", "--user", "nobody", "--resume", "last"])


def test_any_message_is_edited_by_its_number(run) -> None:
    out, _ = run("a comedy\nno musicals\n/edit 1 a western\n/retry\n/undo 3\n", "--json")
    told = [json.loads(line) for line in out.splitlines()]
    western = ["Dust and Silver (1962)", "Silver Dollar Road (1985)"]
    assert [[one["title"] for one in reply["recommendations"]] for reply in told[2:4]] == [western, western]
    assert "you have sent 1" in told[4]["error"]
