"""Two towers that share their weights: a sentence transformer under LoRA, as it is while it is trained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convrec.errors import RunError, UsageError
from convrec.llm.adapter import CONFIG, WEIGHTS

if TYPE_CHECKING:
    from convrec.protocols import Vectors

Role = Literal["query", "document"]

_LAYER = re.compile(r"\blayers?\.(\d+)\.")

_CHUNK = 16
_PROMPTS: dict[Role, tuple[str, ...]] = {"query": ("query",), "document": ("document", "passage", "corpus")}


class Towers:
    """A sentence transformer with LoRA on every linear layer; weights in float32, computed in bfloat16 where that pays.

    Attributes:
        trained: The LoRA weights by name; everything else is frozen.
        limit: Tokens that it reads of a text.
    """

    def __init__(
        self,
        path: Path,
        *,
        rank: int,
        seed: int,
        device: str = "auto",
        dtype: str = "auto",
        layers: int | None = None,
        dropout: float = 0.05,
    ) -> None:
        """Load the model and give it fresh LoRA weights.

        Args:
            path: Folder of the sentence transformer.
            rank: Of LoRA, at least 1; alpha is twice the rank.
            seed: Of the fresh weights.
            device: `auto`, `cpu`, `cuda`...
            dtype: As in the settings; `float32` computes in it, all else in bfloat16 where the machine does.
            layers: How many of the upper layers are tuned; None: all. The fewer, the less a step computes.
            dropout: Of LoRA; 0 turns off the encoder's own as well, which doubles the speed on a processor.
        """
        import torch
        from peft import LoraConfig

        from convrec.embed.adapter import load
        from convrec.llm.device import choose

        self.device, computed = choose(device, dtype if dtype == "float32" else "auto")
        self._half = computed == torch.bfloat16
        self._model = load(path, None, device=self.device, dtype=torch.float32)
        self._transformer = self._model.transformers_model
        for parameter in self._model.parameters():
            parameter.requires_grad_(False)
        torch.manual_seed(seed)
        # The pooler on top of BERT has no part in a mean over tokens: what has no gradient is not worth its bytes.
        self._config = LoraConfig(
            r=rank,
            lora_alpha=2 * rank,
            lora_dropout=dropout,
            target_modules="all-linear" if layers is None else _linear(self._transformer, layers),
            exclude_modules=["pooler.dense"],
            task_type="FEATURE_EXTRACTION",
        )
        self._model.add_adapter(self._config)
        self.trained: dict[str, Any] = {
            name: parameter for name, parameter in self._transformer.named_parameters() if parameter.requires_grad
        }
        self._dropout = dropout > 0
        if self._half and layers is not None:
            # What is frozen needs no more digits than it is computed with.
            for name, parameter in self._transformer.named_parameters():
                if name not in self.trained:
                    parameter.data = parameter.data.to(torch.bfloat16)
        self.limit = int(self._model.max_seq_length or 512)

    def tokens(self, text: str) -> int:
        """Tokens of a text as a query, special ones and the model's own prompt included."""
        prompt = self._prompt("query")
        return len(self._model.tokenizer(prompt + text, truncation=False, verbose=False)["input_ids"])

    def embed(self, texts: Sequence[str], role: Role) -> Any:
        """Unit vectors with a gradient, float32, shape `(len(texts), dim)`."""
        import torch

        self._model.train(self._dropout)
        # Texts of like length together: less padding to compute.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        made = []
        with self._autocast():
            for start in range(0, len(order), _CHUNK):
                chosen = [texts[place] for place in order[start : start + _CHUNK]]
                features = self._model.preprocess(chosen, prompt=self._prompt(role) or None)
                features = {
                    name: value.to(self.device) if hasattr(value, "to") else value for name, value in features.items()
                }
                made.append(self._model(features, task=role)["sentence_embedding"].float())
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.nn.functional.normalize(torch.cat(made), dim=-1)[back.to(self.device)]

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Unit vectors without a gradient, float32, shape `(len(texts), dim)`."""
        self._model.eval()
        encode = self._model.encode_query if role == "query" else self._model.encode_document
        with self._autocast():
            vectors = encode(list(texts), batch_size=32, show_progress_bar=False, convert_to_tensor=True)
        found = vectors.float().cpu().numpy().astype(np.float32)
        if not np.isfinite(found).all():
            raise RunError("tune", "the encoder returns vectors that are not numbers")
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12), dtype=np.float32)

    def save_adapter(self, folder: Path, base: str) -> None:
        """Write PEFT's own two files, the weights in bfloat16."""
        import torch
        from peft import get_peft_model_state_dict
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        state = get_peft_model_state_dict(self._transformer, adapter_name="default")
        half = {
            f"base_model.model.{name}": tensor.detach().to("cpu", torch.bfloat16).contiguous()
            for name, tensor in state.items()
        }
        save_file(half, str(folder / WEIGHTS), metadata={"format": "pt"})
        config = self._transformer.peft_config["default"]
        config.base_model_name_or_path, config.inference_mode = base, True
        config.save_pretrained(str(folder))
        if not (folder / CONFIG).is_file():
            raise UsageError(f"PEFT wrote no {CONFIG}")

    def _prompt(self, role: Role) -> str:
        return next(
            (str(self._model.prompts[name] or "") for name in _PROMPTS[role] if name in self._model.prompts), ""
        )

    def _autocast(self) -> AbstractContextManager[Any]:
        import torch

        return torch.autocast(self.device.type, torch.bfloat16) if self._half else nullcontext()


def _linear(transformer: Any, layers: int) -> list[str]:
    """Names of the linear layers in the uppermost so many blocks."""
    import torch

    found = {
        name: int(block[1])
        for name, module in transformer.named_modules()
        if isinstance(module, torch.nn.Linear) and (block := _LAYER.search(name))
    }
    lowest = max(found.values(), default=0) + 1 - layers
    return [name for name, block in found.items() if block >= lowest]
