"""A wish in words: the label of a condition, the wish that stands as one phrase."""

from __future__ import annotations

from collections.abc import Sequence

from convrec.language import plural
from convrec.protocols import Catalogue
from convrec.types import Filter, Request

_SPOKEN = ("no ", "nothing ", "without ")


def label_of(one: Filter) -> str:
    """A condition in a few words: `Sci-Fi`, `no Horror`, `from 1980`, `runtime up to 120`."""
    values = [_spelt(value) for value in one.values]
    if one.field == "year":
        return _years(one, values)
    if set(values) == {"true"}:
        name = one.field.replace("_", " ")
        return f"not {name}" if one.op == "none_of" else name
    if one.op == "at_least":
        return f"{one.field.replace('_', ' ')} from {values[0]}"
    if one.op == "at_most":
        return f"{one.field.replace('_', ' ')} up to {values[0]}"
    if one.op == "none_of" and one.said.startswith(_SPOKEN) and len(one.said.split()) < 5 and "," not in one.said:
        return one.said
    if one.op == "none_of":
        return "no " + joined(_distinct(values), "or")
    return joined(_distinct(values), "or" if one.op == "any_of" else "and")


def _years(one: Filter, values: list[str]) -> str:
    if one.op == "at_least":
        return f"from {values[0]} on"
    if one.op == "at_most":
        return f"up to {values[0]}"
    stretch = values[0] if len(values) == 1 else f"{values[0]} to {values[-1]}"
    return f"not {stretch}" if one.op == "none_of" else stretch


def _spelt(value: str | float) -> str:
    return value if isinstance(value, str) else str(int(value)) if float(value).is_integer() else f"{value:g}"


def _distinct(values: Sequence[str]) -> list[str]:
    """Values without those that differ in case or a hyphen only."""
    seen: dict[str, str] = {}
    for value in values:
        seen.setdefault(value.casefold().replace("-", " "), value)
    return list(seen.values())


def joined(parts: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def groups_of(filters: Sequence[Filter]) -> list[tuple[str, tuple[Filter, ...]]]:
    """Conditions with their labels; a lowest and a highest year are one, refusals of one word on several fields too."""
    low = next((one for one in filters if one.field == "year" and one.op == "at_least"), None)
    high = next((one for one in filters if one.field == "year" and one.op == "at_most"), None)
    groups: dict[str, tuple[Filter, ...]] = {}
    for one in filters:
        stretch = low is not None and high is not None and one in (low, high)
        label = _stretch(int(low.values[0]), int(high.values[0])) if stretch and low and high else label_of(one)
        key = next((known for known in groups if known.casefold() == label.casefold()), label)
        groups[key] = (*groups.get(key, ()), one)
    return list(groups.items())


def labels_of(filters: Sequence[Filter]) -> list[str]:
    """Conditions in words, each once."""
    return [label for label, _ in groups_of(filters)]


def _stretch(low: int, high: int) -> str:
    if low == high:
        return f"from {low}"
    if low % 10 == 0 and high == low + 9:
        return f"from the {low}s"
    return f"{low} to {high}"


def soft_of(request: Request, catalogue: Catalogue) -> list[str]:
    """The soft part of a wish in words: moods, likeness, aversions, fame."""
    named = {str(value).casefold() for one in request.filters for value in one.values}
    parts = [f"“{wish}”" for wish in request.wishes[-4:] if wish.casefold() not in named]
    if request.like:
        parts.append("likeness to " + joined([catalogue[one].title for one in request.like[-3:]], "and"))
    if request.novelty >= 0.3:
        parts.append("being less well-known")
    elif request.novelty <= -0.3:
        parts.append("being well-known")
    return parts


def aversions_of(request: Request) -> list[str]:
    """What is steered clear of, in words."""
    named = {str(value).casefold() for one in request.filters for value in one.values}
    return [f"“{word}”" for word in request.avoid[-4:] if word.casefold() not in named]


def phrase_of(request: Request, catalogue: Catalogue) -> str:
    """The standing wish as one phrase: `Comedy, from the 1980s, no Horror, “funny”`; empty without a wish."""
    parts = labels_of(request.filters) + soft_of(request, catalogue)
    return ", ".join(parts + [f"not {word}" for word in aversions_of(request)])


def things(noun: str, count: int) -> str:
    """`one film`, `five films`."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return f"{words[count] if 0 <= count < len(words) else count} {noun if count == 1 else plural(noun)}"
