"""The network of SASRec."""

from __future__ import annotations

from functools import cache
from typing import Any

BLOCKS = 2
HEADS = 2


def network(n_items: int, dim: int, dropout: float, length: int) -> Any:
    """A SASRec network (Kang and McAuley 2018) with fresh weights from torch's current seed.

    Two pre-normalised blocks of causal self-attention and a feed-forward layer, learned positions counted from the
    newest event, and one table of item vectors for input and output.

    Args:
        n_items: Size of the catalogue.
        dim: Of the item vectors, a multiple of the number of heads.
        dropout: 0 to 1, on the input, the attention and both layers of each block.
        length: Events looked at.

    Returns:
        A torch module. `forward(rows (n, t), lengths (n,))` takes rows filled up on the right and gives states
        `(n, t, dim)`; a state times `items.weight.T` (shape `(dim, n_items)`) scores what comes next.
    """
    return _classes()(n_items, dim, dropout, length)


@cache
def _classes() -> Any:
    import torch
    from torch import nn
    from torch.nn import functional

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self, dim: int, dropout: float) -> None:
            super().__init__()
            self.before_attention, self.before_layers = nn.LayerNorm(dim), nn.LayerNorm(dim)
            self.query_key_value, self.mixed = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
            self.layers = nn.Sequential(
                nn.Linear(dim, dim), nn.ReLU(), nn.Dropout(dropout), nn.Linear(dim, dim), nn.Dropout(dropout)
            )
            self.dropout = dropout

        def forward(self, states: Any) -> Any:
            n, time, dim = states.shape
            parts = self.query_key_value(self.before_attention(states))
            query, key, value = parts.view(n, time, 3, HEADS, dim // HEADS).permute(2, 0, 3, 1, 4)
            # The fill is to the right, so that causality alone keeps it out of sight.
            drop = self.dropout if self.training else 0.0
            seen = functional.scaled_dot_product_attention(query, key, value, dropout_p=drop, is_causal=True)
            states = states + functional.dropout(
                self.mixed(seen.transpose(1, 2).reshape(n, time, dim)), self.dropout, self.training
            )
            return states + self.layers(self.before_layers(states))

    class Network(nn.Module):  # type: ignore[misc]
        def __init__(self, n_items: int, dim: int, dropout: float, length: int) -> None:
            super().__init__()
            self.length = length
            self.items, self.places = nn.Embedding(n_items, dim), nn.Embedding(length, dim)
            self.blocks = nn.ModuleList([Block(dim, dropout) for _ in range(BLOCKS)])
            self.last, self.dropout = nn.LayerNorm(dim), nn.Dropout(dropout)
            for weights in self.parameters():
                if weights.dim() > 1:
                    nn.init.xavier_normal_(weights)

        def forward(self, rows: Any, lengths: Any) -> Any:
            back = (self.length - lengths)[:, None] + torch.arange(rows.shape[1])
            states = self.dropout(self.items(rows) + self.places(back.clamp(max=self.length - 1)))
            for block in self.blocks:
                states = block(states)
            return self.last(states)

    return Network
