"""Words within one letter, and titles with one letter wrong."""

from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.dialogue.rules.titles import TitleLinker
from convrec.dialogue.words.misspelling import Vocabulary
from convrec.types import Item


def test_near_words_have_one_letter_missing_added_changed_or_swapped():
    found = Vocabulary(["lantern", "lanterns", "lanten", "lantren", "lampern", "orbit"])
    assert found.near("lantern") == ("lanten", "lanterns", "lantren")
    assert found.near("orbti") == ("orbit",)
    assert found.near("comet") == ()
    assert "orbit" in found
    assert "orbti" not in found


ITEMS = ItemTable(
    [
        Item("1", "The Long Winter of Ada Holm"), Item("2", "Copperfall"), Item("3", "Star Ledger: Eclipse"),
        Item("4", "Bread & Roses"), Item("5", "The Guns of Port"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "item_id"),
    [
        ("something like the long wniter of ada holm", "1"),
        ("I loved Coperfall", "2"),
        ("have you got Copperfal?", "2"),
        ("Star Ledger: Ecliipse was boring", "3"),
        ("i watched Bred & Roses last night", "4"),
        ("more like the guns f port please", "5"),
    ],
)
def test_a_letter_may_be_wrong(text, item_id):
    assert [one.item_id for one in TitleLinker(ITEMS).find(text)] == [item_id]


@pytest.mark.parametrize("text", ["a copper fall jacket", "i love guns", "the winter was long", "and bread"])
def test_ordinary_words_are_not_mended_into_titles(text):
    assert TitleLinker(ITEMS).find(text) == []
