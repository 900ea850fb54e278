"""A work that is in the catalogue twice is shown once, and not at all when it is known."""

from __future__ import annotations

from dataclasses import replace

from shelf_pipeline import FILMS, pipeline_of

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.twins import twins_of
from convrec.types import Interaction, Item


def test_a_work_entered_twice_is_one_card() -> None:
    double = pipeline_of([*FILMS, replace(FILMS[9], id="10b")], "film", "watched")
    done = Chat(double).reply("a western")
    assert sorted(one.item.title for one in done.recommendations) == ["Dust and Silver", "Silver Dollar Road"]
    assert [one.rank for one in done.recommendations] == [1, 2]


def test_what_is_known_under_one_id_is_not_shown_under_the_other() -> None:
    double = pipeline_of([*FILMS, replace(FILMS[9], id="10b")], "film", "watched")
    double.stored["u1"] = [Interaction("u1", "10", 4.0, 1.0)]
    done = Chat(double, "u1").reply("a western")
    assert [one.item.title for one in done.recommendations] == ["Silver Dollar Road"]


def test_heat_wave_and_its_remake_are_two() -> None:
    done = Chat(pipeline_of(FILMS, "film", "watched")).reply("a comedy called Heat Wave")
    assert done.text
    titles = [one.item.label for one in Chat(pipeline_of(FILMS, "film", "watched")).reply("comedies").recommendations]
    assert "Heat Wave (1995)" in titles
    assert "Heat Wave (2017)" in titles


def test_a_twin_of_what_was_shown_is_no_way_out() -> None:
    chat = Chat(pipeline_of([*FILMS, replace(FILMS[9], id="10b")], "film", "watched"))
    assert [one.item.title for one in chat.reply("a western by Jon Vale").recommendations] == ["Dust and Silver"]
    done = chat.reply("and with Vera Lind")
    assert not done.recommendations
    assert "Shall I drop" in done.text
    assert chat.reply(done.options[0]).recommendations


def test_one_title_of_two_kinds_is_two_things_where_facts_tell_them_apart() -> None:
    def pair(first: str, second: str) -> ItemTable:
        facts = ({"gender": first, "price": 140.0}, {"gender": second, "price": 139.0})
        return ItemTable([Item(str(at), "Ridge 8", 2023, (), "", own) for at, own in enumerate(facts)])

    assert not twins_of(pair("men", "women"))
    assert twins_of(pair("men", "men"))
