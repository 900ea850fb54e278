"""Wishes for the most of something in the whole catalogue: `the lightest waterproof shoe`, `your three cheapest`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from convrec.days import WEEKDAYS, number_of
from convrec.dialogue.rules.wants import Wants
from convrec.dialogue.words.dimensions import SUPERLATIVE, Degree, degree_named, degree_said, is_superlative
from convrec.dialogue.words.english import NUMBERS, number
from convrec.dialogue.words.fields import Field
from convrec.facts import unit_of
from convrec.language import plural
from convrec.protocols import Catalogue
from convrec.types import Filter

_SPANS = "day|week|weekend|month|year|hour|few|couple|time|" + "|".join(map(str.lower, WEEKDAYS))
_WISH = re.compile(
    rf"\b(?:the |your |my )?(?:(?P<n>\d{{1,2}}|{'|'.join(NUMBERS)}) )?(?P<most>{SUPERLATIVE})"
    r"(?P<rest>(?: [a-z'-]+){0,4})"
)
_NEXT = re.compile(
    rf"\b(?:the |your )(?P<most>next)(?: (?P<n>\d{{1,2}}|{'|'.join(NUMBERS)}))?"
    rf"(?P<rest> (?!(?:{_SPANS})\b)[a-z'-]+(?: [a-z'-]+)?)"
)
"""`The next concert` is the one that comes first."""
_NAMED = re.compile(r" (?P<both>(?P<one>[a-z]+)(?: [a-z]+)?)")
"""What may be the name of a number behind a superlative: `the biggest battery`, `the highest user score`."""
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
    nexts = _NEXT.finditer(plain) if any(one.measure == "date" for one in fields.values()) else ()
    for match in (*_WISH.finditer(plain), *nexts):
        named = _NAMED.match(match["rest"]) if match["most"] != "next" else None
        asked = [named["both"], named["one"]] if named else []
        kinds = ((degree_named(match["most"], one, fields), one) for one in asked if one)
        degree, of = next(((one, said) for one, said in kinds if one is not None), (None, ""))
        degree = degree or degree_said(match["most"], fields)
        if degree is None:
            continue
        things = {plural(noun), plural(noun.split()[-1] if noun.split() else noun), "ones", "things", "items"}
        several = bool(things & set(match["rest"].split()))
        count = number(match["n"]) if match["n"] else None
        said = "earliest" if match["most"] == "next" else f"{match['most']} {of}".strip()
        end = match.end("most") + len(of) + bool(of)
        yield Extreme(match.start(), end, said, degree, count or (_FEW if several else 1))


def gather_extremes(
    wants: Wants, extremes: Sequence[Extreme], catalogue: Catalogue, standing: Sequence[Filter], today: date
) -> None:
    """Add what just the items asked for meet, and those level with them, among what meets all other conditions.

    Args:
        wants: What is gathered so far, all other conditions among it.
        extremes: Superlatives of the message.
        catalogue: The items.
        standing: Conditions that stand.
        today: Before which no day is the earliest.
    """
    named = {one.field for one in wants.filters}
    if extremes:  # "the heaviest", then "the cheapest": the cheapest of all
        wants.lift([one for one in standing if is_superlative(one.said)])
        dated = {name for name, kind in catalogue.fields.items() if kind == "date"}
        about = (
            {one.degree.field for one in extremes} - {"year"} - dated
        )  # "too expensive", then "the cheapest electric one"
        bounds = (one for one in standing if one.field in about and one.op in ("at_least", "at_most"))
        wants.lift([one for one in bounds if one.said and not any(map(str.isdigit, one.said))])
    if wants.filters and not extremes:  # "the lightest", then "vegan": the lightest that is vegan
        again = [one for one in standing if is_superlative(one.said) and one.field not in named | {"year"}]
        extremes = [Extreme(0, 0, one.said, Degree(one.field, one.op == "at_least"), 1) for one in again]
    others = [one for one in standing if one.field not in named and one not in wants.lifted]
    wants.filters = [_of_its_kind(one, catalogue, [*others, *wants.filters]) for one in wants.filters]
    for extreme in extremes:
        if catalogue.fields.get(extreme.degree.field) == "date" and not extreme.degree.high:
            # What is over is no next one.
            wants.filters.append(Filter(extreme.degree.field, "at_least", (today.isoformat(),), extreme.said))
        told = (_bound(one, catalogue, [*others, *wants.filters]) for one in _in_units(extreme, catalogue))
        bound = next((one for one in told if one is not None), None)
        wants.settled += [(extreme.start, extreme.end)] if extreme.end else []
        if bound is not None:
            wants.filters.append(bound)
            wants.trace.append(f"{extreme.said!r}: {bound.field} {bound.op} {bound.values[0]}")


def _in_units(extreme: Extreme, catalogue: Catalogue) -> Iterator[Extreme]:
    """The same of every number that is called so, whatever its unit: batteries in mAh, and in Wh."""
    yield extreme
    own = unit_of(extreme.degree.field)[0]
    for name, kind in catalogue.fields.items():
        if own and kind == "number" and name != extreme.degree.field and unit_of(name)[0] == own:
            yield replace(extreme, degree=replace(extreme.degree, field=name))


_PLAINLY = re.compile(r"(?:(?:really|very|quite|pretty|not too|not so|not very|nothing too) )?[a-z]+")
_COMPARED = re.compile(r"[a-z]+er|more|less|too")
_ENOUGH = 5
"""Items of a kind from which on their own numbers say what is much or little."""


def _of_its_kind(one: Filter, catalogue: Catalogue, filters: Sequence[Filter]) -> Filter:
    """A bound that an adjective alone says, among the kind that is asked for: a light laptop is no light phone."""
    plainly = one.op in ("at_least", "at_most") and _PLAINLY.fullmatch(one.said) and not _COMPARED.fullmatch(one.said)
    kinds = [each for each in filters if each.op == "any_of"]
    if not plainly or one.field == "year" or not kinds or is_superlative(one.said) or one.said == "free":
        return one
    every, some = ([
        float(value)
        for item, holds in zip(catalogue.items, np.asarray(catalogue.matching(kept)).tolist(), strict=True)
        if holds and isinstance(value := item.facts.get(one.field), int | float)
    ] for kept in ((), kinds))  # fmt: skip
    if len(some) < _ENOUGH:
        return one
    share = float(np.mean(np.asarray(every) <= float(one.values[0])))
    value = float(np.quantile(some, share))
    return replace(one, values=(float(round(value)) if value > 10 else round(value, 2),))


def _bound(extreme: Extreme, catalogue: Catalogue, filters: Sequence[Filter]) -> Filter | None:
    """The bound; None where no item has the number."""
    name = extreme.degree.field
    dated = catalogue.fields.get(name) == "date"
    kept = catalogue.matching([one for one in filters if one.field != name or dated])
    held = (item for item, holds in zip(catalogue.items, np.asarray(kept).tolist(), strict=True) if holds)
    told = (item.year if name == "year" else item.facts.get(name) for item in held)
    values = [number_of(one) for one in told if isinstance(one, int | float) or (dated and isinstance(one, str))]
    if not values:
        return None
    ranked = sorted(values, reverse=extreme.degree.high)
    bound = ranked[min(extreme.count, len(ranked)) - 1]
    value = date.fromordinal(int(bound)).isoformat() if dated else bound
    return Filter(name, "at_least" if extreme.degree.high else "at_most", (value,), extreme.said)
