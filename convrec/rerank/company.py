"""The company that items keep: who chose them, as a few numbers an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.rerank.singular import strongest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.rerank.taste import Opinions

    Floats = NDArray[np.float64]

WIDTH = 32
_LENGTH = 0.5
"""Mean squared length, beside 1 for what the catalogue knows. Chosen on training people of MovieLens."""
_CHOSEN = 3.0
"""Pseudo-people that keep an item chosen once or twice from deciding a component."""
_TRUSTED = 5.0
"""People who chose an item until half of its length is believed."""


def company(people: Sequence[Opinions], n_items: int) -> Floats:
    """Principal components of who chose what, whatever was made of it, shape `(n_items, at most 32)`.

    Singular vectors of the people-by-items matrix, scaled by how much each person and each item has (the normalised
    cut of Dhillon 2001). The first one only says how much is chosen at all and is left out. Items are unit vectors,
    shorter where few chose them and zero where nobody did.

    Args:
        people: Whose choices to learn from; items that stand in for what was not chosen must not be among them.
        n_items: Of the catalogue.
    """
    from scipy.sparse import csr_matrix, diags

    sizes = np.array([len(person.rows) for person in people], dtype=np.int64)
    rows = np.concatenate([person.rows for person in people])
    chosen = csr_matrix((np.ones(len(rows)), (np.repeat(np.arange(len(people)), sizes), rows)), (len(people), n_items))
    count = np.asarray(chosen.sum(axis=0)).ravel()
    rank = min(WIDTH + 1, min(chosen.shape) - 1)
    if rank < 2:
        return np.zeros((n_items, 0))
    scaled = diags(1 / np.sqrt(np.maximum(sizes, 1))) @ chosen @ diags(1 / np.sqrt(count + _CHOSEN))
    _, values, right = strongest(scaled, rank)
    found = right[1:].T * values[1:] / np.sqrt(count + _CHOSEN)[:, None]
    length = np.sqrt(np.square(found).sum(axis=1, keepdims=True))
    found *= np.sqrt(count / (count + _TRUSTED))[:, None] / np.maximum(length, 1e-12)
    mean = float(np.square(found).sum(axis=1).mean())
    return np.asarray(found * np.sqrt(_LENGTH / mean)) if mean else np.zeros((n_items, 0))
