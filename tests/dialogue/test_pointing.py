"""`More like those` means the titles that were just named, not the cards shown since."""

from __future__ import annotations

import pytest

from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import fold
from convrec.types import Turn


def user(text: str) -> Turn:
    return Turn("user", text)


def cards(*ids: str) -> Turn:
    return Turn("assistant", "Here.", ids)


LOVED = "I loved Quiet Orbit and Robot Picnic, hated The Last Orchard"


@pytest.mark.parametrize("text", ["more like those", "similar to those but newer", "something like those please"])
def test_those_are_the_titles_liked_in_the_message_before(reader: Understander, text: str) -> None:
    state = fold([user(LOVED), cards("1", "2", "3"), user(text)], reader)
    assert set(state.request.like) == {"12", "9"}


def test_that_is_the_one_title_liked_before(reader: Understander) -> None:
    state = fold([user("I loved Quiet Orbit"), cards("1", "2", "3"), user("more like that")], reader)
    assert state.request.like == ("12",)


def test_these_are_the_cards(reader: Understander) -> None:
    state = fold([user(LOVED), cards("1", "2", "3"), user("more like these")], reader)
    assert set(state.request.like) == {"1", "2", "3"}


def test_once_something_else_was_said_those_are_the_cards(reader: Understander) -> None:
    turns = [user(LOVED), cards("5", "6"), user("a western"), cards("10", "11"), user("more like those")]
    assert set(fold(turns, reader).request.like) == {"10", "11"}


def test_an_item_alone_in_view_is_that(reader: Understander) -> None:
    state = fold([user("I loved Quiet Orbit"), cards("1"), user("more like that")], reader)
    assert state.request.like == ("1",)


def test_those_of_the_same_message(reader: Understander) -> None:
    state = fold([cards("1", "2"), user("loved Quiet Orbit and Robot Picnic, so more like those")], reader)
    assert set(state.request.like) == {"12", "9"}
