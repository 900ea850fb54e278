"""The one thread of this process on which models compute.

torch, oneDNN and OpenMP keep the kernels that they compiled, their scratch memory and their helpers for each thread
anew. A server answers from dozens of threads; were each to compute, all of that would be there dozens of times.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

STEP = 16
"""Rows of the tiles that processors multiply matrices by."""

_guard = threading.Lock()
_thread: ThreadPoolExecutor | None = None
_here = threading.local()


def alone(work: Callable[[], T]) -> T:
    """What the work returns, or raises, done on that thread when those before it are done."""
    if getattr(_here, "computes", False):
        return work()
    global _thread
    with _guard:
        if _thread is None:
            _thread = ThreadPoolExecutor(1, "convrec-compute", initializer=_begin)
        thread = _thread
    return thread.submit(work).result()


def rounded(length: int) -> int:
    """The next of few lengths, at least as long: multiples of 16, in larger steps the longer they are.

    For each shape of matrices oneDNN compiles kernels that take about a megabyte, and milliseconds to make. So what
    comes in any length is filled up to one of these: 16, 32, 48, ... 128, 160, 192, 224, 256, 320, ...
    """
    step = max(STEP, 1 << max(0, (length - 1).bit_length() - 3))
    return -(-length // step) * step


def _begin() -> None:
    _here.computes = True


def _forget() -> None:
    """A forked child has no such thread until it asks for one."""
    global _thread, _guard
    _thread, _guard = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
