"""What may be spent on an answer: a server that has many people waiting says so around the call, as a decimal context.

>>> with spending("plain"):
...     effort()
'plain'
>>> effort()
'full'
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Effort = Literal["full", "plain", "bare"]
"""`plain` asks no LLM to word anything; `bare` asks none at all, also not for the order."""

_now: ContextVar[Effort] = ContextVar("effort", default="full")


def effort() -> Effort:
    """What may be spent here and now; of each thread and task its own."""
    return _now.get()


@contextmanager
def spending(amount: Effort) -> Iterator[None]:
    """Spend this much on what is asked inside. Around a stream, it goes around each step."""
    token = _now.set(amount)
    try:
        yield
    finally:
        _now.reset(token)
