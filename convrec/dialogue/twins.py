"""Items that go by one title and year: the same work entered twice, which nobody wants to be shown twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from convrec.language import is_prose
from convrec.protocols import Catalogue
from convrec.types import Item, ItemId, Recommendation


def twins_of(catalogue: Catalogue) -> Mapping[ItemId, frozenset[ItemId]]:
    """The items that have others of their title, year and kind, each with these others."""
    alike: dict[tuple[object, ...], list[ItemId]] = {}
    for item in catalogue.items:
        alike.setdefault(_key(item), []).append(item.id)
    return {one: frozenset(ids) - {one} for ids in alike.values() if len(ids) > 1 for one in ids}


def _key(item: Item) -> tuple[object, ...]:
    return (item.title.casefold(), item.year, item.genres or _told(item))


def _told(item: Item) -> tuple[object, ...]:
    """What tells items without genres apart: a shoe for men and one for women, houses of one name in two countries."""
    kinds = ((name, value) for name, value in item.facts.items() if isinstance(value, str | bool | tuple))
    return tuple(sorted(((name, value) for name, value in kinds if not _is_long(value)), key=lambda fact: fact[0]))


def _is_long(value: object) -> bool:
    return isinstance(value, str) and (is_prose([value]) or value.startswith("http"))


def with_twins(ids: Iterable[ItemId], twins: Mapping[ItemId, frozenset[ItemId]]) -> frozenset[ItemId]:
    """Items and their twins."""
    given = frozenset(ids)
    return given.union(*(twins[one] for one in given if one in twins))


def single(found: Sequence[Recommendation], twins: Mapping[ItemId, frozenset[ItemId]], k: int) -> list[Recommendation]:
    """The first k without the twin of a better one, ranked from 1."""
    kept: list[Recommendation] = []
    for one in found:
        if not any(other.item.id in twins.get(one.item.id, ()) for other in kept):
            kept.append(replace(one, rank=len(kept) + 1))
    return kept[:k]
