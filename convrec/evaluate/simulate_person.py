"""Simulated people: they know what they are after, say it in part, answer, criticise what they see, lose patience.

A person is after one item that they went on to like. They never name it; they speak of facts that it shares with
others, as critiquing systems have people do (Burke et al. 1997; McGinty and Reilly 2011), and of it beside what they
are shown (`newer`, `no horror`, `like the second one, but funny`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from convrec.evaluate.simulate_facts import Fact, Facts, gives_away
from convrec.evaluate.simulate_speech import ORDINALS, STYLES, Style
from convrec.language import short_title
from convrec.types import History, Item, ItemId

if TYPE_CHECKING:
    from convrec.signal import Scale

PATIENCE = 3
"""How many disappointments it takes to leave: a question too many, no cards, or cards against what was said."""
_GAP_YEARS = 6
_GAP_MINUTES = 20
_FEW = 0.4
"""What fewer of the cards have than this is missed; what more have than this can be refused."""

Rephrase = Callable[[str, Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say.

    Attributes:
        text: The words.
        facts: What they assert of the item wanted.
        refused: What they assert that it is not.
        weight: How likely it is said.
    """

    text: str
    facts: tuple[Fact, ...] = ()
    refused: tuple[Fact, ...] = ()
    weight: float = 1.0


