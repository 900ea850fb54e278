"""People with the same taste, found among sixty who each play games of one kind."""

from __future__ import annotations

import numpy as np
import pytest
from retrieve_log import play_log

from convrec.data.log import Log
from convrec.retrieve.collaborative import recency
from convrec.retrieve.neighbours import CLOSEST, HALF_LIFE, Neighbours
from convrec.types import Interaction


@pytest.fixture(scope="module")
def log():
    return play_log()


@pytest.fixture
def neighbours(log, shelf):
    return Neighbours.fit(log, shelf)


def rows_of(shelf, *item_ids):
    return np.array([shelf.row(item_id) for item_id in item_ids])


def test_the_nearest_people_are_those_of_the_dense_formula(log, shelf, neighbours):
    past = rows_of(shelf, "castle-1", "castle-4", "harbour-2")
    touched = np.zeros((len(log.users), len(shelf)))
    touched[log.user_codes, log.rows(shelf)] = 1
    rarity = np.log(1 + len(log.users) / (touched.sum(0) + 1))
    people = touched * rarity
    people /= np.linalg.norm(people, axis=1, keepdims=True)
    query = np.zeros(len(shelf))
    query[past] = recency(3, HALF_LIFE) * rarity[past]
    cosines = people @ (query / np.linalg.norm(query))
    near, found = neighbours.nearest(past, 12)
    assert np.allclose(found, np.sort(cosines)[::-1][:12], atol=1e-6)
    assert np.allclose(cosines[near], found, atol=1e-6)


def test_people_of_the_same_kind_speak_for_its_games(shelf, neighbours):
    scores = neighbours.scores(rows_of(shelf, "castle-0", "castle-1", "castle-2"))
    best = [shelf.items[row].id for row in np.argsort(-scores)[:8]]
    assert all(item_id.startswith("castle-") for item_id in best)


def test_nobody_is_their_own_neighbour(log, shelf, neighbours):
    past = rows_of(shelf, *log.history("p0").item_ids)
    mine = neighbours.ids.index("p0")
    assert mine in neighbours.nearest(past, 5)[0]
    assert mine not in neighbours.nearest(past, len(neighbours.ids), "p0")[0]


def test_counts_are_of_the_closest_people_who_like_it(log, shelf, neighbours):
    past, targets = rows_of(shelf, "castle-0", "castle-1"), rows_of(shelf, "castle-5", "garden-3")
    near, _ = neighbours.nearest(past, CLOSEST)
    counts, people = neighbours.counts(past, targets)
    assert people == len(near) <= CLOSEST
    likes = log.likes(log.scale())
    for target, count in zip(targets, counts, strict=True):
        fans = {log.user_codes[n] for n in np.flatnonzero(likes & (log.rows(shelf) == target))}
        assert count == len(fans & set(near.tolist()))


def test_who_is_forgotten_is_nobodys_neighbour(log, shelf, neighbours):
    past = rows_of(shelf, *log.history("p0").item_ids)
    left = neighbours.without("p0")
    assert neighbours.ids.index("p0") not in left.nearest(past, len(left.ids))[0]
    assert "p0" not in left.ids
    assert left.without("stranger") is left


def test_an_empty_history_has_no_neighbours(shelf, neighbours):
    nothing = np.empty(0, dtype=np.int64)
    assert not neighbours.scores(nothing).any()
    assert neighbours.counts(nothing, rows_of(shelf, "castle-0")) == (np.array([0]), 0)


def test_unknown_items_and_repeats_do_not_count(shelf):
    events = [Interaction("a", "castle-0", 5.0, 1.0), Interaction("a", "castle-0", 4.0, 2.0)]
    events += [Interaction("a", "elsewhere", 5.0, 3.0), Interaction("b", "castle-0", 1.0, 4.0)]
    found = Neighbours.fit(Log.from_interactions(events), shelf)
    assert found.people.shape == (2, len(shelf))
    assert np.allclose(found.people[:, shelf.row("castle-0")].toarray(), 1.0)
    assert found.liked[:, shelf.row("castle-0")].toarray().ravel().tolist() == [1.0, 0.0]
