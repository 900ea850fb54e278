"""The chat page in a process of its own, on this machine's loopback address, for as long as it is measured."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from convrec.errors import RunError

_PATIENCE = 600.0
"""Seconds in which it must be ready: models are loaded first."""


@contextmanager
def running(workspace: str, options: Sequence[str] = ()) -> Iterator[tuple[str, int]]:
    """Serve a workspace with `convrec ui`; gives the address and the process's number.

    Raises:
        RunError: It ended or did not become ready; the message carries its last words.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "convrec", "ui", workspace, "--port", str(port), *options]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            address = f"http://127.0.0.1:{port}"
            if not _ready(process, address):
                said.seek(0)
                last = said.read()[-500:].decode(errors="replace").strip()
                raise RunError("page", f"it did not become ready: {last or 'it said nothing'}")
            yield address, process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(process: subprocess.Popen[bytes], address: str) -> bool:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=5, trust_env=False).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.25)
    return False
