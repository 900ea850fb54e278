"""Which adapter serves which task of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convrec.config import Settings

TALK, HEAR = "talk", "hear"
"""Tasks of adapters that sit on the encoder."""


def in_use(workspace: Path, settings: Settings) -> dict[str, Path]:
    """Folder of the adapter by task: those that come with convrec, over them the workspace's, over them the settings'.

    Those that come with convrec are left out where the workspace's LLM is another one than they were trained on. An
    empty folder in the settings (`rank = ""`) turns a task's adapter off.

    Args:
        workspace: Its folder.
        settings: Of the workspace.

    Raises:
        UsageError: A folder named in the settings is not there, or the LLM is missing.
    """
    from convrec.llm import adapter_folder
    from convrec.llm.adapter_files import base_id
    from convrec.llm.embedded import locate
    from convrec.tune.registry import Registry, fitting

    models = settings.models
    if models.llm == "none" or models.llm.startswith(("http://", "https://")):
        return {}
    base = base_id(locate(models.llm, online=settings.online))
    found = {task: entry.folder for entry in fitting(base) for task in entry.tasks}
    found |= Registry(workspace).for_tasks()
    for task, given in models.adapters.items():
        if given:
            found[task] = adapter_folder(given)
        else:
            found.pop(task, None)
    # These serve the encoder, not the LLM.
    for task in (TALK, HEAR):
        found.pop(task, None)
    return found


def for_talk(workspace: Path, settings: Settings) -> Path | None:
    """Folder of the adapter that reads talks: as `in_use`, but on the encoder; None: none fits, or it is turned off.

    Raises:
        UsageError: A folder named in the settings is not there.
    """
    if settings.models.encoder_adapter and TALK not in settings.models.adapters:
        return None
    return _on_encoder(TALK, workspace, settings)


def for_hearing(workspace: Path, settings: Settings) -> Path | None:
    """Folder of the adapter with which the encoder reads messages beside the LLM; None: none fits, or it is turned off.

    Raises:
        UsageError: A folder named in the settings is not there.
    """
    return _on_encoder(HEAR, workspace, settings)


def _on_encoder(task: str, workspace: Path, settings: Settings) -> Path | None:
    from convrec.llm import adapter_folder
    from convrec.llm.adapter_files import base_id
    from convrec.llm.embedded import locate
    from convrec.tune.registry import Registry, fitting

    models = settings.models
    if (given := models.adapters.get(task)) is not None:
        return adapter_folder(given) if given else None
    if own := Registry(workspace).for_tasks().get(task):
        return own
    fit = fitting(base_id(locate(models.encoder, online=settings.online)), task)
    return fit[-1].folder if fit else None
