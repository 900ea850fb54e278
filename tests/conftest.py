from __future__ import annotations

from pathlib import Path

import pytest

from convrec import config
from convrec.errors import ConvrecError


@pytest.fixture(scope="session")
def ml100k(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace over MovieLens-100k with the embedded models, built once a session. Not to be written to."""
    from convrec import workspace
    from convrec.data.sources import load
    from convrec.llm.embedded import EMBEDDED, locate

    try:
        for name in EMBEDDED:
            locate(name)
        dataset = load(dataset="ml-100k")
    except ConvrecError as error:
        pytest.skip(f"models or data are not fetched yet ({error}); `make demo SERVE=0` does")
    assert config.home().is_dir()
    return workspace.init(tmp_path_factory.mktemp("real") / "ml-100k", dataset)
