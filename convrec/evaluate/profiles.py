"""Are profiles true, and do they steer: statements recounted, texts checked, words alone recommended from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.splits import last_item_out
from convrec.evaluate.interval import bootstrap, relative_gain
from convrec.evaluate.recount import faults
from convrec.evaluate.steering import Steering, steer
from convrec.evaluate.upkeep import counterfactuals, seconds
from convrec.profile.prose import passages
from convrec.types import History, Profile, Request

if TYPE_CHECKING:
    from convrec.profile.wording import ProfileWording
    from convrec.recommend import Recommender
    from convrec.retrieve.retriever import HybridRetriever

DEPTH = 100
Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Found:
    """Whether the next item is among the candidates, person by person."""

    words: list[float]
    history: list[float]


def evaluate(
    rec: Recommender,
    *,
    max_users: int = 300,
    seed: int = 0,
    worded: bool = False,
    validation: bool = False,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Figures of profiles over a sample of people.

    Args:
        rec: An open recommender with a log.
        max_users: People in the sample.
        seed: Of the sample and the bootstrap.
        worded: Whether the LLM writes the texts, too (a second or two a person).
        validation: Whether the text alone is judged by the second newest event: for whoever chooses weights.
        progress: Told each step.

    Returns:
        `statements`, `text`, `words_alone`, `steering`, `counterfactuals`, `seconds`, and with `worded` also `written`,
        each with what was counted.
    """
    log = rec.store.events.log()
    split = last_item_out(log)
    hidden = (split.validation if validation else split.test).interactions()
    held = {event.user_id: event.item_id for event in hidden if event.item_id in rec.catalogue}
    people = [history for history in log.histories() if history.user_id in held]
    if len(people) > max_users:
        chosen = np.random.default_rng(seed).choice(len(people), max_users, replace=False)
        people = [people[place] for place in sorted(chosen.tolist())]
    progress(f"recounting the statements of {len(people)} people")
    figures: dict[str, Any] = {"people": len(people), "seed": seed}
    profiles = [rec.stages.profiler.profile(history, worded=False) for history in people]
    figures["statements"] = _statements(rec, people, profiles)
    figures["text"] = _texts(rec, people, [profile.text for profile in profiles])
    progress("recommending from the text alone")
    figures["words_alone"] = _words_alone(rec, split.train.histories(), {h.user_id for h in people}, held, seed)
    progress("steering by the text")
    figures["steering"] = _steering(rec, people, profiles, seed)
    progress("ranking again without some events")
    figures["counterfactuals"] = counterfactuals(rec, people)
    figures["seconds"] = seconds(rec, people)
    if worded and rec.stages.profiler.wording is not None:
        progress("writing the texts")
        figures["written"] = _written(rec, people, profiles, rec.stages.profiler.wording, progress)
    return figures


def _statements(rec: Recommender, people: Sequence[History], profiles: Sequence[Profile]) -> dict[str, Any]:
    """Every count, rating and event of every statement, against the raw events."""
    checked = wrong = 0
    first: list[str] = []
    for history, profile in zip(people, profiles, strict=True):
        for statement in profile.statements:
            found = faults(statement, history, rec.catalogue, rec.scale)
            checked += 1
            wrong += bool(found)
            first.extend(f"{history.user_id}: {statement.id}: {fault}" for fault in found[: 5 - len(first)])
    return {"checked": checked, "right": 1 - wrong / max(checked, 1), "faults": first[:5]}


def _texts(rec: Recommender, people: Sequence[History], texts: Sequence[str]) -> dict[str, Any]:
    """Length and variety, and titles outside the person's history."""
    reader = rec.stages.profile_reader
    strange = 0
    for history, text in zip(people, texts, strict=True):
        own = set(history.item_ids)
        read = reader.read(text, own)  # of two items with one title, the person's is meant
        strange += sum(one.item_id not in own for statement in read for one in statement.evidence)
    lengths = np.array([len(text.split()) for text in texts])
    return {
        "words": {"mean": float(lengths.mean()), "least": int(lengths.min()), "most": int(lengths.max())},
        "titles_outside_history": strange,
        "distinct": len(set(texts)) / len(texts),
    }


