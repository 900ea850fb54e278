"""Questions that a fact answers with yes or no, in a shop that the package knows nothing of."""

from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.dialogue.replies.answers import Answers
from convrec.dialogue.replies.describe import kinds_of, label_of
from convrec.dialogue.replies.judgement import Judgement
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State
from convrec.types import Filter, Item, Profile

_METHODS = (
    "Fry the onions slowly in butter, then add the rest",
    "Boil everything for as long as it takes to get soft",
    "Mix all of it in a bowl and let it rest overnight",
    "Bake in a hot oven until the top is golden and crisp",
)


def _dish(n: int, title: str, **facts: object) -> Item:
    return Item(f"d{n}", title, None, (), "", {"method": _METHODS[n], **facts})  # type: ignore[dict-item]


DISHES = ItemTable(
    [
        _dish(0, "Sopa", difficulty="easy", minutes=45, is_vegetarian=True, has_subtitles=True,
              meal=("dinner", "lunch"), cuisine="Thai", cook="Asha Rao", depth_cm=12),
        _dish(1, "Torta Nera", difficulty="hard", minutes=90, is_vegetarian=False, has_subtitles=False,
              meal=("dessert",), cuisine="Italian", cook="Gino Russo", depth_cm=20),
        _dish(2, "Mash", difficulty="easy", minutes=20, is_vegetarian=True, has_subtitles=False,
              meal=("breakfast", "lunch"), cuisine="Thai", cook="Asha Rao", depth_cm=7),
        _dish(3, "Gratin", difficulty="hard", minutes=60, is_vegetarian=True, has_subtitles=True, meal=("dinner",),
              cuisine="Italian", cook="Gino Russo", depth_cm=9),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def kitchen() -> Understander:
    return Understander(DISHES, "recipe", "cooked")


def _answer(kitchen: Understander, text: str) -> str:
    state = State(shown=("d0",), last_shown=("d0",), focus="d0")
    meaning = kitchen.understand(text, state)
    assert not meaning.filters
    assert not meaning.wishes
    answers = Answers(
        DISHES, "recipe", reasons=lambda ids: [""] * len(ids),
        judgement=Judgement(lambda ids: [], lambda ids: [], stranger=True),
        profile=lambda: Profile(None, ""), fields=kitchen.lexicon.fields, visitor=True,
    )  # fmt: skip
    (question,) = meaning.questions
    return answers.to(question, state).text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("is it hard?", "No. Sopa: difficulty easy."),
        ("is it easy", "Yes. Sopa: difficulty easy."),
        ("is it vegetarian?", "Yes. Sopa: vegetarian."),
        ("Is Torta Nera vegetarian?", "No. Torta Nera: not vegetarian."),
        ("does it have subtitles?", "Yes. Sopa: with subtitles."),
        ("and is it really Thai?", "Yes. Sopa: cuisine Thai."),
        ("is it an Italian recipe?", "No. Sopa: cuisine Thai."),
        ("is it a dessert?", "No. Sopa: meal dinner and lunch."),
        ("is it for lunch?", "Yes. Sopa: meal dinner and lunch."),
        ("is it by Gino Russo?", "No. Sopa: cook Asha Rao."),
        ("is it haunted?", "The catalogue does not tell that about Sopa."),
        ("how long does it take?", "Sopa: 45 minutes."),
    ],
)
def test_a_fact_answers_with_yes_or_no(kitchen: Understander, asked: str, told: str) -> None:
    assert _answer(kitchen, asked) == told


def test_a_wish_that_is_worded_as_a_question_is_one(kitchen: Understander) -> None:
    assert kitchen.understand("is there anything Italian?", State()).filters


def test_what_something_has_is_a_condition(kitchen: Understander) -> None:
    (one,) = kitchen.understand("without subtitles", State()).filters
    assert (one.field, one.op) == ("has_subtitles", "none_of")


def test_running_text_names_nothing(kitchen: Understander) -> None:
    assert "method" not in kitchen.lexicon.fields
    assert not kitchen.understand("without butter", State()).filters


def test_what_is_told_of_an_item_leaves_running_text_out(kitchen: Understander) -> None:
    told = _answer(kitchen, "tell me more about it")
    assert "onions" not in told
    assert "45 minutes; vegetarian; with subtitles" in told


@pytest.mark.parametrize(
    ("one", "label"),
    [
        (Filter("is_vegetarian", "any_of", ("true",)), "vegetarian"),
        (Filter("is_vegetarian", "none_of", ("true",)), "not vegetarian"),
        (Filter("has_subtitles", "none_of", ("true",)), "without subtitles"),
        (Filter("minutes", "at_most", (45.0,)), "at most 45 minutes"),
        (Filter("players", "at_least", (4.0,)), "at least 4 players"),
        (Filter("depth_cm", "at_most", (9.0,)), "depth up to 9 cm"),
    ],
)
def test_conditions_read_as_people_say_them(one: Filter, label: str) -> None:
    assert label_of(one) == label


def test_what_stands_before_the_noun_is_said_there() -> None:
    wanted = (Filter("is_vegetarian", "any_of", ("true",)), Filter("cuisine", "any_of", ("Thai",)))
    assert kinds_of(wanted, "recipe", 2) == "vegetarian Thai recipes"


@pytest.mark.parametrize("text", ["nothing to go with fish", "no wines to go with fish", "not to go with fish"])
def test_what_it_shall_not_go_with_is_refused(text: str) -> None:
    wines = [Item(f"w{n}", f"Clos {n}", None, (), "", {"food": ("fish", "pasta", "cheese")[n % 3]}) for n in range(9)]
    reader = Understander(ItemTable(wines), "wine", "drank")
    (one,) = reader.understand(text, State()).filters
    assert (one.field, one.op, one.values) == ("food", "none_of", ("fish",))
    (wanted,) = reader.understand("a wine to go with fish", State()).filters
    assert wanted.op == "any_of"
