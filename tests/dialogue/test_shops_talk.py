"""What embarrassed us in made-up shops: dead ends, nouns as wishes, titles of one word, hard numbers in odd words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shelf_pipeline import ShelfPipeline, pipeline_of

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.readers.slots import ACTS, Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.rules.opposites import opposed
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.profile.facets import _is_word
from convrec.profile.prose import nothing_known
from convrec.types import Filter, History, Interaction, Item, Profile, Request


def hotel(number: int, title: str, country: str, stars: int, price: float, text: str, **more: Any) -> Item:
    facts: dict[str, Any] = {"country": country, "stars": stars, "price_eur": price, "min_guests": 1, **more}
    return Item(str(number), title, None, (), text, facts)


HOTELS = [
    hotel(0, "Azurra", "Spain", 4, 120.0, "An old convent with a quiet yard.", max_guests=2, toxic_to_cats=False),
    hotel(1, "Belvoir", "France", 3, 80.0, "By the sea, with a garden.", max_guests=4, toxic_to_cats=True),
    hotel(2, "Cormorant", "Spain", 5, 210.0, "A tower in the city.", max_guests=2, toxic_to_cats=False),
    hotel(3, "Dunes", "Italy", 2, 60.0, "Simple rooms on the beach.", max_guests=6, toxic_to_cats=True),
    hotel(4, "Dunes", "France", 4, 150.0, "Grand rooms on the beach.", max_guests=3, toxic_to_cats=False),
]


@pytest.fixture(scope="module")
def desk() -> ShelfPipeline:
    return pipeline_of(HOTELS, "hotel", "booked")


class Hears:
    """Hears one stretch of words in a part."""

    def __init__(self, words: str, slot: str) -> None:
        self.words, self.slot = words, slot

    def read(self, text: str) -> Tagged:
        at = text.find(self.words)
        spans = (Span(at, at + len(self.words), self.slot),) if at >= 0 else ()
        return Tagged(text, spans, (0.9,) * len(spans), {act: float(act == "inform") for act in ACTS})


def hearing(words: str, slot: str) -> Understander:
    return Understander(ItemTable(HOTELS), "hotel", "booked", tagger=Hears(words, slot))


@pytest.mark.parametrize(
    ("text", "heard"), [("a hotel that is like a convent", "convent"), ("like a convent", "a convent")]
)
def test_a_kind_of_thing_is_no_missing_title(text: str, heard: str) -> None:
    meaning = hearing(heard, "like").understand(text, start(5))
    assert not meaning.missing
    assert meaning.wishes == ("convent",)


@pytest.mark.parametrize(
    ("text", "heard", "wishes"), [("hotels", "hotels", ()), ("a cosy hotel", "cosy hotel", ("cosy",))]
)
def test_what_an_item_is_called_is_no_wish(text: str, heard: str, wishes: tuple[str, ...]) -> None:
    assert hearing(heard, "want").understand(text, start(5)).wishes == wishes


def test_opposite_verdicts_on_two_titles(desk: ShelfPipeline) -> None:
    said = desk.understander.understand("Azurra yes, Belvoir no", start(5)).feedback
    assert {one.item_id: one.verdict for one in said} == {"0": "like", "1": "dislike"}


def test_anywhere_takes_back_where(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    chat.reply("in Italy, at least 4 stars")
    done = chat.reply("ok anywhere then")
    assert chat.state.request.filters
    assert all(one.field == "stars" for one in chat.state.request.filters)
    assert not chat.state.accepted
    assert {one.item.id for one in done.recommendations} == {"0", "2", "4"}


def test_darker_is_the_opposite_of_gentle() -> None:
    assert opposed("gentle", "darker")
    assert not opposed("gentle", "calm")


def test_a_new_wish_after_nothing_was_left_takes_the_way_that_was_offered(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    assert "Shall I drop" in chat.reply("in Italy, at least 4 stars").text
    done = chat.reply("something in Spain then")
    assert {one.item.id for one in done.recommendations} <= {"0", "2"}
    chat = Chat(desk)
    chat.reply("in Italy, at least 4 stars")
    done = chat.reply("something with a garden then")
    assert done.recommendations
    assert "no longer holds" in done.text


@pytest.mark.parametrize("text", ["not France then", "and with a garden", "with a garden", "a garden as well then"])
def test_what_only_adds_or_refuses_drops_nothing(desk: ShelfPipeline, text: str) -> None:
    chat = Chat(desk)
    chat.reply("in Italy, at least 4 stars")
    assert not chat.reply(text).recommendations


def test_the_most_of_something_is_found_again_among_what_is_asked_for_next(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    assert [one.item.id for one in chat.reply("the cheapest hotel you have").recommendations] == ["3"]
    done = chat.reply("in France")
    assert [one.item.id for one in done.recommendations] == ["1"]
    assert "the cheapest" in done.text


def test_more_expensive_is_fine_takes_the_upper_bound_back(desk: ShelfPipeline) -> None:
    reader = desk.understander
    standing = (Filter("price_eur", "at_most", (100.0,), "under 100"), Filter("stars", "at_least", (3.0,), "3 stars"))
    state = replace(start(5), request=Request(k=5, filters=standing))
    meaning = reader.understand("dearer is fine", state)
    assert meaning.lifted == standing[:1]
    assert not meaning.filters
    assert not meaning.avoid


def test_of_several_of_one_name_the_one_that_is_asked_for(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    chat.reply("surprise me")
    assert chat.reply("do you have Dunes in Italy?").text == "Yes: Dunes."
    assert chat.reply("do you have Azurra in Italy?").text.startswith("No.")


def test_people_are_said_as_people(desk: ShelfPipeline) -> None:
    done = Chat(desk).reply("we are 4")
    assert {one.item.id for one in done.recommendations} == {"1", "3"}
    assert "for 4 guests" in done.text


def test_the_question_which_of_one_card_is_answered(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    chat.reply("in Italy")
    done = chat.reply("which of the first two is cheaper?")
    assert not done.recommendations
    assert "60 euros" in done.text


@pytest.mark.parametrize("text", ["not toxic", "non toxic please", "nicht toxic"])
def test_a_flag_is_named_without_whom_it_is_about(desk: ShelfPipeline, text: str) -> None:
    (one,) = desk.understander.understand(text, start(5)).filters
    assert (one.field, one.op) == ("toxic_to_cats", "none_of")


@pytest.mark.parametrize(
    ("asked", "says"), [("how expensive is Azurra?", "price 120 euros"), ("is Azurra cheap?", "price 120 euros")]
)
def test_how_much_of_a_number_is_answered(desk: ShelfPipeline, asked: str, says: str) -> None:
    assert says in Chat(desk).reply(asked).text


def test_a_wish_that_the_title_names_is_not_said_to_be_missing(desk: ShelfPipeline) -> None:
    reader = hearing("dunes", "want")
    pipeline = replace(desk, understander=reader)
    done = Chat(pipeline).reply("some dunes, please")
    assert "Nothing here is described" not in done.text


def test_sizes_and_dates_are_no_taste() -> None:
    assert not any(map(_is_word, ("44", "2023-07-19", "2023-07-19T10:00:00", "3.5", "36/37")))
    assert all(map(_is_word, ("1940s", "drama", "4K")))


class Unknown(ShelfPipeline):
    """Knows nothing of anybody's taste."""

    def profile_of(self, history: History) -> Profile:
        return Profile(history.user_id, nothing_known("hotel"))


