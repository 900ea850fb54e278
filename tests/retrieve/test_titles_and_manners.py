"""A manner that only titles have (`something with heart`) tells nothing of an item; a matter and a description do."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.retrieve.fusion import Weights
from convrec.retrieve.lexical import Lexical
from convrec.retrieve.wishes import Wishes
from convrec.testing.hashing import HashingEncoder
from convrec.types import Filter, Item, Request

SHELF = ItemTable(
    [
        Item("a", "Twister", 1996, (), "A storm chaser and her rival."),
        Item("b", "The Last Card", 1990, (), "A thriller with a twist at its end."),
        Item("c", "Twist", 2003, (), "A dancer learns a twist."),
        Item("d", "Garden", 2001, (), "Roses and rain."),
    ]
)


def test_words_of_titles_alone_are_told_from_those_of_descriptions() -> None:
    lexical = Lexical(SHELF)
    assert lexical.only_titled("twist").tolist() == [True, False, False, False]
    assert lexical.only_titled("garden").tolist() == [False, False, False, True]
    assert not lexical.only_titled("a").any()


@pytest.mark.parametrize(
    ("text", "less"),
    [("something with a twist", True), ("a film with lots of twist", True), ("twist", False), ("about twist", False)],
)
def test_a_manner_counts_little_where_only_a_title_has_it(text: str, less: bool) -> None:
    told = Wishes(SHELF, HashingEncoder(), Weights()).told(Request(text=text, wishes=("twist",)))
    assert bool(told[0] < 1) is less
    assert np.all(told[1:] == 1)


SNACKS = ItemTable(
    [
        Item("a", "Almond biscuits", facts={"allergens": ("wheat",)}),
        Item("b", "Almond-free biscuits", facts={"allergens": ("wheat",)}),
        Item("c", "Biscuits without almonds"),
        Item("d", "Oat bar", facts={"allergens": ("almonds",)}),
        Item("e", "Plain crackers", facts={"colour": ("almond",)}),
    ]
)


def test_what_shall_not_be_inside_is_not_in_the_title_either() -> None:
    wishes = Wishes(SNACKS, HashingEncoder(), Weights())
    inside = Request(filters=(Filter("allergens", "none_of", ("almonds",), "no almonds"),))
    assert wishes.refused(inside).tolist() == [True, False, False, False, False]
    colour = Request(filters=(Filter("colour", "none_of", ("almond",), "not almond"),))
    assert not wishes.refused(colour).any()
