"""Spans as labels of tokens and back, and the input that a causal model reads them from.

A causal model sees no word to the right of the one it labels. So the message is given twice, and the tokens of the
second copy are labelled: there it has been read to the end (Springer et al. 2024, "Repetition Improves Language Model
Embeddings").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.slots import ACTS, SLOTS, Parse, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = 1 + 2 * len(SLOTS)
"""0: outside; 1 + 2s: first token of a span of slot s; 2 + 2s: one of the others."""
MOST_TOKENS = 160
_BETWEEN = "\n=\n"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A message as a model reads it.

    Attributes:
        ids: Tokens of both copies, shape `(n,)`.
        first: Where the second copy begins.
        places: Characters of each of its tokens, without blanks at the sides, shape `(n - first, 2)`.
    """

    ids: tuple[int, ...]
    first: int
    places: NDArray[np.int64]


def encode(tokenizer: Any, text: str) -> Encoded:
    """Tokens of a text, twice; of a long one the first 160 tokens."""
    read = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids, offsets = read["input_ids"][:MOST_TOKENS], read["offset_mapping"][:MOST_TOKENS]
    between = tokenizer(_BETWEEN, add_special_tokens=False)["input_ids"]
    places = np.array([_stripped(text, start, end) for start, end in offsets], dtype=np.int64).reshape(-1, 2)
    return Encoded((*ids, *between, *ids), len(ids) + len(between), places)


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


def spans(logits: NDArray[np.float32], encoded: Encoded) -> tuple[Span, ...]:
    """The likeliest spans (Viterbi 1967): a span goes on only where one of the same slot has begun.

    Args:
        logits: Of each label, shape `(n_tokens, LABELS)`.
        encoded: Of the same text.
    """
    path = _best_path(logits)
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


def _best_path(logits: NDArray[np.float32]) -> list[int]:
    allowed = _allowed()
    score = np.where(allowed[0], logits[0], -np.inf) if len(logits) else np.empty(0)
    back: list[NDArray[np.int64]] = []
    for row in logits[1:]:
        table = np.where(allowed, score[:, None], -np.inf)
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