def test_what_was_done_is_told_where_it_tells_no_taste_yet(desk: ShelfPipeline) -> None:
    shop = Unknown(desk.catalogue, desk.settings, desk.understander)
    shop.observe([Interaction("grump", "3", 1.0)])
    told = Chat(shop, "grump").reply("what do you know about me?").text
    assert told.startswith("You booked Dunes; that does not tell yet what you like.")
    assert Chat(shop, "new").reply("what do you know about me?").text == nothing_known("hotel")


def test_how_many_there_are_is_counted(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    assert chat.reply("how many hotels do you have?").text == "There are 5 hotels in this catalogue."
    chat.reply("at least 4 stars")
    assert chat.reply("how many are there?").text.startswith("Of 5 hotels, 3 fit")
    assert chat.reply("how many Spanish hotels do you have?").text == "There are two Spanish hotels."


def test_a_second_superlative_takes_the_place_of_the_first(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    chat.reply("the cheapest hotel you have")
    assert [one.item.id for one in chat.reply("the most expensive hotel in France").recommendations] == ["4"]


def test_the_comparative_one_is_one_of_the_cards(desk: ShelfPipeline) -> None:
    chat = Chat(desk)
    chat.reply("in France")
    done = chat.reply("the cheaper one")
    assert not done.recommendations
    assert done.text.startswith("Belvoir is cheaper: price 80 euros")


def test_the_only_superlative_that_is_known_is_named(desk: ShelfPipeline) -> None:
    shop = ShelfPipeline(desk.catalogue, desk.settings, desk.understander)
    shop.observe([Interaction("anna", "2", 5.0)])
    told = Chat(shop, "anna").reply("the most expensive hotel you have").text
    assert told.startswith("That is Cormorant, which you know already. Without")
