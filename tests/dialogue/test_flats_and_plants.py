"""Flats, house plants and courses as their owners keep them: what people ask of them, and how it is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from messy_shops import shop_of
from shelf_pipeline import ShelfPipeline
from unseen_shops import kept, talk

from convrec.explain.naming import named

Holds = Callable[[int], bool]

FLATS = [
    {
        "item_id": f"f{n}",
        "title": f"{('Bright', 'Calm', 'Small')[n % 3]} flat {('by the canal', 'near the park')[n % 2]} {n}",
        "warm rent": f"{500 + 50 * n} €",
        "rooms": str(n % 4 + 1),
        "size": f"{20 + 5 * n} m²",
        "pets allowed": ("yes", "no", "cats only", "on request")[n % 4],
        "balcony": ("yes", "no")[n % 2],
        "furnished": ("yes", "no", "partly")[n % 3],
        "district": ("Harbour", "Old Town", "Hill")[n // 2 % 3],
        "available from": ("now", "01.02.2027", "ab 1.3.2027")[n % 3],
        "deposit": f"{1000 + 100 * n} €" if n % 2 else "",
    }
    for n in range(24)
]
PLANTS = [
    {
        "item_id": f"p{n}",
        "title": f"{('Fern', 'Palm', 'Ivy', 'Lily')[n % 4]} {'ABCDEF'[n // 4]}",
        "pets": ("toxic to cats and dogs", "non-toxic", "toxic to cats, dogs", "safe", "toxic to cats", "toxic")[n % 6],
        "height": f"{20 + 10 * n}-{30 + 10 * n} cm",
        "pot size": ("12 cm", "20 cm", "30 cm")[n % 3],
        "care": ("easy", "medium", "difficult")[n % 3],
        "light": ("low", "low to medium", "medium to bright", "low to bright", "bright", "medium")[n // 4],
        "good for": ("bedroom", "bathroom, office", "office")[n % 3],
    }
    for n in range(24)
]
COURSES = [
    {
        "item_id": f"c{n}",
        "title": f"Course {n}",
        "level": ("beginner", "all levels", "advanced")[n % 3],
        "topic": ("Python", "Drawing", "Public Speaking")[n % 3],
        "hours": f"{2 + n} h",
        "price": ("free", "$20", "$35", "$50")[n % 4],
        "certificate": ("yes", "no")[n // 2 % 2],
        "teacher": ("Dr. Ana Ruiz", "Prof. Karl Hoffmann", "Mei Lin", "Tom Becker")[n // 6],
    }
    for n in range(24)
]


@pytest.fixture(scope="module")
def flats(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(FLATS, tmp_path_factory.mktemp("flats"), "flat", "rented")


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(PLANTS, tmp_path_factory.mktemp("plants"), "plant", "bought")


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(COURSES, tmp_path_factory.mktemp("courses"), "course", "took")


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("under 900 warm", lambda n: n <= 8),
        ("max 800 warm please", lambda n: n <= 6),
        ("the rent must be below 700", lambda n: n <= 4),
        ("no pets needed", lambda n: True),
        ("a balcony isn't necessary", lambda n: True),
        ("i don't need a balcony", lambda n: True),
        ("with a balcony", lambda n: n % 2 == 0),
        ("a furnished flat", lambda n: n % 3 != 1),
        ("unfurnished please", lambda n: n % 3 == 1),
        ("for me and my two cats", lambda n: n % 2 == 0),
        ("we have a dog", lambda n: n % 4 in (0, 3)),
        ("with a dog", lambda n: n % 4 in (0, 3)),
    ],
)
def test_what_flats_are_asked_by(flats: ShelfPipeline, said: str, holds: Holds) -> None:
    assert kept(flats, said) == [n for n in range(24) if holds(n)]


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("over 1.5 m", lambda n: n >= 12),
        ("between 40 and 70 cm", lambda n: 1 <= n <= 4),
        ("a small plant, max 60 cm", lambda n: n <= 3),
        ("i have two cats", lambda n: n % 6 in (1, 3)),
        ("she has a dog", lambda n: n % 6 in (1, 3, 4)),
        ("low light", lambda n: n // 4 in (0, 1, 3)),
        ("medium light", lambda n: n // 4 in (1, 2, 3, 5)),
        ("not toxic", lambda n: n % 6 in (1, 3)),
        ("something pet safe", lambda n: n % 6 in (1, 3)),
        ("must not be toxic to dogs", lambda n: n % 6 in (1, 3, 4)),
    ],
)
def test_what_plants_are_asked_by(plants: ShelfPipeline, said: str, holds: Holds) -> None:
    assert kept(plants, said) == [n for n in range(24) if holds(n)]


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("not by Karl Hoffmann", lambda n: n // 6 != 1),
        ("nothing by prof Hoffmann", lambda n: n // 6 != 1),
        ("a course with ana ruiz", lambda n: n // 6 == 0),
        ("i have maybe 10 hours", lambda n: n <= 8),
        ("no certificate needed", lambda n: True),
        ("free would be best", lambda n: n % 4 == 0),
        ("not free", lambda n: n % 4 != 0),
        ("free or cheap", lambda n: n % 4 == 0),
        ("a course on public speking", lambda n: n % 3 == 2),
    ],
)
def test_what_courses_are_asked_by(courses: ShelfPipeline, said: str, holds: Holds) -> None:
    assert kept(courses, said) == [n for n in range(24) if holds(n)]


def test_whether_a_plant_is_safe_is_told(plants: ShelfPipeline) -> None:
    _, text = talk(plants, "a plant like Palm A", "is Palm A safe for dogs?")
    assert text.startswith("Yes.")
    _, text = talk(plants, "a plant like Fern A", "is Fern A toxic?")
    assert text.startswith("Yes.")


def test_facts_are_told_as_people_say_them() -> None:
    assert named([("furnished", "yes")], "flat").phrase == "a furnished flat"
    assert named([("pets allowed", "no")], "flat").phrase == "a flat without pets allowed"
    assert named([("good for", "bathroom"), ("good for", "office")], "plant").phrase == (
        "a plant good for bathroom and office"
    )
    assert named([("toxic to", "cats")], "plant").phrase == "a plant toxic to cats"
    assert named([("title", "Bright 1-room flat")], "flat").phrase == "a Bright 1-room flat"
    assert named([("balcony", "True"), ("lift", "False")], "flat").phrase == "a flat with a balcony without a lift"


GAMES = [
    {
        "item_id": f"g{n}",
        "title": f"{('Mill', 'Fox', 'Reed', 'Iron')[n % 4]} Game {n}",
        "players": ("2", "2-4", "3-6 players", "1-5")[n % 4],
        "age": ("8+", "from 10", "12 and up")[n % 3],
        "minutes": ("30", "45-60", "90-120", "20-30")[n // 2 % 4],
        "price": f"{10 + n},99 €",
    }
    for n in range(24)
]


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(GAMES, tmp_path_factory.mktemp("games"), "game", "played")


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("we're five people", lambda n: n % 4 in (2, 3)),
        ("only those for more than 4", lambda n: n % 4 in (2, 3)),
        ("my son is 9", lambda n: n % 3 == 0),
        ("from 8 years", lambda n: n % 3 == 0),
        ("not longer than an hour", lambda n: n // 2 % 4 != 2),
    ],
)
def test_what_games_are_asked_by(games: ShelfPipeline, said: str, holds: Holds) -> None:
    assert kept(games, said) == [n for n in range(24) if holds(n)]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("can you play it with 4?", "Yes. Fox Game 1: 2 to 4 players."),
        ("can you play it with 5?", "No. Fox Game 1: 2 to 4 players."),
        ("is it suitable for a 6 yr old?", "No. Fox Game 1: age from 10."),
        ("is it under 20 euros?", "Yes. Fox Game 1: price 11.99 euros."),
    ],
)
def test_whether_an_item_meets_a_number_is_told_and_asks_for_nothing(
    games: ShelfPipeline, asked: str, answer: str
) -> None:
    chat, text = talk(games, "tell me about Fox Game 1", asked)
    assert text == answer
    assert not chat.state.request.filters


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("how many people can play it?", "Fox Game 1: 2 to 4 players."),
        ("how old do you have to be for it?", "Fox Game 1: age from 10."),
    ],
)
def test_for_whom_an_item_is_told(games: ShelfPipeline, asked: str, answer: str) -> None:
    assert talk(games, "tell me about Fox Game 1", asked)[1] == answer


def test_whom_all_levels_suit(courses: ShelfPipeline) -> None:
    _, text = talk(courses, "tell me about Course 1", "is it for beginners?")
    assert text == "Yes. Course 1: level all levels."


def test_how_big_a_part_is(plants: ShelfPipeline) -> None:
    _, text = talk(plants, "tell me about Palm A", "how big is the pot?")
    assert text == "Palm A: pot size 20 cm."
