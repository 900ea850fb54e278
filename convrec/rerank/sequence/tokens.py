"""Items as tokens of the LLM, and what it makes of them as scores of items."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVELS = 6
"""0: nothing is known of it; 1 (hated) to 5 (loved)."""

_TEXT_STD, _ID_STD, _ID_GAIN = 0.01, 0.1, 4.0
_NOISE = 0.2
"""What is left of random id embeddings where there are better ones to begin with."""


def level(signals: NDArray[np.float64]) -> NDArray[np.int64]:
    """Levels of `Scale.signal`s in [-1, 1], each from 1 to 5."""
    return 1 + np.round((np.clip(signals, -1, 1) + 1) * 2).astype(np.int64)


class ItemTokens(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """What the LLM reads for an item, and how its last state is turned into a score of every item.

    The token of an event is a projection of the item's text embedding, plus one of its learned id embedding, plus an
    embedding of how it was liked. The id part is dropped at random in training (Volkovs et al. 2017, DropoutNet), so
    that text alone serves items that nobody has touched and other catalogues. Scores are inner products of a
    projection of the state with a projection of both parts, plus a bias.
    """

    texts: Tensor
    known: Tensor

    def __init__(
        self,
        texts: Tensor,
        width: int,
        *,
        id_dim: int = 64,
        out_dim: int = 256,
        dropout: float = 0.2,
        id_dropout: float = 0.2,
        text: bool = True,
        ids: bool = True,
    ) -> None:
        """Fresh weights.

        Args:
            texts: Text embeddings, shape `(n_items, dim)`.
            width: Of the LLM's states.
            id_dim: Of the id embeddings.
            out_dim: In which states and items are compared.
            dropout: Of tokens and states.
            id_dropout: Chance of an item's id part to be left out, drawn once a batch.
            text: Whether the text part is used; False for comparison.
            ids: Whether the id part is used; False for comparison.
        """
        super().__init__()
        count, dim = texts.shape
        centred = texts.float() - texts.float().mean(0)
        self.register_buffer("texts", nn.functional.normalize(centred, dim=1) * math.sqrt(dim), persistent=False)
        self.register_buffer("known", torch.ones(count, 1), persistent=False)
        self.uses_text, self.uses_ids, self._id_dropout = text, ids, id_dropout
        self.text_in = nn.Linear(dim, width, bias=False)
        self.id_in = nn.Linear(id_dim, width, bias=False)
        self.level = nn.Embedding(LEVELS, width)
        self.id = nn.Embedding(count, id_dim)
        self.query = nn.Linear(width, out_dim, bias=False)
        self.text_out = nn.Linear(dim, out_dim, bias=False)
        self.id_out = nn.Linear(id_dim, out_dim, bias=False)
        self.bias = nn.Parameter(torch.zeros(count))
        self.like_query = nn.Linear(width, out_dim)
        self.like_bias = nn.Parameter(torch.zeros(count))
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.text_in.weight, std=_TEXT_STD)
        nn.init.normal_(self.id_in.weight, std=2 * _TEXT_STD)
        nn.init.normal_(self.level.weight, std=2 * _TEXT_STD)
        nn.init.normal_(self.id.weight, std=_ID_STD)
        nn.init.normal_(self.query.weight, std=0.003)
        nn.init.normal_(self.text_out.weight, std=2 * _TEXT_STD)
        nn.init.normal_(self.id_out.weight, std=_ID_STD)
        nn.init.zeros_(self.like_query.weight)
        nn.init.zeros_(self.like_query.bias)

    def begin(self, vectors: Tensor) -> None:
        """Start the id embeddings from vectors of root mean square 1, shape `(n_items, id_dim)`, not from noise."""
        with torch.no_grad():
            self.id.weight.mul_(_NOISE).add_(vectors.to(self.id.weight) * _ID_STD)

    def ids(self) -> Tensor:
        """Id embeddings, shape `(n_items, id_dim)`; 0 for unknown items, in training for some others too."""
        whole = self.id.weight * self.known
        if not self.training or not self._id_dropout:
            return whole
        kept = torch.rand(len(whole), 1, device=whole.device) > self._id_dropout
        return whole * kept / (1 - self._id_dropout)

    def forward(self, rows: Tensor, levels: Tensor, ids: Tensor) -> Tensor:
        """Tokens of events.

        Args:
            rows: Items, shape `(batch, length)`.
            levels: How each was liked, same shape.
            ids: Of `ids()`.

        Returns:
            float32, shape `(batch, length, width)`.
        """
        token: Tensor = self.level(levels)
        if self.uses_text:
            token = token + self.text_in(self.texts[rows])
        if self.uses_ids:
            token = token + self.id_in(ids[rows]) * _ID_GAIN
        out: Tensor = self.dropout(token)
        return out

    def items(self, ids: Tensor, rows: Tensor | None = None) -> Tensor:
        """What states are compared with, shape `(n_items, out_dim)`, or one a row."""
        texts = self.texts if rows is None else self.texts[rows]
        out = torch.zeros(len(texts), self.query.out_features, device=texts.device)
        if self.uses_text:
            out = out + self.text_out(texts)
        if self.uses_ids:
            out = out + self.id_out(ids if rows is None else ids[rows])
        return out

    def scores(self, states: Tensor, ids: Tensor, offered: Tensor | None = None) -> Tensor:
        """Logits of the next item for states of shape `(n, width)`.

        Args:
            states: Of the LLM.
            ids: Of `ids()`.
            offered: Rows of the items to score, shape `(m,)`; None: all.

        Returns:
            Shape `(n, m)`, without `offered` `(n, n_items)`.
        """
        bias = self.bias if offered is None else self.bias[offered]
        out: Tensor = self.dropout(self.query(states)) @ self.items(ids, offered).T + bias
        return out

    def likes(self, states: Tensor, rows: Tensor, ids: Tensor) -> Tensor:
        """Logits of liking one item each, shape `(n,)`."""
        out: Tensor = (self.dropout(self.like_query(states)) * self.items(ids)[rows]).sum(1) + self.like_bias[rows]
        return out


def states(model: Any, tokens: Tensor, layers: int = 0) -> Tensor:
    """The LLM's last states over item tokens, float32, shape `(batch, length, width)`.

    Args:
        model: A causal model of Hugging Face, with its adapter active.
        tokens: Shape `(batch, length, width)`, padded on the right: later tokens do not reach earlier ones.
        layers: Only the first so many decoder layers; 0: all.
    """
    decoder = model.get_decoder()
    all_layers = decoder.config.num_hidden_layers
    decoder.config.num_hidden_layers = layers or all_layers
    try:
        out: Tensor = decoder(inputs_embeds=tokens.to(model.dtype), use_cache=False).last_hidden_state
        return out.float()
    finally:
        decoder.config.num_hidden_layers = all_layers
