from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from convrec.errors import RunError, UsageError
from convrec.llm.local import LocalModel
from convrec.tune import manifest
from convrec.tune.registry import Registry, read
from convrec.tune.run import tune
from convrec.types import Message


@pytest.fixture(scope="session")
def made(tmp_path_factory, tiny_folder, write_examples):
    """An adapter as `tune` writes it."""
    from convrec.tune.recipe import parse

    folder = tmp_path_factory.mktemp("made")
    write_examples(folder / "words.jsonl")
    train = {"steps": 30, "batch_size": 4, "lr": 1e-2, "validate_every": 0}
    task = [{"kind": "predict", "data": "words.jsonl"}]
    recipe = parse({"name": "words", "base": str(tiny_folder), "lora": {"r": 4}, "train": train, "task": task})
    return tune(recipe, folder, out=folder / "out", device="cpu").folder


@pytest.fixture
def registry(made, tmp_path):
    registry = Registry(tmp_path)
    for _ in range(3):
        registry.install(made)
    return registry


def test_what_was_trained_answers_through_the_model(made, tiny_folder):
    model = LocalModel(tiny_folder, adapters={"predict": made}, dtype="bfloat16", device="cpu")
    said = model.generate([[Message("user", "the man 7 goes")]], max_tokens=8, adapter="predict")[0]
    assert said in ("green city", "blue city")


@pytest.mark.parametrize("lora", [{"method": "rslora"}, {"method": "dora"}, {"quantize": "4bit"}], ids=str)
def test_every_method_is_read_back_with_the_figures_it_was_trained_to(words, tiny_folder, tmp_path, lora):
    its = words(lora=lora, train={"steps": 15})
    tuned = tune(its, tmp_path, out=tmp_path / "out", device="cpu")
    kind = "4bit" if "quantize" in lora else "bfloat16"
    model = LocalModel(tiny_folder, adapters={"predict": tuned.folder}, dtype=kind, device="cpu")
    prompt = [Message("user", "the man 7 goes")]
    before = model.score(prompt, ["green city", "blue city"])
    after = model.score(prompt, ["green city", "blue city"], adapter="predict")
    assert max(after) > max(before) + 2


def test_card_recipe_and_manifest_say_what_was_done(made):
    said = (made / "README.md").read_text()
    for word in ("38 train, 2 validation", "convrec tune", "seed 0", "before | after", "Licence of the data"):
        assert word in said
    its = manifest.read(made)
    assert its["tasks"] == ["predict"]
    assert its["after"]["predict"]["nll"] < its["before"]["predict"]["nll"]
    everything = "".join(file.read_text() for file in made.iterdir() if file.suffix != ".safetensors")
    assert str(made.parent.parent) not in everything


def test_generations_are_activated_and_rolled_back(registry):
    assert registry.for_tasks() == {}
    registry.activate("words", "0001")
    registry.activate("words")
    assert registry.for_tasks()["predict"].name == "0003"
    registry.activate("words", "0003")
    assert registry.rollback("words").generation == "0001"
    assert [entry.generation for entry in registry.entries() if entry.active] == ["0001"]
    assert registry.rollback("words") is None
    assert registry.for_tasks() == {}
    with pytest.raises(UsageError, match="not in use"):
        registry.rollback("words")


def test_a_rollback_passes_over_what_is_damaged(registry):
    for generation in ("0001", "0002", "0003"):
        registry.activate("words", generation)
    (registry.get("words", "0002").folder / "README.md").write_text("changed")
    assert registry.rollback("words").generation == "0001"


def test_unknown_and_damaged_ones_are_not_activated(registry):
    with pytest.raises(UsageError, match=r"'words 0009'.*there are: words 0001, words 0002, words 0003"):
        registry.activate("words", "0009")
    folder = registry.get("words", "0002").folder
    (folder / "recipe.toml").unlink()
    with pytest.raises(UsageError, match=r"recipe\.toml: missing"):
        registry.activate("words", "0002")


def test_an_active_one_that_was_changed_is_left_out(registry, caplog):
    registry.activate("words", "0002")
    (registry.get("words", "0002").folder / "extra.txt").write_text("x")
    with caplog.at_level("WARNING", logger="convrec"):
        assert registry.for_tasks() == {}
    assert "extra.txt" in caplog.text


def test_half_written_folders_are_swept(registry, made):
    shutil.copytree(made, registry.folder / "words" / "0004.partial")
    assert [entry.generation for entry in registry.entries()] == ["0001", "0002", "0003"]
    assert registry.sweep() == 1
    assert not list(registry.folder.rglob("*.partial"))


def test_only_whole_adapters_are_installed(made, tmp_path):
    copy = shutil.copytree(made, tmp_path / "copy")
    (copy / "manifest.json").unlink()
    with pytest.raises(UsageError, match=r"manifest\.json"):
        Registry(tmp_path).install(copy)


def test_a_name_cannot_leave_the_registry(made, tmp_path):
    copy = shutil.copytree(made, tmp_path / "copy")
    its = json.loads((copy / "manifest.json").read_text()) | {"name": "../../up"}
    (copy / "manifest.json").write_text(json.dumps(its))
    with pytest.raises(UsageError, match="adapter name"):
        Registry(tmp_path).install(copy)


def test_the_command_lists_and_verifies_a_folder(made):
    from convrec.cli.adapters import app

    listed = CliRunner().invoke(app, ["list", str(made), "--json"])
    assert json.loads(listed.stdout)[0]["tasks"] == ["predict"]
    assert CliRunner().invoke(app, ["verify", str(made)]).stdout == "words: good\n"
    assert read(made).faults() == []


def test_the_command_fails_on_a_changed_folder(made, tmp_path):
    from convrec.cli.adapters import app

    copy = shutil.copytree(made, tmp_path / "copy")
    (copy / "README.md").write_text("other")
    done = CliRunner().invoke(app, ["verify", str(copy)])
    assert isinstance(done.exception, RunError)
    assert "README.md" in done.stdout


def test_tune_without_a_command_trains_an_adapter(made):
    from convrec.cli.tune import app

    for arguments in (["--recipe", "nowhere"], ["adapter", "--recipe", "nowhere"]):
        failed = CliRunner().invoke(app, arguments)
        assert isinstance(failed.exception, UsageError)
        assert "no recipe 'nowhere'" in str(failed.exception)
    assert "fusion" in CliRunner().invoke(app, ["--help"]).stdout
