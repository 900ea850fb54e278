"""What a catalogue knows about its items, as a few numbers an item: text vectors and facts, reduced together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from convrec.protocols import Catalogue
from convrec.rerank.singular import strongest
from convrec.types import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WIDTH = 32
_TEXT = 0.5
"""Squared length of the text's part beside that of the facts, which is 1."""
_RARE = 3
"""A word that fewer items share says nothing about taste."""


def content(catalogue: Catalogue, vectors: NDArray[np.float32] | None = None) -> Floats:
    """Principal components of the items' text vectors and words, shape `(n_items, at most 32)`.

    Words are genres, the decade and every fact in words, weighted by how rare they are (tf-idf), one unit vector an
    item. Text vectors and words are each reduced to their principal components, then both together. The mean
    squared length is 1.

    Args:
        catalogue: The items.
        vectors: Of their texts, in the catalogue's order; None: words alone.
    """
    parts = []
    if vectors is not None and len(vectors):
        parts.append(math.sqrt(_TEXT) * _components(np.asarray(vectors, dtype=np.float64)))
    if (words := _words(catalogue)) is not None:
        parts.append(words)
    if not parts:
        return np.zeros((len(catalogue), 0))
    return _components(np.hstack(parts))


def _words(catalogue: Catalogue) -> Floats | None:
    """Truncated singular vectors of the items' words, at unit mean squared length; None where they share none."""
    from scipy.sparse import csr_matrix, diags

    numbers: dict[tuple[str, object], int] = {}
    rows, columns = [], []
    for row, item in enumerate(catalogue.items):
        for word in dict.fromkeys(_said(item)):
            rows.append(row)
            columns.append(numbers.setdefault(word, len(numbers)))
    if not rows:
        return None
    frequency = np.bincount(columns)
    weights = np.where(frequency >= _RARE, np.log(len(catalogue) / frequency), 0.0)
    matrix = csr_matrix((weights[columns], (rows, columns)), shape=(len(catalogue), len(numbers)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    rank = min(WIDTH, min(matrix.shape) - 1)
    if rank < 1 or not lengths.any():
        return None
    matrix = diags(1 / np.maximum(lengths, 1e-9)) @ matrix
    left, values, _ = strongest(matrix, rank)
    return _unit(left * values)


def _said(item: Item) -> Iterator[tuple[str, object]]:
    for genre in item.genres:
        yield "genres", genre
    if item.year is not None:
        yield "decade", item.year // 10
    for name, value in item.facts.items():
        if isinstance(value, tuple):
            yield from ((name, word) for word in value)
        elif isinstance(value, str):
            yield name, value


def _components(matrix: Floats) -> Floats:
    """Principal components of the rows, at most 32, at unit mean squared length."""
    centred = matrix - matrix.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    kept = np.argsort(-values)[:WIDTH]
    return _unit(centred @ directions[:, kept[values[kept] > 1e-9]])


def _unit(matrix: Floats) -> Floats:
    """Centred, and scaled to mean squared length 1."""
    centred = matrix - matrix.mean(axis=0)
    length = math.sqrt(float(np.square(centred).sum(axis=1).mean())) if centred.size else 0.0
    return np.asarray(centred / length if length else centred)
