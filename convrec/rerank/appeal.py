"""What a person will like before what they would merely choose next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.rerank.liking import LikingModel
from convrec.signal import Scale
from convrec.types import Candidate, History, ItemId, Profile, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LikingReranker:
    """Adds `weight * (P(like) - its mean over the list)` to each score, as the share `liking`.

    Next-item models learn what people take up, liked or not. The probability of liking tells the two apart.
    """

    def __init__(self, model: LikingModel | None, rows: Mapping[ItemId, int], scale: Scale, *, weight: float) -> None:
        """Keep the parts.

        Args:
            model: Probability of liking; None: candidates stay as they are.
            rows: Catalogue row by item id.
            scale: What counts as liking.
            weight: In units of the retrieval score; 0: candidates stay as they are.
        """
        self._model, self._rows, self._scale, self._weight = model, rows, scale, weight

    def rerank(
        self, history: History, profile: Profile | None, request: Request, candidates: Sequence[Candidate]
    ) -> list[Candidate]:
        """The same candidates, best first; ties keep their order."""
        if self._model is None or not self._weight or not candidates:
            return list(candidates)
        shares = self._weight * self.chances(history, candidates)
        scored = [
            entry.scored(entry.score + float(share), liking=float(share))
            for entry, share in zip(candidates, shares, strict=True)
        ]
        return sorted(scored, key=lambda entry: -entry.score)

    def chances(self, history: History, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
        """Probability of liking each, less its mean over the list; zeros without a model."""
        if self._model is None:
            return np.zeros(len(candidates))
        found = self._model.predict(history, [entry.item_id for entry in candidates], self._rows, self._scale)
        return np.asarray(found - found.mean())
