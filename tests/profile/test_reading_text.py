"""A taste in words, read back to statements."""

from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.profile.facets import Facets
from convrec.profile.profiler import TasteProfiler
from convrec.profile.reading import ProfileReader
from convrec.signal import Scale
from convrec.testing.shelf import strategist
from convrec.types import FIRM, Item


@pytest.fixture
def reader(shelf):
    return ProfileReader(shelf, Facets(shelf), "game")


def said(reader, text):
    return {one.id: one.polarity for one in reader.read(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You love war games.", {"genre:war": "like"}),
        ("You like war games but not horror.", {"genre:war": "like", "genre:horror": "dislike"}),
        ("Horror games leave you cold; war games are for you.", {"genre:horror": "dislike", "genre:war": "like"}),
        ("You care little for games by Mina Solberg.", {"designer:mina-solberg": "dislike"}),
        ("I don't like trading games, and you love siege.", {"genre:trading": "dislike", "theme:siege": "like"}),
        ("Games from the 1980s are yours, though less than before.", {"period:1980s": "like"}),
        ("You loved The Castle of Arn.", {"likeness:castle-0": "like"}),
        ("You hated The Crypt of Belm.", {"likeness:crypt-1": "dislike"}),
        ("Nothing is said here of anything.", {}),
    ],
)
def test_what_a_text_says(reader, text, expected):
    assert said(reader, text) == expected


def test_the_last_word_counts(reader):
    assert said(reader, "You love horror. You dislike horror.") == {"genre:horror": "dislike"}


def test_strength_follows_the_words(reader):
    loved, liked, turned = (
        reader.read(f"You {words} war games.")[0].strength for words in ("love", "like", "often turn to")
    )
    assert loved > liked > turned
    assert reader.read("No more war games.")[0].strength == FIRM
    assert reader.read("More war games.")[0].polarity == "like"


def test_a_template_is_read_as_it_was_meant(shelf, reader):
    profile = TasteProfiler(shelf, Scale(), "game", "played").profile(strategist())
    read = {one.id: one for one in reader.read(profile.text)}
    known = {one.id: one.polarity for one in profile.statements if one.facet != "likeness"}
    told = {key: one.polarity for key, one in read.items() if one.facet != "likeness"}
    assert len(told) >= 4
    assert all(known[key] == polarity for key, polarity in told.items())
    history = set(strategist().item_ids)
    assert {one.evidence[0].item_id for one in read.values() if one.facet == "likeness"} <= history


def test_a_title_with_a_point_in_it_is_not_cut_into_other_titles():
    titles = ("The Boys of St. Vincent", "Boys", "M. Butterfly", "M", "Alien", "Vincent")
    shelf = ItemTable([Item(str(n), title, 1990 + n, ("Drama",)) for n, title in enumerate(titles)])
    reader = ProfileReader(shelf, Facets(shelf), "film")
    text = "You loved Alien, The Boys of St. Vincent and M. Butterfly. You dislike drama films."
    assert said(reader, text) == {
        "likeness:4": "like", "likeness:0": "like", "likeness:2": "like", "genre:drama": "dislike",
    }  # fmt: skip


def test_a_name_with_a_point_in_it_is_not_cut_into_a_title():
    facts = {"cast": ("Michael J. Fox", "Joely Richardson")}
    items = [
        Item("1", "Michael", 1996),
        Item("2", "Bright Lights", 1988, facts=facts),
        Item("3", "Dark", 1989, facts=facts),
    ]
    shelf = ItemTable(items)
    reader = ProfileReader(shelf, Facets(shelf), "film")
    text = "You go for films with Joely Richardson and Michael J. Fox: you loved Bright Lights."
    assert said(reader, text) == {"cast:joely-richardson": "like", "cast:michael-j-fox": "like", "likeness:2": "like"}


def test_the_first_word_of_a_sentence_is_no_title_and_a_title_may_begin_with_a_number():
    titles = ("More", "Hate", "10 Things I Hate About You", "Alien")
    shelf = ItemTable([Item(str(n), title, 1990 + n, ("Drama",)) for n, title in enumerate(titles)])
    reader = ProfileReader(shelf, Facets(shelf), "film")
    text = "You like drama films. More than most, you go for Alien: you loved 10 Things I Hate About You."
    assert said(reader, text) == {"genre:drama": "like", "likeness:3": "like", "likeness:2": "like"}
    assert said(reader, "You like drama films. More drama films.") == {"genre:drama": "like"}
    assert said(reader, "You loved More.") == {"likeness:0": "like"}


def test_a_series_named_like_its_first_film_is_the_series():
    titles = ("Star Quest", "Star Quest: The Return", "Star Quest: The End", "Alien")
    shelf = ItemTable([Item(str(n), title, 1990 + n, ("Sci-Fi",)) for n, title in enumerate(titles)])
    reader = ProfileReader(shelf, Facets(shelf), "film")
    assert said(reader, "You like Star Quest films.") == {"title:star-quest": "like"}
    assert said(reader, "You loved Star Quest and Alien.") == {"likeness:0": "like", "likeness:3": "like"}


def test_of_several_items_with_one_title_the_persons_own_is_meant_and_else_the_best_known():
    items = [Item("1", "Hero", 1992), Item("2", "Hero (Ying xiong)", 2002), Item("3", "Alien", 1979)]
    shelf = ItemTable(items)
    facets = Facets(shelf)
    known = ProfileReader(shelf, facets, "film", popularity=[3.0, 40.0, 9.0])
    text = "You loved Hero and Alien."
    assert said(ProfileReader(shelf, facets, "film"), text) == {"likeness:1": "like", "likeness:3": "like"}
    assert said(known, text) == {"likeness:2": "like", "likeness:3": "like"}
    assert [one.id for one in known.read(text, own=["1", "3"])] == ["likeness:1", "likeness:3"]
    assert said(known, "You loved Hero (1992).") == {"likeness:1": "like"}


def test_places_are_those_of_the_value_and_not_of_a_title_with_its_word():
    items = [Item("1", "Star Wars", 1977, ("War",)), Item("2", "Alien", 1979, ("Horror",))]
    shelf = ItemTable(items)
    reader = ProfileReader(shelf, Facets(shelf), "film")
    text = "You loved Star Wars. You like war films, but you hate horror films."
    assert [text[start:end] for start, end in reader.places(text, "genre", "War")] == ["war"]
    assert [text[start:end] for start, end in reader.places(text, "genre", "Horror")] == ["horror"]
    assert reader.places(text, "genre", "Comedy") == []


def test_what_a_work_is_and_for_whom_is_read_as_it_is_said():
    shelf = ItemTable(
        [
            Item("a", "Emma", 1996, ("Romance",), "", {"theme": ("literary adaptation",)}),
            Item("b", "Nixon", 1995, ("Children",), "", {"theme": ("biography",)}),
            Item("c", "Clueless", 1995, ("Romance",), "", {"theme": ("literary adaptation", "biography")}),
        ]
    )
    read = said(ProfileReader(shelf, Facets(shelf), "film"), "You love literary adaptations, biographies and romances.")
    assert read == {"theme:literary-adaptation": "like", "theme:biography": "like", "genre:romance": "like"}
    read = said(ProfileReader(shelf, Facets(shelf), "film"), "You care little for children’s films.")
    assert read == {"genre:children": "dislike"}
