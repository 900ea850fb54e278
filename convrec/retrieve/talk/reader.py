"""Reads a talk and scores every item of a catalogue by how likely it is named next."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convrec.retrieve.talk import files
from convrec.retrieve.talk.company import Companions
from convrec.retrieve.talk.evidence import Evidence
from convrec.retrieve.talk.memory import Recollection
from convrec.retrieve.talk.text import named, title, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue, Encoder, Vectors
    from convrec.types import Role, Turn

log = logging.getLogger("convrec")

TITLES = "titles.npz"
"""Beside the index: the vectors of the titles, made once."""

_REMEMBERED = 256
_FOREIGN, _HOME = 0.75, 0.85
"""Nearness of a catalogue to those it was trained on: from the first on it has a say, from the second on its whole
weight. For an adapter made of talks about films other films have .9 and more, novels .73, music .58, games .46."""


class TalkReader:
    """A talk adapter over one catalogue. Safe to use from several threads.

    Attributes:
        nearness: Of the catalogue to those it was trained on, see `nearness`.
        share: 0 (another world than it was trained on: no say) to 1 (at home).
    """

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        documents: Vectors,
        titles: Vectors,
        tuned: Encoder,
    ) -> None:
        """Read the heads and place the items.

        Args:
            folder: Of the adapter; its files were checked.
            catalogue: The items.
            documents: Vectors of their documents by the untuned encoder, in catalogue order, shape `(n_items, dim)`.
            titles: Of their titles, see `title_vectors`.
            tuned: The encoder with the adapter, reads the words.

        Raises:
            UsageError: The heads are missing or not complete.
        """
        stored = files.load(folder)
        self._heads, self._catalogue, self._tuned = stored.heads, catalogue, tuned
        self._items, self._bias = stored.heads.items(np.asarray(documents, dtype=np.float32), titles)
        self.nearness = nearness(np.asarray(documents, dtype=np.float32), titles, stored.home)
        self.share = float(np.clip((self.nearness - _FOREIGN) / (_HOME - _FOREIGN), 0, 1))
        self._blend = stored.blend
        self._fame = np.zeros(len(catalogue), dtype=np.float32)
        self._covered = 0.0
        if stored.fame is not None:
            self._fame = stored.fame.of(catalogue.items)
            collection, self._covered = stored.fame.home(catalogue.items)
            self._blend = stored.blend.at(collection, self._covered)
        self._evidence: Evidence | None = None
        self._companions: Companions | None = None
        self._recollection: Recollection | None = None
        if self.share and not stored.blend.is_plain:
            self._evidence = Evidence(catalogue)
            if stored.company is not None:
                self._companions = Companions(stored.company, catalogue.items)
            if stored.memory is not None and self._covered:
                self._recollection = Recollection(stored.memory, catalogue.items)
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._guard = threading.Lock()

    def scores(self, turns: Sequence[Turn]) -> NDArray[np.float32]:
        """A log-odds-like score of each item, higher is likelier, shape `(n_items,)`."""
        talk = self._talk(turns)
        read = self._read(talk)
        if self._evidence is None:
            return read
        company, memory = np.zeros_like(self._fame), np.zeros_like(self._fame)
        if self._companions is not None:
            named = dict.fromkeys(one for turn in turns for one in turn.items if one in self._catalogue)
            company = self._companions.of([self._catalogue.row(one) for one in named])
        if self._recollection is not None:
            # As with fame: a catalogue that has little of what was named there is told little.
            memory = np.float32(self._covered) * self._recollection.of(talk)
        return self._blend.scores(read, self._fame, company, self._evidence.of(turns), memory)

    def read(self, turns: Sequence[Turn]) -> NDArray[np.float32]:
        """What the adapter's networks alone say."""
        return self._read(self._talk(turns))

    def _read(self, talk: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._heads.scale * (self._items @ talk) + self._bias, dtype=np.float32)

    def _talk(self, turns: Sequence[Turn]) -> NDArray[np.float32]:
        """What is looked for, a unit vector."""
        user, assistant = (self._mean(turns, role) for role in ("user", "assistant"))
        return self._heads.talk(self._words(written(turns)), user, assistant)

    def _mean(self, turns: Sequence[Turn], role: Role) -> NDArray[np.float32]:
        rows = [self._catalogue.row(one) for one in named(turns, role) if one in self._catalogue]
        if not rows:
            return np.zeros(self._heads.dim, dtype=np.float32)
        return np.asarray(self._items[rows].mean(axis=0), dtype=np.float32)

    def _words(self, text: str) -> NDArray[np.float32]:
        with self._guard:
            known = self._known.get(text)
        if known is None:
            known = np.asarray(self._tuned.encode([text], role="query")[0], dtype=np.float32)
            with self._guard:
                self._known[text] = known
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return known


def nearness(documents: Vectors, titles: Vectors, home: NDArray[np.float32]) -> float:
    """How much a catalogue is like another: cosine of the mean vectors, the mean of documents and titles, -1 to 1.

    Args:
        documents: Of the catalogue, shape `(n, dim)`.
        titles: Of the catalogue.
        home: Mean vectors of the other's documents and titles, shape `(2, dim)`.
    """
    if not len(titles):
        return 0.0
    means = np.stack([documents.mean(axis=0), titles.mean(axis=0)])
    lengths = np.linalg.norm(means, axis=1) * np.linalg.norm(home, axis=1)
    return float(((means * home).sum(axis=1) / np.maximum(lengths, 1e-12)).mean())


def title_vectors(catalogue: Catalogue, encoder: Encoder, folder: Path | None) -> Vectors:
    """Vectors of all titles, from the folder where they lie there, else made and put there.

    Args:
        catalogue: The items.
        encoder: Untuned.
        folder: Of the index; None: nothing is kept.
    """
    titles = [title(item) for item in catalogue.items]
    digest = blake2b(f"{encoder.name}\x1e".encode(), digest_size=16)
    for text in titles:
        digest.update(f"{text}\x1e".encode(errors="replace"))
    key = digest.hexdigest()
    file = folder / TITLES if folder is not None else None
    if file is not None and (stored := _stored(file, key, (len(titles), encoder.dim))) is not None:
        return stored
    vectors = encoder.encode(titles, role="document")
    if file is not None:
        _keep(file, key, vectors)
    return vectors


def _stored(file: Path, key: str, shape: tuple[int, int]) -> Vectors | None:
    try:
        with np.load(file, allow_pickle=False) as found:
            vectors: Vectors = found["vectors"]
            same = str(found["key"]) == key and vectors.shape == shape
    except (OSError, ValueError, KeyError, EOFError):
        return None
    return np.asarray(vectors, dtype=np.float32) if same and np.isfinite(vectors).all() else None


def _keep(file: Path, key: str, vectors: Vectors) -> None:
    partial = file.with_suffix(".partial.npz")
    try:
        np.savez(partial, vectors=vectors.astype(np.float16), key=np.asarray(key))
        partial.replace(file)
    except OSError as error:
        log.warning("the vectors of the titles cannot be kept (%s); they are made anew at every opening", error)
