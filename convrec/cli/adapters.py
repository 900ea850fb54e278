"""`convrec adapters`: those of a workspace or a folder, and those that come with convrec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convrec.cli.console import Folder, Json, application, out, out_json
from convrec.errors import RunError, UsageError

if TYPE_CHECKING:
    from convrec.tune.registry import Entry

app = application("List, verify, switch and average adapters.")

Place = Annotated[str | None, typer.Argument(help="A workspace, or the folder of an adapter.", metavar="[PLACE]")]
Name = Annotated[str, typer.Argument(help="Of the adapter, as `convrec adapters list` shows it.")]


@app.callback()
def _adapters() -> None:
    """List, verify, switch and average adapters."""


@app.command("list", epilog="Example: convrec adapters list .convrec/ml-100k")
def list_(place: Place = None, as_json: Json = False) -> None:
    """Print the adapters of a workspace, and those that come with convrec."""
    found = _entries(place)
    if as_json:
        out_json([_row(entry) for entry in found])
        return
    if not found:
        out("no adapters; `convrec tune WORKSPACE` makes one")
    for entry in found:
        mark = "*" if entry.active else " "
        about = entry.manifest.get("base")
        base = about.get("name", "?") if isinstance(about, dict) else "?"
        where = f"{entry.name} {entry.generation}".strip() if entry.generation else f"{entry.name} ({entry.folder})"
        out(
            f"{mark} {where}  for {', '.join(entry.tasks) or '?'} on {base}, {entry.manifest.get('date', '')}".rstrip(
                ", "
            )
        )


@app.command(epilog="Example: convrec adapters verify .convrec/ml-100k")
def verify(place: Place = None, as_json: Json = False) -> None:
    """Compare the files of adapters with their manifests and by the rules for foreign ones; exit code 1 if bad."""
    checked = [(entry, _faults(entry)) for entry in _entries(place)]
    if as_json:
        out_json([_row(entry) | {"faults": faults} for entry, faults in checked])
    else:
        for entry, faults in checked:
            out(f"{entry.name} {entry.generation}".strip() + ": " + ("; ".join(faults) or "good"))
    if bad := [entry.name for entry, faults in checked if faults]:
        raise RunError("tune", f"{len(bad)} of {len(checked)} adapters are not good: {', '.join(bad)}")


@app.command(epilog="Example: convrec adapters activate .convrec/ml-100k rank 0001")
def activate(
    workspace: Folder,
    name: Name,
    generation: Annotated[str | None, typer.Argument(help="For example 0001; without it the newest.")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="Install it from this folder first.")] = None,
) -> None:
    """Use an adapter from the next opening of the workspace on."""
    from convrec.tune.registry import shipped

    with _owned(workspace) as registry:
        if source is not None:
            generation = registry.install(source).generation
        elif generation is None and name not in {entry.name for entry in registry.entries()}:
            for entry in shipped():
                if entry.name == name:
                    generation = registry.install(entry.folder).generation
        entry = registry.activate(name, generation)
    out(f"{entry.name} {entry.generation} is in use")


@app.command(epilog="Example: convrec adapters rollback .convrec/ml-100k rank")
def rollback(workspace: Folder, name: Name) -> None:
    """Go back to the adapter that was in use before."""
    with _owned(workspace) as registry:
        entry = registry.rollback(name)
    out(f"{entry.name} {entry.generation} is in use again" if entry else f"no adapter {name!r} is in use any more")


@app.command(epilog="Example: convrec adapters average out/hear runs/hear-0 runs/hear-1 --rank 64")
def average(
    out_: Annotated[Path, typer.Argument(help="The folder to make.", metavar="OUT")],
    folders: Annotated[list[Path], typer.Argument(help="Of several trainings of one adapter.", metavar="FOLDER...")],
    rank: Annotated[int, typer.Option(min=0, help="Of the mean; 0: the sum of their ranks, which holds it all.")] = 0,
) -> None:
    """Make one adapter of several trainings: the mean of their weights. Judge it before use."""
    from convrec import config
    from convrec.llm.embedded import locate
    from convrec.tune import soup
    from convrec.tune.registry import read

    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise UsageError(f"{str(missing[0])!r} is not the folder of an adapter")
    about = read(folders[0]).manifest.get("base")
    if not isinstance(about, dict):
        raise UsageError(f"adapter {str(folders[0])!r} does not say what it sits on: only what convrec tuned is read")
    base = locate(str(about.get("name")), online=config.load(None).online)
    out(f"written: {soup.average(folders, out_, base=base, rank=rank)}")


def _owned(workspace: str) -> Any:
    from contextlib import contextmanager

    from convrec import config
    from convrec.store.lock import WorkspaceLock
    from convrec.tune.registry import Registry

    @contextmanager
    def held() -> Any:
        config.load(Path(workspace))
        lock = WorkspaceLock(Path(workspace))
        try:
            yield Registry(Path(workspace))
        finally:
            lock.release()

    return held()


def _entries(place: str | None) -> list[Entry]:
    from convrec import config
    from convrec.tune import manifest
    from convrec.tune.registry import Registry, read, shipped

    if place is None:
        return list(shipped())
    folder = Path(place)
    if (folder / config.FILE).is_file():
        return [*Registry(folder).entries(), *shipped()]
    if not folder.is_dir():
        raise UsageError(f"{place!r} is neither a workspace nor the folder of an adapter")
    if (folder / manifest.FILE).is_file() or (folder / "adapter_config.json").is_file():
        return [read(folder)]
    return [read(child) for child in sorted(folder.iterdir()) if (child / manifest.FILE).is_file()]


def _faults(entry: Entry) -> list[str]:
    """By the manifest, and by the rules for adapters from elsewhere where the base is on this machine."""
    from convrec.llm import adapter
    from convrec.llm.embedded import locate

    faults = entry.faults()
    about = entry.manifest.get("base")
    if faults or not isinstance(about, dict):
        return faults
    try:
        base = locate(str(about.get("name")))
    except UsageError:
        return []
    try:
        adapter.check(entry.folder, base=base)
    except UsageError as error:
        return [str(error)]
    return []


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "generation": entry.generation,
        "folder": str(entry.folder),
        "active": entry.active,
        "tasks": entry.tasks,
        "base": entry.manifest.get("base"),
        "held_out_newest": entry.manifest.get("held_out_newest"),
        "before": entry.manifest.get("before"),
        "after": entry.manifest.get("after"),
        "date": entry.manifest.get("date"),
    }
