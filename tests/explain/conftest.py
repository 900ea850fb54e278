from __future__ import annotations

import pytest

from convrec.explain.explainer import EvidenceExplainer
from convrec.profile.profiler import TasteProfiler
from convrec.signal import Scale
from convrec.testing.shelf import games


@pytest.fixture(scope="session")
def shelf():
    return games()


@pytest.fixture(scope="session")
def taste(shelf):
    return TasteProfiler(shelf, Scale(), "game", "played")


@pytest.fixture
def explainer(shelf, taste):
    return EvidenceExplainer(shelf, Scale(), "game", "played", facets=taste.facets)
