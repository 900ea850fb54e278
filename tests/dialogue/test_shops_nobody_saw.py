"""What embarrassed us in shops of cars, day trips, courses and snacks: names that deny, answers, contents, rates."""

from __future__ import annotations

import pytest
from shelf_pipeline import ShelfPipeline, pipeline_of
from unseen_shops import SNACKS, TRIPS, fits, talk

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.readers.slots import ACTS, Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.replies.describe import labels_of
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.types import Item


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("something on Sunday", "012357"),
        ("open on mondays", "124567"),
        ("closed on Monday", "03"),
        ("not closed on Monday", "124567"),
        ("for a 4 year old", "02567"),
        ("for kids 5 and 9", "023567"),
        ("with wheelchair access", "02467"),
        ("she uses a wheelchair", "02467"),
        ("we have a dog", "01357"),
        ("something free", "35"),
        ("max 2 hours", "1357"),
        ("not too far", "02457"),
        ("within 10 km", "0247"),
        ("not on monday", "01234567"),
        ("dogs not allowed", "246"),
        ("dogs allowed", "01357"),
        ("closer than 9 km", "0247"),
        ("wheelchair access yes", "046"),
        ("with wheelchair access, no zoo", "047"),
        ("at least 4 visit hours", "06"),
        ("no recommended day trips", "01234567"),
        ("a free castle", "3"),
        ("my dad is in a wheelchair, what do you have", "02467"),
        ("it's raining so a museum", "07"),
        ("I'm so tired of museums", "123456"),
    ],
)
def test_what_day_trips_are_asked_by(outings: ShelfPipeline, text: str, kept: str) -> None:
    assert fits(outings, text) == kept


def test_of_two_prices_the_one_that_is_named_is_bound() -> None:
    shelf = ItemTable([
        Item(str(n), f"Place {n}", None, (), "", {"adult_price": 10.0 + n, "child_price": 2.0 + n}) for n in range(8)
    ])  # fmt: skip
    read = Understander(shelf, "day trip", "visited").understand("something child price at most 5", start(5))
    assert [(one.field, one.values) for one in read.filters] == [("child_price", (5.0,))]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("under 5 grand", "06"),
        ("max 12000", "03456"),
        ("no more than 10k", "0346"),
        ("with less than 50000 miles", "12"),
        ("under 50,000 miles", "12"),
        ("2 owners at most", "0125"),
        ("low tax", "25"),
        ("no more than 2 previous owners", "0125"),
        ("1 or 2 owners", "0125"),
        ("4 owners or 3", "346"),
        ("low mileage", "12"),
    ],
)
def test_what_cars_are_asked_by(garage: ShelfPipeline, text: str, kept: str) -> None:
    assert fits(garage, text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no nuts", "12358"),
        ("my son is allergic to nuts", "12358"),
        ("gluten free biscuits", "5"),
        ("gluten-free", "23458"),
        ("free from gluten", "23458"),
        ("without milk", "0123468"),
        ("no dairy", "0123468"),
        ("I'm lactose intolerant", "0123468"),
        ("he has a nut allergy", "12358"),
        ("we're coeliac", "23458"),
    ],
)
def test_what_is_inside_is_refused_by_everyday_words(kiosk: ShelfPipeline, text: str, kept: str) -> None:
    assert set(fits(kiosk, text)) == set(kept)


def test_a_kind_of_contents_is_labelled_as_it_was_said(kiosk: ShelfPipeline) -> None:
    assert labels_of(kiosk.understander.understand("no nuts", start(5)).filters) == ["no nuts"]
    assert labels_of(kiosk.understander.understand("no dairy", start(5)).filters) == ["no dairy"]
    assert labels_of(kiosk.understander.understand("we're coeliac", start(5)).filters) == ["no gluten"]
    assert kiosk.understander.understand("low calorie", start(5)).filters[0].op == "at_most"


def test_what_was_just_turned_to_is_given_up_last(kiosk: ShelfPipeline) -> None:
    _, text = talk(kiosk, "sweets without nuts", "no gluten", "a snack with milk", "ok what about biscuits")
    assert "Shall I drop “biscuits”" not in text


def test_after_the_most_of_all_the_least_is_of_all(garage: ShelfPipeline) -> None:
    chat, _ = talk(garage, "the newest car", "and the oldest?")
    assert chat.state.last_shown == ("0",)


def test_the_cheapest_of_a_kind_is_no_cheaper_than_that(garage: ShelfPipeline) -> None:
    chat, _ = talk(garage, "a petrol car", "too expensive", "ok whatever, the cheapest electric")
    assert chat.state.last_shown == ("5",)


def test_a_cheap_little_car_is_a_cheap_one(garage: ShelfPipeline) -> None:
    assert set(fits(garage, "a cheap little car")) == {"0", "6"}


def test_less_calories_is_a_bound(kiosk: ShelfPipeline) -> None:
    (bound,) = kiosk.understander.understand("less calories", start(5)).filters
    assert (bound.field, bound.op) == ("kcal per 100g", "at_most")


def test_a_number_in_a_name_is_no_amount() -> None:
    packed = [Item(item.id, item.title, None, (), "", {**item.facts, "pack_g": 40 + int(item.id)}) for item in SNACKS]
    shop = pipeline_of(packed, "snack", "bought")
    (bound,) = shop.understander.understand("snacks kcal per 100g at least 450", start(5)).filters
    assert (bound.field, bound.op, bound.values) == ("kcal per 100g", "at_least", (450.0,))


