"""The shape of the code: direction of imports, size of files, weight of an import."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("convrec/**/*.py"), *ROOT.glob("ui/**/*.py")])

LAYERS = [
    {
        "types",
        "errors",
        "effort",
        "compute",
        "signal",
        "config",
        "protocols",
        "codec",
        "language",
        "demonyms",
        "flags",
        "facts",
        "days",
        "when",
        "unstated",
        "feelings",
        "frames",
        "themes",
        "grounding",
        "__init__",
    },
    {"data", "store", "index", "embed", "llm", "prompts"},
    {"profile", "retrieve", "rerank", "explain"},
    {
        "workspace",
        "stages",
        "adapters",
        "answer",
        "recommend",
        "portraits",
        "effect",
        "whatif",
        "dialogue",
        "tune",
        "evaluate",
    },
    {"cli", "ui", "serve", "__main__"},
]
"""Low to high: a part imports from its own layer and those before it."""

LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
HEAVY = {"torch", "transformers", "peft", "accelerate", "bitsandbytes", "sentence_transformers", "chromadb", "gradio",
         "pandas", "scipy", "sklearn", "pyarrow", "implicit", "lightgbm", "trl", "datasets"}  # fmt: skip
NETWORKS = [ROOT / "convrec/rerank/sequence/tokens.py"]
"""Classes of torch modules, which need torch to be written down: imported by nobody at its top."""


def part_of(path: Path) -> str:
    inside = path.relative_to(ROOT).with_suffix("").parts
    return inside[0] if inside[0] == "ui" else inside[1]


def imports(path: Path, *, top_level_only: bool = False) -> list[str]:
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_level_only else ast.walk(tree)
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found += [node.module] + [f"{node.module}.{alias.name}" for alias in node.names if node.module == "convrec"]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    part = part_of(path)
    if part in ("__init__", "testing"):
        return
    assert part in LEVEL, f"{part} has no layer; give it one in this test"
    for name in imports(path):
        if not name.startswith("convrec.") or name.startswith("convrec._"):
            continue
        other = name.split(".")[1]
        if other in LEVEL:
            assert LEVEL[other] <= LEVEL[part], f"{part} imports {name}, which lies above it"
        assert other != "testing", f"{part} imports test doubles"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text().splitlines()) <= 400


def test_no_two_test_files_have_one_name():
    """Tests are no packages: pytest would refuse to collect the second one."""
    names = [path.name for path in ROOT.glob("tests/**/*.py") if path.name != "conftest.py"]
    assert len(names) == len(set(names))


def test_only_the_page_imports_heavy_libraries_at_the_top():
    for path in FILES:
        if part_of(path) == "ui" or path in NETWORKS:
            continue
        heavy = {name.split(".")[0] for name in imports(path, top_level_only=True)} & HEAVY
        assert not heavy, f"{path.relative_to(ROOT)} imports {heavy} at its top: import it where it is used"


@pytest.mark.parametrize("network", NETWORKS, ids=lambda path: path.stem)
def test_networks_are_imported_where_they_are_used(network):
    name = ".".join(network.relative_to(ROOT).with_suffix("").parts)
    assert [path for path in FILES if name in imports(path)]
    # Imports for type checking stand one level in, and count as such here.
    assert not [path for path in FILES if name in imports(path, top_level_only=True)]


def test_every_package_is_part_of_the_wheel():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    there = {".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.glob("convrec/**/__init__.py")}
    assert there <= set(listed)


def test_convrec_and_its_help_load_nothing_heavy():
    for code in ("import convrec", "from convrec.cli.main import run; run(['--help'])"):
        heavy = HEAVY | {"numpy", "typer", "pydantic"}
        check = f"import sys; {code}; print(sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)"
        run = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
        assert run.stderr.strip() == "[]"


def test_every_part_named_in_the_layers_exists():
    there = {part_of(path) for path in FILES} | {"serve"}
    assert set(LEVEL) <= there | {"tune"}
