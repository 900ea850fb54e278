"""Two tiny readers and the network over them, trained together, cut short, gone on with, and read with for real."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from convrec.cli.tune import app as tune_commands
from convrec.dialogue.readers import joint, tag_head
from convrec.dialogue.readers.ear import Ear
from convrec.dialogue.readers.tagger import Tagger
from convrec.errors import UsageError
from convrec.llm.adapter import check
from convrec.llm.local import LocalModel
from convrec.testing.tiny_encoder import make_encoder
from convrec.tune import manifest
from convrec.tune.reader_pair import ReaderPair
from convrec.tune.recipe import parse as parse_recipe
from convrec.tune.run import tune
from convrec.tune.together import Plan, Together
from convrec.tune.together_files import refuse_present, write

FRAMES = (("give me {} now", "want", "recommend"), ("never {} for me", "not", "inform"))
WORDS = ("war", "horror", "comedy", "noir", "opera", "sport", "magic", "crime")
PLAN = Plan(passes=30, layers=(1, 2), rates=(5e-3, 5e-3, 1e-2, 1e-2), warmup=5, batch=4, decay=0.8, share=1.0)


def quiet(message: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("messages") / "said.jsonl"
    with file.open("w") as out:
        for number, word in enumerate(WORDS):
            for frame, slot, act in FRAMES:
                start = frame.index("{}")
                line = {"text": frame.format(word), "spans": [[start, start + len(word), slot]], "acts": [act]}
                out.write(json.dumps(line | {"split": "train"}) + "\n")
                if number % 4 == 3:
                    out.write(json.dumps(line | {"split": "validation"}) + "\n")
    return file


@pytest.fixture(scope="module")
def bases(said: Path, tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    texts = [json.loads(line)["text"] for line in said.read_text().splitlines()]
    return tiny_folder, make_encoder(tmp_path_factory.mktemp("together"), texts)


@pytest.fixture(scope="module")
def folders(said: Path, bases: tuple[Path, Path]) -> tuple[Path, Path]:
    """Adapters that have hardly learned anything, and a network that has not."""
    made = []
    for kind, base in zip(("understand", "hear"), bases, strict=True):
        plan = {
            "name": kind, "base": str(base), "lora": {"r": 8, "alpha": 8},
            "train": {"steps": 2, "batch_size": 4, "lr": 1e-3, "validate_every": 0, "dtype": "float32"},
            "task": [{"kind": kind, "data": str(said)}],
        }  # fmt: skip
        made.append(tune(parse_recipe(plan), said.parent, out=said.parent / kind).folder)
    joint.save(made[1] / joint.FILE, joint.network(128, 6), 6, (made[0], made[1]))
    manifest.write(made[1], {"name": "hear", "tasks": ["hear"], "base": manifest.read(made[1])["base"]})
    return made[0], made[1]


@pytest.fixture
def pair(bases: tuple[Path, Path], folders: tuple[Path, Path]) -> ReaderPair:
    return ReaderPair(bases, folders, PLAN.layers, "cpu")


def test_they_learn_and_read_for_real_what_they_read_in_training(
    pair: ReaderPair, said: Path, bases: tuple[Path, Path], tmp_path: Path
) -> None:
    outcome = Together(pair, [said], PLAN, tmp_path / "run", quiet).fit()
    assert outcome.before["F1"] < 0.5
    assert outcome.after["F1"] > 0.9
    assert outcome.after == outcome.curve[outcome.best - 1] == max(outcome.curve, key=lambda row: row["F1"])
    assert (outcome.train, outcome.validation) == (16, 4)
    llm, encoder = write(tmp_path / "both", pair, outcome, PLAN)
    assert [manifest.faults(folder) for folder in (llm, encoder)] == [[], []]
    assert check(llm, base=bases[0])["peft_type"] == check(encoder, base=bases[1])["peft_type"] == "LORA"
    assert "convrec tune together --out both" in (encoder / "README.md").read_text()
    assert joint.load(llm, encoder) is not None
    tagger = Tagger(LocalModel(bases[0], adapters={"understand": llm}, device="cpu"), llm, ear=Ear(bases[1], encoder))
    for text in ("never crime for me", "give me noir now"):
        (in_training,) = pair.parses([text], tag_head.load_moves(encoder))
        assert tagger.read(text).spans == in_training.spans != ()


def test_only_upper_layers_and_what_is_on_them_learn(pair: ReaderPair) -> None:
    names = [name for name, _ in pair.weights()]
    assert any(name.startswith("llm.") and "layers.1." in name for name in names)
    assert not any(name.startswith("llm.") and "layers.0." in name for name in names)
    assert any(name.startswith("encoder.") and "layer.0." in name for name in names)
    assert {name.partition(".")[0] for name in names} == {"llm", "encoder", "llm-head", "encoder-head", "network"}
    assert not any(name.endswith(("numbers.mean", "numbers.spread")) for name in names)


def test_what_was_cut_short_goes_on_as_if_it_had_not_been(
    bases: tuple[Path, Path], folders: tuple[Path, Path], said: Path, tmp_path: Path
) -> None:
    plan = replace(PLAN, passes=2)

    def run(name: str) -> tuple[ReaderPair, Together]:
        own = ReaderPair(bases, folders, plan.layers, "cpu")
        return own, Together(own, [said], plan, tmp_path / name, quiet)

    whole, training = run("whole")
    wanted = training.fit()
    _, training = run("cut")
    told: list[str] = []

    def stop(message: str) -> None:
        told.append(message)
        if message.startswith("pass 2"):
            raise KeyboardInterrupt

    training._progress = stop
    with pytest.raises(KeyboardInterrupt):
        training.fit()
    again, training = run("cut")
    found = training.fit()
    assert found.curve == wanted.curve
    for (name, one), (_, other) in zip(whole.weights(), again.weights(), strict=True):
        assert one.equal(other), name
    with pytest.raises(UsageError, match="another plan"):
        Together(again, [said], replace(plan, seed=1), tmp_path / "cut", quiet)


def test_what_is_kept_lies_between_before_and_after(
    bases: tuple[Path, Path], folders: tuple[Path, Path], said: Path, tmp_path: Path
) -> None:
    ends: dict[float, dict[str, torch.Tensor]] = {}
    first = {name: weight.detach().clone() for name, weight in ReaderPair(bases, folders, (1, 1), "cpu").weights()}
    for share in (0.25, 1.0):
        own = ReaderPair(bases, folders, (1, 1), "cpu")
        Together(own, [said], replace(PLAN, passes=1, layers=(1, 1), share=share), tmp_path / f"{share}", quiet).fit()
        ends[share] = {name: weight.detach() for name, weight in own.weights()}
    for name, start in first.items():
        torch.testing.assert_close(ends[0.25][name], start.lerp(ends[1.0][name], 0.25))
    assert any(not ends[1.0][name].equal(start) for name, start in first.items())


def test_what_cannot_be_trained_is_refused(
    bases: tuple[Path, Path], folders: tuple[Path, Path], tmp_path: Path, pair: ReaderPair
) -> None:
    with pytest.raises(UsageError, match="3 layers"):
        ReaderPair(bases, folders, (3, 2), "cpu")
    with pytest.raises(UsageError, match="tune joint"):
        ReaderPair(bases, (folders[0], folders[0]), (1, 1), "cpu")
    few = tmp_path / "few.jsonl"
    few.write_text('{"text": "some drama", "spans": [], "acts": ["recommend"], "split": "train"}\n')
    with pytest.raises(UsageError, match="too few"):
        Together(pair, [few], PLAN, tmp_path / "run", quiet)
    with pytest.raises(UsageError, match="exists"):
        refuse_present(tmp_path)


def test_the_command_leaves_a_folder_that_is_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(tune_commands, ["together", "--out", str(tmp_path)])
    assert isinstance(done.exception, UsageError)
    assert "exists" in str(done.exception)
    assert not list(tmp_path.iterdir())