@dataclass
class Person:
    """Somebody who is after one item.

    Attributes:
        history: What they did before.
        target: What they are after.
        facts: What can be said of items.
        scale: What counts as liking in their history.
        draw: Their choices; the same seed says the same in the same situation.
        rephrase: Words a remark anew; None: as the templates have it.
        said: What they have said of it so far.
        patience: Disappointments left.
    """

    history: History
    target: Item
    facts: Facts
    scale: Scale
    draw: np.random.Generator
    rephrase: Rephrase | None = None
    said: list[Fact] = field(default_factory=list)
    refused: list[Fact] = field(default_factory=list)
    patience: int = PATIENCE
    withheld: int = 0
    _asked: int = 0

    def __post_init__(self) -> None:
        self.style: Style = STYLES[int(self.draw.integers(len(STYLES)))]
        self._greets = self.style.greets
        self._liked = [event.item_id for event in self.history.events if self.scale.likes(event)]

    def opening(self) -> str:
        """The first message: a greeting, or one or two facts, or the likeness of something they liked."""
        if self._greets:
            self._greets = False
            return self._of(self.style.greeting)
        return self._say(self._openings())

    def answer(self, options: Sequence[str]) -> str:
        """To a question of the system: a tap where an option is true, or a fact in words, or no preference."""
        self._asked += 1
        if self._asked > 1:
            self.patience -= 1
        taps = [Remark(option, (fact,)) for option in options if (fact := self._true(option)) is not None]
        return self._say(taps or self._openings()) or "I don't mind"

    def offered(self, text: str, options: Sequence[str]) -> str:
        """When nothing is left: agree to drop what does not hold of the item wanted, else ask for others."""
        self.patience -= 1
        for option in options:
            words = option.casefold().removeprefix("drop ").removeprefix("any ").removesuffix(" is fine")
            if not any(fact.value.casefold() in words or words in fact.value.casefold() for fact in self.said):
                return option
        return options[0] if options else "start over"

    def criticise(self, cards: Sequence[Item]) -> str:
        """Something true of the item wanted that sets it apart from what is shown."""
        if any(not self.facts.holds(fact, card) for fact in self.said[-1:] for card in cards[:3]) and not any(
            self.facts.holds(fact, card) for fact in self.said for card in cards
        ):
            self.patience -= 1
        remarks = [
            *self._times(cards),
            *self._lengths(cards),
            *self._refusals(cards),
            *self._wants(cards),
            *self._pointing(cards),
            *self._seen(cards),
        ]
        return self._say(remarks) or self._of(self.style.others)

    # -- what to say ----------------------------------------------------------------------------------------------

    def _openings(self) -> list[Remark]:
        known = [one for one in self.facts.of(self.target) if one not in self.said]
        remarks = []
        for first in known:
            pairs = [other for other in known if other.field != first.field]
            for other in self._sample(pairs, 2):
                if self.facts.count([first, other]) >= self.facts.least:
                    remarks.append(self._wish((first, other)))
            remarks.append(self._wish((first,)))
        alike = self._alike()
        if alike is not None:
            text = self._of(self.style.like).format(title=short_title(alike.title))
            remarks.append(Remark(text, weight=3.0))
        return remarks

    def _wish(self, facts: tuple[Fact, ...]) -> Remark:
        weight = float(np.prod([fact.weight for fact in facts]))
        if self.style.bare:
            return Remark(", ".join(self.facts.word(fact) for fact in facts), facts, (), weight)
        return Remark(self._of(self.style.wish).format(wish=self.facts.one(facts)), facts, (), weight)

    def _alike(self) -> Item | None:
        """Something they liked that shares much with what they are after."""
        own = {(fact.field, fact.value) for fact in self.facts.of(self.target) if fact.field != "year"}
        near = [
            (len(own & {(fact.field, fact.value) for fact in self.facts.of(self.facts.catalogue[one])}), one)
            for one in self._liked
        ]
        shared, best = max(near, default=(0, ""))
        return self.facts.catalogue[best] if shared >= 3 else None

    def _times(self, cards: Sequence[Item]) -> list[Remark]:
        years = [card.year for card in cards if card.year is not None]
        own = self.target.year
        if not years or own is None:
            return []
        middle = float(np.median(years))
        if abs(own - middle) < _GAP_YEARS:
            return []
        words = self.style.newer if own > middle else self.style.older
        return [Remark(self._of(words), weight=2.0)]

    def _lengths(self, cards: Sequence[Item]) -> list[Remark]:
        name = self.facts.minutes
        own = self.target.facts.get(name) if name else None
        lengths = [value for card in cards if isinstance(value := card.facts.get(name or ""), int | float)]
        if not isinstance(own, int | float) or not lengths or abs(own - float(np.median(lengths))) < _GAP_MINUTES:
            return []
        return [Remark(self._of(self.style.shorter if own < float(np.median(lengths)) else self.style.longer))]

    def _refusals(self, cards: Sequence[Item]) -> list[Remark]:
        found: dict[Fact, int] = {}
        for card in cards:
            for fact in self.facts.of(card):
                if fact.nature == "category" and not self.facts.holds(fact, self.target):
                    found[fact] = found.get(fact, 0) + 1
        return [
            Remark(self._of(self.style.no).format(kind=self._refused(fact)), (), (fact,), 2.0)
            for fact, count in found.items()
            if count / len(cards) >= _FEW and fact not in self.refused
        ]

    def _refused(self, fact: Fact) -> str:
        return self.facts.word(fact) if self.style.bare else self.facts.many(fact)

    def _wants(self, cards: Sequence[Item]) -> list[Remark]:
        remarks = []
        for fact in self.facts.of(self.target):
            share = sum(self.facts.holds(fact, card) for card in cards) / len(cards)
            if fact not in self.said and share < _FEW:
                more = fact.nature == "theme" and "mood" in fact.field
                pool = self.style.more if more else self.style.rather
                text = self._of(pool).format(word=self.facts.word(fact), kinds=self.facts.many(fact))
                remarks.append(Remark(text, (fact,), (), fact.weight))
        return remarks

    def _pointing(self, cards: Sequence[Item]) -> list[Remark]:
        """The card that comes closest, and in what it differs."""
        own = set(self.facts.of(self.target))
        shared = [len(own & set(self.facts.of(card))) for card in cards]
        place = int(np.argmax(shared))
        if shared[place] < 3 or place >= len(ORDINALS):
            return []
        card = cards[place]
        but = [fact for fact in own if fact.nature in ("theme", "category") and not self.facts.holds(fact, card)]
        new = [fact for fact in but if fact not in self.said]
        ordinal = ORDINALS[place]
        remarks = [Remark(self._of(self.style.close).format(place=ordinal), weight=0.7)]
        for fact in self._sample(sorted(new, key=lambda one: (one.field, one.value)), 1):
            text = self._of(self.style.but).format(place=ordinal, change=self.facts.word(fact))
            remarks.append(Remark(text, (fact,), (), 1.5))
        return remarks

    def _seen(self, cards: Sequence[Item]) -> list[Remark]:
        """Cards that they know already and liked, as a visitor is shown them."""
        known = [place for place, card in enumerate(cards[: len(ORDINALS)]) if card.id in self._liked]
        return [Remark(self._of(self.style.seen).format(place=ORDINALS[place]), weight=1.5) for place in known[:1]]

    # -- saying it ------------------------------------------------------------------------------------------------

    def _say(self, remarks: Sequence[Remark]) -> str:
        """One of the remarks, of those that do not give the item away; empty where there is none."""
        left = list(remarks)
        while left:
            weights = np.asarray([one.weight for one in left])
            chosen = left.pop(int(self.draw.choice(len(left), p=weights / weights.sum())))
            if gives_away(chosen.text, self.target):
                self.withheld += 1
                continue
            self.said += [fact for fact in chosen.facts if fact not in self.said]
            self.refused += chosen.refused
            return self._worded(chosen)
        return ""

    def _worded(self, remark: Remark) -> str:
        if self.rephrase is None:
            return remark.text
        kept = [self.facts.word(fact) for fact in (*remark.facts, *remark.refused)]
        text = self.rephrase(remark.text, kept)
        return remark.text if gives_away(text, self.target) else text

    def _of(self, pool: Sequence[str]) -> str:
        return pool[int(self.draw.integers(len(pool)))]

    def _true(self, option: str) -> Fact | None:
        """The fact that a quick reply states, where it holds of what they are after."""
        said = option.casefold()
        return next(
            (fact for fact in self.facts.of(self.target) if said in (fact.value.casefold(), self.facts.word(fact))),
            None,
        )

    def _sample(self, facts: Sequence[Fact], count: int) -> list[Fact]:
        if len(facts) <= count:
            return list(facts)
        return [facts[place] for place in self.draw.choice(len(facts), count, replace=False).tolist()]


def liked_from(history: History, scale: Scale, catalogue: Facts) -> list[tuple[int, ItemId]]:
    """Places in a history of events that say liking, newest first, with the item."""
    return [
        (place, event.item_id)
        for place, event in reversed(list(enumerate(history.events)))
        if scale.likes(event) and event.item_id in catalogue.catalogue
    ]
