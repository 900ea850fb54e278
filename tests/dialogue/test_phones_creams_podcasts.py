"""Messages over shops of phones, creams and podcasts: options, versions, what is free of what, former prices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from electric_shops import creams, phones, shows
from messy_shops import shop_of
from shelf_pipeline import ShelfPipeline
from unseen_shops import fits, kept, talk

from convrec.dialogue.replies.describe import labels_of
from convrec.dialogue.state import start
from convrec.index.document import document

Shops = Callable[[str], ShelfPipeline]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shops:
    made: dict[str, ShelfPipeline] = {}

    def of(name: str) -> ShelfPipeline:
        if name not in made:
            folder: Path = tmp_path_factory.mktemp(name)
            made[name] = {"phones": phones, "creams": creams, "shows": shows}[name](folder)
        return made[name]

    return of


def labels(shop: ShelfPipeline, text: str) -> list[str]:
    return labels_of(shop.understander.understand(text, start(5)).filters)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("anything but android", "3456789"),
        ("a laptop without windows", "48"),
        ("a laptop with windows 11", "567"),
        ("an android phone", "012"),
        ("under 400 euros", "259"),  # what it costs now
        ("a phone under 200", "2"),
        ("between 1000 and 1400", "46"),
        ("from 700 to 800", "3"),
        ("a light laptop", "48"),  # no laptop is as light as a light phone
        ("new or refurbished", "023456"),
        ("too expensive, max 900", "023589"),
        ("6.1 inches or less", "023"),
        ("a 14 inch laptop", "69"),
        ("with 1tb", "167"),
        ("at least 512 gb", "145678"),
        ("at least 16 gb", "4678"),  # 16 GB are no storage here
        ("16gb ram", "4678"),
        ("with at least 10 hours of battery", "01246"),
        ("a phone with a 50 megapixel camera", "01"),
        ("a laptop under 1.3 kg", "48"),
        ("only new", "0346"),
        ("3 years warranty", "6"),
    ],
)
def test_devices_are_asked_for_by_options_units_and_versions(shop: Shops, text: str, ids: str) -> None:
    assert fits(shop("phones"), text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("no fragrance", "023567"),  # what contains none need not say so
        ("free of fragrance", "0267"),
        ("fragrance free", "0267"),
        ("without parabens", "04567"),  # told by what is free of them alone
        ("for dry skin", "02346"),
        ("for oily skin", "1345"),
        ("something like 50 ml", "06"),
        ("about 30 ml", "12"),
        ("with more than 100 reviews", "026"),
    ],
)
def test_what_a_cream_is_free_of_is_what_it_shall_not_contain(shop: Shops, text: str, ids: str) -> None:
    assert fits(shop("creams"), text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("a science podcast", "127"),
        ("weekly", "0367"),  # daily is no day of the week
        ("finished ones", "5"),
        ("explicit is ok", "01234567"),
        ("episodes shorter than 30 min", "1257"),
        ("any other topic than science", "03456"),
        ("free", "12467"),
        ("a kids podcast about stories", "45"),
        ("a history podcast about crime", "036"),
        ("nothing explicit, released weekly", "07"),
    ],
)
def test_podcasts_are_asked_for_by_topic_rhythm_and_length(shop: Shops, text: str, ids: str) -> None:
    assert fits(shop("shows"), text) == ids


def test_conditions_are_told_as_they_are_meant(shop: Shops) -> None:
    assert labels(shop("phones"), "anything but android") == ["no Android"]
    assert labels(shop("phones"), "a 14 inch laptop") == ["screen 14 inches", "laptop"]
    assert labels(shop("creams"), "without parabens") == ["free of parabens"]
    assert labels(shop("creams"), "something like 50 ml") == ["size 50 ml"]


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        (("how much is the Onyx 5?",), "price 599 euros"),
        (("how much was the Onyx 5 before?",), "old price 699 euros"),
        (("how big is the screen of the Ace Slab?",), "17 inches"),
        (("does the Pear 3 have a card slot?",), "No"),
        (("a laptop", "how long is the battery of the first one?"), "battery life 18 hours"),
        (("a laptop", "whats the battery of the first one?"), "battery 52 Wh"),
        (("a laptop", "has it got a touchscreen?"), "Yes"),
        (("a phone", "which has the biggest battery?"), "Ace Onyx 6: battery 5000 mAh"),
        (("a laptop with 2 tb", "what did it cost before?"), "old price 2199 euros"),
        (("a laptop", "which is the cheapest?"), "Bolt Book"),
    ],
)
def test_questions_about_devices_are_answered(shop: Shops, messages: tuple[str, ...], says: str) -> None:
    assert says in talk(shop("phones"), *messages)[1]


def test_who_hosts_is_no_word_to_steer_clear_of(shop: Shops) -> None:
    meaning = shop("shows").understander.understand("not hosted by Ann Howe", start(5))
    assert [one.values for one in meaning.filters] == [("Ann Howe",)]
    assert not meaning.avoid


def test_a_country_is_refused_wherever_it_stands_with_its_article_or_without(tmp_path: Path) -> None:
    rows = [
        {
            "item_id": str(n), "title": f"Tale {n}", "country": ("United States", "Italy", "Spain")[n % 3],
            "place": ("the United States", "Rome", "Madrid")[n // 3 % 3],
        }
        for n in range(18)
    ]  # fmt: skip
    films = shop_of(rows, tmp_path, "film", "watched")
    assert kept(films, "nothing from the United States") == [4, 5, 7, 8, 13, 14, 16, 17]


def test_a_column_that_reads_like_an_amount_is_none(tmp_path: Path) -> None:
    rows = [
        {"item_id": str(n), "title": f"Fon {n}", "weight": f"{150 + 10 * n} g", "5g": ("yes", "no", "optional")[n % 3]}
        for n in range(12)
    ]
    devices = shop_of(rows, tmp_path, "phone", "bought")
    assert kept(devices, "below 200 g", "5g") == [0, 2, 3, 5]


def test_what_it_shall_be_free_of_adds_up(shop: Shops) -> None:
    chat, _ = talk(shop("creams"), "free of parabens", "and fragrance free")
    assert [one.item.title for one in chat.reply("show me").recommendations] or chat.state.last_shown
    assert {one.values for one in chat.state.request.filters if one.field == "free of"} == {
        ("parabens",),
        ("fragrance",),
    }


def test_a_count_is_no_size(shop: Shops) -> None:
    assert talk(shop("creams"), "something like 30ml")[0].state.request.k == 5


def test_undoing_a_question_shows_the_cards_again(shop: Shops) -> None:
    chat, _ = talk(shop("phones"), "a laptop with 2 tb", "how heavy is it?")
    assert [one.item.title for one in chat.reply("undo").recommendations] == ["Ace Slab"]


def test_what_says_the_wish_comes_back_where_a_message_narrows(shop: Shops) -> None:
    chat, _ = talk(shop("creams"), "something with zinc")
    done = chat.reply("under 22 dollars")
    assert done.recommendations[0].item.title == "Day"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("is the Calm fragrance free?", "Yes. Calm: free of fragrance and parabens."),
        ("does the Calm contain fragrance?", "No. Calm: free of fragrance and parabens."),
        ("is the Rose alcohol free?", "No. Rose: contains alcohol and fragrance."),
        ("does the Rose contain alcohol?", "Yes. Rose: contains alcohol and fragrance."),
    ],
)
def test_what_is_inside_is_answered_by_what_is_and_what_is_not(shop: Shops, text: str, says: str) -> None:
    assert says in talk(shop("creams"), text)[1]


def test_grades_answer_how_something_is_rated(shop: Shops) -> None:
    assert "rating 4.3" in talk(shop("creams"), "a cream", "how is the first one rated?")[1]


def test_what_is_free_of_a_thing_does_not_speak_of_it(shop: Shops) -> None:
    item = shop("creams").catalogue["7"]
    assert "parabens" not in document(item)
    assert "glycerin" in document(item)


def test_the_skin_somebody_has_is_a_wish(shop: Shops) -> None:
    assert fits(shop("creams"), "my skin is dry") == "02346"


def test_what_is_left_is_asked_for(tmp_path: Path) -> None:
    rows = [
        {
            "item_id": str(n),
            "title": f"Tune {n}",
            "style": ("rock", "folk")[n % 2],
            "stock": ("2", "sold out", "0")[n % 3],
        }
        for n in range(12)
    ]
    records = shop_of(rows, tmp_path, "record", "bought")
    assert kept(records, "rock, must be in stock") == [0, 6]
    assert labels(records, "in stock") == ["in stock"]
