"""Adapters come from others: what a PEFT folder may hold before a single tensor of it is read."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import islice
from pathlib import Path
from typing import Any

from convrec.errors import UsageError
from convrec.llm.adapter_files import (
    MANIFEST,
    OWN,
    base_id,
    check_finite,
    header,
    manifest_faults,
    read_json,
    read_manifest,
)

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
RECIPE = "recipe.toml"

MAX_BYTES = 512 << 20
MAX_TEXT = 4 << 20
MAX_FILES = 100
MAX_RANK = 256

_SUFFIXES = {".safetensors", ".json", ".jsonl", ".toml", ".md", ".txt", ".jinja"}
_PLAIN: dict[str, tuple[object, ...]] = {
    # Keys that choose code, other models or other methods may only have the value that does nothing.
    "peft_type": ("LORA",),
    "task_type": ("CAUSAL_LM", "FEATURE_EXTRACTION", None),
    "auto_mapping": (None,),
    "megatron_config": (None,),
    "megatron_core": (None, "megatron.core"),  # PEFT's default; imported only with a megatron_config
    "eva_config": (None,),
    "corda_config": (None,),
    "lora_ga_config": (None,),
    "loftq_config": (None, {}),
    "arrow_config": (None,),
    "runtime_config": (None,),
    "modules_to_save": (None, []),
    "target_parameters": (None, []),
    "trainable_token_indices": (None, []),
    "layer_replication": (None,),
    "alora_invocation_tokens": (None,),
    "inference_mode": (True,),
}
_FREE = {
    "base_model_name_or_path", "revision", "r", "lora_alpha", "lora_dropout", "target_modules", "exclude_modules",
    "bias", "fan_in_fan_out", "use_rslora", "use_dora", "init_lora_weights", "layers_to_transform", "layers_pattern",
    "rank_pattern", "alpha_pattern", "lora_bias", "peft_version", "qalora_group_size", "use_qalora",
    "ensure_weight_tying", "use_bdlora", "velora_config", "monteclora_config", "kappa_tune_config",
}  # fmt: skip


_NAMES = ("target_modules", "exclude_modules", "layers_pattern", "rank_pattern", "alpha_pattern")
_PLAIN_NAME = re.compile(r"\^?[A-Za-z0-9_.-]{1,200}")


def check(folder: Path, *, base: Path) -> dict[str, Any]:
    """Refuse an adapter that could run code, exhaust memory, is damaged or belongs to another base model.

    Reads the files as bytes and the configuration as JSON; no tensor is made. Rules after the threats of PEFT's own
    loader: code named in the configuration, pickled weights, absurd ranks, links out of the folder. Where there is a
    manifest (`convrec tune` writes it), every file must match it and the base must be the one it names; folders of
    PEFT without one are read too.

    Args:
        folder: A PEFT folder, or one whose `convrec` recipe lies beside PEFT's files.
        base: Folder of the model it shall sit on.

    Returns:
        The adapter's configuration.

    Raises:
        UsageError: Names the file or the entry that is not acceptable.
    """
    _check_files(folder)
    _check_manifest(folder, base)
    _check_recipe(folder)
    config = _read_config(folder)
    _check_config(folder, config)
    entries = header(folder / WEIGHTS)
    _check_shapes(folder, config, {name: entry["shape"] for name, entry in entries.items()}, base)
    check_finite(folder / WEIGHTS, entries)
    for file in sorted(folder.glob("convrec_*.safetensors")):
        check_finite(file, header(file))
    return config


def _check_files(folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(f"adapter {str(folder)!r} is not a folder")
    files = list(islice(folder.rglob("*"), MAX_FILES + 1))
    if len(files) > MAX_FILES:
        raise UsageError(f"adapter {folder.name!r} has more than {MAX_FILES} files")
    for file in files:
        if file.is_symlink():
            raise UsageError(f"adapter {folder.name!r}: {file.name} is a link; only plain files are read")
        if not file.is_dir():
            _check_file(folder, file)
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            raise UsageError(f"adapter {folder.name!r} has no {name}; PEFT's save_pretrained writes it")


def _check_file(folder: Path, file: Path) -> None:
    if not file.is_file() or file.suffix not in _SUFFIXES:
        raise UsageError(f"adapter {folder.name!r}: {file.name} has no place in an adapter; remove it")
    if file.suffix == ".safetensors" and (
        file.parent != folder or not (file.name == WEIGHTS or OWN.fullmatch(file.name))
    ):
        raise UsageError(f"adapter {folder.name!r}: {file.name} is no file that convrec reads; remove it")
    limit = MAX_BYTES if file.suffix == ".safetensors" else MAX_TEXT
    if file.stat().st_size > limit:
        raise UsageError(f"adapter {folder.name!r}: {file.name} is larger than {limit >> 20} MB")


def _check_manifest(folder: Path, base: Path) -> None:
    if not (folder / MANIFEST).exists():
        return
    found = read_manifest(folder)
    if not found:
        raise UsageError(f"adapter {folder.name!r}: {MANIFEST} is not valid")
    if wrong := manifest_faults(folder, found):
        raise UsageError(f"adapter {folder.name!r} is damaged or was changed: {wrong[0]}; install it again")
    given = found.get("base")
    made_for: dict[str, Any] = given if isinstance(given, dict) else {}
    if made_for.get("id") != base_id(base):
        raise UsageError(
            f"adapter {folder.name!r} was made for another base model ({str(made_for.get('name'))[:80]!r}), "
            f"not for the one in {base.name!r}"
        )


def _check_recipe(folder: Path) -> None:
    """An adapter of a backbone that was trained along with it does nothing sensible on the pre-trained one."""
    if not (folder / RECIPE).exists():
        return
    try:
        recipe = tomllib.loads((folder / RECIPE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"adapter {folder.name!r}: {RECIPE} is not valid: {error}") from error
    if recipe.get("backbone", "pretrained") != "pretrained":
        raise UsageError(
            f"adapter {folder.name!r} was trained on a {str(recipe['backbone'])[:9]!r} backbone, which is not in it: "
            "such runs are for figures alone"
        )


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config = read_json(folder / CONFIG)
    except ValueError as error:
        raise UsageError(f"adapter {folder.name!r}: {CONFIG} is not valid JSON: {error}") from error
    if not isinstance(config, dict):
        raise UsageError(f"adapter {folder.name!r}: {CONFIG} is not a table")
    return config


def _check_config(folder: Path, config: dict[str, Any]) -> None:
    for key, value in config.items():
        if key in _PLAIN:
            if value not in _PLAIN[key]:
                raise UsageError(f"adapter {folder.name!r}: {key} = {value!r} is not accepted in {CONFIG}")
        elif key not in _FREE and value not in (None, False, {}, []):
            raise UsageError(f"adapter {folder.name!r}: unknown entry {key} = {value!r} in {CONFIG}")
    if config.get("peft_type") != "LORA":
        raise UsageError(f"adapter {folder.name!r}: {CONFIG} must say peft_type = 'LORA'")
    if not isinstance(config.get("init_lora_weights", True), bool):
        raise UsageError(f"adapter {folder.name!r}: init_lora_weights must be true or false")
    patterns = config.get("rank_pattern") or {}
    if not isinstance(patterns, dict):
        raise UsageError(f"adapter {folder.name!r}: rank_pattern is not a table")
    ranks = [config.get("r"), *patterns.values()]
    for rank in ranks:
        if type(rank) is not int or not 1 <= rank <= MAX_RANK:
            raise UsageError(f"adapter {folder.name!r}: rank {rank!r} is not between 1 and {MAX_RANK}")
    _check_names(folder, config)


def _check_names(folder: Path, config: dict[str, Any]) -> None:
    for key in _NAMES:
        given = config.get(key) or []
        for name in [given] if isinstance(given, str) else list(given):
            if not isinstance(name, str) or not _PLAIN_NAME.fullmatch(name):
                # PEFT reads these as regular expressions, and there are some that never end.
                raise UsageError(
                    f"adapter {folder.name!r}: {key} must be plain names of layers, not {str(name)[:60]!r}"
                )


def _check_shapes(folder: Path, config: dict[str, Any], shapes: dict[str, list[int]], base: Path) -> None:
    top = max([config["r"], *(config.get("rank_pattern") or {}).values()])
    width = _widths(base)
    for name, shape in shapes.items():
        if len(shape) != 2 or not (".lora_A." in name or ".lora_B." in name or "lora_magnitude" in name):
            if "lora_magnitude" in name and len(shape) == 1:
                continue
            raise UsageError(f"adapter {folder.name!r}: tensor {name} of shape {shape} is no LoRA weight")
        rank, other = (shape[0], shape[1]) if ".lora_A." in name else (shape[1], shape[0])
        if rank > top:
            raise UsageError(f"adapter {folder.name!r}: tensor {name} has rank {rank}, its {CONFIG} says {top}")
        if width and other not in width:
            raise UsageError(
                f"adapter {folder.name!r} was made for another base model: tensor {name} has width {other}, "
                f"which no layer of {base.name!r} has"
            )


def _widths(base: Path) -> set[int]:
    """Widths that layers of the base model have; empty where its configuration does not say."""
    try:
        config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    hidden, heads = config.get("hidden_size"), config.get("num_attention_heads")
    if config.get("model_type") not in ("llama", "qwen2", "qwen3", "mistral") or not hidden or not heads:
        return set()
    size = config.get("head_dim") or hidden // heads
    groups = config.get("num_key_value_heads") or heads
    return {hidden, config.get("intermediate_size"), heads * size, groups * size, config.get("vocab_size")}
