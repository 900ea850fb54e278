"""Raw columns to a checked log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.catalogue import ItemTable
from convrec.data.files import Columns
from convrec.data.log import COLUMNS, Log, schema
from convrec.data.report import Report
from convrec.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

TABLE = "interactions"
REQUIRED = ("user_id", "item_id")

_UNITS = ((1e17, 1e9, "nanoseconds"), (1e14, 1e6, "microseconds"), (1e11, 1e3, "milliseconds"))


@dataclass(frozen=True, slots=True)
class _Words:
    """A column of words: a code an event (-1: none) and the words they stand for."""

    codes: Codes
    words: list[str]

    def arrow(self) -> Any:
        import pyarrow as pa

        codes = pa.array(self.codes, mask=self.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(self.words, pa.string()))


def checked_log(raw: Columns, catalogue: ItemTable, report: Report) -> Log:
    """Keep the events that say who did something with an item of the catalogue, in the order of the file.

    Words are trimmed, times become seconds, an event told twice counts once. Refused events are counted in the
    report by reason.

    Raises:
        UsageError: `user_id` or `item_id` is missing, or nothing is kept of a log that had events.
    """
    require(raw, REQUIRED)
    total = raw.table.num_rows
    users, items = _words(raw, "user_id"), _words(raw, "item_id")
    good = np.ones(total, dtype=np.bool_)

    def refuse(bad: Mask, reason: str) -> None:
        fresh = good & bad
        if fresh.any():
            report.refuse(TABLE, reason, int(fresh.sum()), *raw.locate(int(np.argmax(fresh))))
            np.logical_and(good, ~bad, out=good)

    refuse(users.codes < 0, "no user_id")
    refuse(items.codes < 0, "no item_id")
    known = np.fromiter((word in catalogue for word in items.words), dtype=np.bool_, count=len(items.words))
    refuse(~np.append(known, True)[items.codes], "unknown item")
    ratings, bad = _numbers(raw, "rating", float)
    refuse(bad, "rating is not a number")
    times, bad = _times(raw, report)
    refuse(bad, "timestamp is neither seconds nor an ISO date")
    kinds = _kinds(raw, ratings)
    events = _words(raw, "event_id")
    reviews = _reviews(raw)
    refuse(_repeated(good, users, items, kinds, ratings, times, events, reviews), "the same event again")
    report.add(TABLE, total, int(good.sum()))
    if total and not good.any():
        first = report.refusals[-1]
        raise UsageError(f"no interaction of {raw.path} can be used: {first.reason}; first {first.where}: {first.text}")
    return _log(good, users, items, ratings, times, kinds, reviews, events)


def require(raw: Columns, names: tuple[str, ...]) -> None:
    """Refuse a table that lacks a column.

    Raises:
        UsageError: Names the first missing column and what was found.
    """
    for name in names:
        if name not in raw.table.column_names:
            own = raw.names or tuple(raw.table.column_names)
            alike = _alike(name, [one for one in own if one not in names])
            hint = f"rename {alike!r} to {name!r}" if alike else "rename or add it"
            raise UsageError(f"{raw.path} has no column {name!r} (found: {', '.join(own)}); {hint}")


_CALLED = {
    "user_id": ("user", "customer", "member", "person", "visitor", "account", "player", "reader", "listener", "client"),
    "item_id": ("item", "product", "sku", "asin", "article", "id"),
    "title": ("title", "name", "label"),
}
"""Other names that tables give to what convrec needs."""


def _alike(name: str, own: Sequence[str]) -> str:
    """The column that is likely meant, by its name; empty: none is."""
    words = {one: one.lower().replace("-", "_").split("_") for one in own}
    for called in _CALLED.get(name, ()):
        for one, parts in words.items():
            if called in parts or one.lower().removesuffix("id") == called:
                return one
    return ""


def plain_words(column: Any) -> Any:
    """A column of any type as words; whole numbers without a fraction, so that `1.0` is the id `1`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column.cast(kind)), None, column.cast(kind))
        if pc.all(pc.equal(pc.floor(column), column)).as_py() is not False:
            column = column.cast(pa.int64(), safe=False)
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise UsageError(f"a column of {column.type} cannot hold ids or words: {error}") from error


