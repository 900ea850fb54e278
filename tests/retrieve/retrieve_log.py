"""A log of sixty people over the made-up games."""

from __future__ import annotations

import numpy as np

from convrec.data.log import Log
from convrec.testing.shelf import EACH
from convrec.types import Interaction


def play_log():
    """Sixty people, each of whom plays games of one kind in order, and one game of the next kind at the end."""
    rng = np.random.default_rng(7)
    kinds = ("harbour", "castle", "garden", "crypt")
    events = []
    for person in range(60):
        kind = person % 4
        own = [f"{kinds[kind]}-{n}" for n in rng.permutation(EACH)[:7]]
        other = [f"{kinds[(kind + 1) % 4]}-{rng.integers(EACH)}"]
        for day, item_id in enumerate(own + other):
            events.append(Interaction(f"p{person}", item_id, float(rng.integers(3, 6)), day * 86400.0))
    return Log.from_interactions(events)
