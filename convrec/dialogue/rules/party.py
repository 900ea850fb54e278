"""How many people an item is for, and how old they are: `we are four`, `for a 6 year old`, `2 to 4 players`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from convrec.dialogue.words.english import NUMBERS, number
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import keys
from convrec.types import Filter

_N = r"(?:\d{1,3}|" + "|".join(word for word in NUMBERS if word not in ("dozen", "couple")) + ")"
_PEOPLE = r"(?:players?|people|persons?|guests?|participants?|adults?|pax|of us)"
_HELD = frozenset(
    {"player", "people", "person", "guest", "participant", "adult", "occupancy", "group size", "party size"}
)
"""What fields are called that hold how many an item is for at least and at most."""
_WHOLE = frozenset({"sleeps", "seats", "capacity"})
_COUNTED = re.compile(
    rf"(?<![\w.,$€£])(?P<how>at least |more than |over |up to |at most |max(?:imum)? |exactly |only |just )?"
    rf"(?P<n>{_N})(?:\s*(?:-|to|or)\s*(?P<m>{_N}))?(?P<more>\s*\+)?[ -]{_PEOPLE}\b"
)
_MORE = re.compile(
    rf"\bfor (?P<how>at least |more than |over )(?P<n>{_N})(?P<m>)(?P<more>)(?=\s*(?:$|[,.!?;]|please\b))"
)
_SAID = (
    re.compile(
        rf"\b(?:(?:group|party|family|table|room|space|team) (?:of|for)|sleeps|sleeping|seats|seating) (?P<n>{_N})\b"
        r"(?![.,]\d)"
    ),
    re.compile(
        r"\b(?:we(?:'re| are|'ll be| will be)|there (?:are|will be)) (?:only |just |usually )?"
        rf"(?P<n>{_N})\b(?![.,]\d| \w+s\b)"
    ),
    re.compile(
        rf"\bfor (?:exactly |just |only |the )?(?P<n>{_N})"
        r"(?=\s*(?:$|[,.!?;]|(?:and|please|tonight|or|then|instead|now|but|on|at|by|near|with|in (?!the\b)\w+)\b))"
    ),
    re.compile(rf"\bplay(?:ed|able|ing)?(?: it| this| that)? with (?P<n>{_N})\b(?! \w+s\b)"),
    re.compile(r"\b(?P<n>solo|by myself|on my own|alone)\b"),
)
_OLD = (
    re.compile(rf"\b(?P<n>{_N})[ -]?(?:years?|yrs?)[ -]olds?\b|\b(?P<m>{_N}) ?y\.?/?o\.?(?!\w)"),
    re.compile(
        r"\b(?:he|she|they|who|kids?|child|children|son|daughter|nephew|niece|grandson|granddaughter|boy|girl|toddler)"
        r"(?:'s| is|'re| are| turns| just turned)(?: only| just| now| about| like| around| maybe| almost| nearly)? "
        rf"(?P<n>{_N})(?=\s*(?:$|[,.!?;]|and\b|so\b|years?\b))"
    ),
    re.compile(rf"\b(?:aged?|ages) (?P<n>{_N})\b"),
    re.compile(rf"\bfrom (?:age )?(?P<n>{_N}) (?:years?|yrs?)(?: (?:on|up|onwards))?(?=\s*(?:$|[,.!?;]))"),
    re.compile(
        rf"\b(?:kids?|children|teens?|teenagers?|boys|girls|sons|daughters|ones)(?:,| of| aged| who are)? (?P<n>{_N})"
        rf"(?: (?:and|to|or) (?P<m>{_N}))?(?=\s*(?:$|[,.!?;]|years?\b))"
    ),
)
_COMPANY = re.compile(
    rf"\b{_N}(?: (?:little|small|young|old|older|good|best|big|grown|other|of (?:my|our)))*"
    rf" (?:{_PEOPLE}|couples?|friends?|famil(?:y|ies)|kids?|child|children|teens?|teenagers?|toddlers?|boys?|girls?"
    r"|sons?|daughters?|brothers?|sisters?|siblings|parents?|grandparents?|grandchildren|men|women|guys|ladies|roommates?"
    r"|colleagues?|students?|cousins?|nephews?|nieces?)\b(?! (?:films?|movies?|comed|dram))"
)
_AGES = frozenset({"age", "ages"})
_FROM = frozenset({"from", "suitable", "min", "minimum", "least", "youngest", "recommended"})
_UNTIL = frozenset({"to", "until", "max", "maximum", "up", "most", "oldest"})
"""Words beside `age` in names of the lowest and the highest age."""

_CHILD = 11
"""The oldest age of a child for whom grown people's items are no answer."""
_CHILDREN = frozenset(("children's", "childrens", "children", "kids", "kids'", "family"))

