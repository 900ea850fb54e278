"""Whether a review is well or ill disposed: a linear reading of the text encoder's vector.

A logistic regression on the default encoder's sentence vectors, fitted on the film and shop review snippets that
Hutto and Gilbert (ICWSM 2014) had twenty people rate, and that come with the source package of vaderSentiment. On
either set, fitted on the other, it is right more often than the lexicons (`convrec evaluate sentiment`).
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Encoder

FILE = "sentiment.json"
CLEAR = 0.4
"""Disposition from which a review says something of the item; about four in five such are read rightly."""
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Head:
    """The regression.

    Attributes:
        encoder: Name of the encoder whose vectors it reads.
        weights: Shape `(dim,)`.
        bias: Added to the product.
    """

    encoder: str
    weights: NDArray[np.float32]
    bias: float

    def read(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Dispositions of sentence vectors, -1 (ill) to 1 (well), shape `(n,)`."""
        return np.tanh((vectors @ self.weights + self.bias) / 2).astype(np.float64)


@dataclass
class Sentiment:
    """Reads reviews and remembers what it read; safe to use from several threads."""

    head: Head
    encoder: Encoder
    _known: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, encoder: Encoder) -> Sentiment | None:
        """For an encoder; None where there is no regression on its vectors."""
        head = shipped()
        return cls(head, encoder) if head is not None and head.encoder == encoder.name else None

    def read(self, texts: Sequence[str]) -> Mapping[str, float]:
        """Disposition of each text, -1 to 1; 0 for an empty one."""
        with self._guard:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = list(dict.fromkeys(text for text in texts if text.strip() and text not in found))
        if missing:
            read = self.head.read(self.encoder.encode(missing, role="document"))
            found |= dict(zip(missing, read.tolist(), strict=True))
            with self._guard:
                self._known.update({text: found[text] for text in missing})
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return found


def shipped() -> Head | None:
    """The regression that comes with convrec."""
    file = files("convrec.profile") / FILE
    if not file.is_file():
        return None
    data = json.loads(file.read_text(encoding="utf-8"))
    return Head(data["encoder"], np.asarray(data["weights"], dtype=np.float32), float(data["bias"]))
