"""What embarrassed us in shops of cars, day trips, courses and snacks: names that deny, answers, contents, rates."""

from __future__ import annotations

from typing import Any

import pytest
from shelf_pipeline import ShelfPipeline, pipeline_of

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.readers.slots import ACTS, Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.replies.describe import labels_of
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.types import Item, Turn


def trip(number: int, title: str, kind: str, themes: str, **facts: Any) -> Item:
    given = {name: value for name, value in facts.items() if value is not None}
    return Item(str(number), title, None, (), "", {"kind": kind, "themes": tuple(themes.split("|")), **given})


def day(number: int, title: str, kind: str, themes: str, *more: Any) -> Item:
    names = ("closed_on", "suitable from age", "adult_price", "distance_km", "wheelchair access", "dogs", "visit_hours")
    return trip(number, title, kind, themes, **dict(zip(names, more, strict=True)))


TRIPS = [
    day(0, "Railway Shed", "museum", "trains|engineering", "Monday", 3, 14.5, 2, "yes", "on a lead", 6.0),
    day(1, "Gin Distillery", "tasting", "food|drinks", "Tuesday", 18, 9.0, 24, "no", "welcome", 2.0),
    day(2, "Owl Barn", "zoo", "birds|animals", None, 3, 4.0, 9, "partly", "not allowed", 3.0),
    day(3, "Castle", "castle", "history|knights", "Monday", 5, 0.0, 45, "no", "on a lead", 1.5),
    day(4, "Planetarium", "science centre", "space|stars", "Sunday", 8, 6.0, 1, "yes", "not allowed", 2.5),
    day(5, "Abbey Ruins", "ruin", "history|monks", None, 0, 0.0, 13, None, "welcome", 1.0),
    day(6, "Aquarium", "zoo", "fish|animals", "Sunday", 0, 18.0, 58, "yes", "not allowed", 4.0),
    day(7, "Motor Museum", "museum", "cars|engineering", "Tuesday", 4, 12.0, 6, "partly", "welcome", 1.0),
]


def car(number: int, fuel: str, price: float, mileage: int, owners: int, tax: int, doors: int) -> Item:
    facts: dict[str, Any] = {
        "fuel": fuel, "asking_gbp": price, "mileage": mileage, "owners": owners, "tax_per_year": tax, "doors": doors,
    }  # fmt: skip
    return Item(str(number), f"Model {'ABCDEFGH'[number]}", 2010 + number, (), "A car.", facts)


CARS = [
    car(0, "petrol", 4500.0, 99000, 1, 20, 3),
    car(1, "diesel", 12500.0, 45000, 2, 190, 5),
    car(2, "electric", 21000.0, 8000, 1, 0, 5),
    car(3, "hybrid", 9900.0, 61000, 3, 35, 5),
    car(4, "petrol", 7450.0, 52000, 4, 180, 3),
    car(5, "electric", 11800.0, 86000, 2, 0, 5),
    car(6, "diesel", 3100.0, 146000, 3, 255, 5),
]


def snack(number: int, title: str, sort: str, contains: str | None, traces: str | None, kcal: int) -> Item:
    facts: dict[str, Any] = {"sort": sort, "kcal per 100g": kcal}
    if contains is not None:
        facts["contains"] = tuple(contains.split("|"))
    if traces is not None:
        facts["may_contain"] = tuple(traces.split("|"))
    return Item(str(number), title, None, (), "", facts)


SNACKS = [
    snack(0, "Crunch Bar", "bar", "almonds|gluten", "gluten", 500),
    snack(1, "Salted Sticks", "biscuits", "gluten", "none", 400),
    snack(2, "Jelly Bears", "sweets", "none", "none", 330),
    snack(3, "Wine Gums", "sweets", None, "none", 320),
    snack(4, "Chilli Mix", "nuts", "peanuts", "nuts", 600),
    snack(5, "Rice Cakes", "biscuits", "none", "milk", 380),
    snack(6, "Nougat", "sweets", "almonds|eggs", "gluten", 450),
    snack(7, "Cheese Twists", "biscuits", "gluten|milk", "nuts", 520),
    snack(8, "Mints", "sweets", "none", "none", 250),
]


@pytest.fixture(scope="module")
def outings() -> ShelfPipeline:
    return pipeline_of(TRIPS, "day trip", "visited")


@pytest.fixture(scope="module")
def garage() -> ShelfPipeline:
    return pipeline_of(CARS, "car", "bought")


@pytest.fixture(scope="module")
def kiosk() -> ShelfPipeline:
    return pipeline_of(SNACKS, "snack", "bought")


def fits(shop: ShelfPipeline, text: str) -> str:
    """Ids of the items that meet the conditions of a message; all where it has none."""
    kept = shop.catalogue.matching(shop.understander.understand(text, start(5)).filters)
    return "".join(item.id for item, holds in zip(shop.catalogue.items, kept.tolist(), strict=True) if holds)


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


def talk(shop: ShelfPipeline, *messages: str) -> tuple[Chat, str]:
    chat = Chat(shop)
    done = [chat.reply(message) for message in messages]
    return chat, done[-1].text


def wanted(chat: Chat, field: str) -> set[str]:
    return {str(value) for one in chat.state.request.filters if one.field == field for value in one.values}


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
