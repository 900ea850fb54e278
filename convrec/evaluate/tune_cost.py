"""What training costs: tokens per second and memory of each way, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from convrec.errors import UsageError
from convrec.evaluate import tune_examples
from convrec.evaluate.tune_ways import WAYS
from convrec.llm.embedded import locate
from convrec.tune.recipe import Recipe, parse

Progress = Callable[[str], None]

_NEEDS = {"trl": ("trl", "pip install trl"), "4bit": ("bitsandbytes", "pip install bitsandbytes")}
_BATCH = 4
_BUSY = 0.5


def plan(recipe: Recipe | None, *, steps: int) -> Recipe:
    """What every way trains: base, layers, rank and batch of a recipe, on the built-in examples.

    Dropout is left out, so that every way computes the same.

    Args:
        recipe: None: the embedded model, all its layers, rank 16, batches of 4.
        steps: Optimiser steps, the first of which warms up and is not counted; at least 2.

    Raises:
        UsageError: Too few steps.
    """
    if steps < 2:
        raise UsageError(f"steps = {steps}: the first warms up, so at least 2 are needed")
    base: dict[str, Any] = {}
    lora: dict[str, Any] = {}
    train: dict[str, Any] = {"batch_size": _BATCH}
    if recipe is not None:
        base = {"base": recipe.base, "layers": recipe.layers}
        lora = {"r": recipe.lora.r, "alpha": recipe.lora.alpha, "targets": recipe.lora.targets}
        train = {"batch_size": recipe.train.batch_size, "lr": recipe.train.lr, "clip": recipe.train.clip}
    fixed = {"steps": steps, "schedule": "constant", "warmup": 0, "validate_every": 0, "dtype": "bfloat16"}
    task = {"kind": "explain", "data": tune_examples.FILE, "bucket": False}
    return parse({"name": "bench", **base, "lora": lora, "train": {**train, **fixed}, "task": [task]})


def measure(
    recipe: Recipe,
    *,
    ways: Sequence[str] = WAYS,
    checkpointing: Sequence[bool] = (False, True),
    device: str = "auto",
    online: bool = False,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Train the same examples in each way, with and without gradient checkpointing.

    Args:
        recipe: Of `plan`.
        ways: Of `WAYS`: plain LoRA in bf16, on a 4-bit base, DoRA, and LoRA by TRL's SFTTrainer.
        checkpointing: Which of the two.
        device: `auto` or `cpu`.
        online: Whether the base may be fetched.
        progress: Told each step.

    Returns:
        `rows`, one a way, with what `tune_ways.Measured` says or with `skipped` and the reason; examples, batch and
        rank; the machine's load before, and whether it was too high for the figures to mean much.

    Raises:
        UsageError: A way is unknown, or the base is missing.
    """
    if unknown := [way for way in ways if way not in WAYS]:
        raise UsageError(f"no way {unknown[0]!r}; there are: {', '.join(WAYS)}")
    base = locate(recipe.base, online=online)
    load = os.getloadavg()[0]
    rows = []
    with tempfile.TemporaryDirectory(prefix="convrec-bench-") as folder:
        file = tune_examples.write(Path(folder))
        for way in ways:
            for saves in checkpointing:
                row: dict[str, Any] = {"way": way, "checkpointing": saves}
                progress(f"{way}{', gradient checkpointing' if saves else ''}")
                spec = {
                    "recipe": recipe.model_dump(mode="json"), "way": way, "checkpointing": saves,
                    "base": str(base), "examples": str(file), "device": device,
                }  # fmt: skip
                rows.append(row | (_missing(way) or _child(Path(folder) / "spec.json", spec)))
                progress("  " + " ".join(described(rows[-1:])[0] if "skipped" not in rows[-1] else ["skipped"]))
    return {
        "rows": rows,
        "base": recipe.base,
        "layers": recipe.layers,
        "rank": recipe.lora.r,
        "steps": recipe.train.steps,
        "batch": min(recipe.train.batch_size, len(tune_examples.examples())),
        "examples": len(tune_examples.examples()),
        "load_before": round(load, 2),
        "busy": load > _BUSY,
    }


def described(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Cells for a table; those skipped are left out."""
    return [
        [
            row["way"] + (" + checkpointing" if row["checkpointing"] else ""),
            f"{row['tokens_per_s']:,.0f}",
            f"{row['peak_mib']:,}",
            f"{row['loaded_mib']:,}",
            "" if row["cuda_peak_mib"] is None else f"{row['cuda_peak_mib']:,}",
            f"{row['nll_before']:.3f}",
            f"{row['nll_after']:.3f}",
        ]
        for row in rows
        if "skipped" not in row
    ]


def _missing(way: str) -> dict[str, Any] | None:
    package, remedy = _NEEDS.get(way, ("", ""))
    if not package or find_spec(package) is not None:
        return None
    return {"skipped": f"the package {package} is not installed ({remedy})"}


def _child(spec: Path, content: dict[str, Any]) -> dict[str, Any]:
    """What a process of its own measures: memory that another way left behind does not count."""
    spec.write_text(json.dumps(content), encoding="utf-8")
    # One GPU: TRL would otherwise spread the batch over all there are.
    environment = {"CUDA_VISIBLE_DEVICES": "0"} | os.environ
    done = subprocess.run(
        [sys.executable, "-m", "convrec.evaluate.tune_ways", str(spec)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode == 0:
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found
    lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    ended = f"killed by signal {-done.returncode}" if done.returncode < 0 else lines[-1]
    return {"skipped": f"it failed: {ended}"}
