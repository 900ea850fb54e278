"""Forty adapters made to harm: each is refused before a tensor of it is used, and none of their code runs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import tracemalloc

import pytest

from convrec.errors import UsageError
from convrec.llm.adapter import CONFIG, WEIGHTS, check
from convrec.llm.adapter_files import MANIFEST, base_id
from convrec.llm.local import LocalModel


def change(folder, **entries):
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps(config | entries))


def pickled(marker):
    """A pickle that makes a file when it is read."""
    return b"cos\nsystem\n(S'touch " + str(marker).encode() + b"'\ntR."


def header_of(folder):
    raw = (folder / WEIGHTS).read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    return json.loads(raw[8 : 8 + length]), raw[8 + length :]


def put(file, header, data):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(raw)) + raw + data)


def with_numbers(folder, number):
    header, data = header_of(folder)
    put(folder / WEIGHTS, header, number + data[len(number) :])


def twisted(folder, **entries):
    """The first tensor's entry changed."""
    header, data = header_of(folder)
    name = next(name for name in header if name != "__metadata__")
    header[name] |= entries
    put(folder / WEIGHTS, header, data)


def manifest(folder, made_for, **changes):
    files = {
        file.name: {"size": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in folder.iterdir()
    }
    about = {"kind": "adapter", "name": "x", "tasks": ["rank"], "base": {"name": "tiny", "id": base_id(made_for)}}
    (folder / MANIFEST).write_text(json.dumps(about | {"files": files} | changes))


def planted(name, content=b"import os"):
    return lambda folder, base, marker: (folder / name).write_bytes(content)


def setting(**entries):
    return lambda folder, base, marker: change(folder, **entries)


def swapped(folder, base, marker):
    manifest(folder, base)
    with_numbers(folder, b"\x01\x02\x03\x04")


def foreign(folder, base, marker):
    manifest(folder, base, base={"name": "other", "id": "weights:0"})


def beside(folder, base, marker):
    manifest(folder, base)
    (folder / "more.json").write_text("{}")


def traversing(folder, base, marker):
    manifest(folder, base)
    its = json.loads((folder / MANIFEST).read_text())
    its["files"]["../../outside.json"] = {"size": 1, "sha256": "0"}
    (folder / MANIFEST).write_text(json.dumps(its))


def linked(folder, base, marker):
    (folder / "link.json").symlink_to("/etc/hostname")


def linked_weights(folder, base, marker):
    (folder / WEIGHTS).rename(folder.parent / "w.safetensors")
    (folder / WEIGHTS).symlink_to(folder.parent / "w.safetensors")


def linked_folder(folder, base, marker):
    (folder / "sub").symlink_to("/etc")


def extra(number, name="convrec_rank.safetensors"):
    def make(folder, base, marker):
        put(folder / name, {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, number)

    return make


def twice(folder, base, marker):
    text = (folder / CONFIG).read_text()
    (folder / CONFIG).write_text('{"peft_type": "PROMPT_TUNING",' + text.lstrip()[1:])


def overlapping(folder, base, marker):
    header, data = header_of(folder)
    first, second = [name for name in header if name != "__metadata__"][:2]
    header[second] = header[second] | {"data_offsets": header[first]["data_offsets"], "shape": header[first]["shape"]}
    put(folder / WEIGHTS, header, data)


def wide(folder, base, marker):
    header = {"q.lora_A.weight": {"dtype": "F32", "shape": [4, 7], "data_offsets": [0, 112]}}
    put(folder / WEIGHTS, header, bytes(112))


def piped(folder, base, marker):
    os.mkfifo(folder / "pipe.json")


def crowded(folder, base, marker):
    for n in range(200):
        (folder / f"{n}.txt").write_text("")


NAN = struct.pack("<f", float("nan"))
HOSTILE = {
    "pickle as weights": lambda folder, base, marker: (folder / WEIGHTS).write_bytes(pickled(marker)),
    "pickle as bin": lambda folder, base, marker: (folder / "adapter_model.bin").write_bytes(pickled(marker)),
    "pickle as training_args": lambda folder, base, marker: (folder / "args.pt").write_bytes(pickled(marker)),
    "planted code": planted("modeling.py"),
    "planted library": planted("helper.so"),
    "planted start file": planted("x.pth"),
    "header of 10^9": lambda folder, base, marker: (folder / WEIGHTS).write_bytes(struct.pack("<Q", 10**9) + b"{}"),
    "header of 2^63": lambda folder, base, marker: (folder / WEIGHTS).write_bytes(struct.pack("<Q", 2**63) + b"{}"),
    "rank 65536": setting(r=65536),
    "rank true": setting(r=True),
    "rank by pattern": setting(rank_pattern={"q_proj": 10**9}),
    "rank in the tensor": lambda folder, base, marker: twisted(folder, shape=[65536, 64]),
    "negative shape": lambda folder, base, marker: twisted(folder, shape=[-4, -64]),
    "huge shape": lambda folder, base, marker: twisted(folder, shape=[2**40, 2**40]),
    "unknown format": lambda folder, base, marker: twisted(folder, dtype="OBJECT"),
    "overlapping tensors": overlapping,
    "link": linked,
    "link as weights": linked_weights,
    "link to a folder": linked_folder,
    "pipe": piped,
    "two hundred files": crowded,
    "path out of the folder": traversing,
    "NaN": lambda folder, base, marker: with_numbers(folder, NAN),
    "infinity": lambda folder, base, marker: with_numbers(folder, struct.pack("<f", float("-inf"))),
    "NaN in a task's file": extra(NAN),
    "task's file cut off": extra(b"\0"),
    "another file of tensors": extra(bytes(4), "model.safetensors"),
    "wrong base by width": wide,
    "wrong base by manifest": foreign,
    "cut off": lambda folder, base, marker: (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-9]),
    "swapped file": swapped,
    "file beside the manifest": beside,
    "manifest that is none": planted(MANIFEST, b"[]"),
    "auto_mapping": setting(auto_mapping={"base_model_class": "system", "parent_library": "os"}),
    "megatron": setting(megatron_config={"a": 1}, megatron_core="os"),
    "keys twice": twice,
    "deep JSON": planted(CONFIG, b"[" * 500_000),
    "JSON bomb": planted(CONFIG, b'{"peft_type": "LORA", "a": "' + b"x" * (2 << 20) + b'"}'),
    "endless pattern": setting(target_modules="(([a-z_.])+)+$!"),
    "saved modules": setting(modules_to_save=["lm_head"]),
}


def test_there_are_forty():
    assert len(HOSTILE) == 40


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_adapter_is_refused(make, adapter_folders, tiny_folder, tmp_path):
    folder, marker = shutil.copytree(adapter_folders["rank"], tmp_path / "adapter"), tmp_path / "ran"
    check(folder, base=tiny_folder)
    make(folder, tiny_folder, marker)
    tracemalloc.start()
    try:
        with pytest.raises(UsageError, match="adapter"):
            LocalModel(tiny_folder, adapters={"rank": folder})
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
    assert not marker.exists()


def test_an_honest_manifest_passes(adapter_folders, tiny_folder, tmp_path):
    folder = shutil.copytree(adapter_folders["rank"], tmp_path / "adapter")
    put(folder / "convrec_rank.safetensors", {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, bytes(4))
    manifest(folder, tiny_folder)
    assert check(folder, base=tiny_folder)["r"] == 4
