"""A few examples in words for measuring training: of those that the adapters learn from, no data needed."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from convrec import prompts

FILE = "examples.jsonl"
_EACH = 8


def examples() -> list[dict[str, Any]]:
    """Prompts and completions: the first sentences of profiles and reasons, and likings that follow the sample."""
    found: list[dict[str, Any]] = []
    for name in ("profile", "explain"):
        with (files("convrec._adapters") / name / FILE).open(encoding="utf-8") as lines:
            for line in islice(lines, _EACH):
                example = json.loads(line)
                found.append({key: example[key] for key in ("prompt", "inputs", "completion")})
    likings = prompts.load("predict")
    sample = dict(likings.sample)
    turned = sample | {"liked": sample["disliked"], "disliked": sample["liked"]}
    for inputs, answer in ((sample, "Yes"), (turned, "No")):
        found.append({"prompt": "predict", "inputs": inputs, "completion": answer})
    return found


def write(folder: Path) -> Path:
    """Write them as a task in words reads them, each to learn from and to be judged on."""
    lines = [{**example, "split": split} for split in ("train", "validation") for example in examples()]
    file = folder / FILE
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return file
