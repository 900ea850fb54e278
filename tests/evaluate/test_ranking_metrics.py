from __future__ import annotations

import doctest
import math

import numpy as np
import pytest

from convrec.evaluate import interval, metrics
from convrec.evaluate.groups import Groups, of_targets

ONE = np.array([1.0, 4.0, np.inf])
SEVERAL = np.array([[2.0, np.inf, 1.0], [3.0, np.nan, np.nan], [np.inf, np.inf, np.nan]])


@pytest.mark.parametrize("module", [metrics, interval])
def test_the_examples_in_the_documentation_hold(module):
    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0


def test_one_target_by_hand():
    assert metrics.hit_rate(ONE, 3).tolist() == [1, 0, 0]
    assert metrics.recall(ONE, 4).tolist() == [1, 1, 0]
    assert metrics.ndcg(ONE, 10) == pytest.approx([1, 1 / math.log2(5), 0])
    assert metrics.reciprocal_rank(ONE).tolist() == [1, 0.25, 0]


def test_several_targets_by_hand():
    assert metrics.hit_rate(SEVERAL, 1).tolist() == [1, 0, 0]
    assert metrics.recall(SEVERAL, 3) == pytest.approx([2 / 3, 1, 0])
    best = 1 + 1 / math.log2(3) + 1 / 2
    assert metrics.ndcg(SEVERAL, 10) == pytest.approx([(1 + 1 / math.log2(3)) / best, 1 / 2, 0])
    # Of three targets only two fit into the first two places: both are there.
    assert metrics.ndcg(SEVERAL, 2)[0] == pytest.approx(1)
    assert metrics.reciprocal_rank(SEVERAL) == pytest.approx([1, 1 / 3, 0])


def test_with_one_target_recall_is_the_hit_rate():
    ranks = np.random.default_rng(0).integers(1, 60, 200).astype(float)
    for k in (1, 5, 10, 20, 50):
        assert metrics.recall(ranks, k).tolist() == metrics.hit_rate(ranks, k).tolist()


@pytest.mark.parametrize("k", [1, 5, 10, 20])
def test_ndcg_agrees_with_scikit_learn(k):
    from sklearn.metrics import ndcg_score

    rng = np.random.default_rng(k)
    for _ in range(20):
        order = rng.permutation(30)
        relevant = rng.choice(30, rng.integers(1, 6), replace=False)
        truth, scores = np.zeros((1, 30)), np.zeros((1, 30))
        truth[0, relevant] = 1
        scores[0, order] = np.arange(30, 0, -1)
        ranks = np.array([[float(list(order).index(row) + 1) for row in relevant]])
        assert metrics.ndcg(ranks, k)[0] == pytest.approx(ndcg_score(truth, scores, k=k))


def test_reciprocal_rank_and_recall_agree_with_scikit_learn():
    from sklearn.metrics import label_ranking_average_precision_score, top_k_accuracy_score

    rng = np.random.default_rng(3)
    scores, wanted = rng.random((50, 20)), rng.integers(0, 20, 50)
    ranks = 1.0 + (scores > scores[np.arange(50), wanted][:, None]).sum(axis=1)
    theirs = label_ranking_average_precision_score(np.eye(20)[wanted], scores)
    assert metrics.reciprocal_rank(ranks).mean() == pytest.approx(theirs)
    for k in (1, 5, 10):
        assert metrics.recall(ranks, k).mean() == pytest.approx(
            top_k_accuracy_score(wanted, scores, k=k, labels=np.arange(20))
        )


def test_figures_over_lists_by_hand():
    counts = np.array([80.0, 10.0, 6.0, 4.0])
    lists, histories = [[0, 1], [0, 3]], [[1], [2]]
    assert metrics.coverage(lists, 4) == 0.75
    assert metrics.gini([[0], [0]], 4) == 0.75
    assert metrics.percentiles(counts).tolist() == [0.875, 0.625, 0.375, 0.125]
    assert metrics.popularity_bias(lists, histories, metrics.percentiles(counts)) == pytest.approx(0.625 - 0.5)
    assert metrics.tail(counts).tolist() == [False, True, True, True]
    assert metrics.mean_of(lists, metrics.tail(counts).astype(float)) == 0.5
    assert metrics.mean_of(lists, counts / 100) == pytest.approx((0.45 + 0.42) / 2)
    assert metrics.novelty([[0], [3]], counts / 100) == pytest.approx((-math.log2(0.8) - math.log2(0.04)) / 2)
    assert metrics.mean_of([[], []], counts) == 0


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(1)
    held = 0
    for trial in range(200):
        found = interval.bootstrap(rng.normal(1.0, 2.0, 80), seed=trial)
        held += found.low <= 1.0 <= found.high
    assert 180 <= held <= 199


