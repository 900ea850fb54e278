"""Events of one moment have no order."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.retrieve.cooccurrence import ORDERED, grams
from convrec.retrieve.moments import Moments
from convrec.retrieve.taste import taste
from convrec.signal import Scale
from convrec.types import History, Interaction, Item


def dense(matrix):
    return np.asarray(matrix.todense())


def test_moments_are_runs_of_one_time_and_one_person():
    found = Moments.of(np.array([1.0, 1.0, 2.0, 2.0, 2.0]), np.array([0, 0, 0, 0, 1]))
    assert found.first.tolist() == [0, 0, 2, 2, 4]
    assert found.end.tolist() == [2, 2, 4, 4, 5]
    assert not len(Moments.of(np.empty(0)).sizes)


def test_unknown_times_are_moments_of_their_own():
    assert Moments.of(np.full(4, np.nan)).sizes.tolist() == [1, 1, 1, 1]


def test_gaps_are_the_mean_over_all_orders():
    moments = Moments.of(np.array([1.0, 2.0, 2.0, 2.0, 3.0]))
    # Any of the three of the middle moment is two places after the first and before the last on average.
    assert moments.gaps(np.array([1, 3, 4, 4]), np.array([0, 0, 3, 0])).tolist() == [2, 2, 2, 4]
    alone = Moments.of(np.arange(4.0))
    assert alone.gaps(np.array([3, 2, 1]), np.array([0, 1, 0])).tolist() == [3, 1, 1]


@pytest.mark.parametrize("size", [2, 3, 7])
def test_nearness_within_a_moment_is_the_mean_over_all_pairs(size):
    moments = Moments.of(np.r_[0.0, np.ones(size)])
    pairs = [abs(one - other) for one in range(size) for other in range(one)]
    expected = np.mean([np.exp(-(gap - 1) / 5) for gap in pairs])
    assert moments.nearness(5.0) == pytest.approx(np.r_[1.0, np.full(size, expected)])


def test_weights_are_evened_out_within_a_moment():
    moments = Moments.of(np.array([1.0, 2.0, 2.0, 3.0]))
    assert moments.evened(np.array([1, 2, 4, 8], dtype=np.float32)).tolist() == [1, 3, 3, 8]


def test_pairs_of_one_moment_do_not_depend_on_the_order_of_the_file():
    users, times = np.zeros(5, dtype=np.int64), np.array([1.0, 2.0, 2.0, 2.0, 3.0])
    one = grams(users, np.array([0, 1, 2, 3, 4]), 5, tau=5.0, times=times)
    other = grams(users, np.array([0, 3, 1, 2, 4]), 5, tau=5.0, times=times)
    for name in ("within", "across"):
        assert np.allclose(dense(getattr(one, name)), dense(getattr(other, name)))
    across = dense(one.across)
    assert across[1, 2] == pytest.approx(across[2, 1]), "each came before the other"
    assert across[0, 1] > across[1, 0]
    plain = dense(grams(users, np.array([0, 1, 2, 3, 4]), 5, tau=5.0).across)
    assert plain[1, 2] > plain[2, 1]


def shelf(count=6):
    return ItemTable([Item(str(number), f"Book {number}") for number in range(count)])


def read(times):
    events = tuple(Interaction("u", str(place), 5.0, time, "rate") for place, time in enumerate(times))
    scale = Scale()
    return taste(History("u", events), shelf(), scale, 3.5).weights


def test_a_history_weighs_what_came_at_once_alike():
    steps = read([1.0, 2.0, 3.0, 4.0, 5.0])
    assert np.all(np.diff(steps) > 0)
    tied = read([1.0, 2.0, 3.0, 3.0, 3.0])
    assert tied[:2] == pytest.approx(steps[:2])
    assert tied[2:] == pytest.approx(np.full(3, steps[2:].mean()))


@pytest.mark.parametrize("time", [None, float("nan")])
def test_without_times_the_order_given_is_the_order(time):
    assert read([time] * 5) == pytest.approx(read([1.0, 2.0, 3.0, 4.0, 5.0]))


def test_a_log_that_tells_no_times_apart_still_says_what_goes_together_closely():
    """All of one moment: as many events as are in reach stand for all, so that the order's share does not vanish."""
    count = 200
    users, items = np.zeros(count, dtype=np.int64), np.arange(count)
    together = (1 - ORDERED) * count**2
    ordered = grams(users, items, count, tau=5.0).across.sum() - together
    tied = grams(users, items, count, tau=5.0, times=np.zeros(count)).across.sum() - together
    # Each of a pair is before the other, so that there are twice as many.
    assert tied == pytest.approx(2 * ordered, rel=0.1)
