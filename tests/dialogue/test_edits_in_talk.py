"""Corrections of the profile in talk, over two kinds of catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start

EDITS = [
    ("forget that I watched comedies, that was my nephew", "ignore", "Comedy"),
    ("ignore the horror films in my history", "ignore", "Horror"),
    ("please forget i like westerns", "remove", "Western"),
    ("delete my preference for horror", "remove", "Horror"),
    ("you're wrong about westerns", "remove", "Western"),
    ("count westerns again in my profile", "heed", "Western"),
    ("remember that I hate musicals", "add", "Musical"),
]


@pytest.mark.parametrize(("text", "action", "value"), EDITS, ids=[text for text, _, _ in EDITS])
def test_the_profile_is_corrected_and_nothing_is_wished(
    reader: Understander, text: str, action: str, value: str
) -> None:
    meaning = reader.understand(text, start(5))
    (edit,) = meaning.edits
    assert (edit.action, edit.facet, edit.value) == (action, "genres", value)
    assert meaning.acts == ("edit",)
    assert not meaning.says_something
    assert action in meaning.trace[0]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("I want to delete my preference for Gordon Jump as actor", "gordon jump"),
        ("delete one of my preferences", ""),
        ('Delete "You disliked Song One"', "song one"),
        ("remove some of my likes", ""),
    ],
)
def test_what_is_not_told_or_not_here_is_told_back(reader: Understander, text: str, about: str) -> None:
    meaning = reader.understand(text, start(5))
    (edit,) = meaning.edits
    assert (edit.action, edit.facet, edit.value) == ("remove", "", about)
    assert meaning.acts == ("edit",)


def test_an_item_can_be_left_out_of_the_profile(reader: Understander) -> None:
    (edit,) = reader.understand("don't count Robot Picnic, my kids watched it", start(5)).edits
    assert (edit.action, edit.item_ids) == ("ignore", ("9",))


def test_a_dislike_is_noted_as_one(reader: Understander) -> None:
    assert reader.understand("remember that I hate musicals", start(5)).edits[0].polarity == "dislike"


@pytest.mark.parametrize(
    "text",
    [
        "forget the comedy",
        "remove my preferences",
        "forget about horror",
        "something for my kids",
        "that was my wife's idea, i want a comedy",
        "forget what i said about the price",
        "i watched it with my wife",
        "don't count me out, a western please",
    ],
)
def test_talk_of_wishes_and_people_leaves_the_profile_alone(reader: Understander, text: str) -> None:
    assert reader.understand(text, start(5)).edits == ()


def test_that_is_the_watching_where_something_is_named(reader: Understander) -> None:
    after = replace(start(5), shown=("1", "2"), last_shown=("1", "2"), focus="2")
    (edit,) = reader.understand("forget that I watched comedies, that was my niece", after).edits
    assert (edit.action, edit.value, edit.item_ids) == ("ignore", "Comedy", ())


def test_thanks_and_praise_judge_no_item(reader: Understander) -> None:
    after = replace(start(5), shown=("1", "2"), last_shown=("1", "2"), focus="2")
    assert reader.understand("thanks, that's great", after).feedback == ()
    assert [one.item_id for one in reader.understand("I've seen that and loved it", after).feedback] == ["2"]
