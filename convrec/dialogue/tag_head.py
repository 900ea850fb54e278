"""What is put on the LLM to label tokens and name acts, and its file.

A causal model sees no word to the right of the one it labels. So the mask is taken away, and each token of a message
sees all of it (Li et al., "Label Supervised LLaMA Finetuning", arXiv 2310.01208); the adapter learns to use that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec.dialogue.slots import ACTS, SLOTS
from convrec.dialogue.tags import LABELS, Encoded, pack
from convrec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "convrec_tags.safetensors"
VERSION = 2


def head(width: int, dropout: float = 0.1) -> Any:
    """Fresh weights: a label for each state, and acts from their mean beside their highest, as a torch module.

    Args:
        width: Of the LLM's states.
        dropout: Of states.
    """
    from torch import nn

    made = nn.ModuleDict(
        {"drop": nn.Dropout(dropout), "labels": nn.Linear(width, LABELS), "acts": nn.Linear(2 * width, len(ACTS))}
    )
    for name in ("labels", "acts"):
        nn.init.normal_(made[name].weight, std=0.02)
        nn.init.zeros_(made[name].bias)
    return made


def read(model: Any, made: Any, batch: Sequence[Encoded], pad: int, layers: int = 0) -> tuple[list[Any], Any]:
    """Logits of labels and acts for messages.

    Args:
        model: A causal model of Hugging Face, its adapter active.
        made: Of `head`.
        batch: Messages, at least one.
        pad: Token that fills up.
        layers: Only the first so many decoder layers; 0: all.

    Returns:
        One tensor `(n_tokens, LABELS)` a message, and one `(n_messages, len(ACTS))`; float32, on the model's device.
    """
    import torch

    rows = pack(batch, pad)
    device, decoder = model.device, model.get_decoder()
    owner = torch.from_numpy(rows.owner).to(device)
    seen = owner[:, :, None] == owner[:, None, :]  # padding sees padding, so that no row of the mask is empty
    mask = torch.zeros(seen.shape, dtype=model.dtype, device=device)
    mask = mask.masked_fill_(~seen, torch.finfo(model.dtype).min)[:, None]
    every = decoder.config.num_hidden_layers
    decoder.config.num_hidden_layers = layers or every
    try:
        states = decoder(
            input_ids=torch.from_numpy(rows.ids).to(device),
            attention_mask=mask,
            position_ids=torch.from_numpy(rows.positions).to(device),
            use_cache=False,
        ).last_hidden_state.to(made["labels"].weight.dtype)
    finally:
        decoder.config.num_hidden_layers = every
    own = [
        made["drop"](states[row, at + one.first : at + len(one.ids)])
        for (row, at), one in zip(rows.lies, batch, strict=True)
    ]
    whole = torch.stack([torch.cat([each.mean(0), each.max(0).values]) for each in own])
    return [made["labels"](each) for each in own], made["acts"](whole)


def save(folder: Path, made: Any, layers: int) -> None:
    """Write the weights as bf16."""
    import torch
    from safetensors.torch import save_file

    tensors = {
        name: tensor.detach().to("cpu", torch.bfloat16).contiguous() for name, tensor in made.state_dict().items()
    }
    about = {"version": VERSION, "slots": SLOTS, "acts": ACTS, "layers": layers}
    save_file(tensors, folder / FILE, metadata={"convrec": json.dumps(about)})


def load(folder: Path) -> tuple[Any, int]:
    """The weights, ready to be used, and how many decoder layers they read (0: all).

    Raises:
        UsageError: The file is absent, damaged, or of other slots and acts.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(folder / FILE), framework="pt") as file:
            about = json.loads((file.metadata() or {})["convrec"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        if (about["version"], tuple(about["slots"]), tuple(about["acts"])) != (VERSION, SLOTS, ACTS):
            raise UsageError(f"{FILE} of adapter {folder.name!r} is of another version; train it anew")
        made = head(tensors["labels.weight"].shape[1])
        made.load_state_dict(tensors)
        return made.eval(), int(about["layers"])
    except (OSError, SafetensorError, AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UsageError(f"{FILE} of adapter {folder.name!r} cannot be read: {error}") from error
