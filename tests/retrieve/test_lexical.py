from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.retrieve.lexical import Lexical, tokens
from convrec.types import Item


@pytest.fixture(scope="module")
def lexical():
    return Lexical(
        ItemTable(
            [
                Item("1", "Crème brûlée for beginners", text="Sugar, fire and patience."),
                Item("2", "The submarine", text="A crew under the sea, and the sea above the crew."),
                Item("3", "Submarines of the north", text="Ice."),
                Item("4", "", text=""),
            ]
        )
    )


def test_tokens_lose_case_accents_and_the_plural():
    assert tokens("Crème BRÛLÉE, submarines; boss gas") == ["creme", "brulee", "submarine", "boss", "gas"]


def test_shared_words_are_found_however_written(lexical):
    assert lexical.coverage("creme brulee").argmax() == 0
    found = lexical.coverage("a film about submarines")
    assert found[1] > 0
    assert found[2] > 0
    assert found[0] == found[3] == 0


def test_coverage_lies_between_none_and_all(lexical):
    found = lexical.coverage("submarine crew sea ice fire sugar patience")
    assert ((found >= 0) & (found <= 1)).all()
    assert lexical.coverage("submarine")[2] > lexical.coverage("submarine opera in Vienna")[2] > 0


@pytest.mark.parametrize("text", ["", "   ", "the of and", "zzz qqq", "?!", "日本"])
def test_words_that_nothing_has_find_nothing(lexical, text):
    assert not lexical.coverage(text).any()


def test_an_empty_catalogue_is_searched_in_vain():
    assert lexical_of([]).coverage("anything").shape == (0,)


def lexical_of(items):
    return Lexical(ItemTable(items))
