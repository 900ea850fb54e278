from __future__ import annotations

import pytest
from exact_search import ExactIndex
from retrieve_log import play_log

from convrec.config import RetrieveSettings
from convrec.retrieve.collaborative import Collaborative
from convrec.retrieve.retriever import HybridRetriever
from convrec.signal import Scale
from convrec.testing.hashing import HashingEncoder
from convrec.testing.shelf import games


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
