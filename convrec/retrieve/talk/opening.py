"""Opens the talk adapter that fits an encoder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convrec.retrieve.talk.reader import TalkReader, title_vectors

if TYPE_CHECKING:
    from convrec.config import Settings
    from convrec.protocols import Catalogue, Encoder, Vectors


def open_reader(
    folder: Path, settings: Settings, catalogue: Catalogue, encoder: Encoder, documents: Vectors, index: Path | None
) -> TalkReader | None:
    """The reader of talks over a catalogue; None where its encoder is another one than the adapter's.

    Args:
        folder: Of the adapter.
        settings: Name the encoder that the adapter sits on.
        catalogue: The items.
        encoder: That made `documents`, and makes the vectors of the titles.
        documents: Vectors of the items' documents, in catalogue order.
        index: Folder where the vectors of the titles are kept; None: nowhere.

    Raises:
        UsageError: The adapter is not acceptable.
    """
    from convrec.embed import open_encoder
    from convrec.embed.adapter import identity
    from convrec.llm.embedded import locate

    models = settings.models
    path = locate(models.encoder, online=settings.online)
    if encoder.name != identity(models.encoder, path, None):
        return None
    # Checks the adapter's files before any of them is read.
    tuned = open_encoder(models.model_copy(update={"encoder_adapter": str(folder)}), online=settings.online)
    return TalkReader(folder, catalogue, documents, title_vectors(catalogue, encoder, index), tuned)
