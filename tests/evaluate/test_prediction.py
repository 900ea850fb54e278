"""`convrec evaluate prediction`: people held out whole, peers that learn, the JSON form of the command."""

from __future__ import annotations

import json

import numpy as np
import pytest

from convrec.cli.main import run
from convrec.data.catalogue import ItemTable
from convrec.data.log import Log
from convrec.data.sources import load
from convrec.data.splits import held_out_users
from convrec.errors import UsageError
from convrec.evaluate.prediction import split
from convrec.evaluate.predictors import (
    LanguagePredictor,
    LikeRate,
    LikeRateItemMeans,
    Liking,
    MatrixFactorisation,
)
from convrec.signal import Scale
from convrec.testing.hashing import HashingEncoder
from convrec.testing.scripted import ScriptedChatModel
from convrec.types import History, Interaction, Item

N_ITEMS = 60
KINDS = ("Noir", "Western", "Musical")
CATALOGUE = ItemTable([Item(f"i{n}", f"Film {n}", 1950 + n % 40, (KINDS[n % 3],)) for n in range(N_ITEMS)])


def log(people: int = 90, *, dislikes: bool = True) -> Log:
    """Each likes one kind and not the others."""
    rng = np.random.default_rng(5)
    events = []
    for person in range(people):
        for at, n in enumerate(rng.permutation(N_ITEMS)[:20].tolist()):
            liked = n % 3 == person % 3 or not dislikes
            events.append(Interaction(f"p{person}", f"i{n}", 5.0 if liked else 2.0, float(at)))
    return Log.from_interactions(events)


@pytest.mark.parametrize("parts", ["newest", "random"])
def test_a_held_out_person_has_no_event_in_training(parts):
    events = log()
    train, cases = split(events, CATALOGUE, parts=parts, seed=2)
    held = held_out_users(events.users, 0.2, 2)
    assert 0 < len(held) < 40
    assert set(train.users) == set(events.users) - held
    assert len(cases) == len(held)
    for case in cases:
        assert case.history.user_id is None
        people = {event.user_id for event in (*case.history.events, *case.targets)}
        assert len(people) == 1
        assert people <= held
        assert not {event.item_id for event in case.targets} & set(case.history.item_ids)
        assert (len(case.targets), len(case.history.events)) == (4, 16)
        if parts == "newest":
            last = max(event.timestamp or 0 for event in case.history.events)
            assert all((event.timestamp or 0) > last for event in case.targets)


def test_who_is_held_out_depends_on_seed_and_person_alone():
    users = [f"u{n}" for n in range(2000)]
    held = held_out_users(users, 0.2, 0)
    assert 330 < len(held) < 470
    assert held_out_users(reversed(users[:500]), 0.2, 0) == held & set(users[:500])
    assert held_out_users(users, 0.2, 1) != held
    assert held <= held_out_users(users, 0.3, 0)
    with pytest.raises(UsageError, match="share 1"):
        held_out_users(users, 1, 0)


def test_an_unknown_part_and_an_empty_log_are_named():
    with pytest.raises(UsageError, match="oldest"):
        split(log(), CATALOGUE, parts="oldest")
    with pytest.raises(UsageError, match="nothing to compare"):
        split(log(0), CATALOGUE)


def test_who_likes_noir_is_given_the_higher_chance_for_noir_by_all_that_look_at_the_person():
    events = log()
    noir = History(None, tuple(Interaction("n", f"i{n}", 5.0 if n % 3 == 0 else 2.0, float(n)) for n in range(12)))
    musical = History(None, tuple(Interaction("m", f"i{n}", 5.0 if n % 3 == 2 else 2.0, float(n)) for n in range(12)))
    left = [f"i{n}" for n in range(12, N_ITEMS)]
    is_noir = np.array([n % 3 == 0 for n in range(12, N_ITEMS)])
    for predictor in (MatrixFactorisation(), Liking(None)):
        predictor.fit(events, CATALOGUE, Scale())
        chances = predictor.predict(noir, left)
        assert chances[is_noir].mean() > chances[~is_noir].mean() + 0.4
        assert np.all(chances[is_noir] > predictor.predict(musical, left)[is_noir])
        ratings = predictor.ratings(noir, left)
        assert 1 <= ratings.min() <= ratings[~is_noir].mean() < 3.5 < ratings[is_noir].mean() <= 5


