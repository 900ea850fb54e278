from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from encoder_shop import CUES, shop, talks

from convrec import Recommender
from convrec.data.dialogues import read_dialogues
from convrec.errors import RunError, UsageError
from convrec.llm.adapter import check
from convrec.retrieve.talk import files as talk_files
from convrec.retrieve.talk.blend import NAMES
from convrec.retrieve.talk.heads import Heads
from convrec.tune import manifest, talk_blend, talk_network
from convrec.tune.talk import Plan, tune
from convrec.tune.talk_cases import Case, Talks, cases, read
from convrec.types import Turn

PLAN = Plan(
    steps=120,
    batch=16,
    rank=4,
    layers=1,
    item_units=16,
    talk_units=16,
    rate=5e-3,
    head_rate=2e-2,
    decay=0.1,
    dropout=0.0,
    every=30,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("tea-talks")
    shop(place)
    talks(place, 400)
    return place


@pytest.fixture
def tea(folder, monkeypatch) -> list[Talks]:
    monkeypatch.setenv("CONVREC_MODELS__ENCODER", str(folder / "encoder"))
    monkeypatch.setenv("CONVREC_MODELS__DTYPE", "float32")
    return [read(folder / "teas.jsonl", [folder / "talks.jsonl.gz"])]


@pytest.fixture(scope="module")
def adapter(folder, tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVREC_MODELS__ENCODER", str(folder / "encoder"))
        out = tmp_path_factory.mktemp("made") / "talk"
        tune([read(folder / "teas.jsonl", [folder / "talks.jsonl.gz"])], PLAN, out, licence="mine")
    return out


def test_only_what_was_said_before_is_read_and_held_out_talks_are_not_learned_from(folder, tea):
    talk = next(talk for talk in read_dialogues(folder / "talks.jsonl.gz") if talk.split == "train")
    (case,) = cases(talk, tea[0].catalogue)
    assert case.words == f"user: {talk.turns[0].text}"
    assert [tea[0].catalogue.items[row].id for row in case.answers] == [talk.turns[1].items[0]]
    assert not {each.words + str(each.answers) for each in tea[0].held} <= {each.words for each in tea[0].train}
    assert 0 < len(tea[0].held) < len(tea[0].train) / 5


def test_the_adapter_learns_what_a_mood_asks_for_and_is_whole(folder, adapter):
    found = manifest.read(adapter)
    assert manifest.faults(adapter) == []
    assert found["tasks"] == ["talk"]
    # Of 48 teas twelve go with a mood: right ones fill the first ten places.
    assert found["after"][folder.name]["Recall@10"] > 0.6 > 0.4 > found["before"][folder.name]["Recall@10"]
    assert check(adapter, base=folder / "encoder")["peft_type"] == "LORA"
    card = (adapter / "README.md").read_text()
    assert "convrec tune talk" in card
    assert "mine" in card


def test_a_workspace_reads_talks_with_it(folder, adapter):
    with Recommender.open(folder / "shop", models={"adapters": {"talk": str(adapter)}}) as rec:
        assert rec.stages.talk is not None
        assert rec.stages.talk.share == 1
        for kind, cue in enumerate(CUES):
            shown = rec.recommend(
                conversation=[{"role": "user", "text": f"I feel {cue} today, what do you have"}], k=5, explain=False
            )
            assert sum(int(one.item.id[1:]) % 4 == kind for one in shown) >= 4, cue
            assert all(one.sources["talk"] for one in shown)
        asked = rec.recommend(query="green tea", k=5, explain=False)
        assert not any("talk" in one.sources for one in asked)
    assert (folder / "shop" / "index" / "titles.npz").is_file()


def test_a_workspace_without_it_reads_words(folder, adapter):
    with Recommender.open(folder / "shop", models={"adapters": {"talk": ""}}) as rec:
        assert rec.stages.talk is None
        shown = rec.recommend(conversation=[{"role": "user", "text": "green tea"}], k=5, explain=False)
        assert not any("talk" in one.sources for one in shown)


def test_heads_alone_are_fitted_to_other_talks_from_where_they_are(tea, adapter, tmp_path):
    out = tmp_path / "own"
    plan = Plan(steps=4, batch=8, item_units=16, talk_units=16, every=2)
    made = tune(tea, plan, out, start=adapter)
    # It begins as good as the adapter is, and the encoder's part is the same file.
    assert made.before[tea[0].name]["Recall@10"] > 0.6
    assert (out / "adapter_model.safetensors").read_bytes() == (adapter / "adapter_model.safetensors").read_bytes()
    assert manifest.faults(out) == []
    afresh = tune(tea, Plan(steps=2, batch=8, item_units=8, every=2), tmp_path / "afresh", start=adapter)
    assert afresh.before[tea[0].name]["Recall@10"] < 0.6


def test_no_steps_keep_the_networks_and_count_and_weigh_anew(tea, adapter, tmp_path):
    made = tune(tea, Plan(steps=0, item_units=16, talk_units=16), tmp_path / "weighed", start=adapter)
    here, there = (talk_files.load(folder) for folder in (tmp_path / "weighed", adapter))
    assert made.best_step == made.steps == 0
    assert all((here.heads.weights[name] == value).all() for name, value in there.heads.weights.items())
    assert here.fame is not None
    assert there.fame is not None
    assert here.fame.keys.tolist() == there.fame.keys.tolist()
    assert here.memory is not None
    assert len(here.memory.vectors) == len(tea[0].train)
    assert here.memory.counts.sum() == sum(len(case.answers) for case in tea[0].train)
    name = tea[0].name
    assert made.blended[name]["Recall@10"] >= made.alone[name]["Recall@10"] - 0.1
    assert made.blend["reader"] > 0
    card = (tmp_path / "weighed" / "README.md").read_text()
    assert "--from talk" in card
    assert f"reader {made.blend['reader']:.2f}" in card
    assert f"* {name}: reader {made.own[name]['reader']:.2f}" in card
    with pytest.raises(UsageError, match="--from"):
        tune(tea, Plan(steps=0), tmp_path / "nothing")


def test_what_tells_answers_apart_gets_the_weight(tea):
    rng = np.random.default_rng(0)
    found = rng.normal(size=(60, 12, len(NAMES))).astype(np.float32)
    answers = found[:, :, NAMES.index("names")].argmax(axis=1).tolist()
    moments = tuple(Case("", (), (), (), (row,), talk=str(place // 2)) for place, row in enumerate(answers))
    blend = talk_blend.choose([talk_blend.Judged(moments, found)])
    weights = dict(zip(NAMES, blend.weights.tolist(), strict=True))
    assert weights["names"] > 2 > 0.5 > abs(weights["fame"])
    assert blend.own[0, NAMES.index("names")] > weights["names"]
    choosing, judging = talk_blend.halves(moments)
    assert sorted(choosing + judging) == list(range(60))
    assert not {moments[place].talk for place in choosing} & {moments[place].talk for place in judging}


def test_fame_and_company_count_what_is_learned_from_and_nothing_held_out(tea):
    assert len(tea[0].named) == len({case.talk for case in tea[0].train})
    assert talk_blend.company(tea).talks.sum() == sum(map(len, tea[0].named))
    known = talk_blend.fame(tea)
    answers = [row for case in tea[0].train for row in case.answers]
    assert np.expm1(known.logs).sum() == pytest.approx(len(answers), rel=0.01)


def test_training_and_use_score_alike(tea):
    import torch

    rng = np.random.default_rng(0)
    network = talk_network.Network(8, item_units=4, talk_units=4, dropout=0.5, seed=3)
    with torch.no_grad():
        for weight in network.weights.values():
            weight.add_(0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)))
    unit = rng.normal(size=(3, 6, 8)).astype(np.float32)
    documents, titles, words = unit / np.linalg.norm(unit, axis=2, keepdims=True)
    case = Case("", (1, 2), (), (), (0,))
    items, bias = network.items(torch.from_numpy(documents), torch.from_numpy(titles), training=False)
    there = network.scores(torch.from_numpy(words[:1]), [case], items, bias, training=False)
    heads = network.heads()
    vectors, biases = heads.items(documents, titles)
    talk = heads.talk(words[0], vectors[[1, 2]].mean(axis=0), np.zeros(8, dtype=np.float32))
    looked_for = network.talks(torch.from_numpy(words[:1]), [case], items, training=False)
    assert looked_for[0].detach().numpy() == pytest.approx(talk, abs=0.02)
    here = heads.scale * (vectors @ talk) + biases
    # The network computes in bfloat16.
    assert here == pytest.approx(there[0].detach().numpy(), abs=0.3)


def test_neither_other_answers_nor_what_was_named_count_as_wrong():
    import torch

    scores = torch.tensor([[5.0, 5.0, 9.0, 0.0]])
    one = float(talk_network.loss(scores, [Case("", (), (), (2,), (0, 1))]))
    assert one == pytest.approx(np.log(1 + np.exp(-5.0)), abs=1e-5)
    assert talk_network.ranks(scores.numpy(), [Case("", (), (), (2,), (0, 3))]) == [1, 3]


def test_a_stopped_run_goes_on_where_it_was(tea, tmp_path, monkeypatch):
    plan = Plan(steps=6, batch=8, rank=2, layers=1, item_units=4, talk_units=4, every=2)
    whole = tune(tea, plan, tmp_path / "whole")
    real, calls = talk_network.loss, []

    def fails(*given):
        calls.append(1)
        if len(calls) == 6:
            raise RunError("tune", "pulled the plug")
        return real(*given)

    monkeypatch.setattr(talk_network, "loss", fails)
    with pytest.raises(RunError, match="plug"):
        tune(tea, plan, tmp_path / "cut")
    monkeypatch.setattr(talk_network, "loss", real)
    with pytest.raises(UsageError, match="--resume"):
        tune(tea, plan, tmp_path / "cut")
    again = tune(tea, plan, tmp_path / "cut", resume=True)
    assert again.after == whole.after
    assert again.best_step == whole.best_step


def test_heads_that_are_not_complete_are_refused():
    with pytest.raises(UsageError, match="not complete"):
        Heads({})


def test_a_talk_is_written_with_the_newest_turn_first():
    from convrec.retrieve.talk.text import CHARACTERS, named, written

    turns = [Turn("user", "I like  A", ("a",)), Turn("assistant", "A or B?", ("a", "b")), Turn("user", "No.", ())]
    assert written(turns) == "user: No. assistant: A or B? user: I like A"
    assert named(turns, "user") == ("a",)
    assert named(turns, "assistant") == ("b",)
    assert len(written([Turn("user", "word " * 300)])) <= CHARACTERS
    assert json.dumps(written([])) == '""'


def test_many_moments_are_gathered_into_kinds_and_every_one_is_counted(tea):
    from convrec.tune.talk_memory import gathered, memory

    rng = np.random.default_rng(0)
    east, north = np.eye(2, 8, dtype=np.float32)
    vectors = np.concatenate([end + 0.05 * rng.normal(size=(20, 8)) for end in (east, north)]).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    centres, kind = gathered(vectors, 2, seed=3)
    assert len(set(kind[:20])) == len(set(kind[20:])) == 1
    assert kind[0] != kind[-1]
    assert np.linalg.norm(centres, axis=1) == pytest.approx([1, 1], abs=1e-5)
    looked_for = [rng.normal(size=(len(tea[0].train), 8)).astype(np.float32)]
    few, all_ = memory(tea, looked_for, kinds=5), memory(tea, looked_for)
    assert few.moments.sum() == all_.moments.sum() == len(tea[0].train)
    assert few.counts.sum() == all_.counts.sum()
    assert len(few.vectors) == 5 < len(all_.vectors)


def test_few_held_out_moments_choose_whole_and_are_judged_crosswise(monkeypatch):
    rng = np.random.default_rng(1)
    found = rng.normal(size=(40, 9, len(NAMES))).astype(np.float32)
    answers = found[:, :, NAMES.index("memory")].argmax(axis=1).tolist()
    moments = tuple(Case("", (), (), (), (row,), talk=str(place)) for place, row in enumerate(answers))
    part = talk_blend.Judged(moments, found)
    few = talk_blend.chosen([part])
    assert sorted(case.talk for case in few.left[0].cases) == sorted(case.talk for case in moments)
    assert few.blend.own.tolist() == talk_blend.choose([part]).own.tolist()
    # Judged by weights of the other half, not by its own.
    assert not np.allclose(few.scores[0], few.left[0].scores(few.blend.at(0, 1.0)))
    assert np.mean(np.array(talk_network.ranks(few.scores[0], few.left[0].cases)) <= 2) > 0.8
    monkeypatch.setattr(talk_blend, "_MANY", 40)
    many = talk_blend.chosen([part])
    choosing, judging = talk_blend.halves(moments)
    assert [case.talk for case in many.left[0].cases] == [moments[place].talk for place in judging]
    assert many.blend.own.tolist() == talk_blend.choose([part.at(choosing)]).own.tolist()
    assert many.scores[0] == pytest.approx(part.at(judging).scores(many.blend.at(0, 1.0)))
