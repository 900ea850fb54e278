"""The heads of a talk adapter on disk, beside PEFT's files for the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import UsageError
from convrec.retrieve.talk.blend import NAMES, Blend
from convrec.retrieve.talk.company import Company
from convrec.retrieve.talk.fame import Fame
from convrec.retrieve.talk.heads import Heads
from convrec.retrieve.talk.memory import Memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "convrec_talk.safetensors"
_FIRST = 11
"""Weights in the first files that had any."""
_HOME, _WEIGHTS, _OWN, _KEYS, _FAME = "home", "blend", "blend_own", "fame_keys", "fame"
_COMPANY = ("company_keys", "company_talks", "company_pairs", "company_together")
_MEMORY = ("memory_vectors", "memory_moments", "memory_keys", "memory_named", "memory_counts")


@dataclass(frozen=True)
class Stored:
    """What lies in the file.

    Attributes:
        heads: The two networks.
        home: Mean vectors of the documents and of the titles it was trained on, shape `(2, dim)`: where it is at home.
        blend: What else counts, and how much.
        fame: How often items come up in the talks it was trained on; None: it does not know.
        company: Which come up together there; None: it does not know.
        memory: What was named at which moment there; None: it does not know.
    """

    heads: Heads
    home: NDArray[np.float32]
    blend: Blend
    fame: Fame | None
    company: Company | None
    memory: Memory | None = None


def save(folder: Path, stored: Stored) -> None:
    """Write all of it, in bfloat16 but for keys, places and the moments remembered."""
    import torch
    from safetensors.torch import save_file

    tensors: dict[str, NDArray[np.float32]] = {
        **stored.heads.weights,
        _HOME: stored.home.astype(np.float32),
        _WEIGHTS: stored.blend.weights,
        _OWN: stored.blend.own,
    }
    whole: dict[str, NDArray[np.int64] | NDArray[np.int32] | NDArray[np.int8]] = {}
    if stored.fame is not None:
        tensors[_FAME], whole[_KEYS] = stored.fame.logs, stored.fame.keys
    if (found := stored.company) is not None:
        whole |= {_COMPANY[0]: found.keys, _COMPANY[2]: found.pairs}
        tensors |= {_COMPANY[1]: found.talks, _COMPANY[3]: found.together}
    if (kept := stored.memory) is not None:
        whole |= {_MEMORY[0]: kept.vectors, _MEMORY[2]: kept.keys, _MEMORY[3]: kept.named}
        tensors |= {_MEMORY[1]: kept.moments, _MEMORY[4]: kept.counts}
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
    keys, *others = (loaded.pop(name, None) for name in (_KEYS, *_COMPANY, *_MEMORY))
    tensors = {name: value.float().numpy() for name, value in loaded.items()}
    home, weights, own, logs = (tensors.pop(name, None) for name in (_HOME, _WEIGHTS, _OWN, _FAME))
    heads = Heads(tensors)
    if home is None or home.shape != (2, heads.dim):
        raise UsageError(f"the heads of a talk adapter have no {_HOME} of two vectors of {heads.dim} numbers")
    fame = None if keys is None or logs is None else Fame(keys.numpy().astype(np.int64), logs)
    together, moments = others[: len(_COMPANY)], others[len(_COMPANY) :]
    return Stored(heads, home, _blend(weights, own), fame, _company(together), _memory(moments, heads.dim))


def _blend(weights: NDArray[np.float32] | None, own: NDArray[np.float32] | None) -> Blend:
    if weights is None:
        return Blend.plain()
    # What was not known when they were stored does not count.
    missing = max(len(NAMES) - weights.shape[-1], 0) if weights.shape[-1] >= _FIRST else 0
    padded = np.pad(weights, (0, missing))
    return Blend(padded) if own is None else Blend(padded, own)


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


def _memory(parts: Sequence[Any], dim: int) -> Memory | None:
    if any(part is None for part in parts):
        return None
    vectors, moments, keys, named, counts = parts
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise UsageError(f"the moments of a talk adapter are not vectors of {dim} numbers")
    return Memory(
        vectors.numpy().astype(np.int8),
        moments.float().numpy(),
        keys.numpy().astype(np.int64),
        named.numpy().astype(np.int32),
        counts.float().numpy(),
    )
