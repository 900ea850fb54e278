"""A page served in a thread, for clients and browsers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from convrec.ui.server import bind, check, create_app, server


@contextmanager
def served(rec: Any, user: str | None = None, **how: Any) -> Iterator[str]:
    """The address of a page over this recommender; `how` as for `create_app`."""
    with bind("127.0.0.1", 0) as listening:
        running = server(create_app(rec, user, check("127.0.0.1"), **how))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not running.started and time.monotonic() < until:
            time.sleep(0.02)
        assert running.started
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join(10)


def awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine comes to, in a thread of its own: here Playwright may have left a loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
