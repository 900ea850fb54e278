"""Conditions taken back by what they are about: `drop the period`, `any length`, `the country doesn't matter`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.days import WEEKDAY, all_moments
from convrec.dialogue.words.dimensions import degree_said
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import folded
from convrec.facts import unit_of
from convrec.flags import flag_name, holds
from convrec.language import capital, distinct, listing, singular
from convrec.types import Filter

_CALLED = {
    "year": "years?|decades?|dates?|periods?|eras?|ages?|time(?: frame| period|frame)?|times",
    "minutes": "lengths?|running times?|run ?times?|durations?|minutes|hours|time limit|long",
    "money": "prices?|costs?|budget|money",
    "date": "dates?|weekdays?|months?|(?<=any )days?|(?<=the )days?",
    "time": "times?|time of (?:the )?day|hours?",
    "hours": "opening hours|hours|times?",
}
_KINDS = (
    ("genre", "genres?|kinds?|types?|categor(?:y|ies)|sorts?"),
    ("countr", "countr(?:y|ies)|nationalit(?:y|ies)|origins?"),
    ("language", "languages?"),
    ("direct", "directors?"),
    ("cast", "casts?|actors?|actress(?:es)?|stars?"),
    ("actor", "casts?|actors?|actress(?:es)?|stars?"),
    ("platform", "platforms?|consoles?|systems?"),
    ("time", "times?|periods?|eras?|settings?"),
    ("place", "places?|locations?|settings?"),
)
_WAYS = (
    r"\b(?:drop|remove|forget|clear|lose|ignore|delete|cancel|skip|lift|relax|scrap|never ?mind)(?: about)?"
    r"(?: the| my| that| this| any)*"
    r" (?:{name})\b(?! \w+ing\b)",
    r"\b(?:any|whatever|whichever|all)(?: of the)? (?:{name})\b",
    r"\bno (?:{name}) (?:limits?|restrictions?|preferences?|filters?)\b",
    r"\b(?:{name}) (?:do(?:es)?(?:n't| not) matter|(?:is|are)(?:n't| not) important|(?:is|are) (?:not )?irrelevant)",
    r"\b(?:no matter|do(?:es)?(?:n't| not) matter|(?:don't|do not) (?:care|mind))"
    r"(?: about)?(?: how| which| what| the)* (?:{name})\b",
)
_AGES = re.compile(r"\b(?:no matter|doesn't matter|don't care|don't mind)(?: \w+){0,2} (?:when|old|year)\b")
_FINE = re.compile(
    r"\b(?P<word>(?:more|less) [a-z]{4,}|[a-z]{3,}er)(?: ones?)? (?:is|are|would be|'s)"
    r"(?: also| totally| perfectly| just)? (?:fine|ok|okay|alright|no problem)\b"
)
_ANYWHERE = re.compile(r"\b(?:anywhere|wherever|any ?place)\b(?! (?:in|near|around|with|by)\b)|\bno matter where\b")
_WHERE = frozenset(
    (
        *("country", "countries", "region", "city", "town", "place", "location", "area", "state", "origin", "island"),
        *("land", "stadt", "ort", "pais", "ville"),
    )
)
"""Words of names of fields that tell where something is."""
_LAST = re.compile(r"\b(?:drop|remove|forget|lose|undo|clear) (?:that|the last)(?: (?:filter|one|condition))\b")


_END = re.compile(r"^(?:min|max)(?:imum)? (?=\w)")
"""Begins the names of the two ends of a range, which are taken back together."""


def drop_reply(filters: Sequence[Filter]) -> str:
    """A quick reply that takes a condition back, in words that `offer_taken` and the understanding read."""
    first = filters[0]
    values = [str(value) for value in first.values]
    if reply := _any(first):
        return reply
    if first.op == "none_of" and holds(values) is not None:
        return f"{capital(flag_name(first.field))} is fine"
    if first.op == "none_of" and first.field != "year":
        return f"{capital(listing(values))} is fine"
    if first.op in ("at_least", "at_most") or first.field == "year":
        name = unit_of(first.field)[0] or first.field.replace("_", " ")
        return f"Any {_END.sub('', name)}"
    if first.values == ("true",):
        return f"Drop {first.field.replace('_', ' ')}"
    return f"Drop {listing(distinct(values))}"


def _any(one: Filter) -> str:
    """A quick reply that takes a condition on days or times back; empty for any other condition."""
    if one.field == WEEKDAY:
        return "Any day"
    kind = all_moments(one.values) if one.values else None
    return {"date": "Any date", "time": "Any time", "hours": "Any opening hours"}.get(kind or "", "")


def offer_taken(plain: str, standing: Sequence[Filter]) -> list[Filter]:
    """Standing conditions whose quick reply a folded text is, whatever words their values have.

    Args:
        plain: Folded text.
        standing: Conditions that stand.
    """
    said = plain.strip()
    taken = [one for one in standing if folded(drop_reply([one])) == said]
    # "Any seats" takes back the whole of what it names, "Drop rock" one word wherever it stands
    whole = {one.field for one in taken if one.field == "year" or one.op in ("at_least", "at_most")}
    same = [(one.op, one.values) for one in taken if one.field not in whole]
    return [one for one in standing if one.field in whole or (one.op, one.values) in same]


def taken_back(plain: str, standing: Sequence[Filter], fields: Mapping[str, Field]) -> list[Filter]:
    """Standing conditions that a folded text takes back by naming what they are about.

    Args:
        plain: Folded text.
        standing: Conditions that stand.
        fields: The catalogue's fields.
    """
    gone = [one for one in standing if _named(one.field, fields.get(one.field), plain)]
    for match in _FINE.finditer(plain):
        degree = degree_said(match["word"], fields)
        bound = "" if degree is None else "at_most" if degree.high else "at_least"
        gone += [one for one in standing if degree is not None and one.field == degree.field and one.op == bound]
    if _ANYWHERE.search(plain):
        gone += [one for one in standing if set(one.field.lower().split("_")) & _WHERE]
    if _AGES.search(plain):
        gone += [one for one in standing if one.field == "year"]
    if _LAST.search(plain):
        gone += standing[-1:]
    return list(dict.fromkeys(gone))


def _named(name: str, field: Field | None, plain: str) -> bool:
    label = folded(name.replace("_", " "))  # "m²" is typed as "m2"
    bare = re.sub(r"^(?:min|max)(?:imum)? ", "", folded(unit_of(name)[0]) or label)  # "any size", "any group size"
    names = [re.escape(singular(label)) + "s?", re.escape(label), re.escape(singular(bare)) + "s?"]
    measure = "year" if name == "year" else field.measure if field is not None else ""
    if measure in _CALLED:
        names.append(_CALLED[measure])
    else:
        names += [called for part, called in _KINDS if part in label]
    called = "|".join(names)
    return any(re.search(way.format(name=called), plain) for way in _WAYS)


def places(plain: str) -> list[tuple[int, int]]:
    """Where a text takes something back by a name, so that the name is no wish."""
    where = [match.span() for match in _ANYWHERE.finditer(plain)]
    every = "|".join([*_CALLED.values(), *(called for _, called in _KINDS)])
    return where + [match.span() for way in _WAYS for match in re.finditer(way.format(name=every), plain)]