def _words(raw: Columns, name: str) -> _Words:
    import pyarrow as pa
    import pyarrow.compute as pc

    total = raw.table.num_rows
    if name not in raw.table.column_names or not total:
        return _Words(np.full(total, -1, dtype=np.int32), [])
    column = raw.table.column(name)
    if not pa.types.is_dictionary(column.type) or not pa.types.is_string(column.type.value_type):
        column = pc.dictionary_encode(plain_words(column))
    coded = column.unify_dictionaries().combine_chunks()
    spelled = pc.dictionary_encode(pc.utf8_trim_whitespace(coded.dictionary))
    words = spelled.dictionary.to_pylist()
    merged = np.asarray(pc.fill_null(spelled.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int32)
    if "" in words:
        merged = np.where(merged == words.index(""), -1, merged).astype(np.int32)
    codes = np.asarray(pc.fill_null(coded.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False))
    return _Words(np.append(merged, np.int32(-1))[codes], words)


def _numbers(raw: Columns, name: str, parse: Callable[[str], float]) -> tuple[Floats, Mask]:
    """A column as floats (NaN: absent) and which cells could not be read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    total = raw.table.num_rows
    nothing = np.zeros(total, dtype=np.bool_)
    if name not in raw.table.column_names:
        return np.full(total, np.nan), nothing
    column = raw.table.column(name)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_temporal(kind):
        seconds = pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64())
        return np.asarray(seconds.cast(pa.float64()).to_numpy(zero_copy_only=False)) / 1e6, nothing
    try:
        numbers = column.cast(kind).cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _parsed(raw, name, parse)
    found = np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.where(np.isfinite(found), found, np.nan), nothing


def _parsed(raw: Columns, name: str, parse: Callable[[str], float]) -> tuple[Floats, Mask]:
    """The slow way, one distinct word at a time."""
    words = _words(raw, name)
    values = np.full(len(words.words) + 1, np.nan)
    bad = np.zeros(len(words.words) + 1, dtype=np.bool_)
    for place, word in enumerate(words.words):
        if word:
            try:
                values[place] = parse(word)
            except ValueError:
                bad[place] = word.casefold() not in ("nan", "none", "null", "na", "n/a", "-")
    return np.where(np.isfinite(values), values, np.nan)[words.codes], bad[words.codes]


def _times(raw: Columns, report: Report) -> tuple[Floats, Mask]:
    """Seconds since 1970; bigger units are told by the size of the numbers."""
    times, bad = _numbers(raw, "timestamp", parse_time)
    present = np.abs(times[~np.isnan(times)])
    if len(present):
        typical = float(np.median(present))
        for least, divisor, unit in _UNITS:
            if typical >= least:
                report.remark(f"timestamps of {raw.path.name} are {unit}; converted to seconds")
                return times / divisor, bad
    return times, bad


def parse_time(word: str) -> float:
    """Seconds since 1970 from a number or an ISO 8601 date; a time without a zone is UTC.

    Raises:
        ValueError: It is neither.
    """
    try:
        return float(word)
    except ValueError:
        moment = datetime.fromisoformat(word)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _kinds(raw: Columns, ratings: Floats) -> _Words:
    """What was done, in lower case; where nothing is said: `rate` with a rating, else `view`."""
    said = _words(raw, "kind")
    words = list(dict.fromkeys([*(word.lower() for word in said.words), "rate", "view"]))
    lower = np.asarray([words.index(word.lower()) for word in said.words] + [-1], dtype=np.int32)[said.codes]
    unsaid = np.where(np.isnan(ratings), words.index("view"), words.index("rate"))
    return _Words(np.where(lower < 0, unsaid, lower).astype(np.int32), words)


def _reviews(raw: Columns) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if "review" not in raw.table.column_names:
        return pa.array([""], pa.large_string()).take(pa.array(np.zeros(raw.table.num_rows, dtype=np.int8)))
    words = pc.utf8_trim_whitespace(plain_words(raw.table.column("review")))
    return pc.fill_null(words, "").cast(pa.large_string()).combine_chunks()


def _repeated(
    good: Mask,
    users: _Words,
    items: _Words,
    kinds: _Words,
    ratings: Floats,
    times: Floats,
    events: _Words,
    reviews: Any,
) -> Mask:
    """Events told before: the same client's id, or without one the same in everything said."""
    import pyarrow.compute as pc

    repeated = np.zeros(len(good), dtype=np.bool_)
    named = np.flatnonzero(good & (events.codes >= 0))
    repeated[named] = ~_first(events.codes[named].astype(np.int64))
    plain = np.flatnonzero(good & (events.codes < 0))
    pairs = users.codes[plain].astype(np.int64) * max(1, len(items.words)) + items.codes[plain]
    again = np.sort(pairs)
    again = np.unique(again[1:][again[1:] == again[:-1]])
    plain = plain[np.isin(pairs, again)] if len(again) else plain[:0]
    if not len(plain):
        return repeated
    texts = pc.dictionary_encode(reviews.take(plain)).indices.to_numpy(zero_copy_only=False)
    same = np.zeros(len(plain), dtype=np.int64)
    for part in (users.codes[plain], items.codes[plain], kinds.codes[plain], ratings[plain], times[plain], texts):
        values, codes = np.unique(part, return_inverse=True)
        same = np.unique(same * len(values) + codes, return_inverse=True)[1].astype(np.int64)
    repeated[plain] = ~_first(same)
    return repeated


def _first(codes: NDArray[np.int64]) -> Mask:
    first = np.zeros(len(codes), dtype=np.bool_)
    first[np.unique(codes, return_index=True)[1]] = True
    return first


def _log(
    good: Mask,
    users: _Words,
    items: _Words,
    ratings: Floats,
    times: Floats,
    kinds: _Words,
    reviews: Any,
    events: _Words,
) -> Log:
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pc.fill_null(events.arrow().cast(pa.large_string()), "")
    columns = (
        users.arrow(),
        items.arrow(),
        pa.array(ratings, mask=np.isnan(ratings)),
        pa.array(times, mask=np.isnan(times)),
        kinds.arrow(),
        reviews,
        named,
    )
    table = pa.table(dict(zip(COLUMNS, columns, strict=True)), schema=schema())
    return Log(table if good.all() else table.filter(pa.array(good)))
