"""Examples for an encoder of two towers: what is known of a person in words, and the item that came next.

Three kinds of query, each with its own held-out part that training never sees:

- `history`: titles and genres of the newest liked items before an event, oldest first;
- `profile`: the profile's text, by template, of the events before it;
- `dialogue`: the last turns before the assistant names an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from convrec.data.dialogues import Dialogue, in_tenth, read_dialogues
from convrec.data.log import Log
from convrec.data.splits import last_item_out
from convrec.errors import UsageError
from convrec.protocols import Catalogue
from convrec.signal import Scale
from convrec.tune.fit import Fitter
from convrec.types import History, Item, Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.profile.profiler import TasteProfiler

KINDS = ("history", "profile", "dialogues")
TRAIN = frozenset({"train", "training", ""})
HELD = frozenset({"dev", "valid", "validation", "val"})

_RECENT = 10
_LEAST_EVENTS = 5
_MAX_CASES = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and the item that answers it.

    Attributes:
        query: In words.
        row: Catalogue row of the item that came next.
        known: Rows that are no wrong answers though they are not this one: the person's other items, those named.
            In evaluation they are left out of the ranking.
    """

    query: str
    row: int
    known: frozenset[int]


class Source(Protocol):
    """One kind of example.

    Attributes:
        kind: `history`, `profile` or `dialogues`.
        rows: Catalogue row of every example's item, shape `(n,)`.
    """

    kind: str
    rows: NDArray[np.int64]

    def pair(self, number: int) -> Pair:
        """The training example of this number, 0 to `len(rows) - 1`."""
        ...

    def held(self) -> list[Pair]:
        """The held-out cases, always the same."""
        ...


def spoken(item: Item) -> str:
    """An item of a history in words: `Alien (1979), Horror, Sci-Fi`."""
    return ", ".join([item.label, *item.genres])


def history_query(items: Sequence[Item], fitter: Fitter) -> str:
    """The query of a history: the newest `10` liked items in words, oldest first, as many as fit."""
    return fitter.fit([spoken(item) for item in items[-_RECENT:]], "; ")


def dialogue_query(turns: Sequence[Turn], fitter: Fitter) -> str:
    """The query of a talk: its last turns, as many as fit."""
    return fitter.fit([turn.text.strip() for turn in turns if turn.text.strip()] or [""], "\n")


class LogSource:
    """Examples from a log: every liked event with liked events before it, but each person's newest two events.

    The second newest event is the held-out case, the newest is not looked at. People of fewer than three events
    are trained on whole (`convrec.data.splits.last_item_out`).
    """

    def __init__(
        self,
        kind: str,
        log: Log,
        catalogue: Catalogue,
        scale: Scale,
        fitter: Fitter,
        *,
        profiler: TasteProfiler | None = None,
        seed: int = 0,
    ) -> None:
        """Split the log and find its examples.

        Args:
            kind: `history`, or `profile`, which needs a profiler.
            log: All events.
            catalogue: The items; events of others do not count.
            scale: What counts as liking.
            fitter: Shortens queries.
            profiler: Writes profiles, knowing nothing of the held-out events.
            seed: Of the sample of held-out cases.
        """
        self.kind = kind
        self._catalogue, self._fitter, self._profiler, self._seed = catalogue, fitter, profiler, seed
        split = last_item_out(log)
        rows = split.train.rows(catalogue)
        ordered = split.train.chronology[rows[split.train.chronology] >= 0]
        self._events = split.train.take(ordered)
        self._rows = rows[ordered]
        signals = self._events.signals(scale)
        self._liked = (signals >= 0.5) | (np.isnan(self._events.ratings) & (signals > 0))
        self._starts = np.searchsorted(self._events.user_codes, np.arange(len(self._events.users) + 1))
        self._targets = self._with_past()
        self.rows = self._rows[self._targets]
        self._cases = self._held(split.validation)

    def pair(self, number: int) -> Pair:
        """What the person liked before the event, and its item."""
        at = int(self._targets[number])
        start, end = self._bounds(at)
        row = int(self._rows[at])
        others = frozenset(int(other) for other in self._rows[start:end] if other != row)
        return Pair(self._query(start, at), row, others)

    def held(self) -> list[Pair]:
        """The second newest event of at most 1,000 people, after everything older."""
        cases = []
        for user, row in self._cases:
            start, end = int(self._starts[user]), int(self._starts[user + 1])
            known = frozenset(int(other) for other in self._rows[start:end])
            cases.append(Pair(self._query(start, end), row, known))
        return cases

    def _with_past(self) -> NDArray[np.int64]:
        """Liked events with something liked before them."""
        liked = self._liked.astype(np.int64)
        earlier = np.cumsum(liked) - liked
        codes = self._events.user_codes
        starts = self._starts[:-1]
        before = earlier - (earlier[starts][codes] if len(codes) else 0)
        place = np.arange(len(codes)) - (starts[codes] if len(codes) else 0)
        enough = place >= (_LEAST_EVENTS if self.kind == "profile" else 1)
        return np.flatnonzero(self._liked & (before > 0) & enough)

    def _held(self, validation: Log) -> list[tuple[int, int]]:
        """User code and row of each held-out case."""
        codes = {user: code for code, user in enumerate(self._events.users)}
        rows = validation.rows(self._catalogue)
        found = [
            (codes[user], int(row))
            for user, row in zip((validation.users[code] for code in validation.user_codes), rows, strict=True)
            if row >= 0 and user in codes
        ]
        found = [
            (code, row) for code, row in found if row not in self._rows[self._starts[code] : self._starts[code + 1]]
        ]
        if len(found) > _MAX_CASES:
            chosen = np.random.default_rng(self._seed).choice(len(found), _MAX_CASES, replace=False)
            found = [found[place] for place in sorted(chosen.tolist())]
        return found

    def _bounds(self, at: int) -> tuple[int, int]:
        user = int(self._events.user_codes[at])
        return int(self._starts[user]), int(self._starts[user + 1])

    def _query(self, start: int, end: int) -> str:
        if self._profiler is not None:
            past = History(None, tuple(self._events.take(np.arange(start, end)).interactions()))
            text = self._profiler.template(self._profiler.statements(past))
            # The strongest statements come first: of a text too long, the last sentences go.
            return self._fitter.head(text.split(". "), ". ")
        rows = self._rows[start:end]
        liked = rows[self._liked[start:end]]
        return history_query([self._catalogue.items[row] for row in (liked if len(liked) else rows)], self._fitter)


