"""What is put on a model to label tokens and name acts, and its file.

A causal model sees no word to the right of the one it labels. So the mask is taken away, and each token of a message
sees all of it (Li et al., "Label Supervised LLaMA Finetuning", arXiv 2310.01208); the adapter learns to use that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec.compute import rounded
from convrec.dialogue.readers.slots import ACTS, SLOTS
from convrec.dialogue.readers.tags import LABELS, Encoded, pack
from convrec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

FILE = "convrec_tags.safetensors"
_MOVES = "moves"
VERSION = 2
_ALIKE = 8
"""Messages of about one length that an encoder reads side by side."""


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
    return judged(made, states(model, made, batch, pad, layers))


def states(model: Any, made: Any, batch: Sequence[Encoded], pad: int, layers: int = 0) -> list[Any]:
    """States of messages' tokens in the last layer that is read, one tensor `(n_tokens, width)` a message.

    Args:
        model: As in `read`, and so are the others.
        made: Gives the type of the numbers.
        batch: Messages.
        pad: Token that fills up.
        layers: How many are read.
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
        found = decoder(
            input_ids=torch.from_numpy(rows.ids).to(device),
            attention_mask=mask,
            position_ids=torch.from_numpy(rows.positions).to(device),
            use_cache=False,
        ).last_hidden_state.to(made["labels"].weight.dtype)
    finally:
        decoder.config.num_hidden_layers = every
    return [found[row, at + one.first : at + len(one.ids)] for (row, at), one in zip(rows.lies, batch, strict=True)]


def read_encoder(model: Any, made: Any, batch: Sequence[Encoded], pad: int) -> tuple[list[Any], Any]:
    """As `read`, with an encoder of BERT's kind, whose tokens see each other as it is.

    Args:
        model: An encoder of Hugging Face.
        made: Of `head`.
        batch: Messages, at least one.
        pad: Token that fills up.
    """
    return judged(made, encoder_states(model, made, batch, pad))


def encoder_states(model: Any, made: Any, batch: Sequence[Encoded], pad: int) -> list[Any]:
    """As `states`, of an encoder's last layer.

    Args:
        model: As in `read_encoder`, and so are the others.
        made: Gives the type of the numbers.
        batch: Messages.
        pad: Token that fills up.
    """
    import torch

    own: list[Any] = [None] * len(batch)
    order = sorted(range(len(batch)), key=lambda place: len(batch[place].ids))
    for start in range(0, len(order), _ALIKE):
        part = order[start : start + _ALIKE]
        width = rounded(max(len(batch[place].ids) for place in part))
        ids = torch.full((len(part), width), pad, dtype=torch.long)
        seen = torch.zeros((len(part), width), dtype=torch.long)
        for row, place in enumerate(part):
            size = len(batch[place].ids)
            ids[row, :size], seen[row, :size] = torch.tensor(batch[place].ids), 1
        found = model(input_ids=ids.to(model.device), attention_mask=seen.to(model.device)).last_hidden_state
        found = found.to(made["labels"].weight.dtype)
        for row, place in enumerate(part):
            first = batch[place].first
            own[place] = found[row, first : first + len(batch[place].places)]
    return own


def judged(made: Any, states: Sequence[Any]) -> tuple[list[Any], Any]:
    """Logits from the states of each message's tokens.

    Args:
        made: Of `head`.
        states: One tensor `(n_tokens, width)` a message; a message may have none.

    Returns:
        As `read`.
    """
    import torch

    own = [made["drop"](each) for each in states]
    nothing = torch.zeros(made["acts"].in_features, device=made["acts"].weight.device)
    whole = [torch.cat([each.mean(0), each.max(0).values]) if len(each) else nothing for each in own]
    return [made["labels"](each) for each in own], made["acts"](torch.stack(whole))


def save(folder: Path, made: Any, layers: int, moves: NDArray[np.float32]) -> None:
    """Write the weights as bf16.

    Args:
        folder: Of the adapter.
        made: Of `head`.
        layers: That it reads; 0: all.
        moves: Of `votes.moves`.
    """
    import torch
    from safetensors.torch import save_file

    tensors = {
        name: tensor.detach().to("cpu", torch.bfloat16).contiguous() for name, tensor in made.state_dict().items()
    }
    tensors[_MOVES] = torch.from_numpy(moves).to(torch.bfloat16)
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
        tensors.pop(_MOVES, None)
        made = head(tensors["labels.weight"].shape[1])
        made.load_state_dict(tensors)
        return made.eval(), int(about["layers"])
    except (OSError, SafetensorError, AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UsageError(f"{FILE} of adapter {folder.name!r} cannot be read: {error}") from error


def load_moves(folder: Path) -> NDArray[np.float32]:
    """What labels follow each other by habit (`votes.moves`), of a file that `load` can read.

    Raises:
        UsageError: The file holds none of the right shape.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(folder / FILE), framework="pt") as file:
            found: NDArray[np.float32] = file.get_tensor(_MOVES).float().numpy()
    except (OSError, SafetensorError) as error:
        raise UsageError(f"{FILE} of adapter {folder.name!r} cannot be read: {error}") from error
    if found.shape != (LABELS, LABELS):
        raise UsageError(f"{FILE} of adapter {folder.name!r} is of another version; train it anew")
    return found
