"""What a simulated person can say of what they are after: facts that several items share, and phrases for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from convrec.dialogue.words.words import folded
from convrec.language import facet_phrase, noun_phrase, said, value_phrase
from convrec.types import Filter, Item, ItemId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.dialogue.words.fields import Field
    from convrec.protocols import Catalogue

LEAST_ITEMS = 5
LEAST_SHARE = 0.004
"""A fact, or facts said in one breath, fit at least so many items, or a sentence would give away which one it is."""
COMMON_SHARE = 0.5
"""What half of all items have says nothing."""
_LIKELY = {"category": 3.0, "year": 1.5, "theme": 1.5, "closed": 0.7, "name": 0.5, "flag": 0.5}
"""How readily people speak of each kind of fact: of the genre first, of names last."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something true of an item.

    Attributes:
        field: As in filters; `year` stands for the decade.
        value: In the catalogue's spelling.
        nature: As in `convrec.dialogue.words.fields`, or `year`.
        weight: How readily people speak of it.
    """

    field: str
    value: str
    nature: str
    weight: float

    @property
    def part(self) -> tuple[str, tuple[str, ...]]:
        """As `noun_phrase` takes it."""
        return ("period" if self.field == "year" else self.field), (self.value,)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What it means as conditions."""
        if self.field == "year":
            decade = int(self.value[:4])
            return Filter("year", "at_least", (decade,)), Filter("year", "at_most", (decade + 9,))
        return (Filter(self.field, "any_of", (self.value,)),)


class Facts:
    """The facts of every item of a catalogue that can be spoken of."""

    def __init__(self, catalogue: Catalogue, fields: Mapping[str, Field], noun: str) -> None:
        """Count once.

        Args:
            catalogue: The items.
            fields: Those that words can ask for.
            noun: What one item is called.
        """
        self.catalogue = catalogue
        self.noun = noun.lower()
        self.least = max(LEAST_ITEMS, ceil(LEAST_SHARE * len(catalogue)))
        self._fields = fields
        self.minutes = next((one.name for one in fields.values() if one.measure == "minutes"), None)
        self.money = next((one.name for one in fields.values() if one.measure == "money"), None)
        self._known: dict[ItemId, tuple[Fact, ...]] = {}

    def of(self, item: Item) -> tuple[Fact, ...]:
        """What can be said of an item; nothing that fewer than `least` items share."""
        if item.id not in self._known:
            self._known[item.id] = tuple(self._of(item))
        return self._known[item.id]

    def _of(self, item: Item) -> list[Fact]:
        found = []
        for field in self._fields.values():
            if field.measure == "year":
                decades = [f"{item.year // 10 * 10}s"] if item.year is not None else []
                found += [Fact("year", decade, "year", _LIKELY["year"]) for decade in decades]
            elif field.nature in _LIKELY:
                found += [
                    Fact(field.name, value, field.nature, _LIKELY[field.nature])
                    for value in _values(item, field)
                    if said(value) and field.values.get(value, 0) <= COMMON_SHARE * len(self.catalogue)
                ]
        return [one for one in found if self.count([one]) >= self.least]

    def mask(self, facts: Sequence[Fact]) -> NDArray[np.bool_]:
        """Which items all of these hold of."""
        return self.catalogue.matching([one for fact in facts for one in fact.filters])

    def count(self, facts: Sequence[Fact]) -> int:
        """How many items all of these hold of."""
        return int(self.mask(facts).sum())

    def holds(self, fact: Fact, item: Item) -> bool:
        """Whether a fact is true of an item."""
        return bool(self.mask([fact])[self.catalogue.row(item.id)])

    def one(self, facts: Sequence[Fact]) -> str:
        """`a funny comedy film from the 1980s`."""
        return noun_phrase([fact.part for fact in _ordered(facts)], self.noun)

    def many(self, fact: Fact) -> str:
        """`films with Tom Hanks`."""
        name, values = fact.part
        return facet_phrase(name, values, self.noun)

    def word(self, fact: Fact) -> str:
        """`comedy`, `80s`, `Tom Hanks`."""
        return fact.value[2:] if fact.field == "year" else value_phrase(fact.field, fact.value)


def _ordered(facts: Sequence[Fact]) -> list[Fact]:
    """Themes last: what follows a theme would hang on it."""
    return sorted(facts, key=lambda fact: fact.nature == "theme")


def _values(item: Item, field: Field) -> tuple[str, ...]:
    if field.name == "genres":
        return item.genres
    value = item.facts.get(field.name, ())
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


_ARTICLE = re.compile(r"^(?:the|a|an|le|la|les|der|die|das|el|il) ")
_BRACKETS = re.compile(r"[(\[].*?[)\]]")


def gives_away(text: str, item: Item) -> bool:
    """Whether a text tells which item it is about: its title or a main part of it, or its id as a word.

    Article, brackets, case and accents do not matter. `The Rock` is given away by `rock`.
    """
    plain = f" {_bare(text)} "
    title = folded(_BRACKETS.sub("", item.title) or item.title)
    for part in {title, *re.split(r":| - ", title)}:
        bare = _ARTICLE.sub("", _bare(part))
        if bare and f" {bare} " in plain:
            return True
    return f" {folded(item.id)} " in plain


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", folded(text)))
