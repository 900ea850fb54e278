"""The stages over one workspace, put together from its settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from convrec.adapters import for_hearing, for_talk, in_use
from convrec.errors import RunError, UsageError
from convrec.language import singular
from convrec.profile.edits import Edit, ignored
from convrec.profile.edits import apply as apply_edits
from convrec.protocols import ChatModel
from convrec.rerank.appeal import LikingReranker
from convrec.rerank.content import content
from convrec.rerank.language import LanguageReranker
from convrec.rerank.liking import LikingModel
from convrec.types import Candidate, Explanation, History, ItemId, Profile, Request
from convrec.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from convrec.config import RetrieveSettings
    from convrec.data.log import Log
    from convrec.dialogue.readers.tagger import Tagger
    from convrec.dialogue.sense.understand import Understander
    from convrec.explain.evidence import Grounds
    from convrec.explain.explainer import EvidenceExplainer
    from convrec.profile.profiler import TasteProfiler
    from convrec.profile.reading import ProfileReader
    from convrec.profile.sentiment import Sentiment
    from convrec.rerank.sequence.ranker import SequenceRanker
    from convrec.rerank.sequence.space import HistorySpace
    from convrec.retrieve.collaborative import Collaborative
    from convrec.retrieve.neighbours import Neighbours
    from convrec.retrieve.retriever import HybridRetriever
    from convrec.retrieve.talk.reader import TalkReader
    from convrec.retrieve.trend import Trend

log = logging.getLogger("convrec")

HISTORY_INDEX = "index-history"
"""Folder in a workspace."""


class Stages:
    """One of each stage.

    Attributes:
        given_model: The LLM passed in place of the one in the settings, if any.
        rows: Catalogue row by item id.
        adapters: Folder by task.
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
        self.adapters: dict[str, Path] = {}
        self._fitted: tuple[Log, tuple[Collaborative, Neighbours, Trend | None, LikingModel | None]] | None = None
        if model is None and workspace.settings.models.llm != "none":
            from convrec.llm import open_model

            settings = workspace.settings
            self.adapters = in_use(workspace.folder, settings)
            self.model = open_model(settings.models, settings.online, adapters=self.adapters or None)

    @cached_property
    def retriever(self) -> HybridRetriever:
        """Finds candidates."""
        from convrec.retrieve.trend import Trend

        its = self._workspace
        trend = None if its.collaborative is None else Trend.fit(its.store.events.log(), its.catalogue)
        return self._retriever(its.collaborative, its.settings.retrieve, self.neighbours, trend)

    @cached_property
    def neighbours(self) -> Neighbours | None:
        """The other people, by their histories; None where there are none."""
        from convrec.retrieve.neighbours import Neighbours

        its = self._workspace
        if its.collaborative is None:
            return None
        return Neighbours.fit(its.store.events.log(), its.catalogue, its.scale)

    def forget(self, user_id: str) -> None:
        """Nobody's neighbour any more."""
        if "neighbours" in self.__dict__ and self.neighbours is not None:
            left = self.neighbours.without(user_id)
            self.neighbours = self.retriever.neighbours = left

    def _retriever(
        self,
        collaborative: Collaborative | None,
        settings: RetrieveSettings,
        neighbours: Neighbours | None,
        trend: Trend | None,
    ) -> HybridRetriever:
        from convrec.retrieve.retriever import HybridRetriever

        its = self._workspace
        sequence = self.sequence if settings.sequence_weight else None
        space = self._space if sequence is not None else None
        return HybridRetriever(
            its.catalogue, its.encoder, its.index, collaborative, settings, its.scale,
            sequence=sequence, space=space, neighbours=neighbours, trend=trend, talk=lambda: self.talk,
        )  # fmt: skip

    @cached_property
    def talk(self) -> TalkReader | None:
        """The tuned reader of talks; None where no adapter for it fits this workspace."""
        from convrec.config import INDEX
        from convrec.retrieve.talk.opening import open_reader

        its = self._workspace
        if its.encoder.name.partition("@")[0] != its.settings.models.encoder:
            return None
        folder = for_talk(its.folder, its.settings)
        if folder is None:
            return None
        return open_reader(
            folder, its.settings, its.catalogue, its.encoder, its.index.vectors, its.folder / INDEX
        )  # fmt: skip

    @cached_property
    def sequence(self) -> SequenceRanker | None:
        """The tuned LLM as a ranker; None where no adapter for it fits this workspace."""
        return self._tuned("rank")

    @cached_property
    def _space(self) -> HistorySpace | None:
        """Finds what the tuned LLM ranks high by an index of its own; None where scoring all items is as quick."""
        from convrec.rerank.sequence.space import HistorySpace, ItemVectors

        its, ranker = self._workspace, self.sequence
        if ranker is None or len(its.catalogue) < its.settings.retrieve.sequence_index_from:
            return None
        index = its.beside(HISTORY_INDEX)
        index.open_or_rebuild(its.catalogue, ItemVectors(ranker))
        return HistorySpace(ranker, index, index.vectors)

    @cached_property
    def predictor(self) -> SequenceRanker | None:
        """The tuned LLM's probability of liking; None where no adapter for it fits this workspace."""
        return self._tuned("predict")

    def _tuned(self, task: str) -> SequenceRanker | None:
        from convrec.llm.local import LocalModel
        from convrec.rerank.sequence import files

        folder, its = self.adapters.get(task), self._workspace
        if folder is None or not (folder / files.FILE).is_file() or not isinstance(self.model, LocalModel):
            return None
        from convrec.llm.adapter_files import read_manifest
        from convrec.rerank.sequence.ranker import SequenceRanker

        ranker = SequenceRanker(
            self.model, task, folder, its.catalogue, its.index.vectors, its.scale,
            held_out_newest=int(read_manifest(folder).get("held_out_newest") or 0),
        )  # fmt: skip
        if ranker.shape.encoder != its.encoder.name:
            log.warning(
                "adapter %s reads texts of encoder %s, this workspace has %s: not used; tune anew",
                task, ranker.shape.encoder, its.encoder.name,
            )  # fmt: skip
            return None
        return ranker

    def fitted_on(self, events: Log, *, sequence_weight: float | None = None) -> tuple[HybridRetriever, LikingReranker]:
        """Retrieval and the liking model fitted on these events alone: for honest evaluation.

        Asked again about the very same events, it does not fit anew.

        Args:
            events: To fit on.
            sequence_weight: Of the tuned LLM, which is not fitted anew; None: that of the settings.
        """
        chosen = self._workspace.settings.retrieve
        if sequence_weight is not None:
            chosen = chosen.model_copy(update={"sequence_weight": sequence_weight})
        if self._fitted is None or self._fitted[0] is not events:
            self._fitted = events, self._fit(events)
        collaborative, neighbours, trend, liking = self._fitted[1]
        return self._retriever(collaborative, chosen, neighbours, trend), self._appeal(liking)

    def _fit(self, events: Log) -> tuple[Collaborative, Neighbours, Trend | None, LikingModel | None]:
        """The models of a log."""
        from convrec.retrieve.collaborative import Collaborative
        from convrec.retrieve.neighbours import Neighbours
        from convrec.retrieve.trend import Trend

        its, chosen = self._workspace, self._workspace.settings.retrieve
        collaborative = Collaborative.fit(
            events, its.catalogue, ridge=chosen.ridge, half_life=chosen.half_life, scale=its.scale
        )
        known = content(its.catalogue, its.index.vectors)
        liking = LikingModel.fit(events.histories(), self.rows, its.scale, content=known)
        alike, trend = Neighbours.fit(events, its.catalogue, its.scale), Trend.fit(events, its.catalogue)
        return collaborative, alike, trend, liking

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
            adapter="rank" if self._votes() else None,
        )

    def _votes(self) -> bool:
        """Whether the adapter `rank` was tuned to judge titles in words, and not to read item tokens."""
        from convrec.rerank.sequence import files

        folder = self.adapters.get("rank")
        return folder is not None and not (folder / files.FILE).is_file()

    @cached_property
    def appeal(self) -> LikingReranker:
        """Puts what will be liked first."""
        return self._appeal(self._workspace.liking)

    def _appeal(self, liking: LikingModel | None) -> LikingReranker:
        weight = self._workspace.settings.rerank.liking_weight
        return LikingReranker(liking, self.rows, self._workspace.scale, weight=weight)

    def _writer(self) -> ChatModel | None:
        """The model that words profiles and reasons; None: templates do."""
        from convrec.llm.local import LocalModel

        wording = self._workspace.settings.explain.wording
        served = not isinstance(self.model, LocalModel)
        return self.model if wording == "llm" or (wording == "auto" and served) else None

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
            self._writer(),
            popularity=None if log is None else log.counts.astype("float32"),
            adapter="profile" if "profile" in self.adapters else None,
            sentiment=self.sentiment,
        )

    @cached_property
    def sentiment(self) -> Sentiment | None:
        """Reads reviews; None where the encoder is not the one that it was fitted on."""
        from convrec.profile.sentiment import Sentiment

        return Sentiment.of(self._workspace.encoder)

    @cached_property
    def profile_reader(self) -> ProfileReader:
        """Reads a taste in words."""
        from convrec.profile.reading import ProfileReader

        its = self._workspace
        known = None if its.collaborative is None else its.collaborative.counts.tolist()
        return ProfileReader(its.catalogue, self.profiler.facets, its.settings.noun, popularity=known)

    @cached_property
    def explainer(self) -> EvidenceExplainer:
        """Words reasons."""
        from convrec.explain.explainer import EvidenceExplainer

        its = self._workspace
        return EvidenceExplainer(
            its.catalogue,
            its.scale,
            its.settings.noun,
            its.settings.verb,
            self._writer(),
            its.settings.explain,
            facets=self.profiler.facets,
            adapter="explain" if "explain" in self.adapters else None,
            sentiment=self.sentiment,
        )

    @cached_property
    def understander(self) -> Understander:
        """Reads what people say."""
        from convrec.dialogue.sense.understand import Understander

        its, own = self._workspace, self._workspace.settings
        counts = its.collaborative.counts.tolist() if its.collaborative is not None else []
        fame = {item.id: float(count) for item, count in zip(its.catalogue.items, counts, strict=False)}
        return Understander(
            its.catalogue, own.noun, own.verb, fame, tagger=self.tagger, encoder=its.encoder, now=own.chat.now
        )

    @cached_property
    def tagger(self) -> Tagger | None:
        """The tuned LLM, with the encoder beside it, as a reader of messages; None where there is no adapter for it."""
        from convrec.dialogue.readers.ear import open_ear
        from convrec.dialogue.readers.tagger import ADAPTER, Tagger
        from convrec.llm.local import LocalModel

        its, folder = self._workspace, self.adapters.get(ADAPTER)
        if folder is None or not isinstance(self.model, LocalModel):
            return None
        return Tagger(self.model, folder, ear=open_ear(for_hearing(its.folder, its.settings), its.settings))

    def quick_profile(self, history: History, edits: Sequence[Mapping[str, Any]]) -> Profile:
        """Statements with a text by template: milliseconds, no LLM."""
        statements = self.profiler.statements(history, edits)
        return Profile(history.user_id, self.profiler.template(statements), statements, history.digest)

    def check_edits(self, history: History, standing: Sequence[Mapping[str, Any]], edits: Sequence[Edit]) -> None:
        """Refuse an edit of a statement that does not exist; `UsageError` lists those that do."""
        statements = self.profiler.statements(history, standing)
        for edit in edits:
            if edit.action in ("ignore", "heed") and edit.facet and edit.value:
                self._check_feature(singular(edit.facet), edit.value)
            elif edit.action != "add" and edit.target not in {statement.id for statement in statements}:
                there = ", ".join(statement.id for statement in statements) or "none yet"
                raise UsageError(f"the profile has no statement {edit.target!r}; it has: {there}")
            statements = apply_edits(statements, [edit], self._workspace.settings.noun)

    def _check_feature(self, facet: str, value: str) -> None:
        if facet == "item" and value in self.rows:
            return
        if self.profiler.facets.number(facet, value) is None:
            known = [name for kind, name in self.profiler.facets.names if kind == facet]
            there = ", ".join(sorted(known)[:12]) or "none"
            raise UsageError(f"no item has {facet} {value!r}; of {facet} there are: {there}")

    def heeded(self, history: History, edits: Sequence[Mapping[str, Any]]) -> tuple[History, frozenset[ItemId]]:
        """The history without the events that the person said do not count, and the items of those."""
        features = ignored(edits) if history.user_id is not None else set()
        named = {value for facet, value in features if facet == "item"}
        facets = self.profiler.facets if features else None
        numbers = {number for one in features if facets and (number := facets.number(*one)) is not None}
        if facets is None or not (numbers or named):
            return history, frozenset()
        catalogue = self._workspace.catalogue
        gone = frozenset(
            one
            for one in dict.fromkeys(history.item_ids)
            if one in named or (one in catalogue and not numbers.isdisjoint(facets.of(catalogue.row(one)).tolist()))
        )
        return replace(history, events=tuple(event for event in history.events if event.item_id not in gone)), gone

    def explain(
        self, history: History, profile: Profile, request: Request, candidates: Sequence[Candidate]
    ) -> list[Explanation]:
        """One checked explanation a candidate; a failing LLM costs the wording, never the reasons."""
        contributions, liked_by = self._borne_by(history, candidates)
        return self.explainer.explain(
            history, profile, request, candidates, contributions=contributions, liked_by=liked_by
        )

    def grounds(
        self, history: History, profile: Profile, request: Request, candidates: Sequence[Candidate]
    ) -> list[Grounds]:
        """What each candidate rests on, before any wording."""
        contributions, liked_by = self._borne_by(history, candidates)
        return self.explainer.grounds(
            history, profile, request, candidates, contributions=contributions, liked_by=liked_by
        )

    def _borne_by(
        self, history: History, candidates: Sequence[Candidate]
    ) -> tuple[dict[ItemId, dict[ItemId, float]], dict[ItemId, tuple[int, int]]]:
        item_ids = [candidate.item_id for candidate in candidates]
        return self.retriever.contributions(history, item_ids), self.retriever.liked_by(history, item_ids)


class _Silent:
    """In the LLM's place where there is none: its weight is 0 and it is never asked."""

    name = "none"

    def generate(self, *_: object, **__: object) -> list[str]:
        raise RunError("llm", "the settings name no model")

    def score(self, *_: object, **__: object) -> list[float]:
        raise RunError("llm", "the settings name no model")
