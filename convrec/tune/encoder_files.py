"""What encoder tuning leaves on disk: checkpoints while it runs, and a folder that is complete or absent."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec.embed.adapter import MANIFEST, load, weights_digest
from convrec.errors import UsageError

if TYPE_CHECKING:
    from convrec.tune.towers import Towers

ADAPTER = "adapter"
_STATE = "state.json"
_TENSORS = "state.safetensors"


class Run:
    """Checkpoints of one run, beside the folder it will make; each appears by a rename, whole."""

    def __init__(self, out: Path, *, resume: bool, plan: Mapping[str, Any]) -> None:
        """Take the place of the output.

        Raises:
            UsageError: The output exists, an unfinished run is there and `resume` was not asked for, or it was made
                by another plan.
        """
        if out.exists():
            raise UsageError(f"{str(out)!r} exists already; choose another folder for --out, or remove it first")
        self.folder = out.parent / f".{out.name}.run"
        self._plan = json.loads(json.dumps(plan))
        newest = self.newest()
        if newest is not None and not resume:
            raise UsageError(f"an unfinished run is in {str(self.folder)!r}; go on with --resume, or remove the folder")
        if newest is not None and (was := self.read()["plan"]) != self._plan:
            changed = sorted(name for name in {*was, *self._plan} if was.get(name) != self._plan.get(name))
            raise UsageError(
                f"the run in {str(self.folder)!r} was started otherwise ({', '.join(changed)}); "
                "resume it with the same arguments and data, or remove the folder"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(".partial-*"):
            shutil.rmtree(left, ignore_errors=True)

    def newest(self) -> Path | None:
        """The last complete checkpoint."""
        found = sorted(path for path in self.folder.glob("step-*") if (path / _STATE).is_file())
        return found[-1] if found else None

    def read(self) -> dict[str, Any]:
        """What stands in the last checkpoint."""
        newest = self.newest()
        found: dict[str, Any] = json.loads((newest / _STATE).read_text(encoding="utf-8")) if newest else {}
        return found

    def tensors(self) -> dict[str, Any]:
        """The tensors of the last checkpoint."""
        from safetensors.torch import load_file

        newest = self.newest()
        return dict(load_file(str(newest / _TENSORS))) if newest else {}

    def save(self, step: int, state: Mapping[str, Any], tensors: Mapping[str, Any]) -> None:
        """A checkpoint after so many steps; older ones go once it stands."""
        from safetensors.torch import save_file

        partial = self.folder / f".partial-{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        save_file(
            {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, str(partial / _TENSORS)
        )
        _write(partial / _STATE, json.dumps({**state, "plan": self._plan}, indent=1))
        made = self.folder / f"step-{step:07d}"
        shutil.rmtree(made, ignore_errors=True)
        partial.rename(made)
        for old in self.folder.glob("step-*"):
            if old != made:
                shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Remove the checkpoints of a run that is done."""
        shutil.rmtree(self.folder, ignore_errors=True)


def publish(
    towers: Towers, out: Path, *, base: Path, name: str, card: str, facts: Mapping[str, Any], adapter_only: bool
) -> None:
    """Write the tuned encoder; it appears under its name complete or not at all.

    Args:
        towers: With the weights to keep.
        out: Must not exist.
        base: Folder of the model it was tuned from.
        name: That model's name in the settings.
        card: The README.
        facts: For the manifest.
        adapter_only: Only PEFT's files, to be applied over the base; else the whole model with LoRA merged, in
            sentence-transformers' own format, and the adapter in a folder inside it.
    """
    import torch

    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f".{out.name}.partial-*"):
        shutil.rmtree(left, ignore_errors=True)
    partial = out.parent / f".{out.name}.partial-{os.getpid()}"
    try:
        small = partial if adapter_only else partial / ADAPTER
        towers.save_adapter(small, name)
        about = {**facts, "base": name, "base_digest": weights_digest(base)}
        (small / "README.md").write_text(card, encoding="utf-8")
        _write(small / MANIFEST, json.dumps(about | {"digest": weights_digest(small)}, indent=1))
        if not adapter_only:
            # From the files just written, so that both ways of loading give the same weights.
            merged = load(base, small, device=torch.device("cpu"), dtype=torch.bfloat16)
            merged.save_pretrained(str(partial), create_model_card=False)
            (partial / "README.md").write_text(card, encoding="utf-8")
            _write(partial / MANIFEST, json.dumps(about | {"digest": weights_digest(partial)}, indent=1))
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
