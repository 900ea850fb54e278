"""Whom a ranking is made for, and what they took up afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.data.log import Log
from convrec.data.splits import Split, global_time, last_item_out
from convrec.errors import UsageError
from convrec.protocols import Catalogue
from convrec.types import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.signal import Scale

SPLITS = ("last-item-out", "global-time")


@dataclass(frozen=True, slots=True)
class Case:
    """One person's history and what came next.

    Attributes:
        history: Training events, without the person's id, items of the catalogue alone.
        targets: Rows of the held-out items that the history does not have; at least one.
        liked: Whether each of them was liked then; empty where that was not asked.
    """

    history: History
    targets: tuple[int, ...]
    liked: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What is learned from and what is asked.

    Attributes:
        protocol: In words.
        train: Events that may be learned from.
        cases: People with a history and a target.
    """

    protocol: str
    train: Log
    cases: Sequence[Case]


def trial(
    log: Log,
    catalogue: Catalogue,
    split: str = "last-item-out",
    *,
    validation: bool = False,
    max_users: int | None = None,
    seed: int = 0,
    scale: Scale | None = None,
) -> Trial:
    """Split a log and collect the cases.

    Args:
        log: Everything that is known.
        catalogue: Items outside it are neither history nor target.
        split: `last-item-out`: each person's newest event is the target. `global-time`: everything that people with
            a history did after the moment before which 90 % of the events lie; nothing after it is learned from.
        validation: Hold out what comes before the test events instead, and learn from neither: the second newest
            event, or the events between the 80 % and the 90 % moment.
        max_users: A random sample of so many people; None: everybody.
        seed: Of the sample.
        scale: Says which targets were liked; None: that is not asked.

    Raises:
        UsageError: The split is unknown or the log does not allow it, or nobody is left to ask for.
    """
    if split not in SPLITS:
        raise UsageError(f"no split {split!r}; there are: {', '.join(SPLITS)}")
    last = split == "last-item-out"
    parts = last_item_out(log) if last else global_time(log)
    train, held = _parts(parts, validation)
    cases = _cases(train, held, catalogue, scale)
    if not cases:
        need = "three events or more" if last else "events both before and after the cut"
        raise UsageError(f"nobody in this workspace has {need}: there is nothing to hold out")
    if max_users is not None and len(cases) > max_users:
        chosen = np.random.default_rng(seed).choice(len(cases), max_users, replace=False)
        cases = [cases[i] for i in sorted(chosen.tolist())]
    which = " (second newest)" if last and validation else " (validation slice)" if validation else ""
    return Trial(split.replace("-", " ") + which, train, cases)


def ranks(lists: Sequence[Sequence[int]], cases: Sequence[Case]) -> NDArray[np.float64]:
    """Ranks of the targets in the lists, shape `(n, most targets)`; see `metrics`."""
    found = np.full((len(cases), max(len(case.targets) for case in cases)), np.nan)
    for place, (shown, case) in enumerate(zip(lists, cases, strict=True)):
        rank = {row: number for number, row in enumerate(shown, 1)}
        found[place, : len(case.targets)] = [rank.get(target, np.inf) for target in case.targets]
    return found


def _parts(split: Split, validation: bool) -> tuple[Log, Log]:
    if validation:
        return split.train, split.validation
    return Log.joined([split.train, split.validation]), split.test


def _cases(train: Log, held: Log, catalogue: Catalogue, scale: Scale | None) -> list[Case]:
    targets: dict[str, dict[int, bool]] = {}
    rows = held.rows(catalogue)
    liked = np.zeros(len(held), dtype=np.bool_) if scale is None else held.likes(scale)
    for code, row, well in zip(held.user_codes.tolist(), rows.tolist(), liked.tolist(), strict=True):
        if row >= 0:
            targets.setdefault(held.users[code], {})[row] = well
    cases = []
    for history in train.histories():
        wanted = targets.get(history.user_id or "")
        if wanted is None:
            continue
        events = tuple(event for event in history.events if event.item_id in catalogue)
        seen = {catalogue.row(event.item_id) for event in events}
        # What a person has already is never recommended, so that it could not be found.
        new = tuple(row for row in wanted if row not in seen)
        if events and new:
            cases.append(Case(History(None, events), new, () if scale is None else tuple(wanted[row] for row in new)))
    return cases
