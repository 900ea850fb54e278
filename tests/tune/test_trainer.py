from __future__ import annotations

import math

import pytest

from convrec.errors import RunError, UsageError
from convrec.tune import checkpoint, curve
from convrec.tune.model import prepare
from convrec.tune.task import Context
from convrec.tune.tasks import build
from convrec.tune.trainer import Trainer


class Pull:
    """A task whose loss pulls one number towards a goal; `poison` turns its loss into something else at a batch."""

    def __init__(self, name="pull", goal=1.0, poison=None):
        import torch

        self.name, self._goal, self._poison = name, goal, poison or {}
        self._module = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.zeros_(self._module.weight)
        self.seen = []

    def parameters(self):
        return self._module.named_parameters()

    def module(self):
        return self._module

    def loss(self, model, batch):
        self.seen.append(batch)
        loss = (self._module.weight - self._goal).pow(2).sum()
        return loss * self._poison.get(batch, 1.0) + (self._poison.get(batch, 1.0) - 1.0)

    def validate(self, model):
        return {"score": -abs(self.value - self._goal)}

    def save(self, folder):
        pass

    @property
    def value(self):
        return float(self._module.weight.detach())


@pytest.fixture
def start(words, tiny_folder, tmp_path):
    def make(tasks=None, run="run", identity=None, **changes):
        recipe = words(**changes)
        model, tokenizer = prepare(recipe, tiny_folder, device="cpu")
        if tasks is None:
            context = Context(None, tokenizer, model.config, tiny_folder, 0, tmp_path, recipe)
            tasks = [build(recipe.task[0], context)]
        specs = [(task, recipe.task[min(at, len(recipe.task) - 1)]) for at, task in enumerate(tasks)]
        return Trainer(model, specs, recipe, tmp_path / run, identity=identity or {"recipe": recipe.digest})

    return make


def losses(folder):
    return [entry["loss"] for entry in curve.read(folder)]


@pytest.mark.parametrize("lora", [{}, {"method": "rslora"}, {"method": "dora"}, {"quantize": "4bit"}], ids=str)
def test_the_loss_falls(start, tmp_path, lora):
    trainer = start(lora=lora, train={"steps": 20})
    outcome = trainer.fit()
    found = losses(tmp_path / "run")
    assert len(found) == 20
    assert sum(found[-4:]) < 0.5 * sum(found[:4])
    assert outcome.after["predict"]["nll"] < 0.5 * outcome.before["predict"]["nll"]
    assert outcome.best_step in (6, 12, 18, 20)


def test_gradients_reach_a_4_bit_model_after_validation(start):
    trainer = start(lora={"quantize": "4bit"})
    task = trainer.tasks[0][0]

    def norms():
        trainer.model.train()
        task.loss(trainer.model, 0).backward()
        found = {name: float(p.grad.norm()) for name, p in trainer.weights.live.items() if "lora_B" in name}
        for parameter in trainer.weights.live.values():
            parameter.grad = None
        return found

    before = norms()
    trainer._validate()
    assert norms() == pytest.approx(before, rel=0.05)
    assert min(before.values()) > 0


def test_gradient_checkpointing_changes_nothing_but_memory(start, tmp_path):
    start(run="plain", train={"steps": 4}).fit()
    start(run="saving", train={"steps": 4, "checkpointing": True}).fit()
    assert losses(tmp_path / "saving") == pytest.approx(losses(tmp_path / "plain"), rel=1e-3)


def test_accumulated_batches_are_one_larger_batch(start, tmp_path):
    sizes = {"warmup": 0, "steps": 3, "dtype": "float32"}
    start(run="one", train={**sizes, "batch_size": 8}, task={"bucket": False}).fit()
    start(run="four", train={**sizes, "batch_size": 2, "accumulation": 4}, task={"bucket": False}).fit()
    assert losses(tmp_path / "four") == pytest.approx(losses(tmp_path / "one"), rel=1e-4)


def test_the_common_loss_weighs_the_tasks(start, tmp_path):
    two = [{"kind": "predict", "weight": 3.0}, {"kind": "explain", "weight": 0.5}]
    trainer = start(tasks=[Pull("a"), Pull("b", goal=-2.0)], train={"steps": 1, "warmup": 0, "clip": 0})
    trainer.tasks = [(task, trainer.tasks[0][1].model_copy(update=change)) for (task, _), change in
                     zip(trainer.tasks, two, strict=True)]  # fmt: skip
    trainer.fit()
    entry = curve.read(tmp_path / "run")[0]
    assert entry["losses"] == {"a": pytest.approx(1.0), "b": pytest.approx(4.0)}
    assert entry["loss"] == pytest.approx(3.0 * 1.0 + 0.5 * 4.0)


