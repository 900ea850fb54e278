from __future__ import annotations

import json
import shutil
import struct

import pytest

from convrec.errors import UsageError
from convrec.llm.adapter import CONFIG, WEIGHTS, check
from convrec.llm.local import LocalModel


@pytest.fixture
def folder(adapter_folders, tmp_path):
    return shutil.copytree(adapter_folders["rank"], tmp_path / "adapter")


def change(folder, **entries):
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps(config | entries))


def weights(header, data=b""):
    raw = json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def test_a_fresh_adapter_of_peft_passes(folder, tiny_folder):
    assert check(folder, base=tiny_folder)["r"] == 4


def test_a_recipe_and_a_card_may_lie_beside(folder, tiny_folder):
    (folder / "recipe.toml").write_text("name = 'x'\n")
    (folder / "README.md").write_text("# Card\n")
    check(folder, base=tiny_folder)


@pytest.mark.parametrize(
    "entries",
    [
        {"auto_mapping": {"base_model_class": "System", "parent_library": "os"}},
        {"megatron_core": "os"},
        {"megatron_config": {"a": 1}},
        {"peft_type": "PROMPT_TUNING"},
        {"r": 65536},
        {"r": 0},
        {"r": "4"},
        {"rank_pattern": {"q_proj": 10**9}},
        {"modules_to_save": ["lm_head"]},
        {"init_lora_weights": "pissa"},
        {"task_type": "SEQ_CLS"},
        {"some_new_loader": "module.path"},
        {"loftq_config": {"loftq_bits": 4}},
    ],
    ids=lambda entries: next(iter(entries)) + "=" + str(next(iter(entries.values())))[:20],
)
def test_settings_that_choose_code_or_absurd_sizes_are_refused(folder, tiny_folder, entries):
    change(folder, **entries)
    with pytest.raises(UsageError, match="rank" if {"r", "rank_pattern"} & set(entries) else next(iter(entries))):
        LocalModel(tiny_folder, adapters={"rank": folder})


@pytest.mark.parametrize("name", ["code.py", "adapter_model.bin", "x.pt", "x.pkl", "lib.so", "run.sh", "nofix"])
def test_files_that_could_run_are_refused(folder, tiny_folder, name):
    (folder / name).write_bytes(b"x")
    with pytest.raises(UsageError, match=name):
        check(folder, base=tiny_folder)


def test_links_are_refused(folder, tiny_folder, tmp_path):
    (tmp_path / "elsewhere.json").write_text("{}")
    (folder / "link.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(UsageError, match="link"):
        check(folder, base=tiny_folder)


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS])
def test_a_missing_file_is_named(folder, tiny_folder, name):
    (folder / name).unlink()
    with pytest.raises(UsageError, match=name):
        check(folder, base=tiny_folder)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", "[" * 100_000, "\x00"], ids=["empty", "list", "open", "deep", "nul"]
)
def test_a_configuration_that_is_none_is_refused(folder, tiny_folder, content):
    (folder / CONFIG).write_text(content)
    with pytest.raises(UsageError, match=CONFIG):
        check(folder, base=tiny_folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95",
        struct.pack("<Q", 10**9) + b"{}",
        struct.pack("<Q", 2**63) + b"{}",
        weights([1]),
        weights({"a": 1}),
        weights({"a": {"dtype": "F32", "shape": [4, 64], "data_offsets": [0, 1024]}}, b"\0" * 100),
        weights({"a.lora_A.weight": {"dtype": "F32", "shape": [4, 64], "data_offsets": [0, 64]}}, b"\0" * 99),
        weights({"evil.weight": {"dtype": "F32", "shape": [4, 64], "data_offsets": [0, 4]}}, b"\0" * 4),
        weights({"q.lora_A.weight": {"dtype": "F32", "shape": [65536, 64], "data_offsets": [0, 4]}}, b"\0" * 4),
    ],
    ids=["empty", "pickle", "huge header", "negative", "list", "no entry", "cut off", "padded", "other tensor", "rank"],
)
def test_weights_that_are_none_are_refused(folder, tiny_folder, content):
    (folder / WEIGHTS).write_bytes(content)
    with pytest.raises(UsageError, match="adapter"):
        check(folder, base=tiny_folder)


def test_an_adapter_of_another_base_is_refused(folder, tiny_folder, tmp_path):
    config = json.loads((tiny_folder / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"hidden_size": 576, "head_dim": 64}))
    with pytest.raises(UsageError, match="another base model"):
        check(folder, base=tmp_path)
