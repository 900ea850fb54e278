"""Reading messages: what is wanted and what is not, learned by a tiny model from sentences of one make."""

from __future__ import annotations

import itertools
import json

import pytest

from convrec.dialogue.readers import tag_head
from convrec.dialogue.readers.slots import Parse, Span
from convrec.errors import UsageError
from convrec.tune.model import prepare
from convrec.tune.recipe import parse as parse_recipe
from convrec.tune.start import Start
from convrec.tune.task import Context
from convrec.tune.tasks import build
from convrec.tune.tasks.tagging import chosen_acts
from convrec.tune.trainer import Trainer

FRAMES = (("give me {} now", "want", "recommend"), ("never {} for me", "not", "inform"))
WORDS = ("war", "horror", "comedy", "noir", "opera", "sport", "magic", "crime")


def lines():
    for n, ((frame, slot, act), word) in enumerate(itertools.product(FRAMES, WORDS)):
        start = frame.index("{}")
        line = {"text": frame.format(word), "spans": [[start, start + len(word), slot]], "acts": [act]}
        yield line | {"split": "train"}
        if n % 4 == 3:  # a model of random letters cannot be asked for words that it has not seen
            yield line | {"split": "validation"}


@pytest.fixture
def make(tmp_path, tiny_folder):
    def made(found=None, start=None, layers=0, **task):
        (tmp_path / "said.jsonl").write_text("".join(json.dumps(line) + "\n" for line in found or lines()))
        plan = parse_recipe(
            {
                "name": "understand", "base": str(tiny_folder), "lora": {"r": 16}, "layers": layers,
                "train": {"steps": 200, "batch_size": 12, "lr": 5e-3, "warmup": 10, "validate_every": 50,
                          "dtype": "float32"},
                "task": [{"kind": "understand", "data": "said.jsonl", "lr": 1e-2, "dropout": 0.0, **task}],
            }
        )  # fmt: skip
        model, tokenizer = prepare(plan, tiny_folder, device="cpu")
        context = Context(
            None, tokenizer, model.config, tiny_folder, 0, tmp_path, plan, 0, start and Start(start, "", {})
        )
        return build(plan.task[0], context), model, plan

    return made


def test_it_learns_what_is_wanted_and_what_is_not(make, tmp_path):
    task, model, plan = make()
    outcome = Trainer(model, [(task, plan.task[0])], plan, tmp_path / "run", identity={"recipe": plan.digest}).fit()
    after = outcome.after["understand"]
    assert after["F1"] > outcome.before["understand"]["F1"]
    assert after["F1"] > 0.8
    assert after["acts"] > 0.8
    (read,) = task.parses(model.eval(), ["never opera for me"])
    assert read == Parse("never opera for me", (Span(6, 11, "not"),), ("inform",))
    spans, acts = task.judge(model)
    assert acts.mean() == after["acts"]
    assert set(spans.tolist()) <= {0.0, 1.0}
    assert len(spans) == len(acts) == task.facts()["validation"]
    task.save(tmp_path)
    fresh, _, _ = make()
    fresh.take(tmp_path)
    fresh.module().eval()
    assert fresh.judge(model)[1].mean() == pytest.approx(acts.mean(), abs=0.1)


def test_what_is_saved_reads_the_same(make, tmp_path):
    task, _, _ = make()
    task.module().eval()
    folder = tmp_path / "adapter"
    folder.mkdir()
    task.save(folder)
    loaded, layers = tag_head.load(folder)
    assert layers == 0
    for name, tensor in task.module().state_dict().items():
        assert loaded.state_dict()[name].sub(tensor).abs().max() < 1e-2
    begun, _, _ = make(start=folder)
    for name, tensor in begun.module().state_dict().items():
        assert loaded.state_dict()[name].equal(tensor)
    with pytest.raises(UsageError, match="reads 0 layers, this recipe 1"):
        make(start=folder, layers=1)
    (folder / tag_head.FILE).write_bytes(b"rubbish")
    with pytest.raises(UsageError, match="cannot be read"):
        tag_head.load(folder)


def test_a_batch_is_the_same_whenever_it_is_drawn(make):
    task, model, _ = make()
    model.eval(), task.module().eval()
    assert float(task.loss(model, 3)) == float(task.loss(model, 3))
    assert float(task.loss(model, 3)) != float(task.loss(model, 4))


@pytest.mark.parametrize(
    ("task", "found", "said"),
    [
        ({"data": "other.jsonl"}, None, "no file of utterances"),
        ({"weird": 1}, None, "weird"),
        ({}, [{"text": "x", "spans": [], "acts": ["other"], "split": "train"}], "too few messages"),
        ({}, [{"text": "word " * 400, "spans": [], "acts": ["other"]}], "longer than"),
    ],
)
def test_what_is_unfit_is_refused(make, task, found, said):
    with pytest.raises(UsageError, match=said):
        make(found, **task)


def test_the_likeliest_act_stands_first_and_there_is_always_one():
    from convrec.dialogue.readers.slots import ACTS

    chances = [0.0] * len(ACTS)
    chances[3], chances[6] = 0.6, 0.9
    assert chosen_acts(chances) == (ACTS[6], ACTS[3])
    assert chosen_acts([0.1] * len(ACTS)) == (ACTS[0],)
