"""Any message can be taken back, said anew or answered again; what it left behind goes with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shelf_pipeline import ShelfPipeline

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.rules.dropping import drop_reply
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.errors import UsageError
from convrec.types import Filter, Interaction, Item


def messages(chat: Chat) -> list[str]:
    return [turn.text for turn in chat.conversation.turns if turn.role == "user"]


def test_any_message_can_be_taken_back_with_what_followed(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    first = chat.reply("a comedy")
    chat.reply("I loved Quiet Orbit")
    chat.reply("no musicals")
    chat.reply("older ones")
    assert [event.item_id for event in cinema.stored["u1"]] == ["12"]
    chat.undo(2)
    assert messages(chat) == ["a comedy"]
    assert cinema.stored["u1"] == []
    assert cinema.load_conversation(chat.conversation.id, "u1").turns == chat.conversation.turns
    *_, retried = chat.retry(0)
    assert [one.item.id for one in retried.recommendations] == [one.item.id for one in first.recommendations]
    *_, edited = chat.edit("a western", 0)
    assert {one.item.title for one in edited.recommendations} == {"Dust and Silver", "Silver Dollar Road"}
    assert messages(chat) == ["a western"]
    with pytest.raises(UsageError, match=r"turn 1 is no message of yours; yours are: 0"):
        chat.undo(1)


def test_what_is_taken_back_in_words_is_not_stored(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    chat.reply("a comedy")
    chat.reply("I hated Heat Wave")
    chat.reply("undo")
    chat.reply("more")
    assert cinema.stored.get("u1", []) == []


def test_taps_after_the_message_go_with_it(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    chat.reply("a comedy")
    chat.feedback("12", "like")
    chat.undo()
    assert cinema.stored["u1"] == []


def test_a_correction_of_the_profile_is_made_told_and_taken_back(cinema: ShelfPipeline) -> None:
    cinema.stored["u1"] = [Interaction("u1", one, 4.0, 1.0) for one in ("5", "9", "16", "10")]
    chat = Chat(cinema, "u1")
    done = chat.reply("forget that I watched comedies, that was my nephew")
    made = {"action": "ignore", "facet": "genres", "value": "Comedy", "origin": "chat"}
    assert cinema.edits == [made]
    assert done.text.startswith("Done: the three comedy films you watched no longer count towards your taste.")
    assert done.options[0] == "Undo"
    chat.reply("undo")
    assert cinema.edits == [made, {**made, "action": "heed"}]
    assert chat.state.edits == ()


def test_items_are_left_out_by_their_names(cinema: ShelfPipeline) -> None:
    cinema.stored["u1"] = [Interaction("u1", "9", 4.0, 1.0)]
    done = Chat(cinema, "u1").reply("don't count Robot Picnic, my kids watched it")
    assert cinema.edits == [{"action": "ignore", "facet": "item", "value": "9", "origin": "chat"}]
    assert "Robot Picnic no longer counts" in done.text


def test_what_cannot_be_corrected_is_said(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    assert "says nothing of western films" in chat.reply("please forget i like westerns").text
    assert "Name a kind of film, a title or a person" in chat.reply("that was my nephew").text
    assert "nothing of “gordon jump”" in chat.reply("delete my preference for gordon jump as actor").text
    visitor = Chat(cinema).reply("remember that I hate musicals")
    assert "visitor" in visitor.text
    assert visitor.options[0] == "No musical films"
    assert cinema.edits == []


def test_a_correction_taken_back_is_told(cinema: ShelfPipeline) -> None:
    cinema.stored["u1"] = [Interaction("u1", "5", 4.0, 1.0)]
    chat = Chat(cinema, "u1")
    chat.reply("forget that I watched comedies, that was my nephew")
    assert chat.reply("undo").text == "Taken back. Comedy films count again."


def test_a_wish_met_only_by_what_is_known_says_so(cinema: ShelfPipeline) -> None:
    cinema.stored["u1"] = [Interaction("u1", one, 4.0, 1.0) for one in ("10", "11")]
    done = Chat(cinema, "u1").reply("a western")
    assert done.text.startswith("You know the two films that fit “Western” already.")


def test_yes_drops_what_was_asked_about_also_after_cards(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("a western")
    assert "Shall I drop" in chat.reply("from 2020 on").text
    assert chat.reply("yes").recommendations
    assert chat.reply("yes").recommendations == ()


@pytest.mark.parametrize(
    "values", [("near future", "near future and 1990s", "1984 and near future"), ("rock and roll",), ("Rom-Com",)]
)
def test_a_quick_reply_takes_back_just_what_it_offers(values: tuple[str, ...]) -> None:
    shop = ItemTable(
        [Item(f"{n}", f"Title {n}", 1990, ("Drama",), "", {"setting": (values[n % len(values)],)}) for n in range(6)]
    )
    offered = Filter("setting", "any_of", values, values[0])
    other = Filter("genres", "any_of", ("Drama",), "drama")
    state = start(5)
    state = replace(state, request=replace(state.request, filters=(offered, other)))
    meaning = Understander(shop, "film", "watched").understand(drop_reply([offered]), state)
    assert meaning.lifted == (offered,)
    assert (meaning.filters, meaning.wishes, meaning.avoid) == ((), (), ())


def test_a_quick_reply_takes_back_a_bound_and_names_no_make() -> None:
    facts = [{"make": ("Seat", "Audi")[n % 2], "seats": 2 + n, "height_cm": 150 + n} for n in range(8)]
    shop = ItemTable([Item(f"{n}", f"Title {n}", 1990, (), "", one) for n, one in enumerate(facts)])
    bounds = (Filter("seats", "at_least", (3,), "3"), Filter("seats", "at_most", (5,), "5"))
    other = Filter("height_cm", "at_most", (155,), "155 cm")
    state = start(5)
    state = replace(state, request=replace(state.request, filters=(*bounds, other)))
    assert drop_reply(bounds[:1]) == "Any seats"
    meaning = Understander(shop, "car", "driven").understand("Any seats", state)
    assert (meaning.lifted, meaning.filters, meaning.wishes) == (bounds, (), ())


def test_a_quick_reply_takes_back_a_refusal() -> None:
    shop = ItemTable([Item(f"{n}", f"Title {n}", 1990, ("Drama", "Rock")[n % 2 :], "", {}) for n in range(6)])
    refused = Filter("genres", "none_of", ("Rock",), "rock")
    state = start(5)
    state = replace(state, request=replace(state.request, filters=(refused,)))
    meaning = Understander(shop, "film", "watched").understand(drop_reply([refused]), state)
    assert (meaning.lifted, meaning.filters, meaning.avoid) == ((refused,), (), ())
