"""A run killed at any point goes on as if it had not been, and never leaves an adapter that can be loaded in part."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convrec.errors import UsageError
from convrec.llm.adapter import check
from convrec.tune import curve, manifest, writer

KILLS = int(os.environ.get("CONVREC_KILLS", "3"))
"""How many times the run is killed; `CONVREC_KILLS=20 pytest tests/tune/test_resume_after_kill.py` for the long one."""

STEPS = 16 * max(KILLS, 3)


@pytest.fixture
def folder(tmp_path, tiny_folder, write_examples):
    write_examples(tmp_path / "words.jsonl")
    (tmp_path / "recipe.toml").write_text(
        f'name = "words"\nbase = "{tiny_folder}"\n[lora]\nr = 4\ndropout = 0.1\n[train]\nsteps = {STEPS}\n'
        f"batch_size = 4\nlr = 3e-3\nema = 0.8\ncheckpoint_every = 3\nvalidate_every = 8\n"
        f'[[task]]\nkind = "predict"\ndata = "words.jsonl"\n'
    )
    return tmp_path


def started(folder, out):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    script = Path(__file__).with_name("killed_run.py")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), str(out)], env=environment, stderr=subprocess.DEVNULL
    )


def steps_of(run):
    return len(curve.read(run))


@pytest.mark.timeout(200 + 90 * KILLS)  # each is a process of its own, on a machine that may be busy
def test_a_killed_run_goes_on_to_the_same_losses(folder, tiny_folder):
    whole, cut = folder / "whole", folder / "cut"
    assert started(folder, whole).wait() == 0
    draw = random.Random(4)
    goals = sorted(draw.sample(range(1, STEPS), KILLS))
    for goal in goals:
        process = started(folder, cut)
        while process.poll() is None and steps_of(folder / "cut.run") < goal:
            time.sleep(draw.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (cut / manifest.FILE).exists() or not manifest.faults(cut)
    assert started(folder, cut).wait() == 0
    expected = [entry["loss"] for entry in curve.read(folder / "whole.run")]
    found = [entry["loss"] for entry in curve.read(folder / "cut.run")]
    assert [entry["step"] for entry in curve.read(folder / "cut.run")] == list(range(1, STEPS + 1))
    assert found == pytest.approx(expected, abs=1e-6)
    weights = "adapter_model.safetensors"
    assert (cut / weights).read_bytes() == (whole / weights).read_bytes()
    check(cut, base=tiny_folder)


@pytest.mark.parametrize("at", ["_make_portable", "_as_bf16", "manifest", "_replace"])
def test_a_save_that_is_cut_off_leaves_nothing_loadable(words, tiny_folder, tmp_path, monkeypatch, at):
    from convrec.tune.run import tune

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    short = words(train={"steps": 2, "validate_every": 0})
    with monkeypatch.context() as patch:
        patch.setattr(writer.manifest if at == "manifest" else writer, "write" if at == "manifest" else at, die)
        patch.setattr("convrec.tune.checkpoint.save", lambda *_, **__: None)  # it writes manifests too
        with pytest.raises(Killed):
            tune(short, tmp_path, out=tmp_path / "out", device="cpu")
    assert not (tmp_path / "out").exists()
    partial = tmp_path / "out.partial"
    if at != "_replace":  # there the folder is whole and only its name is not
        assert manifest.faults(partial)
        if at == "_make_portable":
            (partial / "adapter_model.safetensors").write_bytes(b"")
            with pytest.raises(UsageError):
                check(partial, base=tiny_folder)
    tune(short, tmp_path, out=tmp_path / "out", device="cpu")
    check(tmp_path / "out", base=tiny_folder)
    assert not partial.exists()
