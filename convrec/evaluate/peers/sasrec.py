"""SASRec with full softmax: self-attention over the history, trained to predict the next item at every position."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.log import Log
from convrec.evaluate.peers.base import newest_out, sampled, sequences, validated
from convrec.evaluate.peers.sasrec_network import network
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Rows = NDArray[np.int64]

_BATCH, _LARGE_BATCH, _MANY = 32, 128, 4_096
"""Histories a step, and in logs of more than so many."""
_LOGITS = 2**26
"""Positions times items of one step: a quarter of a gibibyte in float32."""
_SAMPLED_ABOVE, _NEGATIVES = 8_192, 4_096
"""As convrec's own ranker does."""
_EVERY = 2
"""Epochs between two validations."""
_CHOICE_WORK = 1e10
"""Events times items that settings are compared on; of larger logs a sample of people. Much smaller samples of a
sparse log teach nothing, and so tell nothing of the settings."""
_JUDGED = 2_000
"""People whose newest event is looked at for early stopping."""
_NEGLIGIBLE = 0.1
"""Share of the people above which what those lose is trained on in a second run."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One point of the grid.

    Attributes:
        dim: Of the item vectors.
        dropout: 0 to 1.
        rate: Adam's learning rate.
    """

    dim: int
    dropout: float
    rate: float = 1e-3


GRID = (Setting(64, 0.2), Setting(64, 0.5))
"""What is compared on validation: little dropout for large logs, much for small ones."""


