from __future__ import annotations

import threading

import numpy as np
import pytest

from convrec.config import ModelSettings
from convrec.embed import open_encoder
from convrec.embed.sentence import SentenceEncoder
from convrec.errors import RunError, UsageError
from convrec.protocols import Encoder
from convrec.testing.hashing import HashingEncoder


def test_hashed_words_that_are_shared_lie_near():
    encoder = HashingEncoder()
    assert isinstance(encoder, Encoder)
    sea, ship, tea = encoder.encode(["the deep sea", "a ship on the deep SEA", "green tea"], role="document")
    assert sea @ ship > 0.5 > sea @ tea
    assert np.array_equal(encoder.encode(["the deep sea"], role="query")[0], sea)


def test_hashed_texts_are_unit_vectors_whatever_they_say():
    vectors = HashingEncoder(8).encode(
        ["", "?!", "one", *(f"word{n} word{n + 1}" for n in range(200))], role="document"
    )
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(203), abs=1e-5)
    assert HashingEncoder(8).encode([], role="query").shape == (0, 8)


def test_a_folder_that_is_no_model_is_named(tmp_path):
    with pytest.raises(RunError, match="no readable sentence-transformers configuration"):
        SentenceEncoder(tmp_path)


@pytest.fixture(scope="module")
def minilm():
    try:
        return open_encoder(ModelSettings())
    except UsageError as error:
        pytest.skip(str(error))


@pytest.mark.models
def test_minilm_makes_unit_vectors_that_follow_meaning(minilm):
    assert minilm.dim == 384
    documents = minilm.encode(
        ["A crew is hunted by a monster on a spaceship.", "Two bakers fall in love in Paris.", ""], role="document"
    )
    assert documents.dtype == np.float32
    assert np.linalg.norm(documents, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    query = minilm.encode(["science fiction horror"], role="query")[0]
    assert query @ documents[0] > query @ documents[1] + 0.1
    assert minilm.encode([], role="query").shape == (0, 384)


@pytest.mark.models
def test_minilm_gives_every_text_its_own_vector_in_any_batch(minilm):
    texts = [f"a story about {word}" * (1 + n % 7) for n, word in enumerate(["rain", "gold", "war", "bees"] * 20)]
    together = minilm.encode(texts, role="document")
    alone = np.stack([minilm.encode([text], role="document")[0] for text in texts[:6]])
    assert (together[:6] * alone).sum(axis=1) == pytest.approx(np.ones(6), abs=2e-3)


@pytest.mark.models
def test_minilm_serves_several_threads(minilm):
    expected = minilm.encode(["rain over the sea"], role="query")[0]
    got = []
    threads = [
        threading.Thread(target=lambda: got.append(minilm.encode(["rain over the sea"], role="query")[0]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(vector @ expected > 0.999 for vector in got)
    assert len(got) == 4