Place = tuple[int, int, str, tuple[Filter, ...]]
"""Where it is said, the words, and the bounds."""


def party_in(plain: str, fields: Mapping[str, Field]) -> Iterator[Place]:
    """Bounds by how many people an item is for, and by their age.

    Args:
        plain: Folded text.
        fields: The catalogue's fields.
    """
    least, most = people_of(fields)
    if most:
        for match in _COUNTED.finditer(plain):
            yield (*match.span(), match.group().strip(), _seats(match, least, most))
        largest = fields[most].numbers[-1]
        for match in _MORE.finditer(plain):
            if (number(match["n"]) or 1) <= largest:  # "for over 100" is a price
                yield (*match.span(), match.group(), _seats(match, least, most))
        for pattern in _SAID:
            for match in pattern.finditer(plain):
                people = number(match["n"]) or 1
                yield (*match.span(), match.group(), _both(people, people, least, most, match.group()))
    young, old = ages_of(fields)
    for pattern in _OLD:
        for match in pattern.finditer(plain):
            told = [number(one) or 0 for one in match.groups() if one]
            if young or old:
                yield (*match.span(), match.group(), _both(min(told), max(told), young, old, match.group()))
            elif max(told) <= _CHILD and (fit := _for_children(fields, match.group())):
                yield (*match.span(), match.group(), (fit,))


def ages_in(plain: str) -> list[tuple[int, int]]:
    """Where a folded text tells how old somebody is, whether or not the catalogue tells ages."""
    return [match.span() for pattern in _OLD for match in pattern.finditer(plain)]


def company_in(plain: str) -> list[tuple[int, int]]:
    """Where a folded text tells how old or how many those are whom items are for: `for two couples`."""
    return [*ages_in(plain), *(match.span() for match in _COMPANY.finditer(plain))]


def _for_children(fields: Mapping[str, Field], said: str) -> Filter | None:
    """The kinds that are made for children, where no column tells an age; None where there are none."""
    for name, field in fields.items():
        values = tuple(value for value in field.values if keys(value)[:1] and keys(value)[0] in _CHILDREN)
        if field.nature == "category" and values:
            return Filter(name, "any_of", values, said)
    return None


def _seats(match: re.Match[str], least: str, most: str) -> tuple[Filter, ...]:
    how, said = (match["how"] or "").strip(), match.group().strip()
    low = number(match["n"]) or 1
    high = number(match["m"] or "") or low
    if how.startswith(("at most", "max")):
        return (Filter(most, "at_most", (float(high),), said),)
    if how in ("more than", "over"):
        return (Filter(most, "at_least", (float(low + 1),), said),)
    if how in ("at least", "up to") or match["more"]:
        return (Filter(most, "at_least", (float(high),), said),)
    return _both(low, high, least, most, said)


def _both(low: int, high: int, least: str, most: str, said: str) -> tuple[Filter, ...]:
    bounds = [Filter(least, "at_most", (float(low),), said)] if least else []
    return (*bounds, *([Filter(most, "at_least", (float(high),), said)] if most else []))


def people_of(fields: Mapping[str, Field]) -> tuple[str, str]:
    """The fields that hold for how many people an item is at least and at most; empty where there is none."""
    least, most = _ends(fields, _HELD | _WHOLE)
    whole = (name for name, one in fields.items() if one.nature == "number" and name.lower() in _WHOLE)
    return least, most or next(whole, "")


def ages_of(fields: Mapping[str, Field]) -> tuple[str, str]:
    """The fields that hold the lowest and the highest age an item is for; empty where there is none."""
    young, old = _ends(fields, _AGES)
    numbers = {name: set(one.label.split()) for name, one in fields.items() if one.nature == "number"}
    aged = {name: parts - _AGES for name, parts in numbers.items() if parts & _AGES}
    young = young or next((name for name, parts in aged.items() if parts <= _FROM), "")
    return young, old or next((name for name, parts in aged.items() if parts and parts <= _UNTIL), "")


def _ends(fields: Mapping[str, Field], held: frozenset[str]) -> tuple[str, str]:
    """The fields that hold the least and the most of something; empty where there is none."""
    ends = {"min": "", "max": ""}
    for name, field in fields.items():
        if field.nature != "number":
            continue
        parts = field.label.split()
        for end in ends:
            long = {"min": "minimum", "max": "maximum"}[end]
            rest = [part for part in parts if part not in (end, long)]
            called = {" ".join(rest).removesuffix("s"), *(part.removesuffix("s") for part in rest[-1:])}
            if len(rest) < len(parts) and called & {one.removesuffix("s") for one in held}:
                ends[end] = name  # "max reading age"
    return ends["min"], ends["max"]
