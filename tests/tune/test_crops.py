"""Random stretches of histories, batched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convrec.errors import UsageError
from convrec.tune import crops as module
from convrec.tune.crops import Crops, Sequences, collate

LENGTHS = [2, 3, 4, 4, 7, 1, 12, 30, 0, 60, 5, 1]


def sequences(lengths=LENGTHS):
    """Person p's events are items 100 p, 100 p + 1...: an item says whose it is and which event."""
    starts = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.concatenate([100 * person + np.arange(length) for person, length in enumerate(lengths)])
    return Sequences(starts, rows, 1 + rows % 5, rows % 2 == 0)


def crops(lengths=LENGTHS, *, length=10, tokens=40, seed=0, **options):
    return Crops(sequences(lengths), length=length, tokens=tokens, seed=seed, **options)


def read_and_next(batch):
    """Of each stretch, the items read and the last one predicted."""
    for rows, targets in zip(batch.rows, batch.targets, strict=True):
        count = int((targets >= 0).sum())
        yield rows[:count], targets[:count]


def same(one, other):
    names = ("rows", "levels", "targets", "liked", "seen")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_a_number_is_one_batch_and_another_number_another():
    one, again = crops(drop=0.2), crops(drop=0.2)
    batches = [one.batch(number) for number in range(30)]
    assert all(same(batch, again.batch(number)) for number, batch in reversed(list(enumerate(batches))))
    assert not any(same(batches[number], batches[number + 1]) for number in range(29))
    other = crops(drop=0.2, seed=1)
    assert not any(same(batch, other.batch(number)) for number, batch in enumerate(batches))


def test_a_batch_by_hand():
    its = Sequences(np.array([0, 2, 6]), np.array([9, 8, 4, 7, 4, 5]), np.array([1, 2, 3, 4, 5, 1]),
                    np.array([False, True, True, False, True, False]))  # fmt: skip
    batch = collate(its, [(1, np.array([3, 4, 5]), True), (0, np.array([0, 1]), False)])
    assert batch.rows.tolist() == [[7, 4], [9, 0]]
    assert batch.levels.tolist() == [[4, 5], [0, 0]]
    assert batch.targets.tolist() == [[4, 5], [8, -1]]
    assert batch.liked.tolist() == [[True, False], [True, False]]
    # Person 1 had item 4 before the stretch begins: touched is touched.
    assert batch.seen.tolist() == [[0, 4], [0, 7], [1, 4], [1, 7], [1, 4], [2, 9]]


def test_touched_is_everything_before_and_nothing_later():
    its = crops(drop=0.3)
    for number in range(40):
        batch = its.batch(number)
        targets = batch.targets[batch.targets >= 0]
        assert set(batch.seen[:, 0]) == set(range(len(targets)))
        for place, target in enumerate(targets.tolist()):
            person, event = divmod(target, 100)
            touched = batch.seen[batch.seen[:, 0] == place, 1]
            assert sorted(touched.tolist()) == [100 * person + n for n in range(event)]


