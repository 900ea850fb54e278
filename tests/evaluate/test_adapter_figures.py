from __future__ import annotations

import json
from dataclasses import replace

import pytest
from corner import opened, ranking, shop

from convrec.adapters import in_use
from convrec.evaluate import adapter_figures
from convrec.testing.tiny_llm import make_model
from convrec.tune.recipe import parse
from convrec.tune.registry import Registry, read
from convrec.tune.run import tune


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    make_model(folder)
    return folder


@pytest.fixture(scope="module")
def words(tmp_path_factory, base):
    """An adapter in words that was trained for real, and the folder of its data."""
    folder = tmp_path_factory.mktemp("words")
    lines = [
        {
            "messages": [{"role": "user", "content": f"the man {n} goes"}],
            "completion": ["green", "blue"][n % 2] + " city",
        }
        for n in range(40)
    ]
    (folder / "words.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    recipe = parse(
        {
            "name": "words",
            "base": str(base),
            "lora": {"r": 4},
            "train": {"steps": 12, "batch_size": 4, "lr": 1e-2, "validate_every": 0},
            "task": [{"kind": "explain", "data": "../words.jsonl"}],
        }
    )
    (folder / "recipe").mkdir()
    return tune(recipe, folder / "recipe", out=folder / "made")


@pytest.fixture(scope="module")
def log(tmp_path_factory, base):
    """A workspace whose ranker was trained for real."""
    folder = tmp_path_factory.mktemp("log")
    place = shop(folder)
    with opened(place) as rec:
        return place, tune(ranking(base), folder, recommender=rec)


def judged(monkeypatch, base, found, rec=None):
    monkeypatch.setattr(adapter_figures, "locate", lambda name, online=False: base)
    return list(adapter_figures.evaluate(found, rec, device="cpu"))


def test_words_are_judged_with_the_adapter_off_and_on(monkeypatch, base, words):
    row = judged(monkeypatch, base, [(read(words.folder), "explain", True)])[0]
    assert row.reason == ""
    nll = row.figures["NLL"]
    assert nll.base.mean == pytest.approx(words.outcome.before["explain"]["nll"], rel=0.02)
    assert nll.tuned.mean == pytest.approx(words.outcome.after["explain"]["nll"], rel=0.05)
    assert nll.gain.high < 0, "clearly better"
    assert row.figures["exact match"].tuned.mean >= row.figures["exact match"].base.mean
    assert row.judged_on >= 1
    cells = adapter_figures.described([row])
    assert [line[:3] for line in cells] == [["explain", "words", "yes"]] * 2


def test_a_ranker_is_judged_on_what_its_training_left_out(monkeypatch, base, log):
    place, made = log
    with opened(place) as rec:
        row = judged(monkeypatch, base, [(read(made.folder), "rank", False)], rec)[0]
    assert row.reason == ""
    assert set(row.figures) == {"NDCG@10", "HR@10", "AUC"}
    assert row.figures["NDCG@10"].tuned.mean == pytest.approx(made.outcome.after["rank"]["NDCG@10"], abs=0.05)
    assert row.judged_on == 48
    for change in row.figures.values():
        assert change.gain.mean == pytest.approx(change.tuned.mean - change.base.mean)
        assert change.gain.low <= change.gain.mean <= change.gain.high


def test_what_is_in_use_comes_first_and_is_marked(base, log):
    place, made = log
    used = {"rank": made.folder}
    found = adapter_figures.candidates(place, used)
    assert (found[0][0].name, *found[0][1:]) == ("rank", "rank", True)
    assert not any(marked for _, _, marked in found[1:])
    with opened(place, models={"llm": str(base)}) as rec:
        assert in_use(place, rec.settings)["rank"] == Registry(place).get("rank").folder
    assert all(entry.generation == "" for entry, _, _ in adapter_figures.candidates(None, {}))


def test_what_cannot_be_judged_is_listed_with_the_reason(monkeypatch, tmp_path, base, words, log):
    import shutil

    place, made = log
    away = tmp_path / "away" / "made"
    shutil.copytree(words.folder, away)
    damaged = tmp_path / "damaged"
    shutil.copytree(words.folder, damaged)
    (damaged / "README.md").write_text("another")
    entries = [read(away), read(damaged), read(made.folder), read(words.folder)]
    tasks = ["explain", "explain", "rank", "profile"]
    rows = judged(monkeypatch, base, [(entry, task, False) for entry, task in zip(entries, tasks, strict=True)])
    reasons = [row.reason for row in rows]
    assert "its data '../words.jsonl' are not here" in reasons[0]
    assert "not complete" in reasons[1]
    assert "name a workspace" in reasons[2]
    assert "no task 'profile'" in reasons[3]
    assert not any(row.figures for row in rows)
    assert adapter_figures.described(rows) == []
    with opened(place) as rec:
        rec.workspace.encoder.name = "another"
        row = judged(monkeypatch, base, [(replace(read(made.folder)), "rank", False)], rec)[0]
    assert "reads texts of encoder hashing-32, this workspace has another" in row.reason
