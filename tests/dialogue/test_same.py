"""Facts of an item are pointed at: the same director, not that brand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State, start

IN_VIEW = ("1", "3", "5")


def state(focus: str | None = None) -> State:
    return replace(start(5), shown=IN_VIEW, last_shown=IN_VIEW, focus=focus)


@pytest.mark.parametrize(
    ("text", "focus", "condition"),
    [
        ("another one by the same director", "1", ("director", "any_of", ("Ana Ruiz",))),
        ("more from that director please", "5", ("director", "any_of", ("Paul Teller",))),
        ("not that director", "1", ("director", "none_of", ("Ana Ruiz",))),
        ("the second one, but by another director", None, ("director", "none_of", ("Ida Moss",))),
        ("something with the same actors", "3", ("cast", "any_of", ("Karl Finn", "Vera Lind"))),
        ("the same genre as the third", None, ("genres", "any_of", ("Comedy", "Romance"))),
    ],
)
def test_a_fact_of_an_item_becomes_a_condition(
    reader: Understander, text: str, focus: str | None, condition: tuple[str, str, tuple[str, ...]]
) -> None:
    meaning = reader.understand(text, state(focus))
    assert [(one.field, one.op, one.values) for one in meaning.filters] == [condition]
    assert not meaning.wishes
    assert not meaning.avoid


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("another one by the same director", None),  # of which of three?
        ("another film please", "1"),
        ("something different", "1"),
        ("that one is by a director I like", "1"),
        ("this genre bores me", None),
    ],
)
def test_where_nothing_is_pointed_at_there_is_no_condition(reader: Understander, text: str, focus: str | None) -> None:
    assert not reader.understand(text, state(focus)).filters
