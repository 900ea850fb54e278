from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.data.log import Log
from convrec.data.splits import are_positions, global_time, last_item_out
from convrec.errors import UsageError
from convrec.evaluate.cases import ranks, trial
from convrec.signal import Scale
from convrec.types import Interaction, Item

DAY = 86_400.0


@pytest.fixture
def things() -> ItemTable:
    return ItemTable([Item(f"i{n}", f"Item {n}") for n in range(12)])


@pytest.fixture
def log() -> Log:
    """Twenty events in time: ann all along, bob early, cy late, dee early and late, and late with what she had."""
    plan = ["ann 0", "bob 1", "ann 1", "dee 2", "bob 3", "ann 4", "dee 5", "ann 5", "bob 6", "dee 7",
            "ann 7", "bob 8", "ann 8", "dee 9", "ann 9", "bob 10", "cy 1", "ann 10", "dee 2", "ann 11"]  # fmt: skip
    return Log.from_interactions(
        Interaction(user, f"i{item}", 4.0, 1e9 + DAY * place * place)
        for place, (user, item) in enumerate(entry.split() for entry in plan)
    )


def test_global_time_learns_nothing_from_after_the_cut(log, things):
    asked = trial(log, things, "global-time")
    last = float(np.max(asked.train.timestamps))
    parts = global_time(log)
    assert last < float(np.min(parts.test.timestamps))
    assert len(asked.train) + len(parts.test) == len(log)
    assert asked.protocol == "global time"
    for case in asked.cases:
        assert all(event.timestamp <= last for event in case.history.events)
        assert case.history.user_id is None
        assert not {f"i{row}" for row in case.targets} & set(case.history.item_ids)


def test_global_time_asks_for_all_that_is_new_of_people_with_a_past(log, things):
    # After the cut: dee again with what she had, ann with two new things.
    (case,) = trial(log, things, "global-time").cases
    assert case.targets == (10, 11)
    early = trial(log, things, "global-time", validation=True)
    assert early.protocol == "global time (validation slice)"
    assert float(np.max(early.train.timestamps)) < float(np.min(global_time(log).validation.timestamps))


def test_last_item_out_asks_for_the_newest(log, things):
    asked = trial(log, things)
    held = {event.user_id: int(event.item_id[1:]) for event in last_item_out(log).test.interactions()}
    # dee's newest is something she had before: nobody is asked to find that.
    assert sorted(case.targets[0] for case in asked.cases) == sorted([held["ann"], held["bob"]])
    assert trial(log, things, validation=True).protocol == "last item out (second newest)"


def test_positions_in_a_history_are_no_times(things):
    log = Log.from_interactions(
        Interaction(f"p{person}", f"i{n}", None, float(n)) for person in range(9) for n in range(3 + person)
    )
    assert are_positions(log)
    with pytest.raises(UsageError, match=r"count each person's events .* split it by last item out"):
        trial(log, things, "global-time")
    assert len(trial(log, things).cases) == 9


def test_clocks_are_times(log, things):
    assert not are_positions(log)
    # Ratings of a whole evening within seconds, as people enter them, each on a day of their own.
    hasty = Log.from_interactions(
        Interaction(f"p{person}", f"i{n}", None, 1e9 + DAY * person + n) for person in range(20) for n in range(8)
    )
    assert not are_positions(hasty)


def test_what_cannot_be_asked(log, things):
    with pytest.raises(UsageError, match="no split 'random'; there are: last-item-out, global-time"):
        trial(log, things, "random")
    short = Log.from_interactions([Interaction("ann", "i1", None, 1.0), Interaction("bob", "i2", None, 9.0)])
    with pytest.raises(UsageError, match="nobody in this workspace has three events"):
        trial(short, things)


def test_a_sample_is_the_same_for_the_same_seed(walks, ring):
    some = [trial(walks, ring, max_users=9, seed=2).cases for _ in range(2)]
    assert some[0] == some[1]
    assert len(some[0]) == 9


def test_ranks_of_targets(log, things):
    cases = trial(log, things).cases
    rows = cases[0].targets[0]
    found = ranks([[5, rows], [*range(12)]], cases)
    assert found[0, 0] == 2
    assert found[1, 0] == cases[1].targets[0] + 1
    assert np.isinf(ranks([[], []], cases)).all()


def test_what_was_liked_is_asked_of_the_scale(things):
    plan = [("ann", 0, 5.0), ("ann", 1, 4.0), ("ann", 2, 5.0), ("bob", 0, 4.0), ("bob", 1, 5.0), ("bob", 3, 1.0)]
    log = Log.from_interactions(
        Interaction(user, f"i{item}", rating, 1e9 + DAY * place) for place, (user, item, rating) in enumerate(plan)
    )
    scale = Scale.of([1.0, 4.0, 5.0])
    assert [(case.targets, case.liked) for case in trial(log, things, scale=scale).cases] == [
        ((2,), (True,)),
        ((3,), (False,)),
    ]
    assert all(case.liked == () for case in trial(log, things).cases)
