"""What an item is, in the words of people."""

from __future__ import annotations

import doctest

import pytest

from convrec import demonyms, facts, flags, language, themes
from convrec.explain import naming, phrases
from convrec.explain.naming import named
from convrec.explain.phrases import telling


@pytest.mark.parametrize(
    ("noun", "given", "expected"),
    [
        ("film", [("genre", "Crime"), ("genre", "Thriller")], "a crime thriller"),
        ("film", [("genre", "Comedy"), ("genre", "Romance")], "a romantic comedy"),
        ("film", [("genre", "Children"), ("genre", "Adventure")], "a children’s and adventure film"),
        ("film", [("genre", "Film-Noir"), ("genre", "Crime")], "a crime film noir"),
        ("film", [("genre", "Horror"), ("theme", "supernatural")], "a horror film about the supernatural"),
        ("film", [("genre", "War"), ("theme", "World War II")], "a war film about World War II"),
        ("film", [("genre", "War"), ("theme", "Vietnam War")], "a war film about the Vietnam War"),
        ("film", [("genre", "Drama"), ("theme", "biography"), ("theme", "Nazis")], "a drama and biography about Nazis"),
        ("film", [("genre", "Mystery"), ("theme", "murder mystery")], "a murder mystery"),
        ("film", [("theme", "social satire"), ("place", "Oslo")], "a social satire set in Oslo"),
        ("film", [("genre", "Mystery"), ("theme", "fish out of water")], "a mystery about a fish out of water"),
        ("game", [("genre", "Mystery"), ("genre", "Two-Player")], "a mystery and two-player game"),
        ("game", [("genre", "party"), ("players", "2-4")], "a party game for 2-4 players"),
        (
            "wine",
            [("pairing", "lamb"), ("aroma", "cherry"), ("producer", "Muga"), ("region", "Rioja")],
            "a wine from Rioja by Muga with notes of cherry to go with lamb",
        ),
        ("wine", [("producer", "Muga"), ("genre", "red")], "a red wine from Muga"),
        ("plant", [("highlight", "True")], "a highlight plant"),
        ("plant", [("genre", "herb"), ("traits", "edible")], "a herb plant described as “edible”"),
        (
            "film",
            [("director", "Alfred Hitchcock"), ("genre", "Horror"), ("period", "1960s")],
            "a horror film from the 1960s directed by Alfred Hitchcock",
        ),
        ("film", [("title", "Star Trek"), ("genre", "Sci-Fi")], "a Star Trek film"),
        ("wine", [("genre", "white"), ("grape", "Riesling"), ("region", "Mosel")],
         "a white wine from Mosel made from Riesling"),
        ("wine", [("country", "France"), ("food", "cheese"), ("region", "Loire")],
         "a wine from Loire (France) to go with cheese"),
        ("wine", [("genre", "dessert"), ("sweetness", "sweet"), ("body", "full")],
         "a sweet and full-bodied dessert wine"),
        ("wine", [("genre", "red"), ("food", "game"), ("flavour", "pepper")],
         "a red wine with notes of pepper to go with game"),
        ("board game", [("genre", "party"), ("mechanic", "bluffing")], "a party board game with bluffing"),
        ("machine", [("boiler", "steel"), ("boiler", "copper")], "a machine with steel and copper boilers"),
        ("wine", [("organic", "True")], "an organic wine"),
        ("machine", [("grinder", "True")], "a machine with a grinder"),
        ("film", [("genre", "Drama"), ("has_subtitles", "True")], "a drama with subtitles"),
        ("film", [("has_subtitles", "False")], "a film without subtitles"),
        ("game", [("genre", "Puzzle"), ("multiplayer", "True")], "a multiplayer puzzle game"),
        ("shirt", [("in_stock", "True"), ("size", "small")], "a small shirt in stock"),
        ("recipe", [("is_vegetarian", "True"), ("cuisine", "Thai")], "a vegetarian Thai recipe"),
        ("recipe", [("vegetarian", "False")], "a recipe that is not vegetarian"),
        ("recipe", [("meal", "lunch"), ("meal", "dinner"), ("cook", "Asha Rao")],
         "a lunch and dinner recipe by Asha Rao"),
        ("recipe", [("difficulty", "medium"), ("meal", "lunch"), ("cuisine", "Cajun")],
         "a medium-difficulty Cajun lunch recipe"),
        ("book", [("narrator", "Stephen Fry"), ("binding", "leather")],
         "a book with Stephen Fry as narrator and with leather binding"),
    ],
)  # fmt: skip
def test_an_item_is_named_as_people_name_it(noun, given, expected):
    assert named(given, noun).phrase == expected


def test_what_the_kind_says_is_not_said_again():
    assert telling([("mood", "funny"), ("genre", "Comedy")]) == [("genre", "Comedy")]
    assert telling([("tag", "spoof"), ("tag", "silly"), ("genre", "Comedy")]) == [("tag", "spoof"), ("genre", "Comedy")]


@pytest.mark.parametrize(
    "module", [demonyms, facts, flags, language, naming, phrases, themes], ids=lambda one: one.__name__
)
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0
