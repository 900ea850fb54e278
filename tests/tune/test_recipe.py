from __future__ import annotations

from itertools import pairwise

import pytest

from convrec.errors import UsageError
from convrec.tune.recipe import load, parse
from convrec.tune.trainer import share

GOOD = {"name": "x", "task": [{"kind": "predict", "data": "a.jsonl"}]}


def test_an_unknown_entry_is_named_with_those_there_are():
    with pytest.raises(UsageError, match=r"'train.stepz'; there are: steps, batch_size"):
        parse(GOOD | {"train": {"stepz": 1}})
    with pytest.raises(UsageError, match=r"'lorra'; there are: name, base"):
        parse(GOOD | {"lorra": {}})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"lora": {"r": 0}}, "lora.r"),
        ({"lora": {"method": "other"}}, "lora.method"),
        ({"train": {"lr": -1}}, "train.lr"),
        ({"task": []}, "task"),
        ({"task": [{"kind": "predict", "weight": 0}]}, "weight"),
        ({"name": "../up"}, "name"),
    ],
)
def test_what_is_out_of_range_is_named(change, named):
    with pytest.raises(UsageError, match=named):
        parse(GOOD | change)


def test_options_of_a_task_are_kept_for_it():
    assert parse(GOOD).task[0].options == {"data": "a.jsonl"}


def test_a_file_is_read_with_steps_from_the_command_line(tmp_path):
    (tmp_path / "recipe.toml").write_text('name = "y"\n[train]\nlr = 0.5\n[[task]]\nkind = "predict"\n')
    recipe, folder = load(str(tmp_path), steps=7)
    assert (recipe.train.steps, recipe.train.lr, folder) == (7, 0.5, tmp_path)
    assert load(str(tmp_path / "recipe.toml"), steps=None)[0].train.steps == 400


def test_no_such_recipe_says_what_there_is():
    with pytest.raises(UsageError, match="no recipe 'nowhere'"):
        load("nowhere")


def test_broken_toml_is_named(tmp_path):
    (tmp_path / "recipe.toml").write_text("name = \n")
    with pytest.raises(UsageError, match=r"recipe\.toml"):
        load(str(tmp_path))


def test_the_rate_rises_and_falls():
    train = parse(GOOD | {"train": {"steps": 100, "warmup": 10, "schedule": "linear", "floor": 0.1}}).train
    rates = [share(step, train) for step in range(100)]
    assert rates[:10] == pytest.approx([n / 10 for n in range(1, 11)])
    assert all(later < earlier for earlier, later in pairwise(rates[9:]))
    assert rates[-1] == pytest.approx(0.1)
    flat = parse(GOOD | {"train": {"steps": 100, "warmup": 0.1, "schedule": "constant"}}).train
    assert share(0, flat) == pytest.approx(0.1)
    assert share(99, flat) == 1.0
