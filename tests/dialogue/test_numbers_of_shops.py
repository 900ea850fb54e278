"""Numbers of any catalogue in talk: units, ranges, sizes, people, ages, degrees, and the most of something."""

from __future__ import annotations

from typing import Any

import pytest
from shelf_pipeline import ShelfPipeline, pipeline_of

from convrec.dialogue.chat import Chat
from convrec.dialogue.state import start
from convrec.types import Item


def shoe(number: int, terrain: str, grams: int, drop: float, price: float, sizes: str, **flags: bool) -> Item:
    facts: dict[str, Any] = {
        "terrain": terrain, "weight_g": grams, "drop_mm": drop, "stack_mm": 20 + number, "price_eur": price,
        "sizes_eu": tuple(sizes.split()), "rating": 3 + number / 10, **flags,
    }  # fmt: skip
    return Item(str(number), f"Runner {'ABCDEFGHIJ'[number]}", 2015 + number, (), "A pair for paths.", facts)


SHOES = [
    shoe(0, "mud", 310, 4, 120.0, "40 41 42", waterproof=True),
    shoe(1, "mud", 250, 4, 160.0, "42 43 44", waterproof=False),
    shoe(2, "road", 280, 8, 90.0, "38 39", waterproof=False),
    shoe(3, "road", 190, 0, 140.0, "40 44", waterproof=False),
    shoe(4, "mud", 400, 10, 210.0, "44 45", waterproof=True),
    shoe(5, "rock", 350, 8, 180.0, "41 42", waterproof=True),
    shoe(6, "rock", 220, 0, 110.0, "43 44", waterproof=False),
    shoe(7, "road", 265, 6, 75.0, "39 40 41", waterproof=False),
]


def game(number: int, least: int, most: int, minutes: int, complexity: float, age: int, mechanics: str) -> Item:
    facts: dict[str, Any] = {
        "min_players": least, "max_players": most, "playing_time_min": minutes, "complexity": complexity,
        "min_age": age, "mechanics": tuple(mechanics.split("|")),
    }  # fmt: skip
    return Item(
        str(number),
        ["Kingsvale", "Saltmarsh", "Foxgrove", "Tidewrack", "Maskerade", "Rookhaven"][number],
        2000,
        (),
        "",
        facts,
    )


GAMES = [
    game(0, 2, 2, 30, 1.5, 6, "Hand Management|Bluffing"),
    game(1, 2, 4, 60, 2.5, 10, "Hand Management|Dice Rolling"),
    game(2, 3, 8, 20, 1.1, 8, "Bluffing|Voting"),
    game(3, 1, 5, 120, 3.9, 14, "Dice Rolling|Bluffing"),
    game(4, 4, 10, 45, 1.8, 5, "Voting|Hand Management"),
    game(5, 1, 2, 180, 4.2, 12, "Dice Rolling|Voting"),
]


@pytest.fixture(scope="module")
def stand() -> ShelfPipeline:
    return pipeline_of(SHOES, "shoe", "bought")


@pytest.fixture(scope="module")
def table() -> ShelfPipeline:
    return pipeline_of(GAMES, "board game", "played")


def fits(shop: ShelfPipeline, text: str) -> set[str]:
    """Items that meet the conditions of a message; all where it has none."""
    filters = shop.understander.understand(text, start(5)).filters
    kept = shop.catalogue.matching(filters)
    return {item.id for item, holds in zip(shop.catalogue.items, kept.tolist(), strict=True) if holds}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("under 250 grams", "136"),
        ("lighter than 0.3 kg and waterproof", ""),
        ("between 200 and 270 g", "167"),
        ("100-150 euros", "036"),
        ("from 100 to 150 €", "036"),
        ("at most 75€", "7"),
        ("4 mm drop", "01"),
        ("zero drop", "36"),
        ("a drop between 4 and 6 mm", "017"),
        ("drop of 8 mm or more", "245"),
        ("size 44", "1346"),
        ("in 39", "27"),
        ("the lightest waterproof shoe", "0"),
        ("the two cheapest for mud", "01"),
        ("your most expensive shoe", "4"),
        ("the newest one you have", "7"),
        ("best rated shoes for rock", "56"),
    ],
)
def test_bounds_with_units_ranges_sizes_and_superlatives(stand: ShelfPipeline, text: str, kept: str) -> None:
    assert fits(stand, text) == set(kept)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("we are 2", "0135"),
        ("something for 5 players", "234"),
        ("a game for nine people", "4"),
        ("3 to 4 players", "123"),
        ("up to 8 players", "24"),
        ("a solo game", "35"),
        ("for exactly two", "0135"),
        ("for my nephew, he is 6", "04"),
        ("for a 9 year old", "024"),
        ("I have 20 minutes", "2"),
        ("under half an hour", "02"),
        ("between 30 and 60 minutes", "014"),
        ("without bluffing", "145"),
        ("a light game", "02"),
        ("not too complex", "0124"),
        ("something complex about war", "35"),
        ("the most complex game you have", "5"),
        ("the longest one for four", "3"),
    ],
)
def test_people_ages_time_and_degrees(table: ShelfPipeline, text: str, kept: str) -> None:
    assert fits(table, text) == set(kept)


