"""Foreign items and subtitles, what somebody knows all of, and titles and matters that are turned down."""

from __future__ import annotations

import pytest
from shelf_pipeline import pipeline_of

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.sense.understand import Understander
from convrec.types import Item

LANGUAGES = ("English", "English", "English", "French", "Japanese")
FILMS = [
    Item(
        f"{n}",
        f"Title {n}",
        1980 + n,
        (("War", "Sci-Fi", "Documentary")[n % 3],),
        "",
        {"language": (LANGUAGES[n % 5],), "cast": (("John Wayne", "Ann Lee")[n % 2],)},
    )
    for n in range(20)
]
FILMS += [Item("star", "Star Wars", 1977, ("Sci-Fi", "War"), "", {"language": ("English",), "cast": ("Mark Hamill",)})]


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("any foreign ones?", "none_of"),
        ("a foreign film please", "none_of"),
        ("no foreign films", "any_of"),
        ("no subtitles pls", "any_of"),
        ("something with subtitles", "none_of"),
        ("I don't have subtitles on this TV.", "any_of"),
        ("can't read subtitles", "any_of"),
        ("I hate subtitles", "any_of"),
        ("a documentary about foreign policy", None),
    ],
)
def test_foreign_is_what_most_of_the_catalogue_does_not_speak(text: str, op: str | None) -> None:
    meaning = Chat(pipeline_of(FILMS, "film", "saw"))
    meaning.reply(text)
    spoken = [(one.op, one.values) for one in meaning.state.request.filters if one.field == "language"]
    assert spoken == ([(op, ("English",))] if op else [])


def test_subtitles_that_are_fine_after_all_leave_no_condition() -> None:
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    chat.reply("no subtitles")
    chat.reply("ok subtitles are fine")
    assert chat.state.request.filters == ()


def test_where_no_language_rules_foreign_is_a_word_like_others() -> None:
    wines = [Item(f"{n}", f"Wine {n}", facts={"language": (f"Tongue {n}",)}) for n in range(6)]
    chat = Chat(pipeline_of(wines, "wine", "drank"))
    chat.reply("any foreign ones?")
    assert chat.state.request.filters == ()


@pytest.mark.parametrize("text", ["he's seen all the John Wayne ones", "I have watched everything with john wayne"])
def test_who_knows_all_of_somebody_gets_others(text: str) -> None:
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    chat.reply(text)
    assert [(one.field, one.op, one.values) for one in chat.state.request.filters] == [
        ("cast", "none_of", ("John Wayne",))
    ]


@pytest.mark.parametrize("text", ["not star wars obviously", "sci fi but not star wars", "anything but star wars"])
def test_a_title_that_is_turned_down_is_none_of_its_words(text: str) -> None:
    reader = Understander(ItemTable(FILMS), "film", "saw")
    assert [one.item_id for one in reader.mentions(text)] == ["star"]
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    chat.reply(text)
    assert not [one for one in chat.state.request.filters if "War" in one.values]


def test_a_matter_that_is_given_up_leaves_the_kind_it_came_with() -> None:
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    chat.reply("a documentary about music")
    chat.reply("never mind music, sports then")
    assert [one.values for one in chat.state.request.filters] == [("Documentary",)]


def test_the_shortest_of_these_is_asked_without_an_apostrophe() -> None:
    films = [Item(f"{n}", f"Title {n}", 1990, ("Drama",), "", {"runtime": 80 + n}) for n in range(9)]
    chat = Chat(pipeline_of(films, "film", "saw"))
    shown = [one.item for one in chat.reply("a drama").recommendations]
    least = min(shown, key=lambda item: item.facts["runtime"])
    assert least.title in chat.reply("and whats the shortest of these").text
