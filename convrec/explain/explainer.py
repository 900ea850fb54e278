"""Candidates to reasons: evidence by code, words by template or by a model whose sentences are checked."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from convrec.config import ExplainSettings
from convrec.effort import effort
from convrec.errors import RunError
from convrec.explain.claims import MOST_SENTENCES, Checked, checked
from convrec.explain.evidence import EvidenceFinder, Grounds
from convrec.explain.phrases import fact_subject
from convrec.explain.templates import Templates
from convrec.explain.wording import ExplanationWording, stumbles
from convrec.profile.facets import Facets
from convrec.profile.opinions import opinions
from convrec.profile.sentiment import Sentiment
from convrec.protocols import Catalogue, ChatModel
from convrec.signal import Scale
from convrec.types import Candidate, Explanation, History, ItemId, Profile, Request
from convrec.unstated import with_silence
from convrec.when import with_when

log = logging.getLogger("convrec")


class EvidenceExplainer:
    """Says why, from evidence; satisfies `protocols.Explainer`.

    What a model writes is shown only where every claim of it is borne out; a template from the same evidence stands
    in for the rest. Thread-safe: nothing changes after construction.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        scale: Scale,
        noun: str,
        verb: str,
        model: ChatModel | None = None,
        settings: ExplainSettings | None = None,
        *,
        facets: Facets | None = None,
        adapter: str | None = None,
        sentiment: Sentiment | None = None,
    ) -> None:
        """Keep the parts.

        Args:
            catalogue: The items.
            scale: What a rating says.
            noun: What one item is called.
            verb: What people do with it, past tense.
            model: Words the reasons; None: templates do.
            settings: Who words, and how long.
            facets: Of the same catalogue (`TasteProfiler.facets`), where they have been read already.
            adapter: Name of the adapter that words explanations.
            sentiment: Reads reviews; None: they are passed over.
        """
        self._catalogue = catalogue
        self._scale = scale
        self._noun = noun
        self._verb = verb
        self._settings = settings or ExplainSettings()
        self._sentiment = sentiment
        self._facets = facets or Facets(catalogue)
        worded = model is not None and self._settings.wording != "template"
        self._wording = (
            ExplanationWording(model, noun, verb, self._settings.max_tokens, adapter) if worded and model else None
        )

    @property
    def writer(self) -> str:
        """Who words the reasons: the name of the model and its adapter, or `template`."""
        return "template" if self._wording is None else self._wording.writer

    def grounds(
        self,
        history: History,
        profile: Profile | None,
        request: Request,
        candidates: Sequence[Candidate],
        *,
        contributions: Mapping[ItemId, Mapping[ItemId, float]] | None = None,
        liked_by: Mapping[ItemId, tuple[int, int]] | None = None,
    ) -> list[Grounds]:
        """The evidence for each candidate, before any wording; arguments as `explain`."""
        found = opinions(history, self._catalogue, self._scale, self._verb, self._sentiment)
        finder = EvidenceFinder(self._catalogue, self._facets, found, profile, request, contributions or {}, liked_by)
        return [finder.grounds(candidate) for candidate in candidates]

    def explain(
        self,
        history: History,
        profile: Profile | None,
        request: Request,
        candidates: Sequence[Candidate],
        *,
        contributions: Mapping[ItemId, Mapping[ItemId, float]] | None = None,
        liked_by: Mapping[ItemId, tuple[int, int]] | None = None,
    ) -> list[Explanation]:
        """One checked explanation a candidate, in the same order.

        Args:
            history: What the person did.
            profile: What is known of their taste; None: nothing.
            request: What they want now.
            candidates: What is recommended, best first.
            contributions: For each candidate, the share of each item of the history in its collaborative score.
            liked_by: For each candidate, how many of the people closest in taste like it, and how many there are.

        Raises:
            RunError: The model failed (stage `llm`).
        """
        grounds = self.grounds(history, profile, request, candidates, contributions=contributions, liked_by=liked_by)
        found = self.put(grounds, self.written(grounds))
        items = [self._catalogue[one.item_id] for one in candidates]
        found = [with_when(own, item, request.filters, self._catalogue) for own, item in zip(found, items, strict=True)]
        return [with_silence(own, item, request) for own, item in zip(found, items, strict=True)]

    def written(self, grounds: Sequence[Grounds]) -> list[str]:
        """The model's words for each, as one batch; empty where it is not asked, or failed."""
        return self.chosen(grounds, self.drafts(grounds))

    def drafts(self, grounds: Sequence[Grounds]) -> list[list[str]]:
        """What the model writes of each, the one that is wanted most first, unchecked; none where it is not asked."""
        if self._wording is None or not grounds or effort() != "full":
            return [[] for _ in grounds]
        try:
            return self._wording.drafts(grounds)
        except RunError as error:
            log.warning("reasons are worded by template: %s", error)
            return [[] for _ in grounds]

    def chosen(self, grounds: Sequence[Grounds], drafts: Sequence[Sequence[str]]) -> list[str]:
        """Of each the draft that may be shown and says most, else the first."""
        if self._wording is None:
            return [""] * len(grounds)
        return [self._wording.chosen(one, texts) for one, texts in zip(grounds, drafts, strict=True)]

    def put(self, grounds: Sequence[Grounds], texts: Sequence[str]) -> list[Explanation]:
        """Explanations of one list: what was written as far as it passes, else the templates' words.

        Args:
            grounds: The evidence of each.
            texts: What a model wrote of each; empty: nothing.
        """
        templates = Templates(self._noun, self._verb)
        plain = [Explanation(*templates.explain(one)) for one in grounds]
        return [
            self._worded(one, text, templates) or fallback
            for one, text, fallback in zip(grounds, texts, plain, strict=True)
        ]

    def _worded(self, grounds: Grounds, text: str, templates: Templates) -> Explanation | None:
        """The model's text as far as it passes, with what it left out; None where it does not pass."""
        if self._wording is None or not text:
            return None
        material = self._wording.material(grounds)
        own = checked(text, material)
        if (
            own is None
            or stumbles(own.text, material)
            or (grounds.wishes and all(claim.kind != "wish" for claim in own.claims))
        ):
            return None  # a reason for somebody's wish names the wish
        if own.sentences < MOST_SENTENCES:
            kind = "history" if any(claim.kind == "history" for claim in own.claims) else ""
            more = templates.further.after(grounds, _subjects(own, grounds), kind)
            if more is not None:
                own = Checked(f"{own.text} {more.text}", (*own.claims, *more.claims), MOST_SENTENCES)
        return Explanation(own.text, own.claims, grounded=True, written_by=self._wording.writer)


def _subjects(own: Checked, grounds: Grounds) -> set[str]:
    """What was said, so that it is not said again; what speaks against the item was named, and not that it does."""
    found = {claim.subject for claim in own.claims}
    found |= {fact_subject(one.fact) for one in grounds.wishes if one.fact is not None and one.said in found}
    sour = grounds.against
    if sour is not None and sour.id in found:
        found = (found - {sour.id}) | {fact_subject((sour.facet, sour.value))}
    return found
