from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.data.log import Log
from convrec.errors import RunError, UsageError
from convrec.retrieve import collaborative
from convrec.retrieve.collaborative import Collaborative, recency, solve
from convrec.retrieve.cooccurrence import Grams, grams
from convrec.types import Interaction, Item


def dense(matrix):
    return np.asarray(matrix.todense())


def test_grams_count_togetherness_and_order():
    # One person had item 0, then 1, then 2.
    found = grams(np.zeros(3, dtype=np.int64), np.arange(3), 4, tau=5.0)
    decay = np.exp(-1 / 5)
    across = dense(found.across)
    assert across[0, 1] == pytest.approx(0.4 + 0.6)
    assert across[0, 2] == pytest.approx(0.4 + 0.6 * decay)
    assert across[1, 0] == pytest.approx(0.4), "what came later is together with it, and did not lead to it"
    within = dense(found.within)
    assert np.allclose(within, within.T)
    assert within[0, 0] == pytest.approx(0.4 + 0.6 * (1 + decay**2))
    assert not across[3].any()


def test_pairs_do_not_cross_from_one_person_to_the_next():
    found = grams(np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3]), 4, tau=5.0)
    assert dense(found.across)[1, 2] == 0
    assert dense(found.within)[1, 2] == 0


def test_a_repeated_event_does_not_explain_itself():
    once = grams(np.zeros(2, dtype=np.int64), np.array([0, 1]), 2, tau=5.0)
    often = grams(np.zeros(4, dtype=np.int64), np.array([0, 0, 0, 1]), 2, tau=5.0)
    assert np.allclose(dense(once.across), dense(often.across))


def test_with_every_item_as_neighbour_it_is_the_ridge_regression_with_a_zero_diagonal():
    rng = np.random.default_rng(3)
    found = grams(
        np.repeat(np.arange(40), 6), np.concatenate([rng.permutation(12)[:6] for _ in range(40)]), 12, tau=5.0
    )
    ridge = 2.0
    got = dense(solve(found, ridge, neighbours=12))
    within, across = dense(found.within).astype(float), dense(found.across).astype(float)
    for target in range(12):
        others = np.flatnonzero(across[:, target] > 0)
        others = others[others != target]
        expected = np.linalg.solve(within[np.ix_(others, others)] + ridge * np.eye(len(others)), across[others, target])
        assert np.allclose(got[others, target], expected, atol=1e-5)
        assert got[target, target] == 0


def test_small_and_large_catalogues_are_solved_alike(monkeypatch):
    rng = np.random.default_rng(4)
    items = np.concatenate([rng.permutation(30)[:8] for _ in range(50)])
    found = grams(np.repeat(np.arange(50), 8), items, 30, tau=5.0)
    small = dense(solve(found, 3.0, neighbours=6))
    monkeypatch.setattr(collaborative, "_FULL", 0)
    assert np.allclose(small, dense(solve(found, 3.0, neighbours=6)), atol=1e-6)


def test_long_histories_are_cut_to_the_newest_within_the_budget(monkeypatch):
    from convrec.retrieve import cooccurrence

    monkeypatch.setattr(cooccurrence, "PRODUCTS", 60 * 60)
    found = grams(np.zeros(300, dtype=np.int64), np.arange(300), 300, tau=5.0)
    touched = np.flatnonzero(found.within.diagonal())
    assert touched.tolist() == list(range(250, 300))


def test_people_who_play_castles_get_castles(shelf, together):
    castles = np.array([shelf.row(f"castle-{n}") for n in range(4)])
    scores = together.scores(castles, recency(4, 3.5))
    mean = {
        kind: np.mean([scores[shelf.row(f"{kind}-{n}")] for n in range(4, 10)])
        for kind in ("castle", "crypt", "garden", "harbour")
    }
    assert mean["castle"] > 2 * max(mean["crypt"], mean["garden"], mean["harbour"])


def test_the_newest_event_speaks_loudest(shelf, together):
    rows = np.array([shelf.row("crypt-1"), shelf.row("garden-1")])
    gardens = [shelf.row(f"garden-{n}") for n in range(2, 10)]
    late_garden = together.scores(rows, recency(2, 1.0))[gardens].sum()
    late_crypt = together.scores(rows[::-1], recency(2, 1.0))[gardens].sum()
    assert late_garden > late_crypt


def test_contributions_add_up_to_the_score(shelf, together):
    rows = np.array([shelf.row(item_id) for item_id in ("castle-0", "crypt-3", "garden-2")])
    weights = recency(3, 3.5)
    targets = np.arange(len(shelf))
    parts = together.contributions(rows, weights, targets)
    assert parts.shape == (len(shelf), 3)
    assert np.allclose(parts.sum(axis=1), together.scores(rows, weights), atol=1e-5)


def test_it_comes_back_from_disk_as_it_was(shelf, together, tmp_path):
    path = tmp_path / "model.safetensors"
    together.save(path)
    back = Collaborative.load(path, shelf)
    assert (back.weights != together.weights).nnz == 0
    assert back.half_life == together.half_life
    assert np.array_equal(back.counts, together.counts)
    assert [file.name for file in tmp_path.iterdir()] == ["model.safetensors"], "nothing half-written is left"


@pytest.mark.parametrize("keep", [0, 10, 1000])
def test_a_damaged_file_is_refused(shelf, together, tmp_path, keep):
    path = tmp_path / "model.safetensors"
    together.save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RunError, match=r"retrieve: model\.safetensors .* fit it anew"):
        Collaborative.load(path, shelf)


def test_a_file_whose_indices_point_outside_is_refused(shelf, together, tmp_path):
    from dataclasses import replace

    path = tmp_path / "model.safetensors"
    wrong = together.weights.copy()
    wrong.indices[0] = 10_000
    replace(together, weights=wrong).save(path)
    with pytest.raises(RunError, match="fit it anew"):
        Collaborative.load(path, shelf)


def test_a_model_of_other_items_is_refused(shelf, together, tmp_path):
    path = tmp_path / "model.safetensors"
    together.save(path)
    with pytest.raises(RunError, match="made for other items"):
        Collaborative.load(path, ItemTable(shelf.items[::-1]))


def test_a_log_of_other_items_is_refused(shelf):
    log = Log.from_interactions([Interaction("u", "no-such-game", 5.0, 1.0)])
    with pytest.raises(UsageError, match="no event with an item of the catalogue"):
        Collaborative.fit(log, shelf)


def test_one_person_with_one_item_is_enough_to_fit():
    model = Collaborative.fit(
        Log.from_interactions([Interaction("u", "a", None, None, "view")]), ItemTable([Item("a", "A"), Item("b", "B")])
    )
    assert model.weights.nnz == 0
    assert model.counts.tolist() == [1, 0]
    assert not model.scores(np.array([0]), recency(1, 3.5)).any()


def test_quality_is_the_share_of_likes_drawn_to_the_mean():
    events = [Interaction(f"u{n}", "good", 5.0, 1.0) for n in range(20)]
    events += [Interaction(f"u{n}", "bad", 1.0, 2.0) for n in range(20)] + [Interaction("u1", "once", 5.0, 3.0)]
    model = Collaborative.fit(Log.from_interactions(events), ItemTable([Item(i, i) for i in ("good", "bad", "once")]))
    good, bad, once = model.quality.tolist()
    assert bad < 0.2 < 0.5 < once < good <= 1


def test_solving_nothing_gives_nothing():
    from scipy.sparse import csc_matrix, csr_matrix

    assert solve(Grams(csr_matrix((3, 3)), csc_matrix((3, 3))), 1.0).nnz == 0
