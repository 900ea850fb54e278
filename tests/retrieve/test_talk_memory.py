from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.errors import UsageError
from convrec.retrieve.talk.fame import key
from convrec.retrieve.talk.memory import Memory, Recollection
from convrec.types import Item

SHELF = ItemTable([Item(str(n), title, 2000 + n, ()) for n, title in enumerate(("Moor", "Quay", "Spire", "Weir"))])
KEYS = [key(item) for item in SHELF.items]
EAST, NORTH = np.eye(2, dtype=np.float32)


def test_what_was_named_at_like_moments_comes_up_and_what_was_never_named_does_not() -> None:
    memory = Memory.of(np.stack([EAST, EAST, NORTH, NORTH]), [[KEYS[0]], [KEYS[0]], [KEYS[1]], [KEYS[1], KEYS[2]]])
    found = Recollection(memory, SHELF.items)
    east, north = found.of(EAST), found.of(NORTH)
    assert east.argmax() == 0
    assert east[1] < 0.01 > north[0]
    assert north[1] > north[2] > 0 == north[3]
    # Twice the usual: half of all moments name the first item, all of those like this one do.
    usual = 2.3 / (5 + 4 * 0.3)
    assert east[0] == pytest.approx(np.log1p(1 / (3 * usual)), abs=0.01)
    between = found.of((EAST + NORTH) / np.sqrt(2))
    assert north[1] > between[1] > east[1]


def test_moments_kept_as_one_count_as_many() -> None:
    named = [[KEYS[0]], [KEYS[0]], [KEYS[1]], [KEYS[2]]]
    apart = Recollection(Memory.of(np.stack([EAST, EAST, EAST, NORTH]), named), SHELF.items)
    memory = Memory.of(np.stack([EAST, NORTH]), named, kind=[0, 0, 0, 1])
    assert memory.moments.tolist() == [3, 1]
    assert memory.counts.sum() == 4
    for talk in (EAST, NORTH, (EAST + NORTH) / np.float32(np.sqrt(2))):
        assert Recollection(memory, SHELF.items).of(talk) == pytest.approx(apart.of(talk), abs=1e-5)


def test_the_length_of_a_vector_does_not_matter_and_eight_bits_are_enough() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
    named = [[KEYS[place % 3]] for place in range(40)]
    talk = vectors[7] / np.linalg.norm(vectors[7])
    one = Recollection(Memory.of(vectors, named), SHELF.items).of(talk)
    assert Memory.of(vectors, named).vectors.dtype == np.int8
    assert Recollection(Memory.of(9 * vectors, named), SHELF.items).of(talk) == pytest.approx(one, abs=1e-6)
    assert one.argmax() == 7 % 3


def test_a_catalogue_without_any_of_the_items_is_told_nothing() -> None:
    memory = Memory.of(np.stack([EAST, NORTH]), [[KEYS[0]], [KEYS[1]]])
    assert not Recollection(memory, [Item("x", "Elsewhere", 1950, ())]).of(EAST).any()
    assert Recollection(memory, []).of(EAST).shape == (0,)
    # A moment at which nothing of this catalogue was named has no vote.
    only = Recollection(memory, SHELF.items[:1])
    assert only.of(NORTH)[0] == only.of(EAST)[0] > 0
    assert not Recollection(Memory.of(np.empty((0, 2), dtype=np.float32), []), SHELF.items).of(EAST).any()


def test_moments_that_do_not_fit_are_refused() -> None:
    memory = Memory.of(np.stack([EAST]), [[KEYS[0]]])
    with pytest.raises(UsageError, match="moments"):
        Memory(memory.vectors, memory.moments, memory.keys, memory.named + 1, memory.counts)
    with pytest.raises(UsageError, match="moments"):
        Memory(memory.vectors, np.ones(2, dtype=np.float32), memory.keys, memory.named, memory.counts)
