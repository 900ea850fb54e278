from __future__ import annotations

import numpy as np
import pytest
from exact_search import ExactIndex

from convrec.config import RetrieveSettings
from convrec.data.catalogue import ItemTable
from convrec.retrieve.kinds import Kinds
from convrec.retrieve.retriever import HybridRetriever
from convrec.signal import Scale
from convrec.types import Filter, History, Item, Request


class Meanings:
    """An encoder of four directions, by hand."""

    name, dim = "meanings", 3

    def __init__(self):
        self.calls = 0

    def encode(self, texts, *, role):
        self.calls += 1
        known = {"Comedy": (1, 0, 0), "funny": (0.8, 0.6, 0), "Horror": (0, 0, 1), "witty": (0.97, 0.243, 0)}
        return np.asarray([known.get(text, (0, 1, 0)) for text in texts], dtype=np.float32)


@pytest.fixture
def catalogue():
    kinds = (("Comedy",), ("Horror",), ("Comedy", "Horror"))
    return ItemTable(
        [
            Item(str(n), f"Film {n}", genres=kinds[n % 3], facts={"serial": f"number {n}", "mood": ("witty",)[: n % 2]})
            for n in range(90)
        ]
    )


def test_a_wish_is_met_by_the_kinds_it_means(catalogue):
    encoder = Meanings()
    kinds = Kinds(catalogue, encoder)
    met = kinds.met(encoder.encode(["funny"], role="query"))
    comedies = np.array(["Comedy" in item.genres for item in catalogue.items])
    witty = np.array([bool(item.facts["mood"]) for item in catalogue.items])
    assert met[comedies & ~witty] == pytest.approx(0.8)
    assert (met[witty] > 0.9).all()
    assert not met[~comedies & ~witty].any()
    before = encoder.calls
    kinds.met(encoder.encode(["funny"], role="query"))
    assert encoder.calls == before + 1, "the kinds were embedded once"


def test_several_wishes_are_averaged_and_strange_ones_met_by_nothing(catalogue):
    encoder = Meanings()
    kinds = Kinds(catalogue, encoder)
    assert not kinds.met(encoder.encode(["zzz"], role="query"))[1::6].any()
    both = kinds.met(encoder.encode(["funny", "zzz"], role="query"))
    assert both[0] == pytest.approx(0.4)


def test_a_field_of_many_values_is_no_kind(catalogue):
    kinds = Kinds(catalogue, Meanings())
    assert set(kinds._values()) == {"genres", "mood"}


def test_like_one_item_but_of_another_kind(retriever):
    plain = retriever.retrieve(History(), None, Request(like=("castle-1",)), 5)
    turned = retriever.retrieve(History(), None, Request(like=("castle-1",), wishes=("Horror",)), 5)
    assert all(candidate.item_id.startswith("castle") for candidate in plain)
    assert any(candidate.item_id.startswith("crypt") for candidate in turned)
    assert any(candidate.sources.get("kind", 0) > 0 for candidate in turned)


def test_a_stranger_who_asks_for_a_kind_is_shown_what_is_typical_of_it(encoder):
    love = [
        Item(f"love-{n}", f"Letters {n}", genres=("Romance",), text=f"two shy people fall in love, part {n}")
        for n in range(9)
    ]
    odd = Item("odd", "Hull Breach", genres=("Romance", "Sci-Fi"), text="star ships fight over a moon base")
    other = [Item(f"ship-{n}", f"Orbit {n}", genres=("Sci-Fi",), text=f"star ships fight, war {n}") for n in range(12)]
    catalogue = ItemTable([odd, *love, *other])
    retriever = HybridRetriever(catalogue, encoder, ExactIndex(catalogue, encoder), None, RetrieveSettings(), Scale())
    ranked = retriever.retrieve(History(), None, Request(filters=(Filter("genres", "any_of", ("Romance",)),)), 10)
    assert [one.item_id for one in ranked][-1] == "odd"
    assert {one.item_id for one in ranked[:9]} == {item.id for item in love}
    assert "kind" in ranked[0].sources
