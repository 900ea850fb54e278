"""The named calls with Gradio's own client, and how the page is served."""

from __future__ import annotations

import socket

import pytest
from fake_recommender import FakeRecommender
from gradio_client import Client
from gradio_client.exceptions import AppError
from typer.testing import CliRunner

from convrec.cli.ui import app
from convrec.errors import UsageError
from convrec.ui.app import build
from convrec.ui.server import bind, check


@pytest.fixture
def client(address: str) -> Client:
    return Client(address, verbose=False)


def test_recommend(client: Client, rec: FakeRecommender) -> None:
    found = client.predict(user="anna", query="something quiet", k=3, api_name="/recommend")
    assert found["user"] == "anna"
    assert [entry["rank"] for entry in found["recommendations"]] == [1, 2, 3]
    assert all(rec.catalogue[entry["item_id"]].title == entry["title"] for entry in found["recommendations"])


def test_profile(client: Client) -> None:
    found = client.predict(user="anna", api_name="/profile")
    assert found["user_id"] == "anna"
    assert found["statements"][0]["evidence"]


def test_chat_streams_and_goes_on_from_its_turns(client: Client) -> None:
    job = client.submit(message="something quiet", user="", turns=None, api_name="/chat")
    first = job.result()
    steps = job.outputs()
    assert len(steps) > 5
    assert steps[0]["status"] == "Reading your history"
    assert steps[0]["recommendations"] == []
    assert first["status"] == ""
    assert first["text"].startswith("Here are 5")
    assert first["options"]
    again = client.predict(message="others", user="", turns=first["turns"], api_name="/chat")
    seen = {entry["item_id"] for entry in first["recommendations"]}
    assert seen.isdisjoint(entry["item_id"] for entry in again["recommendations"])
    assert len(again["turns"]) == 4


@pytest.mark.parametrize(
    ("call", "given", "said"),
    [
        ("/recommend", {"user": "", "query": "", "k": 0}, "between 1 and 100"),
        ("/recommend", {"user": "", "query": "", "k": 10**9}, "between 1 and 100"),
        ("/recommend", {"user": "", "query": "x" * 301, "k": 1}, "at most 300 characters"),
        ("/profile", {"user": ""}, "user is empty"),
        ("/chat", {"message": "  ", "user": "", "turns": None}, "message is empty"),
        ("/chat", {"message": "hi", "user": "", "turns": [{"role": "user"}]}, "text"),
        ("/chat", {"message": "hi", "user": "", "turns": [1]}, ""),
        ("/chat", {"message": "refuse", "user": "", "turns": None}, "&lt;b&gt;that&lt;/b&gt;"),
        ("/chat", {"message": "fail", "user": "", "turns": None}, "the stage 'llm' failed"),
    ],
)
def test_wrong_calls_are_told_why(client: Client, call: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(AppError) as told:
        client.predict(**given, api_name=call)
    assert said in str(told.value)
    assert "/home" not in str(told.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.org"])
def test_a_public_address_must_be_asked_for(host: str) -> None:
    with pytest.raises(UsageError, match="--allow-public"):
        check(host)
    assert check(host, allow_public=True) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"])
def test_an_address_of_this_machine_alone_needs_nothing(host: str) -> None:
    names = check(host)
    assert names is not None
    assert "localhost" in names


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"127.0.0.1:{port} cannot be used.*--port"):
            bind("127.0.0.1", port)
    with pytest.raises(UsageError, match="65535"):
        bind("127.0.0.1", 70000)


def test_a_start_as_nobody_is_refused(rec: FakeRecommender) -> None:
    with pytest.raises(UsageError, match="nobody called 'zoe'"):
        build(rec, "zoe")  # type: ignore[arg-type]


def test_the_command_refuses_before_it_loads(tmp_path: object) -> None:
    public = CliRunner().invoke(app, [str(tmp_path), "--host", "0.0.0.0"])
    assert isinstance(public.exception, UsageError)
    none = CliRunner().invoke(app, [str(tmp_path), "--port", "0"])
    assert isinstance(none.exception, UsageError)
    assert "is not a workspace" in str(none.exception)


def test_the_command_says_what_it_does() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert "Example: convrec ui" in shown.output
    assert "--allow-public" in shown.output
