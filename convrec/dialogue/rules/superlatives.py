"""Questions which of the items in view is the most of something: `the shortest?`, `which has the most stars?`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from convrec.days import moment_kind, number_of
from convrec.dialogue.rules.weighing import matched, pointed
from convrec.dialogue.understanding import Question
from convrec.dialogue.words.dimensions import (
    HIGH,
    LOW,
    SUPERLATIVE,
    degree_named,
    degree_of,
    degree_said,
    plain_forms,
)
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import singular
from convrec.facts import amount_words, fact_words, unit_of, value_words
from convrec.feelings import kin
from convrec.types import FactValue, Item, ItemId

MOST = f"(?P<most>{SUPERLATIVE})"
MORE = r"(?P<most>(?:more|less) [a-z]{4,}|[a-z]{3,}er)"
_PATTERNS = (
    f"(?:which|what)(?: one| NOUN| \\w+)?THESE(?:'?s| is| are| would be) (?:the )?{MOST}(?: one| NOUN)?THESE",
    f"(?:which|what)(?: one| NOUN| \\w+)?THESE(?:'s| is| are| would be) (?:the )?{MORE}(?: one| NOUN| to \\w+)?THESE",
    f"(?:which|what)(?: one| NOUN)?(?: is|'s) (?:the )?(?:{MOST}|{MORE.replace('<most>', '<more>')})"
    "(?: one)?[,:]? ONE(?:,? (?:or|and) ONE)+",
    f"(?:and )?the {MOST}(?: ones?| of ONE)?",
    f"(?:and )?the {MORE} one",
    f"(?:and )?(?:the )?{MOST}(?: one| NOUN| (?!known)[a-z]+(?<!ed)(?<!ing))? (?:of|out of|from) (?:them|these|those)",
    f"(?:is|are) ONE {MORE} than ONE",
)
_HAS = (
    r"(?:which|what)(?: one| NOUN)?THESE (?:has|have|with|comes with)(?: got)? (?:the |an? )?"
    rf"(?P<degree>{'|'.join((*HIGH, *LOW))}|[a-z]{{3,}}(?:er|est))"
    r" (?P<field>[\w ]{3,30}?)(?: (?:of|out of|from) (?:them|these|those))?",
)
_DOES = (
    r"(?:which|what)(?: one| NOUN)?THESE (?P<does>weighs?|costs?|lasts?|runs?|takes?) (?:the )?"
    r"(?P<degree>most|least|more|less|longest|shortest|longer|shorter)THESE",
)
_DONE = {"weigh": "heavy", "cost": "expensive"}
"""Verbs by the adjective that says the same: what weighs the most is the heaviest."""


def superlative_in(
    masked: str, noun: str, fields: Mapping[str, Field], shown: Sequence[ItemId], named: Sequence[ItemId] = ()
) -> Question | None:
    """What a message as a whole asks of the items in view; None: it is a message like others.

    Args:
        masked: Folded text with `§` in place of each title.
        noun: What one item is called.
        fields: The catalogue's fields.
        shown: The items in view.
        named: Those of the titles.
    """
    about = tuple(dict.fromkeys((*named, *pointed(masked, shown)))) or tuple(shown)
    found = matched(_PATTERNS, masked, noun) if len(about) > 1 or (about and masked.startswith("which")) else None
    if found is None:
        return _held_most(masked, noun, fields, about)
    words = found["most"] or found.groupdict().get("more") or ""
    degree = degree_said(words, fields)
    if degree is None:
        forms = plain_forms(words)
        alike = {one for form in forms for one in kin(form)}  # "the scariest" of what is told as chilling
        told = [
            (name, value)
            for near in (forms, alike)
            for name, one in fields.items()
            for value in one.values
            if value.lower() in near and (near is forms or one.nature != "category")
        ]
        return Question("have", about, (told[0][0],), words, tuple(told)) if told else None
    return Question("most", about, (degree.field,), words, ((degree.field, "high" if degree.high else "low"),))


def _held_most(masked: str, noun: str, fields: Mapping[str, Field], shown: Sequence[ItemId]) -> Question | None:
    """`Which has the most stars?`, `which has the longest episodes?`, `which weighs the least?`."""
    if not shown:
        return None
    if does := matched(_DOES, masked, noun):
        adjective = _DONE.get(singular(does["does"]), "long")
        plain = does["degree"] in ("most", "least", "more", "less")
        degree = degree_of(adjective, fields) if plain else degree_said(does["degree"], fields)
        if degree is None:
            return None
        high = degree.high is not (does["degree"] in ("least", "less"))
        said = f"one that {singular(does['does'])}s the {does['degree']}"
        return Question("most", tuple(shown), (degree.field,), said, ((degree.field, "high" if high else "low"),))
    found = matched(_HAS, masked, noun)
    if found is None or (degree := degree_named(found["degree"], found["field"], fields)) is None:
        return None
    own = unit_of(degree.field)[0]  # in mAh, in Wh
    names = (
        degree.field,
        *(other for other in fields if own and other != degree.field and unit_of(other)[0] == own),
    )
    led = "" if found["degree"] in ("more", "less", "fewer") else "the "
    said = f"one with {led}{found['degree']} {found['field']}"
    return Question("most", tuple(shown), names, said, ((degree.field, "high" if degree.high else "low"),))


def told(
    question: Question, items: Sequence[Item], value: Callable[[Item, str], FactValue | None], unit: str
) -> tuple[str, ItemId | None]:
    """The answer, and the item it comes to; None where no item has the number.

    Args:
        question: As `superlative_in` reads it.
        items: Those it is about.
        value: A fact of an item.
        unit: Said behind the numbers, where the name does not tell; empty: none.
    """
    name, numbers = question.fields[0], []
    for name in question.fields:
        read = ((_number(value(item, name)), at) for at, item in enumerate(items))
        if numbers := [(number, at) for number, at in read if number is not None]:
            break
    the = "" if _COMPARATIVE.fullmatch(question.said) else "the "
    if not numbers:
        return f"The catalogue does not tell which of these is {the}{question.said}.", None
    highest = question.wanted[0][1] == "high"
    first, *rest = sorted(numbers, key=lambda one: (-one[0] if highest else one[0], one[1]))
    spoken = name.removeprefix("max ")  # the upper end of a range stands for it
    own_value = value(items[first[1]], name)
    dated = isinstance(own_value, str)
    told_of = fact_words(spoken, own_value if dated and own_value is not None else first[0], unit=unit)
    if len(items) == 1:
        return f"{items[0].title}: {told_of}.", items[0].id
    text = f"The {question.said} is {items[first[1]].title}: {told_of}"
    if not the:
        text = f"{items[first[1]].title} is {question.said}: {told_of}"
    own = unit_of(name)[1] or unit
    after = f"; then comes {items[rest[0][1]].title}, {_amount(value(items[rest[0][1]], name), own)}" if rest else ""
    if rest and rest[0][0] == first[0] and not the:
        return f"{items[first[1]].title} and {items[rest[0][1]].title} have the same: {told_of}.", None
    if rest and rest[0][0] == first[0]:
        after = f"; {items[rest[0][1]].title} has the same"
    return f"{text}{after}.", items[first[1]].id


def _amount(value: FactValue | None, unit: str) -> str:
    return value_words(value) if isinstance(value, str) else amount_words(f"{value:g}", unit)


def _number(value: FactValue | None) -> float | None:
    if isinstance(value, str):
        return number_of(value) if moment_kind(value) in ("date", "time") else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


_COMPARATIVE = re.compile(r"(?:more|less) \w+|\w+er")
