from __future__ import annotations

import pytest

from convrec.profile.profiler import TasteProfiler
from convrec.signal import Scale
from convrec.testing.shelf import games


@pytest.fixture(scope="session")
def shelf():
    return games()


@pytest.fixture
def profiler(shelf):
    return TasteProfiler(shelf, Scale(), "game", "played")
