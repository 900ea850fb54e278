"""The command line as people and scripts call it: a subprocess, its exit code, stdout and stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = str(Path(sys.executable).parent / "convrec")


def convrec(*arguments: object, env: dict[str, str] | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONVREC_MODELS__LLM": "none", **(env or {})}
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, env=environment, input=stdin
    )


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """A catalogue without a log, made by the command itself."""
    folder = tmp_path_factory.mktemp("cli")
    items = folder / "books.csv"
    rows = [
        f'b{n},Novel {n},{1950 + n},{kind},"A {kind.lower()} about {about}."'
        for n, (kind, about) in enumerate(
            (kind, about)
            for kind in ("Crime", "Romance", "Fantasy")
            for about in ("the sea", "a war", "two sisters", "a dog")
        )
    ]
    items.write_text("item_id,title,year,genres,text\n" + "\n".join(rows) + "\n")
    made = convrec("init", folder / "books", "--items", items, "--noun", "book", "--verb", "read")
    if "models pull" in made.stderr:
        pytest.skip("the embedded models are not fetched yet; `convrec models pull` does")
    assert made.returncode == 0, made.stderr
    return folder / "books"


@pytest.mark.parametrize(
    "command",
    [
        "init",
        "models",
        "data",
        "recommend",
        "profile",
        "chat",
        "ui",
        "evaluate",
        "bench",
        "tune",
        "export",
        "forget",
        "doctor",
    ],
)
def test_every_command_explains_itself_with_an_example(command):
    shown = convrec(command, "--help")
    assert shown.returncode == 0
    assert "Example" in shown.stdout or command in ("models", "data", "evaluate", "bench", "tune")


def test_help_names_every_command():
    shown = convrec("--help")
    for command in ("init", "recommend", "doctor"):
        assert f"  {command} " in shown.stdout
    assert convrec("--version").stdout.startswith("convrec ")


def test_a_wrong_command_or_option_is_named():
    wrong = convrec("recomend")
    assert wrong.returncode == 2
    assert "did you mean 'recommend'" in wrong.stderr
    assert convrec("recommend", "x", "--nonsense").returncode == 2


def test_no_workspace_is_a_clear_error(tmp_path):
    wrong = convrec("recommend", tmp_path, "--user", "1")
    assert wrong.returncode == 2
    assert "not a workspace" in wrong.stderr
    assert "convrec init" in wrong.stderr
    assert wrong.stdout == ""


def test_recommend_prints_the_agreed_json(books):
    shown = convrec("recommend", books, "--query", "a crime novel", "--k", 3, "--json")
    assert shown.returncode == 0, shown.stderr
    data = json.loads(shown.stdout)
    assert set(data) == {"user", "profile", "recommendations", "timings_s"}
    assert len(data["recommendations"]) == 3
    for entry in data["recommendations"]:
        assert {"rank", "item_id", "title", "score", "probability", "explanation", "claims"} <= set(entry)
        assert entry["item_id"] in {"b0", "b1", "b2", "b3"}


def test_a_chat_without_a_user_or_a_log_works_from_a_script(books):
    shown = convrec("chat", books, "--json", stdin="hello\na fantasy book\nnothing about a dog\n")
    assert shown.returncode == 0, shown.stderr
    replies = [json.loads(line) for line in shown.stdout.splitlines() if line.strip()]
    assert len(replies) == 3


def test_init_refuses_a_taken_folder_an_empty_file_and_wrong_columns(books, tmp_path):
    taken = convrec("init", books, "--items", books.parent / "books.csv")
    assert taken.returncode == 2
    assert "exists already" in taken.stderr
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    for wrong, word in ((empty, "empty"), (_file(tmp_path, "id,name\n1,x\n"), "item_id")):
        refused = convrec("init", tmp_path / "new", "--items", wrong)
        assert refused.returncode in (1, 2)
        assert word in refused.stderr
        assert not (tmp_path / "new").exists()


def test_a_missing_model_is_named_with_the_way_out(books, tmp_path):
    refused = convrec("recommend", books, "--query", "crime", env={"CONVREC_HOME": str(tmp_path)})
    assert refused.returncode == 2
    assert "convrec models pull" in refused.stderr


def test_doctor_finds_nothing_wrong_and_says_what_is(books, tmp_path):
    shown = convrec("doctor", books, "--json")
    assert shown.returncode == 0, shown.stdout
    findings = {found["what"]: found for found in json.loads(shown.stdout)["findings"]}
    assert findings["index"]["state"] == "ok"
    assert findings["database"]["state"] == "ok"
    next(books.glob("index/gen-*/vectors.npy")).write_bytes(b"damaged")
    findings = {found["what"]: found for found in json.loads(convrec("doctor", books, "--json").stdout)["findings"]}
    assert findings["index"]["state"] == "warning"
    assert convrec("doctor", tmp_path).returncode == 1


def test_forget_wants_to_be_sure_and_export_prints_json(books):
    assert convrec("forget", books, "--user", "x").returncode == 2
    assert json.loads(convrec("export", books, "--user", "x").stdout)["events"] == []
    assert convrec("forget", books, "--user", "x", "--yes").returncode == 0


def _file(folder: Path, text: str) -> Path:
    path = folder / "wrong.csv"
    path.write_text(text)
    return path
