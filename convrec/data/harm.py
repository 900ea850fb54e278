"""Columns that tell whom things do harm to: `toxic to cats and dogs`, `poisonous`, `non-toxic`, `safe`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from convrec.data.measures import NOTHING

_HARMS = re.compile(
    r"(?:very |highly |mildly |slightly )?(?P<how>toxic|poisonous|harmful|dangerous|unsafe|not safe)"
    r"(?: (?:to|for) (?P<whom>[^\W\d_][^\d().]*?))?\.?"
)
_SAFE = re.compile(
    r"(?:non|not|no)[- ]?(?:toxic|poisonous|harmful|dangerous)\b.*|(?:\w+[- ])?safe(?: (?:to|for) .*)?|harmless"
)
_PARTED = re.compile(r"\s*(?:[,;/&+]|\band\b|\bor\b)\s*")
_PETS = frozenset({"pets", "pet", "animals", "animal"})
_PEOPLE = frozenset({"people", "humans", "children", "kids", "babies", "adults", "toddlers"})
_COUNTED = 3
"""Cells from which on it says something that all tell harm."""


@dataclass(frozen=True, slots=True)
class Harm:
    """A column that tells whom things do harm to.

    Attributes:
        name: Of the fact: `toxic to`.
        values: Those that each thing does harm to, `none` where it says that there are none; empty: it says nothing.
    """

    name: str
    values: tuple[tuple[str, ...], ...]


def harm_of(column: str, words: Sequence[str]) -> Harm | None:
    """Whom the things of a column do harm to; None for any other column.

    What is just `toxic` is so to everybody whom other cells name, `pets` are all animals among them; where no cell
    names anybody the column's own name must.

    >>> harm_of("pets", ["toxic to cats and dogs", "non-toxic", "toxic to cats", "toxic"]).values
    (('cats', 'dogs'), ('none',), ('cats',), ('cats', 'dogs'))
    >>> harm_of("care", ["easy", "safe", "toxic"]) is None
    True
    """
    plain = [" ".join(word.lower().split()) for word in words]
    harms = [_HARMS.fullmatch(word) for word in plain]
    told = [word for word in plain if word not in NOTHING]
    if sum(harm is not None for harm in harms) < _COUNTED or not all(
        _HARMS.fullmatch(word) or _SAFE.fullmatch(word) for word in told
    ):
        return None
    named = [[] if harm is None or not harm["whom"] else _PARTED.split(harm["whom"]) for harm in harms]
    everybody = dict.fromkeys(whom for one in named for whom in one if whom and whom not in _PETS)
    everybody = everybody or dict.fromkeys(part for part in column.lower().replace("_", " ").split() if part in _PETS)
    if not everybody:
        return None
    animals = tuple(one for one in everybody if one not in _PEOPLE)
    values: list[tuple[str, ...]] = []
    for word, harm, whom in zip(plain, harms, named, strict=True):
        if harm is None:
            values.append(() if word in NOTHING else ("none",))
            continue
        each = (spared for one in whom if one for spared in (animals if one in _PETS else (one,)))
        values.append(tuple(dict.fromkeys(each)) or tuple(everybody))
    how = Counter(harm["how"] for harm in harms if harm is not None).most_common(1)[0][0]
    return Harm(f"{how if how in ('toxic', 'poisonous', 'harmful') else 'harmful'} to", tuple(values))
