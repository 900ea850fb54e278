"""Which items come up together in talks: whoever named this one is often offered, or names, that one.

Only what at least two talks say is kept: a pair that one talk alone has would tell of that talk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.talk.fame import key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.types import Item

LEAST = 2
"""Talks that must have a pair."""
_SHRINK = 5.0
"""Talks that must name an item until half of what they say of its company is believed."""
_UNSEEN = 0.3
"""Talks that an item counts as named in before any was heard."""
_FADING = 0.8
"""Weight of an item named before beside the one named after it."""
_NAMED = 6
"""Items named so far that count, the newest."""


@dataclass(frozen=True)
class Company:
    """Pairs of items over all talks learned from, by `fame.key`.

    Attributes:
        keys: Ascending, shape `(n,)`.
        talks: How many talks name each, shape `(n,)`.
        pairs: Places in `keys`, the smaller first, shape `(m, 2)`.
        together: How many talks name both, shape `(m,)`.
    """

    keys: NDArray[np.int64]
    talks: NDArray[np.float32]
    pairs: NDArray[np.int32]
    together: NDArray[np.float32]

    def __post_init__(self) -> None:
        size = len(self.keys)
        fit = self.talks.shape == (size,) and self.pairs.shape == (len(self.together), 2)
        if not fit or (self.pairs.size and not (self.pairs.min() >= 0 and self.pairs.max() < size)):
            raise UsageError("a talk adapter's pairs of items do not fit its keys")

    @classmethod
    def counted(cls, talks: Iterable[Iterable[int]]) -> Company:
        """From the keys that each talk names."""
        singles: Counter[int] = Counter()
        pairs: Counter[tuple[int, int]] = Counter()
        for named in talks:
            each = sorted(set(named))
            singles.update(each)
            pairs.update(combinations(each, 2))
        keys = sorted(singles)
        place = {one: at for at, one in enumerate(keys)}
        kept = sorted((place[a], place[b], count) for (a, b), count in pairs.items() if count >= LEAST)
        table = np.array(kept, dtype=np.int32).reshape(-1, 3)
        return cls(
            np.array(keys, dtype=np.int64),
            np.array([singles[one] for one in keys], dtype=np.float32),
            np.ascontiguousarray(table[:, :2]),
            table[:, 2].astype(np.float32),
        )


class Companions:
    """The company of the items of one catalogue. Nothing changes after construction."""

    def __init__(self, company: Company, items: Sequence[Item]) -> None:
        """Find the items again by their keys."""
        rows: dict[int, list[int]] = {}
        for row, item in enumerate(items):
            rows.setdefault(key(item), []).append(row)
        place = {one: at for at, one in enumerate(company.keys.tolist())}
        talks = np.zeros(len(items), dtype=np.float32)
        for one, same in rows.items():
            if one in place:
                talks[same] = company.talks[place[one]]
        self._shares = (talks + _UNSEEN) / max(float((talks + _UNSEEN).sum()), 1e-9)
        here = [rows.get(one, []) for one in company.keys.tolist()]
        found: list[dict[int, float]] = [{} for _ in items]
        for (a, b), count in zip(company.pairs.tolist(), company.together.tolist(), strict=True):
            for one, other in ((a, b), (b, a)):
                for row in here[one]:
                    found[row].update(dict.fromkeys(here[other], count / (float(company.talks[one]) + _SHRINK)))
        self._near = [
            (np.fromiter(each, dtype=np.int64), np.fromiter(each.values(), dtype=np.float32)) for each in found
        ]

    def of(self, named: Sequence[int]) -> NDArray[np.float32]:
        """How much likelier each item is in such company than in any talk: a logarithm, at least 0, `(n_items,)`.

        Args:
            named: Rows named so far, the newest last.
        """
        found = np.zeros(len(self._near), dtype=np.float32)
        latest = list(named)[-_NAMED:]
        weights = _FADING ** np.arange(len(latest))[::-1]
        for row, weight in zip(latest, (weights / max(float(weights.sum()), 1e-9)).tolist(), strict=True):
            rows, chances = self._near[row]
            found[rows] += weight * chances
        return np.log1p(found / self._shares).astype(np.float32)
