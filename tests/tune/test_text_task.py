from __future__ import annotations

import json

import numpy as np
import pytest

from convrec.errors import UsageError
from convrec.tune import examples
from convrec.tune.logits import logits_at
from convrec.tune.model import prepare
from convrec.tune.recipe import TaskRecipe
from convrec.tune.task import Context
from convrec.tune.tasks import build


@pytest.fixture
def loaded(words, tiny_folder):
    return prepare(words(), tiny_folder, device="cpu")


def task_of(words, loaded, tiny_folder, tmp_path, **changes):
    recipe = words(**changes)
    model, tokenizer = loaded
    return build(recipe.task[0], Context(None, tokenizer, model.config, tiny_folder, 0, tmp_path, recipe))


def write(tmp_path, lines):
    (tmp_path / "words.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_trimmed_head_gives_the_loss_of_the_whole(words, loaded, tiny_folder, tmp_path):
    import torch

    task = task_of(words, loaded, tiny_folder, tmp_path)
    model, _ = loaded
    rows = [task._rows[example.number] for example in task.batch(0)]
    whole = []
    for tokens, prompt in rows:
        labels = torch.tensor([tokens]).clone()
        labels[:, :prompt] = -100
        whole.append(float(model(input_ids=torch.tensor([tokens]), labels=labels).loss))
    assert float(task.loss(model, 0)) == pytest.approx(np.mean(whole), rel=2e-2)  # bf16 and another shape


def test_models_that_bend_their_logits_are_asked_for_them(loaded):
    import torch

    model, _ = loaded
    ids = torch.randint(3, 300, (2, 9))
    mask = torch.ones_like(ids)
    rows, positions = torch.tensor([0, 0, 1]), torch.tensor([3, 7, 7])
    plain = logits_at(model, ids, mask, rows, positions)
    base = model.get_base_model()
    base.config.final_logit_softcapping = 1e9
    try:
        assert torch.allclose(logits_at(model, ids, mask, rows, positions), plain, atol=0.1)
    finally:
        del base.config.final_logit_softcapping


def test_batches_are_a_function_of_their_number_and_cover_an_epoch(words, loaded, tiny_folder, tmp_path):
    task = task_of(words, loaded, tiny_folder, tmp_path)
    again = task_of(words, loaded, tiny_folder, tmp_path)
    seen = [example.number for batch in range(9) for example in task.batch(batch)]
    assert len(set(seen)) == 36
    assert [e.number for e in again.batch(7)] == seen[28:32]
    assert {example.number for example in task._held}.isdisjoint(seen)


def test_examples_that_would_be_cut_are_refused_by_name(words, loaded, tiny_folder, tmp_path):
    lines = [{"messages": [{"role": "user", "content": "a"}], "completion": "b"} for _ in range(8)]
    lines[2] |= {"id": "long-one", "completion": "z" * 900}
    lines[5] |= {"completion": "z" * 800}
    write(tmp_path, lines)
    with pytest.raises(UsageError, match=r"2 of 8 examples.*max_length = 64.*long-one \(9\d\d tokens\).*number 6 \(8"):
        task_of(words, loaded, tiny_folder, tmp_path, task={"max_length": 64})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"completion": "x"}, "messages"),
        ({"messages": [], "completion": "x"}, "last is the user"),
        ({"messages": [{"role": "root", "content": "x"}], "completion": "x"}, "role"),
        ({"messages": [{"role": "user", "content": "x"}], "completion": " "}, "completion"),
        ({"messages": [{"role": "user", "content": "x"}], "completion": "y", "weight": -1}, "weight"),
        ({"messages": [{"role": "user", "content": "x"}], "completion": "y", "split": "test"}, "split"),
        ({"messages": [{"role": "user", "content": "x"}], "completion": "y", "extra": 1}, "extra"),
        ({"prompt": "no_such", "inputs": {}, "completion": "y"}, "no prompt 'no_such'"),
        ({"prompt": "rank", "inputs": {"bad": 1}, "completion": "y"}, "rank"),
        ([], "table"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, said):
    write(tmp_path, [{"messages": [{"role": "user", "content": "x"}], "completion": "y"}, line])
    with pytest.raises(UsageError, match=f"line 2: .*{said}"):
        examples.read(tmp_path / "words.jsonl")


def test_the_split_follows_the_prompt_the_group_or_the_file(tmp_path):
    lines = [{"messages": [{"role": "user", "content": f"q{n // 3}"}], "completion": f"{n}"} for n in range(300)]
    write(tmp_path, lines)
    found = examples.read(tmp_path / "words.jsonl")
    held = {example.messages[0].content for example in found if example.held}
    assert 3 <= len(held) <= 25
    assert held.isdisjoint(example.messages[0].content for example in found if not example.held)
    write(tmp_path, [line | {"split": "validation" if n < 5 else "train"} for n, line in enumerate(lines)])
    assert [e.number for e in examples.read(tmp_path / "words.jsonl") if e.held] == [1, 2, 3, 4, 5]


def test_rare_labels_weigh_more(tmp_path):
    lines = [
        {
            "messages": [{"role": "user", "content": str(n)}],
            "completion": "no" if n % 5 == 0 else "yes",
            "split": "train",
        }
        for n in range(50)
    ]
    write(tmp_path, [*lines, lines[0] | {"split": "validation"}])
    found = [e for e in examples.read(tmp_path / "words.jsonl", balance=True) if not e.held]
    total = {label: sum(e.weight for e in found if e.completion == label) for label in ("no", "yes")}
    assert total["no"] == pytest.approx(total["yes"])
    assert np.mean([e.weight for e in found]) == pytest.approx(1)


def test_histories_are_dropped_and_shuffled():
    draw = np.random.default_rng(0)
    inputs = {"history": [str(n) for n in range(40)], "noun": "film"}
    changed = examples.augmented(inputs, ["history", "noun"], draw, drop=0.25, shuffle=True)
    assert changed["noun"] == "film"
    assert 20 <= len(changed["history"]) < 40
    assert set(changed["history"]) < set(inputs["history"])
    assert changed["history"] != sorted(changed["history"], key=int)
    assert len(examples.augmented({"h": ["a", "b"]}, ["h"], draw, drop=0.999, shuffle=False)["h"]) == 1


def test_unknown_tasks_and_options_are_named(words, loaded, tiny_folder, tmp_path):
    with pytest.raises(UsageError, match=r"max_len.*options are: data, max_length"):
        task_of(words, loaded, tiny_folder, tmp_path, task={"max_len": 3})
    model, tokenizer = loaded
    context = Context(None, tokenizer, model.config, tiny_folder, 0, tmp_path, words())
    with pytest.raises(UsageError, match="no task 'dance'"):
        build(TaskRecipe(kind="dance"), context)
    with pytest.raises(UsageError, match="name a workspace"):
        build(TaskRecipe(kind="rank"), context)
