"""One-time conversion of a GGUF file to a folder that transformers reads fast: bf16 safetensors and tokenizer."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from convrec.errors import RunError
from convrec.llm.quiet import quiet


def convert(file: Path, target: Path) -> None:
    """Unpack the quantised weights to bfloat16 and save them with the tokenizer and its chat template.

    Args:
        file: The `.gguf` file.
        target: An existing, empty folder.

    Raises:
        RunError: The file cannot be read or is not a chat model; stage "models".
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    source = {"gguf_file": file.name, "local_files_only": True}
    try:
        # The GGUF reader draws its own progress bar, which no setting turns off.
        with quiet(), redirect_stderr(io.StringIO()):
            tokenizer = AutoTokenizer.from_pretrained(str(file.parent), **source)
            model = AutoModelForCausalLM.from_pretrained(
                str(file.parent), dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True), **source
            )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise RunError("models", f"could not read {file.name}: {error}") from error
    if not tokenizer.chat_template:
        raise RunError("models", f"{file.name} has no chat template, so it is not an instruction model")
    _split_digits(tokenizer, file)
    # A model that remembers being quantised refuses to be saved and trained as what it now is: plain bf16.
    model.hf_quantizer = None
    model.is_quantized = False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    with quiet():
        model.save_pretrained(target)
        tokenizer.save_pretrained(target)


def _split_digits(tokenizer: Any, file: Path) -> None:
    """Restore SmolLM's own pre-tokeniser, which cuts numbers into digits first; the GGUF loader drops that step."""
    from gguf import GGUFReader
    from tokenizers import pre_tokenizers

    found = GGUFReader(str(file)).fields.get("tokenizer.ggml.pre")
    if found is None or bytes(found.parts[found.data[0]]) != b"smollm":
        return
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
