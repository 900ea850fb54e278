"""What is taken up lately: a log of two years in which one shop's game after the other is the rage for a month."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.data.log import Log
from convrec.retrieve.trend import MONTH, Trend
from convrec.types import History, Interaction

START = 1_000_000_000.0


@pytest.fixture
def log(shelf):
    ids = [item.id for item in shelf.items][:6]
    events, number = [], 0
    for month in range(24):
        for place in range(30):
            rage = place % 2 == 0
            item = ids[month % 6] if rage else ids[place % 6]
            events.append(Interaction(f"p{number % 40}", item, None, START + month * MONTH + place * MONTH / 30))
            number += 1
    return Log.from_interactions(events)


def history_of(shelf, month, place=29):
    item = shelf.items[8].id
    return History(None, (Interaction("me", item, None, START + month * MONTH + place * MONTH / 30),))


def test_the_rage_of_the_month_of_the_newest_event_comes_first(log, shelf):
    trend = Trend.fit(log, shelf)
    for month in (3, 10, 23):
        scores = trend.scores(history_of(shelf, month))
        assert int(scores.argmax()) == month % 6
        assert scores[month % 6] > 0


def test_it_is_the_logarithm_of_shrunk_shares(log, shelf):
    moment = START + 9.5 * MONTH
    times, rows = log.timestamps, log.rows(shelf)
    weights = np.where((times <= moment) & (times >= moment - 6 * MONTH), np.exp((times - moment) / MONTH), 0.0)
    late = np.bincount(rows, weights, len(shelf))
    share = (np.bincount(rows, minlength=len(shelf)) + 1) / (len(rows) + len(shelf))
    expected = np.log((late + 100 * share) / ((late.sum() + 100) * share))
    history = History(None, (Interaction("me", shelf.items[9].id, None, moment),))
    assert np.allclose(Trend.fit(log, shelf).scores(history), expected, atol=1e-6)


def test_what_comes_later_is_not_looked_at(log, shelf):
    early = Log.from_interactions(list(log.interactions())[: 30 * 8])
    history = history_of(shelf, 7)
    whole = Trend.fit(log, shelf)
    cut = Trend(whole.times[: len(early)], whole.rows[: len(early)], whole.share)
    assert np.array_equal(cut.scores(history), whole.scores(history))


def test_a_history_without_times_is_read_at_the_end_of_the_log(log, shelf):
    trend = Trend.fit(log, shelf)
    timeless = History(None, (Interaction("me", shelf.items[8].id, None, None),))
    at_end = History(None, (Interaction("me", shelf.items[8].id, None, float(log.timestamps.max())),))
    assert np.array_equal(trend.scores(timeless), trend.scores(at_end))


def test_long_after_the_log_nothing_is_the_rage(log, shelf):
    late = History(None, (Interaction("me", shelf.items[8].id, None, START + 100 * MONTH),))
    assert np.allclose(Trend.fit(log, shelf).scores(late), 0)


def test_positions_and_missing_times_are_no_times(log, shelf):
    ids = [item.id for item in shelf.items][:6]
    positions = [Interaction(f"p{person}", ids[place % 6], None, float(place + 1)) for person in range(9)
                 for place in range(5)]  # fmt: skip
    assert Trend.fit(Log.from_interactions(positions), shelf) is None
    assert Trend.fit(Log.from_interactions([Interaction("p", ids[0]), Interaction("q", ids[1])]), shelf) is None
