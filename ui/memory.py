"""Memory of a server that nobody uses any more, given back to the system.

glibc keeps a heap for each of many threads and gives back only what lies at its end. An answer of ours allocates and
frees some tens of megabytes on whichever thread makes it. Elsewhere than with glibc nothing is done.
"""

from __future__ import annotations

import ctypes
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_HEAPS = 2
_M_ARENA_MAX = -8
"""As in malloc.h."""
_EVERY = 20.0
"""Seconds."""


def frugal() -> bool:
    """Let all threads share two heaps; whether that could be done."""
    libc = _glibc()
    return libc is not None and bool(libc.mallopt(_M_ARENA_MAX, _HEAPS))


def give_back() -> bool:
    """Return what is free to the system, which takes milliseconds; whether anything was."""
    libc = _glibc()
    return libc is not None and bool(libc.malloc_trim(0))


@contextmanager
def kept_small(every: float = _EVERY) -> Iterator[None]:
    """Inside, memory is given back every so many seconds."""
    if not frugal():
        yield
        return
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(every):
            give_back()

    thread = threading.Thread(target=watch, name="convrec-memory", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5)


def _glibc() -> Any:
    if platform.libc_ver()[0] != "glibc":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
