"""Used cars, online courses and a plant nursery, as their tables are typed and as people ask for what is in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from messy_shops import shop_of
from shelf_pipeline import ShelfPipeline
from unseen_shops import kept, talk

_CARS = [
    {
        "item_id": f"c{n}",
        "title": f"{('Alto', 'Brio', 'Corso', 'Dorado')[n % 4]} {n}",
        "price": f"€{5 + n},000",
        "power": f"{60 + 10 * n} hp / {44 + 7 * n} kW",
        "mileage": f"{30 + 5 * n},000 km",
        "fuel": ("petrol", "diesel", "electric")[n % 3],
        "make": ("Seat", "Audi", "Skoda")[n % 3],
        "seats": str(4 + n % 3),
        "towbar": ("no", "yes", "detachable")[n % 3],
        "extras": ("air con; sunroof", "sunroof; tow bar", "air con")[n % 3],
    }
    for n in range(24)
]
_COURSES = [
    {
        "item_id": f"k{n}",
        "title": f"{('Clay', 'Code', 'Chess', 'Cells')[n % 4]} in Practice {n}",
        "language": ("English", "English", "German")[n % 3],
        "subtitles": ("German, French", "French", "English, German", "none")[n % 4],
        "hours per week": ("2-3 h", "4 hours", "5-8 hours")[n % 3],
        "length": ("4 weeks", "6", "8 weeks")[n % 3],
        "price": ("free", "$49", "$19.50", "Free")[n % 4],
        "certificate": ("yes", "Y", "no", "paid ($49)")[n % 4],
        "prerequisites": ("none", "basic algebra", "none", "school maths")[n % 4],
    }
    for n in range(24)
]
_PLANTS = [
    {
        "item_id": f"p{n}",
        "title": f"{('Astra', 'Bella', 'Cirra', 'Delia')[n % 4]} {n}",
        "height": ("20-40 cm", "1-1.5 m", "60-80 cm")[n % 3],
        "hardiness": f"-{5 * (n % 4)} °C",
        "flowering": ("Dec-Feb", "May-Jul", "Apr")[n % 3],
        "water": ("high", "little", "medium")[n % 3],
        "colour": ("yellow", "white", "pink", "blue")[n % 4],
        "evergreen": ("yes", "Y", "no", "semi")[n % 4],
        "toxic to": ("cats, dogs", "none", "dogs", "cats")[n % 4],
        "edible": ("no", "flowers", "leaves", "no")[n % 4],
        "price": f"£{4 + n}.50",
    }
    for n in range(24)
]


@pytest.fixture(scope="module")
def cars(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(_CARS, tmp_path_factory.mktemp("cars"), "car", "driven")


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(_COURSES, tmp_path_factory.mktemp("courses"), "course", "taken")


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(_PLANTS, tmp_path_factory.mktemp("plants"), "plant", "bought")


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("under 15.000€", lambda n: n <= 10),
        ("less than 100 hp", lambda n: n <= 4),
        ("any fuel but not diesel", lambda n: n % 3 != 1),
        ("any kind but diesel", lambda n: n % 3 != 1),
        ("no towbar", lambda n: n % 3 == 0),
        ("without a towbar", lambda n: n % 3 == 0),
        ("I'd like a Seat", lambda n: n % 3 == 0),
        ("at least 100 kW", lambda n: n >= 8),
        ("over 200 hp and under 25k", lambda n: 14 <= n <= 20),
    ],
)
def test_power_is_asked_for_in_either_unit(cars: ShelfPipeline, said: str, holds: Callable[[int], bool]) -> None:
    assert kept(cars, said) == [n for n in range(24) if holds(n)]


def test_how_much_of_something_is_not_the_price(cars: ShelfPipeline) -> None:
    _, told = talk(cars, "a diesel", "how much power does the first one have?")
    assert " hp" in told
    assert "euro" not in told


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("i only have 3 hours a week", lambda n: n % 3 == 0),
        ("max 5 hours per week", lambda n: n % 3 < 2),
        ("at most 5 hours per week", lambda n: n % 3 < 2),
        ("hours per week at most 5", lambda n: n % 3 < 2),
        ("less than 5 hours weekly", lambda n: n % 3 < 2),
        ("at least 4 min hours per week", lambda n: n % 3 > 0),
        ("at least 4 min hours per week hours", lambda n: n % 3 > 0),
        ("at most 30 min", lambda n: False),  # a unit, where no name follows
        ("less than 7 weeks", lambda n: n % 3 < 2),
        ("in english with german subtitles", lambda n: n % 3 < 2 and n % 4 in (0, 2)),
        ("subtitles in german, please", lambda n: n % 4 in (0, 2)),
        ("any language but german", lambda n: n % 3 < 2),
        ("no german subtitles", lambda n: n % 4 in (1, 3)),
        ("free course, please", lambda n: n % 4 in (0, 3)),
        ("no prerequisites", lambda n: n % 4 in (0, 2)),
        ("certificate", lambda n: n % 4 != 2),
    ],
)
def test_hours_a_week_and_subtitles(courses: ShelfPipeline, said: str, holds: Callable[[int], bool]) -> None:
    assert kept(courses, said) == [n for n in range(24) if holds(n)]


def test_a_shorter_course_has_fewer_weeks(courses: ShelfPipeline) -> None:
    chat, _ = talk(courses, "free", "something shorter")
    assert {one.field for one in chat.state.request.filters} == {"price_usd", "length_weeks"}
    _, told = talk(courses, "free", "how many hours is it per week?")
    assert "hours per week" in told


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("not taller than 1 m", lambda n: n % 3 != 1),
        ("max 50cm high", lambda n: n % 3 == 0),
        ("at least 1 m tall", lambda n: n % 3 == 1),
        ("something that flowers in winter", lambda n: n % 3 == 0),
        ("flowers in may", lambda n: n % 3 == 1),
        ("evergreen", lambda n: n % 4 != 2),
        ("with May flowering", lambda n: n % 3 == 1),
        ("no yellow flowers", lambda n: n % 4 != 0),
        ("edible flowers", lambda n: n % 4 == 1),
        ("hardy to -10 °C", lambda n: n % 4 in (2, 3)),
        ("it must survive -15", lambda n: n % 4 == 3),
        ("hardy down to at least minus 10 degrees", lambda n: n % 4 in (2, 3)),
        ("bears 10 degrees of frost", lambda n: n % 4 in (2, 3)),
        ("at most -10", lambda n: n % 4 in (2, 3)),
        ("hardiness -10", lambda n: n % 4 in (2, 3)),
        ("winter hardy", lambda n: n % 4 in (2, 3)),
        ("hardiness at least -5 °C", lambda n: n % 4 in (0, 1)),
        ("between -12 and -3 °C", lambda n: n % 4 in (1, 2)),
    ],
)
def test_height_and_months_of_plants(plants: ShelfPipeline, said: str, holds: Callable[[int], bool]) -> None:
    assert kept(plants, said) == [n for n in range(24) if holds(n)]


@pytest.mark.parametrize(
    "said",
    [
        "safe for cats",
        "anything my cat can't be poisoned by",
        "not poisonous for cats",
        "cat friendly",
        "i have a cat",
        "not toxic to cats",
    ],
)
def test_whom_things_do_harm_to_is_spared(plants: ShelfPipeline, said: str) -> None:
    chat, told = talk(plants, said)
    assert [(one.field, one.op, one.values) for one in chat.state.request.filters] == [
        ("toxic to", "none_of", ("cats",))
    ]
    assert "not toxic to cats" in told


def test_what_is_harmful_to_nobody(plants: ShelfPipeline) -> None:
    assert kept(plants, "non toxic") == [n for n in range(24) if n % 4 == 1]
    assert kept(plants, "show me plants toxic to dogs") == [n for n in range(24) if n % 4 in (0, 2)]


def test_height_is_told_back_by_its_name(plants: ShelfPipeline) -> None:
    _, told = talk(plants, "under 90 cm")
    assert "height up to 90 cm" in told
    assert "max" not in told


def test_when_something_flowers_asks_for_no_edible_flowers(plants: ShelfPipeline) -> None:
    chat, told = talk(plants, "evergreen", "when does it flower?")
    assert [one.field for one in chat.state.request.filters] == ["evergreen"]
    assert any(month in told for month in ("December", "May", "April"))


def test_an_everyday_word_among_numbers_is_not_asked_for(tmp_path: Path) -> None:
    rows = [
        {"item_id": f"k{n}", "title": f"Course {n}", "rating": "new" if n % 8 == 0 else f"{3 + n % 5 / 4:.2f}"}
        for n in range(24)
    ]
    shop = shop_of(rows, tmp_path, "course", "taken")
    assert shop.catalogue["k0"].facts["rating note"] == "new"
    assert shop.understander.lexicon.fields["rating note"].nature == "told"
    chat, _ = talk(shop, "show me new courses")
    assert chat.state.request.filters == ()


def test_what_is_hardier_bears_more_cold(plants: ShelfPipeline) -> None:
    chat, _ = talk(plants, "white ones", "hardier ones")
    assert [one.op for one in chat.state.request.filters if one.field == "hardiness_°c"] == ["at_most"]


@pytest.mark.parametrize("said", ["yes", "Yes", "no"])
def test_yes_and_no_answer_us_and_no_question_of_a_column(plants: ShelfPipeline, said: str) -> None:
    chat, _ = talk(plants, "white ones", said)
    assert [one.field for one in chat.state.request.filters] == ["colour"]


def test_how_much_is_told_with_what_it_is_of(plants: ShelfPipeline) -> None:
    _, told = talk(plants, "with little water")
    assert "plants, little water" in told
    _, told = talk(plants, "nothing with high water")
    assert "no high water" in told


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("group size at most 4", lambda n: n % 4 < 2),
        ("with on loan status, in Urdu", lambda n: n % 3 == 1 and n % 2 == 0),
    ],
)
def test_ends_of_ranges_and_states(tmp_path: Path, said: str, holds: Callable[[int], bool]) -> None:
    rows = [
        {
            "item_id": f"g{n}",
            "title": f"{('Amber', 'Birch', 'Coral', 'Dune')[n % 4]} {n}",
            "group size": ("2-3", "2-4", "5-8", "up to 12")[n % 4],
            "status": ("in", "on loan", "in")[n % 3],
            "language": ("Urdu", "English")[n % 2],
            "price": f"€{3 + n}",
        }
        for n in range(24)
    ]
    shop = shop_of(rows, tmp_path, "game", "played")
    assert kept(shop, said) == [n for n in range(24) if holds(n)]
