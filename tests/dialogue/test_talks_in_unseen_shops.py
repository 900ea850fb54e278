"""Talks in shops that nothing was made for: taking back, turning to something else, pointing, asking."""

from __future__ import annotations

import pytest
from shelf_pipeline import ShelfPipeline, pipeline_of
from unseen_shops import fits, talk, wanted

from convrec.types import Item, Turn


def test_what_is_fine_as_well_stands_beside_what_was_wanted(garage: ShelfPipeline) -> None:
    chat, _ = talk(garage, "an electric car", "hybrid would be ok too")
    assert wanted(chat, "fuel") == {"electric", "hybrid"}


def test_a_number_of_what_it_is_called_after(kiosk: ShelfPipeline) -> None:
    shop = pipeline_of(
        [Item(str(n), f"Car {'ABCD'[n]}", None, (), "", {"seats": seats}) for n, seats in enumerate((2, 4, 5, 7))],
        "car",
        "bought",
    )
    assert fits(shop, "a two seater") == "0"
    assert fits(shop, "seven-seater") == "3"


def test_what_was_said_vaguely_is_offered_to_go_first(garage: ShelfPipeline) -> None:
    chat, text = talk(garage, "petrol under 5000 with low mileage")
    assert "Shall I drop “mileage" in text
    assert chat.reply("how many is that").text.startswith("Of 7 cars")


def test_what_follows_something_forgotten_is_wanted(garage: ShelfPipeline) -> None:
    chat, _ = talk(garage, "a diesel car", "ok forget diesel, petrol")
    assert wanted(chat, "fuel") == {"petrol"}


