"""The vector of a history finds items through Chroma: what exact scores put first."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.config import RetrieveSettings
from convrec.data.catalogue import ItemTable
from convrec.errors import RunError
from convrec.index import generations
from convrec.index.exact import ExactIndex
from convrec.index.generations import ItemIndexStore
from convrec.rerank.sequence import files
from convrec.rerank.sequence.space import HistorySpace, ItemVectors
from convrec.retrieve.retriever import HybridRetriever
from convrec.signal import Scale
from convrec.testing.hashing import HashingEncoder
from convrec.testing.shelf import games, played
from convrec.types import Item, Request

PASTS = [
    played([("castle-1", 5.0), ("crypt-2", 1.0), ("garden-3", 3.0)]),
    played([("garden-3", 5.0)]),
    played([(f"crypt-{n}", 4.0) for n in range(9)]),
]


@pytest.fixture
def space_of(tmp_path):
    """A space over an index on disk; closed at the end."""
    opened = []

    def make(ranker, catalogue):
        store = ItemIndexStore(tmp_path / "history", by_content=False)
        opened.append(store)
        store.open_or_rebuild(catalogue, ItemVectors(ranker))
        return HistorySpace(ranker, store, store.vectors)

    yield make
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def crowd():
    """Many more games than the adapter was made for."""
    extra = [Item(f"new-{n}", f"Expansion {n} of the {n % 17}th kind", 1990 + n % 30) for n in range(600)]
    return ItemTable([*games().items, *extra])


@pytest.mark.parametrize("past", PASTS)
def test_cosines_order_the_items_as_the_scores_do(ranker, space_of, past):
    space = space_of(ranker, games())
    cosines = (space.vectors @ space.query(past)[0]).astype(float)
    scores = ranker.scores(past).astype(float)
    assert np.allclose(np.linalg.norm(space.vectors, axis=1), 1, atol=1e-5)
    # One line maps the one on the other: the bias is in it, too.
    assert np.corrcoef(cosines, scores)[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.ptp(ranker.item_bias) > 0.1


def test_chroma_finds_what_exact_scores_put_first(ranker_on, space_of, crowd, monkeypatch):
    ranker = ranker_on(crowd)
    space = space_of(ranker, crowd)
    monkeypatch.setattr(generations, "nearest", lambda *_: pytest.fail("exact search was asked"))
    found = right = 0
    for past in PASTS:
        scores = ranker.scores(past)
        hits = [crowd.row(item_id) for item_id, _ in space.index.search(space.query(past), 50)[0]]
        least = np.sort(scores)[-50]
        found += len(hits)
        right += int((scores[hits] >= least - 1e-3).sum())
    assert found == 150
    assert right >= 148


def test_candidates_are_those_of_exact_scoring(ranker_on, space_of, crowd):
    ranker, encoder = ranker_on(crowd), HashingEncoder(32)
    settings = RetrieveSettings(sequence_weight=3.0)
    parts = (crowd, encoder, ExactIndex(crowd, encoder), None, settings, Scale())
    exact = HybridRetriever(*parts, sequence=ranker)
    indexed = HybridRetriever(*parts, sequence=ranker, space=space_of(ranker, crowd))
    for past in PASTS:
        one, other = (each.retrieve(past, None, Request(), 20) for each in (exact, indexed))
        assert len({c.item_id for c in one} & {c.item_id for c in other}) >= 19
        shares = {c.item_id: c.sources["llm"] for c in one}
        # What was touched already counts in the calibration of the one and not of the other.
        for candidate in other:
            if candidate.item_id in shares:
                assert candidate.sources["llm"] == pytest.approx(shares[candidate.item_id], rel=0.15, abs=0.15)


def test_the_index_is_opened_again_and_made_anew_for_another_adapter(
    ranker_on, tmp_path, new_tokens, shape, monkeypatch, caplog
):
    store, writes = ItemIndexStore(tmp_path / "history", by_content=False), []
    written = ItemIndexStore._write
    monkeypatch.setattr(ItemIndexStore, "_write", lambda self, *given: writes.append(1) or written(self, *given))
    first = ItemVectors(ranker_on(games()))
    for _ in range(2):
        store.open_or_rebuild(games(), first)
        store.close()
    assert len(writes) == 1
    other = tmp_path / "other"
    other.mkdir()
    files.save(other, new_tokens(games().items, seed=5), shape, games().items)
    second = ItemVectors(ranker_on(games(), folder=other))
    store.open_or_rebuild(games(), second)
    assert len(writes) == 2
    assert "history is built again" in caplog.text
    assert not np.allclose(store.vectors, first.encode([""] * 40, role="document"), atol=1e-3)
    store.close()


def test_there_are_vectors_of_items_alone(ranker):
    with pytest.raises(RunError, match="40 items and of nothing else"):
        ItemVectors(ranker).encode(["a wish"], role="query")
