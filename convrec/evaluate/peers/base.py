"""What every peer shares: its interface, the log as a matrix and as sequences, and a validation of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convrec.data.log import Log
from convrec.errors import UsageError
from convrec.protocols import Catalogue
from convrec.types import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Rows = NDArray[np.int64]

_BATCH = 128


class Peer(Protocol):
    """A recommender from histories alone."""

    name: str

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Learn from the training events, and choose settings, if any, on a part of these alone."""
        ...

    def scores(self, histories: Sequence[Rows]) -> Floats:
        """A score for every item, shape `(len(histories), n_items)`; higher is better.

        Args:
            histories: Catalogue rows, oldest first, at least one each.
        """
        ...


class Ranked:
    """A peer as a system: the best rows that the history does not have; ties go to the row that comes first."""

    def __init__(self, peer: Peer) -> None:
        """Keep the peer."""
        self.name = peer.name
        self._peer = peer

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Learn from the training events."""
        self._catalogue = catalogue
        self._peer.fit(log, catalogue)

    def rank(self, histories: Sequence[History], k: int) -> list[list[int]]:
        """Rows of the k best items for each history, best first, without those the history has."""
        lists = []
        for start in range(0, len(histories), _BATCH):
            chunk = [rows_of(history, self._catalogue) for history in histories[start : start + _BATCH]]
            lists += [best(scores, rows, k) for scores, rows in zip(self._peer.scores(chunk), chunk, strict=True)]
        return lists


def rows_of(history: History, catalogue: Catalogue) -> Rows:
    """Catalogue rows of a history, oldest first, one an event; items outside the catalogue are left out."""
    return np.array([catalogue.row(item) for item in history.item_ids if item in catalogue], dtype=np.int64)


def best(scores: Floats, seen: Rows, k: int) -> list[int]:
    """The k best rows that are not seen, best first; fewer where there are not so many."""
    scores = scores.astype(np.float64)
    scores[seen] = -np.inf
    found = np.argsort(-scores, kind="stable")[:k]
    return [int(row) for row in found if scores[row] > -np.inf]


def matrix(log: Log, catalogue: Catalogue) -> Any:
    """Who touched what, as a CSR matrix of ones in float32, shape `(len(log.users), n_items)`."""
    return stacked(sequences(log, catalogue), len(catalogue))


def stacked(histories: Sequence[Rows], n_items: int) -> Any:
    """Histories as a CSR matrix of ones, a row each."""
    from scipy.sparse import csr_matrix

    users = np.repeat(np.arange(len(histories)), [len(history) for history in histories])
    rows = np.concatenate([*histories, np.empty(0, dtype=np.int64)])
    found = csr_matrix((np.ones(len(rows), dtype=np.float32), (users, rows)), shape=(len(histories), n_items))
    found.data[:] = 1
    return found


def sequences(log: Log, catalogue: Catalogue) -> list[Rows]:
    """Everybody's rows, oldest first, in the order of `log.users`; somebody may have none.

    Raises:
        UsageError: No event names an item of the catalogue.
    """
    rows, order = log.rows(catalogue), log.chronology
    order = order[rows[order] >= 0]
    if not len(order):
        raise UsageError("no training event names an item of the catalogue; are the item ids the same?")
    ends = np.cumsum(np.bincount(log.user_codes[order], minlength=len(log.users)))
    return np.split(rows[order], ends[:-1])


def newest_out(histories: Sequence[Rows]) -> tuple[list[Rows], Rows]:
    """Histories without their newest event, and that event: a validation within the training events.

    People with fewer than two events, or whose newest event repeats an older one, keep what they have and get the
    target -1.
    """
    shorter, targets = [], []
    for rows in histories:
        fits = len(rows) >= 2 and rows[-1] not in rows[:-1]
        shorter.append(rows[:-1] if fits else rows)
        targets.append(int(rows[-1]) if fits else -1)
    return shorter, np.array(targets, dtype=np.int64)


def validated(score: Callable[[Sequence[Rows]], Floats], histories: Sequence[Rows], targets: Rows) -> float:
    """Mean NDCG@10 of the targets, what the histories have left out; people with target -1 do not count."""
    judged = np.flatnonzero(targets >= 0)
    gains = []
    for start in range(0, len(judged), _BATCH):
        people = judged[start : start + _BATCH]
        chunk = [histories[person] for person in people]
        scores = np.array(score(chunk))
        for line, rows, target in zip(scores, chunk, targets[people], strict=True):
            own = line[target]
            line[rows] = -np.inf
            rank = 1 + int((line > own).sum())
            gains.append(1 / np.log2(1 + rank) if rank <= 10 else 0.0)
    return float(np.mean(gains)) if gains else 0.0


def sampled(targets: Rows, most: int, seed: int) -> Rows:
    """The targets with all but a random `most` of them set to -1."""
    judged = np.flatnonzero(targets >= 0)
    if len(judged) <= most:
        return targets
    kept = np.random.default_rng(seed).choice(judged, most, replace=False)
    out = np.full_like(targets, -1)
    out[kept] = targets[kept]
    return out
