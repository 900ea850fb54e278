"""Tables nobody tidied: their ranges, units and lists are conditions, and their names are asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from messy_shops import COTTAGES, RESTAURANTS, shop_of
from shelf_pipeline import ShelfPipeline, pipeline_of
from unseen_shops import kept, talk, wanted

from convrec.dialogue.chat import Chat
from convrec.dialogue.readers.slots import ACTS, Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.types import Item

Holds = Callable[[int], bool]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(COTTAGES, tmp_path_factory.mktemp("homes"), "holiday home", "booked")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(RESTAURANTS, tmp_path_factory.mktemp("town"), "restaurant", "eaten at")


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("for 4 people", lambda n: n % 4 in (1, 2)),
        ("sleeps 7", lambda n: n % 4 == 3),
        ("a cottage for 5, please", lambda n: n % 4 == 2 and n % 3 == 0),
        ("a group of 8", lambda n: n % 4 == 3),
        ("4 bedrooms", lambda n: n % 4 == 3),
        ("at least 3 bedrooms", lambda n: n % 4 >= 2),
        ("a studio", lambda n: n == 4),
        ("under 100 pounds", lambda n: n <= 4),
        ("no more than 90 a night", lambda n: n <= 3),
        ("my budget is 150", lambda n: n <= 9),
        ("it must have wifi and a cot", lambda n: n % 6 == 1),
        ("no hot tub please", lambda n: n % 6 not in (1, 3)),
        ("a hot tub would be lovely", lambda n: n % 6 in (1, 3)),
        ("within 2 km of the beach", lambda n: n <= 3),
        ("less than 300 metres from the pub", lambda n: n % 6 <= 2),
        ("walking distance to a pub, max 200 m", lambda n: n % 6 <= 1),
        ("between 100 and 150 a night", lambda n: 4 <= n <= 9),
        ("no cleaning fee if possible", lambda n: n % 3 == 2),
        ("dog friendly", lambda n: n % 5 in (1, 2, 3)),
        ("a quiet barn for a writer, fast wifi", lambda n: n % 3 == 2 and n % 6 in (0, 1, 4)),
        ("with Fri changeover, not a flat", lambda n: n % 5 in (1, 2, 3) and n % 3 != 1),
        ("size m² at least 100", lambda n: n >= 14),
        ("at least 100 square metres", lambda n: n >= 14),
        ("at least 9 score", lambda n: n % 6 >= 4),
        ("rated over 9", lambda n: n % 6 >= 4),
        ("with two dogs", lambda n: n % 5 in (1, 3)),
        ("we have a dog", lambda n: n % 5 in (1, 2, 3)),
        ("no dogs please", lambda n: n % 5 in (0, 4)),
        ("arriving on a friday", lambda n: n % 5 in (1, 2, 3)),
        ("third floor is no good for me", lambda n: not (n % 3 == 1 and n // 3 % 3 == 2)),
    ],
)
def test_what_holiday_homes_are_asked_by(homes: ShelfPipeline, said: str, holds: Holds) -> None:
    assert kept(homes, said) == [n for n in range(24) if holds(n)]


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("table for 6 on sunday evening", lambda n: n % 3 in (1, 2) and n % 4 != 1),
        ("nothing fancy, under 20 a person", lambda n: n <= 3),
        ("not more than 25 euro per person and vegetarian", lambda n: n <= 5 and n % 5 in (0, 1, 3)),
        ("my girlfriend is coeliac, where can we eat", lambda n: n % 5 in (1, 2)),
        ("no gluten please", lambda n: n % 5 in (1, 2)),
        ("I'm vegan, my mates eat meat", lambda n: n % 5 == 0),
        ("he can't stand noise", lambda n: n % 3 != 2),
        ("rated at least 4", lambda n: n % 5 >= 3),
        ("not far from the station", lambda n: n <= 6),
        ("we're going tuesday", lambda n: n % 4 != 3),
        ("and dogs allowed", lambda n: n % 3 == 0),
        ("no fish, I'm allergic to shellfish", lambda n: n % 6 not in (2, 3)),
        ("something open on sundays", lambda n: n % 4 != 1),
        ("lunch, quick", lambda n: True),
        ("a restaurant with Mon closed, nothing British", lambda n: n % 4 in (0, 1) and n % 6 != 3),
        ("we're two couples, somewhere in the harbour", lambda n: n % 3 == 0),
        ("veggie and not too spicy", lambda n: n % 5 in (0, 1, 3)),
    ],
)
def test_what_restaurants_are_asked_by(town: ShelfPipeline, said: str, holds: Holds) -> None:
    assert kept(town, said) == [n for n in range(24) if holds(n)]


def test_a_number_said_anew_stands_in_place_of_the_one_before(town: ShelfPipeline, homes: ShelfPipeline) -> None:
    assert kept(town, "at most 10 minutes from the station", "ok 15 minutes") == list(range(14))
    assert kept(town, "under 20 euros a head", "make it 40") == list(range(11))
    assert kept(homes, "no more than 1 km from the beach", "ok 2 km") == [0, 1, 2, 3]
    assert kept(town, "under 20 euros a head", "3") == [0, 1, 2, 3]  # counts cards


def test_what_else_a_home_shall_have_is_added(homes: ShelfPipeline) -> None:
    both = [n for n in range(24) if n % 6 in (0, 4)]
    assert kept(homes, "with wifi", "with parking") == both
    assert kept(homes, "with wifi", "and parking") == both
    assert kept(homes, "with wifi", "with parking instead") == [n for n in range(24) if n % 6 in (0, 2, 4)]
    assert kept(homes, "with wifi, a cot and a hot tub", "ok drop the hot tub") == [n for n in range(24) if n % 6 == 1]


def test_how_many_people_and_which_age_are_told_as_one(homes: ShelfPipeline) -> None:
    _, text = talk(homes, "for 4 people")
    assert "for 4 people" in text
    _, text = talk(homes, "a barn", "compare the first two")
    assert "sleeps 4 to 6" in text or "sleeps 2" in text or "sleeps 6 to 8" in text
    assert "min sleeps" not in text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("how much is the cleaning fee for the first one?", "cleaning fee"),
        ("how big is the first one", "size"),
        ("how far is the first one from the pub?", "to pub"),
        ("is smoking allowed at the first one?", "smoking"),
        ("is there parking at the first one?", "amenities"),
        ("does the first one have parking?", "amenities"),
        ("when is the first one free from?", "free from"),
        ("is the first one on the ground floor?", "floor"),
    ],
)
def test_a_fact_is_asked_for_by_its_name(homes: ShelfPipeline, asked: str, field: str) -> None:
    _, text = talk(homes, "a flat", asked)
    assert field in text
    assert not text.startswith("The catalogue does not tell")


def test_times_and_closed_days_are_asked_about(town: ShelfPipeline) -> None:
    _, text = talk(town, "italian", "what time does the kitchen of the first one close?")
    assert "kitchen closes 2" in text
    _, text = talk(town, "british", "is the first one open on monday?")
    assert text in [f"Yes. Table {n}: closed Tue." for n in (3, 15)] + [
        f"No. Table {n}: closed Sun and Mon." for n in (9, 21)
    ]
    _, text = talk(town, "italian", "hmm is the first one loud?")
    assert text.startswith(("Yes. Table", "No. Table"))


def test_the_quietest_is_told_where_noise_is_told_in_words(town: ShelfPipeline) -> None:
    _, text = talk(town, "harbour", "which of these is the quietest?")
    assert text.startswith("Quiet: Table")


def test_the_best_reviews_are_not_the_most(town: ShelfPipeline) -> None:
    _, text = talk(town, "thai", "which has the best reviews?")
    assert "stars" in text
    assert text.startswith("The one with the best reviews is Table 4:")


def test_no_word_of_the_first_one_is_the_catalogues(homes: ShelfPipeline) -> None:
    shop = homes
    chat, _ = talk(shop, "a flat", "what about the first one, is it far from the pub?")
    assert wanted(chat, "floor") == set()


def test_a_count_is_of_what_is_asked(town: ShelfPipeline) -> None:
    _, text = talk(town, "italian", "how many of them are vegetarian?")
    assert text.startswith("Of 24 restaurants,")


def test_the_way_out_of_a_size_is_understood(homes: ShelfPipeline) -> None:
    chat, text = talk(homes, "a flat, size at least 140 square metres, max 2 people")
    assert "Shall I drop" in text
    bounds = {one.field for one in chat.state.request.filters}
    chat.reply("Any size")
    assert bounds - {one.field for one in chat.state.request.filters} == {"size_m²"}


def test_how_many_people_is_taken_back_as_one(homes: ShelfPipeline) -> None:
    chat = Chat(homes)
    options = chat.reply("a studio for 7 people").options
    assert "Any sleeps" in options
    chat.reply("Any sleeps")
    assert not [one for one in chat.state.request.filters if "sleeps" in one.field]


def test_it_is_what_was_pointed_at_in_the_same_breath(homes: ShelfPipeline) -> None:
    _, alone = talk(homes, "a flat", "how much is the second one?")
    _, told = talk(homes, "a flat", "compare the first two", "the second one, how much is it?")
    assert told == alone
    assert told.count("pounds") == 1


def test_a_better_score_is_a_bound(homes: ShelfPipeline) -> None:
    chat, _ = talk(homes, "a barn", "something with a better score")
    (bound,) = (one for one in chat.state.request.filters if one.field == "guest score")
    assert bound.op == "at_least"
    assert not chat.state.request.wishes


def test_who_needs_a_wheelchair_is_helped_by_what_is_step_free() -> None:
    ways = ("yes", "no", "partly", "no")
    items = [Item(str(n), f"Inn {n}", None, (), "", {"step_free": ways[n % 4], "beds": n}) for n in range(8)]
    shop = pipeline_of(items, "inn", "visited")
    assert kept(shop, "a nice stay for my nan, she's in a wheelchair") == [0, 2, 4, 6]
    assert kept(shop, "wheelchair accessible please") == [0, 2, 4, 6]


def test_what_no_card_has_is_said(town: ShelfPipeline) -> None:
    _, text = talk(town, "sushi", "closed on tuesdays, british")
    assert "described as “sushi”" in text
    assert "chosen for “sushi”" not in text


class Refuses:
    """Hears a word as refused."""

    def read(self, text: str) -> Tagged:
        at = text.find("dogs")
        spans = (Span(at, at + 4, "not"),) if at >= 0 else ()
        return Tagged(text, spans, (0.9,) * len(spans), {one: float(one == "inform") for one in ACTS})


def test_dogs_allowed_are_wanted_whatever_a_reader_hears(town: ShelfPipeline) -> None:
    reader = Understander(town.catalogue, "restaurant", "eaten at", tagger=Refuses())
    (found,) = reader.understand("and dogs allowed please", start(5)).filters
    assert (found.field, found.op) == ("dogs ok", "any_of")


def test_a_bound_never_falls_on_words() -> None:
    items = [Item(str(n), f"Home {n}", None, (), "", {"sleeps": f"a family of {n + 2}"}) for n in range(6)]
    chat = Chat(pipeline_of(items, "home", "booked"))
    assert chat.reply("something for 4 people").text
    assert not chat.state.request.filters


def test_a_word_is_not_bent_into_another_form_of_one_of_the_catalogue() -> None:
    items = [Item(str(n), f"Tale {n}", None, (), "A tree grows quietly.", {}) for n in range(6)]
    shop = pipeline_of(items, "book", "read")
    assert shop.understander.understand("for grown ups", start(5)).wishes == ("grown ups",)
