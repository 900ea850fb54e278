"""Messages that are an instruction or a bare question as a whole, and names that the catalogue does not have."""

from __future__ import annotations

from typing import Any

import pytest
from shelf_pipeline import ShelfPipeline

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.readers.slots import ACTS, Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.dialogue.words.vocabulary import Vocabulary
from convrec.types import Item


@pytest.mark.parametrize(
    "text",
    [
        "stop suggesting me",
        "Stop giving me recommendations",
        "please stop recommending films",
        "stop it",
        "ok stop that",
    ],
)
def test_who_says_stop_gets_no_more_cards(cinema: ShelfPipeline, text: str) -> None:
    done = Chat(cinema).reply(text)
    assert not done.recommendations
    assert "?" not in done.text


@pytest.mark.parametrize("text", ["stop motion animation", "stop recommending me horror", "nonstop action"])
def test_a_wish_with_the_word_is_no_stop(reader: Understander, text: str) -> None:
    assert "bye" not in reader.understand(text, start(5)).acts


@pytest.mark.parametrize(
    "text", ["Delete all my profile data", "delete all my profile's preferences", "forget me", "please erase my data"]
)
def test_who_wants_to_be_forgotten_is_told_how(cinema: ShelfPipeline, text: str) -> None:
    assert "visitor" in Chat(cinema).reply(text).text
    assert "Forget me" in Chat(cinema, "anna").reply(text).text


@pytest.mark.parametrize("text", ["remove the filters", "forget the western", "forget that I watched cartoons"])
def test_taking_back_a_wish_is_not_being_forgotten(reader: Understander, text: str) -> None:
    assert not any(one.kind == "forget" for one in reader.understand(text, start(5)).questions)


@pytest.mark.parametrize(("text", "field"), [("Director", "director"), ("which genres do you have?", "genres")])
def test_a_bare_field_is_answered_with_its_words(cinema: ShelfPipeline, text: str, field: str) -> None:
    done = Chat(cinema).reply(text)
    assert not done.recommendations
    assert any(value in done.text for value in cinema.understander.lexicon.fields[field].values)


def test_words_of_a_wish_are_no_bare_field(cellar: ShelfPipeline, reader: Understander) -> None:
    for text in ("a drama", "the first one", "surprise me", "something by a good director"):
        assert not any(one.kind == "values" for one in reader.understand(text, start(5)).questions)
    asked = Chat(cellar).reply("what grapes do you have?")
    assert "Riesling" in asked.text


class Hears:
    """Hears one stretch of words as the name of an item somebody liked."""

    def __init__(self, words: str, slot: str = "loved") -> None:
        self.words, self.slot = words, slot

    def read(self, text: str) -> Tagged:
        at = text.index(self.words)
        return Tagged(
            text, (Span(at, at + len(self.words), self.slot),), (0.9,), {act: float(act == "feedback") for act in ACTS}
        )


@pytest.mark.parametrize("name", ["The Lord Of The Rings", "interstellar", "Pirates of the Caribbean: At World's End"])
def test_a_title_that_is_not_here_is_said_not_to_be(films: ItemTable, name: str) -> None:
    tagger: Any = Hears(name)
    meaning = Understander(films, "film", "watched", tagger=tagger).understand(f"I love {name}", start(5))
    assert meaning.missing == (f"“{name}”",)


@pytest.mark.parametrize("said", ["this movie", "it", "the first one"])
def test_what_only_points_is_no_missing_name(films: ItemTable, said: str) -> None:
    tagger: Any = Hears(said)
    assert Understander(films, "film", "watched", tagger=tagger).understand(f"I love {said}", start(5)).missing == ()


def test_a_judgement_of_nothing_asks_what_is_meant(cinema: ShelfPipeline) -> None:
    done = Chat(cinema).reply("I don't like it")
    assert not done.recommendations
    assert done.text.startswith("Which film do you mean?")


def test_parts_of_names_describe_nothing(reader: Understander) -> None:
    assert not reader.vocabulary.has("berg holt"), "they act here, and no film is described so"
    assert reader.vocabulary.has("tense")


@pytest.mark.parametrize("text", ["something completely different", "ok, show me something entirely different please"])
def test_something_completely_different_is_a_new_beginning(cinema: ShelfPipeline, text: str) -> None:
    chat = Chat(cinema, "anna")
    first = chat.reply("a western with Karl Finn")
    assert chat.state.request.filters
    done = chat.reply(text)
    assert done.recommendations
    assert not chat.state.request.filters
    assert not chat.state.request.wishes
    shown = {one.item.id for one in first.recommendations}
    assert shown.isdisjoint(one.item.id for one in done.recommendations)
    assert shown <= set(chat.state.request.unlike)


def test_a_name_and_a_word_describe_nothing_together() -> None:
    texts = (
        "He finds that Harry Lime is dead.",
        "A potter and her ghost.",
        "A slow tale of winter.",
        "A dark western.",
    )
    items = [Item(str(at), f"Film {at}", 1990, ("Western",), text) for at, text in enumerate(texts)]
    known = Vocabulary(ItemTable(items))
    assert not known.has("harry potter")
    for wish in ("harry lime", "harry", "potter", "slow ghost", "dark western", "winter western"):
        assert known.has(wish)
