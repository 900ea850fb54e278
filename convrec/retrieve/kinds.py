"""Wishes read as the catalogue's own kinds: `funny` means what it files under Comedy.

The kinds are the values of fields that have few: genres, moods. Each is embedded once, and a wish stands for those it
lies near. Vectors of whole documents miss this, because what a text is about drowns what it is like.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue, Encoder, Vectors
    from convrec.types import Item

_MOST_VALUES = 64
_LEAST_ITEMS = 3
_LONGEST = 30

_NEAR = 0.45
"""Least cosine between a wish and a kind it stands for: `funny` and Comedy have .48, `sad` and Drama .25 (MiniLM)."""

_TIED = 0.05
"""Kinds of a field that are nearly as near as the nearest count too."""


class Kinds:
    """The values of the few-valued fields, as vectors, with the items that have them; made at the first wish."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder) -> None:
        """Keep both; read and embed nothing."""
        self._catalogue, self._encoder = catalogue, encoder
        self._guard = threading.Lock()
        self._fields: list[tuple[Vectors, list[NDArray[np.int64]]]] | None = None

    def met(self, wishes: Vectors) -> NDArray[np.float32]:
        """How well each item's kinds meet the wishes: the mean of the cosines, 0 for a wish not met.

        Args:
            wishes: Unit vectors, shape `(n, dim)`.

        Returns:
            Shape `(n_items,)`, 0 to 1.
        """
        out = np.zeros((len(wishes), len(self._catalogue)), dtype=np.float32)
        for vectors, members in self._read():
            for number, cosines in enumerate(wishes @ vectors.T):
                least = max(_NEAR, float(cosines.max()) - _TIED)
                for place in np.flatnonzero(cosines >= least):
                    rows = members[place]
                    out[number, rows] = np.maximum(out[number, rows], cosines[place])
        return np.asarray(out.mean(axis=0), dtype=np.float32)

    def _read(self) -> list[tuple[Vectors, list[NDArray[np.int64]]]]:
        with self._guard:
            if self._fields is None:
                self._fields = [
                    (self._encoder.encode(list(values), role="document"), list(values.values()))
                    for values in self._values().values()
                ]
            return self._fields

    def _values(self) -> dict[str, dict[str, NDArray[np.int64]]]:
        rows: dict[str, dict[str, list[int]]] = {}
        for row, item in enumerate(self._catalogue.items):
            for field, word in _words(item):
                rows.setdefault(field, {}).setdefault(word, []).append(row)
        few = {}
        for field, values in rows.items():
            common = {word: np.asarray(found) for word, found in values.items() if len(found) >= _LEAST_ITEMS}
            if common and len(values) <= _MOST_VALUES and max(map(len, common)) <= _LONGEST:
                few[field] = common
        return few


def _words(item: Item) -> Iterator[tuple[str, str]]:
    for genre in item.genres:
        yield "genres", genre
    for field, value in item.facts.items():
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, tuple):
            for word in value:
                yield field, word