class SasRec:
    """SASRec (Kang and McAuley 2018) with cross-entropy over the whole catalogue (Klenitskiy and Vasilev 2023).

    `fit` holds the newest event of each training history out, compares the grid on it with early stopping, and
    trains the best setting for its best number of epochs on all training events. In a log of more than 20,000 people
    only the newest event of 2,000 of them is held out and the best epoch's weights are taken as they are; in a very
    large one the grid is compared on a sample of the people. Above 8,192 items the softmax is over the target and
    4,096 items drawn evenly for each batch.

    Attributes:
        chosen: The setting and the number of epochs that `fit` took.
    """

    name = "sasrec"

    def __init__(
        self,
        grid: Sequence[Setting] = GRID,
        *,
        epochs: int = 80,
        patience: int = 3,
        seed: int = 0,
        progress: Callable[[str], None] = lambda message: None,
    ) -> None:
        """Keep the settings.

        Args:
            grid: What is compared; a single one is taken as it is.
            epochs: At most.
            patience: Validations without a new best before training stops.
            seed: Of weights, order and dropout.
            progress: Told what each setting reached.
        """
        self._grid, self._epochs, self._patience = tuple(grid), epochs, patience
        self._seed, self._progress = seed, progress
        self.chosen: tuple[Setting, int] | None = None

    def fit(self, log: Log, catalogue: Catalogue) -> None:
        """Choose, then train on everything."""
        histories, self._size = [rows for rows in sequences(log, catalogue) if len(rows)], len(catalogue)
        self._length = int(np.clip(np.quantile([len(rows) for rows in histories], 0.75), 64, 200))
        part = self._part(histories) if len(self._grid) > 1 else histories
        tried = [(*self._stopped(option, part), option) for option in self._grid]
        _, epochs, best, setting = max(tried, key=lambda entry: entry[0])
        if len(part) < len(histories):
            _, epochs, best = self._stopped(setting, histories)
        self.chosen = setting, epochs
        if best is not None:
            self._net = self._fresh(setting).eval()
            self._net.load_state_dict(best)
            return
        for net in self._trained(setting, histories, epochs):
            self._net = net

    def scores(self, histories: Sequence[Rows]) -> Floats:
        """Logits of the next item, from the newest events of each history."""
        return self._scores(self._net, histories)

    def _fresh(self, setting: Setting) -> Any:
        """A network with weights from the seed; torch's own generator stays as it was."""
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._seed)
            return network(self._size, setting.dim, setting.dropout, self._length)

    def _part(self, histories: list[Rows]) -> list[Rows]:
        events = sum(len(rows) for rows in histories)
        share = _CHOICE_WORK / (events * self._size)
        if share >= 1:
            return histories
        order = np.random.default_rng(self._seed).permutation(len(histories))
        return [histories[i] for i in order[: max(1, int(share * len(histories)))]]

    def _stopped(self, setting: Setting, histories: list[Rows]) -> tuple[float, int, dict[str, Any] | None]:
        """The best NDCG@10 of the newest events, the epoch that reached it, and its weights where they can be kept."""
        shorter, targets = newest_out(histories)
        targets = sampled(targets, _JUDGED, self._seed)
        judged = targets >= 0
        keeps = 0 < judged.sum() <= _NEGLIGIBLE * len(histories)
        if keeps:
            shorter = [less if out else whole for less, whole, out in zip(shorter, histories, judged, strict=True)]
        found, when, misses, best = -1.0, 1, 0, None
        for epoch, net in enumerate(self._trained(setting, shorter, self._epochs), 1):
            if epoch % _EVERY and epoch < self._epochs:
                continue
            reached = validated(lambda chunk, net=net: self._scores(net, chunk), shorter, targets)  # type: ignore[misc]
            misses = 0 if reached > found else misses + 1
            if reached > found:
                found, when = reached, epoch
                if keeps:
                    best = {name: weight.clone() for name, weight in net.state_dict().items()}
            if misses >= self._patience:
                break
        self._progress(f"sasrec: {setting}: NDCG@10 {found:.4f} on validation after {when} epochs")
        return found, when, best

    def _trained(self, setting: Setting, histories: Sequence[Rows], epochs: int) -> Iterator[Any]:
        """The network after each epoch, in evaluation mode."""
        import torch

        rng = np.random.default_rng(self._seed)
        net = self._fresh(setting)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._seed + 1)
            state = torch.random.get_rng_state()
        optimizer = torch.optim.Adam(net.parameters(), lr=setting.rate, betas=(0.9, 0.98))
        windows = _windows(histories, self._length)
        for _ in range(epochs):
            with torch.random.fork_rng(devices=[]):
                torch.random.set_rng_state(state)
                net.train()
                for batch in _batches(windows, rng):
                    loss = self._loss(net, batch, rng)
                    optimizer.zero_grad(set_to_none=True)
                    loss.backward()
                    optimizer.step()
                state = torch.random.get_rng_state()
            yield net.eval()

    def _loss(self, net: Any, batch: Sequence[Rows], rng: np.random.Generator) -> Any:
        import torch
        from torch.nn import functional

        rows, lengths = _filled([window[:-1] for window in batch])
        states = net(torch.from_numpy(rows), torch.from_numpy(lengths))
        held = torch.from_numpy(np.arange(rows.shape[1]) < lengths[:, None])
        states, wanted = states[held], torch.from_numpy(np.concatenate([window[1:] for window in batch]))
        most = max(len(batch), _LOGITS // min(self._size, _NEGATIVES if self._size > _SAMPLED_ABOVE else self._size))
        if len(wanted) > most:
            kept = torch.from_numpy(rng.choice(len(wanted), most, replace=False))
            states, wanted = states[kept], wanted[kept]
        if self._size <= _SAMPLED_ABOVE:
            return functional.cross_entropy(states @ net.items.weight.T, wanted)
        others = torch.from_numpy(rng.integers(0, self._size, _NEGATIVES))
        against = (states @ net.items(others).T).masked_fill(others[None, :] == wanted[:, None], -torch.inf)
        own = (states * net.items(wanted)).sum(dim=1, keepdim=True)
        return functional.cross_entropy(torch.cat([own, against], dim=1), torch.zeros_like(wanted))

    def _scores(self, net: Any, histories: Sequence[Rows]) -> Floats:
        import torch

        rows, lengths = _filled([history[-self._length :] for history in histories])
        with torch.inference_mode():
            states = net(torch.from_numpy(rows), torch.from_numpy(lengths))
            newest = states[torch.arange(len(rows)), torch.from_numpy(lengths - 1)]
            return np.asarray((newest @ net.items.weight.T).numpy(), dtype=np.float32)


def _windows(histories: Sequence[Rows], length: int) -> list[Rows]:
    """Pieces of at most `length + 1` events, from the newest back, such that every event is predicted once."""
    found = []
    for rows in histories:
        for end in range(len(rows), 1, -length):
            found.append(rows[max(0, end - length - 1) : end])
    return found


def _batches(windows: Sequence[Rows], rng: np.random.Generator) -> Iterator[list[Rows]]:
    """Batches in random order whose members are of like length, so that little is computed for the fill."""
    order = rng.permutation(len(windows))
    size = _LARGE_BATCH if len(windows) > _MANY else _BATCH
    batches = []
    for start in range(0, len(order), 16 * size):
        group = sorted(order[start : start + 16 * size].tolist(), key=lambda place: len(windows[place]))
        batches += [group[first : first + size] for first in range(0, len(group), size)]
    for place in rng.permutation(len(batches)).tolist():
        yield [windows[i] for i in batches[place]]


def _filled(histories: Sequence[Rows]) -> tuple[Rows, Rows]:
    """Rows filled up with row 0 on the right, shape `(n, longest)`, and how many of each are real."""
    lengths = np.array([len(history) for history in histories], dtype=np.int64)
    rows = np.zeros((len(histories), int(lengths.max())), dtype=np.int64)
    for place, history in enumerate(histories):
        rows[place, : len(history)] = history
    return rows, lengths
