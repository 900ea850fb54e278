from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.dialogue.rules.titles import TitleLinker
from convrec.types import Item


@pytest.fixture(scope="module")
def linker(films: ItemTable) -> TitleLinker:
    return TitleLinker(films)


CASES = [
    ("I loved The Glass Harbour", ["1"]),
    ("i loved glass harbour 2", ["2"]),
    ("something like Lantern Street but funny", ["3"]),
    ("I like the last orchard, quiet orbit and robot picnic", ["8", "12", "9"]),
    ("quite orbit was great", ["12"]),
    ("have you seen Dust & Silver?", ["10"]),
    ("I liked It and Her Garden", ["4", "6"]),
    ("Robot Picnic", ["9"]),
    ('what about "it"', ["4"]),
    ("Midnight Parade (1982) is fun", ["7"]),
]


@pytest.mark.parametrize(("text", "ids"), CASES, ids=[text for text, _ in CASES])
def test_titles_are_found_however_they_are_written(linker: TitleLinker, text: str, ids: list[str]) -> None:
    assert [one.item_id for one in linker.find(text)] == ids


@pytest.mark.parametrize(
    "text",
    ["it was fine", "I like it", "her friends", "a very long day in the garden", "the last one", "heat and rain"],
)
def test_ordinary_words_are_no_titles(linker: TitleLinker, text: str) -> None:
    assert linker.find(text) == []


def test_the_year_decides_between_two_of_one_name_and_else_both_are_reported(linker: TitleLinker) -> None:
    (older,) = linker.find("I loved Heat Wave (1995)")
    assert (older.item_id, older.others) == ("5", ())
    (newer,) = linker.find("I loved Heat Wave 2017")
    assert newer.item_id == "16"
    (unsure,) = linker.find("I loved Heat Wave")
    assert {unsure.item_id, *unsure.others} == {"5", "16"}


def test_popularity_decides_where_there_is_no_year(films: ItemTable) -> None:
    (known,) = TitleLinker(films, {"5": 100.0}).find("I loved Heat Wave")
    assert known.item_id == "5"


def test_parts_of_long_titles_are_found() -> None:
    shop = ItemTable([
        Item("a", "Star Lanes: Return to Orion - Console X"),
        Item("b", "Mushroom Kart 8"), Item("c", "Mushroom Kart 7"),
        Item("d", "Super Mushroom Party"), Item("e", "Farming"),
    ])  # fmt: skip
    linker = TitleLinker(shop)
    assert [one.item_id for one in linker.find("i love star lanes")] == ["a"]
    (series,) = linker.find("something like Mushroom Kart")
    assert {series.item_id, *series.others} == {"b", "c"}


def test_a_person_is_not_a_title_of_one_word() -> None:
    linker = TitleLinker(ItemTable([Item("a", "Julia", 2014), Item("b", "Anna", 2019)]))
    assert linker.find("I like Julia Verne and Anna Kowal") == []
    assert [one.item_id for one in linker.find("I loved Julia")] == ["a"]


def test_a_part_of_a_title_with_the_year_of_another_film_is_another_film() -> None:
    linker = TitleLinker(ItemTable([Item("1", "Pumpkin Night: The Curse of Ada", 1995), Item("2", "Jawbone", 1975)]))
    assert linker.find("I loved The Jawbone (2013)") == []
    assert [one.item_id for one in linker.find("I loved The Jawbone (1976)")] == ["2"]
    told = TitleLinker(ItemTable([Item("3", "The Great Gadfly", 2004), Item("4", "Jawbone", 1975)]))
    assert [one.item_id for one in told.find("I loved Great Gadfly (1925)")] == ["3"]
    assert [one.item_id for one in linker.find("I loved Pumpkin Night (1978) and Jawbone (1979)")] == ["2"]
    for text in ("I loved Pumpkin Night (1996)", "I loved Pumpkin Night"):
        assert [one.item_id for one in linker.find(text)] == ["1"]


def test_the_end_of_a_longer_title_of_another_year_is_not_it() -> None:
    linker = TitleLinker(ItemTable([Item("1", "Michael", 1996), Item("2", "Jawbone", 1975)]))
    assert linker.find("what is I Am Michael (2015) about?") == []
    for text in ("what is Michael (2015) about?", "I saw Michael (1996)", "have you seen Michael?"):
        assert [one.item_id for one in linker.find(text)] == ["1"]
