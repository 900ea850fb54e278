"""Will they like it: probabilities for people whom no model has seen, beside their peers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.log import Log
from convrec.data.splits import held_out_users
from convrec.errors import UsageError
from convrec.evaluate.judged import Judged, calibration, figures, roc
from convrec.evaluate.predictors import (
    LanguagePredictor,
    LikeRate,
    LikeRateItemMeans,
    Liking,
    MatrixFactorisation,
    Predictor,
    PredictsRatings,
)
from convrec.types import History, Interaction

if TYPE_CHECKING:
    from convrec.protocols import Catalogue
    from convrec.recommend import Recommender
    from convrec.signal import Scale

SHARE = 0.2
"""Of the people held out, and of the events of each that are predicted."""
MOST = 50
SHOTS = (16, 64, 256)
"""Training people of the few-shot curve, before all of them."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """One held-out person: what is known, and what is to be predicted."""

    history: History
    targets: tuple[Interaction, ...]


def split(
    log: Log, catalogue: Catalogue, *, parts: str = "newest", seed: int = 0, share: float = SHARE
) -> tuple[Log, list[Case]]:
    """The log without the held-out people, and a case for each of these.

    Of each held-out person a fifth of the items is predicted from the rest, at least 1 and at most 50. An item
    counts by its newest event; people of a single item are left out, and so is what says nothing (`seen`).

    Args:
        log: Everybody's events.
        catalogue: Events about other items are left out.
        parts: Which fifth is predicted: `newest` or `random`.
        seed: Of the choice of people, and of events.
        share: Of the people held out.

    Raises:
        UsageError: `parts` is unknown, or nobody is left to learn from or to predict for.
    """
    if parts not in ("newest", "random"):
        raise UsageError(f"parts {parts!r} is neither 'newest' nor 'random'")
    held = held_out_users(log.users, share, seed)
    out = np.array([user in held for user in log.users], dtype=bool)[log.user_codes]
    train = log.take(~out)
    cases = [case for history in log.take(out).histories() if (case := _case(history, catalogue, parts, seed))]
    if not cases or not len(train):
        raise UsageError(
            f"of {len(log.users)} people {len(held)} are held out, {len(cases)} of them with two items or more: "
            "there is nothing to compare; another seed or a larger log is needed"
        )
    return train, cases


def _case(history: History, catalogue: Catalogue, parts: str, seed: int) -> Case | None:
    newest: dict[str, Interaction] = {}
    for event in history.events:
        if event.item_id in catalogue and event.kind != "seen":
            newest.pop(event.item_id, None)
            newest[event.item_id] = event
    events = list(newest.values())
    if len(events) < 2:
        return None
    size = max(1, min(MOST, int(len(events) * SHARE)))
    places = set(range(len(events) - size, len(events)))
    if parts == "random":
        digest = int.from_bytes((history.user_id or "").encode()[-8:], "big")
        places = set(np.random.default_rng((seed, digest)).choice(len(events), size, replace=False).tolist())
    kept = tuple(event for place, event in enumerate(events) if place not in places)
    return Case(History(None, kept), tuple(event for place, event in enumerate(events) if place in places))


def evaluate(
    rec: Recommender,
    *,
    parts: str = "newest",
    llm: bool = False,
    few_shot: bool = False,
    max_users: int | None = None,
    extra: Sequence[Predictor] = (),
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Figures of convrec's probability of liking and its peers on people held out whole.

    Args:
        rec: An open recommender; its fitted models are not used, its settings, vectors and LLM are.
        parts: Which fifth of a held-out person's events is predicted.
        llm: Also the untuned LLM, asked in words.
        few_shot: Also convrec fitted on 16, 64 and 256 people.
        max_users: A sample of so many held-out people; None: all of them.
        extra: Further predictors, such as convrec with an adapter; the last one is then "ours".
        seed: Of the people, the events, the samples and the bootstrap.
        progress: Told each step.

    Raises:
        UsageError: The log is too small, or holds likes alone or none at all.
    """
    train, cases = split(rec.store.events.log(), rec.catalogue, parts=parts, seed=seed)
    if max_users is not None and len(cases) > max_users:
        chosen = np.random.default_rng(seed).choice(len(cases), max_users, replace=False)
        cases = [cases[place] for place in sorted(chosen.tolist())]
    likes = np.array([float(rec.scale.likes(event)) for case in cases for event in case.targets])
    if likes.min() == likes.max():
        raise UsageError(
            "what is to be predicted was all liked or all disliked: the log records choices, not opinions; "
            "`convrec evaluate ranking` measures those"
        )
    ours = Liking(rec.workspace.index.vectors, seed=seed)
    systems: list[Predictor] = [LikeRate(), LikeRateItemMeans(), MatrixFactorisation()]
    if llm:
        if rec.model is None:
            raise UsageError("the settings name no LLM, so it cannot be judged; leave out --llm or set models.llm")
        systems.append(LanguagePredictor(rec.model, noun=rec.settings.noun))
    systems += [ours, *extra]
    judged: dict[str, Judged] = {}
    seconds = {}
    for system in systems:
        start = time.perf_counter()
        judged[system.name] = judge(system, train, cases, rec.catalogue, rec.scale, progress)
        seconds[system.name] = time.perf_counter() - start
    own, differences = figures(judged, systems[-1].name, seed)
    made: dict[str, Any] = {
        "protocol": f"people unseen in training; of each the {parts} fifth of the items predicted from the rest",
        "people": len(cases),
        "trained_on": len(train.users),
        "events": len(likes),
        "liked": float(likes.mean()),
        "seed": seed,
        "ours": systems[-1].name,
        "systems": own,
        "differences": differences,
        "seconds": seconds,
        "calibration": {name: calibration(entry) for name, entry in judged.items()},
        "roc": {name: roc(entry) for name, entry in judged.items()},
    }
    if few_shot:
        made["few_shot"] = dict(_few_shot(rec, train, cases, judged[ours.name], seed, progress))
    return made