def test_somebody_who_is_forgotten_takes_along_what_was_said_of_them(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something free", "for my dad, he likes history", "and with wheelchair access for him")
    assert wanted(chat, "wheelchair access")
    chat.reply("nah forget dad")
    assert wanted(chat, "adult_price") == {"0.0"}
    assert not wanted(chat, "wheelchair access")
    assert "history" not in chat.state.request.wishes
    assert "history" not in chat.state.request.text


def test_what_was_said_of_all_stays_when_somebody_is_forgotten(kiosk: ShelfPipeline) -> None:
    chat, _ = talk(kiosk, "something without nuts", "sweets for school, nut free please", "forget school")
    assert wanted(chat, "may_contain") == {"nuts"}


@pytest.mark.parametrize("turn", ["and about space?", "what about space", "anything about space instead?"])
def test_turning_to_another_matter_leaves_the_one_before(outings: ShelfPipeline, turn: str) -> None:
    chat, _ = talk(outings, "something with animals", turn)
    assert chat.state.request.wishes == ("space",)
    assert not chat.state.latest or not chat.state.latest.questions


def test_what_comes_as_well_is_added(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something with animals", "and space too")
    assert chat.state.request.wishes == ("animals", "space")


def test_a_wish_given_up_is_not_refused(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something with animals", "ok without animals")
    assert chat.state.request.wishes == ()
    assert not chat.state.request.filters
    assert not chat.state.request.avoid


def test_a_wish_that_is_refused_is_a_wish_no_longer(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something with animals", "no animals please")
    assert "animals" not in chat.state.request.wishes


def test_both_takes_the_two_compared(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something nice for sunday", "the first or the second?")
    text = chat.reply("fine, give me both").text
    first, second = (chat.state.last_shown[place] for place in (0, 1))
    assert chat.state.accepted == (first, second)
    assert text == f"Good: {outings.catalogue[first].title} and {outings.catalogue[second].title}."


def test_the_first_two_are_taken_together(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something for sunday", "fine, give me the first two")
    assert chat.state.accepted == chat.state.last_shown[:2]


def test_both_of_the_first_two_are_these(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something for sunday", "both of the first two please")
    assert chat.state.accepted == chat.state.last_shown[:2]


def test_a_wish_is_refused_in_the_plural(outings: ShelfPipeline) -> None:
    chat, _ = talk(outings, "something with a puppet", "no puppets")
    assert chat.state.request.wishes == ()


def test_both_of_five_is_asked_back(outings: ShelfPipeline) -> None:
    _, text = talk(outings, "something for sunday", "fine, give me both")
    assert text.startswith("Which one do you mean")


def test_prices_that_nobody_knows_are_spoken_of() -> None:
    shop = pipeline_of([Item(str(n), f"Song {'ABCDEF'[n]}", 2000 + n, ("Pop",)) for n in range(6)], "song", "heard")
    chat, text = talk(shop, "something", "cheaper")
    assert "does not tell prices" in text
    assert not chat.state.request.wishes
    _, text = talk(shop, "pop under 10 euros")
    assert "does not tell prices" in text


def test_a_card_is_pointed_at_by_a_word_of_its_title(outings: ShelfPipeline) -> None:
    _, text = talk(outings, "something for sunday", "what about the gin place, how far is it?")
    assert text == "Gin Distillery: distance 24 km."


def test_a_card_that_is_not_there_is_not_answered_for(outings: ShelfPipeline) -> None:
    _, text = talk(outings, "a castle", "is the second one free?")
    assert text.startswith("There is only one day trip here: Castle")


def test_a_fact_is_asked_for_by_a_word_of_its_family(outings: ShelfPipeline) -> None:
    _, text = talk(outings, "an owl barn", "a zoo", "is the first one wheelchair accessible?")
    assert "wheelchair access" in text


def test_open_is_asked_of_what_is_closed(outings: ShelfPipeline) -> None:
    _, text = talk(outings, "a castle", "is it open on monday")
    assert text == "No. Castle: closed on Monday."
    _, text = talk(outings, "a castle", "is it open on sunday?")
    assert text == "Yes. Castle: closed on Monday."


def test_how_many_there_are_under_a_condition_is_counted(kiosk: ShelfPipeline) -> None:
    chat, text = talk(kiosk, "sweets", "how many are there without nuts?")
    assert text.startswith("Of 9 snacks, 3 fit")
    assert chat.state.request.filters


def test_contents_are_told_and_silence_is_no_denial(kiosk: ShelfPipeline) -> None:
    _, text = talk(kiosk, "sweets", "what's in the first one?")
    assert "contains none" in text
    _, text = talk(kiosk, "sweets", "is the first one nut free?")
    assert text.startswith("Yes.")
    _, text = talk(kiosk, "biscuits", "does the second one have milk in it?")
    assert text.startswith("Yes.")
    _, text = talk(kiosk, "biscuits", "is the first one free of gluten?")
    assert text.startswith("No.")
    chat, _ = talk(kiosk, "Wine Gums")
    item = Turn("assistant", "", ("3",))
    chat._keep((*chat.conversation.turns, item))
    assert "not stated" in chat.reply("does it contain nuts?").text


def test_more_takes_the_way_out_that_was_offered(outings: ShelfPipeline) -> None:
    chat, text = talk(outings, "a castle", "show me more")
    assert "Shall I drop" in text
    assert chat.reply("show me more").recommendations


def test_more_by_somebody_asked_about() -> None:
    shop = pipeline_of(
        [
            Item(str(n), f"Class {'ABCDEFGH'[n]}", None, (), "", {"teacher": ["Ana Ruiz", "Bo Lind"][n % 2]})
            for n in range(8)
        ],
        "course",
        "took",
    )
    chat, text = talk(shop, "surprise me", "who teaches the second one?")
    name = text.rstrip(".").partition("teacher ")[2]
    chat.reply("more by her")
    assert wanted(chat, "teacher") == {name}


def test_a_question_after_a_remark_is_answered_of_the_card_remarked_on(outings: ShelfPipeline) -> None:
    _, text = talk(outings, "a zoo", "the second one looks nice but is it far?")
    _, alone = talk(outings, "a zoo", "is the second one far?")
    _, again = talk(outings, "a zoo", "is the second one far?", "the second one looks nice but is it far?")
    assert text == alone == again
    assert text.count("distance") == 1
