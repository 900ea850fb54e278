"""Chroma over our own vectors of one generation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import RunError
from convrec.types import ItemId

if TYPE_CHECKING:
    from convrec.protocols import Vectors

COLLECTION = "items"
_BATCH = 1000


class ChromaVectors:
    """A Chroma collection that holds catalogue ids and vectors and nothing else: no text, nothing about people."""

    def __init__(self, folder: Path) -> None:
        """Open a collection that `write` made.

        Raises:
            RunError: Chroma cannot open it.
        """
        from chromadb.errors import ChromaError

        self._client = _client(folder)
        try:
            # Without `embedding_function=None` Chroma would build whatever model the stored configuration names.
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except (ChromaError, ValueError, KeyError) as error:
            self._client.close()
            raise RunError("index", f"Chroma cannot open {folder.name}: {error}") from error

    @classmethod
    def write(cls, folder: Path, ids: Sequence[ItemId], vectors: Vectors) -> None:
        """Make a collection of cosine space; vectors of shape `(len(ids), dim)`, all finite and of unit length."""
        client = _client(folder)
        size = max(2, min(_BATCH, len(ids)))
        configuration = {
            "hnsw": {
                "space": "cosine",
                "ef_construction": 200,
                "ef_search": 200,
                "max_neighbors": 24,
                "batch_size": size,
                # No more than there are items, so that everything is flushed to the files that are checked.
                "sync_threshold": size,
            }
        }
        collection = client.create_collection(COLLECTION, embedding_function=None, configuration=configuration)
        limit = min(client.get_max_batch_size(), size)
        for start in range(0, len(ids), limit):
            batch = slice(start, start + limit)
            collection.add(ids=list(ids[batch]), embeddings=np.ascontiguousarray(vectors[batch]))
        client.close()

    def count(self) -> int:
        """Number of vectors."""
        return int(self._collection.count())

    def search(self, queries: Vectors, k: int) -> list[list[tuple[ItemId, float]]]:
        """For each query about k items of highest cosine, best first, with the cosine in [-1, 1]."""
        from chromadb.errors import ChromaError

        try:
            found = self._collection.query(
                query_embeddings=np.ascontiguousarray(queries, dtype=np.float32), n_results=k, include=["distances"]
            )
        except (ChromaError, RuntimeError) as error:
            raise RunError("index", f"Chroma cannot search: {error}") from error
        return [
            list(zip(ids, np.clip(1 - np.asarray(distances), -1, 1).tolist(), strict=True))
            for ids, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def close(self) -> None:
        """Give the files back."""
        self._client.close()


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
