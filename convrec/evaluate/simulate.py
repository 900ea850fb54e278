"""Simulated people talk to the recommender: does talking find what they went on to like, and sooner?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.chat import Chat
from convrec.errors import UsageError
from convrec.evaluate.interval import Estimate, bootstrap, difference, randomisation, relative_gain
from convrec.evaluate.simulate_facts import Facts, gives_away
from convrec.evaluate.simulate_person import Person, Rephrase
from convrec.evaluate.simulate_talk import Table, Talk, converse, pages, without
from convrec.types import History, Item

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.data.log import Log
    from convrec.recommend import Recommender

    Found = NDArray[np.int64]

LEAST_EVENTS = 5
LEAST_FACTS = 3
TALK, PAGES, VISITOR = "talk", "without dialogue", "without profile"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A person and what they went on to like.

    Attributes:
        history: Before it.
        target: The newest item they liked.
    """

    history: History
    target: Item


def evaluate(
    rec: Recommender,
    *,
    users: int = 300,
    turns: int = 5,
    seed: int = 0,
    rephrase: Rephrase | None = None,
    sample: int = 5,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Success of talks beside five cards a turn without a word, and beside talks of strangers.

    Of each person the newest liked item and everything after it is hidden: the models of the log, the neighbours and
    the profile are made without. The person is after that item, and never names it.

    Args:
        rec: An open recommender; its fitted models are not used.
        users: People, drawn at random.
        turns: Messages a talk may have.
        seed: Of the draw, of what the people say, and of the intervals.
        rephrase: Words what they say anew; None: templates.
        sample: Talks given in full.
        progress: Told each step.

    Returns:
        For each of the three systems `success` by turn with intervals, `turns_to_success`, `questions`, `left`; the
        `comparisons` of the talk with the others; what each turn `adds`; `leaks`; `why_not`; some `talks`.

    Raises:
        UsageError: The catalogue has no facts to speak of, or nobody has enough history.
    """
    facts = Facts(rec.catalogue, rec.understander.lexicon.fields, rec.settings.noun)
    cases, train = _cases(rec, facts, users, seed)
    progress(f"fitting without what {len(cases)} people went on to like")
    with without(rec, train) as blind:
        table = Table(blind)
        talks: dict[str, list[Talk]] = {TALK: [], VISITOR: []}
        paged: list[int] = []
        for number, case in enumerate(cases):
            for name, user_id in ((TALK, case.history.user_id), (VISITOR, None)):
                draw = np.random.default_rng([seed, number])
                person = Person(case.history, case.target, facts, rec.scale, draw, rephrase)
                talks[name].append(converse(person, Chat(table, user_id), turns))
            paged.append(pages(blind, case.history, case.target.id, turns, rec.settings.chat.cards))
            if number % 50 == 49:
                progress(f"{number + 1} of {len(cases)} people")
    found = {name: np.array([talk.found for talk in of]) for name, of in talks.items()} | {PAGES: np.array(paged)}
    return {
        "people": len(cases),
        "turns": turns,
        "cards": rec.settings.chat.cards,
        "items": len(rec.catalogue),
        "seed": seed,
        "wording": "templates" if rephrase is None else "llm",
        "systems": {name: _figures(found[name], talks.get(name, []), turns, seed) for name in (TALK, PAGES, VISITOR)},
        "comparisons": {name: _compared(found[TALK], found[name], seed) for name in (PAGES, VISITOR)},
        "adds": _adds(found[TALK], turns, seed),
        "by_style": _by_style(talks[TALK]),
        "leaks": _leaks(talks, cases),
        "still_fit": float(np.median([talk.fits for talk in talks[TALK]])),
        "why_not": _why_not(rec, talks[TALK], cases),
        "talks": [_told(rec, talk, case) for talk, case in zip(talks[TALK][:sample], cases, strict=False)],
    }


def _cases(rec: Recommender, facts: Facts, users: int, seed: int) -> tuple[list[Case], Log]:
    log = rec.store.events.log()
    cases = []
    for history in log.histories():
        liked = [
            place
            for place, event in enumerate(history.events)
            if place >= LEAST_EVENTS and rec.scale.likes(event) and event.item_id in rec.catalogue
        ]
        if not liked:
            continue
        past = History(history.user_id, history.events[: liked[-1]])
        target = rec.catalogue[history.events[liked[-1]].item_id]
        if target.id not in past.item_ids and len(facts.of(target)) >= LEAST_FACTS:
            cases.append(Case(past, target))
    if not cases:
        raise UsageError(
            f"nobody to simulate: a person needs {LEAST_EVENTS} events and then one that says liking, of an item with "
            f"at least {LEAST_FACTS} facts that other items share"
        )
    if len(cases) > users:
        chosen = np.random.default_rng(seed).choice(len(cases), users, replace=False)
        cases = [cases[place] for place in sorted(chosen.tolist())]
    kept = {case.history.user_id: len(case.history.events) for case in cases}
    order, codes = log.chronology, log.user_codes
    place = np.empty(len(log), dtype=np.int64)
    sorted_codes = codes[order]
    starts = np.searchsorted(sorted_codes, np.arange(len(log.users)))
    place[order] = np.arange(len(log)) - starts[sorted_codes]
    most = np.array([kept.get(user, len(log)) for user in log.users], dtype=np.int64)
    return cases, log.take(place < most[codes])


def _success(found: Found, turn: int) -> NDArray[np.float64]:
    return ((found > 0) & (found <= turn)).astype(np.float64)


def _figures(found: Found, talks: Sequence[Talk], turns: int, seed: int) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "success": {str(turn): bootstrap(_success(found, turn), seed=seed) for turn in range(1, turns + 1)},
        "turns_to_success": bootstrap(found[found > 0].astype(float), seed=seed) if (found > 0).any() else None,
    }
    if talks:
        figures["questions"] = bootstrap(np.array([talk.asked for talk in talks], dtype=float), seed=seed)
        figures["left"] = bootstrap(np.array([talk.left for talk in talks], dtype=float), seed=seed)
    return figures


def _compared(ours: Found, peer: Found, seed: int) -> dict[str, Any]:
    last = int(max(ours.max(initial=1), peer.max(initial=1)))
    one, other = _success(ours, last), _success(peer, last)
    gain = relative_gain(one, other, seed=seed)
    return {
        "difference": difference(one, other, seed=seed),
        "times": None if gain is None else Estimate(1 + gain.mean, 1 + gain.low, 1 + gain.high),
        "p": randomisation(one, other, seed=seed),
    }


def _adds(found: Found, turns: int, seed: int) -> dict[str, Estimate]:
    """Share of people whom each turn after the first brings what they are after."""
    return {str(turn): bootstrap((found == turn).astype(float), seed=seed) for turn in range(2, turns + 1)}


def _by_style(talks: Sequence[Talk]) -> dict[str, float]:
    styles = sorted({talk.style for talk in talks})
    return {style: float(np.mean([talk.found > 0 for talk in talks if talk.style == style])) for style in styles}


def _leaks(talks: dict[str, list[Talk]], cases: Sequence[Case]) -> dict[str, int]:
    """Every utterance looked at again, after the fact."""
    said = [
        (text, case.target) for of in talks.values() for talk, case in zip(of, cases, strict=True) for text in talk.said
    ]
    return {"utterances": len(said), "leaks": sum(gives_away(text, target) for text, target in said)}


def _why_not(rec: Recommender, talks: Sequence[Talk], cases: Sequence[Case]) -> dict[str, int]:
    """Of the talks that failed: whether what stood at the end ruled the item out, or only ranked it low."""
    reasons: Counter[str] = Counter()
    for talk, case in zip(talks, cases, strict=True):
        if not talk.found:
            fits = rec.catalogue.satisfies(case.target, talk.state.request.filters)
            reasons["lost patience" if talk.left else "ranked low" if fits else "ruled out by a condition"] += 1
    return dict(reasons)


def _told(rec: Recommender, talk: Talk, case: Case) -> dict[str, Any]:
    return {
        "after": case.target.label,
        "found": talk.found,
        "turns": [
            {"said": said, "shown": [rec.catalogue[one].label for one in shown]}
            for said, shown in zip(talk.said, talk.shown, strict=True)
        ],
        "conditions": [f"{one.field} {one.op} {list(one.values)}" for one in talk.state.request.filters],
    }
