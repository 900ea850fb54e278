"""Next-item training of the LLM on a log whose next items are known."""

from __future__ import annotations

import json

import numpy as np
import pytest
import walkers

from convrec.data.splits import held_out_users, last_item_out
from convrec.errors import UsageError
from convrec.evaluate.metrics import ndcg
from convrec.rerank.sequence import files
from convrec.tune import curve
from convrec.tune.crops import Sequences
from convrec.tune.model import prepare
from convrec.tune.recipe import parse
from convrec.tune.run import tune
from convrec.tune.task import Context
from convrec.tune.tasks import build as build_any
from convrec.tune.tasks.sequence import SequenceTask
from convrec.tune.trainer import Trainer


@pytest.fixture(scope="module")
def rec(tmp_path_factory):
    with walkers.opened(walkers.shop(tmp_path_factory.mktemp("walkers"))) as opened:
        yield opened


@pytest.fixture
def recipe(tiny_folder):
    def make(train=None, **task):
        return parse(
            {
                "name": "rank",
                "base": str(tiny_folder),
                "layers": 1,
                "lora": {"r": 4},
                "train": {"steps": 60, "batch_size": 16, "lr": 3e-3, "warmup": 5, "validate_every": 30,
                          "checkpoint_every": 15, "dtype": "float32", **(train or {})},
                "task": [{"kind": "rank", "lr": 2e-2, "length": 12, "id_dim": 16, "out_dim": 32,
                          "id_dropout": 0.0, "dropout": 0.1, **task}],
            }
        )  # fmt: skip

    return make


@pytest.fixture
def make(rec, recipe, tiny_folder, tmp_path):
    """The task and the model of a recipe."""

    def made(hold_out=2, recommender=rec, **changes):
        plan = recipe(**changes)
        model, tokenizer = prepare(plan, tiny_folder, device="cpu")
        context = Context(recommender, tokenizer, model.config, tiny_folder, 0, tmp_path, plan, hold_out)
        return SequenceTask.build(plan.task[0], context), model, plan

    return made


def fitted(task, model, plan, run):
    return Trainer(model, [(task, plan.task[0])], plan, run, identity={"recipe": plan.digest}).fit()


def popularity(rec):
    """NDCG@10 of popularity among what is new to a person, on second newest events."""
    split = last_item_out(rec.store.events.log())
    count = np.bincount(split.train.rows(rec.catalogue), minlength=len(rec.catalogue)).astype(float)
    places = []
    for event in split.validation.interactions():
        scores = count.copy()
        past = split.train.history(event.user_id).item_ids
        scores[[rec.catalogue.row(item_id) for item_id in past]] = -1
        places.append((scores >= scores[rec.catalogue.row(event.item_id)]).sum())
    return ndcg(np.array(places, dtype=float), 10).mean()


def touched(task, batches=150):
    """Pairs of person and item that training reads or predicts, and how often batches were looked at."""
    codes, found = task._crops, set()
    for number in range(batches):
        batch = codes.batch(number)
        for rows, targets in zip(batch.rows, batch.targets, strict=True):
            count = int((targets >= 0).sum())
            found.add((*rows[:count].tolist(), int(targets[count - 1])))
    return found


def test_it_learns_what_comes_next(make, rec, tmp_path):
    outcome = fitted(*make(), tmp_path / "run")
    known = popularity(rec)
    assert known < 0.35
    assert outcome.after["rank"]["NDCG@10"] > max(0.7, 2 * known)
    assert outcome.after["rank"]["HR@10"] > outcome.before["rank"]["HR@10"] + 0.3
    assert outcome.after["rank"]["score"] == outcome.after["rank"]["NDCG@10"]
    assert outcome.tokens_per_s > 0


@pytest.mark.parametrize("hold_out", [2, 3])
def test_no_batch_holds_an_event_that_is_held_out(make, rec, hold_out):
    task, _, _ = make(hold_out=hold_out)
    allowed = [walkers.walk(person, walkers.steps_of(person))[:-hold_out] for person in range(walkers.PEOPLE)]
    ids = [[rec.catalogue.row(f"t{thing}") for thing in things] for things in allowed]
    sequences = task._crops._all
    assert [sequences.rows[a:b].tolist() for a, b in zip(sequences.starts, sequences.starts[1:], strict=False)] == ids
    # Every stretch of every batch lies in what somebody may be learned from.
    windows = {tuple(own[a:b]) for own in ids for a in range(len(own)) for b in range(a + 2, len(own) + 1)}
    found = touched(task)
    assert len(found) > 50
    assert found <= windows


