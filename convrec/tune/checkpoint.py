"""Checkpoints of a training run: safetensors and JSON, whole or absent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from convrec.errors import RunError
from convrec.tune import manifest

TENSORS = "state.safetensors"
STATE = "state.json"
PARTIAL = "ckpt.partial"
KEPT = 2

_PREFIX = "step-"


@dataclass
class Checkpoint:
    """All that a run needs to go on as if it had never stopped.

    Attributes:
        step: Optimiser steps done.
        tensors: By name: `weight.*` float32 trainable parameters, `adam.*` the optimiser's, `best.*` the best so far.
        state: What is no tensor: scores, recent losses, seconds.
    """

    step: int
    tensors: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)


def save(run: Path, checkpoint: Checkpoint, identity: Mapping[str, str]) -> Path:
    """Write a checkpoint beside the older ones, of which the newest is kept too.

    Everything is written into `ckpt.partial/` and flushed to the disk, the manifest last; then the folder is renamed.
    A process killed at any point leaves the older checkpoints as they were.

    Raises:
        RunError: It cannot be written, for example because the disk is full.
    """
    from safetensors.torch import save_file

    partial, final = run / PARTIAL, run / f"{_PREFIX}{checkpoint.step:07d}"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        save_file({name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()},
                  partial / TENSORS)  # fmt: skip
        content = {"step": checkpoint.step, "identity": dict(identity), **checkpoint.state}
        (partial / STATE).write_text(json.dumps(content), encoding="utf-8")
        manifest.write(partial, {"kind": "checkpoint", "step": checkpoint.step})
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)
        manifest.sync_folder(run)
    except OSError as error:
        raise RunError(
            "tune", f"checkpoint {final} could not be written: {error}; free some space and resume"
        ) from error
    for old in steps(run)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def steps(run: Path) -> list[Path]:
    """Folders of the checkpoints, oldest first, whole or not."""
    return sorted(path for path in run.glob(f"{_PREFIX}*") if path.is_dir()) if run.is_dir() else []


def newest(run: Path) -> tuple[Checkpoint, dict[str, str]] | None:
    """The newest whole checkpoint with the identity of its run, or None. Damaged ones are passed over."""
    from safetensors.torch import load_file

    for folder in reversed(steps(run)):
        if manifest.faults(folder):
            continue
        content = json.loads((folder / STATE).read_text(encoding="utf-8"))
        identity = content.pop("identity")
        return Checkpoint(int(content.pop("step")), load_file(folder / TENSORS), content), identity
    return None


def clear(run: Path) -> None:
    """Remove everything a run left."""
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True, exist_ok=True)


def remove(checkpoint: Path) -> None:
    """Remove one checkpoint: its run is done."""
    shutil.rmtree(checkpoint, ignore_errors=True)
