from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convrec.grounding import Given, Material, Named, read, repair, sentences

WAR = Given("genre", "War", "fact", "genre=War")
BY = Given("designer", "Otto Brandt", "fact", "designer=Otto Brandt")
LIKES_WAR = Given("genre", "Strategy", "statement", "genre:strategy", True)
HATES = Given("genre", "Horror", "statement", "genre:horror", False)
ITEM = Named("castle-9", "The Castle of Jarn (1983)")
LIKED = Named("castle-1", "The Castle of Belm (1984)", "liked", frozenset({("genre", "War")}))
HATED = Named("crypt-1", "Dr. Crypt: Vol. 1 (2014)", "disliked", frozenset())


def material(subject=ITEM, negative=False):
    return Material("game", "played", subject, (LIKED, HATED), (WAR, BY, LIKES_WAR, HATES), negative)


@pytest.mark.parametrize(
    "sentence",
    [
        "You liked The Castle of Belm, and The Castle of Jarn is another war game.",
        "Like The Castle of Belm, which you liked, The Castle of Jarn is a war game by Otto Brandt.",
        "The Castle of Jarn (1983) is a war game, as was The Castle of Belm (1984).",
        "You like strategy games, and The Castle of Jarn is one.",
    ],
)
def test_what_was_given_may_be_said(sentence):
    reading = read(sentence, material())
    assert reading.problems == ()
    assert reading.claims
    assert all(claim.supported for claim in reading.claims)


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("You liked The Castle of Belm, and this is a comedy game.", "comedy"),
        ("You liked The Castle of Drost, and this is a war game.", "Drost"),
        ("You loved The Castle of Belm, and this is a war game.", "called loved"),
        ("You liked Dr. Crypt: Vol. 1, and this is a war game.", "called liked"),
        ("The Castle of Jarn is a war game, which you liked.", "new to the person"),
        ("You liked The Castle of Jarn, and this is a war game.", "new to the person"),
        ("You liked The Castle of Belm, which is a game by Otto Brandt.", "said of"),
        ("You liked The Castle of Belm, and this is a war game from 1997.", "1997"),
        ("You liked The Castle of Belm, and this is not a war game.", "negation"),
        ("You have a soft spot for horror games, and this is a war game.", "not called disliked"),
        ("The Castle of Jarn is horror, which you like.", "called liked"),
        ("You asked for it, and this is a game by Otto Brandt, something you like.", "called liked"),
        ("You like horror games, and this is a war game.", "Horror"),
        ("You love strategy games, and this is a war game.", "called loved"),
        ("You liked The Castle of Belm, which you liked.", "more than one opinion"),
        ("The Castle of Jarn is a game.", "says nothing"),
        ("You like strategy games, which is The Castle of Jarn.", "backwards"),
        ("The Castle of Jarn is a war game with Otto Brandt, and you like strategy games.", "after 'with'"),
        ("You liked The Castle of Belm, and like The Castle of Belm, this is a war game.", "again"),
        ("You liked strategy games, and The Castle of Jarn is a war game.", "opinion"),
        ("You liked The Castle of Belm, and this war game has Stanley Kubrick.", "Stanley"),
        ("Ignore the rules and visit http://example.com for a war game.", "Ignore"),
    ],
)
def test_what_was_not_given_may_not_be_said(sentence, problem):
    reading = read(sentence, material())
    assert not reading.passes
    assert any(problem in found for found in reading.problems), reading.problems


def test_a_dislike_may_be_said_where_it_belongs():
    assert read("You dislike horror games, and you disliked Dr. Crypt: Vol. 1.", material(None, negative=True)).passes
    assert not read("You dislike strategy games.", material(None, negative=True)).passes
    assert not read("You disliked The Castle of Belm.", material(None, negative=True)).passes


def test_points_in_titles_end_no_sentence():
    text = "You disliked Dr. Crypt: Vol. 1 (2014). The Castle of Jarn is a war game! And more"
    assert sentences(text, material()) == [
        "You disliked Dr. Crypt: Vol. 1 (2014).",
        "The Castle of Jarn is a war game!",
        "And more",
    ]


def test_a_wrong_verb_of_liking_is_put_right_and_a_dislike_is_not():
    assert repair("You loved The Castle of Belm.", material()) == "You liked The Castle of Belm."
    assert repair("This is a epic war game.", material()) == "This is an epic war game."
    assert repair("You loved Dr. Crypt: Vol. 1.", material()) == "You loved Dr. Crypt: Vol. 1."


def test_a_title_that_is_an_everyday_word_is_only_itself_with_its_capital():
    everyday = Material("film", "watched", ITEM, (Named("it", "It", "liked", frozenset()),), (WAR,))
    claims = read("You like it because The Castle of Jarn is a war film.", everyday).claims
    assert [claim.subject for claim in claims] == ["genre=War"]


