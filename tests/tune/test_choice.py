"""A pair of weights that does not hang on who happened to be asked."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.tune.choice import agreed, smoothed

ROWS, COLUMNS = (0.0, 0.1, 0.3, 0.5, 1.0, 2.0), (0.0, 0.1, 0.3, 1.0, 3.0)
PRIOR = (0.5, 0.3)


def people(count, best, gain, noise=0.35, seed=0):
    """Figures of people who all find the cell `best` better than others, the further the more, and differ a lot."""
    rng = np.random.default_rng(seed)
    rows, columns = np.arange(len(ROWS))[:, None], np.arange(len(COLUMNS))
    true = -gain * (np.square(rows - best[0]) + np.square(columns - best[1]))
    return true + rng.normal(0, noise, size=(count, len(ROWS), len(COLUMNS)))


def test_a_clear_preference_is_found_wherever_it_lies():
    for best in ((1, 1), (4, 3), (5, 4), (2, 2)):
        row, column = agreed(people(2000, best, 0.05), (ROWS, COLUMNS), PRIOR)
        assert abs(row - best[0]) <= 1
        assert abs(column - best[1]) <= 1


def test_people_who_do_not_care_leave_the_prior():
    same = np.zeros((50, len(ROWS), len(COLUMNS)))
    assert agreed(same, (ROWS, COLUMNS), PRIOR) == (ROWS.index(0.5), COLUMNS.index(0.3))


@pytest.mark.parametrize("seed", range(5))
def test_it_hangs_less_on_who_was_asked_than_the_best_cell(seed):
    crowds = [people(100, (3, 2), 0.003, seed=100 * seed + number) for number in range(20)]
    chosen = np.array([agreed(crowd, (ROWS, COLUMNS), PRIOR) for crowd in crowds])
    luckiest = np.array([np.unravel_index(crowd.mean(axis=0).argmax(), crowd.shape[1:]) for crowd in crowds])
    assert np.abs(chosen - (3, 2)).mean() < np.abs(luckiest - (3, 2)).mean() / 2


def test_a_single_row_is_a_choice_among_columns():
    figures = people(2000, (0, 3), 0.05)[:, :1]
    assert agreed(figures, ((0.0,), COLUMNS), (0.0, 0.3)) in {(0, 2), (0, 3), (0, 4)}


def test_the_same_people_choose_the_same():
    figures = people(60, (2, 2), 0.01)
    assert agreed(figures, (ROWS, COLUMNS), PRIOR) == agreed(figures.copy(), (ROWS, COLUMNS), PRIOR)


def test_a_lucky_cell_is_passed_over_for_the_middle_of_a_good_region():
    figures = np.array([[1.0, 1.2, 1.2, 1.2, 1.0, 0.9, 1.5, 0.9, 0.8]])
    assert int(smoothed(figures)[0].argmax()) == 2
    table = np.zeros((4, 4))
    table[1:3, 1:3] = 1.0
    assert np.unravel_index(int(smoothed(table).argmax()), table.shape) in {(1, 1), (1, 2), (2, 1), (2, 2)}
