"""Splits of a log that leak nothing from later to earlier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from convrec.data.log import Log
from convrec.errors import UsageError
from convrec.types import UserId


@dataclass(frozen=True, slots=True)
class Split:
    """Three disjoint parts of a log, each in the order of the log."""

    train: Log
    validation: Log
    test: Log


def last_item_out(log: Log) -> Split:
    """Each person's newest event is test, the second newest validation, the rest train.

    Newest by timestamp with a stable sort: of equal times the one later in the log is the newer. People with
    fewer than three events stay in train.
    """
    order = log.chronology
    codes = log.user_codes[order]
    sizes = np.bincount(codes, minlength=len(log.users))
    ends = np.cumsum(sizes)[sizes >= 3]
    part = np.zeros(len(log), dtype=np.int8)
    part[order[ends - 2]] = 1
    part[order[ends - 1]] = 2
    return _parts(log, part)


def global_time(log: Log, quantiles: tuple[float, float] = (0.8, 0.9)) -> Split:
    """Cut the log at two moments: what came before the first is train, after the second test.

    Events of one moment are never torn apart: an event exactly at a cut counts as after it.

    Args:
        log: Every event needs a timestamp.
        quantiles: Shares of the events before the cuts, `0 < first <= second < 1`.

    Raises:
        UsageError: An event has no timestamp, the timestamps are positions in histories and no times, or the
            quantiles are out of order.
    """
    first, second = quantiles
    if not 0 < first <= second < 1:
        raise UsageError(f"quantiles {quantiles!r} are not two growing shares between 0 and 1")
    times = log.timestamps
    if missing := int(np.isnan(times).sum()):
        raise UsageError(f"{missing} of {len(log)} events have no timestamp; a split by time needs all of them")
    if not len(log):
        return Split(log, log, log)
    if are_positions(log):
        raise UsageError(
            "the timestamps of this log count each person's events (1, 2, 3, ...) and are no times, so there is no "
            "moment to cut it at; split it by last item out"
        )
    cuts = np.quantile(times, [first, second], method="lower")
    return _parts(log, np.searchsorted(cuts, times, side="right").astype(np.int8))


def held_out_users(users: Iterable[UserId], share: float, seed: int = 0) -> frozenset[UserId]:
    """People to keep out of training whole: a share of them, chosen by a stable hash of seed and id.

    Whether somebody is held out depends on nobody else, so a larger or smaller log of the same people holds out the
    same ones, on every machine. The share is met on average: 200 of 1,000, give or take 13.

    Args:
        users: Ids; repeated ones count once.
        share: Of the people, strictly between 0 and 1.
        seed: Another seed, another choice.

    Raises:
        UsageError: The share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise UsageError(f"share {share!r} of people to hold out is not between 0 and 1; a fifth is 0.2")
    limit = share * 2.0**64
    return frozenset(user for user in users if _hashed(seed, user) < limit)


def _hashed(seed: int, user: UserId) -> int:
    digest = blake2b(f"{seed}\x1f{user}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def are_positions(log: Log) -> bool:
    """Whether the timestamps number each person's events, as some published logs have it, and are no times.

    They are when nine in ten of all steps from one event of a person to the next are exactly 1, and nine in ten of
    the people start within one of each other. Clocks do neither.
    """
    times, order = log.timestamps, log.chronology
    people = log.user_codes[order]
    same = people[1:] == people[:-1]
    if not same.any() or np.isnan(times).any():
        return False
    steps = np.diff(times[order])[same]
    starts = times[order][np.concatenate([[True], ~same])]
    return bool(np.mean(steps == 1) >= 0.9 and np.mean(np.abs(starts - np.median(starts)) <= 1) >= 0.9)


def _parts(log: Log, part: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> Split:
    return Split(*(log.take(np.equal(part, number)) for number in range(3)))
