"""Variants of messages: other words and spellings, the same reading."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convrec.dialogue.readers.slots import Parse, Span, read
from convrec.tune.tasks.variants import Chances, Variants, without

EXAMPLES = Path(__file__).parents[2] / "adapters" / "understand" / "examples.jsonl"
NEVER = {"exchange": 0.0, "lower": 0.0, "marks": 0.0, "typo": 0.0, "joined": 0.0}
MESSAGES = (
    Parse("something like Heat, but funny!", (Span(15, 19, "like"), Span(25, 30, "mood")), ("recommend",)),
    Parse("I hated Cats", (Span(8, 12, "hated"),), ("feedback",)),
    Parse("it was ok", (Span(0, 2, "ok"),), ("feedback",)),
    Parse("loved that one", (Span(6, 14, "loved"),), ("feedback",)),
    Parse("hello", (), ("greet",)),
    Parse("thanks", (), ("thank",)),
)


def variants(**chances):
    return Variants(MESSAGES, Chances(**(NEVER | chances)))


def words(parse):
    return [parse.text[span.start : span.end] for span in parse.spans]


def test_titles_give_way_to_titles_and_pointing_words_to_pointing_words():
    of, draw = variants(exchange=1.0).of, np.random.default_rng(0)
    drawn = [of(MESSAGES[1], draw) for _ in range(30)]
    assert {words(one)[0] for one in drawn} == {"Heat", "Cats"}
    assert all(one.spans[0].slot == "hated" for one in drawn)
    assert {words(of(MESSAGES[2], draw))[0] for _ in range(30)} == {"it", "that one"}


def test_punctuation_goes_and_spans_stay_on_their_words():
    changed = variants(marks=1.0).of(MESSAGES[0], np.random.default_rng(0))
    assert changed.text == "something like Heat but funny"
    assert words(changed) == ["Heat", "funny"]


def test_a_greeting_before_or_thanks_behind_add_their_act():
    of, draw = variants(joined=1.0).of, np.random.default_rng(0)
    drawn = [of(MESSAGES[1], draw) for _ in range(30)]
    assert {one.acts for one in drawn} == {("feedback", "greet"), ("feedback", "thank")}
    assert all(words(one) == ["Cats"] for one in drawn)


def test_a_span_is_never_left_empty():
    parse = Parse("no x", (Span(3, 4, "not"),), ("inform",))
    assert without(parse, [3]) == parse
    assert without(parse, [2]) == Parse("nox", (Span(2, 3, "not"),), ("inform",))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_drawn_is_a_sound_parse(seed):
    found = [parse for parse, _ in read(EXAMPLES)][::7]
    of = Variants(found, Chances(exchange=0.5, lower=0.5, marks=0.5, typo=0.9, joined=0.5)).of
    draw = np.random.default_rng(seed)
    for parse in found:
        changed = of(parse, draw)
        assert [span.slot for span in changed.spans] == [span.slot for span in parse.spans]
        before = 0
        for span in changed.spans:
            assert before <= span.start < span.end <= len(changed.text)
            before = span.end
        assert set(parse.acts) <= set(changed.acts)


def test_what_is_drawn_depends_on_the_draw_alone():
    of = variants(exchange=0.5, typo=0.5).of
    one, other = ([of(parse, np.random.default_rng(4)) for parse in MESSAGES] for _ in range(2))
    assert one == other
