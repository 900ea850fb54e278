"""Sentence transformers as encoders."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convrec import compute
from convrec.errors import RunError

if TYPE_CHECKING:
    from convrec.protocols import Vectors

_BATCH = 64


class SentenceEncoder:
    """A sentence transformer (Reimers and Gurevych 2019) from a local folder, loaded when it is first asked.

    Attributes:
        name: Says which vectors can be compared: name and dimension are kept beside an index.
        dim: Length of a vector.
    """

    def __init__(
        self, path: Path, *, name: str = "", device: str = "auto", dtype: str = "auto", adapter: Path | None = None
    ) -> None:
        """Look at the folder; load nothing.

        Args:
            path: A model in sentence-transformers' own format, with safetensors weights.
            name: What it is called; the folder's name where empty.
            device: `auto`, `cpu`, `cuda`...
            dtype: `auto` (bf16 where the processor computes in it), `bfloat16`, `float32`...
            adapter: A LoRA adapter, merged into the weights when they are loaded.

        Raises:
            RunError: The folder does not tell the length of its vectors.
        """
        self.name = name or path.name
        self.dim = _dimension(path)
        self._path, self._adapter = path, adapter
        self._device, self._dtype = device, dtype
        self._model: Any = None
        self._guard = threading.Lock()

    def encode(self, texts: Sequence[str], *, role: Literal["query", "document"]) -> Vectors:
        """Unit vectors in float32, shape `(len(texts), dim)`; uses the model's own prompt for the role, if any."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        vectors = compute.alone(lambda: self._encode(list(texts), role))
        # Normalised again in float32: half precision leaves lengths a thousandth off.
        found = vectors.float().cpu().numpy().astype(np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        if not np.isfinite(lengths).all():
            raise RunError("embed", f"encoder {self.name!r} returned vectors that are not numbers")
        return np.asarray(found / np.maximum(lengths, 1e-12), dtype=np.float32)

    def _encode(self, texts: list[str], role: Literal["query", "document"]) -> Any:
        with self._guard:
            model = self._load()
            encode = model.encode_query if role == "query" else model.encode_document
            whole = (model.max_seq_length or 0) % compute.STEP == 0  # else filling up could go beyond what it reads
            return encode(
                texts,
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=False,
                convert_to_tensor=True,
                processing_kwargs={"text": {"pad_to_multiple_of": compute.STEP}} if whole else None,
            )

    def _load(self) -> Any:
        if self._model is None:
            from convrec.embed.adapter import load
            from convrec.llm.device import choose

            device, dtype = choose(self._device, self._dtype)
            self._model = load(self._path, self._adapter, device=device, dtype=dtype)
        return self._model


def _dimension(path: Path) -> int:
    # The first name is that of sentence-transformers before 6.
    pooling = "1_Pooling/config.json"
    named = ((pooling, "word_embedding_dimension"), (pooling, "embedding_dimension"), ("config.json", "hidden_size"))
    for file, key in named:
        try:
            return int(json.loads((path / file).read_text())[key])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    raise RunError("embed", f"{path} has no readable sentence-transformers configuration; see: convrec models verify")
