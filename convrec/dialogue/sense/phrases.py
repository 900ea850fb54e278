"""Wishes put right as phrases: pairs that name one thing, and praise of the idea itself, which is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.dialogue.words.english import PAIRS, PRAISE
from convrec.dialogue.words.fields import Field
from convrec.types import Filter

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


def names_field(wish: str, plain: str, filters: Sequence[Filter], fields: Mapping[str, Field]) -> bool:
    """Whether a word is but of the name of a field behind one of its values: `dry skin`, where there are skin types.

    Args:
        wish: The word.
        plain: Folded message.
        filters: Conditions of the message.
        fields: The catalogue's fields.
    """
    own = (one for one in filters if one.op in ("any_of", "none_of") and wish in fields[one.field].label.split())
    return any(
        re.search(rf"\b{re.escape(one.said.lower().split()[-1])} {re.escape(wish)}\b", plain) for one in own if one.said
    )