def judge(
    system: Predictor, train: Log, cases: Sequence[Case], catalogue: Catalogue, scale: Scale, progress: Progress
) -> Judged:
    """Fit a predictor on the training people and ask it about every case."""
    progress(f"{system.name}: fitting on {len(train.users):,} people")
    system.fit(train, catalogue, scale)
    progress(f"{system.name}: predicting for {len(cases):,} people")
    chances, expected, likes, ratings, sizes = [], [], [], [], []
    for case in cases:
        items = [event.item_id for event in case.targets]
        chances.append(system.predict(case.history, items))
        if isinstance(system, PredictsRatings):
            expected.append(system.ratings(case.history, items))
        likes += [float(scale.likes(event)) for event in case.targets]
        ratings += [np.nan if event.rating is None else event.rating for event in case.targets]
        sizes.append(len(items))
    return Judged(
        np.repeat(np.arange(len(cases)), sizes),
        np.concatenate(chances),
        np.array(likes),
        np.concatenate(expected) if expected else None,
        np.array(ratings, dtype=np.float64),
    )


def _few_shot(
    rec: Recommender, train: Log, cases: Sequence[Case], whole: Judged, seed: int, progress: Progress
) -> Iterator[tuple[str, Any]]:
    """Figures of convrec fitted on some of the training people, then on all."""
    order = np.random.default_rng(seed).permutation(len(train.users))
    for shots in SHOTS:
        if shots >= len(order):
            break
        part = train.take(np.isin(train.user_codes, order[:shots]))
        name = f"{shots} people"
        entry = judge(Liking(rec.workspace.index.vectors, seed=seed), part, cases, rec.catalogue, rec.scale, progress)
        yield name, figures({name: entry}, name, seed)[0][name]
    yield f"all {len(order)} people", figures({"all": whole}, "all", seed)[0]["all"]
