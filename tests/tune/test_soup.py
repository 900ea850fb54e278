"""The mean of several trainings of one adapter."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from convrec.dialogue.readers.ear import Ear
from convrec.dialogue.readers.joint import FILE as JOINT
from convrec.errors import UsageError
from convrec.testing.tiny_encoder import make_encoder
from convrec.tune import manifest
from convrec.tune.recipe import parse
from convrec.tune.run import tune
from convrec.tune.soup import average

SAID = [
    {"text": f"give me {word} now", "spans": [[8, 8 + len(word), "want"]], "acts": ["recommend"], "split": split}
    for split, words in (("train", ("war", "noir", "opera", "magic")), ("validation", ("sport",)))
    for word in words
]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_encoder(tmp_path_factory.mktemp("soup"), [one["text"] for one in SAID])


@pytest.fixture(scope="module")
def trained(base, tmp_path_factory):
    """Two trainings with other seeds."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "said.jsonl").write_text("".join(json.dumps(one) + "\n" for one in SAID))

    def one(seed, **lora):
        recipe = parse(
            {
                "name": "hear", "base": str(base), "lora": {"r": 2, "alpha": 4, **lora},
                "train": {"steps": 12, "batch_size": 4, "lr": 1e-2, "validate_every": 0, "seed": seed,
                          "dtype": "float32"},
                "task": [{"kind": "hear", "data": "said.jsonl"}],
            }
        )  # fmt: skip
        return tune(recipe, folder, out=folder / f"hear-{seed}-{lora.get('r', 2)}").folder

    return [one(0), one(1), one(2, r=3, alpha=3)]


def change(folder):
    """Of each layer, what the adapter adds to its weights."""
    config = json.loads((folder / "adapter_config.json").read_text())
    tensors = load_file(folder / "adapter_model.safetensors")
    scale = config["lora_alpha"] / config["r"]
    return {
        name: scale * (tensors[name.replace("lora_A", "lora_B")].float() @ tensor.float())
        for name, tensor in tensors.items()
        if "lora_A" in name
    }


def test_each_layer_is_changed_by_the_mean_of_the_changes(trained, base, tmp_path):
    made = average(trained, tmp_path / "mean", base=base)
    changes = [change(folder) for folder in trained]
    for name, got in change(made).items():
        wanted = sum(one[name] for one in changes) / 3
        assert torch.allclose(got, wanted, atol=0.02 * wanted.abs().max().item())
    own = [load_file(folder / "convrec_tags.safetensors")["labels.bias"].float() for folder in (*trained, made)]
    assert torch.allclose(own[3], sum(own[:3]) / 3, atol=1e-2)
    assert not manifest.faults(made)
    assert json.loads((made / "adapter_config.json").read_text())["r"] == 7


def test_of_a_lower_rank_it_is_the_nearest_there_is_and_can_be_used(trained, base, tmp_path):
    exact, cut = (average(trained[:2], tmp_path / f"r{rank}", base=base, rank=rank) for rank in (0, 2))
    assert json.loads((cut / "adapter_config.json").read_text())["r"] == 2
    for name, whole in change(exact).items():
        sizes = torch.linalg.svdvals(whole)
        lost = torch.linalg.matrix_norm(whole - change(cut)[name])
        assert lost <= 1.05 * torch.linalg.vector_norm(sizes[2:]) + 0.02 * sizes[0]
    [heard] = Ear(base, cut, device="cpu", dtype="float32").read(["give me war now"])
    assert np.isfinite(heard.marks).all()
    assert np.isfinite(heard.acts).all()


def test_the_network_over_one_adapter_is_no_part_of_a_mean(trained, base, tmp_path):
    for name in ("a", "b"):
        shutil.copytree(trained[0], tmp_path / name)
    (tmp_path / "a" / JOINT).write_bytes((trained[0] / "convrec_tags.safetensors").read_bytes())
    manifest.write(tmp_path / "a", {key: value for key, value in manifest.read(trained[0]).items() if key != "files"})
    made = average([tmp_path / "a", tmp_path / "b"], tmp_path / "mean", base=base)
    assert not (made / JOINT).exists()


def test_card_and_manifest_tell_of_every_training(trained, base, tmp_path):
    made = average(trained[:2], tmp_path / "mean", base=base, rank=2)
    told = manifest.read(made)
    assert [one["seed"] for one in told["mean_of"]] == [0, 1]
    assert told["command"].startswith("convrec adapters average mean hear-0-2 hear-1-2")
    assert "after" not in told
    assert "Mean of 2 trainings" in (made / "README.md").read_text()


def test_what_does_not_go_together_is_refused_by_name(trained, base, tmp_path):
    with pytest.raises(UsageError, match="at least two"):
        average(trained[:1], tmp_path / "mean", base=base)
    bare = tmp_path / "bare"
    shutil.copytree(trained[0], bare)
    (bare / "manifest.json").unlink()
    with pytest.raises(UsageError, match=r"bare.*no manifest"):
        average([trained[0], bare], tmp_path / "mean", base=base)
    with pytest.raises(UsageError, match="exists"):
        average(trained[:2], trained[2], base=base)
    assert not (tmp_path / "mean").exists()
