"""Which question tells most about the candidates, and which condition to give up when nothing is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2

import numpy as np

from convrec.dialogue.describe import groups_of, joined
from convrec.dialogue.fields import Field
from convrec.protocols import Catalogue
from convrec.types import Filter, Item, ItemId, Request

SAMPLE = 4000
MOST_OPTIONS = 5
ENOUGH = 20
"""Fewer candidates are shown, not asked about."""


_NATURAL = {"category": 1.5, "year": 0.6}
"""People think of the kind first and of years last, so a question about the kind may tell a little less."""


@dataclass(frozen=True, slots=True)
class Split:
    """A question that parts the candidates.

    Attributes:
        field: What it asks about; `year` asks for a decade.
        options: Answers worth offering, the commonest first.
        bits: What an answer tells on average, in bits.
    """

    field: str
    options: tuple[str, ...]
    bits: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A condition that could be given up, or two of them together.

    Attributes:
        labels: The conditions in words.
        filters: What it is made of.
        count: How many items would then be left.
    """

    labels: tuple[str, ...]
    filters: tuple[Filter, ...]
    count: int

    @property
    def quoted(self) -> str:
        """`“Western” and “from the 2000s”`."""
        return joined([f"“{label}”" for label in self.labels])


def left(catalogue: Catalogue, request: Request) -> int:
    """How many items meet the conditions and are not excluded."""
    mask = catalogue.matching(request.filters)
    excluded = sum(bool(mask[catalogue.row(one)]) for one in request.exclude if one in catalogue)
    return int(mask.sum()) - excluded


def splits(catalogue: Catalogue, request: Request, fields: Mapping[str, Field]) -> list[Split]:
    """Questions about the candidates, the most telling first; fields with a standing condition are not asked about."""
    rows = np.flatnonzero(catalogue.matching(request.filters))
    step = max(1, len(rows) // SAMPLE)
    items = [catalogue.items[int(row)] for row in rows[::step]]
    asked = {one.field for one in request.filters}
    found = []
    for field in fields.values():
        if field.name not in asked and (field.nature in ("category", "closed") or field.measure == "year"):
            split = _split(field, items)
            if split is not None:
                found.append(split)
    return sorted(found, key=lambda one: -one.bits)


def _split(field: Field, items: Sequence[Item]) -> Split | None:
    counts: Counter[str] = Counter()
    for item in items:
        counts.update(_answers(item, field))
    shares = {value: count / len(items) for value, count in counts.items() if 0.02 < count / len(items) < 0.9}
    best = sorted(shares, key=lambda value: -shares[value])[:MOST_OPTIONS]
    if len(best) < 2:
        return None
    bits = sum(_entropy(shares[value]) for value in best) / len(best)
    bits *= _NATURAL.get(field.measure or field.nature, 1.0)
    if field.measure == "year":
        best.sort(reverse=True)
    return Split(field.name, tuple(best), bits)


def _answers(item: Item, field: Field) -> set[str]:
    if field.measure == "year":
        return set() if item.year is None else {f"{item.year // 10 * 10}s"}
    if field.name == "genres":
        return {genre for genre in item.genres if genre in field.values}
    value = item.facts.get(field.name, ())
    return {value} if isinstance(value, str) else set(value) if isinstance(value, tuple) else set()


def _entropy(share: float) -> float:
    return -share * log2(share) - (1 - share) * log2(1 - share)


def relaxations(catalogue: Catalogue, request: Request) -> list[Relaxation]:
    """Conditions whose loss leaves something, the one that was said last first where they help alike.

    Where no single one helps, pairs of them.
    """
    groups = groups_of(request.filters)
    for size in (1, 2):
        found = []
        for given_up in combinations(groups, size):
            filters = tuple(one for _, own in given_up for one in own)
            rest = tuple(one for one in request.filters if one not in filters)
            count = left(catalogue, Request(filters=rest, exclude=request.exclude))
            if count > 0:
                found.append(Relaxation(tuple(label for label, _ in given_up), filters, count))
        if found:
            return sorted(reversed(found), key=lambda one: -min(one.count, ENOUGH))
    return []


def known(item_ids: Sequence[ItemId], catalogue: Catalogue) -> tuple[ItemId, ...]:
    """The ids that the catalogue has."""
    return tuple(one for one in item_ids if one in catalogue)