def _words_alone(
    rec: Recommender, histories: Any, chosen: set[str | None], held: dict[str, str], seed: int
) -> dict[str, Any]:
    """Recall of the held item among 100 candidates, from the text alone and from the whole history."""
    past = [history for history in histories if history.user_id in chosen]
    retriever, _ = rec.stages.fitted_on(last_item_out(rec.store.events.log()).train)
    found = _Found([], [])
    for history in past:
        target = held[history.user_id or ""]
        own = History(None, history.events)
        profile = rec.stages.profiler.profile(own, worded=False)
        words = Profile(None, profile.text, rec.stages.profile_reader.read(profile.text))
        seen = frozenset(own.item_ids)
        found.words.append(_holds(retriever, History(), words, Request(k=DEPTH, alpha=0.0, exclude=seen), target))
        found.history.append(_holds(retriever, own, profile, Request(k=DEPTH), target))
    by_words, by_history = np.array(found.words), np.array(found.history)
    return {
        f"recall@{DEPTH}_text": bootstrap(by_words, seed=seed),
        f"recall@{DEPTH}_history": bootstrap(by_history, seed=seed),
        "share": float(by_words.mean() / max(by_history.mean(), 1e-9)),
        "gain": relative_gain(by_words, by_history, seed=seed),
    }


def _holds(retriever: HybridRetriever, history: History, profile: Profile, request: Request, target: str) -> float:
    found = retriever.retrieve(history, profile, request, DEPTH)
    return float(any(candidate.item_id == target for candidate in found))


def _steering(rec: Recommender, people: Sequence[History], profiles: Sequence[Profile], seed: int) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    tried: list[Steering] = []
    for history, profile in zip(people, profiles, strict=True):
        made = steer(rec, history, profile, draw)
        if made is not None:
            tried.append(made)
    if not tried:
        return {"people": 0}
    return {
        "people": len(tried),
        "swap_moves_as_asked": bootstrap(np.array([one.moved for one in tried], dtype=float), seed=seed),
        "kendall_tau_of_the_rest": bootstrap(np.array([one.tau for one in tried]), seed=seed),
        "no_more_obeyed": bootstrap(np.array([one.none_left for one in tried], dtype=float), seed=seed),
        "more_obeyed": bootstrap(np.array([one.more_came for one in tried], dtype=float), seed=seed),
    }


def _written(
    rec: Recommender,
    people: Sequence[History],
    profiles: Sequence[Profile],
    wording: ProfileWording,
    progress: Progress,
) -> dict[str, Any]:
    """Sentences of the LLM: how many pass before what fails is replaced, and what the texts are then."""
    import time

    from convrec.profile.wording import composed

    asked = passed = shown = 0
    texts, seconds = [], []
    for number, profile in enumerate(profiles):
        written = passages(profile.statements, rec.settings.noun)
        start = time.perf_counter()
        answers = wording.answers(written)
        seconds.append(time.perf_counter() - start)
        asked += sum(bool(answer.said) for answer in answers)
        passed += sum(answer.supported for answer in answers)
        shown += sum(bool(answer.kept) for answer in answers)
        texts.append(composed(answers))
        if number % 25 == 24:
            progress(f"{number + 1} of {len(profiles)} texts")
    figures = _texts(rec, people, texts)
    openings = {" ".join(text.split()[:3]) for text in texts}
    return {
        "sentences": asked,
        "supported_before_repair": passed / max(asked, 1),
        "shown": shown / max(asked, 1),
        **figures,
        "openings": len(openings) / len(texts),
        "seconds": {"p50": float(np.median(seconds)), "p95": float(np.quantile(seconds, 0.95))},
    }
