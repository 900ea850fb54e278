"""Written last into a folder: what is in it. A folder that does not match its manifest is not complete."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convrec.llm.adapter_files import MANIFEST as FILE
from convrec.llm.adapter_files import manifest_faults, read_manifest
from convrec.llm.embedded import file_digest

__all__ = ["FILE", "faults", "read", "sync_folder", "write"]


def write(folder: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Flush every file of a folder to the disk and write its manifest.

    Args:
        folder: With all its files in place.
        facts: What else the manifest says; anything JSON can hold.

    Returns:
        The manifest: `facts` and `files`, with size and SHA-256 of each.
    """
    files = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != FILE:
            _sync(file)
            files[file.relative_to(folder).as_posix()] = {"size": file.stat().st_size, "sha256": file_digest(file)}
    content = {"format": 1, **facts, "files": files}
    (folder / FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")
    _sync(folder / FILE)
    sync_folder(folder)
    return content


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a folder; empty where there is no readable one."""
    return read_manifest(folder)


def faults(folder: Path) -> list[str]:
    """What is wrong with a folder, by its manifest; empty: nothing."""
    found = read_manifest(folder)
    return manifest_faults(folder, found) if found else [f"no valid {FILE}"]


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
