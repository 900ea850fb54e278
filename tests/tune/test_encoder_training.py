from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from encoder_shop import opened, shop, talks

from convrec import config
from convrec.config import ModelSettings
from convrec.embed import open_encoder
from convrec.embed.sentence import SentenceEncoder
from convrec.errors import RunError, UsageError
from convrec.index.document import document
from convrec.index.generations import ItemIndexStore
from convrec.llm.embedded import locate
from convrec.tune import encoder_files
from convrec.tune.encoder import Plan, tune

FAST = {"batch": 16, "rate": 3e-3, "negatives": "in-batch"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return shop(tmp_path_factory.mktemp("tea"))


@pytest.fixture(scope="module")
def tuned(place):
    """The encoder after learning which kind of tea answers which mood."""
    folder = place.parent / "moods"
    plan = Plan(data=("dialogues",), dialogues=(talks(place.parent),), steps=56, patience=8, **FAST)
    with opened(place) as rec:
        return tune(rec, plan, folder)


def test_what_was_planted_is_learned(tuned):
    before, after = tuned.before["dialogues"], tuned.after["dialogues"]
    # Ten of 48 by chance; twelve are of the right kind.
    assert before["Recall@10"] < 0.4
    assert after["Recall@10"] > 0.65
    assert tuned.best_step > 0
    assert tuned.examples == {"dialogues": 100}
    assert tuned.unknown == 140


def test_a_log_teaches_that_people_keep_to_a_kind(place, tmp_path):
    plan = Plan(data=("history",), steps=40, **FAST | {"negatives": "mined", "pool": 40})
    with opened(place) as rec:
        found = tune(rec, plan, tmp_path / "out")
    assert found.after["history"]["NDCG@10"] > found.before["history"]["NDCG@10"] + 0.1


def test_the_model_and_the_adapter_over_its_base_give_equal_vectors(place, tuned):
    texts = [document(item) for item in opened_items(place)[:9]]
    settings = ModelSettings(encoder=base_of(place), dtype="bfloat16")
    plain = open_encoder(settings)
    whole = SentenceEncoder(locate(str(tuned.folder)), dtype="bfloat16")
    over = open_encoder(settings.model_copy(update={"encoder_adapter": str(tuned.folder / "adapter")}))
    a, b, c = (encoder.encode(texts, role="document") for encoder in (whole, over, plain))
    assert np.array_equal(a, b)
    assert np.abs(a - c).max() > 0.05
    assert np.array_equal(
        a, SentenceEncoder(locate(str(tuned.folder)), dtype="bfloat16").encode(texts, role="document")
    )
    assert (
        len({plain.name, over.name, open_encoder(settings.model_copy(update={"encoder": str(tuned.folder)})).name}) == 3
    )


def test_a_tuned_encoder_makes_the_index_anew(place, tuned):
    with opened(place) as rec:
        had = np.array(rec.workspace.index.vectors)
    settings = config.load(place, models={"encoder_adapter": str(tuned.folder / "adapter")})
    with opened(place) as rec:
        wrong = ItemIndexStore(place / "index").faults(rec.catalogue, open_encoder(settings.models))
        assert "now it is" in wrong[0]
    with opened(place, encoder_adapter=str(tuned.folder / "adapter")) as rec:
        assert np.abs(np.array(rec.workspace.index.vectors) - had).max() > 0.05
        assert {found.item.genres for found in rec.recommend(query="I feel brave today", k=3, explain=False)}
    with opened(place) as rec:
        assert np.array_equal(rec.workspace.index.vectors, had)


def test_the_card_says_what_it_was_made_of(tuned):
    card = (tuned.folder / "README.md").read_text()
    for said in (
        "talks.jsonl.gz",
        "100 examples",
        "| dialogues | Recall@10 |",
        "seed 0",
        "convrec 0",
        "its split `train`",
    ):
        assert said in card
    made = json.loads((tuned.folder / "convrec-encoder.json").read_text())
    assert made["after"]["dialogues"] == tuned.after["dialogues"]
    assert sum(file.stat().st_size for file in (tuned.folder / "adapter").iterdir()) < 6 << 20


def test_an_adapter_of_other_weights_or_another_shape_is_refused(place, tuned, tmp_path):
    from convrec.testing.tiny_encoder import make_encoder

    other = make_encoder(tmp_path, ["green black"], seed=4)
    adapter = tuned.folder / "adapter"
    with pytest.raises(UsageError, match="other weights"):
        SentenceEncoder(other, adapter=adapter).encode(["x"], role="query")
    settings = json.loads((adapter / "adapter_config.json").read_text())
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / "adapter_model.safetensors").write_bytes((adapter / "adapter_model.safetensors").read_bytes())
    (hostile / "adapter_config.json").write_text(json.dumps(settings | {"auto_mapping": {"parent_library": "os"}}))
    with pytest.raises(UsageError, match="auto_mapping"):
        open_encoder(ModelSettings(encoder=base_of(place), encoder_adapter=str(hostile)))


