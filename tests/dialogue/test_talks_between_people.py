from __future__ import annotations

import pytest

from convrec.dialogue.sense.understand import Understander
from convrec.errors import UsageError


def test_a_query_is_meant_word_for_word(reader: Understander) -> None:
    request = reader.request_from("something like Quiet Orbit from the 80s, no horror")
    assert request.like == ("12",)
    assert "12" in request.exclude
    assert {(one.field, one.op) for one in request.filters} == {
        ("year", "at_least"), ("year", "at_most"), ("genres", "none_of"),
    }  # fmt: skip


def test_in_a_talk_between_people_only_plain_refusals_and_years_asked_for_are_conditions(reader: Understander) -> None:
    request = reader.request_from([
        {"role": "user", "text": "Hi! I like comedies like Heat Wave (1995), and Mia Stone is great"},
        {"role": "assistant", "text": "Have you seen Robot Picnic?"},
        {"role": "user", "text": "Yes, loved it! Not into war films. Something from the 80s please, no horror"},
    ])  # fmt: skip
    assert {(one.field, one.op) for one in request.filters} == {
        ("year", "at_least"), ("year", "at_most"), ("genres", "none_of"),
    }  # fmt: skip
    assert [one.values for one in request.filters if one.field == "genres"] == [("Horror",)]
    assert "Comedy" in request.wishes
    assert set(request.like) == {"5", "9"}
    assert {"5", "9"} <= request.exclude
    assert "80s" in request.text


def test_items_given_with_the_turns_are_taken_as_given(reader: Understander) -> None:
    request = reader.request_from([
        {"role": "assistant", "text": "How about this?", "items": ["3"]},
        {"role": "user", "text": "hated it", "items": []},
    ])  # fmt: skip
    assert request.unlike == ("3",)
    assert "3" in request.exclude


def test_where_items_are_listed_words_that_look_like_a_title_rule_nothing_out(reader: Understander) -> None:
    said = {"role": "user", "text": "I liked Quiet Orbit, and Heat Wave (1995)"}
    alone = reader.request_from([said])
    assert {"12", "5"} <= alone.exclude
    listed = reader.request_from([{"role": "assistant", "text": "Hello", "items": ["3"]}, {**said, "items": ["12"]}])
    assert listed.exclude == {"3", "12"}
    assert listed.like == ("12",)
    assert [turn.items for turn in listed.talk] == [("3",), ("12",)]


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ({"role": "bot", "text": "hi"}, "turn 0 .* role 'bot'"),
        ({"role": "user"}, "turn 0 .* no text"),
        ({"role": "user", "text": "hi", "items": ["nope"]}, "item 'nope'"),
        ({"role": "user", "text": "hi", "items": "nope"}, "list of item ids"),
    ],
)
def test_bad_turns_are_named(reader: Understander, turn: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        reader.request_from([turn])


def test_empty_lists_say_that_no_item_was_named(reader: Understander) -> None:
    said = {"role": "user", "text": "I liked Quiet Orbit"}
    assert "12" in reader.request_from([said]).exclude
    assert not reader.request_from([{**said, "items": []}]).exclude