def test_the_second_newest_event_is_what_is_validated_on(make, rec):
    task, _, _ = make()
    everything, checks = task._everything, task._checks
    assert len(checks) == walkers.PEOPLE
    split = last_item_out(rec.store.events.log())
    validation = {event.user_id: event.item_id for event in split.validation.interactions()}
    names = rec.store.events.log().users
    for person, events, told in checks:
        items = [rec.catalogue.items[row].id for row in everything.rows[events].tolist()]
        assert items[-1] == validation[names[person]]
        assert items[:-1] == list(split.train.history(names[person]).item_ids)[-12:]
        assert told


@pytest.mark.parametrize("hold_out", [0, 1])
def test_with_less_held_out_a_tenth_of_the_people_is(make, rec, hold_out):
    task, _, _ = make(hold_out=hold_out)
    names = rec.store.events.log().users
    outside = held_out_users(names, 0.1, 1)
    assert 2 <= len(outside) <= 15
    lengths = task._crops._all.lengths
    for person, name in enumerate(names):
        whole = walkers.steps_of(int(name[1:])) - hold_out
        assert lengths[person] == (0 if name in outside else whole)
    assert {names[person] for person, _, _ in task._checks} == outside
    newest = {event.user_id: event.item_id for event in last_item_out(rec.store.events.log()).test.interactions()}
    for person, events, _ in task._checks:
        judged_by = rec.catalogue.items[task._everything.rows[events[-1]]].id
        assert (judged_by == newest[names[person]]) == (hold_out == 0)
    assert task.facts()["held_out_newest"] == hold_out


def test_people_are_held_out_whole(make, rec):
    task, _, _ = make(hold_out_people=0.3, hold_out_seed=5)
    names = rec.store.events.log().users
    outside = held_out_users(names, 0.3, 5)
    lengths = task._crops._all.lengths
    assert {names[person] for person in np.flatnonzero(lengths == 0)} == outside
    assert not {names[person] for person, _, _ in task._checks} & outside


def test_what_was_touched_is_no_answer_but_what_is_taken_up_again_is(make, monkeypatch):
    import torch

    task, model, _ = make(like_weight=0.0)
    seen, asked = [], torch.nn.functional.cross_entropy

    def look(logits, targets):
        seen.append((logits, targets))
        return asked(logits, targets)

    monkeypatch.setattr(torch.nn.functional, "cross_entropy", look)
    again = Sequences(np.array([0, 4]), np.array([3, 5, 3, 7]), np.array([5, 5, 5, 5]), np.ones(4, dtype=bool))
    task._crops._all = again
    task._crops._buckets, task._crops._chances = [np.array([0])], [np.array([1.0])]
    task._crops._counts, task._crops._rates = [1], np.array([1.0])
    task.loss(model, 0)
    logits, targets = seen[0]
    assert targets.tolist() == [5, 3, 7]
    masked = [set(np.flatnonzero((row == -1e4).numpy()).tolist()) for row in logits]
    assert masked == [{3}, {5}, {3, 5}]


def test_validation_masks_the_same_way(make):
    import torch

    task, model, _ = make(like_weight=0.0)
    model.eval()
    task.module().eval()
    sequences = Sequences(np.array([0, 4]), np.array([3, 5, 7, 3]), np.full(4, 5), np.ones(4, dtype=bool))
    task._everything, task._checks = sequences, [(0, np.arange(4), True)]
    bias = task._items.bias.data
    bias[:], bias[5], bias[7], bias[3], bias[9] = 0.0, 300.0, 200.0, 100.0, 150.0
    # 5 and 7 are gone; 3 is the answer although it was touched, and 9 alone is ahead of it.
    with torch.no_grad():
        assert task.validate(model)["NDCG@10"] == pytest.approx(float(ndcg(np.array([2.0]), 10)[0]))


@pytest.mark.parametrize(("kind", "judged_by"), [("rank", "NDCG@10"), ("predict", "AUC")])
def test_a_task_that_learns_both_is_judged_by_what_it_is_for(make, kind, judged_by):
    import torch

    task, model, _ = make(kind=kind, rank_weight=0.5, like_weight=0.5)
    with torch.no_grad():
        found = task.validate(model.eval())
    assert found["NDCG@10"] != found["AUC"]
    assert found["score"] == found[judged_by]


def test_predict_learns_who_likes_what(make, rec, tmp_path):
    task, model, plan = make(kind="predict", train={"steps": 120}, unrated=0.0)
    outcome = fitted(task, model, plan, tmp_path / "run")
    assert set(outcome.after["predict"]) == {"score", "AUC"}
    assert outcome.before["predict"]["AUC"] < 0.75
    assert outcome.after["predict"]["AUC"] > 0.9
    task.save(tmp_path)
    _, shape, found = files.load(tmp_path, rec.catalogue.items, rec.workspace.index.vectors)
    assert (shape.ranks, shape.predicts, found) == (False, True, walkers.THINGS)


