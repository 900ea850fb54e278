"""Learned weights find their items again by what they are called."""

from __future__ import annotations

from convrec.rerank.sequence.keys import keys, matched
from convrec.types import Item

KNOWN = [
    Item("1", "The Long Harbour", 1994),
    Item("2", "Castle", 1983),
    Item("3", "Castle", 1983),
    Item("4", "Castle", 2009),
    Item("5", "Garden"),
]


def rows(*items):
    return matched(keys(KNOWN), items).tolist()


def test_the_same_catalogue_finds_itself_in_any_order():
    assert rows(*KNOWN) == [0, 1, 2, 3, 4]
    assert rows(*KNOWN[::-1]) == [4, 3, 2, 1, 0]


def test_title_and_year_make_the_item_whatever_its_id():
    assert rows(Item("x", "The Long Harbour", 1994), Item("y", "Castle", 2009), Item("z", "Garden")) == [0, 3, 4]
    assert rows(Item("x", "the long harbour", 1994)) == [0]


def test_another_year_is_another_item():
    assert (
        rows(Item("1", "The Long Harbour", 1995), Item("1", "The Long Harbour"), Item("5", "Garden", 1994)) == [-1] * 3
    )


def test_the_id_tells_two_of_one_title_apart_else_the_first_is_taken():
    assert rows(Item("3", "Castle", 1983), Item("2", "Castle", 1983), Item("9", "Castle", 1983)) == [2, 1, 1]


def test_an_id_alone_says_nothing():
    assert rows(*(Item(item.id, "Another " + item.title, item.year) for item in KNOWN)) == [-1] * 5


def test_keys_are_the_same_on_every_machine_and_empty_catalogues_have_none():
    assert [column.tolist() for column in keys([Item("1", "Castle", 1983)])] == [
        [8518482412311870710],
        [-5234346241826445264],
    ]
    assert [len(column) for column in keys([])] == [0, 0]
    assert matched(keys([]), KNOWN).tolist() == [-1] * 5
    assert matched(keys(KNOWN), []).tolist() == []
