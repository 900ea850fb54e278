"""Keys and values of prompt beginnings that come again: the instruction and the examples of a task."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

Key = tuple[str | None, tuple[int, ...]]


class PrefixCache:
    """Least recently used beginnings, bounded in bytes. Not thread-safe: its owner holds a lock.

    An entry serves only prompts that begin with exactly its tokens under the same adapter, so what one person's
    prompt left behind never enters the answer to another's.
    """

    def __init__(self, capacity: int = 96 << 20) -> None:
        """Keep at most `capacity` bytes."""
        self._capacity = capacity
        self._held = 0
        self._entries: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._seen: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, adapter: str | None, tokens: Sequence[int]) -> Any:
        """A copy of the keys and values of exactly these tokens; None where they are not kept."""
        key = (adapter, tuple(tokens))
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return copy.deepcopy(self._entries[key][0])

    def comes_again(self, adapter: str | None, tokens: Sequence[int]) -> bool:
        """Whether this beginning was asked about before: then it is worth keeping."""
        mark = hash((adapter, tuple(tokens)))
        again = mark in self._seen
        self._seen[mark] = None
        self._seen.move_to_end(mark)
        while len(self._seen) > 256:
            self._seen.popitem(last=False)
        return again

    def keep(self, adapter: str | None, tokens: Sequence[int], cache: Any) -> None:
        """Keep a copy of the keys and values of the tokens; older entries give way."""
        size = _bytes(cache)
        if size > self._capacity:
            return
        key = (adapter, tuple(tokens))
        if key in self._entries:
            self._held -= self._entries.pop(key)[1]
        self._entries[key] = (copy.deepcopy(cache), size)
        self._held += size
        while self._held > self._capacity:
            _, (_, freed) = self._entries.popitem(last=False)
            self._held -= freed

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._seen.clear()
        self._held = 0


def _bytes(cache: Any) -> int:
    return sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers if layer.keys is not None)


def common(rows: Sequence[Sequence[int]]) -> int:
    """How many tokens all rows begin with."""
    first, last = min(map(tuple, rows)), max(map(tuple, rows))  # what these two share, all between them share
    length = 0
    for ours, theirs in zip(first, last, strict=False):
        if ours != theirs:
            break
        length += 1
    return length
