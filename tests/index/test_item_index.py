from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.errors import RunError
from convrec.index import generations
from convrec.index.document import CAP, content, document
from convrec.index.exact import nearest
from convrec.index.generations import ItemIndexStore
from convrec.index.vectors import ChromaVectors
from convrec.testing.hashing import HashingEncoder
from convrec.testing.index_contract import ItemIndexContract
from convrec.testing.shelf import games
from convrec.types import Item


class TestChromaIndex(ItemIndexContract):
    @pytest.fixture
    def index(self, tmp_path, contract_catalogue, contract_encoder):
        store = ItemIndexStore(tmp_path)
        store.build(contract_catalogue, contract_encoder)
        yield store
        store.close()

    def test_vectors_lie_in_catalogue_order(self, index, contract_vectors):
        assert np.allclose(index.vectors, contract_vectors)

    def test_small_searches_are_answered_by_chroma(self, index, queries, monkeypatch):
        monkeypatch.setattr(generations, "nearest", lambda *_: pytest.fail("exact search was asked"))
        assert len(index.search(queries, 10)[0]) == 10

    def test_a_chroma_that_fails_is_replaced_by_exact_search(self, index, queries, contract_catalogue, caplog):
        def broken(*_):
            raise RunError("index", "Chroma cannot search: gone")

        index._chroma.search = broken
        expected = nearest(index.vectors, queries, 5)
        for _ in range(2):
            got = index.search(queries, 5)
            assert [[item_id for item_id, _ in hits] for hits in got] == [
                [contract_catalogue.items[row].id for row, _ in hits] for hits in expected
            ]
        assert caplog.text.count("exact search") == 1


@pytest.fixture
def encoder():
    return HashingEncoder(32)


@pytest.fixture
def shelf():
    return games()


@pytest.fixture(scope="session")
def pristine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pristine")
    store = ItemIndexStore(folder)
    store.build(games(), HashingEncoder(32))
    store.close()
    return folder


@pytest.fixture
def built(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "index")


def reopened(folder, shelf, encoder):
    store = ItemIndexStore(folder)
    store.open_or_rebuild(shelf, encoder)
    own = store.search(store.vectors, 1)
    assert [hits[0][1] for hits in own] == pytest.approx([1.0] * len(shelf), abs=1e-4)
    store.close()
    return store


def generation(folder) -> Path:
    return folder / (folder / "current").read_text()


def test_opening_again_embeds_nothing(built, shelf, encoder):
    calls, name = encoder.calls, generation(built).name
    reopened(built, shelf, encoder)
    assert encoder.calls == calls
    assert generation(built).name == name


