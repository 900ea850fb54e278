"""An encoder that needs no model: words hashed to directions, so that texts that share words lie near."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from convrec.protocols import Vectors

_WORD = re.compile(r"\w+")


class HashingEncoder:
    """Unit vectors from hashed words; the same on every machine, role and run.

    Attributes:
        name: Tells encoders of different dimension apart.
        dim: Length of a vector.
    """

    def __init__(self, dim: int = 256) -> None:
        """Choose the length of the vectors."""
        self.dim = dim
        self.name = f"hashing-{dim}"
        self.calls = 0

    def encode(self, texts: Sequence[str], *, role: Literal["query", "document"]) -> Vectors:
        """One vector a text, shape `(len(texts), dim)`; a text without words gets a fixed direction of its own."""
        self.calls += 1
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for place, text in enumerate(texts):
            for word in _WORD.findall(text.casefold()) or [""]:
                number = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
                vectors[place, number % self.dim] += 1.0 if number >> 63 else -1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        # Words that cancel each other out leave nothing to point anywhere.
        vectors[lengths[:, 0] == 0, 0] = 1.0
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)
