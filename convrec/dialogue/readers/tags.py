"""Spans as labels of tokens and back, and how messages lie side by side in the rows that a model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.compute import rounded
from convrec.dialogue.readers.slots import ACTS, SLOTS, Parse, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = 1 + 2 * len(SLOTS)
"""0: outside; 1 + 2s: first token of a span of slot s; 2 + 2s: one of the others."""
MOST_TOKENS = 160
ROW = MOST_TOKENS + 8
"""Tokens of a row, into which short messages are laid one after another."""
_BEFORE = "\n"
"""Read first: a causal model lets what nobody needs flow to its first token (Xiao et al., arXiv 2309.17453)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A message as a model reads it.

    Attributes:
        ids: Tokens, those in front of the text and behind it included, shape `(n,)`.
        first: Where the text begins.
        places: Characters of each token of the text, without blanks at the sides, shape `(n_tokens, 2)`.
    """

    ids: tuple[int, ...]
    first: int
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Messages laid into rows, so that short ones cost no padding.

    Attributes:
        ids: Tokens, shape `(rows, width)`.
        positions: Of each token in its message, shape `(rows, width)`.
        owner: Which message a token is of, shape `(rows, width)`; -1: padding.
        lies: Row and first column of each message.
    """

    ids: NDArray[np.int64]
    positions: NDArray[np.int64]
    owner: NDArray[np.int64]
    lies: tuple[tuple[int, int], ...]


def encode(tokenizer: Any, text: str) -> Encoded:
    """Tokens of a text as a causal model reads it; of a long one the first 160 tokens."""
    return between(tokenizer, text, tokenizer(_BEFORE, add_special_tokens=False)["input_ids"], ())


def between(tokenizer: Any, text: str, before: Sequence[int], after: Sequence[int]) -> Encoded:
    """Tokens of a text between others; of a long one the first 160 tokens."""
    read = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids, offsets = read["input_ids"][:MOST_TOKENS], read["offset_mapping"][:MOST_TOKENS]
    places = np.array([_stripped(text, start, end) for start, end in offsets], dtype=np.int64).reshape(-1, 2)
    return Encoded((*before, *ids, *after), len(before), places)


