"""The log of what people did: one Arrow table, columns instead of objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import UsageError
from convrec.signal import Scale
from convrec.types import History, Interaction, ItemId, UserId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue

COLUMNS = ("user_id", "item_id", "rating", "timestamp", "kind", "review", "event_id")
_BATCH = 65_536


def schema() -> Any:
    """The Arrow schema of a log: repeated words as dictionaries, about 40 bytes an event."""
    import pyarrow as pa

    words = pa.dictionary(pa.int32(), pa.string())
    types = (words, words, pa.float64(), pa.float64(), words, pa.large_string(), pa.large_string())
    return pa.schema(list(zip(COLUMNS, types, strict=True)))


class Log:
    """Events in the order of their file, as columns.

    A log of tens of millions of events stays a table: ask it for arrays. `interactions()` makes objects, one
    batch at a time. Nothing changes after construction.

    Attributes:
        table: A `pyarrow.Table` of `schema()`; null ratings and timestamps are absent ones.
    """

    def __init__(self, table: Any) -> None:
        """Take a table with the columns of a log; missing optional columns count as empty.

        Raises:
            UsageError: `user_id` or `item_id` is missing, or a column cannot be read as its type.
        """
        self.table = _shaped(table)

    @classmethod
    def from_interactions(cls, events: Iterable[Interaction]) -> Log:
        """Collect events, in the order given."""
        import pyarrow as pa

        source = iter(events)
        batches = []
        while chunk := list(islice(source, _BATCH)):
            columns = {name: [getattr(event, name) for event in chunk] for name in COLUMNS}
            batches.append(pa.table(columns, schema=schema()))
        return cls(pa.concat_tables(batches) if batches else schema().empty_table())

    @classmethod
    def joined(cls, logs: Iterable[Log]) -> Log:
        """Several logs, one after the other."""
        import pyarrow as pa

        tables = [log.table for log in logs]
        return cls(pa.concat_tables(tables) if tables else schema().empty_table())

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def interactions(self) -> Iterator[Interaction]:
        """The events as objects, in the order of the log, made batch by batch."""
        for batch in self.table.to_batches(max_chunksize=_BATCH):
            columns = (batch.column(name).to_pylist() for name in COLUMNS)
            for user, item, rating, time, kind, review, event in zip(*columns, strict=True):
                yield Interaction(user, item, rating, time, kind, review, event)

    @property
    def users(self) -> list[UserId]:
        """Every person of the log, in order of first appearance."""
        return self._users[1]

    @property
    def items(self) -> list[ItemId]:
        """Every item touched, in order of first appearance."""
        return self._items[1]

    @property
    def user_codes(self) -> NDArray[np.int64]:
        """Position in `users` of each event's person, shape `(n_events,)`."""
        return self._users[0]

    @property
    def item_codes(self) -> NDArray[np.int64]:
        """Position in `items` of each event's item, shape `(n_events,)`."""
        return self._items[0]

    @cached_property
    def ratings(self) -> NDArray[np.float64]:
        """Rating of each event, NaN where there is none."""
        return self._numbers("rating")

    @cached_property
    def timestamps(self) -> NDArray[np.float64]:
        """Time of each event in seconds since 1970, NaN where there is none."""
        return self._numbers("timestamp")

    @cached_property
    def chronology(self) -> NDArray[np.int64]:
        """Event numbers, each person's events together and oldest first.

        People come in order of first appearance; equal times keep the order of the log, and events without a
        time count as older than all others.
        """
        times = np.nan_to_num(self.timestamps, nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        return np.lexsort((times, self.user_codes))

    def rows(self, catalogue: Catalogue) -> NDArray[np.int64]:
        """Catalogue row of each event's item, shape `(n_events,)`; -1 for an item that is not in it."""
        known = [catalogue.row(item) if item in catalogue else -1 for item in self.items]
        return np.asarray(known, dtype=np.int64)[self.item_codes] if known else np.empty(0, dtype=np.int64)

    def signals(self, scale: Scale) -> NDArray[np.float64]:
        """`Scale.signal` of each event, -1 to 1, computed once for every distinct kind and rating."""
        if not len(self):
            return np.empty(0)
        kind_codes, kinds = self._coded("kind")
        ratings, rating_codes = np.unique(self.ratings, return_inverse=True)
        pairs, which = np.unique(kind_codes * len(ratings) + rating_codes, return_inverse=True)
        signals = np.empty(len(pairs))
        for number, (kind, rating) in enumerate(zip(pairs // len(ratings), ratings[pairs % len(ratings)], strict=True)):
            known = None if np.isnan(rating) else float(rating)
            signals[number] = scale.signal(Interaction("", "", known, kind=kinds[kind]))
        return signals[which]

    def likes(self, scale: Scale) -> NDArray[np.bool_]:
        """`Scale.likes` of each event."""
        signals = self.signals(scale)
        return (signals >= 0.5) | (np.isnan(self.ratings) & (signals > 0))

    def scale(self, like_from: float | None = None) -> Scale:
        """The rating scale learned from the log; see `Scale.of`."""
        ratings = np.unique(self.ratings)
        return Scale.of((float(value) for value in ratings[~np.isnan(ratings)]), like_from)

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Log:
        """The events of a mask (in the order of the log) or of event numbers (in the order given)."""
        numbers = np.flatnonzero(which) if which.dtype == np.bool_ else which
        return Log(self.table.take(numbers))

    def histories(self) -> Iterator[History]:
        """Every person's history, oldest event first, made one at a time."""
        events: list[Interaction] = []
        for event in self.take(self.chronology).interactions():
            if events and event.user_id != events[0].user_id:
                yield History(events[0].user_id, tuple(events))
                events = []
            events.append(event)
        if events:
            yield History(events[0].user_id, tuple(events))

    def history(self, user_id: UserId) -> History:
        """One person's history, oldest event first; empty for somebody unknown."""
        if user_id not in self._user_numbers:
            return History(user_id)
        code = self._user_numbers[user_id]
        start, end = np.searchsorted(self.user_codes[self.chronology], [code, code + 1])
        return History(user_id, tuple(self.take(self.chronology[start:end]).interactions()))

    @cached_property
    def _users(self) -> tuple[NDArray[np.int64], list[str]]:
        return self._coded("user_id")

    @cached_property
    def _items(self) -> tuple[NDArray[np.int64], list[str]]:
        return self._coded("item_id")

    @cached_property
    def _user_numbers(self) -> dict[UserId, int]:
        return {user: code for code, user in enumerate(self.users)}

    def _coded(self, column: str) -> tuple[NDArray[np.int64], list[str]]:
        """Codes in order of first appearance, and the words they stand for."""
        coded = self.table.column(column).combine_chunks()
        if not len(coded):
            return np.empty(0, dtype=np.int64), []
        codes = coded.indices.to_numpy(zero_copy_only=False)
        present, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        words = coded.dictionary.take(present[order]).to_pylist()
        return place[inverse], words

    def _numbers(self, column: str) -> NDArray[np.float64]:
        numbers: NDArray[np.float64] = np.asarray(
            self.table.column(column).to_numpy(zero_copy_only=False), dtype=np.float64
        )
        return numbers


def _shaped(table: Any) -> Any:
    """The table in the schema of a log, with the defaults of `Interaction` for what is absent."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = schema()
    if table.schema.equals(wanted):
        return table.unify_dictionaries()
    for name in ("user_id", "item_id"):
        if name not in table.column_names:
            raise UsageError(f"a log needs a column {name!r}; found: {', '.join(table.column_names)}")
    defaults = {"kind": "rate", "review": "", "event_id": ""}
    columns = []
    for field in wanted:
        if field.name not in table.column_names:
            plain = pa.nulls(table.num_rows, pa.string() if pa.types.is_dictionary(field.type) else field.type)
        else:
            plain = _plain(table.column(field.name), field)
        if field.name in defaults and plain.null_count:
            plain = pc.fill_null(plain, defaults[field.name])
        if field.name in ("user_id", "item_id") and plain.null_count:
            raise UsageError(f"{plain.null_count} events of a log have no {field.name}")
        columns.append(pc.dictionary_encode(plain) if pa.types.is_string(plain.type) else plain)
    return pa.table(columns, schema=wanted).unify_dictionaries()


def _plain(column: Any, field: Any) -> Any:
    """A column as words or numbers; a dictionary of the right type stays as it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type.equals(field.type) and not (pa.types.is_floating(field.type) or column.null_count):
        return column
    wanted = pa.string() if pa.types.is_dictionary(field.type) else field.type
    try:
        plain = column.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise UsageError(f"column {field.name!r} of a log cannot be read as {wanted}: {error}") from error
    if not pa.types.is_floating(wanted):
        return plain
    return pc.if_else(pc.is_nan(plain), pa.scalar(None, wanted), plain)
