"""The curve of a run: one JSON line a step, and TensorBoard's files where wanted."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from convrec.errors import UsageError

FILE = "curve.jsonl"


class Curve:
    """Appended to step by step; a resumed run cuts off what came after its checkpoint."""

    def __init__(self, run: Path, *, upto: int, tensorboard: bool = False) -> None:
        """Go on after step `upto`, where an earlier process left off.

        Raises:
            UsageError: TensorBoard is wanted and not installed.
        """
        self.path = run / FILE
        kept = [entry for entry in read(run) if entry["step"] <= upto]
        partial = self.path.with_suffix(".partial")
        partial.write_text("".join(json.dumps(entry) + "\n" for entry in kept), encoding="utf-8")
        partial.replace(self.path)
        self._stream = self.path.open("a", encoding="utf-8")
        self._board = _board(run / "tensorboard", upto) if tensorboard else None

    def add(self, entry: dict[str, Any]) -> None:
        """Append an entry; `step` and numbers, or tables of numbers, by name."""
        self._stream.write(json.dumps(entry) + "\n")
        self._stream.flush()
        if self._board is None:
            return
        for name, value in entry.items():
            for key, number in value.items() if isinstance(value, dict) else [("", value)]:
                if name != "step":
                    self._board.add_scalar(f"{name}/{key}" if key else name, number, entry["step"])

    def sync(self) -> None:
        """Flush to the disk, before a checkpoint that relies on it."""
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Write out and let go."""
        self._stream.close()
        if self._board is not None:
            self._board.close()


def read(run: Path) -> list[dict[str, Any]]:
    """The entries of a run's curve; a last line cut off by a kill is left out."""
    entries = []
    if (run / FILE).is_file():
        for line in (run / FILE).read_text(encoding="utf-8").splitlines():
            try:
                entries.append(json.loads(line))
            except ValueError:
                break
    return entries


def _board(folder: Path, upto: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise UsageError("--tensorboard needs the package tensorboard: pip install tensorboard") from error
    return SummaryWriter(str(folder), purge_step=upto + 1)
