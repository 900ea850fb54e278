"""What a table says, said in other words: how often, in two words, in another spelling, as the most of a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from electric_shops import creams, phones, shows
from messy_shops import shop_of
from shelf_pipeline import ShelfPipeline
from unseen_shops import fits, kept, talk

from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start

Holds = Callable[[int], bool]


@pytest.fixture(scope="module")
def podcasts(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shows(tmp_path_factory.mktemp("podcasts"))


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return phones(tmp_path_factory.mktemp("devices"))


@pytest.fixture(scope="module")
def scents(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    rows = [
        {
            "item_id": str(n), "title": f"Scent {n}", "type": ("EDP", "eau de parfum", "cologne", "mist")[n % 4],
            "for": ("him", "men", "her", "unisex")[n // 4 % 4],
            "finish": ("matte", "satin finish", "matte finish")[n % 3],
            "colour": ("grey", "gray", "off-grey", "red")[n % 4],
        }
        for n in range(24)
    ]  # fmt: skip
    return shop_of(rows, tmp_path_factory.mktemp("scents"), "scent", "bought")


@pytest.mark.parametrize(
    ("text", "ids"),
    [("something that comes out every day", "14"), ("every week", "0367"), ("a show once a month", "2")],
)
def test_how_often_is_said_in_many_ways(podcasts: ShelfPipeline, text: str, ids: str) -> None:
    assert fits(podcasts, text) == ids


def test_every_second_week_is_a_fortnight(tmp_path: Path) -> None:
    often = ("fortnightly", "annual", "every 3 months", "Weekly")
    rows = [{"item_id": str(n), "title": f"Paper {n}", "comes": often[n % 4]} for n in range(12)]
    papers = shop_of(rows, tmp_path, "paper", "read")
    for text in ("every two weeks", "every other week", "every 2 weeks", "bi-weekly"):
        assert kept(papers, text) == [0, 4, 8]
    assert kept(papers, "once a year") == kept(papers, "yearly") == [1, 5, 9]
    assert kept(papers, "quarterly") == [2, 6, 10]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("for men", lambda n: n // 4 % 4 in (0, 1, 3)),
        ("eau de parfum", lambda n: n % 4 < 2),
        ("an EDP please", lambda n: n % 4 < 2),
        ("no eau de parfum", lambda n: n % 4 > 1),
        ("matte", lambda n: n % 3 != 1),
        ("nothing matte", lambda n: n % 3 == 1),
        ("in gray", lambda n: n % 4 < 2),
        ("not grey", lambda n: n % 4 > 1),
    ],
)
def test_two_spellings_of_a_value_are_one(scents: ShelfPipeline, text: str, holds: Holds) -> None:
    assert kept(scents, text) == [n for n in range(24) if holds(n)]


def test_british_and_american_words_are_one(tmp_path: Path) -> None:
    shop = creams(tmp_path)
    assert fits(shop, "a moisturizer") == fits(shop, "a moisturiser") == "0167"


def test_what_stands_before_brackets_is_what_it_is_called(tmp_path: Path) -> None:
    states = ("refurbished (very good)", "new", "refurbished (good)")
    rows = [{"item_id": str(n), "title": f"Fon {n}", "condition": states[n % 3]} for n in range(12)]
    shop = shop_of(rows, tmp_path, "phone", "bought")
    assert kept(shop, "refurbished only") == [n for n in range(12) if n % 3 != 1]
    assert kept(shop, "nothing refurbished") == [n for n in range(12) if n % 3 == 1]


def test_initials_have_a_plural(tmp_path: Path) -> None:
    rows = [{"item_id": str(n), "title": f"Tune {n}", "format": ("CD", "LP", "tape")[n % 3]} for n in range(12)]
    shop = shop_of(rows, tmp_path, "record", "bought")
    assert kept(shop, "no CDs") == [n for n in range(12) if n % 3]
    assert kept(shop, "LPs or tapes") == [n for n in range(12) if n % 3]


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        (("history", "which has the longest episodes"), "the longest episodes is Wreck: "),
        (("history", "which one has more episodes"), "The one with more episodes is Wreck: 400 episodes"),
        (("history", "the shortest of these"), "The shortest is Fuse: "),
    ],
)
def test_which_card_has_the_most(podcasts: ShelfPipeline, messages: Sequence[str], says: str) -> None:
    assert says in talk(podcasts, *messages)[1]


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        (("a laptop", "which one weighs the least"), "The one that weighs the least is Ace Slab Mini: weight 980 g"),
        (("a laptop", "which has more storage"), "The one with more storage is Ace Slab: storage 2000 GB"),
        (("a phone", "which has the longest battery life"), "is Ace Onyx 6: battery life 30 hours"),
        (("a phone", "which costs the most"), "The one that costs the most is Ace Onyx 6: price 999 euros"),
        (("a phone", "the biggest screen of these"), "Ace Onyx 6: screen 6.5 inches"),
    ],
)
def test_which_device_has_the_most(devices: ShelfPipeline, messages: Sequence[str], says: str) -> None:
    assert says in talk(devices, *messages)[1]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("the phone with the biggest battery", "1"),
        ("the laptop with the biggest battery", "7"),
        ("a laptop under a kilo", "8"),
        ("a laptop under a kilo and a half", "4689"),
    ],
)
def test_the_most_of_what_is_named(devices: ShelfPipeline, text: str, ids: str) -> None:
    assert fits(devices, text) == ids


def test_what_comes_daily_is_not_asked_for_by_a_day(podcasts: ShelfPipeline) -> None:
    assert not podcasts.understander.understand("something from every Tuesday", start(5)).filters


def test_a_tight_budget_asks_for_what_is_cheap(devices: ShelfPipeline) -> None:
    filters = devices.understander.understand("a laptop on a tight budget", start(5)).filters
    assert {(one.field, one.op) for one in filters} == {("kind", "any_of"), ("price_eur", "at_most")}


def test_longer_episodes_are_wished_for(podcasts: ShelfPipeline) -> None:
    (bound,) = podcasts.understander.understand("something with longer episodes", start(5)).filters
    assert (bound.field, bound.op) == ("max minutes_per_episode", "at_least")
    assert fits(podcasts, "the show with the most episodes") == "4"


def test_free_is_free_whatever_the_kind(podcasts: ShelfPipeline) -> None:
    assert fits(podcasts, "free science shows") == "127"


def test_what_an_item_has_several_of_is_asked_for_on_both_sides_of_its_kind(tmp_path: Path) -> None:
    extras = ("NFC; card slot", "NFC; stylus", "card slot; stylus", "NFC")
    rows = [
        {"item_id": str(n), "title": f"Fon {n}", "kind": ("phone", "tablet")[n % 2], "extras": extras[n % 4]}
        for n in range(24)
    ]
    shop = shop_of(rows, tmp_path, "device", "bought")
    assert kept(shop, "an NFC phone with card slot") == [n for n in range(24) if n % 4 == 0]


class _Likens:
    """Lays `sun cream` beside `sunscreen`, and nothing else beside anything."""

    name, dim = "likens", 4

    def encode(self, texts: Sequence[str], *, role: str) -> np.ndarray:
        at = {"sun cream": 0, "sunscreen": 0}
        return np.eye(4, dtype=np.float32)[[at.get(text, 1 if role == "query" else 2) for text in texts]]


def test_two_words_may_mean_a_compound(tmp_path: Path) -> None:
    shop = creams(tmp_path)
    reader = Understander(shop.catalogue, "product", encoder=_Likens())
    (found,) = reader.understand("a sun cream please", start(5)).filters
    assert (found.field, found.values) == ("type", ("sunscreen",))
    (found,) = reader.understand("a rich cream please", start(5)).filters
    assert found.field == "texture"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("every Tuesday", lambda n: n % 6 in (0, 1, 2, 3, 4)),
        ("on a wednesday", lambda n: n % 6 in (2, 3, 4)),
        ("not on tuesdays", lambda n: n % 6 > 1),
    ],
)
def test_days_in_words_stand_for_each_other(tmp_path: Path, text: str, holds: Holds) -> None:
    days = ("Tue", "Tuesdays", "Mon-Fri", "weekdays", "daily", "Sat")
    rows = [{"item_id": str(n), "title": f"Class {n}", "days": days[n % 6]} for n in range(18)]
    assert kept(shop_of(rows, tmp_path, "class", "took"), text) == [n for n in range(18) if holds(n)]


def test_a_word_of_the_name_of_a_field_is_no_wish_beside_its_value(tmp_path: Path) -> None:
    meaning = creams(tmp_path).understander.understand("a serum for dry skin", start(5))
    assert {one.field for one in meaning.filters} == {"type", "skin type"}
    assert not meaning.wishes
