"""Several spellings of one value: how often something comes, British and American, short and long forms, whom it is
for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from convrec.days import SHORT, WEEKDAYS
from convrec.dialogue.words.english import NUMBERS
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import folded, keys, singular

Rhythm = tuple[int, str]
"""Once in how many of which unit of time."""
_ONE_WORD: dict[str, Rhythm] = {
    "hourly": (1, "hour"), "daily": (1, "day"), "weekly": (1, "week"), "fortnightly": (2, "week"),
    "biweekly": (2, "week"), "monthly": (1, "month"), "bimonthly": (2, "month"), "quarterly": (3, "month"),
    "yearly": (1, "year"), "annual": (1, "year"), "annually": (1, "year"),
}  # fmt: skip
_LONGER: dict[str, Rhythm] = {"fortnight": (2, "week"), "quarter": (3, "month")}
_UNIT = r"(?P<unit>hour|day|week|fortnight|month|quarter|year)s?"
_EVERY = re.compile(
    r"(?:(?:once )?(?:every|each)(?: single)?(?: (?P<n>other|second|third|fourth|\d{1,2}|"
    rf"{'|'.join(NUMBERS)}))?|once (?:a|an|per)) {_UNIT}"
)
_NTH = {"other": 2, "second": 2, "third": 3, "fourth": 4}


@lru_cache(maxsize=4096)
def rhythm(value: str) -> Rhythm | None:
    """How often a value says that something comes; None: it says something else.

    >>> rhythm("daily"), rhythm("every other week"), rhythm("Fortnightly"), rhythm("once a year"), rhythm("every one")
    ((1, 'day'), (2, 'week'), (2, 'week'), (1, 'year'), None)
    """
    spelt = " ".join(keys(value))
    one = spelt.replace("bi weekly", "biweekly").replace("bi monthly", "bimonthly")
    if one in _ONE_WORD:
        return _ONE_WORD[one]
    match = _EVERY.fullmatch(spelt)
    if match is None:
        return None
    said = match["n"] or "1"
    times, unit = _LONGER.get(match["unit"], (1, match["unit"]))
    return times * (_NTH.get(said) or NUMBERS.get(said) or int(said)), unit


def _said_as(often: Rhythm) -> Iterator[str]:
    """The ways to say how often: `weekly`, `every week`, `once a week`."""
    times, unit = often
    yield from (word for word, own in _ONE_WORD.items() if own == often)
    yield from ("bi weekly", "bi monthly") if times == 2 else ()
    units = [unit, *(longer for longer, own in _LONGER.items() if own == often)]
    for one in units:
        if times > 1 and one == unit:
            counts = [str(times), *(word for word, number in (*_NTH.items(), *NUMBERS.items()) if number == times)]
            yield from (f"{led}every {count} {unit}s" for count in counts for led in ("", "once "))
        else:
            yield from (f"{led} {one}" for led in ("every", "each", "every single", "once a", "once per", "once every"))


_WHOM = (
    frozenset({"him", "his", "he", "men", "mens", "man", "male", "males", "gentleman", "gentlemen"}),
    frozenset({"her", "hers", "she", "women", "womens", "woman", "female", "females", "lady", "ladies"}),
)
"""Whom something is for, as values say it and as people do."""


_SPELT_DAY = rf"(?:{'|'.join(SHORT).lower()})(?:s|r?s|nes|rs|ur)?(?:days?)?"
_DAY_RUN = re.compile(rf"(?P<first>{_SPELT_DAY})(?: ?(?:-|–|to) ?(?P<last>{_SPELT_DAY}))?")
_SEVERAL_DAYS = {
    "weekday": range(5), "weekdays": range(5), "weekend": range(5, 7), "weekends": range(5, 7), "daily": range(7),
    "every day": range(7),
}  # fmt: skip


@lru_cache(maxsize=4096)
def weekdays_told(value: str) -> frozenset[int]:
    """The days of the week (0: Monday) that a value names; empty where it names anything else.

    >>> [sorted(weekdays_told(one)) for one in ("Tuesdays", "Mon-Wed", "weekends", "Fri, Sat", "sunny")]
    [[1], [0, 1, 2], [5, 6], [4, 5], []]
    """
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|/|&|\band\b)\s*", folded(value)):
        run = _DAY_RUN.fullmatch(part.removeprefix("every ").removeprefix("on "))
        if run is None and part not in _SEVERAL_DAYS:
            return frozenset()
        first, last = (_DAYS_AT[(run[end] or run["first"])[:3]] for end in ("first", "last")) if run else (0, 0)
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)} if run else set(_SEVERAL_DAYS[part])
    return frozenset(found)


_DAYS_AT = {day.lower(): at for at, day in enumerate(SHORT)}


def otherwise(field: Field) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Values of a field with what else they are called: `every week` for `weekly`, `men` for `him`, `refurbished` for
    `refurbished (very good)`.
    """
    if field.nature not in ("closed", "category"):
        return
    told = [days for value in field.values if (days := weekdays_told(value))]
    by_day = any(len(days) < len(WEEKDAYS) for days in told)  # what is "daily" alone has no days
    single = {day for days in told if len(days) == 1 for day in days}
    for value in field.values:
        days = weekdays_told(value)
        # Where no value is that day alone, those that have it among others stand for it.
        spelt = (WEEKDAYS[day].lower() for day in days if by_day and (len(days) == 1 or day not in single))
        yield from ((value, (one,)) for day in spelt for one in (day, f"{day}s"))
        if often := rhythm(value):
            yield from ((value, keys(said)) for said in _said_as(often))
        if head := keys(value.partition("(")[0]):
            yield value, head
        for whom in _WHOM:
            if value.lower() in whom:
                yield from ((value, (one,)) for one in whom)


