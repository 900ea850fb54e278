"""Several readers of one message asked together, word by word: their tokenizers part it differently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.dialogue.readers.slots import Parse
from convrec.dialogue.readers.tags import LABELS, Encoded, labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_WORD = re.compile(r"\w+|[^\w\s]")
WEIGHTS = (0.6, 0.4)
"""Of the LLM and of the encoder in their vote."""
_SEEN = 0.5
"""Each label counts as having followed each other so often, besides what was seen."""
LEAST = 1e-6
"""What no reader thinks possible is no less likely than this, so that none of them can forbid a reading."""


def voted(
    text: str, readings: Sequence[tuple[NDArray[np.float32], Encoded]], weights: Sequence[float]
) -> tuple[NDArray[np.float32], Encoded]:
    """What readers come to together: the weighted mean of their log-chances, a logarithmic pool
    (Genest and Zidek 1986).

    Args:
        text: The message.
        readings: Of each reader the logits of its tokens, shape `(n_tokens, LABELS)`, and the tokens.
        weights: Of each reader, above 0.

    Returns:
        Logits of the words and signs of the message, shape `(n_words, LABELS)`, and their places.
    """
    places = word_places(text)
    total = np.zeros((len(places), LABELS))
    for (logits, encoded), weight in zip(readings, weights, strict=True):
        total += weight / sum(weights) * log_chances(logits, encoded, places)
    return total.astype(np.float32), Encoded((), 0, places)


def pooled(chances: Sequence[NDArray[np.float32]], weights: Sequence[float]) -> NDArray[np.float32]:
    """Chances of acts as readers come to together: the weighted mean of their log-odds.

    Args:
        chances: Of each reader, shape `(n_acts,)`, from 0 to 1.
        weights: Of each reader, above 0.
    """
    kept = np.clip(np.asarray(chances, dtype=np.float64), LEAST, 1 - LEAST)
    odds = np.average(np.log(kept / (1 - kept)), axis=0, weights=weights)
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)


def moves(parses: Iterable[Parse]) -> NDArray[np.float32]:
    """How much likelier a word's label is after each label of the word before: log of a ratio, `(LABELS, LABELS)`.

    Readers look at the whole message but label each word by itself; what they leave open, habit decides: lists go on
    as they began, a genre follows an adjective, a condition seldom breaks off within a name.

    Args:
        parses: Messages taken apart by hand.
    """
    counts = np.full((LABELS, LABELS), _SEEN)
    for parse in parses:
        path = labels(parse, Encoded((), 0, word_places(parse.text)))
        np.add.at(counts, (path[:-1], path[1:]), 1.0)
    after = counts / counts.sum(axis=1, keepdims=True)
    return np.asarray(np.log(after / (counts.sum(axis=0) / counts.sum())), dtype=np.float32)


def log_chances(logits: NDArray[np.float32], encoded: Encoded, places: NDArray[np.int64]) -> Floats:
    """Log of `by_word`, none less than that of a millionth."""
    return np.asarray(np.log(np.maximum(by_word(logits, encoded, places), LEAST)))


def word_places(text: str) -> NDArray[np.int64]:
    """Where the words and signs of a text stand, shape `(n_words, 2)`."""
    return np.array([match.span() for match in _WORD.finditer(text)], dtype=np.int64).reshape(-1, 2)


def by_word(logits: NDArray[np.float32], encoded: Encoded, places: NDArray[np.int64]) -> Floats:
    """Chances of labels of words, shape `(n_words, LABELS)`, from those of the tokens that lie in them.

    A word is of a slot as far as its tokens are, and begins a span as far as its first token does. A token that began
    in a word before cannot begin a span in this one. Words that no token touches are outside.

    Args:
        logits: Of the tokens, shape `(n_tokens, LABELS)`.
        encoded: The tokens.
        places: Characters of each word, shape `(n_words, 2)`.
    """
    chances = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True)) if len(logits) else logits
    chances = chances / chances.sum(axis=1, keepdims=True) if len(logits) else chances
    found = np.zeros((len(places), LABELS))
    for word, (start, end) in enumerate(places.tolist()):
        inside = np.flatnonzero((encoded.places[:, 0] < end) & (encoded.places[:, 1] > start))
        if not len(inside):
            found[word, 0] = 1.0
            continue
        first, mean = chances[inside[0]], chances[inside].mean(axis=0)
        slots, own = mean[1::2] + mean[2::2], first[1::2] + first[2::2]
        begins = np.divide(first[1::2], own, out=np.full(len(own), 0.5), where=own > 0)
        if encoded.places[inside[0], 0] < start:
            begins = np.zeros(len(own))
        found[word, 0] = mean[0]
        found[word, 1::2], found[word, 2::2] = slots * begins, slots * (1 - begins)
    return found
