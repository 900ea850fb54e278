"""Where id embeddings begin: factors of what people took up together."""

from __future__ import annotations

import numpy as np

from convrec.tune.crops import Sequences
from convrec.tune.factors import factors


def two_crowds(people=60, each=10, seed=3):
    """People who take up things of one half only, and a last thing that nobody has."""
    rng = np.random.default_rng(seed)
    rows = [rng.permutation(each)[:6] + each * (person % 2) for person in range(people)]
    starts = np.arange(people + 1) * 6
    flat = np.concatenate(rows)
    return Sequences(starts, flat, np.ones_like(flat), np.ones(len(flat), dtype=bool)), 2 * each + 1


def test_things_that_go_together_lie_together():
    sequences, items = two_crowds()
    found = factors(sequences, items, 4)
    assert found.shape == (items, 4)
    unit = found[:20] / np.linalg.norm(found[:20], axis=1, keepdims=True)
    cosines = unit @ unit.T
    within = np.mean([cosines[:10, :10].mean(), cosines[10:, 10:].mean()])
    assert within > cosines[:10, 10:].mean() + 0.3


def test_scale_and_what_nobody_has():
    sequences, items = two_crowds()
    found = factors(sequences, items, 4)
    assert np.isclose(np.sqrt(np.square(found[:20]).mean()), 1.0, atol=1e-3)
    assert np.abs(found[20]).max() < 1e-6


def test_the_same_log_gives_the_same_vectors():
    sequences, items = two_crowds()
    assert np.allclose(factors(sequences, items, 4), factors(sequences, items, 4), atol=1e-5)


def test_fewer_things_than_columns():
    rows = np.array([0, 1, 2, 0, 1, 2])
    small = Sequences(np.array([0, 3, 6]), rows, np.ones_like(rows), np.ones(6, dtype=bool))
    found = factors(small, 3, 8)
    assert found.shape == (3, 8)
    assert not found[:, 1:].any()
    assert not factors(small, 2, 8).any()