def test_balanced_classes_weigh_the_same(make):
    import torch

    task, _, _ = make(kind="predict", balance=True)
    share = task._liked_share
    liked = torch.tensor([1.0, 0.0])
    weights = task._class_weights(liked)
    assert float(share * weights[0]) == pytest.approx(float((1 - share) * weights[1]))


@pytest.mark.parametrize("task", [{"lenght": 20}, {"length": 1}, {"drop": 1.0}, {"text": "perhaps"}])
def test_a_wrong_option_is_refused_with_those_there_are(make, task):
    with pytest.raises(
        UsageError, match=rf"task 'rank': {next(iter(task))}: .*options are: length, id_dim.*validate_on"
    ):
        make(**task)


def test_a_log_without_sequences_is_refused(make, tmp_path):
    place = walkers.shop(tmp_path, people=8)
    with walkers.opened(place) as small:
        for person in range(8):
            small.forget(f"p{person}")
        small.observe([{"user_id": f"q{n}", "item_id": f"t{n}", "rating": 4, "timestamp": 5.0} for n in range(9)])
        with pytest.raises(UsageError, match="too few people"):
            make(recommender=small)


def test_ranking_needs_a_workspace(recipe, tiny_folder, tmp_path):
    plan = recipe()
    with pytest.raises(UsageError, match="name a workspace"):
        build_any(plan.task[0], Context(None, None, None, tiny_folder, 0, tmp_path, plan))


def test_an_interrupted_run_goes_on_to_the_same_losses_and_bytes(make, tmp_path):
    short = {"steps": 30, "validate_every": 15, "checkpoint_every": 10}
    whole, model, plan = make(train=short, drop=0.1, id_dropout=0.2)
    fitted(whole, model, plan, tmp_path / "whole")

    class Killed(BaseException):
        pass

    def dying(trained):
        real = trained.loss

        def loss(model, batch):
            if batch == 17:
                raise Killed
            return real(model, batch)

        return loss

    first, model, plan = make(train=short, drop=0.1, id_dropout=0.2)
    first.loss = dying(first)
    with pytest.raises(Killed):
        fitted(first, model, plan, tmp_path / "cut")
    second, model, plan = make(train=short, drop=0.1, id_dropout=0.2)
    trainer = Trainer(
        model, [(second, plan.task[0])], plan, tmp_path / "cut", identity={"recipe": plan.digest}
    )  # fmt: skip
    assert trainer.resume() == 10
    trainer.fit()
    losses = [[entry["loss"] for entry in curve.read(tmp_path / name)] for name in ("whole", "cut")]
    assert losses[0] == losses[1]
    for task, name in ((whole, "a"), (second, "b")):
        (tmp_path / name).mkdir()
        task.save(tmp_path / name)
    assert (tmp_path / "a" / files.FILE).read_bytes() == (tmp_path / "b" / files.FILE).read_bytes()


def test_the_digest_is_that_of_data_and_options(make, tmp_path):
    first = make()[0].digest
    assert make()[0].digest == first
    assert make(length=10)[0].digest != first
    assert make(hold_out=3)[0].digest != first


def test_the_adapter_says_what_it_has_seen(rec, recipe, tmp_path):
    plan = recipe(train={"steps": 3, "validate_every": 0})
    place = tune(plan, tmp_path, recommender=rec, out=tmp_path / "out", device="cpu", hold_out=2).folder
    about = json.loads((place / "manifest.json").read_text())
    assert (about["tasks"], about["held_out_newest"], about["base"]["layers"]) == (["rank"], 2, 1)
    assert "the newest 2 events of every person are never learned from" in (place / "README.md").read_text()
    shape, _ = files.read(place)
    assert (shape.layers, shape.length, shape.encoder) == (1, 12, walkers.ENCODER.name)


def test_a_sampled_softmax_learns_what_comes_next(make, tmp_path):
    outcome = fitted(*make(negatives=12), tmp_path / "run")
    assert outcome.after["rank"]["NDCG@10"] > 0.6


def test_a_sampled_softmax_holds_the_answers_and_stands_for_all_items(make):
    task, _, _ = make(negatives=12)
    drawn = task._crops.batch(0)
    later = drawn.ahead(1)
    offered = task._offered(drawn, later, 0)
    assert set(drawn.targets[drawn.targets >= 0].tolist()) <= set(offered.tolist())
    assert len(offered) <= 12 + len(np.unique(drawn.targets))
    unlikely = task._unlikelihood(np.arange(walkers.THINGS), 1)
    # Offered once in a while only, an item counts for those that were not: e to its correction adds up to about all.
    assert np.all(unlikely > 0)
    assert np.isclose(np.exp(unlikely).mean(), walkers.THINGS / 12, rtol=0.2)
    assert make(negatives=0)[0]._offered(drawn, later, 0) is None
