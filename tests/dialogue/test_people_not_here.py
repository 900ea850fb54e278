"""People that a catalogue does not have are not taken for others of their family name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shelf_pipeline import ShelfPipeline

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.rules.acts import novelty_in
from convrec.dialogue.rules.outside import other_goods
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.dialogue.words.words import words
from convrec.types import Item

CREW = ("Samuel L. Jackson", "Rod Hardy", "Leonardo DiCaprio", "Robert De Niro", "Clint Eastwood")
EXTRAS = tuple(f"{first} {last}" for first in ("Ada", "Bo", "Cy", "Di", "Ed") for last in ("Amundi", "Bekri", "Corvo"))
CAST = ItemTable(
    [
        Item(
            f"{at}{n}",
            f"Title {at}{n}",
            1990 + n,
            ("Drama",),
            "A ray of light falls on a farm.",
            {"cast": (name, EXTRAS[(at + n) % len(EXTRAS)])},
        )
        for at, name in enumerate((*CREW, *EXTRAS))
        for n in range(2)
    ]
)


@pytest.fixture(scope="module")
def billing() -> Understander:
    return Understander(CAST, "film", "watched")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("something with Michael Jackson", None),
        ("films with Tom Hardy", None),
        ("films with Hardy", "Rod Hardy"),
        ("something with Sam Jackson", "Samuel L. Jackson"),
        ("i like leonardo di caprio", "Leonardo DiCaprio"),
        ("i like robert deniro", "Robert De Niro"),
        ("another Eastwood please", "Clint Eastwood"),
        ("i like Ada", None),
        ("eastwood?", "Clint Eastwood"),
        ("i like eastwood the rapper", None),
        ("i like eastwood alighieri", None),
        ("i like eastwood dramas", "Clint Eastwood"),
        ("i like Eastwood the most", "Clint Eastwood"),
    ],
)
def test_who_is_meant(billing: Understander, text: str, who: str | None) -> None:
    filters = billing.understand(text, start(5)).filters
    assert [one.values for one in filters if one.field == "cast"] == ([(who,)] if who else [])


def test_a_name_of_which_one_word_stands_in_texts_is_described_nowhere(billing: Understander) -> None:
    assert not billing.vocabulary.has("ray bradbury")
    assert billing.vocabulary.has("light farm")


def test_a_strange_name_is_not_put_right(billing: Understander) -> None:
    assert billing.vocabulary.meant("jonathan farn") == "jonathan farn"


@pytest.mark.parametrize(
    ("text", "noun", "others"),
    [
        ("What book can you suggest me?", "film", True),
        ("I want to read a book today", "film", True),
        ("suggest me some music", "wine", True),
        ("can you recommend me a good movie", "film", False),
        ("can you recommend me a movie", "film", False),
        ("recommend me a book", "item", False),
        ("a film about a book", "film", False),
        ("recommend a board game", "board game", False),
    ],
)
def test_things_of_another_kind_are_told_from_ours(text: str, noun: str, others: bool) -> None:
    assert other_goods(text.lower(), noun) is others


def test_who_asks_for_things_of_another_kind_is_told_so(cinema: ShelfPipeline) -> None:
    reply = Chat(cinema).reply("can you suggest me a book?")
    assert reply.text.startswith("I only know films")
    assert not reply.recommendations


def test_the_cast_is_asked_for_as_actors(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("a comedy")
    first = cinema.catalogue[chat.state.last_shown[0]]
    assert first.facts["cast"][0] in chat.reply("who are the actors in the first one?").text


@pytest.mark.parametrize(
    "text", ["haven't seen either of those", "i have not seen any of them", "never saw both of these"]
)
def test_what_was_not_seen_is_not_known(reader: Understander, text: str) -> None:
    shown = replace(start(5), last_shown=("1", "2"), shown=("1", "2"))
    assert not reader.understand(text, shown).feedback


@pytest.mark.parametrize(("text", "far"), [("never heard of it", False), ("something i've never heard of", True)])
def test_what_one_never_heard_of_may_be_asked_for(text: str, far: bool) -> None:
    assert bool(novelty_in(text)) is far


def test_a_name_goes_on_behind_its_particle(billing: Understander) -> None:
    assert not billing.understand("a film with jackson de sica", start(5)).filters


def test_who_is_here_is_described(billing: Understander) -> None:
    assert billing.vocabulary.has("clint eastwood")
    assert billing.vocabulary.meant("clint eastwood") == "clint eastwood"


def test_a_word_that_texts_have_is_not_put_right() -> None:
    texts = ("A sunray falls on a farm.", "On Sunday it rains.")
    shop = ItemTable([Item(f"{n}", f"Title {n}", 1990, (), text) for n, text in enumerate(texts)])
    vocabulary = Understander(shop, "film", "watched").vocabulary
    assert vocabulary.meant("sunday") == "sunday"
    assert vocabulary.meant("farn") == "farn"
    assert vocabulary.meant("sunrey") == "sunray"


def test_both_of_five_judges_none(reader: Understander) -> None:
    shown = ("1", "2", "3", "4", "5")
    assert not reader.understand("i love both of those", replace(start(5), last_shown=shown, shown=shown)).feedback
    two = replace(start(5), last_shown=shown[:2], shown=shown)
    assert len(reader.understand("i love both of those", two).feedback) == 2


def test_good_suggestions_are_no_liked_items(reader: Understander) -> None:
    shown = ("1", "2", "3")
    state = replace(start(5), last_shown=shown, shown=shown)
    assert not reader.understand("these are good suggestions! thanks", state).feedback


def test_a_name_that_is_here_is_no_slip_for_another() -> None:
    casts = [("Michael Carne", "Michael Caine", f"Ann Other{n}", f"Bo Bekri{n}") for n in range(20)]
    shelf = ItemTable([Item(f"m{n}", f"Film {n}", 2000 + n, (), "", {"cast": one}) for n, one in enumerate(casts)])
    lexicon, text = Understander(shelf, "film", "watched").lexicon, "with Michael Caine"
    (found,) = lexicon.find(text, words(text))
    assert [term.value for term in found.terms] == ["Michael Caine"]
