"""Which question tells most about the candidates, and which condition to give up when nothing is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from convrec.dialogue.replies.describe import groups_of, joined
from convrec.dialogue.words.fields import Field
from convrec.protocols import Catalogue
from convrec.types import Filter, Item, ItemId, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = 4000
MOST_OPTIONS = 5
ENOUGH = 20
"""Fewer candidates are shown, not asked about."""


_NATURAL = {"category": 2.5, "year": 0.6}
_MAKERS = ("direct", "writ", "author", "maker", "producer", "creator", "develop", "publish", "cast", "actor")
_OF_MAKERS = 0.4
"""People think of the kind first, of years and makers last: a question that is easily answered may gain a bit less."""


@dataclass(frozen=True, slots=True)
class Split:
    """A question that parts the candidates.

    Attributes:
        field: What it asks about; `year` asks for a decade.
        options: Answers worth offering, the likeliest first.
        gain: How much better the cards after an answer are expected to be, in NDCG.
    """

    field: str
    options: tuple[str, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A condition that could be given up, or several of them together.

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


def question(
    catalogue: Catalogue,
    request: Request,
    fields: Mapping[str, Field],
    popularity: Mapping[ItemId, float],
    place: int = 0,
    *,
    k: int = 5,
) -> Split | None:
    """The question that gains most, or the one after it; None where the candidates cannot be told apart by facts.

    Fields with a standing condition are not asked about.

    Args:
        catalogue: The items.
        request: What stands.
        fields: The catalogue's fields.
        popularity: How often each item was taken up: how likely it is the one wanted. Empty: all alike.
        place: 0: the best question; 1: the second best...
        k: How many cards follow the answer.
    """
    found = splits(catalogue, request, fields, popularity, k=k)
    if place < len(found):
        return found[place]
    return None


def splits(
    catalogue: Catalogue,
    request: Request,
    fields: Mapping[str, Field],
    popularity: Mapping[ItemId, float] | None = None,
    *,
    k: int = 5,
) -> list[Split]:
    """Questions about the candidates, the one that gains most first; see `question`."""
    rows = np.flatnonzero(catalogue.matching(request.filters))
    candidates = [item for row in rows.tolist() if (item := catalogue.items[row]).id not in request.exclude]
    if len(candidates) > SAMPLE:
        # The well-known ones are nearly all that a first question is about.
        candidates.sort(key=lambda item: -(popularity or {}).get(item.id, 0.0))
        candidates = candidates[:SAMPLE]
    if not candidates:
        return []
    prior = np.asarray([(popularity or {}).get(item.id, 0.0) + 1.0 for item in candidates])
    order = np.argsort(-prior, kind="stable")
    crowd = _Crowd([candidates[place] for place in order.tolist()], prior[order] / prior.sum(), k)
    asked = {one.field for one in request.filters}
    found = [
        split
        for field in fields.values()
        if field.name not in asked and (field.nature in ("category", "closed") or field.measure == "year")
        if (split := crowd.split(field)) is not None
    ]
    return sorted(found, key=lambda one: -one.gain)


@dataclass(frozen=True)
class _Crowd:
    """Candidates, the likeliest first, with the chance of each to be the one wanted."""

    items: Sequence[Item]
    prior: NDArray[np.float64]
    k: int

    def split(self, field: Field) -> Split | None:
        answers = [_answers(item, field) for item in self.items]
        mass: Counter[str] = Counter()
        for given, chance in zip(answers, self.prior.tolist(), strict=True):
            for value in given:
                mass[value] += chance / len(given)
        counts = Counter(value for given in answers for value in given)
        likely = [value for value, _ in mass.most_common() if 0.02 < counts[value] / len(self.items) < 0.9]
        best = likely[:MOST_OPTIONS]
        if len(best) < 2:
            return None
        gain = self._gain(answers, best) * _NATURAL.get(field.measure or field.nature, 1.0)
        if any(part in field.name.lower() for part in _MAKERS):
            gain *= _OF_MAKERS
        if field.measure == "year":
            best.sort(reverse=True)
        return Split(field.name, tuple(best), gain)

    def _gain(self, answers: Sequence[set[str]], options: Sequence[str]) -> float:
        """Expected NDCG of the cards after the answer, less that of the cards without asking.

        Somebody after an item gives one of its answers, each as likely; whose item has none of the options is shown
        what they would have been shown anyway.
        """
        discounts = 1 / np.log2(np.arange(2, self.k + 2))
        unasked = self.prior[: self.k] * discounts[: len(self.prior)]
        told = 0.0
        for value in options:
            places = [place for place, given in enumerate(answers) if value in given][: self.k]
            shares = np.asarray([self.prior[place] / len(answers[place]) for place in places])
            told += float(shares @ discounts[: len(places)])
        rest = [
            part * (1 - len(given & set(options)) / max(len(given), 1))
            for part, given in zip(unasked.tolist(), answers, strict=False)
        ]
        return float(told + sum(rest) - unasked.sum())


def _answers(item: Item, field: Field) -> set[str]:
    if field.measure == "year":
        return set() if item.year is None else {f"{item.year // 10 * 10}s"}
    if field.name == "genres":
        return {genre for genre in item.genres if genre in field.values}
    value = item.facts.get(field.name, ())
    return {value} if isinstance(value, str) else set(value) if isinstance(value, tuple) else set()


def famous(catalogue: Catalogue, popularity: Mapping[ItemId, float], request: Request, count: int) -> list[Item]:
    """The best-known items that may still be shown: what somebody is asked about where no fact tells items apart."""
    known = sorted((one for one in popularity if one in catalogue), key=lambda one: -popularity[one])
    return [catalogue[one] for one in known if one not in request.exclude][:count]


def relaxations(catalogue: Catalogue, request: Request) -> list[Relaxation]:
    """Conditions whose loss leaves something, the one that was said last first where they help alike.

    Where no single one helps, as few of them together as do.
    """
    groups = groups_of(request.filters)
    for size in range(1, len(groups) + 1):
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
