"""Probability of liking: above chance on people it has not seen, calibrated, for logs with and without dislikes."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.rerank.liking import LikingModel
from convrec.signal import Scale
from convrec.types import History, Interaction

N_ITEMS = 40
ROWS = {f"i{n}": n for n in range(N_ITEMS)}


def people(*, rated: bool, first: int, count: int) -> list[History]:
    """Each loves the items of one remainder of four; with ratings they also tried others, without they did not."""
    rng = np.random.default_rng(first)
    made = []
    for person in range(first, first + count):
        own = [n for n in range(N_ITEMS) if n % 4 == person % 4]
        others = [n for n in range(N_ITEMS) if n % 4 != person % 4]
        tried = rng.permutation([*rng.choice(own, 6, replace=False), *(rng.choice(others, 6) if rated else [])])
        made.append(
            History(
                f"p{person}",
                tuple(
                    Interaction(f"p{person}", f"i{n}", (5.0 if n in own else 2.0) if rated else None, float(at), "view")
                    for at, n in enumerate(dict.fromkeys(tried.tolist()))
                ),
            )
        )
    return made


@pytest.mark.parametrize("rated", [True, False])
def test_it_tells_what_strangers_will_like(rated):
    scale = Scale()
    model = LikingModel.fit(people(rated=rated, first=0, count=200), ROWS, scale)
    assert model is not None
    own, others = [], []
    for stranger in people(rated=rated, first=1000, count=40):
        touched = set(stranger.item_ids)
        remainder = int((stranger.user_id or "")[1:]) % 4
        left = [item for item in ROWS if item not in touched]
        chances = model.predict(stranger, left, ROWS, scale)
        own += [p for item, p in zip(left, chances, strict=True) if ROWS[item] % 4 == remainder]
        others += [p for item, p in zip(left, chances, strict=True) if ROWS[item] % 4 != remainder]
    assert np.mean(own) > 0.6
    assert np.mean(others) < 0.5
    assert all(0 < p < 1 for p in own + others)


def test_it_is_read_back_as_it_was_written(tmp_path):
    model = LikingModel.fit(people(rated=True, first=0, count=60), ROWS, Scale())
    assert model is not None
    model.save(tmp_path / "liking.safetensors")
    again = LikingModel.load(tmp_path / "liking.safetensors")
    assert again is not None
    stranger = people(rated=True, first=500, count=1)[0]
    items = list(ROWS)
    np.testing.assert_array_equal(
        model.predict(stranger, items, ROWS, Scale()), again.predict(stranger, items, ROWS, Scale())
    )
    assert LikingModel.load(tmp_path / "absent") is None


def test_a_handful_of_events_teaches_nothing():
    assert LikingModel.fit(people(rated=True, first=0, count=5), ROWS, Scale()) is None
