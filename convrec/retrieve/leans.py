"""What corrects the signals of a history together: how well known items are, and how much so lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convrec.retrieve.fusion import Weighted
from convrec.retrieve.signal import Lean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convrec.retrieve.fusion import Weights
    from convrec.retrieve.trend import Trend
    from convrec.types import History


@dataclass(frozen=True)
class Leans:
    """Signals that find nothing and move what others find.

    Attributes:
        fame: Logarithm of the events of each item, shape `(n_items,)`, at least one.
        trend: What is taken up lately; None where no times are known.
    """

    fame: NDArray[np.float32]
    trend: Trend | None

    def signals(self, history: History, loud: float, weights: Weights) -> list[Weighted]:
        """Those of a history; in each the average item of the catalogue counts about 0."""
        leans = [Weighted(Lean("fame", self.fame - self.fame.mean()), loud * weights.fame, finds=False)]
        if self.trend is not None:
            lately = Lean("trend", self.trend.scores(history))
            leans.append(Weighted(lately, loud * weights.trend, finds=False))
        return leans
