"""What ranking costs: given candidates for a long history, with the LLM and without, each history a new one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convrec.errors import UsageError
from convrec.evaluate.latency import quantiles
from convrec.types import History, Interaction, ItemId

if TYPE_CHECKING:
    from convrec.recommend import Recommender

Progress = Callable[[str], None]

Case = tuple[History, list[ItemId]]
"""A history and the candidates to be ranked for it."""

_SPARE = 3
"""Cases beside those measured: the first call and two to warm up."""
_TRIES = 100


class Opens(Protocol):
    """Opens the same workspace with other settings: `Recommender.open` with its folder."""

    def __call__(self, **settings: Any) -> Recommender:
        """Settings by section."""
        ...


def measure(
    opens: Opens,
    *,
    people: int = 50,
    events: int = 64,
    candidates: int = 50,
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Seconds of `recommend(history=..., candidates=..., explain=False)`, one call after another.

    Every call has a history of its own, so nothing that the ranker remembers of a person helps.

    Args:
        opens: Opens the workspace; it is opened twice, one after the other.
        people: Calls measured.
        events: Of a history; fewer where the catalogue has too few items.
        candidates: To be ranked; the rest of the catalogue where that is less.
        seed: Of the histories and candidates.
        progress: Told each step.

    Returns:
        `with_llm` and `without_llm`: seconds of the first call, which loads the model (`first`), and `p50`, `p95` and
        `max` of the others. `llm` says what the LLM does: `ranks` (an adapter scores the candidates), `votes` (it
        compares them in words), or `nothing`, and `why`; then there is no `with_llm`.

    Raises:
        UsageError: The workspace has no log, or a number is below 1.
    """
    if min(people, events, candidates) < 1:
        raise UsageError("people, events and candidates must each be at least 1")
    figures: dict[str, Any] = {"people": people}
    with opens() as rec:
        cases = draw(rec, people + _SPARE, events=events, candidates=candidates, seed=seed)
        part, settings = _part(rec)
    figures |= {"events": len(cases[0][0].events), "candidates": len(cases[0][1]), **part}
    if part["llm"] != "nothing":
        progress("ranking with the LLM")
        with opens(**settings) as rec:
            figures["with_llm"] = _timed(rec, cases)
    progress("ranking without it")
    with opens(models={"llm": "none"}) as rec:
        figures["without_llm"] = _timed(rec, cases)
    return figures


def draw(rec: Recommender, count: int, *, events: int, candidates: int, seed: int) -> list[Case]:
    """Histories that differ from each other, with candidates that are not in them.

    A history is a stretch of somebody's own; where people have fewer events, others' events are put before them.

    Raises:
        UsageError: The workspace has no log, or hardly any items.
    """
    rng = np.random.default_rng(seed)
    people = [
        kept
        for history in rec.store.events.log().histories()
        if (kept := [event for event in history.events if event.item_id in rec.catalogue])
    ]
    if not people:
        raise UsageError("the workspace has no log, so there are no histories to rank for")
    ids = [item.id for item in rec.catalogue.items]
    if len(ids) < 2:
        raise UsageError("the catalogue has fewer than two items: nothing to rank")
    events = min(events, max(1, len(ids) // 2))
    pooled = [event for own in people for event in own]
    cases: list[Case] = []
    drawn: set[tuple[ItemId, ...]] = set()
    while len(cases) < count:
        past = _stretch(people, pooled, events, rng)
        for _ in range(_TRIES):
            if (key := tuple(event.item_id for event in past)) not in drawn:
                break
            # A small log has few stretches: the same events in another order are another history to the ranker.
            past = tuple(past[place] for place in rng.permutation(len(past)).tolist())
        drawn.add(key)
        known = set(key)
        left = [item for item in ids if item not in known]
        chosen = rng.choice(len(left), min(candidates, len(left)), replace=False)
        stamped = tuple(replace(event, timestamp=float(at)) for at, event in enumerate(past))
        cases.append((History(None, stamped), [left[place] for place in chosen.tolist()]))
    return cases


def _stretch(
    people: Sequence[Sequence[Interaction]], pooled: Sequence[Interaction], events: int, rng: np.random.Generator
) -> tuple[Interaction, ...]:
    own = people[int(rng.integers(len(people)))]
    end = int(rng.integers(min(events, len(own)), len(own) + 1))
    stretch = own[max(0, end - events) : end]
    strange = [pooled[place] for place in rng.integers(len(pooled), size=events - len(stretch)).tolist()]
    return (*strange, *stretch)


def _part(rec: Recommender) -> tuple[dict[str, str], dict[str, Any]]:
    """What the LLM does in ranking, and settings with which it does it."""
    if rec.model is None:
        return {"llm": "nothing", "why": "the settings name no LLM"}, {}
    if rec.stages.sequence is not None:
        if rec.settings.retrieve.sequence_weight:
            return {"llm": "ranks", "why": "an adapter for it is in use"}, {}
        why = "an adapter for it is in use, with weight 0 in the settings; measured with weight 1"
        return {"llm": "ranks", "why": why}, {"retrieve": {"sequence_weight": 1.0}}
    if rec.settings.rerank.llm_weight:
        return {"llm": "votes", "why": "no adapter for ranking is in use; it votes in words"}, {}
    why = "no adapter for ranking is in use (`convrec tune WORKSPACE` makes one), and [rerank] llm_weight is 0"
    return {"llm": "nothing", "why": why}, {}


def _timed(rec: Recommender, cases: Sequence[Case]) -> dict[str, float]:
    seconds = []
    for history, candidates in cases:
        start = time.perf_counter()
        rec.recommend(history=history, candidates=candidates, k=len(candidates), explain=False)
        seconds.append(time.perf_counter() - start)
    return {"first": round(seconds[0], 4), **quantiles(seconds[_SPARE:])}
