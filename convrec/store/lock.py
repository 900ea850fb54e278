"""One process owns a workspace at a time."""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from convrec.errors import UsageError

_HELD: dict[Path, tuple[FileLock, int]] = {}
_GUARD = threading.Lock()


class WorkspaceLock:
    """Held from `open` to `close`, or until the process ends, however it ends.

    The lock is the operating system's (`flock`), so that a killed owner leaves nothing to clean up. Within one
    process a workspace may be opened several times.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock at once.

        Raises:
            UsageError: Another process holds it; the message says which, since when and what it runs.
        """
        self._folder = folder.resolve()
        self._open = True
        with _GUARD:
            lock, count = _HELD.get(self._folder, (None, 0))
            if lock is None:
                lock = FileLock(self._folder / ".lock", thread_local=False)
                try:
                    lock.acquire(timeout=0)
                except Timeout:
                    raise UsageError(_refusal(self._folder)) from None
                _introduce(self._folder)
            _HELD[self._folder] = (lock, count + 1)

    def release(self) -> None:
        """Let go; a second call does nothing."""
        with _GUARD:
            if not self._open:
                return
            self._open = False
            lock, count = _HELD[self._folder]
            if count > 1:
                _HELD[self._folder] = (lock, count - 1)
                return
            del _HELD[self._folder]
            (self._folder / ".owner.json").unlink(missing_ok=True)
            lock.release()


def _introduce(folder: Path) -> None:
    # Written beside the lock file, since taking a file lock truncates the file it is taken on.
    owner = {
        "pid": os.getpid(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    (folder / ".owner.json").write_text(json.dumps(owner))


def _refusal(folder: Path) -> str:
    try:
        owner = json.loads((folder / ".owner.json").read_text())
        who = f"process {owner['pid']} ({owner['command']}), since {owner['since']}"
    except (OSError, ValueError, KeyError):
        who = "another process"
    return (
        f"workspace {str(folder)!r} is held by {who}. One process owns a workspace at a time: stop that one, "
        "or talk to it (the page serves an API)"
    )
