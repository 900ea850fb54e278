"""What is none of a recommender's business, and slips of understanding that people met in real talks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shelf_pipeline import ShelfPipeline

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.replies.describe import label_of
from convrec.dialogue.rules.acts import acts_in
from convrec.dialogue.sense.doing import questions_heard
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State, start
from convrec.types import Filter, Item


@pytest.fixture
def shown() -> State:
    return replace(start(5), last_shown=("1", "2", "4"), shown=("1", "2", "4"))


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("my chest hurts, what medicine should i take", "health"),
        ("I have a fever, should I see a doctor?", "health"),
        ("i want to die", "crisis"),
        ("hola, busco una pelicula de accion", "es"),
        ("je cherche un film drôle", "fr"),
        ("ich suche einen lustigen Film", "de"),
        ("我想看喜剧", "zh"),
        ("a film about a doctor with a fever", ""),
        ("something for my headache", ""),
        ("a film like Das Boot", ""),
        ("no horror please, my head is spinning", ""),
    ],
)
def test_what_is_none_of_its_business(reader: Understander, text: str, outside: str) -> None:
    assert reader.understand(text, start(5)).outside == outside


def test_trouble_with_health_brings_no_cards(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("a comedy")
    done = chat.reply("my chest hurts, what medicine should i take")
    assert done.recommendations == ()
    assert "doctor" in done.text
    assert chat.reply("others").recommendations


def test_another_language_is_answered_in_it(cinema: ShelfPipeline) -> None:
    done = Chat(cinema).reply("ich suche einen lustigen Film")
    assert done.recommendations == ()
    assert done.text.startswith("Entschuldigung")


WORKING = ItemTable(
    [Item(f"{n}", f"Title {n}", 1990 + n, ("Drama",), "", {"themes": ("work", "farms")[n % 2 :]}) for n in range(8)]
)


@pytest.mark.parametrize("text", ["oh well that may not work", "that won't work for me", "it doesn't work"])
def test_what_does_not_work_is_turned_down_and_no_theme(text: str) -> None:
    worker = Understander(WORKING, "film", "watched")
    meaning = worker.understand(text, replace(start(5), last_shown=("1", "2"), shown=("1", "2")))
    assert meaning.acts == ("reject",)
    assert (meaning.filters, meaning.wishes, meaning.avoid) == ((), (), ())
    asked = worker.understand("films about work", start(5))
    assert asked.wishes or asked.filters


def test_both_are_those_just_named(reader: Understander, shown: State) -> None:
    said = reader.understand("I've seen Lantern Street and Quiet Orbit, loved both", shown).feedback
    assert {one.item_id for one in said} == {"3", "12"}


def test_the_place_of_a_card_before_about(reader: Understander, shown: State) -> None:
    (asked,) = reader.understand("what's the second about?", shown).questions
    assert asked.item_ids == ("2",)


def test_a_place_that_no_card_has_is_not_taken(reader: Understander, shown: State) -> None:
    meaning = reader.understand("ok I'll watch the fifth thx", replace(shown, focus="1"))
    assert meaning.accepted == ()
    assert meaning.unclear


def test_leaving_one_out_is_no_dislike(reader: Understander) -> None:
    meaning = reader.understand("something with Tom Berg but not Lantern Street", start(5))
    assert meaning.feedback == ()
    assert meaning.unlike == ("3",)


def test_too_old_wants_newer_however_it_goes_on(reader: Understander, shown: State) -> None:
    for text in ("too old, anything newer", "these are too old"):
        (bound,) = reader.understand(text, shown).filters
        assert bound.op == "at_least"


def test_who_is_that_guy_asks_for_the_cast(reader: Understander, shown: State) -> None:
    (asked,) = reader.understand("who's that guy in the second one?", shown).questions
    assert (asked.item_ids, asked.fields) == (("2",), ("cast",))


def test_a_refusal_is_called_by_its_shortest_name() -> None:
    values = ("Vietnam", "Vietnam and Cambodia", "Hamburg and Vietnam")
    assert label_of(Filter("place", "none_of", values, "not about vietnam")).endswith(" Vietnam")


def test_a_change_of_mind_in_one_breath(cellar_reader: Understander) -> None:
    for text in ("a red wine. no actually white", "a red wine, no wait, white", "a red wine, sorry, i mean white"):
        (wanted,) = cellar_reader.understand(text, start(5)).filters
        assert (wanted.op, wanted.values) == ("any_of", ("white",))


def test_whether_a_card_is_this_or_that(cellar_reader: Understander) -> None:
    cards = tuple(item.id for item in cellar_reader.catalogue.items[:3])
    (asked,) = cellar_reader.understand(
        "is the second red or white?", replace(start(5), last_shown=cards, shown=cards)
    ).questions
    assert asked.item_ids == (cards[1],)


def test_an_insult_brings_no_cards(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("a comedy")
    assert chat.reply("you stupid bot").recommendations == ()


def test_what_is_not_here_is_not_said_to_be(reader: Understander) -> None:
    fields = reader.lexicon.fields
    (asked,) = questions_heard([], {"have": 0.9}, ("1", "2"), "", fields, (), "Paddington")
    assert (asked.kind, asked.item_ids, asked.said) == ("have", (), "Paddington")
    assert questions_heard([], {"have": 0.9}, ("1", "2"), "", fields) == []


@pytest.mark.parametrize(
    ("text", "talk"), [("nothing stupid", False), ("not too dumb please", False), ("stupid bot", True)]
)
def test_an_insult_is_told_from_a_quality(text: str, talk: bool) -> None:
    assert ("smalltalk" in acts_in(text)) is talk
