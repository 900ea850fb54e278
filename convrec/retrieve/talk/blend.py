"""One score out of what the reader says, what earlier talks tell of the items, and what the words point at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.talk import evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

NAMES = ("reader", "fame", "company", *evidence.NAMES, "memory")
"""What is blended, in this order; new ones come at the end, so that weights stored before still fit."""


def _none() -> Array:
    return np.empty((0, len(NAMES)), dtype=np.float32)


@dataclass(frozen=True)
class Blend:
    """Weights of a sum of log-odds, chosen on talks that the reader did not learn from.

    Attributes:
        weights: One for each of `NAMES`, fit for any catalogue.
        own: The same for each collection of talks learned from, shape `(n_collections, len(NAMES))`, in the order of
            `Fame.logs`: people type, and repeat each other, differently in each. None: those for any catalogue.
    """

    weights: Array
    own: Array = field(default_factory=_none)

    def __post_init__(self) -> None:
        fit = self.weights.shape == (len(NAMES),) and self.own.ndim == 2 and self.own.shape[1] == len(NAMES)
        if not fit or not np.isfinite(self.weights).all() or not np.isfinite(self.own).all():
            raise UsageError(f"a talk adapter's weights must be {len(NAMES)} finite numbers: {', '.join(NAMES)}")

    @classmethod
    def plain(cls) -> Blend:
        """The reader alone."""
        return cls(np.eye(1, len(NAMES), dtype=np.float32)[0])

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the reader counts."""
        return not self.weights[1:].any() and not self.own.any()

    def at(self, collection: int, share: float) -> Blend:
        """The weights for one catalogue: the more of a collection it covers, the more that one's own.

        Args:
            collection: That it covers best.
            share: Covered, 0 to 1.
        """
        if not len(self.own):
            return self
        return Blend((share * self.own[collection] + (1 - share) * self.weights).astype(np.float32))

    def scores(self, read: Array, fame: Array, company: Array, found: Array, memory: Array) -> Array:
        """Higher is likelier, shape `(n_items,)`.

        Args:
            read: The reader's scores, shape `(n_items,)`.
            fame: See `Fame.of`, shape `(n_items,)`.
            company: See `Companions.of`, shape `(n_items,)`.
            found: See `Evidence.of`, shape `(n_items, n)`.
            memory: See `Recollection.of`, shape `(n_items,)`.
        """
        reader, famous, together = self.weights[:3].tolist()
        said = found @ self.weights[3:-1]
        remembered = float(self.weights[-1]) * memory
        return np.asarray(reader * read + famous * fame + together * company + said + remembered, dtype=np.float32)
