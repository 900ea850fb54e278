from __future__ import annotations

import json

import pytest

from convrec.testing.tiny_llm import make_model
from convrec.tune.recipe import parse


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-base")
    make_model(folder)
    return folder


@pytest.fixture(scope="session")
def write_examples():
    """Writes 40 examples of two completions."""
    return _write_examples


def _write_examples(file, count=40):
    lines = [
        {
            "messages": [{"role": "user", "content": f"the man {n} goes"}],
            "completion": ["green", "blue"][n % 2] + " city",
        }
        for n in range(count)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return lines


@pytest.fixture
def words(tmp_path, tiny_folder, write_examples):
    """A recipe in words over 40 examples, and its folder."""
    write_examples(tmp_path / "words.jsonl")

    def make(train=None, lora=None, task=None, **rest):
        return parse(
            {
                "name": "words",
                "base": str(tiny_folder),
                "lora": {"r": 4, **(lora or {})},
                "train": {"steps": 12, "batch_size": 4, "lr": 1e-2, "checkpoint_every": 4, "validate_every": 6,
                          **(train or {})},
                "task": [{"kind": "predict", "data": "words.jsonl", **(task or {})}],
                **rest,
            }
        )  # fmt: skip

    return make
