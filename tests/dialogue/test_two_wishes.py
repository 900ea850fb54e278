"""Two wishes in one message are not blended: the first is answered, the second waits."""

from __future__ import annotations

import pytest
from shelf_pipeline import FILMS, ShelfPipeline, pipeline_of

from convrec.dialogue.chat import Chat
from convrec.dialogue.sense.two_wishes import is_due, parted, put_off

BOTH = "something funny for the kids and something dark for me later"


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (BOTH, "something dark for me"),
        ("a comedy for tonight and a thriller for tomorrow", "a thriller"),
        ("something light for my wife, and one with robots for me", "one with robots for me"),
        ("first something short, then something scary after that", "something scary"),
        ("a red wine for us and a sweet white for my mother", "a sweet white for my mother"),
        ("i need something quick for lunch; something fancy for tomorrow", "something fancy"),
    ],
)
def test_two_wishes_are_told_apart(text: str, second: str) -> None:
    parts = parted(text)
    assert parts is not None
    assert put_off(text[parts[1] :]) == second


@pytest.mark.parametrize(
    "text",
    [
        "something for me and my wife",
        "something for the kids and a friend",
        "ok and something scarier for later",
        "two films, one light and one meaty",
        "a film for the kids, nothing scary",
        "something funny and a bit dark for us",
        "a comedy and a western",
        "i want a film for tonight, something for the whole family",
        "looking for something funny and something for grown ups",
        "is there something for tonight and is it long?",
    ],
)
def test_one_wish_stays_one(text: str) -> None:
    assert parted(text) is None


def test_when_the_second_is_due() -> None:
    waiting = "something dark for me"
    assert is_due("something dark for me", waiting, pointed=True)
    assert is_due("ok now the other one please", waiting, pointed=True)
    assert is_due("and the second wish?", waiting, pointed=True)
    assert not is_due("the second one", waiting, pointed=True)
    assert not is_due("something dark", waiting, pointed=True)
    assert not is_due("the other one", "", pointed=True)


@pytest.fixture
def films() -> ShelfPipeline:
    return pipeline_of(FILMS, "film", "watched")


def test_the_first_is_answered_and_the_second_offered(films: ShelfPipeline) -> None:
    chat = Chat(films, "anna")
    first = chat.reply("a comedy for the kids and a western for me later")
    assert "the first one first. For the other say “a western for me”" in first.text
    assert "A western for me" in first.options
    assert all("Comedy" in card.item.genres for card in first.recommendations)
    assert [one.values for one in chat.state.request.filters] == [("Comedy",)]
    second = chat.reply("A western for me")
    assert all("Western" in card.item.genres for card in second.recommendations)
    assert [one.values for one in chat.state.request.filters] == [("Western",)]
    assert not chat.state.later


def test_the_other_one_means_it_whatever_came_between(films: ShelfPipeline) -> None:
    chat = Chat(films, "anna")
    chat.reply("a comedy for the kids and a western for me later")
    chat.reply("newer")
    assert chat.reply("now the other one").recommendations
    assert [one.values for one in chat.state.request.filters] == [("Western",)]
    chat.undo()
    assert chat.state.later == "a western for me"