def test_an_interrupted_run_goes_on_exactly(place, tmp_path, monkeypatch):
    plan = Plan(data=("history",), steps=12, every=4, batch=8, patience=9, rate=3e-3)
    with opened(place) as rec:
        whole = tune(rec, plan, tmp_path / "whole")
        saves = []
        save = encoder_files.Run.save

        def killed(self, step, state, tensors):
            save(self, step, state, tensors)
            saves.append(step)
            if len(saves) == 1:
                raise KeyboardInterrupt

        monkeypatch.setattr(encoder_files.Run, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            tune(rec, plan, tmp_path / "part")
        assert not (tmp_path / "part").exists()
        with pytest.raises(UsageError, match="--resume"):
            tune(rec, plan, tmp_path / "part")
        with pytest.raises(UsageError, match=r"started otherwise \(seed\)"):
            tune(rec, Plan(**{**vars(plan), "seed": 3}), tmp_path / "part", resume=True)
        going = tune(rec, plan, tmp_path / "part", resume=True)
    assert going.curve[1:] == whole.curve[1:]
    assert going.after == whole.after
    weights = [(tmp_path / name / "adapter" / "adapter_model.safetensors").read_bytes() for name in ("whole", "part")]
    assert weights[0] == weights[1]
    assert not list(tmp_path.glob(".*.run"))


def test_a_save_that_is_killed_leaves_nothing_to_load(place, tmp_path):
    code = f"""
        import os, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        from encoder_shop import opened
        from convrec.tune import encoder_files
        from convrec.tune.encoder import Plan, tune
        write = encoder_files._write
        def killed(path, text):
            if path.name == encoder_files.MANIFEST and path.parent.name != "adapter":
                os._exit(9)
            write(path, text)
        encoder_files._write = killed
        with opened(Path({str(place)!r})) as rec:
            tune(rec, Plan(steps=2, batch=4), Path({str(tmp_path)!r}) / "out")
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert run.returncode == 9, run.stderr
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError, match="no model"):
        locate(str(tmp_path / "out"))
    # All steps were done: only the saving is done again, and what was left goes.
    with opened(place) as rec:
        tune(rec, Plan(steps=2, batch=4), tmp_path / "out", resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert SentenceEncoder(locate(str(tmp_path / "out"))).encode(["green"], role="query").shape == (1, 64)


def test_divergence_is_told(place, tmp_path, monkeypatch):
    from convrec.tune import contrast

    monkeypatch.setattr(contrast, "contrast", lambda queries, *rest: queries.sum() * float("nan"))
    with opened(place) as rec, pytest.raises(RunError, match="loss of step 1 is nan"):
        tune(rec, Plan(steps=2, batch=4), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"data": ("mood",)}, "none of history"),
        ({"data": ("dialogues",)}, "go together"),
        ({"negatives": "none"}, "mined, in-batch"),
        ({"rank": 0}, "rank must be at least 1"),
        ({"temperature": 0.0}, "above 0"),
        ({"data": ("history", "history")}, "once"),
    ],
)
def test_a_wrong_plan_is_refused(wrong, said):
    with pytest.raises(UsageError, match=said):
        Plan(**wrong)


def opened_items(place):
    with opened(place) as rec:
        return list(rec.catalogue.items)


def base_of(place) -> str:
    return str(place.parent / "encoder")
