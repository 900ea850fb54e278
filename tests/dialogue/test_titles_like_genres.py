"""Titles that are words of the catalogue, too: what is longer, or written as a title, wins."""

from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.types import Item


@pytest.fixture(scope="module")
def twins() -> Understander:
    facts = {"cast": ("Samuel L. Jackson", "Ann Lee")}
    return Understander(
        ItemTable(
            [
                Item("1", "The Comedy", 2012, ("Drama",)),
                Item("2", "Action", 1999, ("Comedy",)),
                Item("3", "Jackson", 2016, ("Action",)),
                Item("4", "Snakes", 2006, ("Action", "Comedy"), facts=facts),
            ]
        ),
        "film",
        "watched",
    )


@pytest.mark.parametrize(
    ("text", "genre"), [("a comedy", "Comedy"), ("I'd like an action film", "Action"), ("the comedy please", "Comedy")]
)
def test_an_article_before_a_genre_makes_no_title(twins: Understander, text: str, genre: str) -> None:
    meaning = twins.understand(text, start(5))
    assert [(one.field, one.op, one.values) for one in meaning.filters] == [("genres", "any_of", (genre,))]
    assert meaning.mentions == ()


def test_capitals_make_it_a_title(twins: Understander) -> None:
    assert [one.item_id for one in twins.understand("I loved The Comedy", start(5)).mentions] == ["1"]


def test_a_title_that_is_part_of_a_name_is_the_name(twins: Understander) -> None:
    meaning = twins.understand("films with Samuel L. Jackson", start(5))
    assert [(one.field, one.values) for one in meaning.filters] == [("cast", ("Samuel L. Jackson",))]
    assert meaning.mentions == ()
