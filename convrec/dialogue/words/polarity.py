"""Fields whose names or values say no: closed days, answers such as yes, partly and no, what is inside of things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from convrec.days import MONTHS
from convrec.dialogue.words.english import ALSO_NAMED, FUNCTION, INSIDE, SUFFERERS, TALK
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.variants import respelt, weekdays_told
from convrec.dialogue.words.words import keys, singular
from convrec.facts import holds_contents, tells_harm
from convrec.flags import flag_name
from convrec.types import Filter

_NOT = frozenset(
    {
        *("closed", "unavailable", "excluded", "excludes", "except", "unsuitable", "forbidden", "banned", "prohibited"),
        *("not", "geschlossen", "ferme", "cerrado", "chiuso"),
    }
)
"""How names of fields begin whose values are what an item is not for: `closed_on`, `not suitable for`."""
_DENIES = re.compile(
    r"(?:no|none|never|n|nein|keine?|non|not\b.*|no \w+|without\b.*|un(?:available|suitable)"
    r"|forbidden|prohibited|banned)"
)
_FEW = 6
"""Values of a field that answers a question, at most."""
_LONG = 4
"""Letters of a word of a name that stands for all of it."""


def negated(name: str) -> bool:
    """Whether values of a field say what an item is not for, by its name: of `closed_on` the days."""
    return name.lower().replace("_", " ").split(" ")[0] in _NOT


def turned_by_name(filters: Sequence[Filter], plain: str) -> list[Filter]:
    """Conditions as they are meant: `on Sunday` wants nothing that is closed on Sunday, `closed on Sunday` wants that.

    Args:
        filters: As the words of the message have them.
        plain: The message, folded.
    """
    said = set(re.findall(r"\w+", plain))

    def named(one: Filter) -> bool:
        return one.field.lower().split("_")[0] in said

    return [
        replace(one, op="none_of") if one.op == "any_of" and negated(one.field) and not named(one) else one
        for one in filters
        if one.op != "none_of" or not negated(one.field) or named(one)  # "not on Monday": whoever is closed then
    ]


def denies(value: str) -> bool:
    """Whether a value says no: `none`, `not allowed`."""
    return _DENIES.fullmatch(value.lower()) is not None


def affirming(field: Field) -> tuple[str, ...]:
    """The values that say yes where a field answers a question (`yes`, `partly`, `no`); empty for any other field."""
    if field.nature != "closed" or field.several or not 1 < len(field.values) <= _FEW or holds_contents(field.name):
        return ()
    if "language" in field.label:  # "to learn the language" asks for no tongue, and songs without words have `none`
        return ()
    denied = [value for value in field.values if denies(value)]
    return tuple(value for value in field.values if value not in denied) if denied else ()


def needed(field: Field, said: str) -> bool:
    """Whether words ask for what people are or need: a quality that holds or not, what is inside of things, or a field
    of answers by its name.
    """
    return (
        field.nature == "flag"
        or holds_contents(field.name)
        or negated(field.name)
        or said.lower() in SUFFERERS
        or (bool(affirming(field)) and singular(said.lower()) not in map(str.lower, field.values))
    )


_IS = re.compile(
    r"\b(?:i'm|im|i am|we're|we are|he's|she's|they're|is|are)(?: both| all| a| an| strictly| mostly| also)? $"
)


def is_somebody(field: Field, plain: str, start: int) -> bool:
    """Whether a word that items have beside others is said of a person: `I'm vegan`, `my wife is vegetarian`, `my skin
    is dry` of the skin type.
    """
    if is_whose(field, plain):
        return True
    return field.several and field.nature == "closed" and _IS.search(plain, 0, start) is not None


def is_whose(field: Field, plain: str) -> bool:
    """Whether somebody speaks of what is theirs by the first word of a field's name: `my skin` of `skin type`."""
    own = keys(field.label)
    return len(own) > 1 and re.search(rf"\b(?:my|our|his|her|their) (?:\w+ )?{re.escape(own[0])}\b", plain) is not None


def counts_as(value: str, kind: str) -> bool:
    """Whether what is inside of a thing counts as something in everyday words: `almonds` as `nut`.

    Args:
        value: Of a field of contents.
        kind: A word in the singular.
    """
    words = {singular(word) for word in keys(value)}
    if kind in _DAIRY and words & _PLANTS:  # coconut milk, peanut butter
        return False
    return kind in words or bool(words & set(INSIDE.get(kind, "").split()))


_DAIRY = frozenset({"dairy", "milk", "butter", "lactose"})
_PLANTS = frozenset({"coconut", "oat", "almond", "soy", "soya", "rice", "cocoa", "shea", "peanut", "nut", "cashew"})


