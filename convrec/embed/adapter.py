"""LoRA adapters of sentence transformers: checked before a tensor is read, merged into the weights when loaded."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from convrec.errors import UsageError

MANIFEST = "convrec-encoder.json"
"""Written last into the folder of a tuned encoder or adapter: what it was made of, and a digest of its weights."""

_PREFIX = "base_model.model."


def identity(name: str, path: Path, adapter: Path | None) -> str:
    """What vectors are compared by: the encoder's name, with a digest where tuning can change it under one name.

    Args:
        name: As the settings have it.
        path: The encoder's folder.
        adapter: Its adapter's folder, if any.

    Raises:
        UsageError: The adapter has no weights or configuration, or is not acceptable.
    """
    if digest := str(manifest(path).get("digest", "")):
        name = f"{name}@{digest[:12]}"
    if adapter is None:
        return name
    from convrec.llm.adapter import CONFIG, WEIGHTS, check

    check(adapter, base=path)
    both = sha256((adapter / CONFIG).read_bytes() + (adapter / WEIGHTS).read_bytes()).hexdigest()
    return f"{name}+{both[:12]}"


def manifest(folder: Path) -> dict[str, Any]:
    """What tuning wrote down of a folder; empty where it did not make it."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def load(path: Path, adapter: Path | None, *, device: Any, dtype: Any) -> Any:
    """A sentence transformer from local files, with its adapter merged into the weights in float32.

    Args:
        path: The model's folder.
        adapter: Its LoRA adapter, if any.
        device: Torch device.
        dtype: Torch dtype that it computes in.

    Raises:
        UsageError: The adapter is not acceptable, or was made for another model.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    from convrec.llm.quiet import quiet

    first = dtype if adapter is None else torch.float32
    with quiet():
        model = SentenceTransformer(str(path), device=str(device), model_kwargs={"dtype": first}, local_files_only=True)
        if adapter is not None:
            merge(model, adapter, path)
            model.to(dtype)
    return model


def body(path: Path, adapter: Path, *, device: Any, dtype: Any) -> Any:
    """The encoder alone, for the states of its tokens, with an adapter merged into the weights in float32.

    Args:
        path: The sentence transformer's folder.
        adapter: A LoRA adapter of it.
        device: Torch device.
        dtype: Torch dtype that it computes in.

    Raises:
        UsageError: The adapter is not acceptable, or was made for another model.
    """
    import torch
    from peft import PeftModel
    from transformers import AutoModel

    from convrec.llm.adapter import check
    from convrec.llm.quiet import quiet

    check(adapter, base=path)
    with quiet():
        model = AutoModel.from_pretrained(str(path), dtype=torch.float32, local_files_only=True)
        _check_fit(adapter, model, path)
        merged = PeftModel.from_pretrained(model, str(adapter), is_trainable=False).merge_and_unload()
    return merged.to(device, dtype).eval()


def merge(model: Any, adapter: Path, base: Path) -> None:
    """Add a LoRA adapter to the weights of a sentence transformer, in place.

    Raises:
        UsageError: It is not acceptable, or was made for another model.
    """
    from peft import PeftModel

    from convrec.llm.adapter import check

    check(adapter, base=base)
    transformer = model.transformers_model
    _check_fit(adapter, transformer, base)
    PeftModel.from_pretrained(transformer, str(adapter), is_trainable=False).merge_and_unload()


def weights_digest(folder: Path) -> str:
    """SHA-256 over a model's safetensors files, in the order of their names."""
    digest = sha256()
    for file in sorted(folder.glob("*.safetensors")):
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _check_fit(adapter: Path, transformer: Any, base: Path) -> None:
    """Refuse an adapter whose layers are not this model's, or that was trained on other weights."""
    from safetensors import safe_open

    from convrec.llm.adapter import WEIGHTS

    layers = dict(transformer.named_modules())
    with safe_open(str(adapter / WEIGHTS), framework="numpy") as stored:
        for key in stored.keys():  # noqa: SIM118
            inward = ".lora_A." in key
            layer = layers.get(key.removeprefix(_PREFIX).split(".lora_")[0])
            weight = getattr(layer, "weight", None)
            shape = stored.get_slice(key).get_shape()
            if weight is None or shape[-1 if inward else 0] != weight.shape[1 if inward else 0]:
                raise UsageError(f"adapter {str(adapter)!r} was made for another model than {base.name!r}: {key}")
    wanted = str(manifest(adapter).get("base_digest", ""))
    if wanted and wanted != weights_digest(base):
        raise UsageError(
            f"adapter {str(adapter)!r} was trained on other weights than those of {base.name!r}; "
            f"it belongs to {manifest(adapter).get('base')!r}"
        )
