"""Two readers whose tokenizers part words differently, asked together."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.dialogue.readers.slots import SLOTS, Span
from convrec.dialogue.readers.tags import LABELS, Encoded, spans, sureness
from convrec.dialogue.readers.votes import by_word, pooled, voted

TEXT = "no horror, don't!"
WANT, NOT = SLOTS.index("want"), SLOTS.index("not")


def reading(places, labels, surety=9.0):
    logits = np.zeros((len(places), LABELS), dtype=np.float32)
    logits[np.arange(len(labels)), labels] = surety
    return logits, Encoded((), 0, np.array(places, dtype=np.int64).reshape(-1, 2))


def test_what_both_hear_stands_wherever_they_part_the_words():
    pieces = reading([(0, 2), (3, 6), (6, 9), (9, 10), (11, 16), (16, 17)], [0, 1 + 2 * NOT, 2 + 2 * NOT, 0, 0, 0])
    whole = reading([(0, 2), (3, 9), (9, 10), (11, 14), (14, 15), (15, 16), (16, 17)], [0, 1 + 2 * NOT, 0, 0, 0, 0, 0])
    logits, words = voted(TEXT, [pieces, whole], (0.5, 0.5))
    assert spans(logits, words) == (Span(3, 9, "not"),)
    assert sureness(logits, words, spans(logits, words))[0] > 0.9


def test_the_surer_one_is_followed_and_the_weights_count():
    places = [(0, 2), (3, 9), (9, 10), (11, 16), (16, 17)]
    sure, unsure = reading(places, [0, 1 + 2 * NOT, 0, 0, 0]), reading(places, [0, 1 + 2 * WANT, 0, 0, 0], 5.0)
    logits, words = voted(TEXT, [sure, unsure], (0.5, 0.5))
    assert spans(logits, words) == (Span(3, 9, "not"),)
    logits, words = voted(TEXT, [sure, unsure], (0.1, 0.9))
    assert spans(logits, words) == (Span(3, 9, "want"),)


def test_chances_of_words_are_chances_and_what_began_before_does_not_begin_again():
    logits, encoded = reading([(0, 2), (3, 10)], [0, 1 + 2 * NOT])  # a token over a word and the sign behind it
    chances = by_word(logits, encoded, np.array([(0, 2), (3, 9), (9, 10), (11, 14)]))
    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert chances[1].argmax() == 1 + 2 * NOT
    assert chances[2].argmax() == 2 + 2 * NOT
    assert chances[3, 0] == 1.0  # no token touches it


def test_nothing_to_read_is_no_fault():
    nothing = reading([], [])
    logits, words = voted("", [nothing, nothing], (0.5, 0.5))
    assert logits.shape == (0, LABELS)
    assert spans(logits, words) == ()
    logits, words = voted("?", [nothing, nothing], (0.5, 0.5))
    assert spans(logits, words) == ()


def test_acts_are_pooled_by_their_odds():
    both = pooled([np.array([0.9, 0.2, 1.0]), np.array([0.9, 0.8, 0.0])], (0.5, 0.5))
    assert both == pytest.approx([0.9, 0.5, 0.5], abs=1e-6)
    assert pooled([np.array([0.2]), np.array([0.8])], (1.0, 3.0))[0] > 0.5
