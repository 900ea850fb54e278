"""What was shown comes again where a message narrows or turns the wish, and stays away where others are asked for."""

from __future__ import annotations

import pytest
from shelf_pipeline import ShelfPipeline, pipeline_of

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.dialogue.words.fields import fields_of
from convrec.dialogue.words.lexicon import Lexicon
from convrec.dialogue.words.words import words
from convrec.types import Item

_MEALS = (("breakfast",), ("lunch", "dinner"), ("dinner",), ("dessert",))
_DISHES = (
    "Oat Porridge", "Rye Toast", "Plum Jam", "Leek Soup", "Bean Stew", "Corn Bread", "Fish Pie", "Lamb Roast",
    "Rice Bowl", "Egg Curry", "Nut Cake", "Pear Tart",
)  # fmt: skip
KITCHEN = [
    Item(
        f"{n}",
        f"{_DISHES[n % 12]} {'' if n < 12 else 'of the House'}".strip(),
        text="with chickpeas and cumin" if n in (4, 16, 8) else "with prawns" if n in (6, 18) else "with salt",
        facts={"minutes": 10.0 + 5 * n, "meal": _MEALS[n % 4], "level": "easy" if n % 3 else "hard"},
    )
    for n in range(24)
]


@pytest.fixture
def kitchen() -> ShelfPipeline:
    return pipeline_of(KITCHEN, "recipe", "cooked")


def cards(chat: Chat, text: str) -> list[str]:
    return [card.item.id for card in chat.reply(text).recommendations]


def test_kinds_that_stand_side_by_side_sort_a_catalogue() -> None:
    fields = fields_of(ItemTable(KITCHEN))
    assert fields["meal"].nature == "closed"
    tags = [Item(str(n), f"T{n}", facts={"tags": (f"tag {n % 7}", f"tag {n % 5 + 7}")}) for n in range(20)]
    assert fields_of(ItemTable(tags))["tags"].nature == "theme", "each has but few items"


def test_narrowing_keeps_what_was_shown_and_still_fits(kitchen: ShelfPipeline) -> None:
    chat = Chat(kitchen)
    first = cards(chat, "a breakfast please")
    assert len(first) == 5
    done = chat.reply("under 40 minutes")
    assert {card.item.id for card in done.recommendations} == {"0", "4"}
    assert "shown before" in done.text
    assert cards(chat, "under 200 minutes") == [*(set(map(str, range(0, 24, 4))) - set(first)), *first[:4]]


def test_a_wish_brings_back_the_one_that_says_it(kitchen: ShelfPipeline) -> None:
    chat = Chat(kitchen)
    assert "4" in cards(chat, "a breakfast, something with chickpeas")
    done = chat.reply("something with cumin please")
    assert {card.item.id for card in done.recommendations[:3]} == {"4", "8", "16"}
    assert [card.rank for card in done.recommendations] == list(range(1, len(done.recommendations) + 1))


def test_more_means_others_and_a_verdict_is_final(kitchen: ShelfPipeline) -> None:
    chat = Chat(kitchen)
    first = cards(chat, "something easy")
    assert not set(first) & set(cards(chat, "show me more"))
    chat.feedback(first[0], "dislike")
    assert first[0] not in cards(chat, "under 60 minutes")


@pytest.mark.parametrize("text", ["just one please", "give me just one", "only one", "no, only the best one"])
def test_just_one_is_the_best_of_those(kitchen: ShelfPipeline, text: str) -> None:
    chat = Chat(kitchen)
    cards(chat, "something easy with chickpeas")
    newest = cards(chat, "a dessert please")
    done = chat.reply(text)
    assert [card.item.id for card in done.recommendations] == newest[:1]
    assert "It was shown before." in done.text


def test_a_word_of_talk_is_a_value_where_its_field_says_so() -> None:
    foods = (("game", "cheese"), ("fish", "salad"), ("pasta", "game"), ("cheese", "fish"))
    wines = [Item(str(n), f"Wine {n}", facts={"food": foods[n % 4], "meal": ("drink", "lunch")}) for n in range(20)]
    lexicon = Lexicon(ItemTable(wines))

    def heard(text: str) -> list[str]:
        return [found.terms[0].value for found in lexicon.find(text, words(text))]

    assert heard("a wine to go with game") == heard("food game") == ["game"]
    assert heard("some drinks") == ["drink"]
    assert heard("i like a game") == heard("a game of chess") == heard("i want to drink") == []


def test_a_word_of_two_fields_is_of_the_one_whose_values_stand_so() -> None:
    foods = (("dessert", "cheese"), ("fish", "salad"), ("pasta", "dessert"), ("cheese", "fish"))
    wines = [
        Item(str(n), f"Wine {n}", genres=("Dessert",) if n % 5 == 0 else ("Red",), facts={"food": foods[n % 4]})
        for n in range(20)
    ]
    reader = Understander(ItemTable(wines), "wine", "drank")

    def read(text: str) -> list[tuple[str, str]]:
        return [(one.field, one.op) for one in reader.understand(text, start(5)).filters]

    assert read("a wine to go with dessert") == [("food", "any_of")]
    assert read("nothing to go with dessert") == [("food", "none_of")]
    assert read("a dessert wine") == [("genres", "any_of")]
