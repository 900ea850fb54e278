"""Whether the notes are there and fit: coverage, and texts that sound like another film's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convrec.data.catalogue import ItemTable
from convrec.data.log import Log
from convrec.data.notes import Note, indexed, note_of, notes
from convrec.protocols import Encoder
from convrec.types import Item

_FEW = 5
"""A genre of fewer films says too little to compare with."""
_MARGIN = 0.25
"""Least difference in cosine worth a look: genres overlap, and half of all texts lean a little elsewhere."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a dataset the notes reach.

    Attributes:
        items: Items in all.
        noted: Items with a note.
        told: Items whose note has a text.
        events: Events in all.
        events_noted: Events with an item that has a note.
    """

    items: int
    noted: int
    told: int
    events: int
    events_noted: int


@dataclass(frozen=True, slots=True)
class Outlier:
    """A film whose note text is nearer to a genre it does not have.

    Attributes:
        item: The film.
        nearest: The genre its text is nearest to.
        margin: By how much, in cosine, nearer than to the nearest of its own genres.
        text: The note's text.
    """

    item: Item
    nearest: str
    margin: float
    text: str


def coverage(items: Sequence[Item], log: Log, known: Sequence[Note] | None = None) -> Coverage:
    """Count items and events that have a note."""
    found = _found(items, known)
    with_note = np.asarray([note is not None for note in found], dtype=np.bool_)
    rows = log.rows(ItemTable(items))
    return Coverage(
        items=len(items),
        noted=int(with_note.sum()),
        told=sum(1 for note in found if note is not None and note.text),
        events=len(log),
        events_noted=int(with_note[rows[rows >= 0]].sum()),
    )


def outliers(items: Sequence[Item], encoder: Encoder, known: Sequence[Note] | None = None) -> list[Outlier]:
    """Films whose text is clearly nearer to another genre's mean text than to those of their own, worst first.

    A film does not count in the means it is compared with; texts are compared after taking away what all share.
    """
    pairs = zip(items, _found(items, known), strict=True)
    told = [(item, note.text) for item, note in pairs if note is not None and note.text and item.genres]
    genres = sorted({genre for item, _ in told for genre in item.genres})
    if not told:
        return []
    vectors = encoder.encode([text for _, text in told], role="document").astype(np.float64)
    vectors -= vectors.mean(axis=0)
    has = np.asarray([[genre in item.genres for genre in genres] for item, _ in told], dtype=np.float64)
    sizes, sums = has.sum(axis=0), has.T @ vectors
    found = []
    for (item, text), vector, own in zip(told, vectors, has, strict=True):
        means = sums - own[:, None] * vector
        near = means @ vector / np.maximum(np.linalg.norm(means, axis=1) * np.linalg.norm(vector), 1e-9)
        near[sizes - own < _FEW] = -np.inf
        mine, others = np.where(own > 0, near, -np.inf), np.where(own > 0, -np.inf, near)
        margin = float(others.max() - mine.max())
        if np.isfinite(margin) and margin >= _MARGIN:
            found.append(Outlier(item, genres[int(others.argmax())], margin, text))
    return sorted(found, key=lambda outlier: -outlier.margin)


def _found(items: Sequence[Item], known: Sequence[Note] | None) -> list[Note | None]:
    by_title = indexed(notes() if known is None else known)
    return [note_of(item, by_title) for item in items]
