"""What is said of cards and titles in passing: too much of something, one of these, the same director."""

from __future__ import annotations

import pytest
from shelf_pipeline import pipeline_of

from convrec.dialogue.chat import Chat
from convrec.dialogue.rules.chatter import chatter_in
from convrec.dialogue.rules.clauses import clauses
from convrec.dialogue.sense.phrases import phrases
from convrec.types import Item

FILMS = [
    Item(
        f"{n}", ("Dino Park", "Groundhog Day", "Heat", "Alpha", "Beta", "Gamma", "Delta", "Omega")[n], 1990 + n,
        (("Drama", "Comedy")[n % 2],), "", {"director": (("Ann Lee", "Bo Ray")[n // 4],), "moods": ("scary", "gentle")},
    )
    for n in range(8)
]  # fmt: skip


@pytest.fixture
def chat() -> Chat:
    return Chat(pipeline_of(FILMS, "film", "saw"))


@pytest.mark.parametrize("text", ["Dino Park is too scary for him", "Heat was a bit too long", "Heat is too slow"])
def test_too_much_of_something_is_no_praise(chat: Chat, text: str) -> None:
    chat.reply(text)
    assert list(chat.state.verdicts.values()) in (["dislike"], [])


@pytest.mark.parametrize("text", ["which of these is the best known", "which one of them is the funniest?"])
def test_who_asks_which_of_the_cards_judges_none(chat: Chat, text: str) -> None:
    chat.reply("a drama")
    chat.reply(text)
    assert not chat.state.verdicts


def test_the_one_with_the_best_rating_is_weighed(chat: Chat) -> None:
    chat.reply("a drama")
    assert "I do not find" not in chat.reply("the one with the best rating?").text
    assert "I would take" in chat.reply("which one has the best rating?").text


def test_the_same_director_is_that_of_what_it_shall_be_like(chat: Chat) -> None:
    chat.reply("something like Groundhog Day")
    told = chat.reply("same director maybe?").text
    assert [(one.field, one.values) for one in chat.state.request.filters] == [("director", ("Ann Lee",))]
    assert "director directed" not in told


def test_who_is_pleased_is_not_told_what_we_are(chat: Chat) -> None:
    chat.reply("a drama")
    chat.reply("what is the first about?")
    assert "program" not in chat.reply("great").text


def test_talk_about_oneself_ends_at_a_colon() -> None:
    text = "we're 4 people and can't agree: one wants drama, one comedy, two don't care"
    assert all(end <= text.index(":") or start > text.index("comedy") for start, end in chatter_in(text, clauses(text)))


@pytest.mark.parametrize(
    ("text", "found", "meant"),
    [
        ("in black and white would be cool", ["black", "white", "cool"], ["black and white"]),
        ("something cool", ["cool"], ["cool"]),
        ("black comedies", ["black"], ["black"]),
    ],
)
def test_wishes_are_put_right_as_phrases(text: str, found: list[str], meant: list[str]) -> None:
    assert phrases(text, found) == meant


def test_back_to_the_previous_ones_shows_them_again(chat: Chat) -> None:
    shown = {one.item.id for one in chat.reply("a drama").recommendations}
    assert {one.item.id for one in chat.reply("back to the previous ones").recommendations} == shown