def test_like_rates_know_the_person_and_the_item():
    events = log()
    rate, means = LikeRate(), LikeRateItemMeans()
    for predictor in (rate, means):
        predictor.fit(events, CATALOGUE, Scale())
    keen, picky = (
        History(None, tuple(Interaction("x", f"i{n}", rating, float(n)) for n in range(10))) for rating in (5.0, 1.0)
    )
    assert len(set(rate.predict(keen, ["i20", "i21", "i22"]))) == 1
    assert len(set(means.predict(keen, [f"i{n}" for n in range(20, 40)]))) > 5
    for predictor in (rate, means):
        assert all(0 <= p <= 1 for p in predictor.predict(keen, ["i20"]))
    assert means.predict(keen, ["i20"])[0] != means.predict(picky, ["i20"])[0]


def test_the_language_model_is_asked_about_each_item_with_both_sides_of_taste():
    asked = []

    def scores(prompt, continuation):
        asked.append(prompt[-1].content)
        wanted = "Film 7" in prompt[-1].content.split("Will this person")[1]
        return -0.5 if (continuation.strip() == "Yes") == wanted else -2.0

    predictor = LanguagePredictor(ScriptedChatModel([], scores=scores), noun="film")
    predictor.fit(log(), CATALOGUE, Scale())
    person = History(None, (Interaction("x", "i1", 5.0), Interaction("x", "i2", 1.0)))
    high, low = predictor.predict(person, ["i7", "i8"])
    assert high == pytest.approx(1 / (1 + np.exp(-1.5)))
    assert low == pytest.approx(1 - high)
    assert "liked: Film 1 (1951)." in asked[0]
    assert "did not like: Film 2 (1952)." in asked[0]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    from convrec import workspace

    folder = tmp_path_factory.mktemp("prediction")
    (folder / "items.jsonl").write_text(
        "".join(
            json.dumps({"item_id": i.id, "title": i.title, "genres": list(i.genres)}) + "\n" for i in CATALOGUE.items
        )
    )
    rows = [f"{e.user_id},{e.item_id},{e.rating},{e.timestamp}" for e in log().interactions()]
    (folder / "log.csv").write_text("\n".join(["user_id,item_id,rating,timestamp", *rows]) + "\n")
    dataset = load(items=folder / "items.jsonl", interactions=folder / "log.csv")
    return workspace.init(folder / "ws", dataset, encoder=HashingEncoder())


def test_the_command_prints_json_and_writes_plots(shop, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("convrec.embed.open_encoder", lambda *_, **__: HashingEncoder())
    monkeypatch.setenv("CONVREC_MODELS__LLM", "none")
    assert run(["evaluate", "prediction", str(shop), "--few-shot", "--plots", str(tmp_path / "p"), "--json"]) in (
        0,
        None,
    )
    found = json.loads(capsys.readouterr().out)
    assert {"machine", "versions", "people", "trained_on", "systems", "differences", "calibration", "roc"} <= set(found)
    ours = found["systems"][found["ours"]]
    assert ours["AUC"]["mean"] > 0.9
    assert ours["within-user AUC"]["mean"] > 0.9
    assert found["systems"]["like-rate"]["within-user AUC"]["mean"] == pytest.approx(0.5)
    assert found["differences"]["like-rate with item means"]["AUC"]["low"] > 0
    assert list(found["few_shot"]) == ["16 people", "64 people", f"all {found['trained_on']} people"]
    assert (tmp_path / "p" / "roc.svg").read_text().startswith("<svg")