def test_stretches_are_in_order_and_no_longer_than_is_read():
    its = crops(length=10)
    for number in range(60):
        batch = its.batch(number)
        assert batch.rows.shape == batch.levels.shape == batch.targets.shape == batch.liked.shape
        assert batch.rows.shape[1] <= 10
        for read, targets in read_and_next(batch):
            assert np.array_equal(read[1:], targets[:-1])
            assert np.array_equal(np.diff(np.append(read, targets[-1])), np.ones(len(read)))
            assert len(read) == min(10, LENGTHS[targets[0] // 100] - 1)


def test_every_event_of_a_long_history_comes_up():
    its = crops([40], length=5, tokens=10)
    predicted = np.concatenate([batch.targets[batch.targets >= 0] for batch in map(its.batch, range(300))])
    assert set(predicted.tolist()) == set(range(1, 40))


def test_what_is_read_is_what_was_liked():
    batch = crops(unrated=0.0).batch(3)
    there = batch.targets >= 0
    assert np.array_equal(batch.levels[there], 1 + batch.rows[there] % 5)
    assert np.array_equal(batch.liked[there], batch.targets[there] % 2 == 0)
    assert not batch.levels[~there].any()
    assert not batch.liked[~there].any()


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_likings_of_some_are_not_told(share):
    its = crops([6] * 20, unrated=share)
    told = np.concatenate([(its.batch(number).levels > 0).all(1) for number in range(100)])
    hidden = np.concatenate([(its.batch(number).levels == 0).all(1) for number in range(100)])
    assert np.array_equal(told, ~hidden)
    assert hidden.mean() == pytest.approx(share, abs=0.06)


def test_people_with_one_event_are_never_drawn():
    its = crops()
    drawn = {int(row) // 100 for number in range(200) for row in its.batch(number).rows[:, 0]}
    assert drawn == {person for person, length in enumerate(LENGTHS) if length >= 2}


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_people_are_drawn_by_a_power_of_their_events(power, monkeypatch):
    lengths = [2, 3, 5, 8, 13, 21, 34, 55, 89, 89]
    its = crops(lengths, power=power, length=16, tokens=16)
    expected = np.array(lengths, dtype=float) ** power
    exact = np.zeros(len(lengths))
    for people, rate, count, chances in zip(its._buckets, its._rates, its._counts, its._chances, strict=True):
        exact[people] = rate * count * chances
    np.testing.assert_allclose(exact / exact.sum(), expected / expected.sum(), rtol=1e-9)
    # What is drawn is what was planned; a batch of short histories holds many people, so they come in lumps.
    monkeypatch.setattr(module, "collate", lambda _, stretches: [person for person, *_ in stretches])
    drawn = np.concatenate([its.batch(number) for number in range(4000)])
    counts = np.bincount(drawn, minlength=len(lengths))
    np.testing.assert_allclose(counts / counts.sum(), expected / expected.sum(), rtol=0.2, atol=0.015)


def test_events_are_dropped_but_two_remain():
    its = crops([2, 3, 9, 9, 9], drop=0.6, tokens=60)
    sizes = []
    for number in range(100):
        for read, targets in read_and_next(its.batch(number)):
            kept = np.append(read, targets[-1])
            assert len(kept) >= 2
            assert (np.diff(kept) >= 1).all()
            sizes += [len(kept)] if kept[0] >= 200 else []
    assert np.mean(sizes) < 6


def test_a_batch_has_about_as_many_events_as_asked_for():
    its = crops([5] * 40 + [20] * 40, length=16, tokens=200)
    events = [int((its.batch(number).targets >= 0).sum()) for number in range(60)]
    assert 120 <= np.mean(events) <= 210


def test_one_person_is_enough_and_nobody_is_refused():
    assert crops([2]).batch(0).targets[0].tolist() == [1]
    with pytest.raises(UsageError, match="nobody has two events"):
        crops([1, 0, 1])


def test_events_of_one_moment_are_read_in_every_order_and_others_in_theirs():
    plain = sequences([6, 4])
    times = np.array([1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0])
    its = Crops(replace(plain, times=times), length=10, tokens=40, seed=0)
    orders = set()
    for number in range(60):
        batch = its.batch(number)
        for place, (read, targets) in enumerate(read_and_next(batch)):
            whole = [*read.tolist(), int(targets[-1])]
            assert batch.levels[place, : len(read)].tolist() in ([0] * len(read), (1 + read % 5).tolist())
            if whole[0] >= 100:
                assert whole == [100, 101, 102, 103]
            else:
                assert whole[:1] + sorted(whole[1:4]) + whole[4:] == [0, 1, 2, 3, 4, 5]
                orders.add(tuple(whole[1:4]))
        targets = batch.targets[batch.targets >= 0]
        assert not any(target in batch.seen[batch.seen[:, 0] == place, 1] for place, target in enumerate(targets))
    assert len(orders) == 6