def test_who_wants_nuts_wants_what_is_called_so(kiosk: ShelfPipeline) -> None:
    (nuts,) = kiosk.understander.understand("nuts please", start(5)).filters
    assert nuts.field != "contains"
    assert nuts.values == ("nuts",)


def test_words_missed_by_a_letter_are_read() -> None:
    shop = pipeline_of(
        [Item(str(n), f"Car {'ABCD'[n]}", None, (), ["A family car.", "A red one."][n % 2]) for n in range(4)],
        "snack",
        "bought",
    )
    assert shop.understander.understand("a famly snak", start(5)).wishes == ("family",)
    assert shop.understander.understand("a snack for a film night", start(5)).wishes != ("film light",)


class Wants:
    """Hears a word as wanted."""

    def __init__(self, word: str) -> None:
        self.word = word

    def read(self, text: str) -> Tagged:
        at = text.find(self.word)
        return Tagged(
            text, (Span(at, at + len(self.word), "want"),), (0.9,), {one: float(one == "inform") for one in ACTS}
        )


class Mishears(Wants):
    """Hears a word in a part."""

    def __init__(self, word: str, slot: str) -> None:
        super().__init__(word)
        self.slot = slot

    def read(self, text: str) -> Tagged:
        told = super().read(text)
        return Tagged(text, (Span(told.spans[0].start, told.spans[0].end, self.slot),), (0.7,), told.acts)


@pytest.mark.parametrize(
    ("text", "word", "slot", "kept"),
    [("dogs allowed", "dogs", "not", "01357"), ("with a cafe", "cafe", "occasion", "02")],
)
def test_what_there_is_and_may_be_is_a_condition(text: str, word: str, slot: str, kept: str) -> None:
    items = [Item(item.id, item.title, None, (), "", {**item.facts, "cafe": item.id in "02"}) for item in TRIPS]
    table = ItemTable(items)
    filters = Understander(table, "day trip", "visited", tagger=Mishears(word, slot)).understand(text, start(5)).filters
    assert (
        "".join(item.id for item, holds in zip(items, table.matching(filters).tolist(), strict=True) if holds) == kept
    )


def test_what_things_are_free_of_is_refused_whatever_a_reader_hears() -> None:
    reader = Understander(ItemTable(SNACKS), "snack", "bought", tagger=Wants("gluten"))
    asked = reader.understand("gluten free biscuits", start(5)).filters
    assert {(one.field, one.op) for one in asked if "gluten" in one.values} == {
        ("contains", "none_of"), ("may_contain", "none_of"),
    }  # fmt: skip


def test_an_amount_may_begin_with_the_name_of_its_number() -> None:
    shop = pipeline_of(
        [Item(str(n), f"Shoe {'ABCD'[n]}", None, (), "", {"lift_mm": 2 * n, "price_eur": 10 * n}) for n in range(4)],
        "shoe",
        "bought",
    )
    (bound,) = shop.understander.understand("a shoe with lift under 4 mm", start(5)).filters
    assert (bound.field, bound.op, bound.values) == ("lift_mm", "at_most", (4.0,))


def lesson(number: int, subject: str, tongue: str, subtitles: str) -> Item:
    facts = {"subject": subject, "taught_in": tongue, "subtitles": tuple(subtitles.split("|")), "level": "beginner"}
    return Item(str(number), f"Class {'ABCDEFGH'[number]}", None, (), "", facts)


LESSONS = [
    lesson(0, "languages", "English", "Spanish|German"),
    lesson(1, "history", "Spanish", "English"),
    lesson(2, "cooking", "German", "English|French"),
    lesson(3, "garden", "English", "French"),
    lesson(4, "music", "English", "German"),
    lesson(5, "garden", "German", "English"),
]


@pytest.fixture(scope="module")
def school() -> ShelfPipeline:
    return pipeline_of(LESSONS, "course", "took")


def test_the_language_spoken_is_not_that_of_subtitles_or_of_what_is_learnt(school: ShelfPipeline) -> None:
    assert fits(school, "not in german") == "0134"
    assert fits(school, "taught in spanish") == "1"
    learnt = school.understander.understand("I want to learn spanish", start(5))
    assert not learnt.filters
    assert "spanish" in [wish.lower() for wish in learnt.wishes]


def test_a_value_is_meant_by_its_verb_and_by_itself(school: ShelfPipeline) -> None:
    assert fits(school, "cooking or gardening") == "235"
    assert fits(school, "music") == "4"


def test_the_way_out_of_a_quality_refused_is_understood() -> None:
    shop = pipeline_of(
        [
            Item(str(n), f"Car {'ABCD'[n]}", None, (), "", {"ulez_ok": n > 1, "doors": 3 + 2 * (n > 1)})
            for n in range(4)
        ],
        "car",
        "bought",
    )
    chat = Chat(shop)
    options = chat.reply("a car not ulez ok with 5 doors").options
    assert "Ulez ok is fine" in options
    assert chat.reply("Ulez ok is fine").recommendations


def test_a_subject_that_is_a_word_of_talk_elsewhere_is_a_condition_after_about() -> None:
    subjects = ("music", "cooking", "games", "history")
    shelf = ItemTable([Item(str(n), f"Course {n}", None, (), "", {"subject": subjects[n % 4]}) for n in range(24)])
    read = Understander(shelf, "course", "took").understand("courses about music", start(5))
    assert [(one.field, one.op, one.values) for one in read.filters] == [("subject", "any_of", ("music",))]
