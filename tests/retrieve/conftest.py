from __future__ import annotations

import numpy as np
import pytest

from convrec.config import RetrieveSettings
from convrec.data.log import Log
from convrec.index.document import document
from convrec.index.exact import nearest
from convrec.retrieve.collaborative import Collaborative
from convrec.retrieve.retriever import HybridRetriever
from convrec.signal import Scale
from convrec.testing.hashing import HashingEncoder
from convrec.testing.shelf import EACH, games
from convrec.types import Interaction


class ExactIndex:
    """Exact search over a catalogue; counts the searches."""

    def __init__(self, catalogue, encoder):
        self.vectors = encoder.encode([document(item) for item in catalogue.items], role="document")
        self._ids = [item.id for item in catalogue.items]

    def search(self, vectors, k, *, rows=None):
        return [[(self._ids[row], cosine) for row, cosine in hits] for hits in nearest(self.vectors, vectors, k, rows)]


def play_log():
    """Sixty people, each of whom plays games of one kind in order, and one game of the next kind at the end."""
    rng = np.random.default_rng(7)
    kinds = ("harbour", "castle", "garden", "crypt")
    events = []
    for person in range(60):
        kind = person % 4
        own = [f"{kinds[kind]}-{n}" for n in rng.permutation(EACH)[:7]]
        other = [f"{kinds[(kind + 1) % 4]}-{rng.integers(EACH)}"]
        for day, item_id in enumerate(own + other):
            events.append(Interaction(f"p{person}", item_id, float(rng.integers(3, 6)), day * 86400.0))
    return Log.from_interactions(events)


@pytest.fixture(scope="session")
def shelf():
    return games()


@pytest.fixture(scope="session")
def encoder():
    return HashingEncoder()


@pytest.fixture(scope="session")
def exact_index(shelf, encoder):
    return ExactIndex(shelf, encoder)


@pytest.fixture(scope="session")
def together(shelf):
    return Collaborative.fit(play_log(), shelf, ridge=5.0)


@pytest.fixture(scope="session")
def retriever(shelf, encoder, exact_index, together):
    return HybridRetriever(shelf, encoder, exact_index, together, RetrieveSettings(), Scale())


@pytest.fixture(scope="session")
def retriever_without_log(shelf, encoder, exact_index):
    return HybridRetriever(shelf, encoder, exact_index, None, RetrieveSettings(), Scale())
