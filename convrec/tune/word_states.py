"""What two readers see of each word, as `dialogue.readers.joint.inputs` has it, for whole batches and with gradients.

The network over both readers teaches them only if what it reads of them can be differentiated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.readers.tags import LABELS, Encoded
from convrec.dialogue.readers.votes import LEAST

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NONE = 1e-9


@dataclass(frozen=True)
class Pairing:
    """Which tokens lie in which words, over all messages of a batch one after another.

    Attributes:
        tokens: Of each pair, shape `(n_pairs,)`.
        words: Of each pair, shape `(n_pairs,)`.
        first: First token of each word, shape `(n_words,)`; 0 where it has none.
        goes_on: Whether that token began in a word before, shape `(n_words,)`.
        empty: Whether no token lies in a word, shape `(n_words,)`.
    """

    tokens: Any
    words: Any
    first: Any
    goes_on: Any
    empty: Any

    @classmethod
    def of(cls, encoded: Sequence[Encoded], places: Sequence[NDArray[np.int64]]) -> Pairing:
        """Pair tokens with words.

        Args:
            encoded: Tokens of each message.
            places: Characters of the words of each message, shape `(n_words, 2)`.
        """
        import torch

        tokens: list[int] = []
        words: list[int] = []
        rows: list[tuple[int, bool, bool]] = []
        before = 0
        for one, own in zip(encoded, places, strict=True):
            for start, end in own.tolist():
                inside = np.flatnonzero((one.places[:, 0] < end) & (one.places[:, 1] > start))
                tokens += (inside + before).tolist()
                words += [len(rows)] * len(inside)
                if len(inside):
                    rows.append((int(inside[0]) + before, bool(one.places[inside[0], 0] < start), False))
                else:
                    rows.append((0, False, True))
            before += len(one.places)
        first, goes_on, empty = zip(*rows, strict=True) if rows else ((), (), ())
        long, flag = torch.long, torch.bool
        return cls(
            torch.tensor(tokens, dtype=long),
            torch.tensor(words, dtype=long),
            torch.tensor(first, dtype=long),
            torch.tensor(goes_on, dtype=flag),
            torch.tensor(empty, dtype=flag),
        )

    def to(self, device: Any) -> Pairing:
        """The same on a device."""
        return Pairing(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))

    def mean(self, values: Any) -> Any:
        """The mean over the tokens of each word, shape `(n_words, width)`; zeros where there is none.

        Args:
            values: Of the tokens, shape `(n_tokens, width)`.
        """
        import torch

        size = len(self.first)
        total = torch.zeros(size, values.shape[1], dtype=values.dtype, device=values.device)
        total = total.index_add(0, self.words, values[self.tokens])
        count = torch.zeros(size, device=values.device).index_add(
            0, self.words, torch.ones(len(self.words), device=values.device)
        )
        return total / count.clamp(min=1)[:, None]

    def log_chances(self, marks: Any) -> Any:
        """Logs of the chances of labels of words, shape `(n_words, LABELS)`, as `votes.log_chances`.

        Args:
            marks: Logits of the tokens, shape `(n_tokens, LABELS)`.
        """
        import torch

        chances = marks.softmax(-1)
        mean = self.mean(chances)
        first = chances[self.first]
        slots, own = mean[:, 1::2] + mean[:, 2::2], first[:, 1::2] + first[:, 2::2]
        begins = first[:, 1::2] / own.clamp(min=_NONE) * (~self.goes_on)[:, None]
        inside = torch.stack([slots * begins, slots * (1 - begins)], -1).flatten(1)
        outside = torch.zeros(LABELS, device=marks.device)
        outside[0] = 1.0
        found = torch.where(self.empty[:, None], outside, torch.cat([mean[:, :1], inside], 1))
        return found.clamp(min=LEAST).log()