_ANY = frozenset({"any", "all", "both", "either", "flexible", "every day", "daily", "unisex", "everyone", "everybody"})
_EVERY_DAY = frozenset({"every day", "daily"})
_DAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?")
"""Days of the week: where there are these, `daily` means any, and else no release that is weekly."""
_COUNT = re.compile(r"(?P<n>\d+) (?P<of>[a-z]+?)s?")


def wider(values: tuple[str, ...], field: Field) -> tuple[str, ...]:
    """Values wanted of a field, with those that are as good: other spellings, `any` day, a plain `yes` to dogs, `2
    dogs` for one.
    """
    values = respelt(values, field)
    if field.nature != "closed" or field.several:
        return values
    days = [weekdays_told(value) for value in values if weekdays_told(value)]
    values = (*values, *(value for value in field.values if any(weekdays_told(value) >= one for one in days)))
    daily = any(_DAY.fullmatch(value.lower()) for value in field.values)
    whole = {f"all {field.label}", f"all {field.label}s", f"any {field.label}"}  # "all skin types"
    more = [
        value for value in field.values if value.lower() in _ANY | whole and (daily or value.lower() not in _EVERY_DAY)
    ]
    affirmed = affirming(field)
    if affirmed and any(value in affirmed for value in values):
        more += [value for value in affirmed if value.lower() in ("yes", "y", "true")]
    for count in filter(None, (_COUNT.fullmatch(value.lower()) for value in values)):
        told = ((value, _COUNT.fullmatch(value.lower())) for value in field.values)
        more += [value for value, one in told if one and one["of"] == count["of"] and int(one["n"]) > int(count["n"])]
    return tuple(dict.fromkeys((*values, *more)))


def counted_in(field: Field) -> tuple[str, ...]:
    """What answers of a field count: `dog` of `1 dog`, `2 dogs`, `no`."""
    found = (_COUNT.fullmatch(value.lower()) for value in affirming(field))
    return tuple(dict.fromkeys(one["of"] for one in found if one))


_SEASONS = {
    "winter": ("December", "January", "February"),
    "spring": ("March", "April", "May"),
    "summer": ("June", "July", "August"),
    "autumn": ("September", "October", "November"),
    "fall": ("September", "October", "November"),
}
_ON = frozenset({"in", "from", "until", "till", "since", "during", "through", "by", "early", "late", "mid"})
"""Stands before a month."""
_SPARING = ("nontoxic", "harmless", "pet safe", "pet friendly", "child safe", "safe for pets", "safe for animals")
_HARMFUL = ("toxic", "poisonous", "harmful")


def in_time(value: str, before: Sequence[str]) -> bool:
    """Whether a value is a month and stands where one stands, as in `in May`."""
    return value in MONTHS and before[-1:] != [] and before[-1] in _ON


def freed(field: Field) -> list[tuple[str, str]]:
    """Words and the values that they stand for: `coeliac` for `gluten free`, `winter` for its months, `toxic` for all
    that something is toxic to.
    """
    found: list[tuple[str, str]] = []
    if field.values and set(field.values) <= set(MONTHS):
        found += [(season, month) for season, own in _SEASONS.items() for month in own if month in field.values]
    if tells_harm(field.name):
        found += [(word, value) for word in _HARMFUL for value in field.values if not denies(value)]
        found += [(word, value) for word in _SPARING for value in field.values if denies(value)]
    for value in field.values:
        of = keys(flag_name(field.name) if field.nature == "flag" else value)
        kinds = SUFFERERS if of[1:] == ("free",) else ()
        found += [(kind, value) for kind in kinds if of[0] in INSIDE.get(kind, "").split()]
    return found


def undone(label: str) -> str:
    """What a quality that was done to a thing is called where it was not: `unfurnished`; empty: it is no such quality.

    >>> undone("furnished"), undone("balcony")
    ('unfurnished', '')
    """
    done = label.isalpha() and label.endswith("ed") and not label.startswith("un")
    return f"un{label}" if done else ""


def spellings(field: Field, others: Iterable[Field]) -> list[tuple[str, ...]]:
    """What such a field is asked by: its name, and words of it that no other field's name has."""
    taken = {singular(word) for other in others if other.name != field.name for word in keys(other.label)}
    own = keys(field.label)
    alone = [
        word for word in own
        if len(word) >= _LONG and word not in TALK and word not in FUNCTION and singular(word) not in taken
    ]  # fmt: skip
    return [own, *((word,) for word in alone), *map(keys, ALSO_NAMED.get(" ".join(own), ()))]
