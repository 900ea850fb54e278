"""The stages over one workspace, put together from its settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from convrec.errors import RunError, UsageError
from convrec.profile.edits import Edit
from convrec.profile.edits import apply as apply_edits
from convrec.protocols import ChatModel
from convrec.rerank.appeal import LikingReranker
from convrec.rerank.content import content
from convrec.rerank.language import LanguageReranker
from convrec.rerank.liking import LikingModel
from convrec.types import Candidate, Explanation, History, ItemId, Profile, Request
from convrec.workspace import Workspace

if TYPE_CHECKING:
    from convrec.data.log import Log
    from convrec.dialogue.understand import Understander
    from convrec.explain.explainer import EvidenceExplainer
    from convrec.profile.profiler import TasteProfiler
    from convrec.retrieve.collaborative import Collaborative
    from convrec.retrieve.retriever import HybridRetriever

log = logging.getLogger("convrec")


class Stages:
    """One of each stage.

    Attributes:
        given_model: The LLM passed in place of the one in the settings, if any.
        rows: Catalogue row by item id.
    """

    def __init__(self, workspace: Workspace, model: ChatModel | None = None) -> None:
        """Build what is light; the rest when it is first used.

        Raises:
            UsageError: The LLM of the settings is missing.
        """
        self._workspace = workspace
        self.given_model = model
        self.rows: dict[ItemId, int] = {item.id: row for row, item in enumerate(workspace.catalogue.items)}
        self.model: ChatModel | None = model
        if model is None and workspace.settings.models.llm != "none":
            from convrec.llm import open_model

            self.model = open_model(workspace.settings.models, workspace.settings.online)

    @cached_property
    def retriever(self) -> HybridRetriever:
        """Finds candidates."""
        return self._retriever(self._workspace.collaborative)

    def _retriever(self, collaborative: Collaborative | None) -> HybridRetriever:
        from convrec.retrieve.retriever import HybridRetriever

        its = self._workspace
        return HybridRetriever(its.catalogue, its.encoder, its.index, collaborative, its.settings.retrieve, its.scale)

    def fitted_on(self, events: Log) -> tuple[HybridRetriever, LikingReranker]:
        """Retrieval and the liking model fitted on these events alone: for honest evaluation."""
        from convrec.retrieve.collaborative import Collaborative

        its, chosen = self._workspace, self._workspace.settings.retrieve
        collaborative = Collaborative.fit(
            events, its.catalogue, ridge=chosen.ridge, half_life=chosen.half_life, scale=its.scale
        )
        known = content(its.catalogue, its.index.vectors)
        liking = LikingModel.fit(events.histories(), self.rows, its.scale, content=known)
        return self._retriever(collaborative), self._appeal(liking)

    @cached_property
    def reranker(self) -> LanguageReranker:
        """Orders candidates."""
        its = self._workspace.settings
        return LanguageReranker(
            self.model or _Silent(),
            self._workspace.catalogue,
            self._workspace.scale,
            noun=its.noun,
            weight=its.rerank.llm_weight if self.model is not None else 0.0,
            depth=its.rerank.depth,
            adapter="rank" if "rank" in its.models.adapters else None,
        )

    @cached_property
    def appeal(self) -> LikingReranker:
        """Puts what will be liked first."""
        return self._appeal(self._workspace.liking)

    def _appeal(self, liking: LikingModel | None) -> LikingReranker:
        weight = self._workspace.settings.rerank.liking_weight
        return LikingReranker(liking, self.rows, self._workspace.scale, weight=weight)

    @cached_property
    def profiler(self) -> TasteProfiler:
        """Reads histories and writes profiles."""
        from convrec.profile.profiler import TasteProfiler

        its = self._workspace
        log = its.collaborative
        return TasteProfiler(
            its.catalogue,
            its.scale,
            its.settings.noun,
            its.settings.verb,
            self.model,
            popularity=None if log is None else log.counts.astype("float32"),
            adapter="profile" if "profile" in its.settings.models.adapters else None,
        )

    @cached_property
    def explainer(self) -> EvidenceExplainer:
        """Words reasons."""
        from convrec.explain.explainer import EvidenceExplainer

        its = self._workspace
        model = self.model if its.settings.explain.wording == "llm" else None
        return EvidenceExplainer(
            its.catalogue,
            its.scale,
            its.settings.noun,
            its.settings.verb,
            model,
            its.settings.explain,
            facets=self.profiler.facets,
            adapter="explain" if "explain" in its.settings.models.adapters else None,
        )

    @cached_property
    def understander(self) -> Understander:
        """Reads what people say."""
        from convrec.dialogue.understand import Understander

        its = self._workspace
        counts = its.collaborative.counts.tolist() if its.collaborative is not None else []
        fame = {item.id: float(count) for item, count in zip(its.catalogue.items, counts, strict=False)}
        return Understander(its.catalogue, noun=its.settings.noun, verb=its.settings.verb, popularity=fame or None)

    def quick_profile(self, history: History, edits: Sequence[Mapping[str, Any]]) -> Profile:
        """Statements with a text by template: milliseconds, no LLM."""
        statements = self.profiler.statements(history, edits)
        return Profile(history.user_id, self.profiler.template(statements), statements, history.digest)

    def check_edits(self, history: History, standing: Sequence[Mapping[str, Any]], edits: Sequence[Edit]) -> None:
        """Refuse an edit of a statement that does not exist; `UsageError` lists those that do."""
        statements = self.profiler.statements(history, standing)
        for edit in edits:
            if edit.action != "add" and edit.target not in {statement.id for statement in statements}:
                there = ", ".join(statement.id for statement in statements) or "none yet"
                raise UsageError(f"the profile has no statement {edit.target!r}; it has: {there}")
            statements = apply_edits(statements, [edit], self._workspace.settings.noun)

    def explain(
        self, history: History, profile: Profile, request: Request, candidates: Sequence[Candidate]
    ) -> list[Explanation]:
        """One checked explanation a candidate; a failing LLM costs the wording, never the reasons."""
        contributions = self.retriever.contributions(history, [candidate.item_id for candidate in candidates])
        return self.explainer.explain(history, profile, request, candidates, contributions=contributions)


class _Silent:
    """In the LLM's place where there is none: its weight is 0 and it is never asked."""

    name = "none"

    def generate(self, *_: object, **__: object) -> list[str]:
        raise RunError("llm", "the settings name no model")

    def score(self, *_: object, **__: object) -> list[float]:
        raise RunError("llm", "the settings name no model")
