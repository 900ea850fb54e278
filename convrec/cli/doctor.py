"""`convrec doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal

import typer

from convrec import config
from convrec.cli.console import Json, application, out, out_json
from convrec.errors import ConvrecError

app = application("Check everything.")

NEEDED = {"torch": "2.6", "transformers": "5.10", "peft": "0.20", "accelerate": "1.10", "bitsandbytes": "0.48",
          "sentence-transformers": "6.0", "chromadb": "1.5", "gradio": "6.20"}  # fmt: skip
FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        what: Which.
        state: `ok`, `warning` (works, could be better) or `problem` (something will fail).
        detail: What was found.
        remedy: What to do; empty where nothing needs doing.
    """

    what: str
    state: Literal["ok", "warning", "problem"]
    detail: str
    remedy: str = ""


@app.command(epilog="Example: convrec doctor .convrec/ml-100k")
def doctor(
    workspace: Annotated[str | None, typer.Argument(help="A workspace to look into as well.")] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Also checksums of models.")] = False,
    as_json: Json = False,
) -> None:
    """Look at versions, models, disk and a workspace; exit code 1 where something will fail."""
    findings = [*_versions(), *_models(deep), *_adapters(), *_disk(Path(workspace) if workspace else Path.cwd())]
    if workspace is not None:
        findings += _workspace(Path(workspace))
    if as_json:
        out_json({"findings": findings})
    else:
        marks = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}
        for found in findings:
            out(f"{marks[found.state]}  {found.what}: {found.detail}")
            if found.remedy:
                out(f"         -> {found.remedy}")
    if any(found.state == "problem" for found in findings):
        sys.exit(1)


def _versions() -> Iterator[Finding]:
    for name, least in NEEDED.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Finding(name, "problem", "not installed", "pip install convrec")
            continue
        old = _numbers(found) < _numbers(least)
        yield Finding(name, "problem" if old else "ok", found, f"pip install '{name}>={least}'" if old else "")
    if sqlite3.sqlite_version_info < (3, 51, 3):
        yield Finding(
            "sqlite",
            "ok",
            f"{sqlite3.sqlite_version}; has the write-ahead-log reset bug of 3.7 to 3.51.2, which one writer at a "
            "time, as convrec keeps it, does not meet",
        )


def _models(deep: bool) -> Iterator[Finding]:
    from convrec.llm.embedded import EMBEDDED, faults, folder

    for name in EMBEDDED:
        wrong = faults(name, deep=deep)
        if not wrong:
            yield Finding(f"model {name}", "ok", str(folder(name)))
        elif folder(name).exists():
            yield Finding(f"model {name}", "problem", wrong[0], f"convrec models pull {name}")
        else:
            yield Finding(f"model {name}", "warning", "not fetched", f"convrec models pull {name}")


def _adapters() -> Iterator[Finding]:
    """Those that come with convrec: one that was changed is out of use, and all else goes on without it."""
    from convrec.tune.registry import shipped

    for entry in shipped():
        wrong = entry.faults()
        yield Finding(
            f"adapter {entry.name}",
            "warning" if wrong else "ok",
            f"not used: {wrong[0]}" if wrong else str(entry.folder),
            "put its files back as they came (pip install --force-reinstall convrec), or copy the folder to change it"
            if wrong else "",
        )  # fmt: skip


def _disk(path: Path) -> Iterator[Finding]:
    for what, folder in (("disk of models", config.home()), ("disk of the workspace", path)):
        there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
        free = shutil.disk_usage(there).free
        short = free < FREE_BYTES
        yield Finding(
            what,
            "problem" if short else "ok",
            f"{free / 2**30:.1f} GiB free at {there}",
            "free some space; a full disk refuses new events" if short else "",
        )


def _workspace(folder: Path) -> Iterator[Finding]:
    from convrec.store.lock import WorkspaceLock

    try:
        settings = config.load(folder)
        yield Finding("settings", "ok", str(folder / config.FILE))
        lock = WorkspaceLock(folder)
    except ConvrecError as error:
        yield Finding("workspace", "problem", str(error))
        return
    try:
        for look in (_database, _index, _tuned):
            yield from _careful(look, folder, settings)
    finally:
        lock.release()


def _careful(
    look: Callable[[Path, config.Settings], Iterator[Finding]], folder: Path, settings: config.Settings
) -> Iterator[Finding]:
    try:
        yield from look(folder, settings)
    except ConvrecError as error:
        yield Finding(look.__name__.strip("_"), "problem", str(error))


def _database(folder: Path, settings: config.Settings) -> Iterator[Finding]:
    from convrec.store import Store
    from convrec.workspace import STALE, database_url

    with Store(database_url(folder, settings)) as store:
        state = store.database.check()
        sound = state == "ok"
        yield Finding(
            "database",
            "ok" if sound else "problem",
            f"{len(store.items.all()):,} items, {store.events.count():,} events" if sound else state,
            "" if sound else "restore convrec.db from a backup",
        )
        if store.get(STALE):
            yield Finding(
                "models of the log", "warning", "somebody was forgotten since", "they are fitted at next opening"
            )


def _index(folder: Path, settings: config.Settings) -> Iterator[Finding]:
    from convrec.data.catalogue import ItemTable
    from convrec.embed import open_encoder
    from convrec.index.generations import ItemIndexStore
    from convrec.store import Store
    from convrec.workspace import database_url

    with Store(database_url(folder, settings)) as store:
        catalogue = ItemTable(store.items.all())
    encoder = open_encoder(settings.models, online=settings.online)
    wrong = ItemIndexStore(folder / config.INDEX).faults(catalogue, encoder)
    yield Finding(
        "index",
        "warning" if wrong else "ok",
        wrong[0] if wrong else f"{len(catalogue):,} vectors",
        "nothing to do: it is rebuilt from the database at the next opening" if wrong else "",
    )


def _tuned(folder: Path, settings: config.Settings) -> Iterator[Finding]:
    """The workspace's own adapters that are in use, or would be."""
    from convrec.tune.registry import Registry

    for entry in Registry(folder).entries():
        if not entry.active:
            continue
        wrong = entry.faults()
        yield Finding(
            f"adapter {entry.name} {entry.generation}",
            "warning" if wrong else "ok",
            f"not used: {wrong[0]}" if wrong else str(entry.folder),
            f"convrec adapters rollback {folder} {entry.name}, or tune it anew" if wrong else "",
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("+")[0].split(".")[:3] if part.isdigit())
