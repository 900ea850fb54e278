"""The process of taste: closed form, unseen items by content, honest uncertainty, calibrated chances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.rerank.company import company
from convrec.rerank.content import content
from convrec.rerank.liking import LikingModel, opinions
from convrec.rerank.taste import Opinions, TasteModel
from convrec.signal import Scale
from convrec.types import History, Interaction, Item

N_ITEMS = 80
ROWS = {f"i{n}": n for n in range(N_ITEMS)}
CATALOGUE = ItemTable([Item(f"i{n}", f"Film {n}", genres=("Noir" if n % 2 else "Western",)) for n in range(N_ITEMS)])


def crowd(count: int, *, seed: int = 0, items: int = N_ITEMS) -> list[Opinions]:
    """Half like the odd items, half the even ones, nine times of ten."""
    rng = np.random.default_rng(seed)
    made = []
    for person in range(count):
        rows = rng.permutation(items)[:20]
        likes = ((rows % 2 == person % 2) ^ (rng.random(20) < 0.1)).astype(float)
        made.append(Opinions(rows, 0.25 + 0.5 * likes, likes))
    return made


def test_items_nobody_touched_are_told_apart_by_their_content():
    known = content(CATALOGUE)
    model = TasteModel.fit(crowd(120, items=60), known)
    odd = next(person for number, person in enumerate(crowd(2, seed=9, items=60)) if number == 1)
    unseen = np.arange(60, N_ITEMS)
    found, _ = model.predict(odd, unseen)
    assert found[unseen % 2 == 1].min() > found[unseen % 2 == 0].max()


def test_the_more_is_known_the_surer_it_is_and_nothing_known_is_served():
    model = TasteModel.fit(crowd(120), np.zeros((N_ITEMS, 0)))
    person = crowd(1, seed=3)[0]
    targets = np.arange(N_ITEMS)
    some = np.arange(20) < 5
    nothing = model.predict(person.take(np.zeros(20, dtype=bool)), targets)
    few, all_of_it = model.predict(person.take(some), targets), model.predict(person, targets)
    assert np.isfinite(nothing[0]).all()
    assert np.all(nothing[1] > few[1])
    assert np.all(few[1] > all_of_it[1])
    assert np.all(all_of_it[1] > 0)


def test_content_is_the_same_each_time_and_of_unit_length():
    known = content(CATALOGUE)
    np.testing.assert_allclose(known, content(CATALOGUE), atol=1e-9)
    assert known.shape[0] == N_ITEMS
    assert np.isclose(np.square(known).sum(axis=1).mean(), 1)
    bare = content(ItemTable([Item("a", "A"), Item("b", "B")]))
    assert bare.shape == (2, 0)


def test_what_was_said_lately_counts_more():
    model = TasteModel.fit(crowd(200), content(CATALOGUE))
    rows = np.random.default_rng(5).permutation(60)
    turned = (rows % 2 == (np.arange(60) < 30)).astype(float)  # odd items first, even ones of late
    person = Opinions(rows, 0.25 + 0.5 * turned, turned)
    back = Opinions(*(np.concatenate([part[30:], part[:30]]) for part in (person.rows, person.values, person.likes)))
    unseen = np.arange(60, N_ITEMS)
    for history, of_late in ((person, 0), (back, 1)):
        found, _ = model.predict(history, unseen)
        assert found[unseen % 2 == of_late].mean() > found[unseen % 2 != of_late].mean()


def test_items_chosen_by_the_same_people_keep_the_same_company():
    rng = np.random.default_rng(0)
    people = []
    for side in rng.integers(0, 2, 200):
        rows = np.append(rng.permutation(30)[:12] * 2 + side, rng.integers(0, 30) * 2 + 1 - side)
        people.append(Opinions(rows, rng.random(13), rng.integers(0, 2, 13).astype(float)))
    found = company(people, N_ITEMS)
    assert np.isclose(np.square(found).sum(axis=1).mean(), 0.5)
    assert not found[60:].any(), "nobody chose them"
    alike = found[:60] @ found[:60].T
    odd = np.arange(60) % 2 == 1
    assert alike[np.ix_(odd, odd)].mean() > 0.05 > alike[np.ix_(odd, ~odd)].mean()
    np.testing.assert_allclose(found, company(people, N_ITEMS), atol=1e-9)
    assert company(people[:2], N_ITEMS).shape == (N_ITEMS, 0)


def test_a_fitted_model_comes_back_from_its_file(tmp_path):
    events = [Interaction("p", f"i{row}", 2.0 + 3 * (row % 2)) for row in range(20)]
    histories = [History(str(n), tuple(events[n % 5 :])) for n in range(30)]
    model = LikingModel.fit(histories, ROWS, Scale())
    model.save(tmp_path / "liking.safetensors")
    again = LikingModel.load(tmp_path / "liking.safetensors")
    asked = (History(None, tuple(events[:9])), list(ROWS), ROWS, Scale())
    np.testing.assert_array_equal(again.predict(*asked), model.predict(*asked))
    assert LikingModel.load(tmp_path / "elsewhere.safetensors") is None
    replace(model, weights=model.weights[:-1]).save(tmp_path / "older.safetensors")
    with pytest.raises(KeyError):
        LikingModel.load(tmp_path / "older.safetensors")


def test_chances_are_those_of_a_planted_crowd():
    def histories(count: int, seed: int) -> list[History]:
        return [
            History(None, tuple(Interaction("p", f"i{row}", 2.0 + 3 * like) for row, like in said(person)))
            for person in crowd(count, seed=seed)
        ]

    def said(person: Opinions) -> list[tuple[int, float]]:
        return list(zip(person.rows.tolist(), person.likes.tolist(), strict=True))

    model = LikingModel.fit(histories(300, 0), ROWS, Scale())
    assert model is not None
    chances, likes = [], []
    for person in histories(100, 7):
        past, ahead = History(None, person.events[:15]), person.events[15:]
        chances += model.predict(past, [event.item_id for event in ahead], ROWS, Scale()).tolist()
        likes += [event.rating == 5.0 for event in ahead]
    told, came = np.array(chances), np.array(likes, dtype=float)
    sure = told > 0.75
    assert sure.mean() > 0.35
    # One of ten breaks the rule.
    assert abs(told[sure].mean() - came[sure].mean()) < 0.05
    assert abs(told.mean() - came.mean()) < 0.05


def test_of_an_item_the_newest_event_counts_and_what_was_only_seen_says_nothing():
    events = (
        Interaction("p", "i1", 5.0),
        Interaction("p", "i2", 4.0),
        Interaction("p", "i1", 1.0),
        Interaction("p", "i3", kind="seen"),
        Interaction("p", "elsewhere", 5.0),
        Interaction("p", "i4", kind="dislike"),
    )
    found = opinions(History("p", events), ROWS, Scale())
    assert found.rows.tolist() == [2, 1, 4]
    assert found.values.tolist() == [0.75, 0.0, 0.0]
    assert found.likes.tolist() == [1.0, 0.0, 0.0]


def test_chances_told_to_somebody_new_hold_as_well():
    histories = [
        History(None, tuple(Interaction("p", f"i{row}", 2.0 + 3 * like) for row, like in zip(rows, likes, strict=True)))
        for rows, likes in ((p.rows, p.likes * (p.rows % 4 != 0)) for p in crowd(400))
    ]
    model = LikingModel.fit(histories[:300], ROWS, Scale())
    for known in (0, 1):
        told, came = [], []
        for person in histories[300:]:
            ahead = person.events[10:]
            past = History(None, person.events[:known])
            told.append(model.predict(past, [event.item_id for event in ahead], ROWS, Scale()).mean())
            came.append(np.mean([event.rating == 5.0 for event in ahead]))
        assert abs(np.mean(told) - np.mean(came)) < 0.07, "it was 0.2 to 0.3 while only whole histories taught it"