def test_columns_are_resampled_together():
    values = np.random.default_rng(2).random((50, 3))
    together = interval.bootstraps(values, seed=4)
    for column, found in enumerate(together):
        alone = interval.bootstrap(values[:, column], seed=4)
        assert (found.mean, found.low, found.high) == pytest.approx((alone.mean, alone.low, alone.high))


def test_relative_gain():
    peer = np.random.default_rng(3).random(400)
    found = interval.relative_gain(1.2 * peer, peer)
    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((0.2, 0.2, 0.2))
    assert interval.relative_gain(peer, np.zeros(400)) is None
    noisy = interval.relative_gain(np.random.default_rng(4).random(400), peer)
    assert noisy is not None
    assert noisy.low < noisy.mean < noisy.high


def test_randomisation_agrees_with_counting_every_choice_of_signs():
    ours, peer = np.array([0.9, 0.8, 0.7, 0.2, 0.5, 0.6]), np.array([0.1, 0.3, 0.6, 0.3, 0.1, 0.6])
    gaps = (ours - peer)[:5]
    signs = np.array(np.meshgrid(*[[-1, 1]] * 5)).reshape(5, -1).T
    exact = float(np.mean(np.abs(signs @ gaps) >= abs(gaps.sum()) - 1e-9))
    assert interval.randomisation(ours, peer, seed=1) == pytest.approx(exact, abs=0.02)
    assert interval.randomisation(ours, ours) == 1
    assert interval.randomisation(np.ones(60), np.zeros(60)) == pytest.approx(1 / 10_001)


def test_holm_by_hand():
    # 4 x .005, 3 x .011, 2 x .02, 1 x .04; none below the one before it.
    assert interval.holm([0.02, 0.005, 0.04, 0.011]) == pytest.approx([0.04, 0.02, 0.04, 0.033])
    assert interval.holm([0.5, 0.9]) == [1, 1]
    assert interval.holm([]) == []


def test_groups_by_hand():
    counts = np.array([40.0, 30.0, 20.0, 10.0, 5.0, 5.0])
    histories = [[0], [0, 1, 2], [3, 4, 5, 1, 2]]
    targets = [(1,), (0, 5), (0,)]
    groups = Groups.of(histories, targets, counts)
    assert groups.activity.tolist() == [0, 1, 2]
    assert groups.mainstream.tolist() == [2, 1, 0]
    assert groups.shelf.tolist() == [[1, -1], [2, 0], [2, -1]]
    found = groups.gaps(np.array([[1.0, np.nan], [np.inf, 1.0], [3.0, np.nan]]))
    half = 1 / (1 + 1 / math.log2(3))
    assert [found["activity"].groups[name].mean for name in ("low", "middle", "high")] == pytest.approx([1, half, 0.5])
    assert found["activity"].gap == pytest.approx(0.5)
    # The second person's two targets count on their own shelves.
    assert found["shelf"].groups["head"].mean == pytest.approx(0.25)
    assert found["shelf"].groups["tail"].mean == 1
    assert found["shelf"].cases == {"tail": 1, "middle": 1, "head": 2}
    assert "opinion" not in found


def test_liked_targets_are_a_group_of_their_own():
    targets = [(1,), (0, 5), (0,)]
    groups = Groups.of([[0], [0, 1], [3]], targets, np.ones(6), [(True,), (False, True), (False,)])
    ranks = np.array([[1.0, np.nan], [np.inf, 3.0], [1.0, np.nan]])
    found = groups.gaps(ranks)["opinion"]
    assert found.cases == {"not liked": 2, "liked": 2}
    assert found.groups["liked"].mean == pytest.approx(0.75)
    assert found.groups["not liked"].mean == pytest.approx(0.5)
    assert of_targets(ranks, groups.opinion == 1).tolist() == pytest.approx([1, 0.5])
    assert of_targets(ranks, groups.opinion == 2).tolist() == []
