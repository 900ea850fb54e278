from __future__ import annotations

import json

import pytest
from corner import opened, ranking, shop

from convrec.errors import UsageError
from convrec.evaluate import ablations
from convrec.testing.tiny_llm import make_model
from convrec.tune import figures, writer
from convrec.tune.run import tune


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    make_model(folder)
    return folder


@pytest.fixture
def rec(tmp_path):
    with opened(shop(tmp_path)) as rec:
        yield rec


def test_every_variant_trains_what_it_says_and_is_compared_by_person(rec, base, tmp_path):
    recipe = ranking(base)
    rows = {row.variant: row for row in ablations.evaluate(rec, recipe, tmp_path)}
    assert list(rows) == list(ablations.VARIANTS)
    assert rows["pretrained"].lost is None
    assert all(rows[name].lost is not None for name in rows if name != "pretrained")
    for row in rows.values():
        assert row.ndcg.low <= row.ndcg.mean <= row.ndcg.high
        assert row.hit_rate.mean >= row.ndcg.mean
        assert row.steps == 20
    # The circle is learned: far more than the 10 / 24 of chance.
    assert rows["pretrained"].hit_rate.mean > 0.7
    own = rows["frozen"].trainable
    assert rows["pretrained"].trainable > own
    assert rows["text-only"].trainable == rows["id-only"].trainable == rows["pretrained"].trainable
    assert rows["random"].trainable > rows["pretrained"].trainable
    assert len(ablations.described(list(rows.values()))[0]) == 6


def test_finished_variants_are_kept_and_a_changed_log_begins_anew(rec, base, tmp_path):
    recipe, said = ranking(base, train={"steps": 4, "validate_every": 0}), []
    first = ablations.evaluate(rec, recipe, tmp_path, only=["pretrained", "frozen"])
    again = ablations.evaluate(rec, recipe, tmp_path, only=["frozen", "pretrained"], progress=said.append)
    assert again == first
    assert said == ["pretrained: already trained", "frozen: already trained"]
    place = rec.folder / "tuning" / "ablations"
    assert len(list(place.glob("*.json"))) == 2
    assert not list(place.glob("*.run"))
    rec.observe([{"user_id": "p0", "item_id": "t3", "rating": 5, "timestamp": 5000}])
    ablations.evaluate(rec, recipe, tmp_path, only=["frozen"])
    assert len(list(place.glob("frozen-*.json"))) == 2
    assert not (rec.folder / "adapters").exists()


def test_an_interrupted_variant_goes_on(rec, base, tmp_path):
    recipe = ranking(base, train={"steps": 8, "checkpoint_every": 2, "validate_every": 0})
    whole = ablations.evaluate(rec, recipe, tmp_path, only=["pretrained"])

    def stop(line):
        if line.startswith("step 6"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ablations.evaluate(rec, recipe, tmp_path, only=["pretrained"], fresh=True, progress=stop)
    next((rec.folder / "tuning" / "ablations").glob("*.json")).unlink()
    said = []
    assert ablations.evaluate(rec, recipe, tmp_path, only=["pretrained"], progress=said.append)[0].ndcg == whole[0].ndcg
    assert any(line.startswith("going on from step") for line in said)


def test_what_cannot_be_left_out_is_named(rec, base, tmp_path):
    with pytest.raises(UsageError, match="no variant 'half'; there are: pretrained"):
        ablations.evaluate(rec, ranking(base), tmp_path, only=["half"])
    with pytest.raises(UsageError, match="has no task 'rank'"):
        ablations.variant(ranking(base, task={"rank_weight": 0.0, "like_weight": 1.0}), "frozen")


def test_a_random_backbone_is_trained_whole_and_from_the_seed(base):
    from convrec.tune.model import prepare

    recipe = ranking(base, backbone="random")
    one, _ = prepare(recipe, base, device="cpu")
    two, _ = prepare(recipe, base, device="cpu")
    real, _ = prepare(ranking(base), base, device="cpu")
    weights = [dict(model.get_base_model().get_decoder().named_parameters()) for model in (one, two, real)]
    name = next(name for name in weights[0] if name.endswith("q_proj.base_layer.weight"))
    assert (weights[0][name] == weights[1][name]).all()
    assert (weights[0][name] != weights[2][name]).any()
    assert weights[0][name].shape == weights[2][name].shape
    trained = {name for name, weight in one.named_parameters() if weight.requires_grad}
    assert not any("lora_" in name for name in trained)
    assert not any("embed_tokens" in name for name in trained), "a log has no words"
    assert any("norm" in name for name in trained)
    words, _ = prepare(ranking(base, backbone="random", task={"kind": "explain", "data": "x"}), base, device="cpu")
    assert any("embed_tokens" in name for name, weight in words.named_parameters() if weight.requires_grad)
    with pytest.raises(UsageError, match="cannot be 4-bit"):
        prepare(ranking(base, backbone="random", lora={"quantize": "4bit"}), base, device="cpu")


def test_a_random_backbone_yields_figures_and_never_an_adapter(rec, base, tmp_path):
    recipe = ranking(base, backbone="random", train={"steps": 2, "validate_every": 0})
    with pytest.raises(UsageError, match="--figures-only"):
        tune(recipe, tmp_path, recommender=rec)
    with pytest.raises(UsageError, match="figures, no adapter"):
        writer.write(tmp_path / "a", None, [], recipe, "", base=base, facts={})
    file = figures.place_of(recipe, rec, None)
    found = figures.measure(recipe, tmp_path, file, recommender=rec)
    assert found == figures.read(file, recipe)
    assert len(found.ranks["rank"]) == 48
    assert json.loads(file.read_text())["outcome"]["steps"] == 2
    assert figures.read(file, ranking(base)) is None
    assert not (rec.folder / "adapters").exists()


def test_an_adapter_that_says_it_had_another_backbone_is_refused(rec, base, tmp_path):
    from convrec.llm import adapter
    from convrec.tune import manifest

    made = tune(ranking(base, train={"steps": 2, "validate_every": 0}), tmp_path, recommender=rec).folder
    adapter.check(made, base=base)
    recipe = made / "recipe.toml"
    recipe.write_text('backbone = "random"\n' + recipe.read_text())
    facts = {key: value for key, value in manifest.read(made).items() if key not in ("files", "format")}
    manifest.write(made, facts)
    with pytest.raises(UsageError, match="trained on a 'random' backbone"):
        adapter.check(made, base=base)
    recipe.write_text("backbone = [")
    manifest.write(made, facts)
    with pytest.raises(UsageError, match=r"recipe\.toml is not valid"):
        adapter.check(made, base=base)
