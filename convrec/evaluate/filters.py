"""Conditions said in words: does any card break one, and is a way out offered where nothing is left?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.chat import Chat
from convrec.dialogue.state import start
from convrec.dialogue.twins import with_twins
from convrec.errors import UsageError
from convrec.evaluate.filter_requests import RequestMaker, Spoken
from convrec.evaluate.interval import Estimate
from convrec.evaluate.simulate_talk import Table
from convrec.types import ChatEvent

if TYPE_CHECKING:
    from convrec.recommend import Recommender

MOST_EXAMPLES = 20
Progress = Callable[[str], None]


def evaluate(
    rec: Recommender, *, requests: int = 334, seed: int = 0, progress: Progress = lambda message: None
) -> dict[str, Any]:
    """Figures over generated requests of visitors.

    Args:
        rec: An open recommender.
        requests: How many.
        seed: Of the requests.
        progress: Told now and then.

    Returns:
        `requests`, `with_cards`, `cards`, `violations` (cards that break a condition as it was said) with `examples`
        and by kind of condition; `nothing_left`, of these `relaxations_offered` and `relaxations_work` (the first
        quick reply brings cards), with the others in `no_way_out`; `missed`: nothing was shown though an item not
        shown before meets all; `no_answer`: neither.

    Raises:
        UsageError: The catalogue has no facts to set conditions on.
    """
    fields = rec.understander.lexicon.fields
    if not fields:
        raise UsageError("the catalogue has no genres, years or facts to set conditions on")
    today = rec.understander.now(start(5)).date()
    maker = RequestMaker(rec.catalogue, fields, rec.settings.noun, np.random.default_rng(seed), today)
    tally = _Tally(rec)
    table = Table(rec)
    for number in range(requests):
        spoken = maker.make()
        chat = Chat(table)
        *_, done = (chat.reply(message) for message in spoken.messages)
        tally.add(spoken, done, chat)
        if number % 100 == 99:
            progress(f"{number + 1} of {requests} requests")
    return {"items": len(rec.catalogue), "noun": rec.settings.noun, "seed": seed} | tally.figures(requests)


class _Tally:
    """What became of the requests."""

    def __init__(self, rec: Recommender) -> None:
        self._rec = rec
        self._cards = self._with_cards = self._nothing = self._offered = self._works = self._none = 0
        self._broken: Counter[str] = Counter()
        self._wrong_requests = 0
        self._examples: list[dict[str, Any]] = []
        self._missed: list[list[str]] = []
        self._no_way_out: list[list[str]] = []
        self._unanswered: list[list[str]] = []

    def add(self, spoken: Spoken, done: ChatEvent, chat: Chat) -> None:
        """Judge the last reply to a request."""
        fit = [item for item in self._rec.catalogue.items if all(one.holds(item) for one in spoken.conditions)]
        self._none += not fit
        before = set(chat.state.shown) - {card.item.id for card in done.recommendations}
        shown = with_twins(before, self._rec.understander.twins)
        fit = [item for item in fit if item.id not in shown]
        if done.recommendations:
            self._with_cards += 1
            self._judge(spoken, done, chat)
        elif chat.state.request.filters and "?" in done.text:
            self._nothing += 1
            self._offered += bool(done.options)
            after = chat.reply(done.options[0]) if done.options else done
            self._works += bool(after.recommendations)
            if not after.recommendations:
                self._no_way_out.append([*spoken.messages, done.text, *done.options[:1], after.text])
            if fit:
                self._missed.append([*spoken.messages, fit[0].label])
        else:
            self._unanswered.append([*spoken.messages, done.text])

    def _judge(self, spoken: Spoken, done: ChatEvent, chat: Chat) -> None:
        self._cards += len(done.recommendations)
        broken = {
            one.kind: card.item.label
            for card in done.recommendations
            for one in spoken.conditions
            if not one.holds(card.item)
        }
        for card in done.recommendations:
            self._broken.update(one.kind for one in spoken.conditions if not one.holds(card.item))
        self._wrong_requests += bool(broken)
        if broken and len(self._examples) < MOST_EXAMPLES:
            read = [f"{one.field} {one.op} {list(one.values)}" for one in chat.state.request.filters]
            self._examples.append({"said": list(spoken.messages), "read": read, "broken": broken})

    def figures(self, requests: int) -> dict[str, Any]:
        """As `evaluate` returns them."""
        return {
            "requests": requests,
            "with_cards": self._with_cards,
            "cards": self._cards,
            "violations": sum(self._broken.values()),
            "requests_with_violations": self._wrong_requests,
            "share_of_requests": _share(self._wrong_requests, self._with_cards),
            "by_kind": dict(self._broken),
            "nothing_left": self._nothing,
            "relaxations_offered": self._offered,
            "relaxations_work": self._works,
            "no_way_out": self._no_way_out[:MOST_EXAMPLES],
            "truly_none": self._none,
            "missed": self._missed[:MOST_EXAMPLES],
            "missed_count": len(self._missed),
            "no_answer": self._unanswered[:MOST_EXAMPLES],
            "no_answer_count": len(self._unanswered),
            "examples": self._examples,
        }


def _share(count: int, total: int) -> Estimate | None:
    """A share with its exact 95 % interval (Clopper and Pearson 1934), which is honest where the count is 0."""
    from scipy.stats import binomtest

    if not total:
        return None
    interval = binomtest(count, total).proportion_ci(0.95, method="exact")
    return Estimate(count / total, float(interval.low), float(interval.high))
