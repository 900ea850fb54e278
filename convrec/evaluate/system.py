"""convrec itself, fitted on a part of its log and asked for whole rankings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from convrec.data.log import Log
from convrec.protocols import Catalogue
from convrec.types import History, Request

if TYPE_CHECKING:
    from convrec.recommend import Recommender


class System(Protocol):
    """Something that ranks a catalogue for people."""

    name: str

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Learn from the training events."""
        ...

    def rank(self, histories: Sequence[History], k: int) -> list[list[int]]:
        """Rows of the k best items for each history, best first, without those the history has."""
        ...


class ConvrecSystem:
    """The stages of a recommender with the models of the log fitted anew."""

    def __init__(
        self,
        rec: Recommender,
        name: str,
        *,
        liking: bool = False,
        llm: bool = False,
        sequence: bool = False,
    ) -> None:
        """Take settings, encoder, index and LLM from an open recommender.

        Args:
            rec: Its own fitted models are not used.
            name: Of the row.
            liking: With the probability of liking in the score.
            llm: With the LLM's vote.
            sequence: With the LLM tuned to rank, which is not fitted anew.
        """
        self.name = name
        self._rec = rec
        self._liking, self._llm, self._sequence = liking, llm, sequence

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Fit retrieval on these events alone."""
        self._retriever, self._appeal = self._rec.stages.fitted_on(log, sequence_weight=None if self._sequence else 0.0)

    def rank(self, histories: Sequence[History], k: int) -> list[list[int]]:
        """Retrieve, then rerank by the stages asked for."""
        lists, request = [], Request(k=k)
        for history in histories:
            found = self._retriever.retrieve(history, None, request, max(k, self._rec.settings.retrieve.candidates))
            if self._liking:
                found = self._appeal.rerank(history, None, request, found)
            if self._llm:
                found = self._rec.stages.reranker.rerank(history, None, request, found)
            found = found[:k]
            lists.append([self._rec.catalogue.row(candidate.item_id) for candidate in found])
        return lists
