"""Training that begins at the weights of another adapter."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
import walkers

from convrec.errors import UsageError
from convrec.rerank.sequence import files
from convrec.rerank.sequence.tokens import ItemTokens
from convrec.tune.model import prepare
from convrec.tune.recipe import parse
from convrec.tune.run import tune
from convrec.tune.start import Start, known


def recipe(base, steps, r=4, **task):
    return parse(
        {
            "name": "rank", "base": str(base), "layers": 1, "lora": {"r": r},
            "train": {"steps": steps, "batch_size": 16, "lr": 3e-3, "warmup": 5, "validate_every": 0,
                      "dtype": "float32"},
            "task": [{"kind": "rank", "lr": 2e-2, "length": 12, "id_dim": 16, "out_dim": 32, "id_dropout": 0.0,
                      "dropout": 0.1, **task}],
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def rec(tmp_path_factory):
    with walkers.opened(walkers.shop(tmp_path_factory.mktemp("walkers"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def first(rec, tiny_folder, tmp_path_factory):
    """An adapter tuned from nothing."""
    out = tmp_path_factory.mktemp("first") / "rank"
    return tune(recipe(tiny_folder, 60), out.parent, recommender=rec, out=out, device="cpu")


def test_what_was_learned_is_there_before_the_first_step(rec, first, tiny_folder, tmp_path):
    again = tune(
        recipe(tiny_folder, 2), tmp_path, recommender=rec, out=tmp_path / "on", start=first.folder, device="cpu"
    )
    learned, began = first.outcome.after["rank"]["NDCG@10"], again.outcome.before["rank"]["NDCG@10"]
    assert first.outcome.before["rank"]["NDCG@10"] < 0.5
    assert began > learned - 0.1
    assert json.loads((again.folder / "manifest.json").read_text())["held_out_newest"] == 2
    assert f"items_begun_from: {walkers.THINGS}" in (again.folder / "README.md").read_text()


def test_items_are_found_by_title_and_the_others_lie_where_their_company_does(rec, first, tiny_folder):
    items = list(rec.catalogue.items)
    strange = {n for n in range(len(items)) if n % 10 == 9}
    shuffled = [replace(item, id=f"x{n}", title=f"New {n}") if n in strange else item for n, item in enumerate(items)]
    shuffled = shuffled[::-1]
    texts = np.asarray(rec.workspace.index.vectors)[::-1]
    _, shape, _ = files.load(first.folder, items, texts[::-1])
    old, _, _ = files.load(first.folder, items, texts[::-1])
    ids = old.id.weight.detach().numpy()[::-1]
    fresh = ItemTokens(torch.from_numpy(texts.copy()), shape.width, id_dim=shape.id_dim, out_dim=shape.out_dim)
    bias = fresh.bias.detach().clone()
    # Factors of which the ids are a linear function but for a little noise.
    turn = np.random.default_rng(0).normal(size=(16, 16))
    factors = (ids @ turn * 40).astype(np.float32)
    start = Start.of(first.folder, tiny_folder, hold_out=2)
    assert start.tokens(fresh, shape, shuffled, texts, factors) == len(items) - len(strange)
    got = fresh.id.weight.detach().numpy()
    new = np.array([item.title.startswith("New") for item in shuffled])
    assert np.allclose(got[~new], ids[~new], atol=1e-6)
    assert np.corrcoef(got[new].ravel(), ids[new].ravel())[0, 1] > 0.9
    assert torch.equal(fresh.bias, bias)
    assert torch.equal(fresh.text_out.weight, old.text_out.weight)


def test_where_hardly_anything_is_found_ids_stay_fresh_and_texts_are_read_as_learned(rec, first, tiny_folder):
    strangers = [replace(item, id=f"x{n}", title=f"New {n}") for n, item in enumerate(rec.catalogue.items)]
    texts = np.asarray(rec.workspace.index.vectors)
    old, shape, _ = files.load(first.folder, rec.catalogue.items, texts)
    fresh = ItemTokens(torch.from_numpy(texts.copy()), shape.width, id_dim=shape.id_dim, out_dim=shape.out_dim)
    before = {name: tensor.clone() for name, tensor in fresh.state_dict().items()}
    assert Start.of(first.folder, tiny_folder, hold_out=2).tokens(fresh, shape, strangers, texts, None) == 0
    after = fresh.state_dict()
    for name in ("id.weight", "id_in.weight", "id_out.weight", "bias"):
        assert torch.equal(after[name], before[name])
    for name in ("text_in.weight", "query.weight"):
        assert torch.equal(after[name], old.state_dict()[name])


@pytest.mark.parametrize(("changes", "told"), [
    ({"r": 8}, "other \\[lora\\] settings or layers"),
    ({"id_dim": 8}, "has id_dim 16, this training 8"),
])  # fmt: skip
def test_another_kind_of_adapter_is_refused_before_training(rec, first, tiny_folder, tmp_path, changes, told):
    plan = recipe(tiny_folder, 2, **changes)
    with pytest.raises(UsageError, match=told):
        tune(plan, tmp_path, recommender=rec, out=tmp_path / "on", start=first.folder, device="cpu")
    assert not (tmp_path / "on").exists()


def test_one_that_has_seen_what_would_be_judged_is_refused(first, tiny_folder):
    with pytest.raises(UsageError, match="say --hold-out 2"):
        Start.of(first.folder, tiny_folder, hold_out=3)


def test_a_changed_file_and_a_missing_manifest_are_refused(first, tiny_folder, tmp_path):
    other = shutil.copytree(first.folder, tmp_path / "other")
    weights = other / "adapter_model.safetensors"
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(raw)
    with pytest.raises(UsageError, match="checksum"):
        Start.of(other, tiny_folder, hold_out=2)
    (other / "manifest.json").unlink()
    with pytest.raises(UsageError, match="has no manifest"):
        Start.of(other, tiny_folder, hold_out=2)


def test_the_weights_of_the_llm_are_those_of_the_adapter(first, tiny_folder):
    from peft import get_peft_model_state_dict
    from safetensors.torch import load_file

    plan = recipe(tiny_folder, 2)
    model, _ = prepare(plan, tiny_folder, device="cpu")
    Start.of(first.folder, tiny_folder, hold_out=2).into(model, plan)
    own = get_peft_model_state_dict(model, save_embedding_layers=False)
    for name, tensor in load_file(first.folder / "adapter_model.safetensors").items():
        assert torch.equal(own[name].to(tensor.dtype), tensor)


def test_a_run_that_began_elsewhere_is_not_gone_on_with(rec, first, tiny_folder, tmp_path, monkeypatch):
    from convrec.tune import checkpoint, writer

    def fail(*given, **named):
        raise UsageError("stopped before writing")

    monkeypatch.setattr(writer, "write", fail)
    plan = recipe(tiny_folder, 2)
    with pytest.raises(UsageError, match="stopped"):
        tune(plan, tmp_path, recommender=rec, out=tmp_path / "on", start=first.folder, device="cpu")
    assert checkpoint.steps(tmp_path / "on.run")
    with pytest.raises(UsageError, match="another beginning"):
        tune(plan, tmp_path, recommender=rec, out=tmp_path / "on", device="cpu")


def test_what_an_adapter_knows_of_a_log_is_counted_in_events(rec, first, tmp_path):
    items = [item if n < 30 else replace(item, title=f"New {n}") for n, item in enumerate(rec.catalogue.items)]
    counts = np.ones(len(items))
    assert known(first.folder, items, counts) == pytest.approx(30 / len(items))
    counts[30:] = 0
    assert known(first.folder, items, counts) == 1
    assert known(first.folder, items, counts * 0) == 0
    assert known(tmp_path, items, counts) == 0
