"""Histories as training sequences: random stretches, batched by length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.moments import Moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_LENGTHS = np.unique(np.round(1.25 ** np.arange(1, 60)).astype(np.int64))
"""Histories of up to each of these lengths go into batches of their own: little is padding, whatever the log."""


@dataclass(frozen=True)
class Sequences:
    """Everybody's events, person after person, oldest first.

    Attributes:
        starts: Where each person's events start, and the end; shape `(n_people + 1,)`.
        rows: Catalogue row of each event.
        levels: How it was liked, 1 to 5.
        liked: Whether it was liked.
        times: When it was, the same for events whose order is not known; None: all in the order given.
    """

    starts: Ints
    rows: Ints
    levels: Ints
    liked: NDArray[np.bool_]
    times: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Ints:
        """Events of each person."""
        return np.diff(self.starts)

    def shuffled(self, people: Ints, rng: np.random.Generator) -> Sequences:
        """These people alone, their events of one moment in a new order."""
        sizes = self.lengths[people]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        events = np.arange(starts[-1]) + np.repeat(self.starts[people] - starts[:-1], sizes)
        if self.times is None:
            return Sequences(starts, self.rows[events], self.levels[events], self.liked[events])
        moments = Moments.of(self.times[events], np.repeat(np.arange(len(people)), sizes)).first
        events = events[np.lexsort((rng.random(len(events)), moments))]
        return Sequences(starts, self.rows[events], self.levels[events], self.liked[events], self.times[events])


@dataclass(frozen=True)
class Batch:
    """Stretches of histories, padded on the right.

    Attributes:
        rows: Items read, shape `(people, length)`.
        levels: How each was liked; 0: not told.
        targets: Item that came next, -1 for padding; same shape.
        liked: Whether that one was liked; same shape.
        seen: For each predicted place, in order, the items already touched: pairs of place and row, shape `(n, 2)`.
    """

    rows: Ints
    levels: Ints
    targets: Ints
    liked: NDArray[np.bool_]
    seen: Ints

    def ahead(self, count: int) -> Ints:
        """For each predicted place, in order, the items that came second to `count`th after it, -1 beyond the end.

        Shape `(n_places, count - 1)`.
        """
        padded = np.pad(self.targets, ((0, 0), (0, count)), constant_values=-1)
        length = self.targets.shape[1]
        steps = [padded[:, step : step + length] for step in range(1, count)]
        later = np.stack(steps, axis=2) if steps else np.empty((*self.targets.shape, 0), dtype=np.int64)
        return np.asarray(later[self.targets >= 0])


class Crops:
    """Draws batches; batch number n is the same in every run of one seed."""

    def __init__(
        self,
        sequences: Sequences,
        *,
        length: int,
        tokens: int,
        seed: int,
        power: float = 0.5,
        drop: float = 0.0,
        unrated: float = 0.1,
    ) -> None:
        """Sort the people by length.

        Args:
            sequences: To learn from.
            length: Events read at most.
            tokens: Events a batch, about.
            seed: Of everything drawn.
            power: A person is drawn in proportion to this power of the events they have: 1 gives every event the
                same chance, 0 every person.
            drop: Chance of each event of the stretch to be left out (augmentation).
            unrated: Chance of a person's likings not to be told, so that histories without ratings are served.

        Raises:
            UsageError: Nobody has two events.
        """
        self._all, self._length, self._seed = sequences, length, seed
        self._drop, self._unrated, self._tokens = drop, unrated, tokens
        lengths = sequences.lengths
        people = np.flatnonzero(lengths >= 2)
        if not len(people):
            raise UsageError("nobody has two events besides those held out: there is no sequence to learn from")
        order = people[np.argsort(lengths[people], kind="stable")]
        read = np.minimum(lengths[order] - 1, length)
        edges = np.searchsorted(read, _LENGTHS, "right")
        self._buckets = [part for part in np.split(order, np.unique(edges)) if len(part)]
        weights = [lengths[part].astype(np.float64) ** power for part in self._buckets]
        self._chances = [weight / weight.sum() for weight in weights]
        self._counts = [
            max(1, int(tokens / np.average(np.minimum(lengths[part] - 1, length), weights=chance)))
            for part, chance in zip(self._buckets, self._chances, strict=True)
        ]
        # Buckets with many people a batch come up less often: everybody's chance stays in proportion.
        rate = np.array([weight.sum() / count for weight, count in zip(weights, self._counts, strict=True)])
        self._rates = rate / rate.sum()

    def batch(self, number: int) -> Batch:
        """Batch number `number`, from 0 on."""
        rng = np.random.default_rng((self._seed, number))
        bucket = int(rng.choice(len(self._buckets), p=self._rates))
        people = rng.choice(self._buckets[bucket], self._counts[bucket], p=self._chances[bucket])
        if self._all.times is None:
            return collate(self._all, list(self._stretches(self._all, people, rng)))
        drawn = self._all.shuffled(people, rng)
        return collate(drawn, list(self._stretches(drawn, np.arange(len(drawn)), rng)))

    def _stretches(self, drawn: Sequences, people: Ints, rng: np.random.Generator) -> Iterator[tuple[int, Ints, bool]]:
        """Person, event numbers of the stretch, and whether the likings are told."""
        for person in people.tolist():
            start, end = int(drawn.starts[person]), int(drawn.starts[person + 1])
            longest = self._length + 1
            if end - start > longest:
                end = start + int(rng.integers(longest, end - start + 1))
            events = np.arange(max(start, end - longest), end)
            if self._drop and len(events) > 2:
                kept = events[rng.random(len(events)) >= self._drop]
                events = kept if len(kept) >= 2 else events
            yield person, events, bool(rng.random() >= self._unrated)


def collate(sequences: Sequences, stretches: list[tuple[int, Ints, bool]]) -> Batch:
    """Pad stretches into one batch; the last event of each is only predicted, never read."""
    length = max(len(events) for _, events, _ in stretches) - 1
    shape = (len(stretches), length)
    rows, levels = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    targets, liked = np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=bool)
    seen: list[Ints] = []
    place = 0
    for number, (person, events, told) in enumerate(stretches):
        count = len(events) - 1
        rows[number, :count] = sequences.rows[events[:-1]]
        if told:
            levels[number, :count] = sequences.levels[events[:-1]]
        targets[number, :count] = sequences.rows[events[1:]]
        liked[number, :count] = sequences.liked[events[1:]]
        seen.append(_touched(sequences.rows, int(sequences.starts[person]), events, place))
        place += count
    return Batch(rows, levels, targets, liked, np.concatenate(seen))


def _touched(rows: Ints, start: int, events: Ints, place: int) -> Ints:
    """Pairs of place and item touched before what is predicted there, the whole history counted."""
    count = len(events) - 1
    ends = events[1:]
    sizes = ends - start
    places = np.repeat(np.arange(place, place + count), sizes)
    firsts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    numbers = start + np.arange(int(sizes.sum())) - firsts
    return np.stack([places, rows[numbers]], axis=1)
