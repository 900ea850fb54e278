"""The items in memory: rows, words, hard filters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

import numpy as np

from convrec.days import Moment, moment_kind, number_of, opens_within
from convrec.errors import UsageError
from convrec.facts import unit_of
from convrec.types import FactValue, Filter, Item, ItemId

if TYPE_CHECKING:
    from numpy.typing import NDArray

FieldKind = Literal["words", "number", "flag"] | Moment

OWN_FIELDS: Mapping[str, FieldKind] = {"title": "words", "genres": "words", "year": "number"}
"""Fields every catalogue has; a fact of the same name is shadowed."""

_COMPARED: Mapping[FieldKind, str] = {
    "number": "number", "date": "day such as '2027-06-12'", "time": "time such as '19:30'"
}  # fmt: skip
"""Kinds of fields that have a lowest and a highest, and what their bounds are."""

_FLAGS = {"yes": "true", "y": "true", "1": "true", "no": "false", "n": "false", "0": "false"}


def value_of(item: Item, field: str) -> FactValue | None:
    """What an item says for a filter field; None where it says nothing."""
    if field == "genres":
        return item.genres or None
    if field == "title":
        return item.title
    if field == "year":
        return item.year
    value = item.facts.get(field)
    return None if value == "" or value == () or (isinstance(value, float) and math.isnan(value)) else value


def words_of(item: Item, field: str) -> tuple[str, ...]:
    """The same as words, in the catalogue's spelling: numbers and flags are written out."""
    value = value_of(item, field)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (_spell(value),)


