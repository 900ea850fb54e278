"""The tuned LLM as a ranker of whole catalogues."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from convrec.compute import rounded
from convrec.rerank.sequence import files
from convrec.types import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue, Vectors
    from convrec.signal import Scale

T = TypeVar("T")

log = logging.getLogger("convrec")

_REMEMBERED = 256
_SUREST = 15.0
"""Logits of liking are cut here."""


class TunedModel(Protocol):
    """A local model that lets others compute with its Hugging Face module, an adapter active."""

    def run(self, work: Callable[[Any], T], adapter: str | None = None) -> T:
        """What the work makes of the module, which is its own meanwhile."""
        ...


class SequenceRanker:
    """Scores every item of a catalogue as the next one after a history.

    A history of 64 events is 64 tokens, so one pass takes tens of milliseconds on two cores. Safe to use from
    several threads.

    Attributes:
        folder: Of the adapter.
        shape: How the tokens were made.
        found: Items of the catalogue that the weights were learned for; the others are read by their text alone.
        held_out_newest: Events of each person that training never saw.
    """

    def __init__(
        self,
        model: TunedModel,
        adapter: str,
        folder: Path,
        catalogue: Catalogue,
        texts: Vectors,
        scale: Scale,
        *,
        held_out_newest: int = 0,
    ) -> None:
        """Load the item tokens; the LLM itself is loaded when it is first asked.

        Args:
            model: With the adapter.
            adapter: Its name there.
            folder: Of the adapter.
            catalogue: The items.
            texts: Their text embeddings, shape `(n_items, dim)`.
            scale: How events say what was liked.
            held_out_newest: As the manifest says.

        Raises:
            UsageError: The file of the tokens cannot be used.
        """
        self._model, self._adapter, self.folder = model, adapter, folder
        self._catalogue, self._scale = catalogue, scale
        self._tokens, self.shape, self.found = files.load(folder, catalogue.items, texts)
        self.held_out_newest = held_out_newest
        self._items: Any = None
        self._remembered: OrderedDict[tuple[Any, ...], NDArray[np.float32]] = OrderedDict()
        self._guard = threading.Lock()

    def scores(self, history: History) -> NDArray[np.float32]:
        """Logits of the next item, shape `(n_items,)`; higher is better. Zeros where nothing is known of the person."""
        if not len(self._read(history)[0]):
            return np.zeros(len(self._catalogue), dtype=np.float32)
        return np.asarray(self._ids_and_items()[1] @ self.vector(history) + self._bias(), dtype=np.float32)

    def vector(self, history: History) -> NDArray[np.float32]:
        """The person as a vector in the space of `item_vectors`, shape `(out_dim,)`."""
        return self._state(history, self._tokens.query)

    @property
    def item_vectors(self) -> NDArray[np.float32]:
        """The items in the space of `vector`, with their bias left out, shape `(n_items, out_dim)`."""
        return np.asarray(self._ids_and_items()[1])

    @property
    def item_bias(self) -> NDArray[np.float32]:
        """What each item's score has beside the inner product, shape `(n_items,)`."""
        return self._bias()

    def chances(self, history: History, rows: Sequence[int]) -> NDArray[np.float32]:
        """Probability of liking these items, each in (0, 1), where `shape.predicts`; .5 without a history."""
        if not len(self._read(history)[0]):
            return np.full(len(rows), 0.5, dtype=np.float32)
        logits = self.item_vectors[rows] @ self._state(history, self._tokens.like_query)
        logits = logits + self._tokens.like_bias.detach().numpy()[rows]
        # Beyond that, float32 knows no number between the chance and 0 or 1.
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_SUREST, _SUREST))), dtype=np.float32)

    def _read(self, history: History) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        from convrec.rerank.sequence.tokens import level

        events = [event for event in history.events if event.item_id in self._catalogue][-self.shape.length :]
        rows = np.asarray([self._catalogue.row(event.item_id) for event in events], dtype=np.int64)
        return rows, level(np.asarray([self._scale.signal(event) for event in events], dtype=np.float64))

    def _state(self, history: History, head: Any) -> NDArray[np.float32]:
        import torch

        rows, levels = self._read(history)
        key = (tuple(rows.tolist()), tuple(levels.tolist()))
        with self._guard:
            state = self._remembered.get(key)
        if state is None:
            state = self._pass(rows, levels)
            with self._guard:
                self._remembered[key] = state
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        with torch.inference_mode():
            return np.asarray(head(torch.from_numpy(state)).numpy(), dtype=np.float32)

    def _pass(self, rows: NDArray[np.int64], levels: NDArray[np.int64]) -> NDArray[np.float32]:
        import torch

        from convrec.rerank.sequence.tokens import states

        ids = self._ids_and_items()[0]
        more = (0, rounded(len(rows)) - len(rows))  # what fills up comes later, and no earlier token looks at it

        def read(model: Any) -> NDArray[np.float32]:
            tokens = self._tokens(
                torch.from_numpy(np.pad(rows, more))[None], torch.from_numpy(np.pad(levels, more))[None], ids
            )
            out = states(model, tokens.to(model.device), self.shape.layers)[0, len(rows) - 1]
            return np.array(out.cpu().numpy(), dtype=np.float32)  # a copy: it is kept, the states of all tokens are not

        return self._model.run(read, self._adapter)

    def _ids_and_items(self) -> tuple[Any, NDArray[np.float32]]:
        import torch

        with self._guard:
            if self._items is None:
                with torch.inference_mode():
                    ids = self._tokens.ids()
                    self._items = ids, self._tokens.items(ids).numpy()
            ids, items = self._items
        return ids, items

    def _bias(self) -> NDArray[np.float32]:
        return np.asarray(self._tokens.bias.detach().numpy())
