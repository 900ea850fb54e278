"""Item tokens on disk: one safetensors file beside PEFT's own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import UsageError
from convrec.rerank.sequence.keys import keys, matched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convrec.protocols import Vectors
    from convrec.rerank.sequence.tokens import ItemTokens
    from convrec.types import Item

FILE = "convrec_items.safetensors"
VERSION = 1

_OF_ITEMS = ("id.weight", "bias", "like_bias")


@dataclass(frozen=True, slots=True)
class Shape:
    """How the tokens were made.

    Attributes:
        layers: Decoder layers read; 0: all.
        length: Events read at most.
        encoder: Name of the encoder of the texts.
        width: Of the LLM's states.
        id_dim: Of the id embeddings.
        out_dim: In which states and items are compared.
        text: Whether texts are used.
        ids: Whether ids are used.
        ranks: Whether ranking was learned.
        predicts: Whether the probability of liking was learned.
    """

    layers: int
    length: int
    encoder: str
    width: int
    id_dim: int
    out_dim: int
    text: bool = True
    ids: bool = True
    ranks: bool = True
    predicts: bool = False


def save(folder: Path, tokens: ItemTokens, shape: Shape, items: Sequence[Item]) -> None:
    """Write the weights as bf16, with keys of the items."""
    import torch
    from safetensors.torch import save_file

    tensors = {name: tensor.detach().to("cpu", torch.bfloat16).contiguous() for name, tensor in
               tokens.state_dict().items()}  # fmt: skip
    id_keys, title_keys = keys(items)
    tensors |= {"id_keys": torch.from_numpy(id_keys), "title_keys": torch.from_numpy(title_keys)}
    about = {"version": VERSION, **asdict(shape)}
    save_file(tensors, folder / FILE, metadata={"convrec": json.dumps(about)})


def read(folder: Path) -> tuple[Shape, dict[str, Any]]:
    """The shape and the tensors of a file.

    Raises:
        UsageError: It is absent, damaged or of another version.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(folder / FILE), framework="pt") as file:
            about = json.loads((file.metadata() or {})["convrec"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if about.pop("version") != VERSION:
            raise UsageError(f"{FILE} of adapter {folder.name!r} is of another version; train it anew")
        return Shape(**about), tensors
    except (OSError, SafetensorError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{FILE} of adapter {folder.name!r} cannot be read: {error}") from error


def load(folder: Path, items: Sequence[Item], texts: Vectors) -> tuple[ItemTokens, Shape, int]:
    """The tokens for a catalogue, which need not be the one they were learned on.

    Items are found again by title and id; the others are read by their text, with the bias of a rarely touched item.

    Args:
        folder: Of the adapter.
        items: Of the catalogue, in its order.
        texts: Their embeddings by the encoder of `Shape.encoder`, shape `(n_items, dim)`.

    Returns:
        The tokens, ready to be used, how they were made, and how many items were found again.

    Raises:
        UsageError: The file cannot be used.
    """
    import torch

    from convrec.rerank.sequence.tokens import ItemTokens

    shape, tensors = read(folder)
    try:
        rows = matched((tensors.pop("id_keys").numpy(), tensors.pop("title_keys").numpy()), items)
        vectors = torch.from_numpy(np.array(texts, dtype=np.float32))
        tokens = ItemTokens(vectors, shape.width, id_dim=shape.id_dim, out_dim=shape.out_dim, text=shape.text,
                            ids=shape.ids)  # fmt: skip
        weights = {name: tensor.float() for name, tensor in tensors.items()}
        found = torch.from_numpy(rows)
        there = found >= 0
        for name in _OF_ITEMS:
            learned = weights[name]
            # What was never seen is treated as what was hardly ever seen.
            spare = learned.quantile(0.1) if name == "bias" and there.any() else torch.zeros(())
            placed = spare.expand(len(items), *learned.shape[1:]).clone()
            placed[there] = learned[found[there]]
            weights[name] = placed
        tokens.load_state_dict(weights)
    except (KeyError, IndexError, RuntimeError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"{FILE} of adapter {folder.name!r} does not fit this workspace: {reason}") from error
    tokens.known.copy_(there.float()[:, None])
    return tokens.eval(), shape, int(there.sum())