class ItemTable:
    """All items of a catalogue in a fixed order; the position of an item is its row everywhere.

    Implements `protocols.Catalogue`. Nothing changes after construction, so it may be shared between threads.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        """Keep the items in the order given.

        Raises:
            UsageError: Two items have the same id.
        """
        self._items = tuple(items)
        self._rows = {item.id: row for row, item in enumerate(self._items)}
        if len(self._rows) != len(self._items):
            twice, count = Counter(item.id for item in self._items).most_common(1)[0]
            raise UsageError(f"item_id {twice!r} occurs {count} times in the catalogue; every id must be unique")
        self._postings: dict[str, dict[str, NDArray[np.int64]]] = {}
        self._columns: dict[str, NDArray[np.float64]] = {}

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, by row."""
        return self._items

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._rows

    def __getitem__(self, item_id: ItemId) -> Item:
        return self._items[self.row(item_id)]

    def get(self, item_id: ItemId) -> Item | None:
        """The item, or None for an unknown id."""
        row = self._rows.get(item_id)
        return None if row is None else self._items[row]

    def row(self, item_id: ItemId) -> int:
        """Position of an item, 0 to n_items - 1.

        Raises:
            UsageError: The id is not in the catalogue.
        """
        try:
            return self._rows[item_id]
        except (KeyError, TypeError):
            hint = "; ids are strings" if not isinstance(item_id, str) else ""
            raise UsageError(f"no item {item_id!r} among the {len(self)} of the catalogue{hint}") from None

    @cached_property
    def digest(self) -> str:
        """Changes whenever any item, or their order, changes."""
        digest = blake2b(digest_size=16)
        for item in self._items:
            facts = sorted((name, repr(value)) for name, value in item.facts.items())
            digest.update(repr((item.id, item.title, item.year, item.genres, item.text, facts)).encode())
        return digest.hexdigest()

    @cached_property
    def fields(self) -> Mapping[str, FieldKind]:
        """What filters may name, with what it holds; a fact of mixed kinds counts as words."""
        kinds: dict[str, set[FieldKind]] = {}
        for item in self._items:
            for name, value in item.facts.items():
                kinds.setdefault(name, set()).add(_kind(value))
        facts: dict[str, FieldKind] = {
            name: next(iter(found)) if len(found) == 1 else "words" for name, found in kinds.items()
        }
        return {**facts, **OWN_FIELDS}

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        """Fields by their names without a unit, where no field has that name and only one is meant: `price` for
        `price_eur`, as its numbers were written with their unit.
        """
        found: dict[str, list[str]] = {}
        for name in self.fields:
            about, unit = unit_of(name)
            if about and unit:
                short = about.replace(" ", "_")
                found.setdefault(short, []).append(name)
                if short != about:
                    found.setdefault(about, []).append(name)
        return {short: names[0] for short, names in found.items() if len(names) == 1 and short not in self.fields}

    def called(self, field: str) -> str:
        """The name that a field has here: `price_eur` for `price`; one that is not known stays as it is."""
        return field if field in self.fields else self._renamed.get(field.lower(), field)

    def values(self, field: str) -> dict[str, int]:
        """The distinct words of a field, commonest first, with the number of items that have each.

        Words that differ only in case are one word, shown in its commonest spelling.

        Raises:
            UsageError: No item has such a field.
        """
        field = self._known(field)
        spellings: dict[str, Counter[str]] = {}
        for item in self._items:
            for word in {_key(word): word for word in words_of(item, field)}.values():
                spellings.setdefault(_key(word), Counter())[word] += 1
        counted = {found.most_common(1)[0][0]: found.total() for found in spellings.values()}
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    def matching(self, filters: Sequence[Filter]) -> NDArray[np.bool_]:
        """Which items meet every filter, shape `(n_items,)`.

        Raises:
            UsageError: A filter names an unknown field, or asks a number of a field of words.
        """
        kept = np.ones(len(self), dtype=np.bool_)
        for wanted in filters:
            kept &= self._mask(wanted)
        return kept

    def satisfies(self, item: Item, filters: Sequence[Filter]) -> bool:
        """Whether one item meets every filter; the item need not be in the catalogue."""
        return all(self._meets(item, wanted) for wanted in filters)

    def _meets(self, item: Item, wanted: Filter) -> bool:
        wanted = self.settled(wanted)
        bound = self._check(wanted)
        if bound is not None:
            value = self._number(item, wanted.field)
            if value is None:
                return False
            return value >= bound if wanted.op == "at_least" else value <= bound
        has = {self._wanted(wanted.field, word) for word in words_of(item, wanted.field)}
        met = [bool(keys) for keys in self._asked(wanted, has)]
        if wanted.op == "none_of":
            return not any(met)
        return bool(has) and (all(met) if wanted.op == "all_of" else any(met))

    def _mask(self, wanted: Filter) -> NDArray[np.bool_]:
        wanted = self.settled(wanted)
        bound = self._check(wanted)
        if bound is not None:
            column = self._column(wanted.field)
            return np.greater_equal(column, bound) if wanted.op == "at_least" else np.less_equal(column, bound)
        postings = self._posting(wanted.field)
        asked = self._asked(wanted, postings.keys())
        hits = np.zeros(len(self), dtype=np.int64)
        for keys in asked:
            # An item of several words may have more than one of those that meet one value.
            if keys:
                hits[np.unique(np.concatenate([postings[key] for key in keys]))] += 1
        if wanted.op == "none_of":
            return np.equal(hits, 0)
        if wanted.op == "any_of":
            return np.greater(hits, 0)
        return np.equal(hits, len(asked)) & self._has(wanted.field)

    def _asked(self, wanted: Filter, known: AbstractSet[str]) -> list[set[str]]:
        """For each value of a filter the words, of some that are there, that meet it; hours meet others by overlap."""
        asked = dict.fromkeys(self._wanted(wanted.field, value) for value in wanted.values)
        if self.fields[wanted.field] == "hours":
            return [{own for own in known if opens_within(own, value)} for value in asked]
        return [{value} & known for value in asked]

    def _has(self, field: str) -> NDArray[np.bool_]:
        has = np.zeros(len(self), dtype=np.bool_)
        for rows in self._posting(field).values():
            has[rows] = True
        return has

    def _check(self, wanted: Filter) -> float | None:
        """The bound of a filter on a number, a day or a time; None for one of words."""
        kind = self.fields[wanted.field]
        if kind == "hours" and any(moment_kind(str(value)) != "hours" for value in wanted.values):
            raise UsageError(f"filter on {wanted.field!r} takes hours such as 'Sun 18:00-22:00', not {wanted.values!r}")
        if wanted.op not in ("at_least", "at_most"):
            return None
        if kind not in _COMPARED:
            raise UsageError(f"filter {wanted.op} on {wanted.field!r}, which holds {kind}; use any_of, all_of, none_of")
        try:
            (bound,) = (number_of(value) for value in wanted.values)
        except ValueError:
            raise UsageError(
                f"filter {wanted.op} on {wanted.field!r} takes one {_COMPARED[kind]}, not {wanted.values!r}"
            ) from None
        return bound

    def _known(self, field: str) -> str:
        name = self.called(field)
        if name not in self.fields:
            raise UsageError(f"no field {field!r} in the catalogue; it has: {', '.join(sorted(self.fields))}")
        return name

    def settled(self, wanted: Filter) -> Filter:
        """A filter on the name that its field has here; `UsageError` where there is none."""
        name = self._known(wanted.field)
        return wanted if name == wanted.field else replace(wanted, field=name)

    def _wanted(self, field: str, value: str | float) -> str:
        if self.fields[field] == "hours":
            return str(value)
        key = _key(_spell(value))
        return _FLAGS.get(key, key) if self.fields[field] == "flag" else key

    def _posting(self, field: str) -> dict[str, NDArray[np.int64]]:
        """Rows by word of one field, made once; a race between threads costs time only."""
        if field not in self._postings:
            rows: dict[str, list[int]] = {}
            for row, item in enumerate(self._items):
                for key in {self._wanted(field, word) for word in words_of(item, field)}:
                    rows.setdefault(key, []).append(row)
            self._postings[field] = {key: np.asarray(found, dtype=np.int64) for key, found in rows.items()}
        return self._postings[field]

    def _number(self, item: Item, field: str) -> float | None:
        """What an item has of a field that can be compared; None where it has nothing of the kind."""
        value = value_of(item, field)
        if isinstance(value, int | float):
            return value
        kind = self.fields[field]
        return number_of(value) if isinstance(value, str) and moment_kind(value) == kind else None

    def _column(self, field: str) -> NDArray[np.float64]:
        """One number an item, NaN (which fails every comparison) where there is none."""
        if field not in self._columns:
            column = np.full(len(self), np.nan)
            for row, item in enumerate(self._items):
                value = self._number(item, field)
                if value is not None:
                    column[row] = value
            self._columns[field] = column
        return self._columns[field]


def _kind(value: FactValue) -> FieldKind:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, str):
        return moment_kind(value) or "words"
    return "number" if isinstance(value, int | float) else "words"


def _spell(value: str | float) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _key(word: str) -> str:
    return " ".join(word.split()).casefold()
