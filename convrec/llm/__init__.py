"""Instruction models: embedded, local, or on a server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from convrec.config import ModelSettings
from convrec.errors import UsageError

if TYPE_CHECKING:
    from convrec.protocols import ChatModel


def open_model(
    settings: ModelSettings, online: bool = False, *, adapters: Mapping[str, Path] | None = None
) -> ChatModel | None:
    """The model that the settings name; nothing heavy is loaded before its first use.

    Args:
        settings: `llm` is an embedded name, a folder, a Hugging Face id, the address of a server, or `none`.
        online: Whether a Hugging Face id may be fetched.
        adapters: Folder by task, in place of those in the settings.

    Returns:
        None for `none`: everything is worded by templates then.

    Raises:
        UsageError: The model or an adapter is not there or not acceptable; says what to do.
    """
    if settings.llm == "none":
        return None
    if settings.llm.startswith(("http://", "https://")):
        from convrec.llm.remote import RemoteModel

        return RemoteModel(settings.llm, settings.remote_model, adapters=settings.adapters)
    from convrec.llm.embedded import locate
    from convrec.llm.local import LocalModel

    path = locate(settings.llm, online=online)
    if adapters is None:
        adapters = {task: adapter_folder(folder) for task, folder in settings.adapters.items() if folder}
    name = settings.llm if "/" not in settings.llm else settings.llm.rstrip("/").rpartition("/")[2]
    return LocalModel(path, device=settings.device, dtype=settings.dtype, adapters=adapters, name=name)


def adapter_folder(given: str) -> Path:
    """An adapter by folder, or by the name of one that comes with convrec; `UsageError` where there is none."""
    path = Path(given).expanduser()
    if path.is_dir():
        return path
    if "/" not in given:
        from importlib.resources import files

        built_in = Path(str(files("convrec._adapters"))) / given
        if built_in.is_dir():
            return built_in
    raise UsageError(f"no adapter at {given!r}: neither a folder nor one that comes with convrec")