def test_a_bound_with_a_unit_that_two_fields_have_wants_the_name(stand: ShelfPipeline) -> None:
    assert not stand.understander.understand("under 5 mm", start(5)).filters


def test_compared_with_the_cards_in_view(stand: ShelfPipeline) -> None:
    chat = Chat(stand)
    heavy = chat.reply("waterproof, please").recommendations
    lighter = chat.reply("lighter").recommendations
    middle = sorted(int(str(one.item.facts["weight_g"])) for one in heavy)[len(heavy) // 2]
    assert all(int(str(one.item.facts["weight_g"])) < middle for one in lighter)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("which is the lightest?", "The lightest is Runner A: weight 310 g"),
        ("which of the first two is heavier?", "is heavier: weight"),
        ("which has the lowest drop?", "drop 4 mm"),
        ("is the first one heavy?", "weight"),
        ("does Runner A come in 42?", "Yes. Runner A"),
        ("does Runner A come in size 45?", "No. Runner A"),
        ("which is heavier, Runner A or Runner B?", "Runner A is heavier: weight 310 g"),
        ("is Runner A cheaper than Runner B?", "Runner A is cheaper: price 120 euros"),
    ],
)
def test_questions_of_more_and_less_are_answered_from_the_facts(stand: ShelfPipeline, asked: str, says: str) -> None:
    chat = Chat(stand)
    chat.reply("waterproof, please")
    done = chat.reply(asked)
    assert not done.recommendations
    assert says in done.text


def test_whether_it_is_much_is_said_with_how_it_compares(table: ShelfPipeline) -> None:
    chat = Chat(table)
    chat.reply("surprise me")
    assert chat.reply("is Rookhaven complex?").text.startswith("Yes. Rookhaven: complexity 4.2, more than")
    assert chat.reply("is Foxgrove complex?").text.startswith("No. Foxgrove: complexity 1.1, less than")


def test_the_sentence_above_the_cards_says_the_superlative(stand: ShelfPipeline) -> None:
    done = Chat(stand).reply("the lightest waterproof shoe")
    assert [one.item.id for one in done.recommendations] == ["0"]
    assert "the lightest" in done.text


def test_a_word_of_longer_values_refuses_them(table: ShelfPipeline) -> None:
    assert fits(table, "without dice") == set("024")
    assert fits(table, "no voting please") == set("013")


def test_an_item_of_two_words_is_refused_with_what_it_has(table: ShelfPipeline) -> None:
    assert fits(table, "no board games with Voting") == set("013")
    assert fits(table, "no dice please with Voting") == set("024")  # a wish for a theme is no condition


def test_people_said_anew_take_the_place_of_those_before(table: ShelfPipeline) -> None:
    chat = Chat(table)
    chat.reply("for two")
    done = chat.reply("something for 6 then")
    assert {one.item.id for one in done.recommendations} == {"2", "4"}


def test_two_bounds_of_one_number_are_told_with_its_name(stand: ShelfPipeline) -> None:
    assert "drop 0 mm" in Chat(stand).reply("zero drop").text
    assert "weight 200 to 270 g" in Chat(stand).reply("between 200 and 270 g").text


def test_how_much_it_weighs_is_a_question(stand: ShelfPipeline) -> None:
    chat = Chat(stand)
    chat.reply("the lightest shoe you have")
    for asked in ("how much does it weigh?", "how heavy is it?"):
        assert chat.reply(asked).text == "Runner D: weight 190 g."


def test_a_field_called_drop_takes_nothing_back(stand: ShelfPipeline) -> None:
    assert fits(stand, "shoes drop mm at most 4, from 2018") == {"3"}


def test_a_name_that_has_a_word_of_size_is_a_name() -> None:
    films = [
        Item(str(n), f"Film {'ABCDEF'[n]}", 1990, (), "", {"runtime": 80 + 10 * n, "cast": (name,)})
        for n, name in enumerate(("Martin Short", "Steve Martin", "Martin Short", "Nia Long", "Nia Long", "Ann Wide"))
    ]
    reader = pipeline_of(films, "film", "watched").understander
    (one,) = reader.understand("films with Martin Short", start(5)).filters
    assert (one.field, one.values) == ("cast", ("Martin Short",))
    (other,) = reader.understand("anything with Nia Long?", start(5)).filters
    assert (other.field, other.values) == ("cast", ("Nia Long",))
    (bound,) = reader.understand("something short", start(5)).filters
    assert (bound.field, bound.op) == ("runtime", "at_most")
