"""What goes with what: an item-item model solved in closed form, read with the newest events first.

The model is a ridge regression of every item on the items that people had with it (EASE, Steck 2019) and on
those they had shortly before it (the transitions of SLIST, Choi et al. 2021), each item explained by its
`NEIGHBOURS` nearest alone. On last-item-out this beats dense EASE on films and games, and its cost grows with
the number of items and not with its cube.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import RunError, UsageError
from convrec.retrieve.cooccurrence import Grams, grams
from convrec.retrieve.files import write_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.data.log import Log
    from convrec.protocols import Catalogue
    from convrec.signal import Scale

NEIGHBOURS = 100
"""Items that explain one item. Of 50, 100, 200 and all, 100 leaves most of the next items within the first 200."""

LIKED = 0.29
"""Signal above which an event speaks for the item's quality: every liking rating, and looking without a rating."""

VERSION = 2
_BLOCK = 128
_FULL = 8_000


@dataclass(frozen=True)
class Collaborative:
    """Item-item weights, and how often each item was touched.

    Attributes:
        weights: Sparse `(n_items, n_items)`, float32: row = an item of the history, column = what it speaks for.
        counts: Events of each item, shape `(n_items,)`.
        quality: Share of an item's rated events that are likes, drawn to the log's mean, 0 to 1.
        half_life: A history event weighs half as much so many events later.
        ids: Digest of the item ids by row.
    """

    weights: Any
    counts: NDArray[np.int64]
    quality: NDArray[np.float32]
    half_life: float
    ids: str

    @classmethod
    def fit(
        cls,
        log: Log,
        catalogue: Catalogue,
        *,
        ridge: float = 300.0,
        half_life: float = 3.5,
        scale: Scale | None = None,
    ) -> Collaborative:
        """Solve the model for a log.

        Args:
            log: What people did; items outside the catalogue are skipped.
            catalogue: Gives every item its row.
            ridge: L2 penalty.
            half_life: Of the history's weight, in events.
            scale: Says which events are likes; None: learned from the log.

        Raises:
            UsageError: No event names an item of the catalogue.
        """
        rows = log.rows(catalogue)
        order = log.chronology
        order = order[rows[order] >= 0]
        if not len(order):
            raise UsageError("the log has no event with an item of the catalogue; are the item ids the same?")
        users, items = log.user_codes[order], rows[order]
        found = grams(users, items, len(catalogue), tau=half_life / np.log(2), times=log.timestamps[order])
        likes = (log.signals(scale or log.scale())[order] > LIKED).astype(np.float64)
        counts = np.bincount(items, minlength=len(catalogue))
        share = (np.bincount(items, likes, len(catalogue)) + 5 * likes.mean()) / (counts + 5)
        weights = solve(found, ridge)
        return cls(weights, counts.astype(np.int64), share.astype(np.float32), half_life, digest_of(catalogue))

    def scores(self, rows: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """How much a history speaks for every item.

        Args:
            rows: Catalogue rows of the history, shape `(n,)`.
            weights: Weight of each, shape `(n,)`.

        Returns:
            Shape `(n_items,)`; about 0 for unrelated items, higher is better, no fixed range.
        """
        out = np.zeros(len(self.counts), dtype=np.float32)
        for row, weight in zip(rows.tolist(), weights.tolist(), strict=True):
            start, end = self.weights.indptr[row : row + 2]
            out[self.weights.indices[start:end]] += weight * self.weights.data[start:end]
        return out

    def contributions(
        self, rows: NDArray[np.int64], weights: NDArray[np.float32], targets: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """What each history item adds to the score of each target, shape `(n_targets, n_history)`.

        A row sums up to the target's score.
        """
        part = self.weights[rows][:, targets].toarray()
        return np.ascontiguousarray((part * weights[:, None]).T, dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the model as one safetensors file, whole or not at all."""
        from safetensors.numpy import save

        tensors = {
            "data": self.weights.data.astype(np.float32),
            "indices": self.weights.indices.astype(np.int32),
            "indptr": self.weights.indptr.astype(np.int64),
            "counts": self.counts,
            "quality": self.quality,
        }
        about = {"version": VERSION, "half_life": self.half_life, "ids": self.ids}
        write_whole(path, save(tensors, metadata={"convrec": json.dumps(about)}))

    @classmethod
    def load(cls, path: Path, catalogue: Catalogue) -> Collaborative:
        """Read a saved model.

        Raises:
            RunError: The file is absent, damaged, or was made for other items; fit anew.
        """
        from safetensors import SafetensorError, safe_open
        from scipy.sparse import csr_matrix

        try:
            with safe_open(str(path), framework="numpy") as file:
                about = json.loads(file.metadata()["convrec"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if about["version"] != VERSION or about["ids"] != digest_of(catalogue):
                raise RunError("retrieve", f"{path.name} was made for other items or by another version; fit it anew")
            size = len(catalogue)
            weights = csr_matrix((tensors["data"], tensors["indices"], tensors["indptr"]), shape=(size, size))
            weights.check_format(full_check=True)
            return cls(weights, tensors["counts"], tensors["quality"], about["half_life"], about["ids"])
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise RunError("retrieve", f"{path.name} cannot be read ({error}); fit it anew") from error


def digest_of(catalogue: Catalogue) -> str:
    """Changes whenever an item comes, goes or moves."""
    from hashlib import blake2b

    return blake2b("\x1f".join(item.id for item in catalogue.items).encode(), digest_size=16).hexdigest()


def recency(count: int, half_life: float) -> NDArray[np.float32]:
    """Weight of each event of a history, oldest first: 1 for the newest, half for `half_life` events before it."""
    return np.exp2(-np.arange(count)[::-1] / half_life).astype(np.float32)


def solve(found: Grams, ridge: float, neighbours: int = NEIGHBOURS) -> Any:
    """Ridge weights of every item on its nearest neighbours, as a CSR matrix `(n_items, n_items)`.

    For target j with neighbours N: `(P[N, N] + ridge * I) w = q[N, j]`, solved in batches; the item itself is
    never its own neighbour, which is EASE's zero diagonal.
    """
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    size = found.size
    pairs = _Pairs(found.within)
    inputs, outputs, values = [], [], []
    for start in range(0, size, _BLOCK):
        targets = np.arange(start, min(start + _BLOCK, size))
        near, cross = _nearest(found, targets, neighbours)
        held = near >= 0
        width = int(held.sum(axis=1).max(initial=0))
        if not width:
            continue
        near, cross, held = near[:, :width], cross[:, :width], held[:, :width]
        gram = pairs.block(np.where(held, near, 0)) * (held[:, :, None] & held[:, None, :])
        gram[:, np.arange(width), np.arange(width)] += ridge
        # Matrices of 100 by 100: threads of the linear algebra library wait for each other longer than they work,
        # twenty times slower where the cores are shared.
        with threadpool_limits(1, user_api="blas"):
            weight = np.linalg.solve(gram, cross[:, :, None])[:, :, 0]
        inputs.append(near[held])
        outputs.append(np.repeat(targets, held.sum(axis=1)))
        values.append(weight[held].astype(np.float32))
    if not inputs:
        return csr_matrix((size, size), dtype=np.float32)
    entries = (np.concatenate(values), (np.concatenate(inputs), np.concatenate(outputs)))
    return csr_matrix(entries, shape=(size, size), dtype=np.float32)


def _nearest(
    found: Grams, targets: NDArray[np.int64], neighbours: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of the items with the highest cosine to each target (-1: none), and their co-occurrence with it."""
    near = np.full((len(targets), neighbours), -1, dtype=np.int64)
    cross = np.zeros((len(targets), neighbours))
    norms = np.sqrt(found.within.diagonal()) + 1e-9
    for place, target in enumerate(targets):
        start, end = found.across.indptr[target : target + 2]
        rows, values = found.across.indices[start:end], found.across.data[start:end]
        keep = (rows != target) & (values > 0)
        rows, values = rows[keep], values[keep]
        if len(rows) > neighbours:
            best = np.argpartition(-values / norms[rows], neighbours)[:neighbours]
            rows, values = rows[best], values[best]
        near[place, : len(rows)] = rows
        cross[place, : len(rows)] = values
    return near, cross


class _Pairs:
    """Entries of a symmetric sparse matrix among sets of rows."""

    def __init__(self, matrix: Any) -> None:
        size = matrix.shape[0]
        self._full = matrix.toarray() if size <= _FULL else None
        if self._full is None:
            self._halves = _in_shorter_rows(matrix)
            self._place = np.full(size, -1, dtype=np.int64)

    def block(self, near: NDArray[np.int64]) -> NDArray[np.float64]:
        """The square of entries among each row of `near`: `(n, k)` to `(n, k, k)`."""
        if self._full is not None:
            return np.asarray(self._full[near[:, :, None], near[:, None, :]], dtype=np.float64)
        return np.stack([self._square(rows) for rows in near])

    def _square(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        # Padding repeats row 0; the caller masks whatever stands there.
        halves, square = self._halves, np.zeros((len(rows), len(rows)))
        starts = halves.indptr[rows].astype(np.int64)
        lengths = halves.indptr[rows + 1] - starts
        ends = np.cumsum(lengths)
        entries = np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1])
        self._place[rows[::-1]] = np.arange(len(rows))[::-1]
        columns = self._place[halves.indices[entries]]
        self._place[rows] = -1
        held = columns >= 0
        square[np.repeat(np.arange(len(rows)), lengths)[held], columns[held]] = halves.data[entries[held]]
        return np.maximum(square, square.T)


def _in_shorter_rows(matrix: Any) -> Any:
    """Each pair of a symmetric matrix once, in the row of the item with fewer neighbours.

    So the row of an item that everybody knows is as short as others, and a lookup does not pay for its fame.
    """
    from scipy.sparse import csr_matrix

    table = matrix.tocoo()
    sizes = np.diff(matrix.tocsr().indptr)
    first, second = sizes[table.row], sizes[table.col]
    keep = (first < second) | ((first == second) & (table.row <= table.col))
    return csr_matrix((table.data[keep], (table.row[keep], table.col[keep])), shape=matrix.shape)
