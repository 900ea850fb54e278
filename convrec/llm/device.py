"""Which processor and which number format: what the settings say, or what the machine does best."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from convrec.errors import UsageError

FOUR_BIT = "4bit"
DTYPES = ("auto", "bfloat16", "float16", "float32", FOUR_BIT)


def choose(device: str = "auto", dtype: str = "auto") -> tuple[Any, Any]:
    """The torch device and torch dtype to load a model with.

    Args:
        device: `auto` (CUDA where there is one, then Apple's, then the CPU), or a torch device by name.
        dtype: `auto` (bfloat16 where the processor computes in it, else float32; float16 on older GPUs), a torch
            dtype by name, or `4bit`, for which the dtype to compute in is given.

    Raises:
        UsageError: There is no such device here, or no such dtype.
    """
    import torch

    if dtype not in DTYPES:
        raise UsageError(f"dtype {dtype!r} is none of {', '.join(DTYPES)}")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        where = torch.device(device)
    except RuntimeError as error:
        raise UsageError(f"device {device!r} is not a torch device: {error}") from error
    if where.type == "cuda" and (where.index or 0) >= torch.cuda.device_count():
        raise UsageError(f"device {device!r} is not here: torch sees {torch.cuda.device_count()} CUDA devices")
    if dtype not in ("auto", FOUR_BIT):
        return where, getattr(torch, dtype)
    if where.type == "cuda":
        return where, torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if where.type == "mps":
        return where, torch.float16
    return where, torch.bfloat16 if _cpu_computes_bf16() else torch.float32


def loading(device: Any, dtype: Any, *, four_bit: bool = False) -> dict[str, Any]:
    """What `from_pretrained` is given to load safetensors of this machine alone, in a format.

    Args:
        device: Torch device, of `choose`.
        dtype: Torch dtype, of `choose`.
        four_bit: As NF4 with double quantisation (bitsandbytes; QLoRA, arXiv 2305.14314), computing in `dtype`.
    """
    options: dict[str, Any] = {"dtype": dtype, "local_files_only": True, "use_safetensors": True}
    if four_bit:
        from transformers import BitsAndBytesConfig

        options["device_map"] = {"": device}
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
        )
    return options


def _cpu_computes_bf16() -> bool:
    """Whether the CPU has instructions for bfloat16; without them it is slower than float32."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
