"""Sentences of a profile: what they may say of what is loved, liked, merely turned to, and not liked."""

from __future__ import annotations

import pytest

from convrec.grounding import Count, Given, Material, Named, read

NOIR = Given("genre", "Film-Noir", "statement", "genre:film-noir")
WAR = Given("genre", "War", "statement", "genre:war")
GILDA = Named("g", "Gilda (1946)", "loved")
HEAT = Named("h", "Heat (1995)", "liked")
JAWS = Named("j", "Jaws (1975)", "watched")
CUBE = Named("c", "Cube (1997)", "hated")


def problems(sentence, attitude, named=(), counts=(), drift=""):
    negative = attitude in ("disliked", "dropped")
    material = Material("film", "watched", None, tuple(named), (NOIR, WAR), negative, counts, drift, attitude)
    return read(sentence, material).problems


@pytest.mark.parametrize(
    ("sentence", "attitude", "named"),
    [
        ("You love film noir and war films, and you loved Gilda.", "loved", [GILDA]),
        ("You cannot get enough of film noir and war; Gilda is one you loved.", "loved", [GILDA]),
        ("Your taste runs to film noir and war films, and you liked Heat.", "liked", [HEAT]),
        ("You keep coming back to film noir and war, Jaws among those you watched.", "consumed", [JAWS]),
        ("Film noir and war films leave you cold, and you hated Cube.", "disliked", [CUBE]),
        ("You have no patience for film noir or war films; Cube is one you disliked.", "disliked", [CUBE]),
        ("You rarely finish film noir or war films.", "dropped", []),
    ],
)
def test_what_the_notes_say_may_be_said(sentence, attitude, named):
    assert problems(sentence, attitude, named) == ()


@pytest.mark.parametrize(
    ("sentence", "attitude", "named", "about"),
    [
        ("You love film noir and war films.", "liked", [], "not loved"),
        ("You like film noir and war films.", "consumed", [], "only turned to"),
        ("You often turn to film noir and war, and loved Jaws.", "consumed", [JAWS], "were not"),
        ("You like film noir and war, and loved Heat.", "liked", [HEAT], "were not"),
        ("You do not care for film noir and war films.", "liked", [], "of what is liked"),
        ("Film noir and war leave you cold.", "liked", [], "liked"),
        ("You like film noir and war films.", "disliked", [], "not called one"),
        ("You enjoy film noir, though war not so much.", "disliked", [], "of what is disliked"),
        ("You like film noir and comedy films.", "liked", [], "comedy"),
        ("You liked 7 film noir and war films.", "liked", [HEAT], "number"),
    ],
)
def test_what_they_do_not_say_is_found(sentence, attitude, named, about):
    assert any(about in problem for problem in problems(sentence, attitude, named))


SEVEN = (Count(7, 9, "statement", "genre:war"),)


@pytest.mark.parametrize(
    "said", ["7 of the 9 you rated pleased you", "seven of nine pleased you", "of the 9 you rated 7 pleased you"]
)
def test_counts_that_were_given(said):
    assert problems(f"You like film noir and war films: {said}.", "liked", counts=SEVEN) == ()


@pytest.mark.parametrize("said", ["9 of the 7 pleased you", "8 of the 9 pleased you", "all 9 pleased you", "7 films"])
def test_counts_that_were_not(said):
    assert problems(f"You like film noir and war films: {said}.", "liked", counts=SEVEN)


def test_drift_is_said_only_where_there_is_one_and_the_right_way_round():
    more, less = "You like film noir and war more of late.", "You like film noir and war less than you used to."
    assert problems(more, "liked", drift="more") == ()
    assert problems(less, "liked", drift="less") == ()
    assert problems(less, "liked", drift="more")
    assert problems("Your liking for film noir and war is growing.", "liked", drift="less")
    assert problems("Recently you like film noir and war.", "liked")


def test_what_has_faded_is_not_said_to_be_of_late_and_no_title_is_cut_short():
    assert problems("Film noir and war are favourites of yours lately.", "loved", drift="less")
    assert not problems("You love film noir and war, lately less than before.", "loved", drift="less")
    thing = Named("t", "That Thing You Do! (1996)", "liked")
    assert problems("You like film noir and war, and that You Do! is one you liked.", "liked", [thing])


def test_a_title_that_was_saved_was_not_watched():
    saved = Named("a", "Alien (1979)", "saved")
    assert not problems("You often turn to film noir, and you saved Alien.", "consumed", [saved])
    assert problems("You often turn to film noir, and you watched Alien.", "consumed", [saved])
