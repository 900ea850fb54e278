"""The adapters of a workspace: generations that never change, and a pointer to the one in use."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from convrec.errors import UsageError
from convrec.tune import manifest

log = logging.getLogger("convrec")

FOLDER = "adapters"
ACTIVE = "active.json"

_GENERATION = re.compile(r"\d{4}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One adapter on disk.

    Attributes:
        name: Of its recipe.
        generation: `0001` and up; empty outside a workspace.
        folder: Where it lies.
        active: Whether it is in use.
        tasks: It serves.
        manifest: What it says about itself; empty where unreadable.
    """

    name: str
    generation: str
    folder: Path
    active: bool
    tasks: tuple[str, ...]
    manifest: dict[str, Any]

    def faults(self) -> list[str]:
        """What is wrong with its files; empty: nothing. Reads them all."""
        return manifest.faults(self.folder)


class Registry:
    """`<workspace>/adapters/<name>/<generation>/`, with `<name>/active.json` saying which."""

    def __init__(self, workspace: Path) -> None:
        """Nothing is read yet."""
        self.folder = Path(workspace) / FOLDER

    def sweep(self) -> int:
        """Remove what killed processes left half written; returns how many folders."""
        gone = 0
        for partial in self.folder.glob("*/*.partial") if self.folder.is_dir() else ():
            if partial.is_dir():
                shutil.rmtree(partial, ignore_errors=True)
            else:
                partial.unlink(missing_ok=True)
            gone += 1
        return gone

    def place(self, name: str) -> Path:
        """The folder of an adapter's next generation; not made yet."""
        if not _NAME.fullmatch(name):
            raise UsageError(f"adapter name {name!r} must be small letters, digits, _ and -")
        taken = [int(entry.name[:4]) for entry in self._generations(name)]
        return self.folder / name / f"{max(taken, default=0) + 1:04d}"

    def install(self, source: Path) -> Entry:
        """Copy an adapter that `convrec tune` made into the workspace; not in use yet.

        Raises:
            UsageError: It has no manifest or does not match it.
        """
        if wrong := manifest.faults(source):
            raise UsageError(f"adapter at {str(source)!r} is not complete: {wrong[0]}")
        name = str(manifest.read(source).get("name", ""))
        target = self.place(name)
        partial = target.with_name(target.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(source, partial, symlinks=True)
        partial.rename(target)
        return self.get(name, target.name)

    def entries(self) -> list[Entry]:
        """All adapters, by name and generation."""
        names = sorted(path.name for path in self.folder.iterdir() if path.is_dir()) if self.folder.is_dir() else []
        return [self._entry(name, folder) for name in names for folder in self._generations(name)]

    def get(self, name: str, generation: str | None = None) -> Entry:
        """One adapter; without a generation the newest.

        Raises:
            UsageError: There is none; names those there are.
        """
        found = [entry for entry in self.entries() if entry.name == name]
        for entry in reversed(found):
            if generation in (None, entry.generation):
                return entry
        there = ", ".join(f"{entry.name} {entry.generation}" for entry in self.entries()) or "none"
        raise UsageError(
            f"no adapter {' '.join(filter(None, (name, generation)))!r} in this workspace; there are: {there}"
        )

    def activate(self, name: str, generation: str | None = None) -> Entry:
        """Use an adapter from the next opening of the workspace on; the one before is kept for `rollback`.

        Raises:
            UsageError: There is none, or its files do not match its manifest.
        """
        entry = self.get(name, generation)
        if wrong := entry.faults():
            raise UsageError(
                f"adapter {name} {entry.generation} is not complete: {wrong[0]}; tune again or activate another"
            )
        pointer = self._pointer(name)
        current = pointer["generation"]
        previous = [*pointer["previous"], current] if current != entry.generation else pointer["previous"]
        self._point(name, entry.generation, previous)
        return self.get(name, entry.generation)

    def rollback(self, name: str) -> Entry | None:
        """Use again what was in use before; None: no adapter of that name any more.

        Raises:
            UsageError: None is in use.
        """
        pointer = self._pointer(name)
        if pointer["generation"] is None:
            self.get(name)
            raise UsageError(f"adapter {name!r} is not in use; nothing to go back from")
        previous = list(pointer["previous"])
        while previous:
            generation = previous.pop()
            if generation is None:
                break
            if (self.folder / name / generation).is_dir() and not self.get(name, generation).faults():
                self._point(name, generation, previous)
                return self.get(name, generation)
        self._point(name, None, previous)
        return None

    def for_tasks(self) -> dict[str, Path]:
        """Folder of the adapter in use, by task; where two serve one task, the one put in use last.

        Those that do not match their manifest are left out, with a warning.
        """
        chosen: dict[str, tuple[str, Path]] = {}
        for entry in self.entries():
            if not entry.active:
                continue
            if wrong := entry.faults():
                log.warning(
                    "adapter %s %s is not used: %s (convrec adapters rollback)", entry.name, entry.generation, wrong[0]
                )
                continue
            since = str(self._pointer(entry.name)["since"])
            for task in entry.tasks:
                if task not in chosen or chosen[task][0] <= since:
                    chosen[task] = (since, entry.folder)
        return {task: folder for task, (_, folder) in chosen.items()}

    def _generations(self, name: str) -> list[Path]:
        place = self.folder / name
        if not place.is_dir():
            return []
        return sorted(path for path in place.iterdir() if path.is_dir() and _GENERATION.fullmatch(path.name))

    def _entry(self, name: str, folder: Path) -> Entry:
        return _read(name, folder, folder.name, self._pointer(name)["generation"] == folder.name)

    def _pointer(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / name / ACTIVE).read_text(encoding="utf-8"))
            return {"generation": found["generation"], "previous": list(found["previous"]), "since": found["since"]}
        except (OSError, ValueError, KeyError, TypeError):
            return {"generation": None, "previous": [], "since": ""}

    def _point(self, name: str, generation: str | None, previous: list[str | None]) -> None:
        content = {"generation": generation, "previous": previous, "since": datetime.now(UTC).isoformat()}
        file = self.folder / name / ACTIVE
        partial = file.with_suffix(".json.partial")
        with partial.open("w", encoding="utf-8") as stream:
            stream.write(json.dumps(content) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
        manifest.sync_folder(file.parent)


def shipped() -> Iterator[Entry]:
    """The adapters that come with convrec."""
    place = Path(str(files("convrec._adapters")))
    for folder in sorted(place.iterdir()):
        if (folder / manifest.FILE).is_file():
            yield read(folder)


def fitting(base: str, task: str | None = None) -> list[Entry]:
    """Those of them that were trained on a base, and for a task.

    Those that do not match their manifest are left out, with a warning.

    Args:
        base: Of `llm.adapter_files.base_id`.
        task: Any where None.
    """
    found = []
    for entry in shipped():
        if entry.manifest.get("base", {}).get("id") != base or (task is not None and task not in entry.tasks):
            continue
        if wrong := entry.faults():
            log.warning("adapter %s, which comes with convrec, is not used: %s (convrec doctor)", entry.name, wrong[0])
            continue
        found.append(entry)
    return found


def read(folder: Path) -> Entry:
    """An adapter by its folder, outside a workspace."""
    return _read(str(manifest.read(folder).get("name") or folder.name), folder, "", False)


def _read(name: str, folder: Path, generation: str, active: bool) -> Entry:
    found = manifest.read(folder)
    tasks = found.get("tasks")
    return Entry(name, generation, folder, active, tuple(map(str, tasks)) if isinstance(tasks, list) else (), found)
