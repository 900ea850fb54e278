"""Examples of texts to write: JSON lines, rendered as the model will meet them, split by a stable hash."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np

from convrec import prompts
from convrec.errors import UsageError
from convrec.types import Message

_KEYS = {"messages", "prompt", "inputs", "completion", "split", "weight", "group", "id"}
_HELD = 10
"""One example in so many is held out, where the file does not say which."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One prompt and the text to learn for it.

    Attributes:
        number: Line of the file, from 1.
        name: The `id` the file gives it, or its number.
        messages: The prompt.
        completion: What the model shall answer.
        held: Whether it is for validation.
        weight: In the loss; the mean over the training examples is 1.
        source: Prompt file and inputs it was rendered from, for augmentation; None where messages are given.
    """

    number: int
    name: str
    messages: tuple[Message, ...]
    completion: str
    held: bool
    weight: float = 1.0
    source: tuple[str, Mapping[str, Any]] | None = None


def read(file: Path, *, balance: bool = False) -> tuple[Example, ...]:
    """Read a file of examples.

    A line is `{"messages": [{"role", "content"}...], "completion": "..."}` or
    `{"prompt": name of a file in prompts/, "inputs": {...}, "completion": "..."}`, and optionally `split`
    (`train` or `validation`), `weight`, `group` and `id`. Without `split`, a tenth is held out by a hash of the
    prompt, or of `group` where given, so that what belongs together is on one side.

    Args:
        file: JSON lines.
        balance: Weigh every completion by how rare it is, so that each label counts the same in all.

    Raises:
        UsageError: Names the line and what is wrong with it.
    """
    if not file.is_file():
        raise UsageError(f"no file of examples at {str(file)!r}")
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                found.append(_example(number, json.loads(line)))
            except (ValueError, TypeError, UsageError) as error:
                raise UsageError(f"{file}, line {number}: {error}") from error
    split = _with_validation(found)
    if not any(not example.held for example in split):
        raise UsageError(f"{file} has no examples to train on besides those held out; at least 2 are needed")
    return _weighted(split, balance)


def _example(number: int, data: Any) -> Example:
    if not isinstance(data, dict):
        raise UsageError("is not a table")
    if unknown := sorted(set(data) - _KEYS):
        raise UsageError(f"unknown key {unknown[0]!r}; there are: {', '.join(sorted(_KEYS))}")
    completion = data.get("completion")
    if not isinstance(completion, str) or not completion.strip():
        raise UsageError("'completion' must be a text that is not empty")
    weight = data.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < 1e6:
        raise UsageError(f"'weight' {weight!r} must be a number above 0")
    if data.get("split") not in (None, "train", "validation"):
        raise UsageError(f"'split' {data['split']!r} must be 'train' or 'validation'")
    source = _source(data)
    messages = _messages(data) if source is None else tuple(prompts.load(source[0]).render(**source[1]))
    key = data["group"] if "group" in data else [[message.role, message.content] for message in messages]
    held = data["split"] == "validation" if data.get("split") else _bucket(key) == 0
    return Example(number, str(data.get("id", number)), messages, completion, held, float(weight), source)


def _source(data: dict[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    if ("messages" in data) == ("prompt" in data):
        raise UsageError("needs either 'messages' or 'prompt' with 'inputs'")
    if "messages" in data:
        return None
    inputs = data.get("inputs", {})
    if not isinstance(data["prompt"], str) or not isinstance(inputs, dict):
        raise UsageError("'prompt' must be a name and 'inputs' a table")
    return data["prompt"], inputs


def _messages(data: dict[str, Any]) -> tuple[Message, ...]:
    given = data["messages"]
    roles: tuple[Literal["system", "user", "assistant"], ...] = ("system", "user", "assistant")
    messages = []
    for entry in given if isinstance(given, list) else []:
        role = next((role for role in roles if isinstance(entry, dict) and entry.get("role") == role), None)
        if role is None or not isinstance(entry.get("content"), str):
            raise UsageError(f"'messages' need a role ({', '.join(roles)}) and a content: {str(entry)[:80]}")
        messages.append(Message(role, entry["content"]))
    if not messages or messages[-1].role != "user":
        raise UsageError("'messages' must be a list whose last is the user's, which the completion answers")
    return tuple(messages)


def _bucket(key: Any) -> int:
    raw = json.dumps(key, sort_keys=True, ensure_ascii=False).encode()
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big") % _HELD


def _with_validation(examples: Sequence[Example]) -> list[Example]:
    """A small file may have none in the held-out tenth: then its last example is it."""
    found = list(examples)
    if found and not any(example.held for example in found):
        found[-1] = replace(found[-1], held=True)
    return found


def _weighted(examples: Sequence[Example], balance: bool) -> tuple[Example, ...]:
    counts = Counter(example.completion for example in examples if not example.held)
    raw = [example.weight / (counts.get(example.completion, 1) if balance else 1) for example in examples]
    mean = float(np.mean([weight for weight, example in zip(raw, examples, strict=True) if not example.held]))
    return tuple(replace(example, weight=weight / mean) for example, weight in zip(examples, raw, strict=True))


def refuse_long(what: str, file: Path, lengths: Mapping[str, int], limit: int) -> None:
    """Refuse examples that would have to be cut.

    Args:
        what: The task.
        file: Where the examples are.
        lengths: Tokens by the example's name.
        limit: Tokens that are read.

    Raises:
        UsageError: Names the first of them with their tokens.
    """
    long = {name: length for name, length in lengths.items() if length > limit}
    if not long:
        return
    shown = ", ".join(f"{name} ({length} tokens)" for name, length in list(long.items())[:_SHOWN])
    more = f" and {len(long) - _SHOWN} more" if len(long) > _SHOWN else ""
    raise UsageError(
        f"task {what!r}: {len(long)} of {len(lengths)} examples of {file} are longer than max_length = {limit} "
        f"tokens: {shown}{more}. Nothing is cut silently: shorten or remove them, or raise max_length"
    )


def augmented(
    inputs: Mapping[str, Any], names: Sequence[str], draw: np.random.Generator, *, drop: float, shuffle: bool
) -> dict[str, Any]:
    """Inputs whose lists have lost some of their lines, and changed their order.

    Args:
        inputs: Of a prompt.
        names: Which of them to change; those that are no list stay as they are.
        draw: Drawn from.
        drop: Chance of each line to go; one line always stays.
        shuffle: Whether the lines change places.
    """
    found = dict(inputs)
    for name in names:
        lines = found.get(name)
        if isinstance(lines, list) and len(lines) > 1:
            kept = np.flatnonzero(draw.random(len(lines)) >= drop)
            kept = kept if len(kept) else draw.integers(len(lines), size=1)
            order = draw.permutation(kept) if shuffle else kept
            found[name] = [lines[at] for at in order]
    return found
