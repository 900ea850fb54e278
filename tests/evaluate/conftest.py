from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.data.log import Log
from convrec.types import Interaction, Item

CYCLE = 12


@pytest.fixture(scope="session")
def ring() -> ItemTable:
    """Forty things: a ring of twelve that are taken up in order, and others that nobody asks for in any order."""
    return ItemTable([Item(f"t{n}", f"Thing {n}", 1980 + n) for n in range(40)])


@pytest.fixture(scope="session")
def walks() -> Log:
    """Three hundred people who each walk a part of the ring from a place of their own, after one stray thing."""
    rng = np.random.default_rng(5)
    events = []
    for person in range(300):
        start, clock = int(rng.integers(CYCLE)), 1e9 + float(rng.integers(1000)) * 86_400
        for step in range(int(rng.integers(5, 10))):
            clock += float(rng.integers(60, 90_000))
            events.append(Interaction(f"p{person}", f"t{(start + step) % CYCLE}", None, clock, "view"))
        events.append(Interaction(f"p{person}", f"t{rng.integers(CYCLE, 40)}", None, 1e9 - person, "view"))
    return Log.from_interactions(events)


@pytest.fixture(scope="session")
def circles() -> Log:
    """Sixty people who each keep to one of four kinds of ten things, in no order; within a kind, all are as common."""
    rng = np.random.default_rng(6)
    return Log.from_interactions(
        Interaction(f"p{person}", f"t{10 * (person % 4) + n}", None, 1e9 + float(rng.integers(10**7)), "view")
        for person in range(60)
        for n in rng.permutation(10)[:7]
    )
