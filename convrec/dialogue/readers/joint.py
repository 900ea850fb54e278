"""What the LLM and the encoder see of each word, read together by a small recurrent network.

A vote knows only how sure each reader is of each label. Their states know why; a network over the states of both, in
the order of the words, mends what neither says alone (stacked generalisation, Wolpert 1992; a bidirectional GRU as in
Huang et al., arXiv 1508.01991). It adds to the vote, and begins at adding nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.readers.tags import LABELS, Encoded
from convrec.dialogue.readers.votes import WEIGHTS, log_chances, word_places
from convrec.errors import UsageError
from convrec.llm.adapter_files import read_manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FILE = "convrec_joint.safetensors"
VERSION = 1
_WEIGHTS = "adapter_model.safetensors"
_LEAST = 1e-3
"""Spread of a state that never changes, so that nothing is divided by zero."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as one model reads it.

    Attributes:
        marks: Logits of labels, shape `(n_tokens, LABELS)`.
        acts: Chances of acts, shape `(n_acts,)`.
        encoded: The tokens.
        states: Of the model's last layer, shape `(n_tokens, width)`.
    """

    marks: Floats
    acts: Floats
    encoded: Encoded
    states: Floats


def network(width: int, units: int, dropout: float = 0.0) -> Any:
    """Fresh weights of the network as a torch module, for `judge`.

    Args:
        width: Of both models' states together.
        units: Hidden units in each direction.
        dropout: Of states and hidden units.
    """
    import torch
    from torch import nn

    fixed = {"mean": torch.zeros(width), "spread": torch.ones(width)}
    numbers = {name: nn.Parameter(value, requires_grad=False) for name, value in fixed.items()}
    made = nn.ModuleDict(
        {
            "states": nn.Linear(width, units),
            "chances": nn.Linear(2 * LABELS, units),
            "rows": nn.GRU(units, units, bidirectional=True, batch_first=True),
            "labels": nn.Linear(2 * units, LABELS),
            "drop": nn.Dropout(dropout),
            "numbers": nn.ParameterDict({**numbers, "vote": nn.Parameter(torch.tensor(WEIGHTS))}),
        }
    )
    nn.init.zeros_(made["labels"].weight)
    nn.init.zeros_(made["labels"].bias)
    return made


def judge(made: Any, states: Any, chances: Any) -> Any:
    """Logits of labels, shape `(n, words, LABELS)`.

    Args:
        made: Of `network`.
        states: Of both models, shape `(n, words, width)`.
        chances: Logs of the chances that both give each label, shape `(n, words, 2 * LABELS)`.
    """
    numbers, drop = made["numbers"], made["drop"]
    seen = made["states"](drop((states - numbers["mean"]) / numbers["spread"])) + made["chances"](chances / 5)
    hidden, _ = made["rows"](drop(seen.relu()))
    vote = numbers["vote"][0] * chances[..., :LABELS] + numbers["vote"][1] * chances[..., LABELS:]
    return vote + made["labels"](drop(hidden))


def inputs(text: str, readings: tuple[Heard, Heard]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Of each word of a message the states `(n_words, width)`, log-chances `(n_words, 2 * LABELS)`, and its place.

    Args:
        text: The message.
        readings: Of the LLM and of the encoder.
    """
    places = word_places(text)
    states = [_by_word(one.states, one.encoded, places) for one in readings]
    chances = [log_chances(one.marks, one.encoded, places) for one in readings]
    return np.concatenate(states, axis=1), np.concatenate(chances, axis=1).astype(np.float32), places


def _by_word(states: Floats, encoded: Encoded, places: NDArray[np.int64]) -> Floats:
    """The mean state of the tokens that lie in each word; zeros where there is none."""
    found = np.zeros((len(places), states.shape[1]), dtype=np.float32)
    for word, (start, end) in enumerate(places.tolist()):
        inside = (encoded.places[:, 0] < end) & (encoded.places[:, 1] > start)
        if inside.any():
            found[word] = states[inside].mean(axis=0)
    return found


class JointReader:
    """Implements what `votes.voted` does with a trained network. Safe to use from several threads.

    Attributes:
        module: Of `network`.
    """

    def __init__(self, made: Any) -> None:
        """Take the network; it computes on the CPU, small as it is."""
        self.module = made.eval()

    def read(self, text: str, llm: Heard, encoder: Heard) -> tuple[Floats, Encoded]:
        """Logits of the words and signs of a message, shape `(n_words, LABELS)`, and their places."""
        import torch

        states, chances, places = inputs(text, (llm, encoder))
        if not len(places):
            return np.zeros((0, LABELS), dtype=np.float32), Encoded((), 0, places)
        with torch.inference_mode():
            marks = judge(self.module, torch.from_numpy(states)[None], torch.from_numpy(chances)[None])[0]
        return marks.numpy(), Encoded((), 0, places)


def adapter_digest(folder: Path) -> str:
    """Checksum of an adapter's weights as its manifest tells it; empty: it tells none."""
    return str(read_manifest(folder).get("files", {}).get(_WEIGHTS, {}).get("sha256", ""))


def save(file: Path, made: Any, units: int, readers: tuple[Path, Path]) -> None:
    """Write the weights as bf16.

    Args:
        file: To write.
        made: Of `network`.
        units: Of the same.
        readers: Folders of the adapters whose states it reads, of the LLM and of the encoder.
    """
    import torch
    from safetensors.torch import save_file

    tensors = {
        name: tensor.detach().to("cpu", torch.bfloat16).contiguous() for name, tensor in made.state_dict().items()
    }
    about = {"version": VERSION, "units": units, "readers": [adapter_digest(folder) for folder in readers]}
    save_file(tensors, file, metadata={"convrec": json.dumps(about)})


def load(llm: Path, encoder: Path) -> JointReader | None:
    """The network that comes with the encoder's adapter; None where there is none for just these two adapters.

    Args:
        llm: Folder of the LLM's adapter.
        encoder: Of the encoder's.

    Raises:
        UsageError: Its file cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    file = encoder / FILE
    if not file.is_file():
        return None
    try:
        with safe_open(str(file), framework="pt") as opened:
            about = json.loads((opened.metadata() or {})["convrec"])
            tensors = {name: opened.get_tensor(name).float() for name in opened.keys()}  # noqa: SIM118
        if about["version"] != VERSION or about["readers"] != [adapter_digest(llm), adapter_digest(encoder)]:
            return None  # another adapter has other states: the vote does without
        made = network(tensors["numbers.mean"].shape[0], int(about["units"]))
        made.load_state_dict(tensors)
    except (OSError, SafetensorError, AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UsageError(f"{FILE} of adapter {encoder.name!r} cannot be read: {error}") from error
    return JointReader(made)


def normalise(made: Any, states: NDArray[np.float16]) -> None:
    """Set what states are less and divided by from a sample of them, shape `(n, width)`."""
    import torch

    sample = states.astype(np.float32)
    with torch.no_grad():
        made["numbers"]["mean"].copy_(torch.from_numpy(sample.mean(axis=0)))
        made["numbers"]["spread"].copy_(torch.from_numpy(np.maximum(sample.std(axis=0), _LEAST)))
