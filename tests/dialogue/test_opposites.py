"""A wish that turns another one round takes its place; one that goes with it joins it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convrec.dialogue.merge import merged
from convrec.dialogue.rules.opposites import alike, cut, opposed, turned
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import fold
from convrec.dialogue.understanding import Understanding
from convrec.types import Filter, Request, Turn


@pytest.mark.parametrize(
    ("one", "other", "turns"),
    [
        ("darker", "funnier", True),
        ("something light", "heavier", True),
        ("sadder", "happy", True),
        ("more serious", "sillier", True),
        ("slow", "fast-paced", True),
        ("spicier", "milder", True),
        ("gentler", "rather exciting", True),
        ("dark", "darkly funny", False),
        ("dark", "slow", False),
        ("tense", "funny", False),
        ("dark", "gloomy", False),
        ("a bank robbery", "funny", False),
        ("older people", "children", False),
    ],
)
def test_what_turns_what_round(one: str, other: str, turns: bool) -> None:
    assert opposed(one, other) is turns
    assert opposed(other, one) is turns


def test_forms_of_a_word_are_alike() -> None:
    assert alike("darker", "dark")
    assert alike("more serious", "less serious")
    assert not alike("darker", "funny")
    assert not alike("a ship", "the ship")  # no word of mood


def test_a_wish_is_cut_out_of_its_text() -> None:
    assert cut("something darker", ["darker"]) == ""
    assert cut("a dark film about a lonely sheriff", ["dark"]) == "a film about a lonely sheriff"
    assert cut("a slow-burn film", ["dark"]) == "a slow-burn film"


def bound(op: str, year: int, said: str) -> Filter:
    return Filter("year", op, (year,), said)  # type: ignore[arg-type]


def test_only_bare_comparisons_turn_bounds_round() -> None:
    assert turned(bound("at_least", 1990, "newer"), bound("at_most", 1999, "older"))
    assert turned(bound("at_least", 1990, "more recent"), bound("at_most", 1999, "a bit older"))
    assert not turned(bound("at_least", 1990, "newer than 1990"), bound("at_most", 1999, "older than 2000"))
    assert not turned(bound("at_least", 1990, "newer"), bound("at_least", 1999, "newer"))
    assert not turned(Filter("runtime", "at_most", (90,), "shorter"), bound("at_most", 1999, "older"))


def user(text: str) -> Turn:
    return Turn("user", text)


def cards(*ids: str) -> Turn:
    return Turn("assistant", "Here.", ids)


def test_funnier_after_darker_asks_for_one_thing(reader: Understander) -> None:
    state = fold([user("something darker"), cards("1", "3"), user("funnier")], reader)
    assert state.request.wishes == ("funnier",)
    assert "dark" not in state.request.text


def test_less_of_it_after_more_of_it_takes_it_back(reader: Understander) -> None:
    state = fold([user("something darker"), cards("1", "3"), user("less dark")], reader)
    assert "darker" not in state.request.wishes
    state = fold([user("a film, less dark please"), cards("1", "3"), user("darker")], reader)
    assert not state.request.avoid


def test_what_goes_together_stays_together(reader: Understander) -> None:
    state = fold([user("something tense"), cards("1", "3"), user("darker")], reader)
    assert set(state.request.wishes) == {"tense", "darker"}
    state = fold([user("something dark"), cards("1", "3"), user("and also funny")], reader)
    assert set(state.request.wishes) == {"dark", "funny"}


def test_older_after_newer_leaves_no_stretch_between(reader: Understander) -> None:
    state = fold([user("a comedy"), cards("15", "7"), user("newer"), cards("5", "9"), user("older")], reader)
    years = [(one.op, one.said) for one in state.request.filters if one.field == "year"]
    assert years == [("at_most", "older")]


def test_a_sharper_wish_takes_the_place_of_the_plain_one(reader: Understander) -> None:
    state = fold([user("something dark"), cards("1", "3"), user("darker")], reader)
    assert state.request.wishes == ("darker",)


def test_a_wish_is_dropped_by_its_name(reader: Understander) -> None:
    state = fold([user("something darker"), cards("1", "3"), user("forget darker")], reader)
    assert not state.request.wishes
    assert not state.request.text


def test_a_wish_turns_a_condition_round() -> None:
    dry = Filter("sweetness", "any_of", ("dry",), "dry")
    red = Filter("colour", "any_of", ("red",), "red")
    standing = Request(filters=(dry, red))
    assert merged(standing, Understanding(("inform",), wishes=("sweeter",)), ()).filters == (red,)
    assert merged(standing, Understanding(("inform",), wishes=("sweeter",), joins=True), ()).filters == (dry, red)
    refused = Request(filters=(Filter("sweetness", "none_of", ("dry",), "not dry"),))
    assert merged(refused, Understanding(("inform",), wishes=("sweeter",)), ()) == replace(refused, wishes=("sweeter",))


@pytest.mark.parametrize(
    ("one", "other", "apart"), [("laugh", "cry", True), ("laugh", "funny", False), ("cry", "sad", False)]
)
def test_words_of_feeling_lie_on_the_poles_of_their_like(one: str, other: str, apart: bool) -> None:
    assert opposed(one, other) is apart
