"""What a person is told about waiting: their place, what less was spent on, and when to come back."""

from __future__ import annotations

import math

from convrec.effort import Effort

from .limits import Refusal
from .line import Place
from .words import FIRST, Words

PLAIN = Words(FIRST, "item", "tried")
"""For programs, which have no language of their own."""


def waiting(place: Place, words: Words = PLAIN) -> str:
    """Where somebody stands."""
    if not place.ahead:
        return words("line.next")
    return words.many("line.before", place.ahead, seconds=max(1, math.ceil(place.seconds)))


def eased(effort: Effort, words: Words = PLAIN) -> str:
    """What the person should know about an answer that less was spent on; empty for a full one."""
    return "" if effort == "full" else words(f"line.{effort}")


def refused(refusal: Refusal, words: Words = PLAIN) -> str:
    """Why not now, and when."""
    return words(f"line.{refusal.why}", seconds=refusal.seconds)
