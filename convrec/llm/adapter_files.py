"""The files of an adapter, known by its manifest, and tensors checked without being loaded."""

from __future__ import annotations

import json
import re
import struct
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from convrec.errors import UsageError
from convrec.llm.embedded import file_digest

MANIFEST = "manifest.json"
EXAMPLES = "examples.jsonl"
"""What an adapter was trained on may lie beside it; nothing reads it when the adapter is used."""
OWN = re.compile(r"convrec_[a-z0-9_]{1,60}\.safetensors")
"""Names of the tensors that training tasks keep beside PEFT's own file."""

MAX_JSON = 1 << 20
_MAX_HEADER = 10 << 20
_BLOCK = 1 << 22
_SLICES, _SLICE = 64, 1 << 12

# Where all bits of the exponent are set, the number is infinite or none.
_EXPONENTS: dict[str, tuple[type[np.unsignedinteger[Any]], int]] = {
    "F64": (np.uint64, 0x7FF0000000000000),
    "F32": (np.uint32, 0x7F800000),
    "F16": (np.uint16, 0x7C00),
    "BF16": (np.uint16, 0x7F80),
}
_WHOLE = {"I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}


def read_json(file: Path) -> Any:
    """JSON from a file that may be hostile: of bounded size, no key twice, no NaN.

    Raises:
        ValueError: It is not such JSON.
    """
    if file.stat().st_size > MAX_JSON:
        raise ValueError(f"{file.name} is larger than {MAX_JSON >> 20} MB")
    return parse_json(file.read_bytes())


def parse_json(raw: bytes) -> Any:
    """As `read_json`, from bytes."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder; empty where there is no readable one."""
    try:
        found = read_json(folder / MANIFEST)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("files"), dict) else {}


def manifest_faults(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """What is wrong with a folder, by its manifest: files missing, too many, of another size or content."""
    found = []
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()}
    for name in sorted(there - set(manifest["files"]) - {MANIFEST, EXAMPLES}):
        found.append(f"{name}: not in the manifest")
    for name, entry in manifest["files"].items():
        if name not in there:
            found.append(f"{name}: missing")
            continue
        file = folder / name
        if not isinstance(entry, dict) or file.stat().st_size != entry.get("size"):
            found.append(f"{name}: another size than the manifest says")
        elif file_digest(file) != entry.get("sha256"):
            found.append(f"{name}: checksum differs from the manifest's")
    return found


def header(file: Path) -> dict[str, dict[str, Any]]:
    """The entries of a safetensors file, checked to fill it exactly; no tensor is read.

    Raises:
        UsageError: It is no whole safetensors file, or has entries that do not belong in one.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(8)
        length = struct.unpack("<Q", head)[0] if len(head) == 8 else -1
        if not 2 <= length <= min(size - 8, _MAX_HEADER):
            raise UsageError(f"adapter file {file} is not a whole safetensors file")
        try:
            found = parse_json(stream.read(length))
        except ValueError as error:
            raise UsageError(f"adapter file {file} is not a safetensors file: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"adapter file {file} is not a safetensors file")
    entries = {name: entry for name, entry in found.items() if name != "__metadata__"}
    try:
        spans = sorted(_span(name, entry) for name, entry in entries.items())
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UsageError(f"adapter file {file} is not a valid safetensors file: {error}") from error
    end = 0
    for start, stop in spans:
        if start != end:
            raise UsageError(f"adapter file {file} is not a valid safetensors file: its tensors overlap or leave gaps")
        end = stop
    if end != size - 8 - length or not spans:
        raise UsageError(f"adapter file {file} is cut off or padded: its tensors do not fill it")
    return entries


def _span(name: str, entry: dict[str, Any]) -> tuple[int, int]:
    start, stop = entry["data_offsets"]
    shape, kind = entry["shape"], entry["dtype"]
    if not all(type(number) is int and number >= 0 for number in (start, stop, *shape)):
        raise ValueError(f"tensor {name} has no whole sizes")
    width = np.dtype(_EXPONENTS[kind][0]).itemsize if kind in _EXPONENTS else _WHOLE[kind]
    count = 1
    for extent in shape:
        count *= extent
    if stop - start != count * width:
        raise ValueError(f"tensor {name} of shape {shape} takes {stop - start} bytes")
    return start, stop


def check_finite(file: Path, entries: dict[str, dict[str, Any]]) -> None:
    """Refuse a file with infinite numbers or none, reading it in blocks, as bits.

    Raises:
        UsageError: Names the tensor.
    """
    with file.open("rb") as stream:
        base = 8 + struct.unpack("<Q", stream.read(8))[0]
        for name, entry in entries.items():
            if entry["dtype"] not in _EXPONENTS:
                continue
            kind, bits = _EXPONENTS[entry["dtype"]]
            start, stop = entry["data_offsets"]
            stream.seek(base + start)
            left = stop - start
            while left:
                raw = stream.read(min(left, _BLOCK))
                if not raw:
                    raise UsageError(f"adapter file {file} is cut off")
                left -= len(raw)
                mask = kind(bits)
                if ((np.frombuffer(raw, kind) & mask) == mask).any():
                    raise UsageError(f"adapter file {file}: tensor {name} holds numbers that are infinite or none")


def base_id(folder: Path) -> str:
    """What tells a base model from every other, the same on every machine; milliseconds.

    Of an embedded model the checksum of the file it was made from. Of others a digest of the headers of the weights
    and of slices of their content.
    """
    try:
        made_from = json.loads((folder / "convrec-manifest.json").read_text(encoding="utf-8"))["digest"]
        return f"file:{made_from}"
    except (OSError, ValueError, KeyError, TypeError):
        pass
    digest = sha256()
    for file in sorted(folder.glob("*.safetensors")):
        size = file.stat().st_size
        digest.update(f"{file.name}:{size};".encode())
        with file.open("rb") as stream:
            for at in range(_SLICES):
                stream.seek(size * at // _SLICES)
                digest.update(stream.read(_SLICE))
    return f"weights:{digest.hexdigest()}"
