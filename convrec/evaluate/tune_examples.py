"""A few examples in words for measuring training: what the prompts themselves show, no data needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from convrec import prompts

FILE = "examples.jsonl"


def examples() -> list[dict[str, Any]]:
    """Prompts and completions: every answer that a prompt shows as an example, and likings that follow the sample."""
    found: list[dict[str, Any]] = []
    for name in prompts.names():
        prompt = prompts.load(name)
        if not prompt.sample:
            continue
        messages = [{"role": said.role, "content": said.content} for said in prompt.render(**prompt.sample)]
        found += [
            {"messages": messages[:place], "completion": said["content"]}
            for place, said in enumerate(messages)
            if said["role"] == "assistant"
        ]
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
