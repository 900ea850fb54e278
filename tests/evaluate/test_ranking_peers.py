from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

from convrec.errors import UsageError
from convrec.evaluate import metrics, peers
from convrec.evaluate.cases import ranks, trial
from convrec.evaluate.peers import base, factors, sasrec
from convrec.evaluate.peers.base import Ranked, sequences, validated
from convrec.evaluate.peers.factors import Als, Bpr
from convrec.evaluate.peers.sasrec import SasRec, Setting

PERSONAL = ("item-knn", "ease", "recency-ease", "als", "bpr", "sasrec")


def made(name, catalogue):
    if name == "sasrec":
        return Ranked(SasRec((Setting(32, 0.2, 5e-3),), epochs=12, patience=3))
    return peers.peers([name], catalogue)[0][0]


@pytest.mark.parametrize("name", PERSONAL)
def test_peers_find_what_people_keep_to_and_skip_what_they_have(name, circles, ring):
    asked = trial(circles, ring)
    system = made(name, ring)
    assert system.name == name
    system.fit(asked.train, ring)
    lists = system.rank([case.history for case in asked.cases], 40)
    for shown, case in zip(lists, asked.cases, strict=True):
        have = {ring.row(item) for item in case.history.item_ids}
        assert len(shown) == len(set(shown)) == len(ring) - len(have)
        assert not have & set(shown)
    # Four of the ten of a kind are new to each: at random one in 34 is found first, among one's kind one in four.
    assert metrics.recall(ranks(lists, asked.cases), 5).mean() > 0.6


def test_popularity_is_the_same_for_all(circles, ring):
    system = made("popularity", ring)
    system.fit(circles, ring)
    counts = np.bincount(circles.rows(ring), minlength=40)
    shown = system.rank([trial(circles, ring).cases[0].history], 3)[0]
    assert counts[shown].tolist() == sorted(counts[shown], reverse=True)


def test_sasrec_learns_a_planted_order(walks, ring):
    asked = trial(walks, ring)
    peer = SasRec((Setting(32, 0.1, 5e-3), Setting(32, 0.3, 5e-3)), epochs=20, patience=3)
    peer.fit(asked.train, ring)
    assert following(peer) >= 8
    found = ranks(ranked(peer, ring, asked), asked.cases)
    assert metrics.hit_rate(found, 1).mean() > 0.7
    assert peer.chosen is not None


def following(peer):
    """Of the nine walks of three steps, how many are continued as everybody walks."""
    walked = [np.array([row, row + 1, row + 2]) for row in range(9)]
    scores = peer.scores(walked)
    return sum(base.best(line, rows, 1) == [rows[-1] + 1] for line, rows in zip(scores, walked, strict=True))


def ranked(peer, catalogue, asked):
    system = Ranked(peer)
    system._catalogue = catalogue
    return system.rank([case.history for case in asked.cases], 40)


def test_sasrec_is_the_same_for_the_same_seed_and_leaves_the_global_generator_alone(walks, ring):
    import torch

    both = []
    for _ in range(2):
        torch.manual_seed(1)
        peer = SasRec((Setting(32, 0.3),), epochs=2, seed=3)
        peer.fit(walks, ring)
        both.append((peer.scores([np.array([1, 2])]), torch.rand(1)))
    assert np.array_equal(both[0][0], both[1][0])
    torch.manual_seed(1)
    assert both[0][1] == torch.rand(1)


def test_sasrec_sees_nothing_of_the_fill_or_the_future():
    import torch

    torch.manual_seed(0)
    net = sasrec.network(20, 32, 0.5, 16).eval()
    long, short = np.array([3, 4, 5, 6, 7]), np.array([8, 9])
    rows, lengths = sasrec._filled([long, short])
    together = net(torch.from_numpy(rows), torch.from_numpy(lengths))
    alone = net(torch.from_numpy(short[None, :]), torch.tensor([2]))
    assert torch.allclose(together[1, :2], alone[0], atol=1e-6)
    changed = rows.copy()
    changed[0, 4] = 11
    other = net(torch.from_numpy(changed), torch.from_numpy(lengths))
    assert torch.allclose(together[0, :4], other[0, :4], atol=1e-6)
    assert not torch.allclose(together[0, 4], other[0, 4], atol=1e-3)


def test_windows_predict_every_event_once():
    rows = np.arange(100, 123)
    predicted = np.concatenate([window[1:] for window in sasrec._windows([rows], 7)])
    assert sorted(predicted.tolist()) == rows[1:].tolist()
    assert max(len(window) for window in sasrec._windows([rows], 7)) == 8


