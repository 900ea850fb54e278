"""One score out of what the reader says, what earlier talks tell of the items, and what the words point at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.talk import evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

NAMES = ("reader", "fame", "company", *evidence.NAMES)
"""What is blended, in this order."""


@dataclass(frozen=True)
class Blend:
    """Weights of a sum of log-odds, chosen on talks that the reader did not learn from.

    Attributes:
        weights: One for each of `NAMES`.
    """

    weights: Array

    def __post_init__(self) -> None:
        if self.weights.shape != (len(NAMES),) or not np.isfinite(self.weights).all():
            raise UsageError(f"a talk adapter's weights must be {len(NAMES)} finite numbers: {', '.join(NAMES)}")

    @classmethod
    def plain(cls) -> Blend:
        """The reader alone."""
        return cls(np.eye(1, len(NAMES), dtype=np.float32)[0])

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the reader counts."""
        return not self.weights[1:].any()

    def scores(self, read: Array, fame: Array, company: Array, found: Array) -> Array:
        """Higher is likelier, shape `(n_items,)`.

        Args:
            read: The reader's scores, shape `(n_items,)`.
            fame: See `Fame.of`, shape `(n_items,)`.
            company: See `Companions.of`, shape `(n_items,)`.
            found: See `Evidence.of`, shape `(n_items, n)`.
        """
        reader, famous, together = self.weights[:3].tolist()
        return np.asarray(
            reader * read + famous * fame + together * company + found @ self.weights[3:], dtype=np.float32
        )
