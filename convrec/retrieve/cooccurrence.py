"""Which items people had together, and which came shortly before which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.retrieve.moments import Moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDERED = 0.6
"""Share of the order of events against plain togetherness; .5 to .8 is flat on films and games."""

PRODUCTS = 150_000_000
"""Most pairs of events that are counted; bounds memory to about 2 GB and time to about a minute."""

_CAPS = (500, 200, 100, 50)


@dataclass(frozen=True)
class Grams:
    """The two matrices of the regression, sparse and `(n_items, n_items)`.

    Attributes:
        within: Inputs with inputs (symmetric, CSR).
        across: Inputs (rows) with targets (columns), CSC.
    """

    within: Any
    across: Any

    @property
    def size(self) -> int:
        """Number of items."""
        return int(self.within.shape[0])


def grams(
    users: NDArray[np.int64],
    items: NDArray[np.int64],
    size: int,
    *,
    tau: float,
    times: NDArray[np.float64] | None = None,
) -> Grams:
    """Count pairs.

    Part of it is plain togetherness in a person's history. The other part is order: at every event the items
    before it are inputs, weighted `exp(-gap / tau)`, and the event is the target. Events of one moment are each
    before the other.

    Args:
        users: Code of each event's person; a person's events lie together, oldest first.
        items: Row of each event's item.
        size: Number of items.
        tau: Decay of the order, in events.
        times: When each event was; None: as many moments as events.
    """
    from scipy.sparse import csr_matrix

    kept = _newest_only(users, items, size)
    kept = kept[_bounded(users[kept])]
    users, items = users[kept], items[kept]
    moments = Moments.of(np.arange(len(kept), dtype=np.float64) if times is None else times[kept], users)
    people = np.cumsum(np.r_[0, np.diff(users) != 0]) if len(users) else users
    total = int(people[-1]) + 1 if len(people) else 0
    ones = np.ones(len(items), dtype=np.float32)
    together = csr_matrix((ones, (people, items)), shape=(total, size))
    before = _before(people, items, size, tau, moments)
    after = csr_matrix((ones, (np.arange(len(items)), items)), shape=(len(items), size))
    plain = (together.T @ together).tocsr()
    within = (1 - ORDERED) * plain + ORDERED * (before.T @ before)
    across = (1 - ORDERED) * plain + ORDERED * (before.T @ after)
    return Grams(within.tocsr(), across.tocsc())


def _newest_only(users: NDArray[np.int64], items: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Places of one event a person and item, the newest, so that a repeated play does not explain itself."""
    keys = users * size + items
    _, last = np.unique(keys[::-1], return_index=True)
    return np.sort(len(keys) - 1 - last)


def _bounded(users: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The newest events of each person, and of a sample of the people if need be, within `PRODUCTS` pairs."""
    starts = np.flatnonzero(np.r_[True, np.diff(users) != 0])
    lengths = np.diff(np.r_[starts, len(users)])
    ages = np.repeat(starts + lengths, lengths) - 1 - np.arange(len(users))
    cap = next((cap for cap in _CAPS if _pairs(lengths, cap) <= PRODUCTS), _CAPS[-1])
    keep: NDArray[np.bool_] = ages < cap
    if (pairs := _pairs(lengths, cap)) > PRODUCTS:
        chosen = np.random.default_rng(0).random(len(lengths)) < PRODUCTS / pairs
        keep &= np.repeat(chosen, lengths)
    return keep


def _pairs(lengths: NDArray[np.int64], cap: int) -> int:
    kept: NDArray[np.int64] = np.minimum(lengths, cap)
    return int((kept * kept).sum())


def _before(people: NDArray[np.int64], items: NDArray[np.int64], size: int, tau: float, moments: Moments) -> Any:
    """What stood before each event, weighted by nearness: `(n_events, n_items)`, CSR."""
    from scipy.sparse import csr_matrix

    rows, columns, values = [], [], []
    reach = max(2, int(3 * tau))
    # Of a moment with more events than are in reach, those in reach stand for all.
    close = moments.nearness(tau) * np.maximum((moments.sizes - 1) / (2 * reach), 1.0)
    for gap in range(1, reach + 1):
        same = np.flatnonzero(people[gap:] == people[:-gap]) if gap < len(people) else np.empty(0, dtype=np.int64)
        together = moments.first[same] == moments.first[same + gap]
        apart = np.exp(-(moments.gaps(same + gap, same) - 1) / tau)
        weight = np.where(together, close[same], apart).astype(np.float32)
        rows += [same + gap, same[together]]
        columns += [items[same], items[same[together] + gap]]
        values += [weight, weight[together]]
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csr_matrix(entries, shape=(len(items), size))
