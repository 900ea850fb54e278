"""A history as rows and weights: what speaks for what, and how loudly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.protocols import Catalogue
from convrec.retrieve.moments import Moments
from convrec.signal import Scale
from convrec.types import History, ItemId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

REFUSALS = frozenset({"dislike", "hate", "drop", "skip"})
"""Kinds that say no in so many words. A low rating is weaker: people rate low what they chose to try."""

_LEAST, _NEUTRAL, _SLOPE = 0.2, 0.6, 0.4

_LONGEST = 60
"""Newest events that count; at a half life of 3.5 the next one would weigh 0.00001."""


@dataclass(frozen=True)
class Taste:
    """What a history says, by catalogue row, oldest first and one entry an item.

    Attributes:
        rows: Items that speak, shape `(n,)`.
        weights: Recency times liking, shape `(n,)`; 1 for what was loved last.
        seen: Every item touched.
    """

    rows: NDArray[np.int64]
    weights: NDArray[np.float32]
    seen: NDArray[np.int64]

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it says what the person likes."""
        return not len(self.rows)


def taste(history: History, catalogue: Catalogue, scale: Scale, half_life: float) -> Taste:
    """Read a history.

    Of several events with one item the newest counts; unknown items are passed over. An event weighs by how many
    came after it (half as much every `half_life` events, those of one moment alike) and by its rating: loved 1,
    neutral .6, hated .2. What was rated low still says what sort of thing the person tries: leaving it out costs an
    eighth of NDCG@10 on ml-100k. A refusal without a rating (`dislike`, `drop`, `skip`) adds nothing.
    """
    newest = {event.item_id: event for event in history.events}
    order = sorted({event.item_id: place for place, event in enumerate(history.events)}.items(), key=lambda at: at[1])
    events = [newest[item_id] for item_id, _ in order if item_id in catalogue]
    seen = rows_of(catalogue, (event.item_id for event in events))
    loud = np.asarray(
        [
            0.0 if event.kind in REFUSALS else max(_NEUTRAL + _SLOPE * scale.signal(event), _LEAST)
            for event in events[-_LONGEST:]
        ],
        dtype=np.float32,
    )
    times = [np.nan if event.timestamp is None else event.timestamp for event in events]
    moments = Moments.of(np.asarray(times, dtype=np.float64))
    fresh = moments.evened(np.exp2(-np.arange(len(events))[::-1] / half_life).astype(np.float32))
    weights = (loud * fresh[-_LONGEST:]).astype(np.float32)
    speaks = weights > 0
    return Taste(seen[-_LONGEST:][speaks], weights[speaks], seen)


def rows_of(catalogue: Catalogue, item_ids: Iterable[ItemId]) -> NDArray[np.int64]:
    """Rows of those ids that the catalogue has."""
    return np.asarray([catalogue.row(item_id) for item_id in item_ids if item_id in catalogue], dtype=np.int64)
