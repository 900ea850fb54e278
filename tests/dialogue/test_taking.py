"""A card taken by what sets it apart, a question put of another card, and `them` that are no cards."""

from __future__ import annotations

import pytest
from shelf_pipeline import ShelfPipeline
from test_talks_in_unseen_shops import talk

from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import fold
from convrec.types import Turn


def user(text: str) -> Turn:
    return Turn("user", text)


def cards(*ids: str) -> Turn:
    return Turn("assistant", "Here.", ids)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("ok the shorter one then, thanks", "3"),
        ("the longer one please", "1"),
        ("I'll take the older one", "3"),
        ("take the shortest one", "3"),
        ("fine, the newest one", None),
        ("the shorter one?", None),
        ("something shorter", None),
    ],
)
def test_the_shorter_of_two_that_were_compared_is_taken(reader: Understander, text: str, taken: str | None) -> None:
    turns = [
        cards("1", "3", "4"),
        user("which of the first two is shorter?"),
        Turn("assistant", "This one."),
        user(text),
    ]
    assert fold(turns, reader).accepted == ((taken,) if taken else ())


def test_the_shortest_of_the_cards_is_taken(reader: Understander) -> None:
    state = fold([cards("1", "2", "3", "4"), user("i'll go with the shortest one")], reader)
    assert state.accepted == ("3",)
    assert not state.request.filters


def test_the_oldest_then_is_the_oldest_of_the_cards(reader: Understander) -> None:
    assert fold([cards("1", "2", "3"), user("the oldest one then")], reader).accepted == ("3",)


@pytest.mark.parametrize("end", ["", " then"])
def test_the_shorter_of_the_first_two_is_one_of_these(reader: Understander, end: str) -> None:
    state = fold([cards("4", "1", "3"), user(f"ok the shorter one of the first two{end}")], reader)
    assert state.accepted == ("1",)


def test_of_equals_none_is_taken(reader: Understander) -> None:
    state = fold([cards("3", "16"), user("i'll take the shorter one")], reader)
    assert state.accepted == ()


def test_a_question_is_put_of_the_card_that_was_meant(cinema: ShelfPipeline) -> None:
    chat, _ = talk(cinema, "something funny", "who directed the first one?")
    text = chat.reply("no, i meant the third one").text
    third = cinema.catalogue[chat.state.last_shown[2]]
    assert text == f"{third.title}: director {third.facts['director']}."


def test_what_was_meant_is_a_wish_where_nothing_was_asked(reader: Understander) -> None:
    state = fold([user("a comedy"), cards("5", "7"), user("i meant a western")], reader)
    assert [one.values for one in state.request.filters] == [("Western",)]


def test_them_are_the_kind_said_before_and_no_cards(reader: Understander) -> None:
    state = fold([cards("1", "2", "3"), user("my wife loves westerns, i hate them")], reader)
    assert not state.verdicts


def test_those_that_were_seen_are_cards(reader: Understander) -> None:
    state = fold([cards("7", "10"), user("i want westerns, seen those")], reader)
    assert set(state.verdicts) == {"7", "10"}


@pytest.mark.parametrize("asked", [(), ("who directed the second one?",)])
@pytest.mark.parametrize("text", ["meh", "hmm not really", "not feeling any of these"])
def test_who_is_not_taken_by_the_cards_sees_others(cinema: ShelfPipeline, text: str, asked: tuple[str, ...]) -> None:
    chat, _ = talk(cinema, "something funny", *asked)
    before = chat.state.last_shown
    reply = chat.reply(text)
    assert reply.recommendations
    assert not {one.item.id for one in reply.recommendations} & set(before)


@pytest.mark.parametrize("text", ["something hilarious", "something weepy"])
def test_what_is_described_by_a_word_alike_is_not_called_undescribed(cinema: ShelfPipeline, text: str) -> None:
    assert "Nothing here is described" not in talk(cinema, text)[1]
