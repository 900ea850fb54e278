"""Wishes that say a word which the catalogue has as a label: `nostalgic`, `slow-burn`, `road trip`.

Whoever says such a word means the items that carry it. Vectors of whole documents know little of one label among many,
and `Kinds` reads only fields with few values, by likeness; this reads every field, word by word.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.feelings import GROUPS
from convrec.flags import tells_absence
from convrec.retrieve.lexical import stopwords, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue
    from convrec.types import Item

Known = Mapping[tuple[str, ...], "NDArray[np.int64]"]

_SENTENCE = re.compile(r"[.;!?\n]+\s")
_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_LONGEST = 4
"""Words of a label; longer values are texts."""
_LEAST_ITEMS = 2
"""Items that a label must have: what one item has by itself is no kind of thing."""


_ENDINGS = (("ier", "y"), ("iest", "y"), ("er", ""), ("est", ""), ("er", "e"), ("est", "e"))
"""Of comparatives and superlatives, and what their word ends in."""
_BESIDE = 3
"""Other words that may stand beside labels."""
_THINGS = frozenset(tokens("film movie something anything one thing item title"))
"""What the labels are said of."""


class Labels:
    """Which items carry a label; read at the first wish. Safe to use from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Keep the catalogue; read nothing."""
        self._catalogue = catalogue
        self._guard = threading.Lock()
        self._rows: dict[tuple[str, ...], NDArray[np.int64]] | None = None

    def met(self, wishes: Sequence[str], text: str = "", also: Sequence[str] = ()) -> NDArray[np.float32]:
        """How much of what the wishes say in labels each item carries, 0 to 1, shape `(n_items,)`.

        The longest labels count, each by its words; zeros where no wish has one. A wish that is no label takes nothing
        away: it is for the vectors to read. A plot told in a sentence has words that are labels, too, and means none of
        them: the more words without a label stand in the sentence with most labels, the less they count.

        Args:
            wishes: As they were understood.
            text: The words they were taken from; empty: the wishes alone.
            also: Words of it that are accounted for otherwise, as those of conditions.
        """
        out = np.zeros(len(self._catalogue), dtype=np.float32)
        known = self._read()
        labels = dict.fromkeys(one for wish in wishes for one in _labels_in(_plain(tokens(wish), known), known))
        whole = sum(map(len, labels))
        for label in labels:
            out[known[label]] += len(label) / whole
        understood = {word for label in labels for word in label} | {word for one in also for word in tokens(one)}
        return out * np.float32(_meant(text, understood, known)) if labels else out

    def asks(self, text: str, also: Sequence[str]) -> float:
        """How far a text asks for something, 0 (it tells a plot) to 1.

        Args:
            text: Empty: there is nothing but what was understood of it, and that asks.
            also: Words of it that are understood, beside its labels.
        """
        known = self._read()
        inside = (word for label in _labels_in(_plain(tokens(text), known), known) for word in label)
        return _meant(text, {*inside, *(word for one in also for word in tokens(one))}, known)

    def _read(self) -> dict[tuple[str, ...], NDArray[np.int64]]:
        with self._guard:
            if self._rows is None:
                found: dict[tuple[str, ...], set[int]] = {}
                for row, item in enumerate(self._catalogue.items):
                    for value in _values(item):
                        label = tuple(tokens(value))
                        if 0 < len(label) <= _LONGEST and not stopwords().issuperset(label):
                            found.setdefault(label, set()).add(row)
                self._rows = {
                    label: np.array(sorted(rows), dtype=np.int64)
                    for label, rows in found.items()
                    if len(rows) >= _LEAST_ITEMS
                }
                self._rows |= alike(self._rows)
                self._rows |= self._begun(self._rows)
            return self._rows

    def _begun(self, known: Mapping[tuple[str, ...], NDArray[np.int64]]) -> dict[tuple[str, ...], NDArray[np.int64]]:
        """Words that one hyphened label alone begins with, for that label: `light` asks for what is `light-hearted`."""
        values = {value for item in self._catalogue.items for value in _values(item) if _HYPHENED.fullmatch(value)}
        begun: dict[str, set[tuple[str, ...]]] = {}
        for value in values:
            if (label := tuple(tokens(value))) in known and len(label) > 1:
                begun.setdefault(label[0], set()).add(label)
        return {
            (word,): known[next(iter(labels))]
            for word, labels in begun.items()
            if len(labels) == 1 and len(word) > 2 and (word,) not in known and word not in stopwords()
        }


def alike(known: Known, groups: Sequence[str] = GROUPS) -> dict[tuple[str, ...], NDArray[np.int64]]:
    """What words mean in a catalogue that uses others of the same feeling: rows by word, for words that are no label.

    Args:
        known: Rows of items by label, a label as its words.
        groups: Words alike, a line each.
    """
    found: dict[tuple[str, ...], NDArray[np.int64]] = {}
    for line in groups:
        group = [tuple(tokens(word)) for word in line.split()]
        own = [known[word] for word in group if word in known]
        if own:
            rows = np.unique(np.concatenate(own))
            found |= {word: rows for word in group if word not in known and word not in found}
    return found


def _plain(said: Sequence[str], known: Mapping[tuple[str, ...], object]) -> list[str]:
    """Words with comparatives put back to labels: `darker` asks for what is `dark`."""
    return [next((one for one in forms(word) if (one,) in known), word) for word in said]


def forms(word: str) -> Iterator[str]:
    """A word, and what it may be the comparative or superlative of."""
    yield word
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield word.removesuffix(ending) + put


def _meant(text: str, understood: set[str], known: Mapping[tuple[str, ...], object]) -> float:
    """How far a text asks in labels, 0 (it tells a plot) to 1: by the sentence that consists of them most."""
    found = 0.0 if text.strip() else 1.0
    for sentence in _SENTENCE.split(text):
        telling = [word for word in _plain(tokens(sentence), known) if word not in stopwords() and word not in _THINGS]
        other = sum(word not in understood for word in telling)
        found = max(found, (len(telling) - 2 * other + _BESIDE) / 2)
    return min(found, 1.0)


def _labels_in(said: Sequence[str], known: dict[tuple[str, ...], NDArray[np.int64]]) -> Iterator[tuple[str, ...]]:
    """Labels that stand in some words, the longest first from the left, none inside another."""
    at = 0
    while at < len(said):
        label = next(
            (one for length in range(_LONGEST, 0, -1) if (one := tuple(said[at : at + length])) in known), None
        )
        if label is not None:
            yield label
        at += len(label) if label else 1


def _values(item: Item) -> Iterator[str]:
    yield from item.genres
    for name, value in item.facts.items():
        if tells_absence(name):
            continue  # what is free of alcohol is no answer to alcohol
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value
