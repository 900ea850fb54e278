from __future__ import annotations

import pytest

from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import fold
from convrec.types import Turn


def user(text: str) -> Turn:
    return Turn("user", text)


def cards(*ids: str) -> Turn:
    return Turn("assistant", "Here.", ids)


def test_wishes_add_up_and_a_new_genre_replaces_the_old(reader: Understander) -> None:
    state = fold([user("a comedy from the eighties"), cards("7"), user("now a western")], reader)
    assert {(one.field, one.op, one.values) for one in state.request.filters} == {
        ("genres", "any_of", ("Western",)), ("year", "at_least", (1980,)), ("year", "at_most", (1989,)),
    }  # fmt: skip


def test_also_widens(reader: Understander) -> None:
    state = fold([user("a comedy"), user("also westerns")], reader)
    assert [one.values for one in state.request.filters] == [("Comedy", "Western")]


def test_what_is_wanted_is_no_longer_refused_and_the_other_way_round(reader: Understander) -> None:
    state = fold([user("no horror"), user("a horror film after all")], reader)
    assert [(one.op, one.values) for one in state.request.filters if one.field == "genres"] == [("any_of", ("Horror",))]
    state = fold([user("a horror film"), user("no horror")], reader)
    assert [(one.op, one.values) for one in state.request.filters if one.field == "genres"] == [
        ("none_of", ("Horror",))
    ]


def test_a_bound_replaces_one_it_contradicts(reader: Understander) -> None:
    state = fold([user("before 1970"), user("after 1990")], reader)
    assert [(one.op, one.values) for one in state.request.filters] == [("at_least", (1991,))]


def test_shown_refused_seen_and_named_items_are_excluded(reader: Understander) -> None:
    state = fold([user("something like Quiet Orbit"), cards("1", "2"), user("I've seen Robot Picnic")], reader)
    assert {"12", "1", "2", "9"} <= state.request.exclude


def test_again_brings_shown_items_back(reader: Understander) -> None:
    state = fold([user("a comedy"), cards("7", "5"), user("show me those again")], reader)
    assert not {"7", "5"} & state.request.exclude


def test_undo_is_a_turn_that_restores_what_stood_before(reader: Understander) -> None:
    before = fold([user("a comedy"), cards("7")], reader)
    after = fold([user("a comedy"), cards("7"), user("no musicals"), cards("5"), user("undo")], reader)
    assert after.request.filters == before.request.filters
    assert "5" in after.shown


def test_a_fold_of_fewer_turns_is_the_earlier_state(reader: Understander) -> None:
    turns = [user("a comedy"), cards("7"), user("newer"), cards("5"), user("I loved Heat Wave (1995)")]
    states = [fold(turns[:end], reader) for end in range(len(turns) + 1)]
    again = fold(turns[:3], reader)
    assert again == states[3]
    assert states[5].verdicts == {"5": "like"}
    assert states[3].verdicts == {}


def test_taps_count_as_verdicts(reader: Understander) -> None:
    state = fold([user("a comedy"), cards("7", "5"), Turn("user", "", (), {"7": "dislike", "5": "like"})], reader)
    assert state.request.unlike == ("7",)
    assert state.request.like == ()  # what was liked is history, not a wish for more of the kind
    assert dict(state.verdicts)["5"] == "like"


def test_yes_to_dropping_a_condition_drops_it(reader: Understander) -> None:
    question = Turn(
        "assistant", "No film fits “Western”. Without “Western” there would be nine films. Shall I drop “Western”?"
    )
    state = fold([user("a western from 2010"), question], reader)
    assert state.pending is not None
    assert [one.values for one in state.pending.filters] == [("Western",)]
    state = fold([user("a western from 2010"), question, user("yes please")], reader)
    assert {one.field for one in state.request.filters} == {"year"}
    assert [one.values for one in state.dropped] == [("Western",)]


def test_start_over_keeps_only_what_was_shown(reader: Understander) -> None:
    state = fold([user("a funny comedy like Heat Wave"), cards("7"), user("start over")], reader)
    assert state.request.is_empty
    assert "7" in state.request.exclude


def test_a_whole_new_wish_leaves_moods_and_likeness_behind_but_not_refusals(reader: Understander) -> None:
    state = fold([user("something funny like Heat Wave, no horror"), cards("9"), user("now a western")], reader)
    assert (state.request.wishes, state.request.like, state.request.text) == ((), (), "")
    assert {one.op for one in state.request.filters} == {"any_of", "none_of"}
    state = fold([user("something funny like Heat Wave"), cards("9"), user("only westerns")], reader)
    assert state.request.wishes == ("funny",)
    assert len(state.request.like) == 1


@pytest.mark.parametrize("text", ["ok, but nothing violent", "ok and shorter than two hours", "alright, and funny"])
def test_ok_before_a_new_condition_takes_no_offer(reader: Understander, text: str) -> None:
    offer = "No film fits “Western”. Without “Western” there would be nine films. Shall I drop “Western”?"
    state = fold([Turn("user", "a western"), Turn("assistant", offer), Turn("user", text)], reader)
    assert ("Western",) in [one.values for one in state.request.filters]


@pytest.mark.parametrize("text", ["ok", "ok, do that", "yes, but nothing violent"])
def test_plain_agreement_takes_an_offer(reader: Understander, text: str) -> None:
    offer = "No film fits “Western”. Without “Western” there would be nine films. Shall I drop “Western”?"
    state = fold([Turn("user", "a western"), Turn("assistant", offer), Turn("user", text)], reader)
    assert ("Western",) not in [one.values for one in state.request.filters]