def damage(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(bytes(content[: len(content) // 2]))
    elif how == "flip":
        for place in np.random.default_rng(1).integers(0, max(len(content), 1), 16):
            if len(content):
                content[place] ^= 0xFF
        path.write_bytes(bytes(content))
    else:
        path.unlink()


DAMAGE = [
    ("vectors.npy", "cut"),
    ("vectors.npy", "remove"),
    ("ids.jsonl", "flip"),
    ("manifest.json", "cut"),
    ("manifest.json", "remove"),
    ("data_level0.bin", "flip"),
    ("data_level0.bin", "remove"),
    ("header.bin", "flip"),
    ("length.bin", "flip"),
    ("chroma.sqlite3", "cut"),
    ("chroma.sqlite3", "flip"),
    ("chroma.sqlite3", "remove"),
]


@pytest.mark.parametrize(("name", "how"), DAMAGE)
def test_whatever_is_damaged_is_built_again(built, shelf, encoder, name, how):
    damage(next(generation(built).rglob(name)), how)
    reopened(built, shelf, encoder)
    # And the next opening finds it sound.
    assert ItemIndexStore(built).faults(shelf, encoder) == []


def test_a_damaged_chroma_is_built_from_the_stored_vectors(built, shelf, encoder):
    damage(next(generation(built).rglob("data_level0.bin")), "flip")
    calls = encoder.calls
    reopened(built, shelf, encoder)
    assert encoder.calls == calls, "the vectors were sound: nothing needed embedding"


def test_damaged_vectors_are_embedded_again(built, shelf, encoder):
    damage(generation(built) / "vectors.npy", "flip")
    calls = encoder.calls
    reopened(built, shelf, encoder)
    assert encoder.calls == calls + 1


@pytest.mark.parametrize("pointer", ["gen-9999", "gen-0001/../gen-0001", "\x00"])
def test_a_pointer_to_nowhere(built, shelf, encoder, pointer):
    (built / "current").write_text(pointer)
    reopened(built, shelf, encoder)


def test_another_encoder_or_other_items_make_a_new_generation(built, shelf, encoder):
    other = HashingEncoder(48)
    assert "encoder" in ItemIndexStore(built).faults(shelf, other)[0]
    reopened(built, shelf, other)
    assert generation(built).name == "gen-0002"
    more = ItemTable([*shelf.items, Item("new", "A new game")])
    assert ItemIndexStore(built).faults(more, other) == ["the items have changed"]
    store = ItemIndexStore(built)
    store.open_or_rebuild(more, other)
    assert len(store.vectors) == len(more)
    assert [path.name for path in built.glob("gen-*")] == ["gen-0003"], "old generations go"
    store.close()


def test_a_failing_build_leaves_the_last_one_in_use(built, shelf, encoder, monkeypatch):
    monkeypatch.setattr(generations, "verdict", lambda *_: "half of it is missing")
    store = ItemIndexStore(built)
    with pytest.raises(RunError, match="half of it is missing"):
        store.build(ItemTable(shelf.items[:9]), encoder)
    monkeypatch.undo()
    assert ItemIndexStore(built).faults(shelf, encoder) == []
    assert [path.name for path in built.glob("gen-*")] == ["gen-0001"]


def test_an_encoder_that_returns_nonsense_is_refused(tmp_path, shelf, encoder):
    encoder.encode = lambda texts, role: np.full((len(texts), encoder.dim), np.nan, dtype=np.float32)
    with pytest.raises(RunError, match="no numbers"):
        ItemIndexStore(tmp_path).build(shelf, encoder)
    assert list(tmp_path.glob("gen-*")) == []


@pytest.mark.parametrize("size", [0, 1, 3])
def test_tiny_catalogues_can_be_indexed(tmp_path, encoder, size):
    catalogue = ItemTable([Item(f"i{n}", f"Thing {n}") for n in range(size)])
    store = ItemIndexStore(tmp_path)
    store.open_or_rebuild(catalogue, encoder)
    found = store.search(encoder.encode(["thing 0"], role="query"), 5)
    assert len(found[0]) == size
    store.close()
    assert ItemIndexStore(tmp_path).faults(catalogue, encoder) == []


def test_only_ids_and_vectors_go_into_chroma(built, shelf):
    words = [part.encode() for item in shelf.items for part in (item.title, item.text)]
    for path in generation(built).joinpath("chroma").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(word in content for word in words), path.name


def test_a_collection_that_names_a_model_builds_none(built, tmp_path):
    """A hostile folder asks for an embedding function; opening and searching must not build it."""
    import sqlite3

    database = generation(built) / "chroma" / "chroma.sqlite3"
    connection = sqlite3.connect(database)
    marker = tmp_path / "built"
    config = json.loads(connection.execute("select config_json_str from collections").fetchone()[0] or "{}")
    config["embedding_function"] = {
        "type": "known",
        "name": "sentence_transformer",
        "config": {
            "model_name": str(marker),
            "device": "cpu",
            "normalize_embeddings": False,
            "kwargs": {"trust_remote_code": True},
        },
    }
    connection.execute("update collections set config_json_str = ?", (json.dumps(config),))
    connection.commit()
    connection.close()
    code = f"""
import sys, types
fake = types.ModuleType("sentence_transformers")
class Trap:
    def __init__(self, *a, **k):
        open({str(marker)!r}, "w").write("built")
fake.SentenceTransformer = Trap
sys.modules["sentence_transformers"] = fake
import numpy as np
from pathlib import Path
from convrec.index.vectors import ChromaVectors
found = ChromaVectors(Path({str(generation(built) / "chroma")!r}))
print(len(found.search(np.ones((1, 32), dtype=np.float32) / 32 ** 0.5, 5)[0]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert not marker.exists(), "the stored configuration was executed"
    assert done.returncode != 0 or done.stdout.strip() == "5"


def _build_slowly(folder, ready):
    encoder = HashingEncoder(32)
    store = ItemIndexStore(Path(folder))
    ready.set()
    while True:
        store.build(games(), encoder)


def test_kills_while_building_leave_a_sound_index(built, shelf, encoder):
    context = multiprocessing.get_context("spawn")
    rng = np.random.default_rng(2)
    for _ in range(2):
        ready = context.Event()
        child = context.Process(target=_build_slowly, args=(str(built), ready))
        child.start()
        assert ready.wait(60)
        time.sleep(float(rng.uniform(0.1, 1.5)))
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        reopened(built, shelf, encoder)
    assert len(list(built.glob("gen-*"))) == 1, "leftovers of killed builds go with the next build"


def test_a_document_says_what_an_item_is_like():
    item = Item("1", "Alien", 1979, ("Horror", "Sci-Fi"), "A crew wakes.", {
        "director": ("Ridley Scott",), "runtime": 117, "colour": True, "url": "http://x",
        "themes": tuple("abcdefghijkl"),
    })  # fmt: skip
    assert document(item) == (
        "Alien (1979). Horror, Sci-Fi. A crew wakes. director: Ridley Scott. themes: a, b, c, d, e, f, g, h"
    )
    assert len(document(Item("2", "Long", text="word " * 9000))) == CAP
    assert document(Item("3", "")) == ""


def test_a_text_of_its_own_says_what_an_item_is_about_without_its_name():
    told = "Two strangers meet on a train and talk through a night in Vienna, until one of them has to leave again."
    film = Item("1", "First Date", 1995, ("Romance",), told)
    assert content(film) == f"Romance. {told.rstrip('.')}"
    short = Item("2", "Trail shoe 41", text="Light and grippy.")
    assert content(short) == document(short) == "Trail shoe 41. Light and grippy"


def test_contents_are_stored_beside_the_vectors_and_answer_without_names(tmp_path, encoder):
    told = "A crew of seven wakes far from home because a signal of unknown origin has called their ship to a planet."
    shelf = ItemTable([Item(f"{n}", f"Name {n}", text=f"{told} Part {n}.") for n in range(9)] + [Item("x", "Bare")])
    store = ItemIndexStore(tmp_path / "index")
    store.open_or_rebuild(shelf, encoder)
    assert np.allclose(store.contents[-1], store.vectors[-1])
    assert not np.allclose(store.contents[0], store.vectors[0])
    assert np.allclose(store.contents[:9], encoder.encode([content(item) for item in shelf.items[:9]], role="document"))
    store.close()


def test_a_collection_of_another_kind_is_refused(tmp_path):
    with pytest.raises(RunError, match="Chroma cannot open"):
        ChromaVectors(tmp_path)


def test_an_index_of_whole_items_alone_keeps_one_set_of_vectors(tmp_path, encoder):
    told = "A crew of seven wakes far from home because a signal of unknown origin has called their ship to a planet."
    shelf = ItemTable([Item(f"{n}", f"Name {n}", text=f"{told} Part {n}.") for n in range(9)])
    store = ItemIndexStore(tmp_path / "beside", by_content=False)
    store.open_or_rebuild(shelf, encoder)
    assert np.array_equal(store.contents, store.vectors)
    assert not list((tmp_path / "beside").rglob("contents.npy"))
    store.close()
    again = ItemIndexStore(tmp_path / "beside", by_content=False)
    assert again.faults(shelf, encoder) == []
    again.build(shelf, encoder, reuse=True)
    assert np.array_equal(again.contents, again.vectors)
    again.close()
