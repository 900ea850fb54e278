"""The cards among each other: which of them is best known, and which is `the other one`."""

from __future__ import annotations

import pytest
from shelf_pipeline import FILMS, ShelfPipeline

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.rules.chatter import chatter_in
from convrec.dialogue.rules.clauses import clauses
from convrec.dialogue.sense.doing import questions_heard
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start

COUNTS = {"5": 40.0, "7": 900.0, "9": 12.0, "11": 3.0, "15": 1.0, "16": 2.0}


@pytest.fixture
def watched(cinema: ShelfPipeline) -> Chat:
    cinema.understander = Understander(ItemTable(FILMS), "film", "watched", popularity=COUNTS)
    chat = Chat(cinema)
    chat.reply("a comedy")
    return chat


@pytest.mark.parametrize(
    "text",
    [
        "which is the best known of these?",
        "which of them is most famous?",
        "which one is the most popular",
        "which of these do most people know best?",
        "which one of these do most people know",
        "the most well-known one?",
        "which is the best known, she always asks",
        "Perfect, last question: which of them is the best known, because she always asks whether she should know it",
    ],
)
def test_the_best_known_has_most_events(watched: Chat, text: str) -> None:
    done = watched.reply(text)
    assert "Midnight Parade" in done.text.partition(";")[0]
    assert "900 people watched it" in done.text
    assert not done.recommendations


def test_the_least_known_has_fewest(watched: Chat) -> None:
    assert watched.reply("which of these is the least known?").text.startswith("A Very Small War is the least known")


def test_of_two_the_better_known(watched: Chat) -> None:
    first, second = (one for one in watched.state.last_shown[:2])
    known = max((first, second), key=lambda one: COUNTS[one])
    title = next(one.title for one in FILMS if one.id == known)
    assert watched.reply("is the first more famous than the second?").text.startswith(f"{title} is more famous")


def test_without_a_log_nothing_is_known_of_it(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("a comedy")
    assert "not told here" in chat.reply("which of these is the most famous?").text


def test_the_other_one_of_five_is_asked_for(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("a comedy")
    chat.reply("what is the first about?")
    assert chat.reply("the other one").text.startswith("Which one do you mean")


def test_of_two_spoken_of_the_other_is_not_the_last(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    first, *_ = (one.item.id for one in chat.reply("a comedy").recommendations)
    chat.reply("what is the first about?")
    chat.reply("what is the third about?")
    done = chat.reply("I'll take the other one")
    assert chat.state.accepted == (first,), done.text


def test_of_two_cards_the_other(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    _, second = (one.item.id for one in chat.reply("show me two films").recommendations)
    chat.reply("what is the first about?")
    chat.reply("ok, I'll take the other one")
    assert chat.state.accepted == (second,)


@pytest.mark.parametrize("text", ["film night for two couples", "my two kids want films", "for three good friends"])
def test_company_is_no_number_of_items(reader: Understander, text: str) -> None:
    assert reader.understand(text, start(5)).k is None


@pytest.mark.parametrize("text", ["what's the least terrible of these?", "which of these would all three like?"])
def test_which_to_take_in_other_words(watched: Chat, text: str) -> None:
    assert watched.reply(text).text.startswith("I would take")


def test_of_a_single_card_it_is_told_how_many_know_it(watched: Chat) -> None:
    watched.reply("a musical")
    assert watched.reply("which of these is the best known?").text == "Midnight Parade: 900 people watched it."


@pytest.mark.parametrize(
    "text", ["Is the first one very long? I do fall asleep", "is the first one very long? western tomorrow"]
)
def test_a_question_before_something_told_of_oneself(watched: Chat, text: str) -> None:
    done = watched.reply(text)
    assert not done.recommendations
    assert "runtime" in done.text


def test_a_kind_that_is_not_liked_judges_no_cards(watched: Chat) -> None:
    watched.reply("Oh not a western please, I don't like those")
    assert not watched.state.verdicts
    assert [one.values for one in watched.state.request.filters if one.op == "none_of"] == [("Western",)]


def test_cards_turned_down_bring_no_more_of_that(watched: Chat) -> None:
    for _ in range(3):
        assert "More of that" not in watched.reply("none of these").text


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("we have about an hour and a half", 90.0), ("I only have two hours", 120.0), ("we've got 100 minutes", 100.0)],
)
def test_the_time_somebody_has_is_the_longest(reader: Understander, text: str, minutes: float) -> None:
    assert [(one.op, one.values) for one in reader.understand(text, start(5)).filters] == [("at_most", (minutes,))]


def test_more_new_is_newer(watched: Chat) -> None:
    watched.reply("more new if possible")
    assert any(one.field == "year" and one.op == "at_least" for one in watched.state.request.filters)


def test_this_first_is_the_first(watched: Chat) -> None:
    first = watched.state.last_shown[0]
    watched.reply("this first is what?")
    assert watched.state.focus == first


def test_what_is_not_worded_as_a_question_asks_for_no_fact(reader: Understander) -> None:
    chances, fields = {"fact": 0.9}, reader.lexicon.fields
    assert not questions_heard([], chances, ("5",), "", fields, openly=False)
    assert questions_heard([], chances, ("5",), "", fields, openly=True)
    assert questions_heard([], chances, ("5",), "director", fields, openly=False)


def test_which_of_the_cards_have_something(watched: Chat) -> None:
    cards = watched.reply("a drama").recommendations
    value = next(value for card in cards for value in (card.item.facts.get("cast") or ()))
    own = [card.item.label for card in cards if value in (card.item.facts.get("cast") or ())]
    for text in (f"Which of these has {value}?", f"which one stars {value}"):
        done = watched.reply(text)
        assert not done.recommendations
        assert all(label in done.text for label in own)
        assert sum(card.item.label in done.text for card in cards) == len(own)
    assert not any(one.field == "cast" for one in watched.state.request.filters)


@pytest.mark.parametrize(
    "text", ["i'm writing a paper about westerns", "we're doing a project on noir", "i'm studying noir"]
)
def test_what_one_writes_about_is_no_chatter(text: str) -> None:
    assert chatter_in(text, clauses(text)) == []


def test_of_two_bounds_in_one_breath_the_tighter_holds(watched: Chat) -> None:
    watched.reply("too long, something under 95 minutes")
    bounds = [one for one in watched.state.request.filters if one.op == "at_most"]
    assert [one.values[0] for one in bounds] in ([95.0], [min(one.values[0] for one in bounds)])