def test_a_tasks_own_rate_moves_its_parameters(start):
    task = Pull(goal=100.0)
    trainer = start(tasks=[task], task={"lr": 0.5}, train={"steps": 1, "warmup": 0, "schedule": "constant", "lr": 1e-3})
    trainer.fit()
    assert task.value == pytest.approx(0.5, rel=1e-3)


def test_the_best_weights_are_kept_and_training_ends_when_it_gets_no_better(start):
    task = Pull(goal=0.25)
    outcome = start(
        tasks=[task], task={"lr": 0.125},
        train={"steps": 60, "warmup": 0, "schedule": "constant", "validate_every": 1, "patience": 3, "clip": 0},
    ).fit()  # fmt: skip
    assert outcome.steps < 60
    assert task.value == pytest.approx(0.25, abs=0.02)
    assert outcome.after["pull"]["score"] == pytest.approx(-abs(task.value - 0.25))


def test_an_average_of_the_weights_is_validated_and_kept_while_training_goes_on_from_the_weights(start):
    steps = {"steps": 40, "warmup": 0, "schedule": "constant", "validate_every": 10, "clip": 0}
    plain, averaged = Pull(goal=1e4), Pull(goal=1e4)
    start(tasks=[plain], run="plain", task={"lr": 0.5}, train=steps).fit()
    trainer = start(tasks=[averaged], run="ema", task={"lr": 0.5}, train={**steps, "ema": 0.9})
    outcome = trainer.fit()
    mean, value = 0.0, 0.0
    for step in range(1, 41):  # Adam moves by about its rate while the goal is far
        value += 0.5
        mean += (value - mean) * (1 - min(0.9, (1 + step) / (10 + step)))
    assert plain.value == pytest.approx(value, rel=0.02)
    assert averaged.value == pytest.approx(mean, rel=0.02)
    assert outcome.after["pull"]["score"] == pytest.approx(averaged.value - 1e4)


def test_weights_that_never_got_better_stay_untouched(start):
    task = Pull(goal=0.0)
    task.loss = lambda model, batch: -task.module().weight.sum()
    outcome = start(tasks=[task]).fit()
    assert outcome.best_step == 0
    assert task.value == 0.0


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_checkpoint(start, tmp_path, bad):
    trainer = start(tasks=[Pull(poison={9: bad})])
    with pytest.raises(
        RunError, match=r"step 10: the loss of pull is no number; the checkpoint step-0000008 is kept.*lr"
    ):
        trainer.fit()
    kept = checkpoint.newest(tmp_path / "run")
    assert kept is not None
    assert kept[0].step == 8


def test_a_diverging_loss_ends_the_run(start):
    trainer = start(tasks=[Pull(goal=50.0, poison=dict.fromkeys(range(20, 40), 30.0))], train={"steps": 40})
    with pytest.raises(RunError, match=r"step 23: the loss .* times its running median for 3 steps.*clip"):
        trainer.fit()


def test_one_bad_batch_is_no_divergence(start):
    trainer = start(tasks=[Pull(goal=50.0, poison={20: 30.0})], train={"steps": 30})
    assert trainer.fit().steps == 30


def test_a_run_of_something_else_is_not_resumed(start, tmp_path):
    start(tasks=[Pull()], identity={"recipe": "a", "data": "b"}).fit()
    with pytest.raises(UsageError, match=r"another data; start anew with --fresh"):
        start(tasks=[Pull()], identity={"recipe": "a", "data": "c"}).resume()
    with pytest.raises(UsageError, match="another recipe"):
        start(tasks=[Pull()], identity={"recipe": "z", "data": "b"}).resume()


def test_a_damaged_checkpoint_is_passed_over(start, tmp_path):
    trainer = start(tasks=[Pull()])
    trainer.fit()
    newest = checkpoint.steps(tmp_path / "run")[-1]
    (newest / checkpoint.TENSORS).write_bytes(b"half")
    assert start(tasks=[Pull()]).resume() == 8


def test_a_finished_run_is_not_trained_again(start):
    first = start(tasks=[Pull()]).fit()
    task = Pull()
    again = start(tasks=[task])
    assert again.resume() == 12
    assert again.fit().after == first.after
    assert task.seen == []


def test_layers_are_cut(words, tiny_folder):
    from convrec.tune.model import prepare as load

    model, _ = load(words(layers=1), tiny_folder, device="cpu")
    assert len(model.get_base_model().get_decoder().layers) == 1
    with pytest.raises(UsageError, match="layers = 3, but the model has 2"):
        load(words(layers=3), tiny_folder, device="cpu")


def test_targets_that_name_no_layer_are_refused(words, tiny_folder):
    with pytest.raises(UsageError, match="targets"):
        prepare(words(lora={"targets": ["nothing"]}), tiny_folder, device="cpu")
