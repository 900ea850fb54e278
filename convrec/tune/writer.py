"""Writes a finished adapter: PEFT's own files, the tasks' own, recipe, card, manifest; complete or absent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from convrec.errors import RunError, UsageError
from convrec.llm import adapter as check_
from convrec.llm.adapter_files import base_id
from convrec.tune import manifest
from convrec.tune.recipe import FILE as RECIPE
from convrec.tune.recipe import Recipe
from convrec.tune.task import Task

CARD = "README.md"
PARTIAL = ".partial"


def write(
    target: Path, model: Any, tasks: Sequence[Task], recipe: Recipe, card: str, *, base: Path, facts: Mapping[str, Any]
) -> Path:
    """Write the adapter of a model.

    Everything goes into `<target>.partial`, the manifest last; the folder is checked as any adapter from elsewhere
    is before it is renamed. A folder that is there already is replaced only then.

    Args:
        target: The folder to make.
        model: PEFT-wrapped, with the weights to keep.
        tasks: That write their own files.
        recipe: As trained.
        card: Markdown.
        base: Folder of the base model.
        facts: What else the manifest says.

    Returns:
        `target`.

    Raises:
        RunError: It cannot be written.
        UsageError: What was written is no acceptable adapter (numbers that are none, for example), or its backbone
            is a random one, which no adapter can hold.
    """
    if recipe.backbone != "pretrained":
        raise UsageError(f"recipe {recipe.name!r} trains a {recipe.backbone} backbone: it yields figures, no adapter")
    partial = target.with_name(target.name + PARTIAL)
    recipe = portable(recipe)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        model.save_pretrained(str(partial), save_embedding_layers=False)
        _make_portable(partial / check_.CONFIG, recipe)
        _as_bf16(partial / check_.WEIGHTS)
        for task in tasks:
            task.save(partial)
        (partial / RECIPE).write_text(toml(recipe), encoding="utf-8")
        (partial / CARD).write_text(card, encoding="utf-8")
        about = {"name": recipe.base, "id": base_id(base), "layers": recipe.layers}
        manifest.write(
            partial,
            {"kind": "adapter", "name": recipe.name, "tasks": [task.name for task in tasks], "base": about, **facts},
        )
        check_.check(partial, base=base)
        _replace(partial, target)
    except OSError as error:
        raise RunError("tune", f"adapter {target} could not be written: {error}; free some space and resume") from error
    return target


def portable(recipe: Recipe) -> Recipe:
    """The recipe with the base by its name rather than by a path of this machine."""
    base = Path(recipe.base).expanduser()
    return recipe.model_copy(update={"base": base.name}) if base.is_dir() else recipe


def toml(recipe: Recipe) -> str:
    """A recipe as the text of a `recipe.toml`, with every entry that is not the default."""
    import tomlkit

    return tomlkit.dumps(recipe.model_dump(mode="json", exclude_defaults=True, exclude_none=True))


def _make_portable(file: Path, recipe: Recipe) -> None:
    """PEFT writes the folder that the base was loaded from, and sets in the order of the day."""
    content = json.loads(file.read_text(encoding="utf-8"))
    content["base_model_name_or_path"] = recipe.base
    if recipe.layers:
        # Loaded on the whole base, it shall not sit on the layers that were cut off. PEFT takes no such list
        # together with "all-linear", so it cannot be said before training.
        content["layers_to_transform"] = list(range(recipe.layers))
    if isinstance(content.get("target_modules"), list):
        content["target_modules"] = sorted(content["target_modules"])
    file.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _as_bf16(file: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    tensors = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in load_file(file).items()}
    save_file(tensors, file, metadata={"format": "pt"})


def _replace(partial: Path, target: Path) -> None:
    old = target.with_name(target.name + ".old" + PARTIAL)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    manifest.sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)
