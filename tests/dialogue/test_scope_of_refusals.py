"""What a refusal reaches, and what bounds and verdicts are measured against."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State, start

REFUSALS = [
    ("no films with Tom Berg", {("cast", "none_of", "Tom Berg")}),
    ("no drama, with Tom Berg", {("genres", "none_of", "Drama"), ("cast", "any_of", "Tom Berg")}),
    ("nothing with Tom Berg, it has been a week of drama", {("cast", "none_of", "Tom Berg")}),
    ("nothing with Tom Berg, they've had a week of drama", {("cast", "none_of", "Tom Berg")}),
    ("no comedy or western", {("genres", "none_of", "Comedy"), ("genres", "none_of", "Western")}),
    ("not with Tom Berg, with Max Orr", {("cast", "none_of", "Tom Berg"), ("cast", "any_of", "Max Orr")}),
    (
        "nothing directed by Ana Ruiz, with Max Orr",
        {("director", "none_of", "Ana Ruiz"), ("cast", "any_of", "Max Orr")},
    ),
]


@pytest.mark.parametrize(("text", "read"), REFUSALS, ids=[text for text, _ in REFUSALS])
def test_a_refusal_ends_where_another_piece_begins(
    reader: Understander, text: str, read: set[tuple[str, str, str]]
) -> None:
    filters = reader.understand(text, start(5)).filters
    assert {(one.field, one.op, str(value)) for one in filters for value in one.values} == read


def test_years_after_a_refusal_are_wanted(reader: Understander) -> None:
    filters = reader.understand("nothing with Tom Berg, from the 80s", start(5)).filters
    assert {(one.op, one.values) for one in filters if one.field == "year"} == {
        ("at_least", (1980,)),
        ("at_most", (1989,)),
    }


@pytest.fixture
def shown() -> State:
    return replace(start(5), last_shown=("1", "2", "4"), shown=("1", "2", "4"))


@pytest.mark.parametrize("text", ["something shorter", "these are too long", "shorter than those", "shorter than that"])
def test_shorter_is_shorter_than_what_is_in_view(reader: Understander, shown: State, text: str) -> None:
    (bound,) = reader.understand(text, shown).filters
    assert (bound.field, bound.op, bound.values) == ("runtime", "at_most", (136.0,))


def test_turning_all_down_judges_none(reader: Understander, shown: State) -> None:
    assert reader.understand("not these, something scarier", shown).feedback == ()
    assert {one.strength for one in reader.understand("I hated all of these", shown).feedback} == {-1.0}


def test_too_much_of_something_is_an_aversion(reader: Understander, shown: State) -> None:
    meaning = reader.understand("too gory, more like a ghost story", shown)
    assert meaning.avoid == ("gory",)
    assert "gory" not in meaning.wishes


def test_seen_and_loved_is_a_liking(reader: Understander, shown: State) -> None:
    (said,) = reader.understand("I've seen the second one and loved it", shown).feedback
    assert (said.item_id, said.strength) == ("2", 1.0)


def test_taking_what_sounds_good_is_accepting_it(reader: Understander, shown: State) -> None:
    assert reader.understand("the first one sounds good, I'll take it", shown).accepted == ("1",)


def test_everyday_names_of_kinds(reader: Understander) -> None:
    (edit,) = reader.understand("forget that I watched cartoons, that was my nephew", start(5)).edits
    assert (edit.facet, edit.value) == ("genres", "Animation")


def test_a_word_asks_for_what_is_called_so_and_not_for_what_contains_it(cellar_reader: Understander) -> None:
    (wanted,) = cellar_reader.understand("a red wine", start(5)).filters
    assert wanted.values == ("red",)


def test_too_old_wants_newer(reader: Understander, shown: State) -> None:
    (bound,) = reader.understand("too old", shown).filters
    assert (bound.op, bound.values) == ("at_least", (1990,))


def test_both_are_those_pointed_at_just_before(reader: Understander, shown: State) -> None:
    said = reader.understand("I've already seen the first two, loved both", shown).feedback
    assert {one.item_id: one.strength for one in said} == {"1": 1.0, "2": 1.0}


def test_ok_the_second_takes_it(reader: Understander, shown: State) -> None:
    assert reader.understand("ok the second", shown).accepted == ("2",)


def test_a_place_beyond_the_cards_is_asked_back(reader: Understander, shown: State) -> None:
    assert reader.understand("let's watch the fifth one", shown).unclear


def test_whether_something_holds_of_a_card_is_a_question(reader: Understander, shown: State) -> None:
    meaning = reader.understand("is the first one a comedy?", shown)
    assert meaning.filters == ()
    (asked,) = meaning.questions
    assert (asked.item_ids, asked.fields) == (("1",), ("genres",))


def test_the_mood_of_a_card_without_something(reader: Understander, shown: State) -> None:
    meaning = reader.understand("the second one, but less loud", shown)
    assert meaning.like == ("2",)
    assert meaning.avoid == ("loud",)


def test_a_bare_number_is_a_price_where_nothing_else_is_measured(cellar_reader: Understander) -> None:
    filters = cellar_reader.understand("not red, under 50", start(5)).filters
    assert ("price", "at_most", (50.0,)) in {(one.field, one.op, one.values) for one in filters}
    assert all(one.field == "year" for one in cellar_reader.understand("before 2015", start(5)).filters)


def test_years_after_a_refusal_of_a_place_are_wanted(cellar_reader: Understander) -> None:
    filters = cellar_reader.understand("not from Rioja, from 2018 to 2020", start(5)).filters
    assert {one.op for one in filters if one.field == "year"} == {"at_least", "at_most"}


@pytest.mark.parametrize(
    "text",
    [
        "spare me the horror", "enough of horror", "we're done with horror", "keep away from horror",
        "horror is out", "horror, hell no", "horror i can't stand", "comedy yes, horror no", "hold the horror",
        "i like comedies, not so much horror", "I can do without horror", "horror is a no-go",
    ],
)  # fmt: skip
def test_refusals_of_many_forms(reader: Understander, text: str) -> None:
    filters = reader.understand(text, start(5)).filters
    assert ("none_of", ("Horror",)) in {(one.op, one.values) for one in filters if one.field == "genres"}


def test_what_sounds_like_a_refusal_and_is_none(reader: Understander) -> None:
    for text in ("why is horror out of stock", "a horror film of over two hours", "horror is fine, I'm over 18"):
        assert not any(one.op == "none_of" for one in reader.understand(text, start(5)).filters)


@pytest.mark.parametrize(
    "text",
    [
        "a lonely keeper walks the cold empty shore by night without Tom Berg",
        "that film where a lonely keeper walks the shore, not with Tom Berg",
        "can you find that film where it rains the whole time, but no Tom Berg please",
    ],
)
def test_somebody_is_refused_beside_a_plot_too(reader: Understander, text: str) -> None:
    meaning = reader.understand(text, start(5))
    assert [(one.field, one.op, one.values) for one in meaning.filters] == [("cast", "none_of", ("Tom Berg",))]
    assert not any("Tom Berg" in wish for wish in meaning.wishes)


def test_what_no_maker_is_refused_by_describes(reader: Understander) -> None:
    meaning = reader.understand("that film where a man who has no horror left comes home, a drama of sorts", start(5))
    assert not meaning.filters
