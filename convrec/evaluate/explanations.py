"""Are reasons true, varied, and to the point: explanations over many people, with and without a wish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.evaluate.claims import Crowd, Witness
from convrec.evaluate.interval import bootstrap
from convrec.language import facet_phrase, plural, short_title
from convrec.types import Candidate, History, Profile, Recommendation, Request

if TYPE_CHECKING:
    from convrec.recommend import Recommender

CARDS = 5
_MOST_CELLS = 50_000_000
"""People times items that can be laid out whole, to count neighbours again."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Case:
    history: History
    profile: Profile
    request: Request
    wish: str
    chosen: Sequence[Recommendation]


def evaluate(
    rec: Recommender, *, count: int = 2000, seed: int = 0, progress: Progress = lambda message: None
) -> dict[str, Any]:
    """Figures of about `count` explanations, five a list, every second list for a wish.

    Returns:
        `shown`: claims supported by the independent check, distinctness, length, wishes named; `model`: how many of
        its texts passed before repair, where a model words them; `seconds` a list.
    """
    cases = list(_cases(rec, count, seed, progress))
    log = rec.store.events.log()
    dense = len(log.users) * len(rec.catalogue) <= _MOST_CELLS
    crowd = Crowd(log, rec.catalogue, rec.scale) if dense and len(log) else None
    texts: list[str] = []
    wrong: list[str] = []
    seconds: list[float] = []
    own: list[bool] = []
    named: list[bool] = []
    claims = 0
    for number, case in enumerate(cases):
        start = time.perf_counter()
        candidates = [Candidate(one.item.id, one.score, one.sources) for one in case.chosen]
        found = rec.stages.explain(case.history, case.profile, case.request, candidates)
        seconds.append(time.perf_counter() - start)
        for entry, reason in zip(case.chosen, found, strict=True):
            witness = Witness(entry.item, case.history, case.profile, case.wish, rec.catalogue)
            texts.append(reason.text)
            own.append(reason.written_by != "template")
            claims += len(reason.claims)
            faults = ((claim, witness.refutes(claim, crowd)) for claim in reason.claims)
            wrong.extend(f"{reason.text} [{claim.text}: {why}]" for claim, why in faults if why)
            if case.wish:
                named.append(any(claim.kind == "wish" for claim in reason.claims))
        if number % 50 == 49:
            progress(f"{len(texts)} of {count} explanations")
    lengths = np.array([len(text.split()) for text in texts])
    return {
        "explanations": len(texts),
        "seed": seed,
        "shown": {
            "claims": claims,
            "claims_supported": 1 - len(wrong) / max(claims, 1),
            "faults": wrong[:5],
            "distinct": len(set(texts)) / max(len(texts), 1),
            "words": {"mean": float(lengths.mean()), "most": int(lengths.max())},
            "wish_named": bootstrap(np.array(named, dtype=float), seed=seed) if named else None,
        },
        "written_by_the_model": float(np.mean(own)) if own else 0.0,
        "seconds_a_list": {"p50": float(np.median(seconds)), "p95": float(np.quantile(seconds, 0.95))},
    }


def _cases(rec: Recommender, count: int, seed: int, progress: Progress) -> Iterator[_Case]:
    draw = np.random.default_rng(seed)
    users = [history for history in rec.store.events.log().histories() if len(history.events) >= 5]
    order = draw.permutation(len(users))
    progress(f"recommending to {min(len(users), count // CARDS)} people")
    made = 0
    for number in range(count // CARDS):
        history = users[order[number % len(users)]]
        wish = _wish(rec, history, draw) if number % 2 else ""
        answer = rec.answer(history.user_id, query=wish or None, k=CARDS, explain=False)
        if answer.recommendations:
            made += 1
            yield _Case(history, answer.profile, answer.request, wish, answer.recommendations)


def _wish(rec: Recommender, history: History, draw: np.random.Generator) -> str:
    """A wish in words, of a kind that the catalogue can meet."""
    noun = rec.settings.noun
    genres = [value for value, many in rec.catalogue.values("genres").items() if many >= 10]
    own = [one for one in history.item_ids if one in rec.catalogue]
    if own and (not genres or draw.random() < 0.3):
        return f"something like {short_title(rec.catalogue[own[int(draw.integers(len(own)))]].title)}"
    if not genres:
        return ""
    genre = genres[int(draw.integers(len(genres)))]
    years = sorted(
        {item.year // 10 * 10 for item in rec.catalogue.items if item.year is not None and genre in item.genres}
    )
    if years and draw.random() < 0.5:
        return f"{facet_phrase('genre', [genre], noun)} from the {years[int(draw.integers(len(years)))]}s"
    return facet_phrase("genre", [genre], noun) if draw.random() < 0.5 else f"good {genre.lower()} {plural(noun)}"
