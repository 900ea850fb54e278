"""Answers that weigh items: how likely the person is to like them, and what sets them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from convrec.dialogue.replies.describe import joined
from convrec.facts import fact_words, range_words
from convrec.index.document import NOT_ABOUT
from convrec.types import Item, ItemId

_MOST_FACTS = 3
_MOST_VALUES = 3
_LAST = frozenset(("language", "country", "time", "place"))
"""What tells least of two items apart."""
_UNSURE = 0.4
"""A best chance below it is said to be no good one."""
_ALIKE = 0.02
"""Chances this near are the same."""


class Pick(NamedTuple):
    """An answer that comes to one item.

    Attributes:
        text: The words.
        item_id: Of the item that they name as the one to take.
    """

    text: str
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class Judgement:
    """Words judgements of items for one person.

    Attributes:
        chances: Probability of liking of each of some items; empty where there is no log to learn it from.
        reasons: Why each of some items may be right.
        stranger: Whether nothing is known of the person, so that a chance is that of anybody.
        known: How many events there are of an item.
        verb: What people do with items here.
    """

    chances: Callable[[Sequence[ItemId]], Sequence[float]]
    reasons: Callable[[Sequence[ItemId]], Sequence[str]]
    stranger: bool
    known: Callable[[ItemId], float] = lambda _: 0.0
    verb: str = "tried"

    def worth(self, item: Item) -> str:
        """Whether one item is any good: the chance, and the reason for it."""
        told = [self._chance(chance, item) for chance in self.chances([item.id])]
        return " ".join((*told, *self._reason(item))) or f"I cannot tell how good {item.label} is."

    def which(self, items: Sequence[Item]) -> Pick:
        """Which of several to take: the likeliest to be liked; of those alike, the one that stands first."""
        return self._best(items, self.chances([item.id for item in items]))

    def _best(self, items: Sequence[Item], chances: Sequence[float]) -> Pick:
        if not chances:
            return Pick(" ".join((f"I would take {items[0].title}.", *self._reason(items[0]))), items[0].id)
        order = sorted(range(len(items)), key=lambda at: -chances[at])
        best = next(at for at in range(len(items)) if chances[at] >= chances[order[0]] - _ALIKE)
        rest = [at for at in order if at != best]
        close = chances[best] - chances[rest[0]] <= _ALIKE
        other = f"{items[rest[0]].title} {'comes close' if close else f'has {_percent(chances[rest[0]])}'}"
        who = "people like it in general" if self.stranger else "you like it"
        told = f"I would take {items[best].title}: {_percent(chances[best])} chance that {who}; {other}."
        if chances[best] < _UNSURE:
            told = f"None of them is a safe choice. {told}"
        return Pick(" ".join((told, *self._reason(items[best]))), items[best].id)

    def famous(self, items: Sequence[Item], said: str, *, least: bool) -> Pick | None:
        """Which of several most people know, by the log, or fewest; None where the log has none of them."""
        order = sorted(items, key=lambda item: self.known(item.id) * (1 if least else -1))
        if not any(self.known(item.id) for item in items):
            return None
        if len(order) == 1:
            return Pick(f"{order[0].title}: {self._many(order[0])} {self.verb} it.", order[0].id)
        first, second = order[:2]
        if self.known(first.id) == self.known(second.id):
            alike = f"{first.title} and {second.title} are equally known"
            return Pick(f"{alike}: {self._many(first)} {self.verb} either.", first.id)
        the = "" if said.startswith(("more", "less ", "better")) else "the "
        told = f"{first.title} is {the}{said}: {self._many(first)} {self.verb} it"
        return Pick(f"{told}; {second.title} comes next, with {self.known(second.id):,.0f}.", first.id)

    def _many(self, item: Item) -> str:
        count = round(self.known(item.id))
        return f"{count:,} {'person' if count == 1 else 'people'}" if count else "nobody here"

    def compared(self, items: Sequence[Item]) -> Pick:
        """What sets several items apart, a line each, and which to take."""
        chances = self.chances([item.id for item in items])
        facts = [_told(item) for item in items]
        common = set(facts[0]).intersection(*facts[1:])
        lines = []
        for at, item in enumerate(items):
            told = [one for one in facts[at] if one not in common]
            told += [f"{_percent(chances[at])} chance"] if chances else []
            lines.append(f"{item.label}: {'; '.join(told)}." if told else f"{item.label}.")
        both = f"{'Both' if len(items) == 2 else 'All'}: {'; '.join(one for one in facts[0] if one in common)}."
        best = self._best(items, chances)
        return Pick("\n".join((*lines, *([both] if common else []), best.text)), best.item_id)

    def _chance(self, chance: float, item: Item) -> str:
        if self.stranger:
            return f"{item.title}: about {_percent(chance)} of those who know it like it."
        return f"{item.title}: there is a {_percent(chance)} chance that you like it."

    def _reason(self, item: Item) -> list[str]:
        return [reason for reason in self.reasons([item.id]) if reason]


def _percent(chance: float) -> str:
    return f"{round(100 * chance)}%"


def _told(item: Item) -> list[str]:
    """What an item is, shortest first: its genres, then its facts."""
    kinds = [joined(item.genres)] if item.genres else []
    names = sorted((name for name in item.facts if name not in NOT_ABOUT), key=lambda name: name in _LAST)
    told = (range_words(one, item.facts) or fact_words(one, item.facts[one], most=_MOST_VALUES) for one in names)
    facts = list(dict.fromkeys(told))
    return kinds + [fact for fact in facts if len(fact) < 60][:_MOST_FACTS]
