from __future__ import annotations

import pytest

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.sense.story import is_story


def heard(text: str, *said: str) -> Tagged:
    spans = tuple(Span(text.index(one), text.index(one) + len(one), "want") for one in said)
    return Tagged(text, spans, (0.9,) * len(spans), {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seaside police chief tries to warn everyone about a killer shark", ("seaside", "killer")),
        ("governess thinks the children are possessed by dead servants", ()),
    ],
)
def test_a_plot_asks_for_nothing(text: str, said: tuple[str, ...]) -> None:
    assert is_story(heard(text, *said))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a tense french thriller from the seventies", ("tense", "french", "thriller", "from the seventies")),
        ("my governess thinks the children are possessed", ()),
        ("no film where the children are possessed by servants", ()),
        ("the one where children are possessed by servants?", ()),
        ("police shark", ()),
        ("actually make that french", ()),
        ("festival weekend, small tent, sleeps three, lasting forever", ("festival", "small tent", "three")),
        ("korean stuff, children possessed by servants, dark", ("korean",)),
    ],
)
def test_who_asks_refuses_or_speaks_of_themselves_tells_no_plot(text: str, said: tuple[str, ...]) -> None:
    assert not is_story(heard(text, *said))


def test_what_plainly_does_something_tells_no_plot() -> None:
    text = "scratch that last filter, servants and children"
    assert is_story(Tagged(text, (), (), {"undo": 0.6, "recommend": 0.99}))
    assert not is_story(Tagged(text, (), (), {"undo": 0.95}))


def test_words_that_are_cues_elsewhere_are_none_in_a_plot_where_nothing_is_heard_for_sure() -> None:
    text = "children watch their lawyer father defend somebody against everyone"
    unsure = Tagged(text, (Span(0, 8, "want"),), (0.4,), {"recommend": 0.9})
    sure = Tagged(text, (Span(0, 8, "want"),), (0.95,), {"recommend": 0.9})
    assert is_story(unsure)
    assert not is_story(sure)
