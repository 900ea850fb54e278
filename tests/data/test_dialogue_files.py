import json
from collections.abc import Callable
from pathlib import Path

import pytest

from convrec.data.dialogues import read_dialogues
from convrec.errors import UsageError
from convrec.types import Turn

LINES = [
    {
        "dialogue_id": 1,
        "split": "train",
        "turns": [
            {"role": "user", "text": "hi", "items": [5, "6"]},
            {"role": "assistant", "text": "yes", "strategies": ["x"]},
        ],
        "liked": [5],
    },
    {"dialogue_id": "b", "split": "dev", "turns": []},
]


def test_dialogues_with_their_extras(write: Callable[..., Path]) -> None:
    path = write("d.jsonl.gz", "\n".join(map(json.dumps, LINES)))
    one, two = read_dialogues(path)
    assert one.turns == (Turn("user", "hi", ("5", "6")), Turn("assistant", "yes"))
    assert (one.id, one.split, one.listed("liked"), one.listed("seen")) == ("1", "train", ("5",), ())
    assert one.turn_extra == ({}, {"strategies": ["x"]})
    assert two.turns == ()
    assert [dialogue.id for dialogue in read_dialogues(path, "dev")] == ["b"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", r"d\.jsonl:2: not a JSON object"),
        ('{"dialogue_id": 1}', r"d\.jsonl:2: no 'turns' \(found: dialogue_id\)"),
        ('{"dialogue_id": 1, "turns": 3}', "'turns' is no list"),
        ('{"dialogue_id": 1, "turns": [{"role": "seeker", "text": "x"}]}', "turn 1: role 'seeker'"),
        ('{"dialogue_id": 1, "turns": [{"role": "user"}]}', "turn 1: text None"),
        ('{"dialogue_id": 1, "turns": [{"role": "user", "text": "", "items": 3}]}', "turn 1: items 3"),
    ],
)
def test_a_bad_line_is_named(write: Callable[..., Path], line: str, message: str) -> None:
    path = write("d.jsonl", json.dumps(LINES[1]) + "\n" + line + "\n")
    with pytest.raises(UsageError, match=message):
        list(read_dialogues(path))


def test_an_absent_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        read_dialogues(tmp_path / "none.jsonl")


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("redial/dialogues", 2524),
        ("inspired/dialogues_dev", 99),
        ("opendialkg_movies/dialogues_train", 3074),
        ("ccpe_m/dialogues", 502),
    ],
)
def test_development_dialogues_read_whole(development_data: Path, name: str, count: int) -> None:
    assert sum(1 for _ in read_dialogues(development_data / f"{name}.jsonl.gz")) == count
