from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from encoder_shop import shop

PROGRAM = str(Path(sys.executable).parent / "convrec")


def convrec(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, env=dict(os.environ)
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return shop(tmp_path_factory.mktemp("tea"))


def test_the_command_makes_an_adapter_and_says_how_to_use_it(place, tmp_path):
    out = tmp_path / "small"
    made = convrec("tune", "encoder", place, "--out", out, "--steps", 4, "--batch", 8, "--adapter-only")
    assert made.returncode == 0, made.stderr
    assert "NDCG@10" in made.stdout
    assert f'encoder_adapter = "{out}"' in made.stdout
    assert (out / "adapter_model.safetensors").is_file()
    assert not (out / "model.safetensors").exists()
    settings = place / "convrec.toml"
    settings.write_text(settings.read_text() + f'encoder_adapter = "{out}"\n')
    found = {one["what"]: one for one in json.loads(convrec("doctor", place, "--json").stdout)["findings"]}
    assert found["index"]["state"] == "warning"
    assert "encoder" in found["index"]["detail"]
    shown = convrec("recommend", place, "--user", "p1", "--k", 2, "--json")
    assert len(json.loads(shown.stdout)["recommendations"]) == 2
    found = {one["what"]: one for one in json.loads(convrec("doctor", place, "--json").stdout)["findings"]}
    assert found["index"]["state"] == "ok"
    again = convrec("tune", "encoder", place, "--out", tmp_path / "more")
    assert again.returncode == 2
    assert "unset it" in again.stderr


def test_the_command_refuses_what_is_there(tmp_path):
    taken = convrec("tune", "encoder", tmp_path, "--out", tmp_path, "--data", "mood")
    assert taken.returncode == 2
    assert "mood" in taken.stderr
