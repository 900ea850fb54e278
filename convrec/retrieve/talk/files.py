"""The heads of a talk adapter on disk, beside PEFT's files for the encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.talk.heads import Heads

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "convrec_talk.safetensors"
_HOME = "home"


@dataclass(frozen=True)
class Stored:
    """What lies in the file.

    Attributes:
        heads: The two networks.
        home: Mean vectors of the documents and of the titles it was trained on, shape `(2, dim)`: where it is at home.
    """

    heads: Heads
    home: NDArray[np.float32]


def save(folder: Path, heads: Heads, home: NDArray[np.float32]) -> None:
    """Write the heads, in bfloat16."""
    import torch
    from safetensors.torch import save_file

    tensors: Mapping[str, NDArray[np.float32]] = {**heads.weights, _HOME: home.astype(np.float32)}
    half = {name: torch.from_numpy(np.ascontiguousarray(value)).to(torch.bfloat16) for name, value in tensors.items()}
    save_file(half, str(folder / FILE), metadata={"format": "pt"})


def load(folder: Path) -> Stored:
    """The heads of an adapter whose files were checked.

    Raises:
        UsageError: The file is missing or not complete.
    """
    from safetensors.torch import load_file

    if not (folder / FILE).is_file():
        raise UsageError(f"adapter {folder.name!r} has no {FILE}: it is no talk adapter")
    tensors = {name: value.float().numpy() for name, value in load_file(str(folder / FILE)).items()}
    home = tensors.pop(_HOME, None)
    heads = Heads(tensors)
    if home is None or home.shape != (2, heads.dim):
        raise UsageError(f"the heads of a talk adapter have no {_HOME} of two vectors of {heads.dim} numbers")
    return Stored(heads, home)
