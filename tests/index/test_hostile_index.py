"""What is stored in an index folder is data: nothing in it is built or run."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from convrec import Item
from convrec.data.catalogue import ItemTable
from convrec.index.generations import ItemIndexStore
from convrec.testing.hashing import HashingEncoder

HOSTILE = (
    '{"hnsw": {"space": "cosine"}, "embedding_function": {"type": "known", "name": "sentence_transformer", '
    '"config": {"model_name": "evil/model", "device": "cpu", "normalize_embeddings": false, '
    '"kwargs": {"trust_remote_code": true}}}}'
)

OPENS = """
import sys
from pathlib import Path
import numpy as np
from convrec.index.vectors import ChromaVectors
ChromaVectors(Path(sys.argv[1])).search(np.ones((1, 256), dtype=np.float32) / 16, 3)
assert "sentence_transformers" not in sys.modules
"""


@pytest.fixture
def built(tmp_path):
    catalogue = ItemTable([Item(str(n), f"Title {n}", text=f"word{n} word{n % 7}") for n in range(60)])
    index = ItemIndexStore(tmp_path)
    index.build(catalogue, HashingEncoder(dim=256))
    index.close()
    return tmp_path


def test_a_hostile_stored_configuration_builds_no_model(built):
    database = next(built.glob("gen-*/chroma/chroma.sqlite3"))
    with sqlite3.connect(database) as connection:
        changed = connection.execute("UPDATE collections SET config_json_str = ?", (HOSTILE,)).rowcount
    assert changed == 1
    run = subprocess.run(
        [sys.executable, "-c", OPENS, str(database.parent)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_a_pointer_to_somewhere_else_is_not_followed(built):
    (built / "current").write_text("../../etc")
    catalogue = ItemTable([Item(str(n), f"Title {n}", text=f"word{n} word{n % 7}") for n in range(60)])
    index = ItemIndexStore(built)
    index.open_or_rebuild(catalogue, HashingEncoder(dim=256))
    assert (built / "current").read_text().startswith("gen-")
    index.close()
