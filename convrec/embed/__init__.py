"""Text to vectors, with query and document roles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convrec.config import ModelSettings

if TYPE_CHECKING:
    from convrec.protocols import Encoder


def open_encoder(settings: ModelSettings, *, online: bool = False) -> Encoder:
    """The encoder that the settings name; nothing heavy is loaded before its first use.

    Raises:
        UsageError: The model is not on this machine, and the message says how to fetch it; or its adapter is not
            acceptable.
    """
    from convrec.embed.adapter import identity
    from convrec.embed.sentence import SentenceEncoder
    from convrec.llm.embedded import locate

    path = locate(settings.encoder, online=online)
    # A 4-bit LLM does not make a 4-bit encoder.
    dtype = settings.dtype if settings.dtype != "4bit" else "auto"
    adapter = Path(settings.encoder_adapter).expanduser() if settings.encoder_adapter else None
    name = identity(settings.encoder, path, adapter)
    return SentenceEncoder(path, name=name, device=settings.device, dtype=dtype, adapter=adapter)