def pack(batch: Sequence[Encoded], pad: int) -> Rows:
    """Lay messages into rows, the longest first, each where it fits.

    Args:
        batch: At least one.
        pad: Token that fills up.
    """
    room: list[int] = []
    lies = [(0, 0)] * len(batch)
    for place in sorted(range(len(batch)), key=lambda place: -len(batch[place].ids)):
        size = len(batch[place].ids)
        row = next((row for row, used in enumerate(room) if used + size <= ROW), len(room))
        if row == len(room):
            room.append(0)
        lies[place] = (row, room[row])
        room[row] += size
    shape = (len(room), rounded(max(room)))
    ids, positions = np.full(shape, pad, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    owner = np.full(shape, -1, dtype=np.int64)
    for place, ((row, at), one) in enumerate(zip(lies, batch, strict=True)):
        inside = slice(at, at + len(one.ids))
        ids[row, inside], positions[row, inside], owner[row, inside] = one.ids, np.arange(len(one.ids)), place
    return Rows(ids, positions, owner, tuple(lies))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def labels(parse: Parse, encoded: Encoded) -> NDArray[np.int64]:
    """Label of each token of the second copy, shape `(n,)`: of the span that it has characters of."""
    found = np.zeros(len(encoded.places), dtype=np.int64)
    for span in parse.spans:
        # A blank of its own lies the wrong way round (its characters are cut away) and is inside where both ends are.
        inside = np.flatnonzero((encoded.places[:, 0] < span.end) & (encoded.places[:, 1] > span.start))
        if len(inside):
            slot = SLOTS.index(span.slot)
            found[inside] = 2 + 2 * slot
            found[inside[0]] = 1 + 2 * slot
    return found


def act_marks(parse: Parse) -> NDArray[np.float32]:
    """1 for each act of a message, shape `(len(ACTS),)`."""
    return np.array([act in parse.acts for act in ACTS], dtype=np.float32)


def spans(logits: NDArray[np.float32], encoded: Encoded, moves: NDArray[np.float32] | None = None) -> tuple[Span, ...]:
    """The likeliest spans (Viterbi 1967): a span goes on only where one of the same slot has begun.

    Args:
        logits: Of each label, shape `(n_tokens, LABELS)`.
        encoded: Of the same text.
        moves: Added for each label that follows another, shape `(LABELS, LABELS)`; None: nothing.
    """
    path = _best_path(logits, moves)
    found: list[Span] = []
    for label, (start, end) in zip(path, encoded.places.tolist(), strict=True):
        if label == 0 or start >= end:
            continue
        slot = SLOTS[(label - 1) // 2]
        if label % 2 == 0 and found and found[-1].slot == slot:
            found[-1] = Span(found[-1].start, end, slot)
        else:
            found.append(Span(start, end, slot))
    return tuple(found)


def whole_words(text: str, found: Sequence[Span]) -> tuple[Span, ...]:
    """Spans that begin and end with words: a tokenizer parts words that it does not know.

    Args:
        text: Of the spans.
        found: In order.
    """
    made: list[Span] = []
    for span in found:
        start, end = span.start, span.end
        while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        if made and start < made[-1].end:
            if made[-1].slot == span.slot or made[-1].end >= end:  # the rest of one word is of the span that began it
                made[-1] = Span(made[-1].start, max(end, made[-1].end), made[-1].slot)
                continue
            start = made[-1].end
        made.append(Span(start, end, span.slot))
    return tuple(made)


def sureness(logits: NDArray[np.float32], encoded: Encoded, found: Sequence[Span]) -> tuple[float, ...]:
    """Mean chance of each span's slot over its tokens, 0 to 1.

    Args:
        logits: Of each label, shape `(n_tokens, LABELS)`.
        encoded: Of the same text.
        found: Spans of the same text.
    """
    chances = np.exp(logits - logits.max(axis=1, keepdims=True)) if len(logits) else logits
    chances = chances / chances.sum(axis=1, keepdims=True) if len(logits) else chances
    sure = []
    for span in found:
        inside = (encoded.places[:, 0] < span.end) & (encoded.places[:, 1] > span.start)
        slot = SLOTS.index(span.slot)
        sure.append(float(chances[inside, 1 + 2 * slot : 3 + 2 * slot].sum(axis=1).mean()))
    return tuple(sure)


def _best_path(logits: NDArray[np.float32], moves: NDArray[np.float32] | None) -> list[int]:
    gain = np.where(_allowed(), 0.0 if moves is None else moves, -np.inf)
    score = np.where(np.isfinite(gain[0]), logits[0], -np.inf) if len(logits) else np.empty(0)
    back: list[NDArray[np.int64]] = []
    for row in logits[1:]:
        table = score[:, None] + gain
        back.append(table.argmax(axis=0))
        score = table.max(axis=0) + row
    if not len(logits):
        return []
    path = [int(score.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def _allowed() -> NDArray[np.bool_]:
    """Which label may follow which, shape `(LABELS, LABELS)`; what may begin a text may follow `outside`."""
    after = np.ones((LABELS, LABELS), dtype=bool)
    for slot in range(len(SLOTS)):
        inside = 2 + 2 * slot
        after[:, inside] = False
        after[[1 + 2 * slot, inside], inside] = True
    return after


def agreement(parses: Sequence[Parse], found: Sequence[Parse]) -> dict[str, float]:
    """Slot precision, recall and F1 over exact spans, and how often the acts are exactly right.

    Args:
        parses: As they should be.
        found: As they were read.
    """
    right = sum(len(set(one.spans) & set(other.spans)) for one, other in zip(parses, found, strict=True))
    wanted, given = (sum(len(one.spans) for one in side) for side in (parses, found))
    precision, recall = right / max(given, 1), right / max(wanted, 1)
    acts = [set(one.acts) == set(other.acts) for one, other in zip(parses, found, strict=True)]
    first = [one.acts[:1] == other.acts[:1] for one, other in zip(parses, found, strict=True)]
    return {
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / max(precision + recall, 1e-9),
        "acts": float(np.mean(acts)),
        "first_act": float(np.mean(first)),
    }
