"""Spans to labels of tokens and back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from convrec.dialogue.readers.slots import ACTS, SLOTS, Parse, Span, read
from convrec.dialogue.readers.tags import (
    LABELS,
    MOST_TOKENS,
    act_marks,
    agreement,
    encode,
    labels,
    pack,
    spans,
    sureness,
    whole_words,
)
from convrec.errors import UsageError

EXAMPLES = Path(__file__).parents[2] / "adapters" / "understand" / "examples.jsonl"
JUDGED = Path(__file__).parents[1] / "data" / "understanding.jsonl"


def by_words(text, *, add_special_tokens, return_offsets_mapping=False):
    """A tokenizer of words with the blank before them, as byte-pair encodings have it."""
    found = list(re.finditer(r"\s*(?:\w+|[^\w\s])", text))
    return {"input_ids": [len(match.group()) for match in found], "offset_mapping": [match.span() for match in found]}


def sure(encoded, marks):
    """Logits that leave no doubt."""
    logits = np.full((len(encoded.places), LABELS), -9.0, dtype=np.float32)
    logits[np.arange(len(marks)), marks] = 9.0
    return logits


@pytest.mark.parametrize("file", [EXAMPLES, JUDGED])
def test_hand_written_parses_survive_the_way_to_labels_and_back(file):
    found = read(file)
    assert len(found) >= 440
    lost = []
    for parse, _ in found:
        encoded = encode(by_words, parse.text)
        back = spans(sure(encoded, labels(parse, encoded)), encoded)
        if back != parse.spans:
            lost.append(parse.text)
    # Words glued together (`5euros`) are one token here and cannot be told apart.
    assert len(lost) <= 0.02 * len(found), lost[:5]


def test_every_slot_and_act_occurs_and_no_message_is_in_both_files():
    learned, judged = ([parse for parse, _ in read(file)] for file in (EXAMPLES, JUDGED))
    for parses in (learned, judged):
        assert {span.slot for parse in parses for span in parse.spans} == set(SLOTS)
        assert {act for parse in parses for act in parse.acts} == set(ACTS)
    assert not {parse.text.lower() for parse in learned} & {parse.text.lower() for parse in judged}


def test_tokens_of_the_text_are_labelled_and_those_in_front_are_not():
    text = "nothing with Nicolas Cage"
    encoded = encode(by_words, text)
    assert len(encoded.ids) == encoded.first + 4
    parse = Parse(text, (Span(13, 25, "not"),), ("inform",))
    begin, inside = 1 + 2 * SLOTS.index("not"), 2 + 2 * SLOTS.index("not")
    assert labels(parse, encoded).tolist() == [0, 0, begin, inside]


def test_short_messages_lie_side_by_side_and_keep_their_tokens():
    batch = [encode(by_words, "word " * size) for size in (3, 150, 40, 120, 1)]
    rows = pack(batch, pad=9)
    assert rows.ids.shape[0] == 2
    for place, (one, (row, at)) in enumerate(zip(batch, rows.lies, strict=True)):
        inside = slice(at, at + len(one.ids))
        assert rows.ids[row, inside].tolist() == list(one.ids)
        assert rows.positions[row, inside].tolist() == list(range(len(one.ids)))
        assert set(rows.owner[row, inside].tolist()) == {place}
    assert (rows.owner == -1).sum() == rows.ids.size - sum(len(one.ids) for one in batch)


def test_spans_take_whole_words_and_stay_apart():
    text = "superhero films in 2003"
    found = (Span(0, 5, "want"), Span(5, 15, "mood"), Span(20, 23, "when"))
    assert whole_words(text, found) == (Span(0, 9, "want"), Span(9, 15, "mood"), Span(19, 23, "when"))
    assert whole_words(text, (Span(0, 5, "want"), Span(5, 9, "mood"))) == (Span(0, 9, "want"),)


def test_sureness_is_the_chance_of_the_spans_slot():
    encoded = encode(by_words, "one two")
    logits = np.zeros((2, LABELS), dtype=np.float32)
    want = SLOTS.index("want")
    logits[0, 1 + 2 * want], logits[1, 2 + 2 * want] = 20.0, 0.0
    (sure,) = sureness(logits, encoded, (Span(0, 7, "want"),))
    assert sure == pytest.approx((1 + 2 / LABELS) / 2, abs=1e-3)


def test_a_blank_token_inside_a_span_is_part_of_it():
    def by_letters(text, **_):
        return {"input_ids": [ord(one) for one in text], "offset_mapping": [(n, n + 1) for n in range(len(text))]}

    text = "no new noir now"
    encoded = encode(by_letters, text)
    parse = Parse(text, (Span(3, 11, "not"),), ("inform",))
    marks = labels(parse, encoded)
    assert np.flatnonzero(marks).tolist() == list(range(3, 11))
    assert spans(sure(encoded, marks), encoded) == parse.spans


def test_a_span_does_not_go_on_without_a_beginning():
    encoded = encode(by_words, "one two three")
    logits = np.zeros((3, LABELS), dtype=np.float32)
    want, mood = SLOTS.index("want"), SLOTS.index("mood")
    logits[0, 1 + 2 * want] = 3.0
    logits[1, 2 + 2 * mood] = 5.0  # the likeliest label alone, and impossible here
    logits[1, 2 + 2 * want] = 4.5
    logits[2, 0] = 4.0
    assert spans(logits, encoded) == (Span(0, 7, "want"),)


def test_two_spans_of_one_slot_side_by_side_stay_two():
    text = "rock pop"
    encoded = encode(by_words, text)
    parse = Parse(text, (Span(0, 4, "want"), Span(5, 8, "want")), ("recommend",))
    assert spans(sure(encoded, labels(parse, encoded)), encoded) == parse.spans


def test_a_long_message_is_read_in_part():
    encoded = encode(by_words, "word " * 500)
    assert len(encoded.places) == MOST_TOKENS


def test_agreement_counts_exact_spans_and_acts():
    right = Parse("a b", (Span(0, 1, "want"), Span(2, 3, "not")), ("recommend",))
    half = Parse("a b", (Span(0, 1, "want"), Span(2, 3, "mood")), ("recommend", "thank"))
    assert agreement([right], [right])["F1"] == pytest.approx(1.0)
    figures = agreement([right], [half])
    assert (figures["precision"], figures["recall"], figures["acts"], figures["first_act"]) == (0.5, 0.5, 0.0, 1.0)
    assert act_marks(half).sum() == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"text": "a b", "spans": [[0, 1, "wish"]], "acts": []}, "slot 'wish'"),
        ({"text": "a b", "spans": [[0, 9, "want"]], "acts": []}, "outside the text"),
        ({"text": "a b", "spans": [[0, 2, "want"], [1, 3, "not"]], "acts": []}, "another span"),
        ({"text": "a b", "spans": [], "acts": ["dance"]}, "act 'dance'"),
        ({"text": " ", "spans": [], "acts": []}, "not empty"),
        ({"spans": [], "acts": []}, "text"),
    ],
)
def test_a_malformed_line_is_named(tmp_path, line, said):
    file = tmp_path / "said.jsonl"
    file.write_text(json.dumps({"text": "x", "spans": [], "acts": ["other"]}) + "\n" + json.dumps(line) + "\n")
    with pytest.raises(UsageError, match=f"line 2.*{said}"):
        read(file)