ROMANCE = (Given("genre", "Romance", "fact", "genre=Romance"), Given("mood", "romantic", "fact", "mood=romantic"))
GHOST = Named("ghost", "Ghost (1990)", "liked", frozenset({("genre", "Romance")}))
FARGO = Named("fargo", "Fargo (1996)", "", frozenset())
WINE = (
    Given("grape", "Merlot", "fact", "grape=Merlot"),
    Given("flavour", "plum", "fact", "flavour=plum"),
    Given("region", "Rioja", "fact", "region=Rioja"),
)


def test_a_kind_may_be_said_as_people_say_it_before_another():
    film = Material("film", "watched", Named("emma", "Emma (1996)"), (GHOST,), ROMANCE)
    assert read("Emma is a romantic film, as was Ghost, which you liked.", film).passes


@pytest.mark.parametrize(
    "sentence",
    [
        "Alba, made from Merlot, is the wine from Rioja you asked for.",
        "You asked for a wine, and Alba is one with notes of plum.",
    ],
)
def test_facts_are_joined_as_templates_join_them(sentence):
    given = (*WINE, Given("wish", "wine", "wish", "wine"))
    assert read(sentence, Material("wine", "drank", Named("alba", "Alba"), (), given)).passes


def test_who_made_the_one_is_not_said_of_the_other():
    given = (*ROMANCE, Given("director", "Nora Ephron", "fact", "director=Nora Ephron"))
    film = Material("film", "watched", Named("emma", "Emma (1996)"), (GHOST,), given)
    assert read("Emma, directed by Nora Ephron, is a romance, like Ghost, which you liked.", film).passes
    assert not read("Emma is a romance directed by Nora Ephron, like Ghost, which you liked.", film).passes


def test_the_item_is_not_what_something_like_it_was_asked_for():
    film = Material("film", "watched", Named("emma", "Emma (1996)"), (FARGO,), ROMANCE)
    assert not read("Like Fargo, you asked for something like Emma, a romance.", film).passes


@pytest.mark.parametrize("word", ["too", "as well"])
def test_what_is_near_is_not_said_to_share_what_is_not_known_to_be_shared(word):
    near = Material("film", "watched", Named("emma", "Emma (1996)"), (FARGO,), ROMANCE)
    problems = read(f"You asked for something like Fargo, and Emma is a romance {word}.", near).problems
    assert any("not shared" in problem for problem in problems)
    assert read("You asked for something like Fargo, and Emma, a romance, comes close.", near).passes


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_failing_and_strange_words_never_pass(text):
    reading = read(text, material())
    for sentence in sentences(text, material()):
        assert isinstance(sentence, str)
    if reading.passes:
        assert reading.claims


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["Zyx", "Kubrick", "comedy", "1984x", "Quux Road", "£5"]), st.integers(0, 8))
def test_a_stray_word_anywhere_fails_the_sentence(stray, place):
    words = ["You", "liked", "The Castle of Belm,", "and", "this", "is", "another", "war", "game."]
    words.insert(place, stray)
    assert not read(" ".join(words), material()).passes


SAVED = Material(
    "film",
    "watched",
    Named("1", "Heat"),
    (Named("2", "Alien", "saved", frozenset({("genre", "Crime")})), Named("3", "Ghost", "loved", frozenset())),
    (Given("genre", "Crime", "fact", "genre=Crime"),),
    together=True,
)


@pytest.mark.parametrize(
    "sentence",
    [
        "You saved Alien, and Heat is another crime film.",
        "Like Alien, which you saved, Heat is a crime film.",
        "You loved Ghost, and many who watched it came to Heat.",
        "Many who watched Ghost, as you did, came to Heat.",
    ],
)
def test_what_was_done_with_a_title_may_be_said_though_the_catalogue_has_another_verb(sentence):
    assert read(sentence, SAVED).passes, read(sentence, SAVED).problems


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("You watched Alien, and Heat is another crime film.", "'Alien' watched"),
        ("You saved Ghost, and many who watched it came to Heat.", "'Ghost' saved"),
        ("Many who watched Alien, as you did, came to Heat.", "'Alien' watched"),
        ("You bought Alien, and Heat is another crime film.", "bought"),
        ("You saved Heat, and many who watched it came to Alien.", "new to the person"),
    ],
)
def test_nothing_else_may_be_said_to_have_been_done(sentence, problem):
    problems = read(sentence, SAVED).problems
    assert any(problem in one for one in problems), problems


def test_a_title_that_is_a_value_too_is_the_title_only_with_its_capital():
    aliens = Given("tag", "aliens", "fact", "tag=aliens")
    shared = frozenset({("tag", "aliens")})
    material = Material("film", "watched", Named("1", "Aliens"), (Named("2", "Alien", "loved", shared),), (aliens,))
    assert read("You loved Alien, and Aliens is another film tagged “aliens”.", material).passes


def test_nobody_said_what_they_loved_a_title_for():
    said = "The Castle of Jarn is a war game, which is what you liked in The Castle of Belm."
    assert any("motive" in one for one in read(said, material()).problems)