class DialogueSource:
    """Examples from recorded talk: before each assistant turn that names new items, the turns so far.

    The file's own split counts: `train` trains, `dev` or `validation` is held out, others (`test`) are not looked
    at. A file without a held-out part holds out a tenth of its dialogues, by a checksum of their ids.

    Attributes:
        unknown: Items named that the catalogue does not have.
    """

    kind = "dialogues"

    def __init__(self, paths: Sequence[Path], catalogue: Catalogue, fitter: Fitter) -> None:
        """Read the files.

        Raises:
            UsageError: A file is missing or malformed, or names no item of the catalogue.
        """
        self.unknown = 0
        talks = [dialogue for path in paths for dialogue in read_dialogues(path)]
        split = any(talk.split.lower() in HELD for talk in talks)
        parts: dict[bool, list[Pair]] = {True: [], False: []}
        for talk in talks:
            held = talk.split.lower() in HELD if split else in_tenth(talk.id)
            if held or talk.split.lower() in TRAIN:
                parts[held].extend(self._pairs(talk, catalogue, fitter, held))
        self._train, self._cases = parts[False], parts[True]
        if not self._train:
            names = ", ".join(path.name for path in paths) or "no file"
            raise UsageError(
                f"no training example in {names}: {len(talks)} dialogues, {self.unknown} items named that the "
                "catalogue does not have; item ids must be those of the workspace, and split 'train'"
            )
        self.rows = np.array([pair.row for pair in self._train], dtype=np.int64)

    def pair(self, number: int) -> Pair:
        """One item of one assistant turn, with the turns before it."""
        return self._train[number]

    def held(self) -> list[Pair]:
        """Every new item of the held-out dialogues."""
        return self._cases

    def _pairs(self, talk: Dialogue, catalogue: Catalogue, fitter: Fitter, held: bool) -> Iterable[Pair]:
        turns = [
            [catalogue.row(item) for item in dict.fromkeys(turn.items) if item in catalogue] for turn in talk.turns
        ]
        every = frozenset(row for rows in turns for row in rows)
        named: set[int] = set()
        for place, (turn, rows) in enumerate(zip(talk.turns, turns, strict=True)):
            self.unknown += len(set(turn.items)) - len(rows)
            new = [row for row in rows if row not in named]
            # Nothing was said yet: no example to learn from, but a case of the protocol.
            if turn.role == "assistant" and new and (place or held):
                query = dialogue_query(talk.turns[:place], fitter)
                # No wrong answer to learn: whatever else the talk names. Out of a ranking: what was named before.
                yield from (Pair(query, row, frozenset(named) if held else every - {row}) for row in new)
            named.update(rows)
