"""Two small networks over an encoder's vectors: what an item is in a talk, and what a talk is looking for.

The encoder's vectors of the items stay as they are, so that one index serves wishes and talks. An item in a talk is its
document's vector, moved by what document and title say, with a bias: how readily it comes up at all. What a talk looks
for is the tuned encoder's vector of its words, moved by the items named so far by either side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors

    Array = NDArray[np.float32]

INPUT = 3.0
"""Unit vectors are stretched by so much on their way into a layer, so that its units are awake at the start."""


def shapes(dim: int, item_units: int, talk_units: int) -> dict[str, tuple[int, ...]]:
    """Shape of each weight by name.

    Args:
        dim: Of the encoder's vectors.
        item_units: Hidden units of the items' network.
        talk_units: Of the talks'.
    """
    return {
        "item_in": (2 * dim, item_units),
        "item_in_bias": (item_units,),
        "item_out": (item_units, dim),
        "item_linear": (2 * dim, dim),
        "bias_units": (item_units,),
        "bias_linear": (2 * dim,),
        "talk_in": (3 * dim, talk_units),
        "talk_out": (talk_units, dim),
        "talk_words": (dim, dim),
        "talk_user": (dim, dim),
        "talk_assistant": (dim, dim),
        "log_scale": (1,),
    }


@dataclass(frozen=True)
class Heads:
    """The weights; see the module and `shapes`.

    Attributes:
        weights: float32 by name.
    """

    weights: Mapping[str, Array]

    def __post_init__(self) -> None:
        linear, units = self.weights.get("talk_words"), self.weights.get("item_in_bias")
        talk = self.weights.get("talk_in")
        if linear is None or units is None or talk is None or talk.ndim != 2:
            raise UsageError("the heads of a talk adapter are not complete")
        wanted = shapes(len(linear), len(units), talk.shape[1])
        for name, shape in wanted.items():
            if name not in self.weights or self.weights[name].shape != shape:
                raise UsageError(f"the heads of a talk adapter have no {name} of shape {shape}")

    @property
    def dim(self) -> int:
        """Of the encoder's vectors."""
        return len(self.weights["talk_words"])

    def items(self, documents: Vectors, titles: Vectors) -> tuple[Array, Array]:
        """Items as talks see them: unit vectors, shape `(n, dim)`, and biases, shape `(n,)`.

        Args:
            documents: The encoder's unit vectors of the documents, untuned, shape `(n, dim)`.
            titles: Of the titles alone.
        """
        w = self.weights
        both = np.concatenate([documents, titles], axis=1).astype(np.float32)
        hidden = _gelu(np.float32(INPUT) * both @ w["item_in"] + w["item_in_bias"])
        moved = documents + both @ w["item_linear"] + hidden @ w["item_out"]
        return _unit(moved), np.asarray(hidden @ w["bias_units"] + both @ w["bias_linear"], dtype=np.float32)

    def talk(self, words: Array, user: Array, assistant: Array) -> Array:
        """What a talk looks for: a unit vector, shape `(dim,)`.

        Args:
            words: The tuned encoder's unit vector of the talk's words.
            user: Mean of the items' vectors (`items`) that the seeking person named; zeros: none.
            assistant: Of those that the recommending one named.
        """
        w = self.weights
        both = np.concatenate([words, user, assistant]).astype(np.float32)
        hidden = _gelu(np.float32(INPUT) * both @ w["talk_in"])
        moved = words + words @ w["talk_words"] + user @ w["talk_user"] + assistant @ w["talk_assistant"]
        found: Array = _unit((moved + hidden @ w["talk_out"])[None, :])[0]
        return found

    @property
    def scale(self) -> float:
        """Of the cosine in a score; the bias is added to it."""
        return float(np.exp(self.weights["log_scale"][0]))


def _gelu(x: NDArray[Any]) -> Array:
    """Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016)."""
    return np.asarray(0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))), dtype=np.float32)


def _unit(x: NDArray[Any]) -> Array:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12), dtype=np.float32)
