"""Wishes put right as phrases: pairs that name one thing, and praise of the idea itself, which is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.dialogue.words.english import PAIRS, PRAISE

_WOULD_BE = r"(?:would|'d|might|could) (?:also |really )?be (?:so |really |very |super )?"
"""Leads to what is said of a wish: `black and white would be cool`."""


def phrases(plain: str, wishes: Sequence[str]) -> list[str]:
    """Wishes as they are meant.

    >>> phrases("in black and white would be cool", ["black", "white", "cool"])
    ['black and white']

    Args:
        plain: Folded message.
        wishes: Found in it, in order.
    """
    said = [one for one in wishes if not (one in PRAISE and re.search(rf"{_WOULD_BE}{re.escape(one)}\b", plain))]
    pairs = {one: pair for pair in PAIRS if pair in plain for one in pair.split(" and ")}
    return list(dict.fromkeys(pairs.get(one, one) for one in said))