def test_sasrec_draws_negatives_in_a_large_catalogue(walks, ring, monkeypatch):
    monkeypatch.setattr(sasrec, "_SAMPLED_ABOVE", 10)
    monkeypatch.setattr(sasrec, "_NEGATIVES", 30)
    peer = SasRec((Setting(32, 0.1, 5e-3),), epochs=20, patience=3)
    peer.fit(walks, ring)
    assert following(peer) >= 7


@pytest.mark.parametrize(("work", "runs"), [(1, 1), (1e10, 2)], ids=["chosen on a sample", "on everybody"])
def test_sasrec_takes_the_best_epoch_of_a_large_log_and_trains_no_second_time(walks, ring, monkeypatch, work, runs):
    monkeypatch.setattr(sasrec, "_JUDGED", 6)
    monkeypatch.setattr(sasrec, "_CHOICE_WORK", work)
    trained = []
    peer = SasRec((Setting(32, 0.1, 5e-3), Setting(32, 0.3, 5e-3)), epochs=20)
    whole = peer._trained
    monkeypatch.setattr(peer, "_trained", lambda *given: trained.append(len(given[1])) or whole(*given))
    peer.fit(walks, ring)
    assert trained[-1] == len(walks.users)
    assert trained.count(len(walks.users)) == runs
    assert following(peer) >= 7


def test_the_validation_of_a_peer_is_its_newest_training_event(walks, ring):
    histories = sequences(walks, ring)
    shorter, targets = base.newest_out([*histories, np.array([3]), np.array([3, 4, 3])])
    assert targets[-2:].tolist() == [-1, -1]
    assert all(np.array_equal([*short, target], rows) for short, target, rows in zip(shorter, targets, histories))  # noqa: B905
    kept = base.sampled(targets, 5, seed=0)
    assert (kept >= 0).sum() == 5
    assert set(kept) <= {-1, *targets.tolist()}

    def oracle(chunk):
        scores = np.zeros((len(chunk), 40), dtype=np.float32)
        for place, rows in enumerate(chunk):
            wanted = [target for short, target in zip(shorter, targets, strict=True) if np.array_equal(short, rows)]
            scores[place, wanted] = 1
        return scores

    assert validated(oracle, shorter, targets) > 0.9


@pytest.mark.parametrize("kind", [Als, Bpr])
def test_factors_serve_people_they_have_not_seen(kind, circles, ring):
    with warnings.catch_warnings():
        # implicit warns of threads of the linear algebra library.
        warnings.simplefilter("error")
        peer = kind()
        peer.fit(circles, ring)
        scores = peer.scores([np.array([20, 23, 27, 22]), np.array([1, 4])])
    for line, start in zip(scores, (20, 0), strict=True):
        best = np.argsort(-line)[:8]
        assert ((best >= start) & (best < start + 10)).mean() > 0.7


def test_bpr_gives_trained_people_their_trained_vector(circles, ring):
    peer = Bpr()
    peer.fit(circles, ring)
    rows = sequences(circles, ring)[5]
    expected = peer._model.user_factors[5] @ peer._model.item_factors.T
    assert peer.scores([rows])[0] == pytest.approx(expected, abs=1e-6)


def test_a_missing_package_names_the_way_out(ring, monkeypatch):
    monkeypatch.setitem(sys.modules, "implicit", None)
    with pytest.raises(UsageError, match=r"als: .* pip install 'convrec\[peers\]'"):
        peers.peers(["als"], ring)
    systems, notes = peers.peers(None, ring)
    assert [system.name for system in systems] == ["popularity", "item-knn", "ease", "recency-ease", "sasrec"]
    assert [note.split()[0] for note in notes] == ["als", "bpr", "lambdarank"]
    assert "pip install 'convrec[peers]'" in notes[0]


def test_unknown_and_too_large(ring, monkeypatch):
    with pytest.raises(UsageError, match="no peer 'svd'; there are: popularity, item-knn"):
        peers.peers(["svd"], ring)
    monkeypatch.setattr(peers, "DENSE_LIMIT", 10)
    with pytest.raises(UsageError, match="ease: dense EASE wants at most 10 items, the catalogue has 40"):
        peers.peers(["ease"], ring)
    assert not {"ease", "recency-ease"} & {system.name for system in peers.peers(None, ring)[0]}
    assert peers.peers([], ring) == ([], [])


def test_peers_come_in_the_order_of_the_table(ring):
    chosen = [system.name for system in peers.peers(["bpr", "popularity", "als"], ring)[0]]
    assert chosen == ["popularity", "als", "bpr"]
    assert len(factors.Als.GRID) > 1
