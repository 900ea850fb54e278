import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The first call of a test also imports pyarrow; time is no matter of these tests.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def _development_data() -> Path | None:
    given = os.environ.get("CONVREC_TEST_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parents[3] / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture
def development_data() -> Path:
    folder = _development_data()
    if folder is None:
        pytest.skip("development data is not here (CONVREC_TEST_DATA)")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file below the test's folder; names that end in .gz are packed."""

    def written(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode(encoding)
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return written
