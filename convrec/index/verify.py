"""Does a generation find what exact search finds? Run as a child process: damaged index files can crash it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

PROBES = 100
DEPTH = 20
LEAST_OVERLAP = 0.99
_SECONDS = 300


def verdict(chroma: Path, vectors: Path, ids: Path) -> str:
    """What is wrong with a generation, found in a child process; empty: nothing.

    Args:
        chroma: Folder of the collection.
        vectors: The vectors it was made of, `.npy`.
        ids: Their item ids, one a line of JSON.
    """
    command = [sys.executable, "-m", "convrec.index.verify", str(chroma), str(vectors), str(ids)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    try:
        child = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False, env=environment)
    except subprocess.TimeoutExpired:
        return f"the check did not end within {_SECONDS} s"
    if child.returncode < 0:
        return f"the check was killed by signal {-child.returncode}"
    return "" if child.returncode == 0 else (child.stdout.strip() or child.stderr.strip()[-300:] or "the check failed")


def check(chroma: Path, vectors: Path, ids: Path) -> str:
    """Count, and the overlap of `PROBES` searches with exact search; in this very process."""
    import json

    from convrec.index.exact import nearest
    from convrec.index.vectors import ChromaVectors

    matrix = np.load(vectors, mmap_mode="r", allow_pickle=False)
    names = [json.loads(line) for line in ids.read_text(encoding="utf-8").splitlines()]
    found = ChromaVectors(chroma)
    if found.count() != len(names):
        return f"it counts {found.count()} vectors, there should be {len(names)}"
    depth = min(DEPTH, len(names))
    probes = np.asarray(matrix[np.linspace(0, len(names) - 1, min(PROBES, len(names))).astype(int)])
    right = total = 0
    for got, exact in zip(found.search(probes, depth), nearest(matrix, probes, depth), strict=True):
        # Of items alike to the last digit either may come first: what counts is how near the found ones are.
        worst = exact[-1][1] - 1e-3
        right += sum(cosine >= worst for _, cosine in got)
        total += depth
    overlap = right / total
    return "" if overlap >= LEAST_OVERLAP else f"only {overlap:.1%} of exact search is found"


if __name__ == "__main__":
    complaint = check(*map(Path, sys.argv[1:4]))
    sys.stdout.write(complaint)
    sys.exit(1 if complaint else 0)
