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

    def __init__(self, rec: Recommender, name: str, *, llm: bool) -> None:
        """Take settings, encoder, index and LLM from an open recommender."""
        self.name = name
        self._rec = rec
        self._llm = llm

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Fit retrieval on these events alone."""
        self._retriever, self._reranker = self._rec.stages.fitted_on(log)

    def rank(self, histories: Sequence[History], k: int) -> list[list[int]]:
        """Retrieve, and where asked for let the LLM vote."""
        lists = []
        for history in histories:
            found = self._retriever.retrieve(history, None, Request(k=k), k)
            if self._llm:
                found = self._reranker.rerank(history, None, Request(k=k), found)
            lists.append([self._rec.catalogue.row(candidate.item_id) for candidate in found])
        return lists
