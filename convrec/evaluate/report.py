"""What every report carries: the machine, the versions, the command; and tables for people."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from convrec import __version__

_PACKAGES = (
    "torch",
    "transformers",
    "sentence-transformers",
    "chromadb",
    "peft",
    "gradio",
    "numpy",
    "scipy",
    "implicit",
    "lightgbm",
    "accelerate",
    "bitsandbytes",
    "trl",
)


def context() -> dict[str, Any]:
    """When, on what machine, with which versions and by which command."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "command": " ".join(["convrec", *sys.argv[1:]]),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "python": platform.python_version(),
        },
        "versions": {"convrec": __version__} | {name: found for name in _PACKAGES if (found := _version(name))},
    }


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table with aligned columns, the first to the left and the rest to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in enumerate(cells))
        for row in [head, ["-" * width for width in widths], *rows]
        if (cells := list(zip(row, widths, strict=True)))
    ]
    return "\n".join(lines)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as info:  # noqa: PTH123
            names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
        return names[0] if names else platform.machine()
    except OSError:
        return platform.processor() or platform.machine()