def respelt(values: Sequence[str], field: Field) -> tuple[str, ...]:
    """Values with those of their field that are other spellings of them: `Matte` with `matte finish`, `EDP` with `eau
    de parfum`, `him` with `men`.

    A value that says more than the name of its field and the kind of thing is no spelling: `off-dry` is not `dry`.

    Args:
        values: Of the field.
        field: Of the catalogue.
    """
    if field.nature not in ("closed", "category") or not values:
        return tuple(values)
    heads = _heads(field)
    wanted = {_bare(value, field, heads) for value in values}
    short = {tuple(word[0] for word in spelt) for spelt in map(keys, values) if len(spelt) > 1}
    long = {tuple(value.lower()) for value in values if _is_short(value)}
    same = [
        value
        for value in field.values
        if _bare(value, field, heads) in wanted
        or (_is_short(value) and tuple(value.lower()) in short)
        or (len(spelt := keys(value)) > 1 and tuple(word[0] for word in spelt) in long)
    ]
    return tuple(dict.fromkeys((*values, *same)))


def _is_short(value: str) -> bool:
    """Whether a value is written as initials are: `EDP`, `US`."""
    return len(value) > 1 and value.isalpha() and value.isupper()


def _heads(field: Field) -> frozenset[str]:
    """Words that end values and tell none apart: the name of the field, `finish` of `matte finish` and `satin finish`
    where nothing is `finish`.
    """
    spelt = [tuple(map(singular, keys(value))) for value in field.values]
    ends = [one[-1] for one in spelt if len(one) > 1]
    often = {end for end in ends if ends.count(end) > 1 and (end,) not in spelt}
    return frozenset(often | {singular(word) for word in keys(field.label)})


def _bare(value: str, field: Field, heads: frozenset[str]) -> tuple[str, ...]:
    """What a value says, however it is spelt."""
    if often := rhythm(value):
        return (str(often[0]), often[1])
    if days := weekdays_told(value):
        return tuple(map(str, sorted(days)))
    for whom in _WHOM:
        if value.lower() in whom:
            return (min(whom),)
    spelt = [american(singular(word)) for word in keys(value)]
    while len(spelt) > 1 and spelt[-1] in heads:
        spelt.pop()
    # What keys leave out tells values apart: "VG+" is better than "VG".
    return (*spelt, *re.findall(r"[+*#]", value))


_BRITISH = (
    (re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|er|ing|ation)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2})yse(?=[dr]?$)"), "yze"),
    (re.compile(r"(?<=[a-z]{3})our(?=(?:ed|ful|less|ite)?$)"), "or"),
    (re.compile(r"(?<=[a-z]{2}[^aeiou])re$"), "er"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"(?<=[a-z]{2})ogue$"), "og"),
    (re.compile(r"(?<=[a-z]{2}[aeiou]l)l(?=(?:ed|er|ing)$)"), ""),
)


@lru_cache(maxsize=65536)
def american(word: str) -> str:
    """A word as Americans spell it, by its ending: one key for both spellings, and no claim that it is a word.

    >>> american("moisturiser"), american("colour"), american("centre"), american("grey"), american("traveller")
    ('moisturizer', 'color', 'center', 'gray', 'traveler')
    """
    for british, spelt in _BRITISH:
        word = british.sub(spelt, word)
    return word
