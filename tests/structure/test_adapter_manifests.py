"""What comes with convrec is what its manifests say: a card that was edited afterwards puts its adapter out of use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convrec.llm.adapter_files import MANIFEST, manifest_faults

ADAPTERS = sorted(file.parent for file in (Path(__file__).parents[2] / "adapters").glob(f"*/{MANIFEST}"))


@pytest.mark.parametrize("folder", ADAPTERS, ids=lambda folder: folder.name)
def test_the_manifest_of_an_adapter_is_of_its_files(folder):
    assert manifest_faults(folder, json.loads((folder / MANIFEST).read_text("utf-8"))) == []


def test_there_are_adapters():
    assert {"explain", "profile", "rank", "understand"} <= {folder.name for folder in ADAPTERS}
