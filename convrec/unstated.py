"""What is refused of contents and hazards and not stated of an item: silence about nuts denies none.

A refusal lets pass what says nothing (`types.Filter`); where it is about what is inside of things, those that say what
is inside of them come first, and of the others it is said that it is not stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from convrec.facts import holds_contents
from convrec.flags import flag_name, holds
from convrec.language import listing, singular
from convrec.types import Explanation, Filter, Item, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue

_NAMED = 2
"""Words that are named of a refusal; of more, the person's own words."""


def silent(item: Item, filters: Sequence[Filter]) -> list[Filter]:
    """Refusals of contents or hazards of which an item says nothing."""
    return [
        one
        for one in filters
        if one.op == "none_of" and holds_contents(one.field) and item.facts.get(one.field) in (None, "", ())
    ]


def told(catalogue: Catalogue, filters: Sequence[Filter]) -> NDArray[np.bool_]:
    """Which items say what is inside of them as far as it is refused, shape `(n_items,)`."""
    asked = [one for one in filters if one.op == "none_of" and holds_contents(one.field)]
    if not asked:
        return np.ones(len(catalogue), dtype=np.bool_)
    return np.array([not silent(item, asked) for item in catalogue.items], dtype=np.bool_)


def with_silence(explanation: Explanation, item: Item, request: Request) -> Explanation:
    """A reason that also says what is not stated of the item, where that was refused."""
    missing = silent(item, request.filters)
    if not missing:
        return explanation
    verbs = [_verb(one) for one in missing]
    words = {
        verb: [word for one, other in zip(missing, verbs, strict=True) if other == verb for word in _refused(one)]
        for verb in verbs
    }
    if "contains" in words and words.get("may contain") == words["contains"]:
        words.pop("may contain")
    said = listing([f"{verb} {listing(list(dict.fromkeys(own)), 'or')}" for verb, own in words.items()], "or")
    return replace(explanation, text=f"{explanation.text} Whether it {said} is not stated.".strip())


def _verb(one: Filter) -> str:
    if holds([str(value) for value in one.values]) is not None:
        return "is"
    return "may contain" if one.field.lower().startswith("may") else "contains"


def _refused(one: Filter) -> list[str]:
    """What was refused, in the catalogue's words where they are few, else in the person's: `nuts`."""
    if holds([str(value) for value in one.values]) is not None:
        return [flag_name(one.field)]
    values = [str(value) for value in one.values]
    word = one.said.split()[-1] if one.said else ""
    named = any(singular(word) == singular(part) for value in values for part in value.lower().split())
    return [word] if word and (len(values) > _NAMED or named) else values
