"""Prompts in step: what a batch feeds to the model next, whichever way the model is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convrec.compute import rounded


class Lines:
    """The rows of a batch that is decoded token by token: new tokens, their positions, and what is padding.

    Attributes:
        rows: Which prompts are still in the batch, by their number.
        ids: What is fed next, shape `(len(rows), n)`: the prompts' ends at first, then one token a row.
        positions: Of `ids`, same shape.
        known: False where a row has padding, shape `(len(rows), shared + all tokens up to ids)`.
    """

    def __init__(self, suffixes: Sequence[Sequence[int]], shared: int, device: Any) -> None:
        """Line the prompts up, padded on the left, between what is shared and the rest.

        Args:
            suffixes: The end of each prompt, at least one token each.
            shared: Tokens that all prompts begin with and that are computed already.
            device: Of the tensors.
        """
        import torch

        self.rows = list(range(len(suffixes)))
        width = rounded(max(map(len, suffixes)))
        ids = torch.zeros((len(suffixes), width), dtype=torch.long)
        known = torch.ones((len(suffixes), shared + width), dtype=torch.bool)
        for row, suffix in enumerate(suffixes):
            ids[row, width - len(suffix) :] = torch.tensor(list(suffix))
            known[row, shared : shared + width - len(suffix)] = False
        self.ids, self.known = ids.to(device), known.to(device)
        self.positions = (self.known.long().cumsum(-1) - 1).clamp(min=0)[:, shared:]

    def take(self, tokens: Sequence[int], stays: Sequence[bool]) -> Any:
        """Put each row's next token in `ids`; rows that do not stay leave.

        Args:
            tokens: One a row.
            stays: Whether the row goes on, one a row.

        Returns:
            The places of the rows that stay, for whoever keeps something by row; None where all stay or none does.
        """
        import torch

        index = None
        if not all(stays):
            kept = [at for at, stay in enumerate(stays) if stay]
            tokens = [tokens[at] for at in kept]
            self.rows = [self.rows[at] for at in kept]
            if not kept:
                return None
            index = torch.tensor(kept, device=self.known.device)
            self.known, self.positions = self.known[index], self.positions[index]
        self.ids = torch.tensor(list(tokens), device=self.known.device)[:, None]
        self.known = torch.nn.functional.pad(self.known, (0, 1), value=True)
        self.positions = self.positions[:, -1:] + 1
        return index
