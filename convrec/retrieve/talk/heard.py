"""The reader of talks as one of the signals of retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from convrec.retrieve.fusion import Weighted, Weights
from convrec.retrieve.signal import Dense

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convrec.types import Request, Turn


class ReadsTalks(Protocol):
    """Says of every item how likely it is named next in a talk."""

    @property
    def share(self) -> float:
        """0 (a catalogue that it knows nothing of) to 1."""
        ...

    def scores(self, turns: Sequence[Turn]) -> NDArray[np.float32]:
        """Higher is better, shape `(n_items,)`."""
        ...


def heard(reader: ReadsTalks | None, request: Request, weights: Weights) -> tuple[list[Weighted], float]:
    """What the reader hears in the talk of a request, and the share that it leaves to the words by themselves."""
    if reader is None or not reader.share:
        return [], 1.0
    signal = Weighted(Dense("talk", reader.scores(request.talk)), reader.share * weights.talk)
    return [signal], 1 - reader.share * (1 - weights.words_with_talk)
