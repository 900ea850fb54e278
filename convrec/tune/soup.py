"""Several trainings of one adapter as one: the mean of their weights.

Trainings that begin at the same weights and read much the same data may end in one valley of the loss; in the middle
of it the weights do about as well as the models' vote, at the price of one (Wortsman et al., "Model soups", arXiv
2203.05482). The seed draws where a LoRA begins, so let it be the same: of two readers of messages that began alike the
mean read better than either, of two with other seeds worse. `convrec evaluate` tells which it is.

What is averaged is the change of each layer, `B A`, not its two factors: stacked they hold it exactly,
and its strongest directions can be kept (Eckart and Young 1936).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from convrec.dialogue.readers.joint import FILE as JOINT
from convrec.errors import RunError, UsageError
from convrec.llm import adapter as checking
from convrec.llm.embedded import file_digest
from convrec.tune import manifest
from convrec.tune.recipe import FILE as RECIPE
from convrec.tune.writer import CARD, PARTIAL

_DOWN, _UP = ".lora_A.", ".lora_B."
_SAME = ("peft_type", "use_rslora", "use_dora", "target_modules", "layers_to_transform", "rank_pattern")


def average(folders: Sequence[Path], target: Path, *, base: Path, rank: int = 0) -> Path:
    """Write the mean of adapters.

    Args:
        folders: Of adapters that convrec tuned, at least two, of one name, base and shape; each counts the same.
        target: The folder to make; it must not be there.
        base: Folder of the model that they sit on.
        rank: Of the result; 0: as high as it takes to hold the mean exactly, the sum of their ranks.

    Returns:
        `target`.

    Raises:
        UsageError: They do not go together, one is damaged or tells no manifest, or `target` exists.
        RunError: It cannot be written.
    """
    if len(folders) < 2:
        raise UsageError("a mean takes at least two adapters; name the folders of several trainings")
    if target.exists():
        raise UsageError(f"{str(target)!r} exists; choose another folder")
    configs = [checking.check(folder, base=base) for folder in folders]
    told = [_told(folder) for folder in folders]
    for folder, config, facts in zip(folders[1:], configs[1:], told[1:], strict=True):
        if facts["name"] != told[0]["name"] or any(config.get(key) != configs[0].get(key) for key in _SAME):
            raise UsageError(
                f"adapter {str(folder)!r} is of another kind than {str(folders[0])!r}: no mean can be made"
            )
    kept = [facts.get("held_out_newest") for facts in told]
    least = min((int(count) for count in kept if count is not None), default=None)
    partial = target.with_name(target.name + PARTIAL)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        held = _write_deltas(folders, configs, partial, rank)
        config = configs[0] | {"r": held, "lora_alpha": held * configs[0]["lora_alpha"] / configs[0]["r"]}
        (partial / checking.CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        for file in sorted(folders[0].glob("convrec_*.safetensors")):
            if file.name == JOINT:  # it reads the states of one adapter, and of none that is between two
                continue
            _write_own([folder / file.name for folder in folders], partial / file.name)
        (partial / RECIPE).write_bytes((folders[0] / RECIPE).read_bytes())
        facts = told[0] | {
            "command": f"convrec adapters average {target.name} {' '.join(folder.name for folder in folders)}"
            + (f" --rank {rank}" if rank else ""),
            "held_out_newest": least,
            "date": datetime.now(tz=UTC).date().isoformat(),
            "mean_of": [
                {"command": one["command"], "seed": one["seed"], "manifest": file_digest(folder / manifest.FILE)}
                for folder, one in zip(folders, told, strict=True)
            ],
        }
        (partial / CARD).write_text(_card(folders, facts, held), encoding="utf-8")
        manifest.write(partial, {key: value for key, value in facts.items() if key not in _OF_ONE})
        checking.check(partial, base=base)
        partial.rename(target)
    except OSError as error:
        raise RunError("tune", f"adapter {target} could not be written: {error}") from error
    return target


_OF_ONE = ("format", "files", "before", "after", "best_step", "seed")
"""What a manifest tells of one training."""


def _told(folder: Path) -> dict[str, Any]:
    facts = manifest.read(folder)
    if not facts or not (folder / RECIPE).is_file():
        raise UsageError(f"adapter {str(folder)!r} has no {manifest.FILE} or {RECIPE}: only what convrec tuned is read")
    return facts


def _write_deltas(folders: Sequence[Path], configs: Sequence[dict[str, Any]], partial: Path, rank: int) -> int:
    """Write the mean of the layers' changes; the rank that it has."""
    import torch
    from safetensors.torch import load_file, save_file

    members = [load_file(folder / checking.WEIGHTS) for folder in folders]
    shares = [config["lora_alpha"] / config["r"] / len(folders) for config in configs]
    scale = configs[0]["lora_alpha"] / configs[0]["r"]
    made, held = {}, 0
    for name in members[0]:
        if any(name not in one for one in members):
            raise UsageError(f"adapter {str(folders[-1])!r} has no {name!r}: no mean can be made")
        if _DOWN not in name:
            continue
        other = name.replace(_DOWN, _UP)
        down = torch.cat([one[name].float() for one in members])
        up = torch.cat([one[other].float() * (share / scale) for one, share in zip(members, shares, strict=True)], 1)
        made[name], made[other] = (down, up) if not rank else _strongest(down, up, rank)
        held = max(held, len(made[name]))
    tensors = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in made.items()}
    save_file(tensors, partial / checking.WEIGHTS, metadata={"format": "pt"})
    return held


def _strongest(down: Any, up: Any, rank: int) -> tuple[Any, Any]:
    """The factors of rank `rank` that are nearest to `up @ down`, both of about one size."""
    import torch

    left, inner = torch.linalg.qr(up)
    right, outer = torch.linalg.qr(down.T)
    turned, sizes, back = torch.linalg.svd(inner @ outer.T)
    root = sizes[:rank].sqrt()
    return root[:, None] * (back[:rank] @ right.T), (left @ turned[:, :rank]) * root


def _write_own(files: Sequence[Path], target: Path) -> None:
    """Write the mean of the tensors that a task keeps beside the adapter."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    with safe_open(str(files[0]), framework="pt") as first:
        about = first.metadata()
    for file in files:
        if not file.is_file():
            raise UsageError(f"adapter {str(file.parent)!r} has no {file.name}: no mean can be made")
    members = [load_file(file) for file in files]
    shapes = [{name: tuple(tensor.shape) for name, tensor in one.items()} for one in members]
    if other := next((file for file, shape in zip(files, shapes, strict=True) if shape != shapes[0]), None):
        raise UsageError(f"{other.name} of adapter {str(other.parent)!r} is of another shape: no mean can be made")
    mean = {
        name: torch.stack([one[name].float() for one in members]).mean(0).to(tensor.dtype).contiguous()
        for name, tensor in members[0].items()
    }
    save_file(mean, target, metadata=about)


def _card(folders: Sequence[Path], facts: dict[str, Any], rank: int) -> str:
    """The first training's card, told to be of a mean."""
    card = (folders[0] / CARD).read_text(encoding="utf-8") if (folders[0] / CARD).is_file() else ""
    made = "\n".join(f"* seed {one['seed']}: `{one['command']}`" for one in facts["mean_of"])
    return (
        card.rstrip()
        + f"\n\n## Mean of {len(folders)} trainings\n"
        + f"The weights are the mean of {len(folders)} trainings, at rank {rank}; data, figures and training above are "
        + f"those of the first.\n\n    {facts['command']}\n\n{made}\n"
    )
