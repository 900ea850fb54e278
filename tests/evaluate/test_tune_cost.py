from __future__ import annotations

import json

import pytest

from convrec.errors import UsageError
from convrec.evaluate import tune_cost, tune_examples, tune_ways
from convrec.testing.tiny_llm import make_model
from convrec.tune import examples
from convrec.tune.recipe import parse


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    make_model(folder)
    return folder


@pytest.fixture(scope="module")
def plan(base):
    task = {"kind": "explain", "data": "mine.jsonl", "max_length": 50}
    mine = {"name": "mine", "base": str(base), "layers": 1, "lora": {"r": 8, "dropout": 0.1},
            "train": {"batch_size": 3, "lr": 3e-3}, "task": [task]}  # fmt: skip
    return tune_cost.plan(parse(mine), steps=4)


def test_the_examples_are_what_the_prompts_show(tmp_path):
    found = tune_examples.examples()
    assert len(found) >= 8
    assert {example["completion"] for example in found} >= {"Yes", "No"}
    read = examples.read(tune_examples.write(tmp_path))
    train = [(one.messages, one.completion) for one in read if not one.held]
    assert train == [(one.messages, one.completion) for one in read if one.held]
    assert len(train) == len(found)
    assert {"profile", "explain", "predict"} == {example["prompt"] for example in found}


def test_a_plan_takes_shapes_from_a_recipe_and_its_own_examples(plan, base):
    assert (plan.base, plan.layers, plan.lora.r, plan.lora.dropout) == (str(base), 1, 8, 0)
    assert (plan.train.batch_size, plan.train.steps) == (3, 4)
    assert plan.task[0].options["data"] == tune_examples.FILE
    assert tune_cost.plan(None, steps=2).lora.r == 16
    with pytest.raises(UsageError, match="the first warms up"):
        tune_cost.plan(None, steps=1)
    assert tune_ways.recipe_of(plan, "4bit", True).lora.quantize == "4bit"
    assert tune_ways.recipe_of(plan, "4bit", True).train.checkpointing
    assert tune_ways.recipe_of(plan, "dora", False).lora.method == "dora"


@pytest.mark.parametrize(
    ("way", "checkpointing"), [("bf16", False), ("bf16", True), ("4bit", False), ("dora", False), ("trl", True)]
)
def test_every_way_learns_the_same_examples(plan, base, tmp_path, way, checkpointing):
    if way == "trl":
        pytest.importorskip("trl")
    tune_examples.write(tmp_path)
    found = tune_ways.measure(tune_ways.recipe_of(plan, way, checkpointing), base, tmp_path, way=way, device="cpu")
    plain = tmp_path / "plain"
    plain.mkdir()
    tune_examples.write(plain)
    other = tune_ways.measure(plan, base, plain, way="bf16", device="cpu")
    assert found.tokens_per_s > 0
    assert 0 < found.loaded_mib <= found.peak_mib
    assert found.cuda_peak_mib is None
    assert found.trainable >= other.trainable
    quantized = 0.3 if way == "4bit" else 0.02
    assert found.nll_before == pytest.approx(other.nll_before, rel=quantized)
    assert found.nll_after < found.nll_before - 0.1
    assert found.nll_before - found.nll_after == pytest.approx(other.nll_before - other.nll_after, rel=0.35)


def test_the_peak_is_never_below_what_was_loaded(plan, base, tmp_path, monkeypatch):
    marks = iter([1199, 1198])
    monkeypatch.setattr(tune_ways, "peak_mib", lambda: next(marks))
    tune_examples.write(tmp_path)
    found = tune_ways.measure(plan, base, tmp_path, way="bf16", device="cpu")
    assert (found.loaded_mib, found.peak_mib) == (1199, 1199)


def test_each_way_has_a_process_of_its_own_and_one_that_fails_does_not_stop_the_others(plan, monkeypatch):
    monkeypatch.setattr(tune_cost, "find_spec", lambda name: None if name == "trl" else object())
    wrong = plan.model_copy(update={"lora": plan.lora.model_copy(update={"targets": ["no_such_layer"]})})
    for recipe, said in ((plan, None), (wrong, "no_such_layer")):
        found = tune_cost.measure(recipe, ways=["bf16", "trl"], checkpointing=[False], device="cpu")
        first, second = found["rows"]
        assert second["skipped"] == "the package trl is not installed (pip install trl)"
        if said is None:
            assert first["nll_after"] < first["nll_before"]
            assert len(tune_cost.described(found["rows"])) == 1
        else:
            assert said in first["skipped"]
        json.dumps(found)
    with pytest.raises(UsageError, match="no way 'fp8'; there are: bf16, 4bit, dora, trl"):
        tune_cost.measure(plan, ways=["fp8"])
