from __future__ import annotations

import pytest
from shelf_pipeline import ShelfPipeline

from convrec.dialogue.chat import Chat
from convrec.errors import UsageError
from convrec.types import Conversation


def ids(event: object) -> list[str]:
    return [one.item.id for one in event.recommendations]  # type: ignore[attr-defined]


def test_events_come_in_order_and_the_text_adds_up(cinema: ShelfPipeline) -> None:
    events = list(Chat(cinema).send("a comedy from the 80s"))
    kinds = [event.kind for event in events]
    assert sorted(kinds, key=["status", "cards", "text", "done"].index) == kinds
    assert kinds.count("cards") == kinds.count("done") == 1
    cards = next(event for event in events if event.kind == "cards")
    assert all(one.explanation is None for one in cards.recommendations)
    done = events[-1]
    assert done.text == "".join(event.text for event in events if event.kind == "text")
    assert all(one.explanation is not None for one in done.recommendations)
    assert done.turn is not None
    assert done.turn.items == tuple(ids(done))


def test_conditions_hold_and_nothing_is_shown_twice(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    first = chat.reply("three comedies, three films")
    second = chat.reply("more")
    assert len(first.recommendations) == 3
    assert not set(ids(first)) & set(ids(second))
    assert all("Comedy" in one.item.genres for one in (*first.recommendations, *second.recommendations))


def test_a_cold_start_asks_at_most_twice_and_offers_answers_it_understands(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    first = chat.reply("hello")
    assert first.text.startswith("Hello.")
    assert first.recommendations == ()
    assert "Comedy" in first.options
    second = chat.reply("hmm")
    assert second.recommendations == ()
    third = chat.reply("no preference")
    assert third.recommendations


def test_the_first_useful_word_brings_cards(cinema: ShelfPipeline) -> None:
    assert Chat(cinema).reply("hi, something funny please").recommendations
    chat = Chat(cinema)
    chat.reply("hello")
    assert {genre for one in chat.reply("Western").recommendations for genre in one.item.genres} >= {"Western"}


def test_when_nothing_is_left_the_reply_names_the_way_out_and_yes_takes_it(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    done = chat.reply("a western after 2000")
    assert done.recommendations == ()
    assert "“Western”" in done.text
    count = int(cinema.catalogue.matching(chat.state.pending.filters).sum()) if chat.state.pending else 0
    assert count > 0
    assert done.options
    assert chat.reply("yes").recommendations


def test_each_quick_reply_of_a_dead_end_leads_on(cinema: ShelfPipeline) -> None:
    for option in Chat(cinema).reply("a western after 2000, no drama").options:
        chat = Chat(cinema)
        chat.reply("a western after 2000, no drama")
        before = len(chat.state.request.filters)
        chat.reply(option)
        assert len(chat.state.request.filters) < before, option


def test_questions_are_answered_from_the_catalogue(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    shown = chat.reply("a western").recommendations
    assert str(shown[0].item.facts["director"]) in chat.reply("who directed the first one?").text
    assert str(shown[0].item.facts["runtime"]) in chat.reply("how long is the first one?").text
    assert shown[1].item.text in chat.reply("what is the second one about?").text
    assert "It is from" in chat.reply("why the first one?").text
    assert "Western" in chat.reply("what did I ask for?").text
    assert "does not tell" in chat.reply("where can I watch the first one?").text


def test_an_unclear_it_is_asked_about_and_the_options_settle_it(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("a comedy")
    asked = chat.reply("I didn't like it")
    assert asked.recommendations == ()
    assert "Which one" in asked.text
    chat.reply(asked.options[0])
    assert list(chat.state.verdicts.values()) == ["dislike"]


def test_a_tap_is_stored_at_once_and_changes_the_next_answer(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    chat.reply("surprise me")
    chat.feedback("12", "like")
    assert [(event.item_id, event.kind) for event in cinema.stored["u1"]] == [("12", "like")]
    chat.reply("more")
    assert cinema.requests[-1].like == ()
    assert "12" in cinema.requests[-1].exclude
    assert len(cinema.stored["u1"]) == 1


def test_spoken_verdicts_are_stored_once_the_talk_goes_on(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    chat.reply("I loved Quiet Orbit")
    assert cinema.stored.get("u1", []) == []
    chat.undo()
    chat.reply("I loved Lantern Street")
    chat.reply("more")
    assert [(event.item_id, event.kind) for event in cinema.stored["u1"]] == [("3", "like")]


def test_nothing_is_stored_for_a_visitor_but_likes_count(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("I loved Quiet Orbit")
    assert "Quiet Orbit" in chat.reply("what do you know about me?").text
    assert cinema.stored == {}
    assert cinema.talks == {}


def test_undo_edit_and_retry(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    first = chat.reply("a comedy")
    chat.reply("no musicals")
    chat.undo()
    assert [one.op for one in chat.state.request.filters] == ["any_of"]
    *_, edited = chat.edit("a western")
    assert {one.item.title for one in edited.recommendations} == {"Dust and Silver", "Silver Dollar Road"}
    *_, again = chat.edit("a comedy")
    assert ids(again) == ids(first)
    *_, retried = chat.retry()
    assert ids(retried) == ids(first)
    assert len(chat.conversation.turns) == 2


def test_a_stream_that_is_left_changes_nothing(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    stream = chat.send("a comedy")
    next(stream)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert chat.conversation.turns == ()
    assert cinema.talks == {}


def test_a_talk_goes_on_from_what_was_stored(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema, "u1")
    shown = ids(chat.reply("a comedy"))
    stored = cinema.load_conversation(chat.conversation.id, "u1")
    later = Chat(cinema, "u1", stored)
    assert later.state == chat.state
    assert not set(ids(later.reply("more"))) & set(shown)
    with pytest.raises(UsageError, match="not one of user 'u2'"):
        Chat(cinema, "u2", stored)


@pytest.mark.parametrize(
    ("text", "said"), [("", "empty"), ("  \n", "empty"), ("x" * 2001, "2001 characters, at most 2000")]
)
def test_bad_messages_are_refused_before_anything_happens(cinema: ShelfPipeline, text: str, said: str) -> None:
    chat = Chat(cinema)
    with pytest.raises(UsageError, match=said):
        chat.send(text)
    assert chat.conversation == Conversation()


def test_bad_taps_are_refused(cinema: ShelfPipeline) -> None:
    with pytest.raises(UsageError, match="'nope'"):
        Chat(cinema).feedback("nope", "like")
    with pytest.raises(UsageError, match="'meh'"):
        Chat(cinema).feedback("1", "meh")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no message"):
        Chat(cinema).undo()


def test_a_wine_shop_talks_in_its_own_words(cellar: ShelfPipeline) -> None:
    chat = Chat(cellar)
    done = chat.reply("a red under 20 euros, not from Rioja")
    assert done.recommendations
    for one in done.recommendations:
        facts = one.item.facts
        assert facts["colour"] == "red"
        assert float(str(facts["price"])) <= 20
        assert facts["region"] != "Rioja"
    assert "wines" in done.text
    assert "film" not in done.text
    price = done.recommendations[0].item.facts["price"]
    assert f"{price:g}" in chat.reply("how much is the first one?").text


def test_the_lead_states_no_soft_wish_as_a_fact(cinema: ShelfPipeline) -> None:
    lead = Chat(cinema).reply("a western, something quirky").text.splitlines()[0]
    assert "western" in lead
    assert "“quirky”" in lead
