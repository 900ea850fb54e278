"""Wishes for the most of something in the whole catalogue: `the lightest waterproof shoe`, `your three cheapest`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from convrec.dialogue.rules.wants import Wants
from convrec.dialogue.words.dimensions import SUPERLATIVE, Degree, degree_said, is_superlative
from convrec.dialogue.words.english import NUMBERS, number
from convrec.dialogue.words.fields import Field
from convrec.language import plural
from convrec.protocols import Catalogue
from convrec.types import Filter

_WISH = re.compile(
    rf"\b(?:the |your |my )?(?:(?P<n>\d{{1,2}}|{'|'.join(NUMBERS)}) )?(?P<most>{SUPERLATIVE})"
    r"(?P<rest>(?: [a-z'-]+){0,4})"
)
_FEW = 5
"""Items that `the cheapest ones` are."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """A wish for the most or the least of a number.

    Attributes:
        start: Where it is said.
        end: Where the words of degree end.
        said: These words.
        degree: Of which number, and which end of it.
        count: How many items are asked for.
    """

    start: int
    end: int
    said: str
    degree: Degree
    count: int


def extremes_in(plain: str, fields: Mapping[str, Field], noun: str) -> Iterator[Extreme]:
    """Superlatives of a message that ask for items.

    Args:
        plain: Folded text.
        fields: The catalogue's fields.
        noun: What one item is called.
    """
    for match in _WISH.finditer(plain):
        degree = degree_said(match["most"], fields)
        if degree is None:
            continue
        things = {plural(noun), plural(noun.split()[-1] if noun.split() else noun), "ones", "things", "items"}
        several = bool(things & set(match["rest"].split()))
        count = number(match["n"]) if match["n"] else None
        yield Extreme(match.start(), match.end("most"), match["most"], degree, count or (_FEW if several else 1))


def gather_extremes(
    wants: Wants, extremes: Sequence[Extreme], catalogue: Catalogue, standing: Sequence[Filter]
) -> None:
    """Add what just the items asked for meet, and those level with them, among what meets all other conditions.

    Args:
        wants: What is gathered so far, all other conditions among it.
        extremes: Superlatives of the message.
        catalogue: The items.
        standing: Conditions that stand.
    """
    named = {one.field for one in wants.filters}
    if extremes:  # "the heaviest", then "the cheapest": the cheapest of all
        wants.lift([one for one in standing if is_superlative(one.said)])
        about = {one.degree.field for one in extremes} - {"year"}  # "too expensive", then "the cheapest electric one"
        bounds = (one for one in standing if one.field in about and one.op in ("at_least", "at_most"))
        wants.lift([one for one in bounds if one.said and not any(map(str.isdigit, one.said))])
    if wants.filters and not extremes:  # "the lightest", then "vegan": the lightest that is vegan
        again = [one for one in standing if is_superlative(one.said) and one.field not in named | {"year"}]
        extremes = [Extreme(0, 0, one.said, Degree(one.field, one.op == "at_least"), 1) for one in again]
    others = [one for one in standing if one.field not in named and one not in wants.lifted]
    for extreme in extremes:
        bound = _bound(extreme, catalogue, [*others, *wants.filters])
        wants.settled += [(extreme.start, extreme.end)] if extreme.end else []
        if bound is not None:
            wants.filters.append(bound)
            wants.trace.append(f"{extreme.said!r}: {bound.field} {bound.op} {bound.values[0]}")


def _bound(extreme: Extreme, catalogue: Catalogue, filters: Sequence[Filter]) -> Filter | None:
    """The bound; None where no item has the number."""
    name = extreme.degree.field
    kept = catalogue.matching([one for one in filters if one.field != name])
    values = [
        float(value)
        for item, holds in zip(catalogue.items, np.asarray(kept).tolist(), strict=True)
        if holds and isinstance(value := item.year if name == "year" else item.facts.get(name), int | float)
    ]
    if not values:
        return None
    ranked = sorted(values, reverse=extreme.degree.high)
    bound = ranked[min(extreme.count, len(ranked)) - 1]
    return Filter(name, "at_least" if extreme.degree.high else "at_most", (bound,), extreme.said)
