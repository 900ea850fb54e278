"""Words of the catalogue that are titles, too, and pieces whose links share a word: which of them is meant."""

from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.dialogue.replies.asking import relaxations
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.types import Filter, Item, Request


def made(number: int, title: str, place: str, language: str, cast: str, themes: tuple[str, ...]) -> Item:
    facts = {"place": place, "language": language, "cast": (cast, "Ada Finch"), "themes": themes}
    facts["country"] = {"Italian": "Italy", "English": "United Kingdom"}[language]
    return Item(str(number), title, 1990 + number, ("Drama",), "", facts)


@pytest.fixture(scope="module")
def shelf() -> Understander:
    items = [
        made(1, "Hamlet", "Rome", "Italian", "Kevin J. O'Connor", ("ghosts", "country life")),
        made(2, "Country Life", "Rome", "English", "Mia Stone", ("sheep",)),
        made(3, "Ghosts", "Los Angeles, New York, Paris, Rome and Helsinki", "English", "Mia Stone", ("trains",)),
        made(4, "Trains", "London", "Italian", "Tom Berg", ("ghosts", "hamlet")),
    ]
    return Understander(ItemTable(items), "film", "watched")


def read(shelf: Understander, text: str) -> set[tuple[str, str, tuple[str | float, ...]]]:
    return {(one.field, one.op, one.values) for one in shelf.understand(text, start(5)).filters}


@pytest.mark.parametrize("text", ["no films tagged “ghosts”", 'nothing tagged "ghosts"', "nothing labelled ghosts"])
def test_a_label_in_quotation_marks_is_no_title(shelf: Understander, text: str) -> None:
    meaning = shelf.understand(text, start(5))
    assert meaning.mentions == ()
    assert [(one.op, one.values) for one in meaning.filters] == [("none_of", ("ghosts",))]


def test_a_title_in_quotation_marks_is_one(shelf: Understander) -> None:
    assert [one.item_id for one in shelf.understand('I loved "Ghosts"', start(5)).mentions] == ["3"]


def test_what_it_is_about_is_no_title(shelf: Understander) -> None:
    assert read(shelf, "films but not about country life") == {("themes", "none_of", ("country life",))}
    assert [one.item_id for one in shelf.understand("tell me about Country Life", start(5)).mentions] == ["2"]


def test_set_in_is_another_link_than_in(shelf: Understander) -> None:
    refused, wanted = sorted(read(shelf, "no films set in London, in Italian"), key=lambda one: one[1], reverse=True)
    assert refused == ("place", "none_of", ("London",))
    assert wanted == ("language", "any_of", ("Italian",))


def test_a_language_that_is_refused_leaves_the_country(shelf: Understander) -> None:
    assert read(shelf, "no films in English") == {("language", "none_of", ("English",))}


def test_a_place_out_of_a_long_list_is_refused(shelf: Understander) -> None:
    (refused,) = shelf.understand("nothing set in Los Angeles", start(5)).filters
    assert refused.values == ("Los Angeles, New York, Paris, Rome and Helsinki",)


def test_names_with_an_apostrophe(shelf: Understander) -> None:
    assert read(shelf, "with Kevin J. O'Connor") == {("cast", "any_of", ("Kevin J. O'Connor",))}


def test_as_few_conditions_as_help_are_offered_together(shelf: Understander) -> None:
    fields = (("place", "London"), ("language", "English"), ("cast", "Kevin J. O'Connor"), ("themes", "trains"))
    asked = Request(filters=tuple(Filter(name, "any_of", (value,), value) for name, value in fields))
    assert {len(one.filters) for one in relaxations(shelf.catalogue, asked)} == {2}
    asked = Request(filters=(*asked.filters, Filter("title", "any_of", ("Hamlet",), "hamlet")))
    assert relaxations(shelf.catalogue, asked)


@pytest.mark.parametrize(
    ("text", "ops"),
    [
        ("not in Italian, in English", {"none_of", "any_of"}),
        ("nothing set in Rome and set in London", {"none_of"}),
        ("nothing set in Rome, set in London or set in Paris", {"none_of"}),
    ],
)
def test_a_list_goes_on_refusing_and_a_contrast_wants(shelf: Understander, text: str, ops: set[str]) -> None:
    assert {op for _, op, _ in read(shelf, text)} == ops


def test_words_of_talk_that_are_words_of_the_catalogue() -> None:
    made = [
        Item("1", "One Tune", 1999, ("Music",), "", {"tags": ("game", "sad")}),
        Item("2", "The Game", 2000, ("Drama",)),
    ]
    reader = Understander(ItemTable(made), "film", "watched")
    assert read(reader, "I'd like music films") == {("genres", "any_of", ("Music",))}
    assert read(reader, "nothing tagged “game”") == {("tags", "none_of", ("game",))}
    assert read(reader, "play me something") == set()


def test_what_follows_a_piece_that_is_wanted_is_wanted(shelf: Understander) -> None:
    filters = read(shelf, "nothing with Mia Stone, from the 1990s and from Italy")
    assert ("country", "any_of", ("Italy",)) in filters
    assert ("cast", "none_of", ("Mia Stone",)) in filters
