"""Words of feeling that a catalogue does not use mean those that it does."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.retrieve.fusion import Weights
from convrec.retrieve.labels import Labels, alike
from convrec.retrieve.wishes import Wishes
from convrec.testing.hashing import HashingEncoder
from convrec.types import Item, Request


def song(number: int, *moods: str) -> Item:
    return Item(str(number), f"Song {number}", facts={"moods": moods})


MOODS = ("funny", "silly", "sad", "light-hearted", "clever", "bleak")
SONGS = [song(2 * at + twin, mood) for at, mood in enumerate(MOODS) for twin in (0, 1)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("laugh", "funny"),
        ("stupid", "silly"),
        ("cry", "sad"),
        ("playful", "light-hearted"),
        ("smart", "clever"),
        ("heavy", "bleak"),
    ],
)
def test_a_word_alike_stands_for_the_label(said: str, meant: str) -> None:
    met = Labels(ItemTable(SONGS)).met([said])
    assert [SONGS[row].facts["moods"][0] for row in np.flatnonzero(met)] == [meant, meant]


def test_a_label_stays_what_it_is() -> None:
    met = Labels(ItemTable(SONGS)).met(["silly"])
    assert [SONGS[row].facts["moods"][0] for row in np.flatnonzero(met)] == ["silly", "silly"]


def test_what_has_no_like_here_means_nothing() -> None:
    assert not Labels(ItemTable(SONGS)).met(["scary"]).any()


def test_several_labels_alike_are_all_meant() -> None:
    rows = {("sad",): np.array([1, 4]), ("tragic",): np.array([2, 4])}
    found = alike(rows, ["sad tragic weepy", "glad merry"])
    assert set(found) == {("weepy",)}
    assert found[("weepy",)].tolist() == [1, 2, 4]


def test_a_title_that_has_the_word_alone_counts_less_where_a_label_says_it() -> None:
    named = Item("laugh", "Laughter", facts={"moods": ("clever",)})
    shelf = ItemTable([*SONGS, named])
    told = Wishes(shelf, HashingEncoder(), Weights()).told(Request(text="to laugh at", wishes=("laugh",)))
    assert told[-1] < 1
    assert np.all(told[:-1] == 1)
