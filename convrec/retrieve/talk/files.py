"""The heads of a talk adapter on disk, beside PEFT's files for the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.talk.blend import Blend
from convrec.retrieve.talk.company import Company
from convrec.retrieve.talk.fame import Fame
from convrec.retrieve.talk.heads import Heads

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "convrec_talk.safetensors"
_HOME, _WEIGHTS, _KEYS, _FAME = "home", "blend", "fame_keys", "fame"
_COMPANY = ("company_keys", "company_talks", "company_pairs", "company_together")


@dataclass(frozen=True)
class Stored:
    """What lies in the file.

    Attributes:
        heads: The two networks.
        home: Mean vectors of the documents and of the titles it was trained on, shape `(2, dim)`: where it is at home.
        blend: What else counts, and how much.
        fame: How often items come up in the talks it was trained on; None: it does not know.
        company: Which come up together there; None: it does not know.
    """

    heads: Heads
    home: NDArray[np.float32]
    blend: Blend
    fame: Fame | None
    company: Company | None


def save(folder: Path, stored: Stored) -> None:
    """Write all of it, in bfloat16 but for keys and places."""
    import torch
    from safetensors.torch import save_file

    tensors: dict[str, NDArray[np.float32]] = {
        **stored.heads.weights,
        _HOME: stored.home.astype(np.float32),
        _WEIGHTS: stored.blend.weights,
    }
    whole: dict[str, NDArray[np.int64] | NDArray[np.int32]] = {}
    if stored.fame is not None:
        tensors[_FAME], whole[_KEYS] = stored.fame.logs, stored.fame.keys
    if (found := stored.company) is not None:
        whole |= {_COMPANY[0]: found.keys, _COMPANY[2]: found.pairs}
        tensors |= {_COMPANY[1]: found.talks, _COMPANY[3]: found.together}
    half = {name: torch.from_numpy(np.ascontiguousarray(value)).to(torch.bfloat16) for name, value in tensors.items()}
    half |= {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in whole.items()}
    save_file(half, str(folder / FILE), metadata={"format": "pt"})


def load(folder: Path) -> Stored:
    """The heads of an adapter whose files were checked.

    Raises:
        UsageError: The file is missing or not complete.
    """
    from safetensors.torch import load_file

    if not (folder / FILE).is_file():
        raise UsageError(f"adapter {folder.name!r} has no {FILE}: it is no talk adapter")
    loaded = load_file(str(folder / FILE))
    keys, *together = (loaded.pop(name, None) for name in (_KEYS, *_COMPANY))
    tensors = {name: value.float().numpy() for name, value in loaded.items()}
    home, weights, logs = (tensors.pop(name, None) for name in (_HOME, _WEIGHTS, _FAME))
    heads = Heads(tensors)
    if home is None or home.shape != (2, heads.dim):
        raise UsageError(f"the heads of a talk adapter have no {_HOME} of two vectors of {heads.dim} numbers")
    blend = Blend.plain() if weights is None else Blend(weights)
    fame = None if keys is None or logs is None else Fame(keys.numpy().astype(np.int64), logs)
    return Stored(heads, home, blend, fame, _company(together))


def _company(parts: Sequence[Any]) -> Company | None:
    if any(part is None for part in parts):
        return None
    keys, talks, pairs, together = parts
    return Company(
        keys.numpy().astype(np.int64),
        talks.float().numpy(),
        pairs.numpy().astype(np.int32),
        together.float().numpy(),
    )
