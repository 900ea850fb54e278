import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from convrec.cli.data import app
from convrec.errors import UsageError

Write = Callable[..., Path]


@pytest.fixture
def files(write: Write) -> list[str]:
    items = write("items.csv", "item_id,title,price\n1,One,9.5\n2,Two,3\n,Three,1\n")
    log = write("log.csv", "user_id,item_id,rating\nu,1,5\nv,2,1\nv,9,1\n")
    return ["check", "--items", str(items), "--interactions", str(log)]


def test_check_tells_what_reading_did(files: list[str]) -> None:
    result = CliRunner().invoke(app, [*files, "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["items"], found["users"], found["events"]) == (2, 2, 2)
    assert found["fields"] == {"genres": "words", "price": "number", "title": "words", "year": "number"}
    assert found["scale"] == {"low": 1.0, "high": 5.0, "like_from": 5.0}
    assert {refusal["where"] for refusal in found["report"]["refusals"]} == {"items.csv:4", "log.csv:4"}
    plain = CliRunner().invoke(app, files).stdout
    assert "interactions: 2 of 3 rows kept" in plain
    assert "1 refused: unknown item; first log.csv:4: v,9,1" in plain


def test_strict_refuses_the_lot(files: list[str]) -> None:
    result = CliRunner().invoke(app, [*files, "--strict"])
    assert isinstance(result.exception, UsageError)
    assert "items.csv:4: no item_id" in str(result.exception)


def test_notes_check_counts_without_an_encoder(write: Write, tmp_path: Path) -> None:
    write("shop/items.csv", "item_id,title\n1,A film nobody made\n")
    write("shop/interactions.csv", "user_id,item_id\nu,1\n")
    arguments = [
        "notes",
        "check",
        "--dataset",
        "tables",
        "--source",
        str(tmp_path / "shop"),
        "--outliers",
        "0",
        "--json",
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "coverage": {"items": 1, "noted": 0, "told": 0, "events": 1, "events_noted": 0},
        "outliers": [],
    }
