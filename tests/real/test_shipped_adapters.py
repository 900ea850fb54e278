"""The adapters that come with convrec, on the real data and the real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from convrec import Recommender
from convrec.adapters import for_talk
from convrec.data.catalogue import ItemTable
from convrec.index.document import document
from convrec.index.generations import ItemIndexStore
from convrec.llm import adapter as adapter_check
from convrec.llm.embedded import locate
from convrec.rerank.sequence import files
from convrec.rerank.sequence.space import HistorySpace, ItemVectors
from convrec.retrieve.talk.opening import open_reader
from convrec.tune.registry import shipped
from convrec.types import History, Item

MOST_BYTES = 6_000_000


@pytest.fixture(scope="module")
def rec(ml100k: Path) -> Iterator[Recommender]:
    with Recommender.open(ml100k, retrieve={"sequence_weight": 1.0}) as opened:
        yield opened


def test_the_ranker_is_shipped() -> None:
    assert "rank" in {task for entry in shipped() for task in entry.tasks}


def test_every_adapter_is_whole_small_and_says_what_it_has_not_seen() -> None:
    for entry in shipped():
        assert entry.faults() == [], entry.name
        assert sum(file.stat().st_size for file in entry.folder.iterdir()) <= MOST_BYTES, entry.name
        card = (entry.folder / "README.md").read_text(encoding="utf-8")
        assert "convrec tune" in card
        if "rank" in entry.tasks:
            assert entry.manifest["held_out_newest"] == 2
            assert "without the newest 2" in card


@pytest.mark.models
def test_every_adapter_passes_the_check_for_foreign_ones() -> None:
    for entry in shipped():
        base = locate(entry.manifest["base"]["name"])
        assert adapter_check.check(entry.folder, base=base)["peft_type"] == "LORA"


@pytest.mark.models
def test_the_reader_of_talks_is_at_home_among_films_and_hears_what_is_asked_for(rec: Recommender) -> None:
    reader = rec.stages.talk
    assert reader is not None
    assert reader.share == 1
    asked = {"Horror": "I am in the mood for something really scary tonight", "Children's": "A film for my little kids"}
    for genre, words in asked.items():
        shown = rec.recommend(conversation=[{"role": "user", "text": words}], k=10, explain=False)
        assert all(one.sources["talk"] for one in shown)
        assert sum(genre in one.item.genres for one in shown) >= 5, genre


@pytest.mark.models
def test_the_reader_of_talks_keeps_out_of_catalogues_that_it_knows_nothing_of(rec: Recommender) -> None:
    folder = for_talk(rec.folder, rec.settings)
    assert folder is not None
    dishes = ["Spaghetti Carbonara", "Beef Stew", "Caesar Salad", "Pad Thai", "Lentil Soup", "Paella"]
    catalogue = ItemTable([Item(f"d{n}", dish, None, ("Dinner",)) for n, dish in enumerate(dishes)])
    documents = rec.workspace.encoder.encode([document(item) for item in catalogue.items], role="document")
    reader = open_reader(folder, rec.settings, catalogue, rec.workspace.encoder, documents, None)
    assert reader is not None
    assert reader.share == 0


@pytest.mark.models
def test_the_ranker_knows_the_films_and_has_a_share(rec: Recommender) -> None:
    ranker = rec.stages.sequence
    assert ranker is not None
    assert ranker.found == len(rec.catalogue)
    for one in rec.recommend(user_id="196", k=10, explain=False):
        assert one.sources["llm"] != 0
        assert one.score == pytest.approx(sum(one.sources.values()), abs=1e-5)


@pytest.mark.models
def test_the_ranker_prefers_what_came_next_to_chance(rec: Recommender) -> None:
    """The newest two events of each person were never seen: the newest must rank far above the middle."""
    ranker = rec.stages.sequence
    assert ranker is not None
    places = []
    for user in rec.store.events.users()[:60]:
        events = rec.store.events.history(user).events
        past = History(None, events[:-1])
        scores = ranker.scores(past)
        seen = {rec.catalogue.row(event.item_id) for event in past.events}
        target = rec.catalogue.row(events[-1].item_id)
        others = np.array([row not in seen for row in range(len(scores))])
        places.append(float((scores[others] > scores[target]).mean()))
    assert np.median(places) < 0.2


@pytest.mark.models
def test_the_same_films_under_other_ids_are_found_by_title_and_new_ones_read_by_text(rec: Recommender) -> None:
    ranker = rec.stages.sequence
    assert ranker is not None
    folder = rec.stages.adapters["rank"]
    items = [Item(f"t{item.id}", item.title, item.year) for item in rec.catalogue.items]
    items[0] = Item("new", "A Film That Nobody Has Heard Of", 2031)
    tokens, _, found = files.load(folder, items, rec.workspace.index.vectors)
    assert found >= len(items) * 0.98 - 1
    assert float(tokens.known[0]) == 0
    assert np.isfinite(tokens.items(tokens.ids()).detach().numpy()).all()


@pytest.mark.models
def test_a_history_finds_through_chroma_what_the_ranker_scores_highest(rec: Recommender, tmp_path: Path) -> None:
    ranker = rec.stages.sequence
    assert ranker is not None
    index = ItemIndexStore(tmp_path / "history", by_content=False)
    index.build(rec.catalogue, ItemVectors(ranker))
    space = HistorySpace(ranker, index, index.vectors)
    right = 0
    for user in rec.store.events.users()[:10]:
        past = rec.store.events.history(user)
        hits = [rec.catalogue.row(item_id) for item_id, _ in index.search(space.query(past), 50)[0]]
        right += len({*hits} & {*np.argsort(-ranker.scores(past))[:50].tolist()})
    index.close()
    assert right >= 495
