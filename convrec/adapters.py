"""Which adapter serves which task of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convrec.config import Settings


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
    from convrec.tune.registry import Registry, shipped

    models = settings.models
    if models.llm == "none" or models.llm.startswith(("http://", "https://")):
        return {}
    base = base_id(locate(models.llm, online=settings.online))
    found = {
        task: entry.folder
        for entry in shipped()
        if entry.manifest.get("base", {}).get("id") == base and not entry.faults()
        for task in entry.tasks
    }
    found |= Registry(workspace).for_tasks()
    for task, given in models.adapters.items():
        if given:
            found[task] = adapter_folder(given)
        else:
            found.pop(task, None)
    return found
