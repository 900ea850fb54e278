"""A wish that is a word of the catalogue brings the items that carry it; a plot that has such words does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.retrieve.fusion import Weights
from convrec.retrieve.labels import Labels
from convrec.retrieve.wishes import Wishes
from convrec.testing.hashing import HashingEncoder
from convrec.types import Item, Request


def item(at: int, genres: str, moods: str, text: str = "A story.") -> Item:
    return Item(str(at), f"Item {at}", 1990, tuple(genres.split("|")), text, {"moods": tuple(moods.split("|"))})


ITEMS = [
    item(0, "Drama", "nostalgic|gentle"),
    item(1, "Drama", "nostalgic|slow-burn"),
    item(2, "Comedy", "gentle|road trip"),
    item(3, "Comedy", "loud|slow-burn"),
    item(4, "Drama", "loud|road trip|unique"),
]


@pytest.fixture
def labels() -> Labels:
    return Labels(ItemTable(ITEMS))


def test_items_with_all_that_is_said_count_most(labels: Labels) -> None:
    met = labels.met(["gentle", "nostalgic"], "something gentle and nostalgic")
    assert met.tolist() == [1.0, 0.5, 0.5, 0.0, 0.0]


def test_words_are_read_whatever_their_spelling(labels: Labels) -> None:
    assert np.flatnonzero(labels.met(["Slow burn"])).tolist() == [1, 3]
    assert np.flatnonzero(labels.met(["a road-trip film"])).tolist() == [2, 4]
    assert np.flatnonzero(labels.met(["dramas"])).tolist() == [0, 1, 4]


def test_a_comparative_asks_for_its_label(labels: Labels) -> None:
    assert np.flatnonzero(labels.met(["louder"], "something louder please")).tolist() == [3, 4]
    assert np.flatnonzero(labels.met(["gentlest"], "the gentlest one")).tolist() == [0, 2]


def test_a_wish_that_is_no_label_or_one_item_s_own_says_nothing(labels: Labels) -> None:
    assert not labels.met(["about lighthouse keepers"]).any()
    assert not labels.met(["unique"]).any()
    assert not labels.met([]).any()


def test_a_plot_told_in_a_sentence_asks_for_no_label(labels: Labels) -> None:
    plot = "a gentle widow loses her farm and walks to the distant sea with seven goats"
    assert not labels.met(["gentle"], plot).any()
    assert labels.met(["gentle"], "something gentle for a rainy evening").max() == pytest.approx(1.0)


def test_the_sentence_that_asks_counts_among_others(labels: Labels) -> None:
    said = "My aunt from Norway visits us on Sunday with both her dogs. Something gentle please"
    assert labels.met(["gentle"], said).max() == pytest.approx(1.0)


def test_conditions_are_accounted_for(labels: Labels) -> None:
    text = "nostalgic pictures with Vera Lind by Ida Moss"
    assert labels.met(["nostalgic"], text).max() < 0.5
    assert labels.met(["nostalgic"], text, ["Vera Lind", "Ida Moss", "pictures"]).max() == pytest.approx(1.0)


def test_an_item_without_a_description_is_believed_less() -> None:
    bare = Item("9", "unknown", None)
    of = [Wishes(ItemTable(items), HashingEncoder(), Weights()).trust for items in ([*ITEMS, bare], [bare])]
    assert of[0].tolist() == pytest.approx([1.0] * 5 + [0.3])
    assert of[1].tolist() == [1.0]  # where nothing is described, all are alike


def test_what_is_not_wanted_is_refused_where_a_document_names_it() -> None:
    texts = ["Rice with prawns.", "Rice with beans.", "A prawn stew.", "A stew of peas.", "Bread.", "Rice pudding."]
    catalogue = ItemTable([Item(str(n), f"Dish {n}", text=text) for n, text in enumerate(texts)])
    wishes = Wishes(catalogue, HashingEncoder(), Weights())

    def refused(*avoid: str) -> list[int]:
        return np.flatnonzero(wishes.refused(Request(avoid=avoid))).tolist()

    assert refused("prawns") == [0, 2]
    assert refused("prawns", "bread") == [0, 2, 4]
    assert refused("prawn stew") == [2], "every word of it"
    assert refused("rice") == [0, 1, 5]
    assert refused("dish") == [], "all have it, so it says nothing of each"
    plot = Request(text="small guy with no talent for stews determined to play college football", avoid=("stews",))
    assert not wishes.refused(plot).any()
    assert wishes.refused(replace(plot, text="rice, but no stews for me")).any()
    assert refused("what is far too long to be read like that") == refused("") == refused("truffles") == []


def test_a_word_that_one_hyphened_label_begins_with_asks_for_it() -> None:
    moods = [("light-hearted",), ("light-hearted", "slow"), ("slow",), ("slow-burn",), ("slow-burn", "dark"), ("dark",)]
    items = [Item(str(n), f"Film {n}", facts={"moods": each}) for n, each in enumerate(moods)]
    labels = Labels(ItemTable(items))
    assert labels.met(["light"], "something light").tolist() == [1, 1, 0, 0, 0, 0]
    assert labels.met(["slow"], "something slow").tolist() == [0, 1, 1, 0, 0, 0], "a label of its own stays that"
