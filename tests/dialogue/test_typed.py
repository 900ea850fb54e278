"""Models read what was typed; what they hear is placed in the mended text."""

from __future__ import annotations

import pytest

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.readers.typed import read_as_typed
from convrec.dialogue.words.words import mended


class Finds:
    """Hears the given words as refused, where they were typed."""

    def __init__(self, *said: str) -> None:
        self.said = said
        self.asked: list[str] = []

    def read(self, text: str) -> Tagged:
        self.asked.append(text)
        spans = tuple(Span(text.index(one), text.index(one) + len(one), "not") for one in self.said)
        return Tagged(text, spans, (1.0,) * len(spans), {})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("i wont eat beef, dont like pork", ("beef", "pork")),
        ("I don t want “horror”", ("horror",)),
        ("I don' t want “horror”", ("horror",)),
        ("itâ€™s not for kids, isnt it", ("kids",)),
        ("no horror", ("horror",)),
    ],
)
def test_what_is_heard_stands_on_the_same_words(typed: str, said: tuple[str, ...]) -> None:
    reader, text = Finds(*said), mended(typed)
    heard = read_as_typed(reader, typed, text)
    assert heard is not None
    assert reader.asked == [typed]
    assert heard.text == text
    assert tuple(text[span.start : span.end] for span in heard.spans) == said


def test_nothing_is_read_where_nothing_is_said_or_nobody_reads() -> None:
    assert read_as_typed(Finds(), "  ", "  ") is None
    assert read_as_typed(None, "no horror", "no horror") is None


def test_what_mending_takes_away_takes_its_chance_with_it() -> None:
    class Hears:
        def read(self, text: str) -> Tagged:
            return Tagged(text, (Span(0, 1, "mood"), Span(2, 5, "not")), (0.3, 0.9), {})

    heard = read_as_typed(Hears(), "x war", "war")
    assert heard is not None
    assert [(span.start, span.end) for span in heard.spans] == [(0, 3)]
    assert heard.sure == (0.9,)
