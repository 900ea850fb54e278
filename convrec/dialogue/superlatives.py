"""Questions which of the items in view is the most of something: `the shortest?`, `which has the most stars?`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from convrec.dialogue.fields import Field
from convrec.dialogue.understanding import Question
from convrec.dialogue.weighing import matched
from convrec.dialogue.words import singular
from convrec.facts import amount_words, fact_words, unit_of
from convrec.types import FactValue, Item, ItemId

_WORDS: Mapping[str, tuple[str, bool]] = {
    "cheapest": ("money", False),
    "least expensive": ("money", False),
    "most expensive": ("money", True),
    "priciest": ("money", True),
    "dearest": ("money", True),
    "shortest": ("minutes", False),
    "quickest": ("minutes", False),
    "longest": ("minutes", True),
    "newest": ("year", True),
    "latest": ("year", True),
    "youngest": ("year", True),
    "most recent": ("year", True),
    "oldest": ("year", False),
    "earliest": ("year", False),
}
"""What a number measures, and whether the highest is asked for."""
_MOST = f"(?P<most>{'|'.join(_WORDS)})"
_PATTERNS = (
    f"(?:which|what)(?: one| NOUN)?THESE(?:'s| is| are| would be) (?:the )?{_MOST}(?: one| NOUN)?THESE",
    f"(?:and )?the {_MOST}(?: ones?| of ONE)?",
    f"(?:and )?(?:the )?{_MOST}(?: one)? (?:of|out of|from) (?:them|these|those)",
)
_HIGH = ("most", "highest", "largest", "biggest", "greatest")
_HAS = (
    r"(?:which|what)(?: one| NOUN)?THESE (?:has|have|with)(?: got)? the "
    rf"(?P<degree>{'|'.join(_HIGH)}|least|lowest|fewest|smallest) (?P<field>[\w ]{{3,30}}?)",
)


def superlative_in(masked: str, noun: str, fields: Mapping[str, Field], shown: Sequence[ItemId]) -> Question | None:
    """What a message as a whole asks of the items in view; None: it is a message like others.

    Args:
        masked: Folded text with `§` in place of each title.
        noun: What one item is called.
        fields: The catalogue's fields.
        shown: The items in view.
    """
    found = matched(_PATTERNS, masked, noun) if shown else None
    if found is None:
        return _held_most(masked, noun, fields, shown)
    measure, _ = _WORDS[found["most"]]
    names = tuple(name for name, field in fields.items() if field.measure == measure)
    return Question("most", tuple(shown), names[:1], found["most"]) if names else None


def _held_most(masked: str, noun: str, fields: Mapping[str, Field], shown: Sequence[ItemId]) -> Question | None:
    """`Which has the most stars?`, of a field that holds numbers."""
    found = matched(_HAS, masked, noun) if shown else None
    if found is None:
        return None
    asked = singular(found["field"])
    called = {singular(part): name for name, field in fields.items() for part in (field.label, field.label.split()[0])}
    name = called.get(asked)
    if name is None or fields[name].nature != "number":
        return None
    return Question("most", tuple(shown), (name,), f"one with the {found['degree']} {found['field']}")


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
    numbers = [(number, at) for at, item in enumerate(items) if (number := _number(value(item, question.fields[0])))]
    if not numbers:
        return f"The catalogue does not tell which of these is the {question.said}.", None
    highest = _WORDS[question.said][1] if question.said in _WORDS else question.said.split()[3] in _HIGH
    first, *rest = sorted(numbers, key=lambda one: (-one[0] if highest else one[0], one[1]))
    name = question.fields[0]
    text = f"The {question.said} is {items[first[1]].title}: {fact_words(name, first[0], unit=unit)}"
    own = unit_of(name)[1] or unit
    after = f"; then comes {items[rest[0][1]].title}, {amount_words(f'{rest[0][0]:g}', own)}" if rest else ""
    if rest and rest[0][0] == first[0]:
        after = f"; {items[rest[0][1]].title} has the same"
    return f"{text}{after}.", items[first[1]].id


def _number(value: FactValue | None) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
