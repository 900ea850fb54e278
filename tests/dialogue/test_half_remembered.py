"""Items that are sought by what happens in them."""

from __future__ import annotations

import pytest
from shelf_pipeline import pipeline_of

from convrec.dialogue.chat import Chat
from convrec.dialogue.rules.half_remembered import told_by_plot
from convrec.types import Item

FILMS = [Item(f"x{n}", f"Other {n}", 1980 + n, (("Drama", "Comedy")[n % 2],), f"House number {n}.") for n in range(8)]


@pytest.fixture
def chat() -> Chat:
    return Chat(pipeline_of(FILMS, "film", "saw"))


@pytest.mark.parametrize(
    ("text", "plot"),
    [
        ("can u find that movie where a shark attacks a beach", "a shark attacks a beach"),
        ("what's that film in which soldiers escape from a camp?", "soldiers escape from a camp"),
        ("the one where he lives one day again and again", "he lives one day again and again"),
        ("Looking for the old movie where they dig a tunnel", "they dig a tunnel"),
    ],
)
def test_a_plot_is_the_wish_whatever_words_are_in_it(text: str, plot: str) -> None:
    meaning = told_by_plot(text, "film", in_view=False)
    assert meaning is not None
    assert (meaning.wishes, meaning.filters) == ((plot,), ())


@pytest.mark.parametrize("text", ["a film where the bad guy wins", "that movie was great", "where is the film set?"])
def test_other_messages_are_none_of_these(text: str) -> None:
    assert told_by_plot(text, "film", in_view=False) is None


def test_with_cards_in_view_the_one_where_may_be_a_card_and_what_is_sought_is_not() -> None:
    assert told_by_plot("the one where a shark attacks", "film", in_view=True) is None
    assert told_by_plot("do you know the one where a shark attacks", "film", in_view=True) is not None


def test_it_is_a_new_wish(chat: Chat) -> None:
    chat.reply("something gentle")
    chat.reply("what was that movie where a shark attacks a small town?")
    assert chat.state.request.wishes == ("a shark attacks a small town",)
    assert chat.state.request.text == "a shark attacks a small town"
