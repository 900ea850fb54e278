"""The LLM's vote on a closed set of candidates, fused with the score they came with."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from statistics import fmean, pstdev

from convrec import prompts
from convrec.effort import effort
from convrec.protocols import Catalogue, ChatModel
from convrec.signal import Scale
from convrec.types import Candidate, History, ItemId, Profile, Request

_RECENT = 12
"""Liked items named in the prompt, newest last: short prompts keep the pass over the shared prefix short."""


class LanguageReranker:
    """Scores every candidate's title as the continuation of one shared prompt, in one forward pass.

    The score is the pointwise mutual information of title and person: log P(title | person) - log P(title | nobody).
    Without the second term a small model prefers titles that are likely strings (Holtzman et al. 2021, surface form
    competition). Both scores are brought to the same spread within the list, and fused as
    `(1 - weight) * score + weight * llm`, so that the shares in `sources` still add up. The model only ever chooses
    among the candidates.
    """

    def __init__(
        self,
        model: ChatModel,
        catalogue: Catalogue,
        scale: Scale,
        *,
        noun: str,
        weight: float,
        depth: int,
        adapter: str | None = None,
    ) -> None:
        """Keep the parts.

        Args:
            model: Scores continuations.
            catalogue: Where titles come from.
            scale: What counts as liking.
            noun: What one item is called.
            weight: Share of the LLM in the fused score, 0 to 1; at 0 the model is not asked.
            depth: How many candidates are scored, from the top; the rest keep their place below.
            adapter: Name of the adapter to score with; None: the base model.
        """
        self._model = model
        self._catalogue = catalogue
        self._scale = scale
        self._noun = noun
        self.weight = weight
        self.depth = depth
        self._adapter = adapter
        self._prior: dict[ItemId, float] = {}
        self._guard = threading.Lock()

    def rerank(
        self, history: History, profile: Profile | None, request: Request, candidates: Sequence[Candidate]
    ) -> list[Candidate]:
        """The same candidates, best first; see the class for the score. Raises `RunError("llm", ...)`."""
        head, tail = list(candidates[: self.depth]), list(candidates[self.depth :])
        if self.weight == 0 or len(head) < 2 or effort() == "bare":
            return list(candidates)
        votes = self.votes(history, profile, request, [candidate.item_id for candidate in head])
        fused = fuse(head, votes, self.weight)
        floor = min(candidate.score for candidate in fused)
        drop = max((candidate.score for candidate in tail), default=floor) - floor
        # The tail was not judged: it keeps its order, below all that was.
        return fused + [candidate.scored(candidate.score - max(drop, 0.0)) for candidate in tail]

    def votes(
        self, history: History, profile: Profile | None, request: Request, item_ids: Sequence[ItemId]
    ) -> list[float]:
        """Pointwise mutual information of each item with the person, in nats per token; higher is better."""
        labels = [f" {prompts.one_line(self._catalogue[item_id].label, 80)}" for item_id in item_ids]
        liked = [event for event in history.events if self._scale.likes(event) and event.item_id in self._catalogue]
        titles = list(dict.fromkeys(self._catalogue[event.item_id].label for event in liked))[-_RECENT:]
        taste = f"They liked: {'; '.join(titles)}." if titles else (profile.text if profile else "")
        wish = f"They ask for: {request.text}" if request.text else ""
        given = self._score(taste, wish, labels)
        with self._guard:
            unknown = [item_id for item_id in item_ids if item_id not in self._prior]
        if unknown:
            blank = self._score("", "", [labels[item_ids.index(item_id)] for item_id in unknown])
            with self._guard:
                self._prior.update(zip(unknown, blank, strict=True))
        return [score - self._prior[item_id] for item_id, score in zip(item_ids, given, strict=True)]

    def _score(self, taste: str, wish: str, labels: Sequence[str]) -> list[float]:
        messages = prompts.load("rank").render(noun=self._noun, taste=taste, wish=wish)
        return self._model.score(messages, labels, adapter=self._adapter)


def fuse(candidates: Sequence[Candidate], votes: Sequence[float], weight: float) -> list[Candidate]:
    """Candidates re-ordered by `(1 - weight) * score + weight * vote`, votes scaled to the scores' mean and spread.

    Args:
        candidates: Best first.
        votes: One a candidate, on any scale; higher is better.
        weight: 0 (as it was) to 1 (votes alone).
    """
    scores = [candidate.score for candidate in candidates]
    centre, spread = fmean(scores), pstdev(scores)
    mean, deviation = fmean(votes), pstdev(votes)
    fused = []
    for candidate, vote in zip(candidates, votes, strict=True):
        scaled = centre + spread * (vote - mean) / deviation if deviation > 0 else centre
        shares = {name: share * (1 - weight) for name, share in candidate.sources.items()} | {"llm": weight * scaled}
        fused.append(Candidate(candidate.item_id, (1 - weight) * candidate.score + weight * scaled, shares))
    # A stable sort: ties keep the order of retrieval.
    return sorted(fused, key=lambda candidate: -candidate.score)
