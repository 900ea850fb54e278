"""Slips that are put right, and those that are not let through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convrec.grounding import Given, Material, Named, read, repair, sentences

FACTS = (
    Given("genre", "Crime", "wish", "crime films"),
    Given("genre", "Film-Noir", "fact", "genres=Film-Noir"),
    Given("genre", "Horror", "fact", "genres=Horror"),
    Given("mood", "scary", "fact", "mood=scary"),
    Given("theme", "monsters", "fact", "theme=monsters"),
)
LOVED = (Named("2", "Ghost (1990)", "loved"), Named("3", "Sleepless in Seattle (1993)", "loved"))


def about_keys(**parts):
    return Material("film", "watched", Named("1", "Keys to Tulsa (1996)"), **parts)


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("You asked for crime, and Keys to Tulsa is crime.", "You asked for crime, and Keys to Tulsa is a crime film."),
        ("Keys to Tulsa is crime and film noir.", "Keys to Tulsa is a crime film and film noir."),
        ("Keys to Tulsa is scary horror about monsters.", "Keys to Tulsa is a scary horror film about monsters."),
        ("It is scary, and you loved Ghost, which you liked.", "It is scary, and you loved Ghost."),
        (
            "It is a horror film, as is Sleepless in Seattle and Ghost, which you loved.",
            "It is a horror film, as are Sleepless in Seattle and Ghost, which you loved.",
        ),
    ],
)
def test_what_was_meant_is_said(written, mended):
    material = about_keys(given=FACTS, named=LOVED)
    assert repair(written, material) == mended
    assert read(mended, material).passes


def test_what_is_said_of_an_item_holds_for_what_it_is_likened_to():
    other = Named("5", "Alien (1979)", "liked", frozenset({("mood", "scary")}))
    material = about_keys(given=FACTS, named=(other,))
    assert read("Keys to Tulsa is a scary film, as is Alien, which you liked.", material).passes
    for likened in ("as is Alien", "and so is Alien", "as Alien is", "like Alien"):
        assert not read(f"Keys to Tulsa is a crime film, {likened}, which you liked.", material).passes, likened


def test_one_thing_is_said_twice_only_of_the_item_and_of_the_taste():
    given = [Given("genre", "Crime", "statement", "genre:crime", liked=True)]
    material = about_keys(given=given)
    assert read("You like crime films, and Keys to Tulsa is a crime film.", material).passes
    assert not read("Keys to Tulsa is a crime film, as you asked, and a crime film.", material).passes


@pytest.mark.parametrize(
    "written",
    [
        "Keys to Tulsa is a horror film about it.",
        "It is a crime film, which is too.",
        "It is like Ghost, which you wished.",
        "It is a horror film, as Ghost, which you loved, are, are.",
        "It is a horror film, and it is a scary, too.",
    ],
)
def test_what_points_at_nothing_does_not_pass(written):
    assert not read(written, about_keys(given=FACTS, named=LOVED)).passes


def test_people_are_not_called_what_they_are_not():
    people = (
        Given("cast", "Mark Hamill", "statement", "cast:mark-hamill", liked=True),
        Given("director", "Kevin Smith", "statement", "director:kevin-smith", liked=True),
    )
    material = Material("film", "watched", None, LOVED[:1], people, attitude="liked")
    assert read("Kevin Smith is a director you like, and you loved Ghost.", material).passes
    both = read("Mark Hamill and Kevin Smith are directors you like, and you loved Ghost.", material)
    assert both.problems == ("cast 'director'",)
    assert repair("Mark Hamill is a favourite of yours.", material) == "Mark Hamill is to your taste."
    assert read("Kevin Smith is a director you like, and Ghost is a film you loved.", material).passes
    assert not read("Kevin Smith is a film you like, and you loved Ghost.", material).passes


def test_what_has_faded_is_not_said_to_grow():
    tense = Given("mood", "tense", "statement", "mood:tense", liked=True)
    material = Material("film", "watched", None, LOVED[:1], (tense,), drift="less", attitude="liked")
    assert not read("You like tense films more lately, and you loved Ghost.", material).passes
    assert read("You like tense films less of late, and you loved Ghost.", material).passes


def test_a_sentence_may_begin_with_a_number():
    text = "Keys to Tulsa is a crime film. 19 of the 50 people closest to your taste liked it. It is scary."
    assert len(sentences(text, about_keys(given=FACTS))) == 3


def test_one_thing_is_not_said_twice_in_a_row():
    sweet = Given("mood", "romantic", "statement", "mood:romantic", liked=True)
    material = Material("film", "watched", None, LOVED[:1], (sweet, replace(sweet, facet="genre", value="Romance")))
    assert "a romantic romance" in read("You like romantic romance films, and you loved Ghost.", material).problems
    assert read("You like romantic films, and you loved Ghost.", material).problems == ()


def test_a_title_with_a_slip_in_it_is_put_right_and_a_list_gets_its_and():
    kwai = Named("1", "The Bridge on the River Kwai (1957)")
    written = "You loved Ghost, and The Bridge on the River Kai is a horror film."
    mended = repair(written, Material("film", "watched", kwai, LOVED, FACTS))
    assert mended == "You loved Ghost, and The Bridge on the River Kwai is a horror film."
    other = "You loved Ghost, and The Towers on a Hill Top are horror."
    assert "Kwai" not in repair(other, Material("film", "watched", kwai, LOVED, FACTS))
    profile = Material("film", "watched", None, LOVED, FACTS, attitude="liked")
    assert repair("You like horror films: you loved Ghost, Sleepless in Seattle.", profile).endswith(
        "you loved Ghost and Sleepless in Seattle."
    )


@pytest.mark.parametrize(
    "clumsy",
    [
        "Keys to Tulsa is scary and James Spader, as you asked.",
        "Alien is what you asked for, and Keys to Tulsa is a scary film too.",
        "Keys to Tulsa is a scary film, as you asked, and Alien, which you wanted, is too.",
    ],
)
def test_what_nobody_would_write_is_not_shown(clumsy):
    given = (*FACTS, Given("cast", "James Spader", "fact", "cast=James Spader"))
    asked = Named("5", "Alien (1979)", "", frozenset({("mood", "scary")}))
    material = about_keys(given=given, named=(asked,))
    assert read("You asked for something like Alien, and Keys to Tulsa is a scary film too.", material).passes
    assert not read(clumsy, material).passes


def test_a_decade_may_be_when_it_is_from_and_when_it_is_set():
    both = (Given("time", "1990s", "fact", "time=1990s"), Given("period", "1990s", "fact", "period=1990s"))
    other = Named("5", "Alien (1979)", "liked", frozenset({("period", "1990s")}))
    for given in (both, both[::-1]):
        material = about_keys(given=given, named=(other,))
        assert read("You liked Alien, and Keys to Tulsa is a film from the 1990s too.", material).passes
