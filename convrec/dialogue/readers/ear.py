"""A small encoder as a second reader of messages beside the LLM.

Both learn from the same examples, but they were trained on other texts, part words differently and err in other
places, so that a vote of both (`votes.py`) reads better than either.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.readers import tag_head
from convrec.dialogue.readers.joint import Heard
from convrec.dialogue.readers.tags import Encoded, between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.config import Settings

    Floats = NDArray[np.float32]


class Ear:
    """Reads messages with an encoder and its adapter `hear`. Safe to use from several threads.

    Attributes:
        folder: Of its adapter.
        moves: Of `votes.moves`, over the messages that it learned from.
    """

    def __init__(self, base: Path, folder: Path, *, device: str = "auto", dtype: str = "auto") -> None:
        """Load what is put on the encoder; the encoder itself is loaded when it is first asked.

        Args:
            base: Folder of the encoder.
            folder: Of the adapter.
            device: `auto`, `cpu`, `cuda`...
            dtype: `auto` (bf16 where the processor computes in it), `bfloat16`, `float32`...

        Raises:
            UsageError: The file of labels cannot be used.
        """
        self._head, _ = tag_head.load(folder)
        self.moves = tag_head.load_moves(folder)
        self.folder = folder
        self._base, self._device, self._dtype = base, device, dtype
        self._body: Any = None
        self._tokenizer: Any = None
        self._guard = threading.Lock()

    def read(self, texts: Sequence[str]) -> list[Heard]:
        """What is heard in each message."""
        import torch

        with self._guard, torch.inference_mode():
            self._load()
            encoded = [encode(self._tokenizer, text) for text in texts]
            pad = self._tokenizer.pad_token_id or 0
            states = tag_head.encoder_states(self._body, self._head, encoded, pad)
            marks, acts = tag_head.judged(self._head, states)
            chances = acts.sigmoid().cpu().numpy()
        return [
            Heard(mark.cpu().numpy(), chance, one, seen.cpu().numpy())
            for mark, chance, one, seen in zip(marks, chances, encoded, states, strict=True)
        ]

    def _load(self) -> None:
        if self._body is not None:
            return
        from transformers import AutoTokenizer

        from convrec.embed.adapter import body
        from convrec.llm.device import choose

        device, dtype = choose(self._device, self._dtype)
        self._tokenizer = AutoTokenizer.from_pretrained(str(self._base), local_files_only=True)
        self._body = body(self._base, self.folder, device=device, dtype=dtype)
        self._head.to(device)


def open_ear(folder: Path | None, settings: Settings) -> Ear | None:
    """The workspace's encoder as a reader of messages; None where there is no adapter for it.

    Raises:
        UsageError: The encoder is missing, or the adapter cannot be used.
    """
    from convrec.llm.embedded import locate

    if folder is None:
        return None
    models = settings.models
    return Ear(locate(models.encoder, online=settings.online), folder, device=models.device, dtype=models.dtype)


def encode(tokenizer: Any, text: str) -> Encoded:
    """Tokens of a text between those that an encoder begins and ends with."""
    before, after = tokenizer.cls_token_id, tokenizer.sep_token_id
    ends = [() if token is None else (int(token),) for token in (before, after)]
    return between(tokenizer, text, *ends)
